"""An index over a function that is declared IMMUTABLE, though its result depends on more than its arguments.

## Why
PostgreSQL computes an indexed expression when the row is written and trusts that it will always be the same. Only
functions declared IMMUTABLE are let in, and nobody checks the declaration. A function that reads a table, the clock, a
setting or the session's time zone gives another result tomorrow: searches then miss rows that are there, and a unique
index lets duplicates in. The wrong answers come without an error.

## Bad
```sql
CREATE TABLE rates (currency text PRIMARY KEY, rate numeric NOT NULL);
CREATE TABLE orders (id integer PRIMARY KEY, currency text NOT NULL, amount numeric NOT NULL);
CREATE FUNCTION in_euro(text, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE
  AS 'SELECT $2 * rate FROM public.rates WHERE currency = $1';
CREATE INDEX orders_in_euro ON orders (in_euro(currency, amount));
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY, currency text NOT NULL, amount numeric NOT NULL);
CREATE FUNCTION folded(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(trim($1))';
CREATE INDEX orders_currency ON orders (folded(currency));
```

## Fix
Drops the index, since it cannot be right. Keep the value in a column that a trigger or the application brings up to date,
and index that.

## References
- PostgreSQL, [Function volatility categories](https://www.postgresql.org/docs/current/xfunc-volatility.html)
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.objects import Index, Routine, Table
from dbwright.change.operations import DropIndex
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import pinned
from dbwright.rules.design._tables import own_tables

_COMMENTS_AND_TEXTS = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(", re.I),
        "the clock",
    ),
    (re.compile(r"\b(current_date|current_time(stamp)?|localtime(stamp)?)\b", re.I), "the clock"),
    (
        re.compile(r"\b(random|gen_random_uuid|uuid_generate_v\w+|nextval|lastval|currval)\s*\(", re.I),
        "chance or a sequence",
    ),
    (
        re.compile(r"\b(current_setting|set_config|pg_backend_pid|inet_client_addr)\s*\(", re.I),
        "the session's settings",
    ),
    (re.compile(r"\b(current_user|session_user|current_role|current_schema)\b", re.I), "who asks"),
    (re.compile(r"\b(insert\s+into|update\s+\w+\s+set|delete\s+from)\b", re.I), "what it writes"),
)
_READS = re.compile(r"\b(?:from|join)\s+(?:only\s+)?((?:\"[^\"]+\"|\w+)(?:\.(?:\"[^\"]+\"|\w+))?)(?!\s*\()", re.I)


class VolatileIndexExpression(Rule):
    """Finds indexes over expressions that change by themselves."""

    code = "I012"
    group = "indexes"
    engines = ("postgres",)
    harm = "data"

    def check(self, subject: Subject) -> Iterable[Finding]:
        suspects = [(routine, sign) for routine in subject.catalog.routines if (sign := _depends_on(subject, routine))]
        if not suspects:
            return
        for table, index, text in _expressions(subject):
            for routine, sign in suspects:
                if re.search(rf"(?<!\w)\"?{re.escape(routine.name)}\"?\s*\(", text):
                    yield self._finding(table, index, routine, sign)
                    break

    def _finding(self, table: Table, index: Index, routine: Routine, sign: str) -> Finding:
        ref = table.ref.child("index", index.name)
        unique = " and lets duplicates in" if index.unique else ""
        fix = None if pinned(table, index) else Fix(f"Drop {index.name}", "unsafe", (DropIndex(target=ref),))
        return self.finding(
            ref,
            f"The index {index.name} on {table.ref} is over {routine.name}(), which is declared IMMUTABLE but depends on {sign}: "
            f"it misses rows{unique} once that changes.",
            Evidence(f"The body of {routine.name}({routine.arguments}) uses {sign}."),
            help=f"Keep the result in a column and index that, or make {routine.name}() depend on its arguments alone.",
            fix=fix,
            related=(routine.ref,),
        )


def _expressions(subject: Subject) -> Iterator[tuple[Table, Index, str]]:
    for table in own_tables(subject.catalog):
        for index in table.indexes:
            texts = [part.expression for part in index.parts if part.expression]
            texts += [index.predicate] if index.predicate else []
            if texts:
                yield table, index, " ".join(texts)


def _depends_on(subject: Subject, routine: Routine) -> str | None:
    """What else than its arguments the body of an IMMUTABLE function uses, in words; None where nothing tells."""
    if routine.volatility != "immutable" or routine.language not in ("sql", "plpgsql"):
        return None
    body = _body(routine)
    for pattern, sign in _SIGNS:
        if pattern.search(body):
            return sign
    names = {table.name.casefold() for table in subject.catalog.tables}
    names |= {view.name.casefold() for view in subject.catalog.views}
    for found in _READS.finditer(body):
        name = found[1].rpartition(".")[2].strip('"')
        if name.casefold() in names:
            return f"the rows of {name}"
    return None


def _body(routine: Routine) -> str:
    """The statements of a function without texts and comments."""
    _, separator, rest = routine.definition.partition("$")
    if not separator:
        return _COMMENTS_AND_TEXTS.sub(" ", routine.definition)
    tag = "$" + rest.partition("$")[0] + "$"
    between = routine.definition.split(tag)
    return _COMMENTS_AND_TEXTS.sub(" ", between[1] if len(between) > 2 else routine.definition)
