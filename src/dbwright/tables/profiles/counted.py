"""The profile of one column from its different values and how many rows have each: all of it is exact."""

import math
from datetime import date, datetime
from typing import Any

from dbwright.catalog.profiles import Bin, ColumnProfile
from dbwright.catalog.secret_shapes import secret_shape
from dbwright.catalog.secrets import looks_secret
from dbwright.catalog.types import Type
from dbwright.tables.duck import Store, name
from dbwright.tables.profiles.bins import number_bins, time_bins, value_bins
from dbwright.tables.profiles.field import Field
from dbwright.tables.profiles.patterns import pattern_of
from dbwright.tables.profiles.quantiles import SHARES, weighted_quantiles
from dbwright.tables.text_types import read_types

TOP = 10
_PATTERNS = 6
_PATTERNED = 20_000
_FEW = 16
_SHOWN = 200
_LOOKED_AT = 200
_COUNTS = "dw_counts"
_KEY, _ROWS = name("dw_v"), name("dw_n")
_TEXT = f"CAST({_KEY} AS VARCHAR)"
_FILLED = f"{_COUNTS} WHERE {_KEY} IS NOT NULL"


def counted(store: Store, rows: str, field: Field, *, seconds: float | None = None) -> ColumnProfile:
    """The profile. rows: what to select from. Raises OutOfTime, OutOfMemory."""
    listed = f"SELECT {field.key} AS {_KEY}, count(*) AS {_ROWS} FROM {rows} GROUP BY 1"
    store.run(f"CREATE OR REPLACE TEMP TABLE {_COUNTS} AS {listed}", seconds=seconds)
    return _Counts(store, field, seconds).profile()


def forget_counts(store: Store) -> None:
    """Drop what the last column left in memory."""
    store.run(f"DROP TABLE IF EXISTS {_COUNTS}")


class _Counts:
    """The different values of a column, and what is asked of them."""

    def __init__(self, store: Store, field: Field, seconds: float | None) -> None:
        self.store, self.field, self.seconds = store, field, seconds
        self.value = field.value("dw_v")
        self.double = f"CAST({self.value} AS DOUBLE)"

    def profile(self) -> ColumnProfile:
        field = self.field
        rows, nulls, distinct, empty, shortest, longest, characters, octets, least, greatest, first, last = self.plain()
        filled = rows - nulls
        frequent = [(str(text), int(count)) for text, count in self.ask(
            f"SELECT {_TEXT}, {_ROWS} FROM {_FILLED} ORDER BY {_ROWS} DESC, {_KEY} LIMIT {_LOOKED_AT}"
        )]  # fmt: skip
        known: dict[str, Any] = {
            "name": field.name, "declared": field.declared, "inferred": self.inferred() if distinct else None,
            "rows": rows, "nulls": nulls, "empty": empty or 0, "distinct": distinct,
            "shortest": shortest, "longest": longest, "mean_length": characters / filled if characters is not None else None,
            "bytes": int(octets or 0) if field.width is None else field.width * filled,
        }  # fmt: skip
        if looks_secret(field.name) or mostly_secret([text for text, _ in frequent]):
            return ColumnProfile(**known, secret=True)
        if distinct and not field.is_binary:
            known |= {"minimum": cut(least), "maximum": cut(greatest)}
        if field.is_number and distinct:
            known |= self.numbers(distinct)
        elif isinstance(first, date | datetime) and isinstance(last, date | datetime):
            known["histogram"] = time_bins(self.store, _COUNTS, self.value, _ROWS, first, last)
        repeated = frequent if frequent and frequent[0][1] > 1 else []
        return ColumnProfile(
            **known,
            top=tuple((cut(text) or "", count) for text, count in repeated[:TOP]),
            patterns=self.patterns(distinct, known["mean_length"]),
        )

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self.store.run(sql, seconds=self.seconds)

    def plain(self) -> tuple[Any, ...]:
        """Rows, NULLs, values; empty, shortest, longest, characters, bytes; the ends as texts, and where they are times as such."""
        field = self.field
        lengths = ["NULL"] * 5
        if field.width is None:
            long = f"octet_length({_KEY})" if field.is_binary else f"length({_KEY})"
            octets = long if field.is_binary else f"strlen({_KEY})"
            empty = f"sum({_ROWS}) FILTER ({octets} = 0)"
            lengths = [empty, f"min({long})", f"max({long})", f"sum({long} * {_ROWS})", f"sum({octets} * {_ROWS})"]
        ends = ["NULL"] * 2 if field.is_binary else [f"{way}({_TEXT}, {self.value})" for way in ("arg_min", "arg_max")]
        times = ["NULL"] * 2
        if field.is_temporal:
            kind = "DATE" if field.type.kind == "date" else "TIMESTAMP"
            times = [f"CAST({way}({self.value}) FILTER (isfinite({self.value})) AS {kind})" for way in ("min", "max")]
        rows = [f"coalesce(sum({_ROWS}), 0)", f"coalesce(sum({_ROWS}) FILTER ({_KEY} IS NULL), 0)", f"count({_KEY})"]
        found = self.ask(f"SELECT {', '.join([*rows, *lengths, *ends, *times])} FROM {_COUNTS}")[0]
        return (*(None if each is None else int(each) for each in found[:8]), *found[8:])

    def inferred(self) -> Type:
        """What the values would allow; texts of a source with types are looked through."""
        field = self.field
        if field.reading or not field.is_text or field.searched:
            return field.reading.type if field.reading else field.type
        readings, _ = read_types(self.store, _COUNTS, ["dw_v"])
        return readings["dw_v"].type if "dw_v" in readings else field.type

    def numbers(self, distinct: int) -> dict[str, Any]:
        """Mean, deviation, quartiles and histogram of what is finite."""
        finite_only = f" AND isfinite({self.double})" if self.field.is_float else ""
        usable = f"(SELECT {self.double} AS x, {_ROWS} AS n FROM {_FILLED}{finite_only})"
        total, mean, low, high = self.ask(f"SELECT sum(n), sum(x * n) / sum(n), min(x), max(x) FROM {usable}")[0]
        if not total:
            return {}
        apart = f"x - {float(mean)!r}"
        deviation = None
        if total > 1 and math.isfinite(mean):
            deviation = self.ask(f"SELECT sqrt(sum(n * ({apart}) * ({apart})) / {int(total) - 1}) FROM {usable}")[0][0]
        quantiles = weighted_quantiles(self.store, usable, SHARES, int(total), low, high, distinct)
        core = (quantiles[0], quantiles[-1])
        bars = self.each_value() if distinct <= _FEW else number_bins(
            self.store, _COUNTS, self.value, _ROWS, self.field, low, high, core
        )  # fmt: skip
        return {
            "mean": finite(mean),
            "deviation": finite(deviation),
            "quartiles": tuple(quantiles[1:-1]),
            "histogram": bars,
        }

    def each_value(self) -> tuple[Bin, ...]:
        order = f"SELECT {_TEXT}, {_ROWS} FROM {_FILLED} ORDER BY {self.value}"
        return value_bins([(str(text), int(rows)) for text, rows in self.ask(order)])

    def patterns(self, distinct: int, mean_length: float | None) -> tuple[tuple[str, int], ...]:
        """The shapes; above so many values, of some of them and then projected to all."""
        if not self.field.is_text or self.field.reading or not distinct or (mean_length or 0) > _SHOWN:
            return ()
        step = -(-distinct // _PATTERNED)
        some = f" AND hash({_KEY}) % {step} = 0" if step > 1 else ""
        shapes = self.ask(
            f"SELECT {pattern_of(_TEXT)}, sum({_ROWS}) FROM {_FILLED}{some} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_PATTERNS}"
        )
        return tuple((str(shape), int(rows) * step) for shape, rows in shapes)


def mostly_secret(texts: list[str]) -> bool:
    """Whether most of some values are secrets by their form."""
    return bool(texts) and sum(secret_shape(text) is not None for text in texts) * 2 > len(texts)


def cut(text: object) -> str | None:
    """A value as it is kept: not more than a line of it."""
    if text is None:
        return None
    return str(text) if len(str(text)) <= _SHOWN else f"{str(text)[:_SHOWN]}…"


def finite(number: float | None) -> float | None:
    """A number that can be written down; None for what overflowed."""
    return float(number) if number is not None and math.isfinite(number) else None
