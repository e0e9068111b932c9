"""A table without a primary key.

## Why
Without a primary key the same row can be stored twice, and then no statement can change or delete just one of the
two. Foreign keys have nothing to point at, replication (PostgreSQL's logical, MySQL's row-based) cannot name the row
that changed, and most ORMs refuse the table.

## Bad
```sql
CREATE TABLE countries (code char(2) NOT NULL, name varchar(80) NOT NULL);
```

## Good
```sql
CREATE TABLE countries (code char(2) PRIMARY KEY, name varchar(80) NOT NULL);
```

## Fix
Makes a key that is there already (unique and NOT NULL) the primary key. Where none is declared, but the rows show one
NOT NULL column whose name is that of a key and whose values are all distinct, that column is proposed. Otherwise a
key has to be added by hand; rows that are stored twice by now are counted and shown.

## References
- PostgreSQL, [Primary
  keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS)
- MySQL, [Replication and tables without primary
  keys](https://dev.mysql.com/doc/refman/8.4/en/group-replication-requirements.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CountDistinct, Counted, CountRepeated, Distinct, Question
from dbwright.catalog.objects import PrimaryKey, Table
from dbwright.change.operations import AddPrimaryKey, DropConstraint, DropIndex, Operation
from dbwright.finding import Evidence, Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._references import implied_references
from dbwright.rules.design._shapes import junction_key, linked_columns
from dbwright.rules.design._tables import base_type, keeps_records, made_redundant, own_tables

_KEY_WORDS = word_set("code guid id isbn iso key no number sku slug uuid")

_PART_WORDS = word_set("code country currency key lang language locale month number quarter region week year")
"""Words of columns that identify a row together with others (currency and day of an exchange rate)."""


class NoPrimaryKey(Rule):
    """Finds tables without a primary key, and the key that they could have."""

    code = "K001"
    group = "keys"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table in self._keyless(subject):
            if _declared_key(table) is None:
                yield from (CountDistinct(table.ref, columns) for columns in _candidates(table))
                if columns := _comparable(subject, table):
                    yield CountRepeated(table.ref, columns)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in self._keyless(subject):
            yield self._finding(subject, table)

    def _keyless(self, subject: Subject) -> Iterator[Table]:
        """The tables without a primary key; links between tables are left to the rule on junction tables."""
        tables = [table for table in own_tables(subject.catalog) if table.primary_key is None and table.columns]
        implied = list(implied_references(subject)) if tables else []
        for table in tables:
            references = linked_columns(table, (each for each in implied if each.table is table))
            if table.keys or junction_key(table, references) is None:
                yield table

    def _finding(self, subject: Subject, table: Table) -> Finding:
        declared = _declared_key(table)
        if declared:
            operations = _promote(subject, table, declared)
            return self.finding(
                table.ref,
                f"{table.ref} has no primary key, although ({', '.join(declared)}) is unique and NOT NULL.",
                Evidence(
                    f"A unique key over ({', '.join(declared)}) is declared, and none of its columns can be NULL."
                ),
                help=f"Make ({', '.join(declared)}) the primary key.",
                fix=Fix(f"Make ({', '.join(declared)}) the primary key of {table.name}", "unsafe", operations)
                if operations
                else None,
            )
        evidence = [Evidence("No primary key is declared, and no unique key without nullable columns.")]
        for columns in _candidates(table):
            question = CountDistinct(table.ref, columns)
            answer = subject.facts.ask(question, Distinct)
            if answer is None:
                evidence.append(unchecked(subject, question))
                break
            enough = 2 if len(columns) == 1 else 20
            if answer.rows >= enough and answer.distinct == answer.rows:
                return self._with_candidate(table, columns, answer)
            if answer.rows > 1:
                repeats = count(answer.complete - answer.distinct, "row repeats", "rows repeat")
                evidence.append(
                    seen(
                        f"({', '.join(columns)}) cannot be the key: {repeats} a value of another, of {looked_at(answer)}.",
                        answer,
                    )
                )
        repeated = subject.facts.ask(CountRepeated(table.ref, _comparable(subject, table)), Counted)
        copies = repeated.matching if repeated else 0
        if repeated and copies:
            told = f"{count(copies, 'row')} of {looked_at(repeated)} {'is' if copies == 1 else 'are'} stored more than once."
            evidence.append(seen(told, repeated))
        nullable = [key for key in table.keys if key]
        hint = "Add a column that numbers the rows, or a primary key over the columns that tell one row from another."
        if nullable:
            hint = (
                f"({', '.join(nullable[0])}) is unique but may be NULL: forbid NULL there and make it the primary key."
            )
        if keeps_records(table):
            return self.finding(
                table.ref,
                f"{table.ref} has no primary key. It looks like a table of records that are only added, where that hurts less.",
                *evidence,
                help=f"{hint} Replication and clean-up need one as well.",
                severity="note",
            )
        return self.finding(
            table.ref,
            f"{table.ref} has no primary key: the same row can be stored twice"
            + (f", as {count(copies, 'row is', 'rows are')} already, and" if copies else ", and")
            + " nothing can refer to one.",
            *evidence,
            help=hint,
            touched=Touched(rows=copies) if copies else None,
        )

    def _with_candidate(self, table: Table, columns: tuple[str, ...], answer: Distinct) -> Finding:
        named = columns[0] if len(columns) == 1 else f"({', '.join(columns)})"
        sure = not answer.sampled and answer.rows >= 20 and len(columns) == 1
        operations: list[Operation] = [AddPrimaryKey(target=table.ref, key=PrimaryKey(columns=columns))]
        operations += [
            DropIndex(target=table.ref.child("index", index.name)) for index in made_redundant(table, columns)
        ]
        return self.finding(
            table.ref,
            f"{table.ref} has no primary key, although {named} is NOT NULL and different in every row.",
            seen(f"{named} has {count(answer.distinct, 'different value')} in {looked_at(answer)}.", answer),
            help=f"Make {named} the primary key.",
            fix=Fix(f"Make {named} the primary key of {table.name}", "safe" if sure else "unsafe", tuple(operations)),
            severity="note" if keeps_records(table) else None,
        )


def _comparable(subject: Subject, table: Table) -> tuple[str, ...]:
    """All columns, to count rows that are stored twice; () where there are many, or some have no equality."""
    kinds = ("boolean", "integer", "decimal", "float", "money", "char", "varchar", "text", "date", "time", "timestamp")
    plain = all(base_type(subject, each.type).kind in (*kinds, "uuid", "enum", "year") for each in table.columns)
    return tuple(column.name for column in table.columns) if plain and len(table.columns) <= 16 else ()


def _declared_key(table: Table) -> tuple[str, ...] | None:
    """The shortest unique key without nullable columns."""
    whole = [
        key for key in table.keys if key and all((column := table.column(name)) and not column.nullable for name in key)
    ]
    return min(whole, key=len, default=None)


def _candidates(table: Table) -> list[tuple[str, ...]]:
    """NOT NULL columns whose names are those of keys, the likeliest first, and then what identifies a row together."""
    referring = {name for key in table.foreign_keys for name in key.columns}
    own = stem(table.name)
    ranked: list[tuple[int, str]] = []
    together: list[str] = []
    for column in table.columns:
        named = stem(column.name)
        if column.nullable or column.generated or not named:
            continue
        if column.type.kind in ("date", "year") or column.name in referring or named[-1] in _PART_WORDS:
            together.append(column.name)
        if named[-1] in _KEY_WORDS and column.name not in referring:
            if column.identity or named == ("id",):
                ranked.append((0, column.name))
            elif len(named) == 1 or named[:-1] == own[-len(named) + 1 :]:
                ranked.append((1, column.name))
    single = [(name,) for _, name in sorted(ranked, key=lambda each: each[0])][:3]
    return [*single, *([tuple(together)] if 1 < len(together) <= 4 else [])]


def _promote(subject: Subject, table: Table, columns: tuple[str, ...]) -> tuple[Operation, ...]:
    """The primary key added and the unique key that it replaces dropped; nothing where foreign keys stand on the unique key."""
    if any(set(key.referenced) == set(columns) for _, key in subject.lookup.referencing(table)):
        return ()
    operations: list[Operation] = [AddPrimaryKey(target=table.ref, key=PrimaryKey(columns=columns))]
    for unique in table.uniques:
        if unique.columns == columns:
            target = table.ref.child("unique", unique.name or ", ".join(columns))
            operations.append(DropConstraint(target=target, nameless=() if unique.name else columns))
    for index in table.indexes:
        plain = index.unique and index.predicate is None and not any(part.prefix_length for part in index.parts)
        if plain and index.columns == columns:
            operations.append(DropIndex(target=table.ref.child("index", index.name)))
    operations += [DropIndex(target=table.ref.child("index", index.name)) for index in made_redundant(table, columns)]
    return tuple(operations)
