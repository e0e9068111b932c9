"""Texts that are compared with each other but have different collations, or a database of several collations.

## Why
A collation says which texts are equal and in what order they come. Where two columns of different collations are joined,
MySQL refuses the comparison ("Illegal mix of collations") or converts one side and leaves its index aside; PostgreSQL
can't decide and fails; in SQLite the left side's collation wins, so that `a = b` and `b = a` find different rows. A
database where most tables have one collation and some another has that waiting in every new join.

Pairs are taken from queries, views and routines that join them, and from names that leave no doubt; declared foreign keys
are another rule's. Binary and ASCII collations of codes, hashes and tokens are chosen on purpose and left out. Tables that
differ, without a join being known, are a note.

## Bad
```sql mysql
CREATE TABLE a (id integer PRIMARY KEY, name varchar(80)) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci;
CREATE TABLE b (id integer PRIMARY KEY, name varchar(80)) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
```
```sql postgres
CREATE TABLE countries (code text COLLATE "C" PRIMARY KEY);
CREATE TABLE towns (id integer PRIMARY KEY, country_code text COLLATE "POSIX");
CREATE VIEW known AS SELECT t.id FROM towns t JOIN countries c ON c.code = t.country_code;
```
```sql sqlite
CREATE TABLE users (id integer PRIMARY KEY, login text NOT NULL UNIQUE COLLATE NOCASE);
CREATE TABLE posts (id integer PRIMARY KEY, user_login text NOT NULL);
CREATE VIEW written AS SELECT p.id FROM posts p JOIN users u ON u.login = p.user_login;
```

## Good
```sql
CREATE TABLE a (id integer PRIMARY KEY, name varchar(80));
CREATE TABLE b (id integer PRIMARY KEY, name varchar(80));
```

## Fix
Gives the joined column the collation of the other. Unsafe: other texts become equal, and the column's indexes are built
again.

## References
- MySQL, [Collation coercibility](https://dev.mysql.com/doc/refman/8.4/en/charset-collation-coercibility.html)
- PostgreSQL, [Collation support](https://www.postgresql.org/docs/current/collation.html)
- SQLite, [Collating sequences](https://www.sqlite.org/datatype3.html#collating_sequences)
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.change.operations import ChangeColumn
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._character_sets import charset_of, collation_of, holds_text, order_of
from dbwright.rules.design._columns import is_fixed_part, schema_ref, schema_shown
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._references import implied_references
from dbwright.rules.design._tables import own_tables

_ON_PURPOSE = ("bin", "C", '"C"', '"POSIX"', "POSIX", "BINARY")


class MixedCollations(Rule):
    """Finds collations that clash."""

    code = "T014"
    group = "types"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for left, right, why in _compared(subject):
            yield from self._pair(subject, left, right, why)
        if subject.engine == "mysql":
            yield from self._schemas(subject)

    def _pair(self, subject: Subject, left: Ref, right: Ref, why: str) -> Iterable[Finding]:
        tables = subject.lookup.table(left.path), subject.lookup.table(right.path)
        columns = subject.lookup.column(left), subject.lookup.column(right)
        if not (tables[0] and tables[1] and columns[0] and columns[1]):
            return
        if not (holds_text(subject, columns[0]) and holds_text(subject, columns[1])):
            return
        ours, theirs = collation_of(tables[0], columns[0]), collation_of(tables[1], columns[1])
        if not _differ(subject, ours, theirs):
            return
        shown = ours or "the default collation", theirs or "the default collation"
        meant = msgspec.structs.replace(columns[0], collation=theirs, charset=charset_of(tables[1], columns[1]))
        tied = is_fixed_part(subject, tables[0], columns[0])
        yield self.finding(
            left,
            f"{left} ({shown[0]}) is compared with {right} ({shown[1]}): "
            + {
                "postgres": "PostgreSQL can't decide which collation holds.",
                "sqlite": "the result hangs on which of them stands on the left.",
            }.get(subject.engine, "the comparison fails, or leaves an index aside."),
            Evidence(why),
            help=f"Give {left.name} the collation of {right}.",
            fix=None if tied else Fix(f"Give {left.name} {shown[1]}", "unsafe", (ChangeColumn(target=left, to=meant),)),
            related=[right],
        )

    def _schemas(self, subject: Subject) -> Iterable[Finding]:
        by_schema: dict[str, list[Table]] = {}
        for table in own_tables(subject.catalog):
            collation = table.options.get("collate")
            follows = any(holds_text(subject, each) and not each.collation for each in table.columns)
            if collation and follows and order_of(collation) not in _ON_PURPOSE and not collation.startswith("ascii"):
                by_schema.setdefault(table.namespace, []).append(table)
        for namespace, tables in by_schema.items():
            orders = Counter(order_of(table.options["collate"]) for table in tables)
            if len(orders) < 2:
                continue
            usual, times = orders.most_common(1)[0]
            odd = [table for table in tables if order_of(table.options["collate"]) != usual]
            others = listed(sorted({table.options["collate"] for table in odd}))
            yield self.finding(
                schema_ref(namespace),
                f"The tables of {schema_shown(namespace)} have {len(orders)} collations: {times} order by {usual}, "
                f"{count(len(odd), 'table')} by {others}. A join of texts between them fails or leaves indexes aside.",
                Evidence(f"The other {'table is' if len(odd) == 1 else 'tables are'} {listed([t.name for t in odd])}."),
                help="Give all tables one collation.",
                severity="note",
                related=[table.ref for table in odd],
            )


def _compared(subject: Subject) -> Iterator[tuple[Ref, Ref, str]]:
    """Pairs of columns that are compared, with how that is known; pairs of declared foreign keys are left out."""
    declared = {
        frozenset((table.column_ref(ours), Ref("column", (*key.table, theirs))))
        for table in subject.catalog.tables
        for key in table.foreign_keys
        for ours, theirs in zip(key.columns, key.referenced, strict=False)
    }
    told: set[frozenset[Ref]] = set(declared)
    for join in subject.facts.joins:
        pair = frozenset((join.left, join.right))
        if pair not in told and len(pair) == 2:
            told.add(pair)
            left, right = join.left, join.right
            if _is_key(subject, left) and not _is_key(subject, right):
                left, right = right, left
            where = f"the {join.where} {join.name}".strip() if join.where != "query" else "a query that the server ran"
            yield left, right, f"They are joined in {where}."
    for each in implied_references(subject):
        left, right = each.table.column_ref(each.column.name), each.parent.column_ref(each.parent_column.name)
        if frozenset((left, right)) not in told and each.certain:
            told.add(frozenset((left, right)))
            yield left, right, f"By its name, {left.name} refers to {right}."


def _is_key(subject: Subject, column: Ref) -> bool:
    table = subject.lookup.table(column.path)
    return table is not None and (column.name,) in table.keys


def _differ(subject: Subject, ours: str | None, theirs: str | None) -> bool:
    if subject.engine == "mysql":
        return bool(ours and theirs) and order_of(ours or "") != order_of(theirs or "")
    if subject.engine == "sqlite":
        return (ours or "BINARY").upper() != (theirs or "BINARY").upper()
    return bool(ours and theirs) and ours != theirs  # in PostgreSQL, any other wins over the default collation
