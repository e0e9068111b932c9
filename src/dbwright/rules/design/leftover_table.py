"""A table that looks left over: a copy, a backup or a temporary table beside the one that is used.

## Why
`orders_backup_2023` was made before a risky change and forgotten. It keeps personal data that was deleted elsewhere,
takes room and time in every backup, and every now and then a query reads it by mistake.

A name alone (`tmp_import`, `copy_of_orders`) makes a note. Where the table that it was copied from stands beside it
with the same columns, and no foreign key, view or routine uses the copy, that is a warning. `test_…` and `…_new`
count only beside such an original. Rows, and scans since the counters began, are shown where the engine counts them.

## Bad
```sql
CREATE TABLE orders (id integer PRIMARY KEY, placed_on date, amount integer);
CREATE TABLE orders_backup (id integer PRIMARY KEY, placed_on date, amount integer);
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY, placed_on date, amount integer);
CREATE TABLE backup_jobs (id integer PRIMARY KEY, started_on date);
```

## Fix
None to run: dropping a table loses its rows. Dump it, rename it for a while to see who complains, then drop it.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Table
from dbwright.finding import Evidence, Finding, Severity
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import plural, singular, word_set, words
from dbwright.rules.design._phrases import size
from dbwright.rules.design._tables import own_tables

_FIRST = word_set("tmp zz zzz xx todelete")
_FIRST_BESIDE = word_set("temp test old backup bak bkp new copy")
_LAST = word_set("bak bkp deprecated obsolete unused tmp old orig deleteme todelete")
_LAST_BESIDE = word_set("backup copy new temp test original previous prev saved save")
_DATE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])")
"""A whole day. Tables by month and year are the rule copied-tables."""
_HISTORY = word_set("history archive archived version versions audit log hist snapshot snapshots")


class _Leftover(msgspec.Struct, frozen=True):
    """A table that looks left over, the word that says so, and the one that it was copied from where that exists."""

    table: Table
    word: str
    original: Table | None


class LeftoverTable(Rule):
    """Finds copies, backups and temporary tables that somebody forgot."""

    code = "N015"
    group = "names"
    harm = "clarity"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for found in _leftovers(subject):
            table, original = found.table, found.original
            used = _used_by(subject, table)
            copied = f" beside {original.ref}, whose columns it has" if original else ""
            severity: Severity = "warning" if original and not used else "note"
            yield self.finding(
                table.ref,
                f"{table.ref} looks left over: its name says {found.word!r}{copied}"
                + (f"; but {used} uses it." if used else ", and nothing in the database uses it."),
                Evidence(_measured(subject, table)),
                help="Make sure that no program reads it, dump it, and drop it."
                if not used
                else "Give it a name that says what it is for, or move what uses it and drop it.",
                severity=severity,
                related=(original.ref,) if original else (),
            )


def _leftovers(subject: Subject) -> Iterator[_Leftover]:
    tables = list(own_tables(subject.catalog))
    by_words: dict[tuple[str, tuple[str, ...]], Table] = {}
    for table in tables:
        by_words.setdefault((table.namespace, words(table.name)), table)
    for table in tables:
        named = words(table.name)
        if _HISTORY.intersection(named) or table.inherits or not named:
            continue
        word, rest = _said(named)
        if not word:
            continue
        original = next((by_words[key] for key in _originals(table, rest) if key in by_words), None)
        if original is not None and (original is table or not _same_columns(table, original)):
            original = None
        certain = (
            named[0] in _FIRST or named[-1] in _LAST or named[:2] in (("copy", "of"), ("backup", "of"), ("do", "not"))
        )
        if original is not None or (certain and len(named) > 1):
            yield _Leftover(table, word, original)


def _said(named: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The word by which a name says that it is left over, and the rest of the name; "" where it doesn't."""
    if named[:2] in (("copy", "of"), ("backup", "of"), ("bak", "of")) and len(named) > 2:
        return " ".join(named[:2]), named[2:]
    said = ""
    rest = list(named)
    while len(rest) > 1 and (rest[-1].isdigit() or rest[-1] in _LAST | _LAST_BESIDE):
        word = rest.pop()
        if not word.isdigit() or (_DATE.fullmatch(word) and not said):
            said = word
    if not said and len(rest) > 1 and rest[0] in _FIRST | _FIRST_BESIDE:
        said = rest.pop(0)
    return said, tuple(rest)


def _originals(table: Table, rest: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Where the table that was copied may stand: the rest of the name, in the singular or the plural."""
    if rest:
        yield table.namespace, rest
        yield table.namespace, (*rest[:-1], plural(rest[-1]))
        yield table.namespace, (*rest[:-1], singular(rest[-1]))


def _same_columns(table: Table, original: Table) -> bool:
    """Whether at least 70 % of the columns of both are the same."""
    ours = {column.name.casefold() for column in table.columns}
    theirs = {column.name.casefold() for column in original.columns}
    return len(ours & theirs) >= 2 and len(ours & theirs) >= 0.7 * max(len(ours), len(theirs))


def _used_by(subject: Subject, table: Table) -> str | None:
    """A foreign key, view, routine or trigger that uses the table; None where nothing does."""
    for child, _ in subject.lookup.referencing(table):
        if child is not table:
            return f"a foreign key of {child.ref}"
    return _said_by(subject.lookup).get(table.name.casefold())


@lru_cache(maxsize=8)
def _said_by(lookup: Lookup) -> dict[str, str]:
    """Every word in a definition that the database keeps as text, with what says it; worked out once for a catalog."""
    catalog = lookup.catalog
    texts = [(f"the view {view.ref}", view.definition) for view in catalog.views]
    texts += [(f"the {each.kind} {each.name}", each.definition) for each in catalog.routines]
    texts += [(f"the event {each.name}", each.definition) for each in catalog.events]
    for table in catalog.tables:
        texts += [(f"the trigger {each.name} of {table.ref}", each.definition) for each in table.triggers]
    found: dict[str, str] = {}
    for what, text in texts:
        for word in set(re.findall(r"\w+", text.casefold())):
            found.setdefault(word, what)
    return found


def _measured(subject: Subject, table: Table) -> str:
    """Its size and use as far as the engine counts them."""
    stats = subject.facts.tables.get(table.ref)
    if stats is None:
        return f"{table.ref} has {count(len(table.columns), 'column')}; its size is not known from definitions."
    text = f"{table.ref} has {count(stats.rows, 'row')}"
    text += f" in {size(stats.bytes)}" if stats.bytes else ""
    if stats.reads is not None and stats.writes is not None:
        text += (
            f"; since the counters began it was scanned {stats.reads:,} times, and {count(stats.writes, 'row')} written"
        )
    return f"{text}."
