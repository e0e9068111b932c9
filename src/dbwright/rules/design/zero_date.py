"""A date that stands for "none": 0000-00-00, or a day long ago.

## Why
`0000-00-00` is no date. MySQL's strict mode refuses it, so a dump or a copy of the table stops there; drivers return NULL,
an error or the year -1; other databases don't take it. A day such as 1900-01-01 for "unknown" passes everywhere, and
therefore comes back as an age of 126 years, at the head of every sorted list and inside of every average. NULL says that
there is no value.

The far end of periods (9999-12-31) is a convention of its own and left alone. Days long ago are notes, and in the rows only
where at least 5 of them, and 5 % of all, share one.

## Bad
```sql mysql
CREATE TABLE users (id integer PRIMARY KEY, last_seen date NOT NULL DEFAULT '1000-01-01');
```
```sql
CREATE TABLE users (id integer PRIMARY KEY, last_seen date NOT NULL DEFAULT '1900-01-01');
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, last_seen date);
```

## Fix
Takes the default away where no row has such a date. Where rows have one, the statements that make NULL of it are shown.

## References
- MySQL, [NO_ZERO_DATE](https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sqlmode_no_zero_date)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountMatching, Question
from dbwright.catalog.objects import Column, Table
from dbwright.change.operations import SetDefault
from dbwright.finding import Evidence, Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import literal, own_columns
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import stem, word_set

_LONG_AGO = ("0001-01-01", "1000-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01")
_ALWAYS_KNOWN = word_set("created creation inserted updated modified")
_LEAST, _SHARE = 5, 0.05


class ZeroDate(Rule):
    """Finds dates that mean no date."""

    code = "T022"
    group = "types"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, column in _dates(subject):
            if subject.engine != "postgres":
                yield _zeros(subject, table, column)
            yield _long_ago(subject, table, column)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column in _dates(subject):
            zeros = subject.facts.ask(_zeros(subject, table, column), Counted)
            default = (literal(column.default) or "")[:10]
            if (zeros and zeros.matching) or default == "0000-00-00":
                yield self._zero(subject, table, column, default, zeros)
                continue
            old = subject.facts.ask(_long_ago(subject, table, column), Counted)
            many = old is not None and old.matching >= max(_LEAST, _SHARE * old.considered)
            if default in _LONG_AGO or many:
                yield self._old(subject, table, column, default, old if many else None)

    def _zero(self, subject: Subject, table: Table, column: Column, default: str, zeros: Counted | None) -> Finding:
        number = zeros.matching if zeros else 0
        evidence = []
        if default == "0000-00-00":
            evidence.append(Evidence(f"The default of {column.name} is {column.default}."))
        if zeros and (number or zeros.rows):
            evidence.append(seen(f"{count(number, 'row')} of {looked_at(zeros)} {_has(number)} 0000-00-00.", zeros))
        where = [f"in {count(number, 'row')}"] if number else []
        where += ["as its default"] if default == "0000-00-00" else []
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} uses 0000-00-00 for no date, {' and '.join(where)}: strict mode, drivers "
            "and other databases refuse it.",
            *evidence,
            help="Use NULL for no date.",
            fix=_fix(subject, table, column, default, zeros, _zero_test(subject, column)),
            severity="warning",
            touched=Touched(rows=number) if number else None,
        )

    def _old(self, subject: Subject, table: Table, column: Column, default: str, old: Counted | None) -> Finding:
        evidence = []
        if default in _LONG_AGO:
            evidence.append(Evidence(f"The default of {column.name} is {column.default}."))
        if old:
            told = f"{count(old.matching, 'row')} of {looked_at(old)} {_has(old.matching)} such a day."
            evidence.append(seen(told, old))
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} uses a day long ago for no date: it sorts first, and spoils every difference.",
            *evidence,
            help="Use NULL for no date.",
            fix=_fix(subject, table, column, default, old, _long_ago_test(subject, column)),
            severity="note",
            touched=Touched(rows=old.matching) if old else None,
        )


def _dates(subject: Subject) -> Iterator[tuple[Table, Column]]:
    """Date columns that suggest a stand-in: those that must have a value, or have a fixed date as default."""
    for table, column, type_ in own_columns(subject):
        if type_.kind not in ("date", "timestamp") or column.generated:
            continue
        named = stem(column.name)
        fixed = literal(column.default) is not None
        key = table.primary_key.columns if table.primary_key else ()
        forced = not column.nullable and column.default is None and column.name not in key
        if fixed or (forced and not _ALWAYS_KNOWN.intersection(named)):
            yield table, column


def _zero_test(subject: Subject, column: Column) -> str:
    name = subject.quote(column.name)
    return f"YEAR({name}) = 0" if subject.engine == "mysql" else f"{name} LIKE '0000-00-00%'"


def _long_ago_test(subject: Subject, column: Column) -> str:
    name = subject.quote(column.name)
    day = {"postgres": f"CAST({name} AS date)", "mysql": f"DATE({name})"}.get(subject.engine, f"substr({name}, 1, 10)")
    days = ", ".join(f"'{each}'" for each in _LONG_AGO)
    return f"{day} IN ({days})"


def _zeros(subject: Subject, table: Table, column: Column) -> CountMatching:
    return CountMatching(table.ref, _zero_test(subject, column), (column.name,))


def _long_ago(subject: Subject, table: Table, column: Column) -> CountMatching:
    return CountMatching(table.ref, _long_ago_test(subject, column), (column.name,))


def _has(number: int) -> str:
    return "has" if number == 1 else "have"


def _fix(subject: Subject, table: Table, column: Column, default: str, answer: Counted | None, test: str) -> Fix | None:
    target = table.column_ref(column.name)
    if default and (answer is None or not answer.matching):
        return Fix(f"Take the default of {column.name} away", "unsafe", (SetDefault(target=target, default=None),))
    name = subject.quote(column.name)
    sql = f"UPDATE {subject.quote(table.name)} SET {name} = NULL WHERE {test}"
    return Fix(f"Make NULL of them, when {column.name} may be NULL", "display", sql=(sql,))
