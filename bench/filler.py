"""Rows for a schema that has none: as a small company's would be, every foreign key obeyed, the same on every run.

Surrogate keys count from 1, so that small numbers of all kinds lie among the keys by chance, as they do in real databases.
"""

import random
import re
import string
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Table
from dbwright.engines.base import Engine, Session, Statement

_FIRST_DAY = date(2020, 1, 1)
_OFF: Mapping[str, tuple[str, str]] = {
    "postgres": ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT"),
    "mysql": ("SET foreign_key_checks = 0", "SET foreign_key_checks = 1"),
    "sqlite": ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"),
}


def fill(session: Session, engine: Engine, catalog: Catalog, seed: int = 7) -> int:
    """Fill every empty table; returns how many rows were written."""
    rows = _Rows(catalog, seed)
    off, on = _OFF[engine.name]
    session.execute([Statement(text=off)])
    written = 0
    for table in catalog.tables:
        place = ".".join(engine.quote(part) for part in (table.namespace, table.name) if part)
        if table.partitioning is not None or table.partition_of or session.query(f"SELECT count(*) FROM {place}")[0][0]:
            continue
        made = rows.of(table)
        columns = [column for column in table.columns if column.name in made]
        names = ", ".join(engine.quote(column.name) for column in columns)
        lines = list(
            _without_repeats(table, list(zip(*(made[column.name] for column in columns), strict=True)), columns)
        )
        for start in range(0, len(lines), 200):
            values = ",\n".join(f"({', '.join(map(engine.literal, line))})" for line in lines[start : start + 200])
            session.execute([Statement(text=f"INSERT INTO {place} ({names}) VALUES {values}")])
        written += len(lines)
    session.execute([Statement(text=on)])
    return written


class _Rows:
    def __init__(self, catalog: Catalog, seed: int) -> None:
        self._lookup = Lookup(catalog)
        self._random = random.Random(seed)
        self._enums = {(each.namespace, each.name): each.labels for each in catalog.enums}
        self._count = {table.ref: self._rows_of(table) for table in catalog.tables}
        self._listed = {name: values for table in catalog.tables for name, values in _listed_values(table)}
        self._columns: dict[tuple[object, str], list[object]] = {}

    def _rows_of(self, table: Table) -> int:
        """Tables that refer to others are larger than those that don't."""
        least, most = (8, 60) if not table.foreign_keys else (60, 400) if len(table.foreign_keys) == 1 else (150, 900)
        return self._random.randint(least, most)

    def of(self, table: Table) -> dict[str, list[object]]:
        """The values of each column that is to be written."""
        found: dict[str, list[object]] = {}
        for key in table.foreign_keys:
            if len(key.columns) > 1:
                found.update(self._composite(table, key))
        for column in table.columns:
            if not column.generated and column.name not in found:
                found[column.name] = self._values(table, column)
        return found

    def _composite(self, table: Table, key: ForeignKey) -> dict[str, list[object]]:
        parent = self._lookup.table(key.table)
        assert parent is not None
        columns = [parent.column(name) for name in key.referenced]
        rows = list(zip(*(self._values(parent, column) for column in columns if column), strict=True))
        chosen = [self._random.choice(rows) for _ in range(self._count[table.ref])]
        return {name: [row[at] for row in chosen] for at, name in enumerate(key.columns)}

    def _values(self, table: Table, column: Column) -> list[object]:
        known = self._columns.get((table.ref, column.name))
        if known is None:
            known = self._columns[table.ref, column.name] = self._made(table, column)
        return known

    def _made(self, table: Table, column: Column) -> list[object]:
        key = next((each for each in table.foreign_keys if each.columns == (column.name,)), None)
        whole = (column.name,) in table.keys
        count = self._count[table.ref]
        if key is not None and (parent := self._lookup.table(key.table)):
            if parent.ref == table.ref:
                of_parent = self._values(table, table.column(key.referenced[0]) or column)
                return [
                    None if place < 3 or self._random.random() < 0.1 else of_parent[self._random.randrange(place)]
                    for place in range(count)
                ]
            held = parent.column(key.referenced[0])
            values = self._values(parent, held) if held else []
            if whole:
                chosen = self._random.sample(values, min(count, len(values)))
                return chosen + [chosen[0]] * (count - len(chosen))
            return [
                None if column.nullable and self._random.random() < 0.1 else self._skewed(values) for _ in range(count)
            ]
        if whole:
            return [self._key(column, place) for place in range(1, count + 1)]
        few = self._random.choice((3, 5, 10, 40, 100, 1000))
        return [self._value(column, few) for _ in range(count)]

    def _skewed(self, values: list[object]) -> object:
        """Some parents have many more children than others."""
        return values[int(len(values) * self._random.random() ** 1.7)]

    def _key(self, column: Column, place: int) -> object:
        if column.type.kind in ("integer", "decimal", "untyped"):
            return place
        if column.type.kind in ("char", "varchar", "text"):
            letters, number = "", place * 7
            for _ in range(min(column.type.length or 6, 6)):
                letters += string.ascii_uppercase[number % 26]
                number //= 26
            return letters
        return self._value(column, 1000)

    def _value(self, column: Column, few: int) -> object:
        type_ = column.type
        if type_.kind == "enum":
            return self._random.choice(type_.values or self._enums.get(type_.user_type or ("", ""), ("",)))
        if type_.kind == "set":
            return self._random.choice(type_.values)
        if type_.kind == "boolean" or type_.spelling.lower().startswith("tinyint(1)"):
            return self._random.random() < 0.5
        if type_.kind in ("integer", "decimal", "float", "money", "untyped"):
            most = 10 ** max(1, min(4, (type_.precision or 6) - (type_.scale or 0) - 1))
            return self._random.randint(1, min(few, most, 120 if type_.bits == 8 else few))
        if type_.kind == "year":
            return self._random.randint(1990, 2024)
        if type_.kind == "date":
            return _FIRST_DAY + timedelta(days=self._random.randrange(1500))
        if type_.kind == "timestamp":
            return datetime.combine(_FIRST_DAY, time()) + timedelta(minutes=self._random.randrange(2_000_000))
        if type_.is_text and column.name in self._listed:
            return self._random.choice(self._listed[column.name])
        if type_.is_text:
            text = "".join(self._random.choices(string.ascii_lowercase, k=12))
            return text[: type_.length or 12]
        return None


def _listed_values(table: Table) -> Iterable[tuple[str, list[str]]]:
    """The texts that the checks of a table allow in a column (status IN ('a', 'b'))."""
    for check in table.checks:
        values = re.findall(r"'%?([^'%]+)%?'", check.expression)
        for column in table.columns:
            if values and re.search(rf"\b{re.escape(column.name)}\b", check.expression):
                yield column.name, values


def _without_repeats(
    table: Table, lines: list[tuple[object, ...]], columns: Iterable[Column]
) -> Iterable[tuple[object, ...]]:
    """The rows that break no key of the table."""
    names = [column.name for column in columns]
    keys = [[names.index(name) for name in key] for key in table.keys if set(key) <= set(names)]
    taken: list[set[tuple[object, ...]]] = [set() for _ in keys]
    for line in lines:
        values = [tuple(line[at] for at in key) for key in keys]
        if any(value in seen for value, seen in zip(values, taken, strict=True)):
            continue
        for value, seen in zip(values, taken, strict=True):
            seen.add(value)
        yield line
