"""What ties the values of made-up rows together: references that nothing declares, either-or columns, totals, periods, counters."""

import random
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bench.schemas.values import plain
from dbwright.catalog.objects import Catalog, Column, Table

Row = dict[str, Any]
Path = tuple[str, str]

_PEOPLE = re.compile(
    r"^(author|creator|owner|assignee|user|recipient|tagger|committer|commit_author|resource_owner|admin)(_user)?_id$|_by(_user)?_id$"
)
_EITHER = (
    ("project_id", "group_id"),
    ("issue_id", "merge_request_id", "initiative_id"),
    ("lead_id", "contact_id"),
)
"""Optional references of which a row of such an application has exactly one."""
_SUM = {
    "add": ("subtotal", "sub_total", "tax_amount", "shipping_amount"),
    "take": ("discount_amount",),
    "total": ("grand_total", "total_amount"),
}
_BEGIN = re.compile(
    r"^(valid_from|start_date|from_date|planned_start|actual_start|date_from|starts_(at|on)|custom_theme_from)$"
)
_END = re.compile(r"^(valid_to|end_date|to_date|due_date|planned_end|actual_end|date_to|ends_(at|on)|custom_theme_to)$")
_COMPARED = re.compile(r'"?(\w+)"? (>=|<=|>|<) "?(\w+)"?')


class Schema:
    """What names alone tell of a schema, gathered once."""

    def __init__(self, catalog: Catalog) -> None:
        self._by_name: dict[str, Table] = {}
        for table in catalog.tables:
            name = plain(table.name)
            for spelling in {name, _singular(name)}:
                self._by_name.setdefault(spelling, table)
        self.parents = {key.table for table in catalog.tables for key in table.foreign_keys}
        self._by_key = {
            plain(table.primary_key.columns[0]): table
            for table in catalog.tables
            if table.primary_key and len(table.primary_key.columns) == 1 and plain(table.primary_key.columns[0]) != "id"
        }
        self.product = next((t for n in ("catalog_product", "product") if (t := self._by_name.get(n))), None)
        self.people = next((t for n in ("user", "admin_user", "customer") if (t := self._by_name.get(n))), None)
        self._subjects = [
            table
            for table in catalog.tables
            if table.primary_key and len(table.columns) > 8 and table.primary_key.columns[0].lower() == "id"
        ][:40]

    def meant(self, table: Table, column: Column) -> Table | None:
        """The table that a column without a foreign key means by its name, or None."""
        name = plain(column.name)
        if column.type.is_text and name in self._by_key:
            # A code such as the status of orders means the look-up table of its own family alone.
            keyed = self._by_key[name]
            family = plain(keyed.name).split("_")[0] == plain(table.name).split("_")[0] or name.endswith("_id")
            return keyed if family and keyed.name != table.name else None
        own = bool(
            table.primary_key and column.name in table.primary_key.columns and len(table.primary_key.columns) == 1
        )
        if own or column.type.kind != "integer" or not name.endswith("_id") or kind_beside(table, column):
            return None
        if _PEOPLE.search(name):
            return self.people
        stem = name.removesuffix("_id")
        own_family = self._by_name.get(f"{_singular(plain(table.name))}_{stem}")
        found = (
            own_family
            or self._by_key.get(name)
            or self._by_name.get(stem)
            or self._by_name.get(stem.rpartition("_")[2])
        )
        return None if found is not None and found.name == table.name and stem != "parent" else found

    def subjects(self, table: Table) -> list[Table]:
        """Some tables that a polymorphic reference of a table may point at, always the same."""
        if not self._subjects:
            return []
        first = sum(map(ord, table.name)) % len(self._subjects)
        return (self._subjects + self._subjects)[first : first + 3]


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name.removesuffix("s") if not name.endswith("ss") else name


def kind_beside(table: Table, column: Column) -> Column | None:
    """For `note_id` of a polymorphic pair, the column beside it that holds the kind of what is meant."""
    stem = plain(column.name).removesuffix("_id")
    for each in table.columns:
        if each.type.is_text and plain(each.name) in (f"{stem}_type", f"{stem}_name"):
            return each
    return None


def refer(schema: Schema, table: Table, rows: list[Row], made: Mapping[Path, list[Row]], chance: random.Random) -> None:
    """Give columns that refer by name, or by a kind beside them, values that exist."""
    declared = {name for key in table.foreign_keys for name in key.columns}
    unique = {name for key in table.keys for name in key}
    for column in table.columns:
        if column.name in declared:
            continue
        beside = kind_beside(table, column) if plain(column.name).endswith("_id") else None
        if beside is not None and beside.name not in declared:
            _point(schema, table, column, beside, rows, made, chance)
        elif column.name not in unique and (target := schema.meant(table, column)) is not None:
            keys = _keys(target, made)
            for row in rows:
                if row.get(column.name) is not None and keys:
                    row[column.name] = 0 if column.default == "0" and chance.random() < 0.2 else chance.choice(keys)
    if (table.namespace, table.name) not in schema.parents:
        _link_once(table, rows)


def _link_once(table: Table, rows: list[Row]) -> None:
    """Drop what a junction table would link twice."""
    primary = table.primary_key.columns if table.primary_key else ()
    links = [
        column.name
        for column in table.columns
        if not column.nullable and column.name not in primary and plain(column.name).endswith("_id")
    ]
    if len(links) >= 2 and len(table.columns) <= len(links) + 4:
        rows[:] = {tuple(row[name] for name in links): row for row in rows}.values()


def _point(
    schema: Schema, table: Table, column: Column, kind: Column, rows: list[Row],
    made: Mapping[Path, list[Row]], chance: random.Random,
) -> None:  # fmt: skip
    targets = [(each, keys) for each in schema.subjects(table) if (keys := _keys(each, made))]
    if not targets or column.type.kind != "integer":
        return
    keys_of_table = [key for key in table.keys if column.name in key]
    taken: set[tuple[Any, ...]] = set()
    for row in rows:
        target, keys = chance.choice(targets)
        word = "".join(part.title() for part in _singular(plain(target.name)).split("_"))
        missing = column.nullable and kind.nullable and chance.random() < 0.1
        row[kind.name], row[column.name] = (None, None) if missing else (word, chance.choice(keys))
        for key in keys_of_table:
            # A key over the pair stays unique: such a row points at nothing, or further on.
            values = tuple(row.get(name) for name in key)
            if values in taken:
                row[column.name] = max(keys) + len(taken) if not column.nullable else None
            taken.add(tuple(row.get(name) for name in key))


def _keys(table: Table, made: Mapping[Path, list[Row]]) -> list[Any]:
    if table.primary_key is None:
        return []
    return [row[table.primary_key.columns[0]] for row in made.get((table.namespace, table.name), [])]


def repeat(schema: Schema, table: Table, rows: list[Row], made: Mapping[Path, list[Row]]) -> None:
    """Give columns that repeat something of the product beside them, its SKU or name, the product's own values."""
    column = next((each for each in table.columns if plain(each.name) == "product_id"), None)
    product = schema.product
    if column is None or product is None or product.name == table.name or product.primary_key is None:
        return
    key = product.primary_key.columns[0]
    known = {row[key]: row for row in made.get((product.namespace, product.name), [])}
    there = {plain(each.name): each.name for each in product.columns if each.type.is_text}
    for each in table.columns:
        source = there.get(plain(each.name).removeprefix("product_"))
        if not each.type.is_text or source not in ("sku", "Sku", "name", "Name"):
            continue
        for row in rows:
            if row.get(each.name) is not None and (meant := known.get(row.get(column.name))) is not None:
                row[each.name] = meant[source]


def bury(catalog: Catalog, tables: Sequence[Table], made: Mapping[Path, list[Row]]) -> None:
    """Mark the children of rows that are marked as deleted, as the application does."""
    marks = {
        (table.namespace, table.name): column.name
        for table in catalog.tables
        for column in table.columns
        if plain(column.name) == "is_deleted"
    }
    for table in tables:
        mark = marks.get((table.namespace, table.name))
        for key in table.foreign_keys:
            above = marks.get(key.table)
            if mark is None or above is None or key.on_delete != "cascade":
                continue
            gone = {row[key.referenced[0]] for row in made[key.table] if row[above]}
            for row in made[table.namespace, table.name]:
                row[mark] = row[mark] or row.get(key.columns[0]) in gone


def settle(table: Table, rows: list[Row], chance: random.Random) -> None:
    """Exactly one of either-or columns, totals that add up, and periods that follow one another."""
    names = {plain(column.name): column for column in table.columns}
    _choose(names, rows, chance)
    _add_up(names, rows)
    _obey(table, rows)
    _order(names, rows)
    _follow(table, names, rows, chance)


def _choose(names: Mapping[str, Column], rows: list[Row], chance: random.Random) -> None:
    for group in _EITHER:
        columns = [names[name] for name in group if name in names and names[name].nullable]
        if len(columns) < 2:
            continue
        for row in rows:
            held = [column.name for column in columns if row.get(column.name) is not None]
            kept = chance.choice(held) if held else None
            for column in columns:
                if column.name != kept:
                    row[column.name] = None


def _add_up(names: Mapping[str, Column], rows: list[Row]) -> None:
    total = next((names[name].name for name in _SUM["total"] if name in names), None)
    parts = [(names[name].name, 1) for name in _SUM["add"] if name in names]
    parts += [(names[name].name, -1) for name in _SUM["take"] if name in names]
    for row in rows:
        if total is not None and len(parts) >= 2 and row.get(total) is not None:
            row[total] = round(sum(sign * float(row[name] or 0) for name, sign in parts), 2)
        for name, column in names.items():
            base = names.get(f"base_{name}")
            if base is not None and row.get(column.name) is not None and column.type.is_number:
                row[base.name] = row[column.name]


def _obey(table: Table, rows: list[Row]) -> None:
    """Make simple checks hold: one column not below another, or above a number."""
    for check in sorted(table.checks, key=lambda check: not re.search(r"\d", check.expression)):
        for left, sign, right in _COMPARED.findall(check.expression):
            for row in rows:
                low = row.get(right) if table.column(right) else int(right) if right.isdigit() else None
                high = row.get(left)
                if sign.startswith("<"):
                    low, high, lower, upper = high, low, left, right
                else:
                    lower, upper = right, left
                if low is None or high is None or low < high:
                    continue
                if table.column(lower) and table.column(upper):
                    row[lower], row[upper] = high, low
                elif table.column(upper):
                    row[upper] = low + 1


def _order(names: Mapping[str, Column], rows: list[Row]) -> None:
    """The smaller of two limits into the column of the lower one."""
    for name, low in names.items():
        for lower, upper in (
            ("min", "max"),
            ("before", "after"),
            ("start", "end"),
            ("start", "finish"),
            ("started", "completed"),
        ):
            high = names.get(re.sub(rf"(^|_){lower}(_|$)", rf"\1{upper}\2", name))
            if high is None or high is low:
                continue
            for row in rows:
                first, last = row.get(low.name), row.get(high.name)
                if first is not None and last is not None and first > last:
                    row[low.name], row[high.name] = last, first


def _follow(table: Table, names: Mapping[str, Column], rows: list[Row], chance: random.Random) -> None:
    begin = next((column for name, column in names.items() if _BEGIN.search(name)), None)
    end = next((column for name, column in names.items() if _END.search(name)), None)
    if begin is None or end is None:
        return
    owners = [
        name
        for key in table.foreign_keys
        for name in key.columns
        if (column := table.column(name)) and not column.nullable
    ]
    last: dict[tuple[Any, ...], date | datetime] = {}
    for row in rows:
        owner = tuple(row.get(name) for name in owners)
        start = max(filter(None, (row.get(begin.name), last.get(owner))), default=None)
        if start is None:
            continue
        stop = start + timedelta(days=chance.randrange(7, 60))
        if row.get(begin.name) is not None:
            row[begin.name] = start
        if row.get(end.name) is not None:
            row[end.name] = stop
        last[owner] = stop + timedelta(days=1)


def count(catalog: Catalog, made: Mapping[Path, list[Row]]) -> None:
    """Set columns such as `taggings_count` to what their children are."""
    for child in catalog.tables:
        for key in child.foreign_keys:
            parent = next((each for each in catalog.tables if (each.namespace, each.name) == key.table), None)
            if parent is None or len(key.columns) != 1:
                continue
            word = _singular(plain(child.name))
            counter = next(
                (c for c in parent.columns if re.fullmatch(rf"(total_)?({word}s?|{word.rpartition('_')[2]}s?)_count", plain(c.name))),
                None,
            )  # fmt: skip
            if counter is None or counter.type.kind != "integer":
                continue
            counts: dict[Any, int] = {}
            for row in made[child.namespace, child.name]:
                counts[row.get(key.columns[0])] = counts.get(row.get(key.columns[0]), 0) + 1
            for row in made[key.table]:
                row[counter.name] = counts.get(row[key.referenced[0]], 0)
