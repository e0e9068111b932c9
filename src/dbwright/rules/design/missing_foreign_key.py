"""A column that names another table and holds its keys, but has no foreign key.

## Why
Without a foreign key nothing stops a row from pointing at something that is not there, or its parent from being
deleted under it. Such orphans drop out of joins without a word: totals no longer add up, pages fail on a missing
author. And no tool can draw or follow the relation.

Names alone mislead, so the rows are asked: every value must be found among the keys that the name implies. Mostly
foreign values mean that the name meant something else, and nothing is reported. Pairs such as `owner_type` and
`owner_id` are another rule's, and identifiers from other systems (`stripe_customer_id`) are left alone.

## Bad
```sql
CREATE TABLE authors (id integer PRIMARY KEY);
CREATE TABLE books (id integer PRIMARY KEY, author_id integer NOT NULL);
```

## Good
```sql
CREATE TABLE authors (id integer PRIMARY KEY);
CREATE TABLE books (
  id integer PRIMARY KEY,
  author_id integer NOT NULL,
  FOREIGN KEY (author_id) REFERENCES authors (id)
);
```

## Fix
Adds the foreign key, an index for it where there is none, and the parent's type where the two differ. Where orphans
exist they have to be repaired first, so the statements are only shown. The actions on DELETE and UPDATE stay at the
default, which refuses.

## Options
- `most-orphans` (default 0.5): the share of values without a parent from which on the column is taken for something
  else.

## References
- PostgreSQL, [Foreign keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK)
- SQLite, [Foreign key support](https://www.sqlite.org/foreignkeys.html)
"""

from collections.abc import Iterable

from dbwright.catalog.facts import Counted, CountOrphans, Question
from dbwright.catalog.objects import Column, ForeignKey, Index, KeyPart, Table
from dbwright.change.operations import AddForeignKey, AlterColumnType, CreateIndex, Operation
from dbwright.finding import Evidence, Finding, Fix, Safety
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._phrases import share
from dbwright.rules.design._references import Implied, implied_references
from dbwright.rules.design._tables import is_indexed, keeps_records
from dbwright.rules.design._widening import difference, seen_by_views


class MissingForeignKey(Rule):
    """Finds references that only the name and the rows know of."""

    code = "R001"
    group = "relationships"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (_question(each) for each in implied_references(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for implied in implied_references(subject):
            question = _question(implied)
            answer = subject.facts.ask(question, Counted)
            if answer is None or not answer.considered:
                if implied.certain:
                    yield self._finding(subject, implied, unchecked(subject, question), _safety(answer))
                continue
            orphans = answer.matching
            if not orphans:
                found = f"{_every(answer.considered)} of {implied.column.name} is found in {_key(implied)}"
                summary = f"{found}; looked at {looked_at(answer)}."
                yield self._finding(subject, implied, seen(summary, answer), _safety(answer))
            elif self._plausible(subject, implied, answer):
                yield self._orphaned(subject, implied, answer)

    def _plausible(self, subject: Subject, implied: Implied, answer: Counted) -> bool:
        """Whether so few values lack a parent that they are orphans, and not something else."""
        limit = float(subject.option("most-orphans", 0.5))
        return answer.matching <= answer.considered * (limit if implied.certain else min(limit, 0.1))

    def _finding(self, subject: Subject, implied: Implied, evidence: Evidence, safety: Safety) -> Finding:
        table, column = implied.table, implied.column
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} refers to {_key(implied)}, but no foreign key says so.",
            evidence,
            help=f"Add a foreign key from {column.name} to {_key(implied)}, and decide what deleting the parent should do.",
            fix=_fix(subject, implied, safety),
            severity="note" if keeps_records(table) else None,
            related=(implied.parent.column_ref(implied.parent_column.name),),
        )

    def _orphaned(self, subject: Subject, implied: Implied, answer: Counted) -> Finding:
        table, column = implied.table, implied.column
        orphans = count(answer.matching, "row of it points", "rows of it point")
        values = {row[0] for row in answer.examples if len(row) == 1}
        help_ = "Give these rows a parent, set the column to NULL, or delete them; then add the foreign key."
        if values and values <= {"0", "", "-1"}:
            help_ = f"{values.pop()!r} seems to mean “none”: make the column nullable and use NULL; then add the foreign key."
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} refers to {_key(implied)} without a foreign key, and {orphans} at nothing.",
            seen(
                f"{answer.matching:,} of {count(answer.considered, 'value')} ({share(answer.matching, answer.considered)}) "
                f"{'is' if answer.matching == 1 else 'are'} not in {_key(implied)}; looked at {looked_at(answer)}.",
                answer,
            ),
            help=help_,
            fix=_fix(subject, implied, "display"),
            severity="note" if keeps_records(table) else "error",
            related=(implied.parent.column_ref(implied.parent_column.name),),
        )


def _safety(answer: Counted | None) -> Safety:
    """What is known to hold in all rows can be declared; what was not asked may fail."""
    return "unsafe" if answer is None or answer.sampled else "safe"


def _question(implied: Implied) -> CountOrphans:
    return CountOrphans(implied.table.ref, (implied.column.name,), implied.parent.ref, (implied.parent_column.name,))


def _key(implied: Implied) -> str:
    return f"{implied.parent.ref}.{implied.parent_column.name}"


def _every(considered: int) -> str:
    return "The only value" if considered == 1 else f"Every one of {considered:,} values"


def _fix(subject: Subject, implied: Implied, safety: Safety) -> Fix:
    """The parent's type where it differs, an index where there is none, and the foreign key."""
    table, column, parent = implied.table, implied.column, implied.parent
    operations: list[Operation] = []
    problem = difference(subject, column, implied.parent_column)
    if problem:
        operations.append(AlterColumnType(target=table.column_ref(column.name), type=implied.parent_column.type))
        safety = (
            "display" if _unalterable(subject, table, column, implied.parent_column) else _no_safer_than_unsafe(safety)
        )
    if subject.engine == "mysql" and not (_holds_keys(table) and _holds_keys(parent)):
        safety = "display"
    if subject.engine != "mysql" and not is_indexed(table, (column.name,)):
        index = Index(name=new_name(subject, "index", table, (column.name,)), parts=(KeyPart(column=column.name),))
        operations.append(CreateIndex(target=table.ref, index=index))
    name = new_name(subject, "foreign_key", table, (column.name,), parent.name)
    key = ForeignKey(
        columns=(column.name,),
        table=(parent.namespace, parent.name),
        referenced=(implied.parent_column.name,),
        name=name,
    )
    operations.append(AddForeignKey(target=table.ref, key=key))
    return Fix(f"Add a foreign key from {table.name}.{column.name} to {_key(implied)}", safety, tuple(operations))


def _no_safer_than_unsafe(safety: Safety) -> Safety:
    return "unsafe" if safety == "safe" else safety


def _unalterable(subject: Subject, table: Table, column: Column, parent: Column) -> bool:
    """Whether the change of type needs more than a new type: another collation, or views that stand in its way."""
    texts = column.type.is_text and (column.charset, column.collation) != (parent.charset, parent.collation)
    return texts or (subject.engine == "postgres" and seen_by_views(subject, (table.column_ref(column.name),)))


def _holds_keys(table: Table) -> bool:
    """Whether MySQL's engine of the table knows foreign keys."""
    engine = next((value for name, value in table.options.items() if name.casefold() == "engine"), "InnoDB")
    return engine.casefold() == "innodb" and table.partitioning is None
