"""A constraint or index that is named otherwise than the others of its kind, or that names a table which isn't its own.

## Why
Where every index is called `idx_<table>_<columns>`, an error message or a query plan that says the name says the
table and the columns too. One that is called `by_mail` sends people searching, and one that says `idx_orders_…` but
stands on `invoices`, left over from a copied definition, sends them to the wrong place.

No pattern is imposed: names are compared with the word that they begin or end with (`idx_…`, `…_fkey`), where at
least ten of a kind exist and 80 % share it, or with what the configuration's preset asks. Where tables have more
than a few such names, they are one finding.

## Bad
```sql
CREATE TABLE a (id integer PRIMARY KEY, a integer, b integer, c integer, d integer, e integer);
CREATE INDEX idx_a_a ON a (a);
CREATE INDEX idx_a_b ON a (b);
CREATE INDEX idx_a_c ON a (c);
CREATE INDEX idx_a_d ON a (d);
CREATE INDEX idx_a_e ON a (e);
CREATE TABLE b (id integer PRIMARY KEY, a integer, b integer, c integer, d integer, e integer);
CREATE INDEX idx_b_a ON b (a);
CREATE INDEX idx_b_b ON b (b);
CREATE INDEX idx_b_c ON b (c);
CREATE INDEX idx_b_d ON b (d);
CREATE INDEX by_e ON b (e);
```

## Good
```sql
CREATE TABLE a (id integer PRIMARY KEY, a integer, b integer, c integer, d integer, e integer);
CREATE INDEX idx_a_a ON a (a);
CREATE INDEX idx_a_b ON a (b);
CREATE INDEX idx_a_c ON a (c);
CREATE INDEX idx_a_d ON a (d);
CREATE INDEX idx_a_e ON a (e);
CREATE TABLE b (id integer PRIMARY KEY, a integer, b integer, c integer, d integer, e integer);
CREATE INDEX idx_b_a ON b (a);
CREATE INDEX idx_b_b ON b (b);
CREATE INDEX idx_b_c ON b (c);
CREATE INDEX idx_b_d ON b (d);
CREATE INDEX idx_b_e ON b (e);
```

## Fix
Renames to the pattern that most others follow. Unsafe, because a query may name an index (`USE INDEX`) or a
constraint (`ON CONFLICT ON CONSTRAINT`). SQLite can rename indexes only.

## Options
- `preset`: compare with a framework's names instead of the majority's: `snake-plural` (Rails), `pascal` (.NET).
- `least`: the fewest names of a kind that make a convention (default 10).
- `share`: the share of them that must agree (default 0.8).
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._conventions import common_affix, has_affix, preset
from dbwright.rules.design._deviations import Deviation, gathered
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import words
from dbwright.rules.design._new_names import Kind, is_free, new_name, usual_pattern
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._renaming import renamed_part, renaming
from dbwright.rules.design._tables import own_tables

_SHOWN: dict[Kind, str] = {
    "index": "indexes",
    "foreign_key": "foreign keys",
    "unique": "unique constraints",
    "check": "checks",
}


class _Part(msgspec.Struct, frozen=True):
    """A named index or constraint; the columns it is over, and the parent of a foreign key."""

    table: Table
    ref: Ref
    columns: tuple[str, ...]
    parent: str = ""


class ConstraintAndIndexNames(Rule):
    """Finds names of indexes and constraints that depart from their kind's pattern."""

    code = "N012"
    group = "names"
    severity = "note"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for kind, nouns in _SHOWN.items():
            parts = [part for table in own_tables(subject.catalog) for part in _parts(table, kind)]
            yield from self._misleading(subject, kind, parts)
            names = [part.ref.name for part in parts]
            asked = preset(subject)
            affix = asked.affixes.get(kind) if asked else None
            affix = affix or common_affix(names, least=subject.option("least", 10), share=subject.option("share", 0.8))
            if affix is None or (not asked and _is_own_word(affix, parts)):
                continue
            shown = f"{affix}…" if affix.endswith("_") else f"…{affix}"
            kept = sum(has_affix(name, affix) for name in names)
            off = [part for part in parts if not has_affix(part.ref.name, affix)]
            for group in gathered(_deviation(subject, kind, part, affix) for part in off):
                holder = group.target if group.tables == 1 else count(group.tables, "table")
                holder = group.deviations[0].table.ref if group.tables == 1 else holder
                yield self.finding(
                    group.deviations[0].table.ref if group.tables == 1 else group.target,
                    f"{holder} {'has' if group.tables == 1 else 'have'} {nouns} not named {shown} as "
                    f"{'the configuration says' if asked else 'the others are'}: {listed(group.names)}.",
                    Evidence(f"{kept:,} of {len(names):,} {nouns} are named {shown}."),
                    help=f"Rename them to {shown}, for example {group.suggested[0]}.",
                    fix=renaming(f"Rename {listed(group.names)}", group.operations),
                    related=[each.ref for each in group.deviations],
                )

    def _misleading(self, subject: Subject, kind: Kind, parts: list[_Part]) -> Iterator[Finding]:
        """Names that follow the pattern, but with the name of another table."""
        pattern = usual_pattern(subject, kind)
        before, found, after = (pattern or "").partition("{table}_")
        if not found or (not after.startswith("{columns}") and not after.startswith("on_{columns}")):
            return
        tables = {table.name for table in own_tables(subject.catalog)}
        for part in parts:
            name = part.ref.name
            ending = after.replace("{columns}", "_".join(part.columns))
            if not (name.startswith(before) and name.endswith(f"_{ending}")):
                continue
            said = name[len(before) : len(name) - len(ending) - 1]
            if said in tables and said != part.table.name:
                deviation = _deviation(subject, kind, part)
                yield self.finding(
                    part.ref,
                    f"{name} says that it belongs to {said}, but it stands on {part.table.ref}.",
                    Evidence(f"Most {_SHOWN[kind]} are named {pattern}; there is a table {said} too."),
                    help=f"Rename it to {deviation.to}.",
                    fix=renaming(f"Rename {name}", [deviation.operation]),
                    related=(part.table.ref,),
                )


def _is_own_word(affix: str, parts: list[_Part]) -> bool:
    """Whether what the names share is but a word of the columns and tables that they are over (user_id_fk)."""
    word = affix.strip("_").lower()
    own = sum(word in words(part.table.name) or any(word in words(column) for column in part.columns) for part in parts)
    return 2 * own > len(parts)


def _deviation(subject: Subject, kind: Kind, part: _Part, affix: str = "") -> Deviation:
    """The part with its name to be: as its kind's usual pattern says, where that has the affix; else the affix decides."""
    to = new_name(subject, kind, part.table, part.columns, part.parent)
    if affix and not has_affix(to, affix):
        link = ("on",) if affix == "index_" else ()
        joined = "_".join((part.table.name, *link, *part.columns))
        wanted = f"{affix}{joined}" if affix.endswith("_") else f"{joined}{affix}"
        to = wanted if is_free(subject, part.table.namespace, wanted) else to
    return Deviation(part.table, part.ref, to, renamed_part(subject, part.ref, to))


def _parts(table: Table, kind: Kind) -> Iterator[_Part]:
    """The parts of a kind that somebody named; a unique index often follows another pattern than a plain one."""
    if kind == "index":
        made_for_keys = {key.name for key in table.foreign_keys}  # MySQL names such an index as its foreign key
        for index in table.indexes:
            if not index.unique and index.parent is None and index.name not in made_for_keys:
                columns = tuple(column for column in index.columns if column)
                yield _Part(table, table.ref.child(kind, index.name), columns or ("expression",))
    elif kind == "foreign_key":
        for key in table.foreign_keys:
            if key.name:
                yield _Part(table, table.ref.child(kind, key.name), key.columns, key.table[1])
    elif kind == "unique":
        for unique in table.uniques:
            if unique.name:
                yield _Part(table, table.ref.child(kind, unique.name), unique.columns)
    else:
        for check in table.checks:
            if check.name:
                said = tuple(column.name for column in table.columns if column.name in check.expression)
                yield _Part(table, table.ref.child(kind, check.name), said[:1] or ("check",))
