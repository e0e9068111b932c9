"""A default that is text where something else is meant.

## Why
`DEFAULT 'NULL'` stores four letters, which IS NULL never finds. `DEFAULT 'CURRENT_TIMESTAMP'` in SQLite stores that word
instead of the time, and `DEFAULT 'true'` or `'abc'` in a number stores text, because nothing checks it. In PostgreSQL,
`created_at timestamp DEFAULT 'now'` is read once, when the table is made: every row gets the day on which the migration
ran.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, nickname varchar(80) DEFAULT 'NULL');
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, nickname varchar(80) DEFAULT NULL);
```

## Fix
Sets the default that seems to be meant: none, the current time, or the number for true and false. Unsafe, because new rows
get another value; rows that have the wrong one must be corrected by hand.

## References
- SQLite, [The DEFAULT clause](https://www.sqlite.org/lang_createtable.html#the_default_clause)
- PostgreSQL, [Date/time: special values](https://www.postgresql.org/docs/current/datatype-datetime.html): 'now' is
  converted when it is read.
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import Counted, CountMatching, Question
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import SetDefault
from dbwright.finding import Evidence, Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import literal, own_columns
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import stem, word_set

_CALL = re.compile(
    r"current_(timestamp|date|time)(\(\d?\))?|(now|uuid|sysdate|getdate|gen_random_uuid|uuid_generate_v4|random|rand|localtimestamp)"
    r"\(\d?\)|(date)?time\('now'.*\)|date\('now'.*\)|strftime\(.*\)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(current_(timestamp|date|time)|(now|sysdate|getdate)\()|'now'", re.IGNORECASE)
_HAPPENED = word_set("created creation inserted added updated modified logged recorded")
_TRUTH = {
    "true": "1",
    "t": "1",
    "yes": "1",
    "y": "1",
    "on": "1",
    "false": "0",
    "f": "0",
    "no": "0",
    "n": "0",
    "off": "0",
}


class _Unfit(msgspec.Struct):
    """Why a default is wrong, in words, what stands in the rows then, and what is meant (None for no default)."""

    why: str
    value: str
    meant: str | None
    fixable: bool = True


class UnfitDefault(Rule):
    """Finds defaults of another type than their column."""

    code = "T023"
    group = "types"

    def questions(self, subject: Subject) -> Iterable[Question]:
        yield from (_rows_with(subject, table, column, unfit) for table, column, unfit in _found(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column, unfit in _found(subject):
            evidence = [Evidence(f"The default is {column.default}.")]
            answer = subject.facts.ask(_rows_with(subject, table, column, unfit), Counted)
            number = answer.matching if answer else 0
            if answer and number:
                told = f"{count(number, 'row')} of {looked_at(answer)} {'has' if number == 1 else 'have'} that value."
                evidence.append(seen(told, answer))
            default = unfit.meant
            title = (
                f"Set the default of {column.name} to {default}"
                if default
                else f"Take the default of {column.name} away"
            )
            yield self.finding(
                table.column_ref(column.name),
                f"{table.ref}.{column.name} {unfit.why}.",
                *evidence,
                help=f"{title}{', and correct the rows that have it' if number else ''}.",
                fix=Fix(title, "unsafe", (SetDefault(target=table.column_ref(column.name), default=default),))
                if unfit.fixable
                else None,
                touched=Touched(rows=number) if number else None,
            )


def _found(subject: Subject) -> Iterator[tuple[Table, Column, _Unfit]]:
    for table, column, type_ in own_columns(subject):
        text = literal(column.default)
        if text is None or column.generated:
            continue
        unfit = _unfit(subject, column, type_, text.strip())
        if unfit:
            yield table, column, unfit


def _unfit(subject: Subject, column: Column, type_: Type, text: str) -> _Unfit | None:
    meant = text
    if text.upper() in ("NULL", "'NULL'", "(NULL)") and (type_.is_text or subject.engine == "sqlite"):
        return _Unfit(f"has the text {text!r} as default, which is not NULL", text, None)
    if _CALL.fullmatch(text) and (type_.is_text or subject.engine == "sqlite"):
        if type_.kind in ("timestamp", "date", "time") and _CLOCK.search(text):
            meant = {"date": "CURRENT_DATE", "time": "CURRENT_TIME"}.get(type_.kind, "CURRENT_TIMESTAMP")
            return _Unfit(f"has the text {text!r} as default, not the time", text, meant)
        return _Unfit(f"has the text {text!r} as default, not what it would return", text, None, fixable=False)
    if subject.engine == "sqlite" and type_.kind in ("integer", "decimal", "float", "boolean"):
        if type_.kind in ("integer", "boolean") and text.lower() in _TRUTH and not _is_number(text):
            truth = _TRUTH[text.lower()]
            return _Unfit(f"is {column.type.spelling} but has the text {text!r} as default, not {truth}", text, truth)
        if not _is_number(text):
            told = f"is {column.type.spelling} but has the text {text!r} as default, which nothing converts"
            return _Unfit(told, text, None)
    if type_.kind == "timestamp" and _HAPPENED.intersection(stem(column.name)[:1]) and re.match(r"(19[89]|20)\d", text):
        told = f"has a fixed moment as default ({text}): it was read once, and every new row gets it"
        return _Unfit(told, text, "CURRENT_TIMESTAMP")
    return None


def _is_number(text: str) -> bool:
    """Whether SQLite takes a text for a number."""
    return bool(re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", text))


def _rows_with(subject: Subject, table: Table, column: Column, unfit: _Unfit) -> CountMatching:
    value = unfit.value.replace("'", "''")
    if subject.engine == "mysql":
        value = value.replace("\\", "\\\\")
    return CountMatching(table.ref, f"{subject.quote(column.name)} = '{value}'", (column.name,))
