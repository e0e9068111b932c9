"""A pair of columns of which one names a table and the other a row in it, so that no foreign key can guard it.

## Why
`commentable_type = 'Post', commentable_id = 7` may point into any table, and so the database can check none of it:
rows stay behind when their parent is deleted, a misspelt type points nowhere, and a join needs one branch for each
type. It hurts most where the pair is part of the model; in logs of changes and activities it is a common and bearable
choice, reported only as a note.

## Bad
```sql
CREATE TABLE posts (id integer PRIMARY KEY);
CREATE TABLE comments (
  id integer PRIMARY KEY,
  commentable_type varchar(20) NOT NULL,
  commentable_id integer NOT NULL
);
```

## Good
```sql
CREATE TABLE posts (id integer PRIMARY KEY);
CREATE TABLE photos (id integer PRIMARY KEY);
CREATE TABLE comments (
  id integer PRIMARY KEY,
  post_id integer,
  photo_id integer,
  FOREIGN KEY (post_id) REFERENCES posts (id),
  FOREIGN KEY (photo_id) REFERENCES photos (id),
  CHECK ((post_id IS NULL) <> (photo_id IS NULL))
);
```

## Fix
None can be generated: give each parent a column of its own with a foreign key and a check that exactly one is filled,
or one table of links for each parent, or a common parent table that all of them refer to.

## Options
- `most-parents` (default 40): in larger catalogs only types that an enum or a check lists are looked for in the rows.

## References
- Bill Karwin, *SQL Antipatterns*, chapter “Polymorphic Associations”
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CheckOutcome, CountNotTrue, Question, TopValues, Values
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import plural, singular, stem, word_set, words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._references import polymorphic_type
from dbwright.rules.design._tables import base_type, keeps_records, own_tables

_ANY_PARENT = word_set(
    "content entity item model object owner parent record reference related resource source subject target"
)
"""Words for whatever a pair points at, which are no table's noun even where a table's name ends with one."""


class PolymorphicPair(Rule):
    """Finds references whose parent table stands in a column."""

    code = "R005"
    group = "relationships"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, kind, identifier in _pairs(subject):
            yield TopValues(table.ref, kind.name)
            for parent in self._parents(subject, identifier):
                yield _orphans(subject, table, kind, identifier, parent)

    def check(self, subject: Subject) -> Iterable[Finding]:
        known = {spelling for table in own_tables(subject.catalog) for spelling in _spoken(table)}
        for table, kind, identifier in _pairs(subject):
            question = TopValues(table.ref, kind.name)
            values = subject.facts.ask(question, Values)
            evidence = [unchecked(subject, question)]
            orphans = 0
            parents: list[Table] = []
            if values and values.values:
                if not any(_may_be_a_class(value) or _type_name(value) in known for value, _ in values.values):
                    continue  # it only describes the row: simple, bundle
                evidence = [
                    seen(
                        f"{kind.name} has {count(values.distinct, 'value')} in {looked_at(values)}.",
                        values,
                        tuple((value, str(times)) for value, times in values.values),
                        (kind.name, "rows"),
                    )
                ]
                parents = [
                    parent
                    for parent in self._parents(subject, identifier)
                    if any(_type_name(value) in _spellings(subject, parent) for value, _ in values.values)
                ]
                for parent in parents:
                    outcome = subject.facts.ask(_orphans(subject, table, kind, identifier, parent), CheckOutcome)
                    if outcome and outcome.false:
                        orphans += outcome.false
                        evidence.append(_missing(outcome, identifier, parent))
            yield self._finding(table, kind, identifier, evidence, orphans, parents)

    def _finding(
        self,
        table: Table,
        kind: Column,
        identifier: Column,
        evidence: list[Evidence],
        orphans: int,
        parents: list[Table],
    ) -> Finding:
        message = f"{table.ref}.{identifier.name} points into the table that {kind.name} names, so no foreign key can guard it"
        message += f", and {count(orphans, 'row points', 'rows point')} at nothing." if orphans else "."
        into = listed([str(parent.ref) for parent in parents]) if parents else "each parent table"
        logged = keeps_records(table) or "notification" in stem(table.name)
        return self.finding(
            table.column_ref(identifier.name),
            message,
            *evidence,
            help=f"Use one nullable column with a foreign key for {into} and a check that exactly one is filled, "
            "or a table of links for each.",
            severity="note" if logged else "error" if orphans else None,
            related=(table.column_ref(kind.name), *(parent.ref for parent in parents)),
        )

    def _parents(self, subject: Subject, identifier: Column) -> list[Table]:
        """The tables that the pair could point into: with one key column of the same kind."""
        fitting = [
            parent
            for parent in own_tables(subject.catalog)
            if (key := _key(parent)) and base_type(subject, key.type).kind == base_type(subject, identifier.type).kind
        ]
        return fitting if len(fitting) <= int(subject.option("most-parents", 40)) else []


def _pairs(subject: Subject) -> Iterator[tuple[Table, Column, Column]]:
    """Each pair of a type column and an identifier without a foreign key, whose common word names no table itself."""
    tables = {"".join(stem(table.name)) for table in subject.catalog.tables}
    last_words = {stem(table.name)[-1] for table in subject.catalog.tables if stem(table.name)} - _ANY_PARENT
    for table in own_tables(subject.catalog):
        declared = {name for key in table.foreign_keys for name in key.columns}
        for column in table.columns:
            kind = polymorphic_type(table, column)
            own_key = table.primary_key is not None and table.primary_key.columns == (column.name,)
            if kind is None or own_key or declared & {column.name, kind.name}:
                continue
            noun = words(column.name)[:-1]
            if "".join(singular(word) for word in noun) not in tables and singular(noun[-1]) not in tables | last_words:
                yield table, kind, column


def _key(table: Table) -> Column | None:
    key = table.primary_key
    return table.column(key.columns[0]) if key and len(key.columns) == 1 else None


def _spellings(subject: Subject, table: Table) -> set[str]:
    """How a type column may name a table: by its whole name, or by its last word where only one table ends with it."""
    named = stem(table.name)
    if not named:
        return set()
    last = singular(named[-1])
    alone = sum(stem(other.name)[-1:] in ((named[-1],), (last,)) for other in own_tables(subject.catalog)) == 1
    short = {last, plural(named[-1])} if alone else set()
    return {"".join(named), "".join((*named[:-1], plural(named[-1]))), *short}


def _spoken(table: Table) -> set[str]:
    """The whole name of a table and its last word, as letters alone, in the singular and the plural."""
    named = stem(table.name)
    whole, last = "".join(named), named[-1] if named else ""
    return {whole, "".join((*named[:-1], plural(last))), last, plural(last)} - {""}


def _may_be_a_class(value: str) -> bool:
    """Whether a value is spelt as programs spell classes: BlogPost, App\\Models\\Post, Blog::Post."""
    return re.fullmatch(r"([A-Za-z]\w*(\\|::|\.|/))*[A-Z][a-z]\w*", value) is not None


def _type_name(value: str) -> str:
    r"""The last part of a class name such as App\Models\BlogPost, as letters alone."""
    return "".join(words(re.split(r"[\\./:]", value)[-1]))


def _orphans(subject: Subject, table: Table, kind: Column, identifier: Column, parent: Table) -> CountNotTrue:
    """Asks for rows of a type whose parent is missing."""
    key = _key(parent)
    quote = subject.quote
    named = stem(parent.name)
    snake = {
        "_".join(named),
        "_".join((*named[:-1], plural(named[-1]))) if named else "",
        *_spellings(subject, parent),
    }
    listed_names = ", ".join(f"'{each}'" for each in sorted(snake) if each.replace("_", "").isalnum())
    target = subject.place(parent)
    column = (
        quote(kind.name) if kind.type.is_text or subject.engine != "postgres" else f"CAST({quote(kind.name)} AS text)"
    )
    expression = (
        f"{quote(identifier.name)} IS NULL OR lower({column}) NOT IN ({listed_names}) "
        f"OR {quote(identifier.name)} IN (SELECT {quote(key.name if key else '')} FROM {target})"
    )
    return CountNotTrue(table.ref, expression)


def _missing(outcome: CheckOutcome, identifier: Column, parent: Table) -> Evidence:
    return seen(
        f"{count(outcome.false, 'row has', 'rows have')} the type of {parent.ref}, and no row of it has that {identifier.name}; "
        f"looked at {looked_at(outcome)}.",
        outcome,
    )
