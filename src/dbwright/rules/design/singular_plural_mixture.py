"""Tables named in the singular among tables named in the plural, or the other way round.

## Why
`customer`, but `orders`: nobody can write a query without looking up which it was, and programs that derive one name
from the other need a list of exceptions.

Neither is better; the schema's own majority decides (75 % of at least six tables), or the configuration. Where there
is no majority, that is one note on the whole database. Nouns that have no plural (`inventory`, `staff`, `metadata`)
or no singular (`settings`, `statistics`), tables that only link others, and words that may be both are not counted.

## Bad
```sql
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY);
CREATE TABLE products (id integer PRIMARY KEY);
CREATE TABLE invoices (id integer PRIMARY KEY);
CREATE TABLE payments (id integer PRIMARY KEY);
CREATE TABLE shipments (id integer PRIMARY KEY);
CREATE TABLE supplier (id integer PRIMARY KEY);
```

## Good
```sql
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY);
CREATE TABLE products (id integer PRIMARY KEY);
CREATE TABLE invoices (id integer PRIMARY KEY);
CREATE TABLE payments (id integer PRIMARY KEY);
CREATE TABLE shipments (id integer PRIMARY KEY);
CREATE TABLE suppliers (id integer PRIMARY KEY);
```

## Fix
Renames the tables that depart, where no view, routine or trigger says the old name. Unsafe: programs use it.

## Options
- `number`: `singular` or `plural`, instead of the majority's.
- `preset`: the same from a framework: `snake-plural`, `snake-singular`, `pascal` or `camel`.
"""

from collections.abc import Iterable
from typing import Literal

from dbwright.catalog.objects import Table
from dbwright.errors import UsageError
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._conventions import preset
from dbwright.rules.design._deviations import DATABASE, Deviation, gathered
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import plural, singular, word_set, words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._renaming import renamed_table, renaming
from dbwright.rules.design._tables import keeps_records, own_tables

Number = Literal["singular", "plural"]

_NOT_COUNTED = word_set(
    "access admin advice all analytics archive assets audience audit auth backlog backup basics billing blog cache cargo "
    "catalog clothing config configuration content contents credentials credit data details diff dlq extra fts garbage graph "
    "hierarchy history inbox info intelligence inventory journal knowledge labour ledger legacy lookup mail map master "
    "media membership merchandise meta music new notes old options outbox parameters people permissions pool preferences pricing "
    "queue rel research roster schedule schema security settings spam stats statistics status stock storage stuff sync system test "
    "text time to tmp traffic training transport tree usage weather work xref"
)
"""Nouns without a plural or without a singular, and words that say what sort of table it is."""


_ENDINGS_NOT_COUNTED = ("history", "info", "status", "data", "stats", "log", "config", "cache", "state")
"""Such nouns at the end of a name that is written as one word (hoststatus)."""


class SingularPluralMixture(Rule):
    """Finds tables whose number departs from the others'."""

    code = "N004"
    group = "names"
    severity = "note"

    def check(self, subject: Subject) -> Iterable[Finding]:
        counted = [(table, number) for table in own_tables(subject.catalog) if (number := _number(table))]
        plurals = sum(number == "plural" for _, number in counted)
        singulars = len(counted) - plurals
        summary = f"{count(plurals, 'table is', 'tables are')} named in the plural, {singulars:,} in the singular."
        wanted = _given(subject)
        if wanted is None:
            if len(counted) < 6 or not plurals or not singulars:
                return
            wanted = "plural" if plurals > singulars else "singular"
            if max(plurals, singulars) < 0.75 * len(counted):
                yield self._mixture(counted, summary)
                return
        off = [_deviation(subject, table, wanted) for table, number in counted if number != wanted]
        for group in gathered(off):
            many = len(group.deviations)
            start = f"The table {group.target} is" if many == 1 else f"{count(many, 'table')} are"
            rest = "" if many == 1 else f": {listed(group.names)}"
            basis = "the configuration asks for" if _given(subject) else "most others have"
            yield self.finding(
                group.target,
                f"{start} named in the {'singular' if wanted == 'plural' else 'plural'}, where {basis} the {wanted}{rest}.",
                Evidence(summary),
                help=f"Rename {'it' if many == 1 else 'them'} to {listed(group.suggested)}.",
                related=group.related,
                fix=renaming(f"Rename {listed(group.names)}", group.operations),
            )

    def _mixture(self, counted: list[tuple[Table, Number]], summary: str) -> Finding:
        named = {number: [table.name for table, each in counted if each == number] for number in ("plural", "singular")}
        return self.finding(
            DATABASE,
            f"Tables are named in the plural ({listed(named['plural'], most=3)}) and in the singular "
            f"({listed(named['singular'], most=3)}), and no side has a clear majority.",
            Evidence(summary),
            help="Decide for one; set the option number of singular-plural-mixture so that new tables follow it.",
        )


def _number(table: Table) -> Number | None:
    """Whether a table's name ends in a noun in the singular or the plural; None where that can't be said."""
    named = words(table.name)
    if not named or not named[-1].isalpha() or not named[-1].isascii() or len(named[-1]) < 3:
        return None
    noun = named[-1]
    if (
        noun in _NOT_COUNTED
        or noun.endswith(_ENDINGS_NOT_COUNTED)
        or plural(noun) == singular(noun)
        or keeps_records(table)
        or _links(table)
    ):
        return None
    return "singular" if singular(noun) == noun else "plural"


def _links(table: Table) -> bool:
    """Whether a table is hardly more than its foreign keys: links are named after both sides."""
    key = set(table.primary_key.columns) if table.primary_key else set()
    referring = {name for each in table.foreign_keys for name in each.columns}
    rest = {column.name for column in table.columns} - referring
    return len(table.foreign_keys) > 1 and (rest <= key or (len(key) > 1 and key <= referring))


def _deviation(subject: Subject, table: Table, wanted: Number) -> Deviation:
    noun = words(table.name)[-1]
    other = plural(noun) if wanted == "plural" else singular(noun)
    place = table.name.lower().rindex(noun)
    old = table.name[place : place + len(noun)]
    spelled = other.upper() if old.isupper() and len(old) > 1 else other.capitalize() if old[0].isupper() else other
    to = table.name[:place] + spelled + table.name[place + len(noun) :]
    return Deviation(table, table.ref, to, renamed_table(subject, table, to))


def _given(subject: Subject) -> Number | None:
    asked = preset(subject)
    given = subject.option("number", asked.number if asked else None)
    if given not in (None, "singular", "plural"):
        raise UsageError(f"The option number of singular-plural-mixture is {given!r}.", hint="Use singular or plural.")
    return "singular" if given == "singular" else "plural" if given else None
