"""A table that links other tables, without a key over the linking columns, so that a link can be stored twice.

## Why
A post that carries the same tag twice is shown twice, counted twice, and removed once. A surrogate `id` does not
help: it makes each doubled row look different. The pair itself is the key.

Tables that carry something of their own (quantities, prices, texts), or that record things that happen again and
again, are no such links and are left alone.

## Bad
```sql
CREATE TABLE posts (id integer PRIMARY KEY);
CREATE TABLE tags (id integer PRIMARY KEY);
CREATE TABLE post_tags (
  post_id integer NOT NULL,
  tag_id integer NOT NULL,
  FOREIGN KEY (post_id) REFERENCES posts (id),
  FOREIGN KEY (tag_id) REFERENCES tags (id)
);
```

## Good
```sql
CREATE TABLE posts (id integer PRIMARY KEY);
CREATE TABLE tags (id integer PRIMARY KEY);
CREATE TABLE post_tags (
  post_id integer NOT NULL,
  tag_id integer NOT NULL,
  PRIMARY KEY (post_id, tag_id),
  FOREIGN KEY (post_id) REFERENCES posts (id),
  FOREIGN KEY (tag_id) REFERENCES tags (id)
);
CREATE INDEX post_tags_tag_id_idx ON post_tags (tag_id);
```

## Fix
Makes the pair the primary key, or a unique key where there is a surrogate one or NULLs, and drops an index that the
new key makes superfluous. Where links are doubled already, they have to be merged first.

## References
- Bill Karwin, *SQL Antipatterns*, chapter “ID Required”
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CountDistinct, Distinct, Question
from dbwright.catalog.objects import PrimaryKey, Table, Unique
from dbwright.change.operations import AddPrimaryKey, AddUnique, DropIndex, Operation
from dbwright.finding import Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._references import Implied, implied_references
from dbwright.rules.design._shapes import junction_key, linked_columns
from dbwright.rules.design._tables import made_redundant, own_tables


class JunctionWithoutKey(Rule):
    """Finds links between tables that can be stored twice."""

    code = "R006"
    group = "relationships"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (CountDistinct(table.ref, columns) for table, columns in _junctions(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, columns in _junctions(subject):
            question = CountDistinct(table.ref, columns)
            answer = subject.facts.ask(question, Distinct)
            named = listed(columns)
            doubled = answer.complete - answer.distinct if answer else 0
            if answer and answer.complete:
                told = (
                    f"{count(doubled, 'row repeats', 'rows repeat')} the link of another"
                    if doubled
                    else "no link is stored twice"
                )
                evidence = seen(f"In {looked_at(answer)}, {told} so far.", answer)
            else:
                evidence = unchecked(subject, question)
            message = f"{table.ref} links rows by {named}, but no key over them keeps a link from being stored twice"
            message += f"; {count(doubled, 'row is', 'rows are')} doubled already." if doubled else "."
            yield self.finding(
                table.ref,
                message,
                evidence,
                help=f"Make ({', '.join(columns)}) the {'unique' if table.primary_key else 'primary'} key."
                if not doubled
                else f"Delete the doubled rows, then make ({', '.join(columns)}) a key.",
                fix=_fix(subject, table, columns, answer),
                severity="error" if doubled else None,
            )


def _junctions(subject: Subject) -> Iterator[tuple[Table, tuple[str, ...]]]:
    """The tables that are links, and the columns that no key of theirs keeps unique."""
    implied: dict[tuple[str, str], list[Implied]] = {}
    for each in implied_references(subject):
        implied.setdefault((each.table.namespace, each.table.name), []).append(each)
    for table in own_tables(subject.catalog):
        references = linked_columns(table, implied.get((table.namespace, table.name), ()))
        columns = junction_key(table, references, bool(subject.lookup.referencing(table)))
        if columns is None:
            continue
        keys = [set(key) for key in table.keys]
        keys += [{name for name in index.columns if name} for index in table.indexes if index.unique]
        if (
            not any(len(key & set(columns)) >= 2 or (key and key <= set(columns)) for key in keys)
            and not table.exclusions
        ):
            yield table, columns


def _fix(subject: Subject, table: Table, columns: tuple[str, ...], answer: Distinct | None) -> Fix | None:
    """The key added over the columns; None where doubled rows stand in the way."""
    if answer and answer.distinct < answer.complete:
        return None
    has_nulls = answer is not None and answer.complete < answer.rows
    has_nulls = has_nulls or (answer is None and any((c := table.column(name)) and c.nullable for name in columns))
    operations: list[Operation] = []
    if table.primary_key or has_nulls:
        unique = Unique(columns=columns, name=new_name(subject, "unique", table, columns))
        operations.append(AddUnique(target=table.ref, unique=unique))
    else:
        operations.append(AddPrimaryKey(target=table.ref, key=PrimaryKey(columns=columns)))
    operations += [DropIndex(target=table.ref.child("index", index.name)) for index in made_redundant(table, columns)]
    kind = "unique in" if table.primary_key or has_nulls else "the primary key of"
    proved = answer is not None and not answer.sampled
    return Fix(f"Make ({', '.join(columns)}) {kind} {table.name}", "safe" if proved else "unsafe", tuple(operations))
