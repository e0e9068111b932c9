"""A name that abbreviates a word which the schema writes out elsewhere.

## Why
`cust_id` here and `customer_name` there: each query needs a look at which it was, a search for one doesn't find the
other, and tools that tell relationships from names miss them.

Only well-known abbreviations are looked for, and only those whose word the same schema writes out too; a schema that
abbreviates throughout has a convention. Each abbreviation is one finding.

## Bad
```sql
CREATE TABLE customers (id integer PRIMARY KEY, phone_number varchar(20));
CREATE TABLE orders (id integer PRIMARY KEY, cust_id integer REFERENCES customers (id), order_qty integer NOT NULL);
```

## Good
```sql
CREATE TABLE customers (id integer PRIMARY KEY, phone_number varchar(20));
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers (id), quantity integer NOT NULL);
```

## Fix
Renames columns, where no view, routine or trigger says the old name. Unsafe: programs use it.

## Options
- `words`: further abbreviations with their words: `{ kd = "kunde" }`.
- `everywhere`: also report abbreviations whose word is written out nowhere (default false).
"""

from collections.abc import Iterable

from dbwright.catalog.objects import Catalog, Table
from dbwright.errors import UsageError
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._deviations import DATABASE, Deviation
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import singular, words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._renaming import renamed_column, renaming
from dbwright.rules.design._tables import own_tables

_WORDS = {
    "acct": "account",
    "addr": "address",
    "amt": "amount",
    "attr": "attribute",
    "bal": "balance",
    "cat": "category",
    "catg": "category",
    "cnt": "count",
    "cntry": "country",
    "cust": "customer",
    "dept": "department",
    "descr": "description",
    "dt": "date",
    "emp": "employee",
    "flg": "flag",
    "fname": "name",
    "grp": "group",
    "hist": "history",
    "inv": "invoice",
    "lang": "language",
    "lname": "name",
    "lvl": "level",
    "mgr": "manager",
    "mnth": "month",
    "msg": "message",
    "nbr": "number",
    "ord": "order",
    "org": "organization",
    "pmt": "payment",
    "pos": "position",
    "prd": "product",
    "prod": "product",
    "pwd": "password",
    "qty": "quantity",
    "sts": "status",
    "tel": "telephone",
    "trx": "transaction",
    "txn": "transaction",
    "typ": "type",
    "usr": "user",
    "val": "value",
    "yr": "year",
}
"""Abbreviations that are read in one way, with their words."""


class AbbreviatedName(Rule):
    """Finds abbreviations of words that are written out elsewhere."""

    code = "N005"
    group = "names"
    severity = "note"
    bundle = "strict"

    def check(self, subject: Subject) -> Iterable[Finding]:
        known = _WORDS | _given(subject)
        used = _used(subject.catalog)
        places: dict[str, list[Deviation]] = {}
        for table in own_tables(subject.catalog):
            prefix = _own_prefix(table)
            for ref in (table.ref, *(table.column_ref(column.name) for column in table.columns)):
                for word in dict.fromkeys(words(ref.name)):
                    full = known.get(word)
                    if full is None or word == prefix or not (full in used or subject.option("everywhere", False)):
                        continue
                    to = _written_out(ref.name, word, full)
                    operation = renamed_column(subject, table, ref.name, to) if ref.kind == "column" and to else None
                    places.setdefault(word, []).append(Deviation(table, ref, to, operation))
        for word, deviations in sorted(places.items()):
            one = len(deviations) == 1
            names = list(dict.fromkeys(each.ref.name for each in deviations))
            example = used.get(known[word])
            yield self.finding(
                deviations[0].ref if one else DATABASE,
                f"{listed(names)} {'abbreviates' if len(names) == 1 else 'abbreviate'} {known[word]} to {word}"
                + (f", which {example} writes out." if example else "."),
                Evidence(
                    f"{word} stands in {count(len(deviations), 'name')} of tables and columns"
                    + (f"; {known[word]} is written out in {example}." if example else ".")
                ),
                help=f"Write {known[word]} in full, here or nowhere.",
                related=() if one else [each.ref for each in deviations],
                fix=renaming(f"Write out {known[word]}", [each.operation for each in deviations]),
            )


def _own_prefix(table: Table) -> str | None:
    """The word that most columns of a table begin with: a mark of the table, as some schemas want it, and no abbreviation."""
    first = [words(column.name)[0] for column in table.columns if words(column.name)]
    best = max(dict.fromkeys(first), key=first.count, default=None)
    return best if best and len(first) > 2 and first.count(best) > 0.6 * len(table.columns) else None


def _given(subject: Subject) -> dict[str, str]:
    given = subject.option("words", {})
    if not isinstance(given, dict) or not all(isinstance(each, str) for pair in given.items() for each in pair):
        raise UsageError("The option words of abbreviated-name must be a table of abbreviations with their words.")
    return {short.lower(): full.lower() for short, full in given.items()}


def _used(catalog: Catalog) -> dict[str, str]:
    """Every word in the singular that a name of the user's contains, with the first such name."""
    found: dict[str, str] = {}
    for table in own_tables(catalog):
        for name in (table.name, *(f"{table.name}.{column.name}" for column in table.columns)):
            for word in words(name.rpartition(".")[2]):
                found.setdefault(singular(word), name)
    return found


def _written_out(name: str, short: str, full: str) -> str:
    """The name with the abbreviation written out; "" where it isn't plain to see (CUSTNAME)."""
    parts = name.split("_")
    if short not in parts or not name.islower():
        return ""
    return "_".join(full if part == short else part for part in parts)
