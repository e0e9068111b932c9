"""Values for columns of which only the type is known."""

from __future__ import annotations

import numpy as np
import polars as pl

from dbwright.catalog.objects import Enum
from dbwright.catalog.types import Type
from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.by_number import number
from dbwright.seed.values.by_time import independent, times_of_day, years
from dbwright.seed.values.encoded import Bits, Bytes, Numbered, Sets
from dbwright.seed.values.geometry import points, vectors
from dbwright.seed.values.intervals import periods
from dbwright.seed.values.json_values import Documents
from dbwright.seed.values.networks import network
from dbwright.seed.values.numbers import Booleans
from dbwright.seed.values.pieces import Pieces, Uuids, hexadecimal
from dbwright.seed.values.pools import pool
from dbwright.seed.values.prose import Paragraphs, separator_of, things
from dbwright.seed.values.source import Constant, Pool, Source, codes, codes_capacity, pick
from dbwright.seed.values.times import micros


def enum_labels(type_: Type, enums: dict[tuple[str, str], Enum]) -> tuple[str, ...]:
    """The labels of an enum or a set; () for other types."""
    if type_.values:
        return type_.values
    found = enums.get(type_.user_type) if type_.user_type else None
    return found.labels if found else ()


def labels(asked: Asked) -> Pool:
    """One of an enum's labels, the first ones more often."""
    allowed = asked.limit.allowed
    kept = [label for label in asked.labels if label not in asked.limit.forbidden]
    kept = [label for label in kept if allowed is None or label in allowed] or kept or list(asked.labels)
    return Pool(pl.Series(kept, dtype=pl.String), weights=falling(len(kept)))


def falling(count: int) -> list[float]:
    """Weights that fall slowly: the first of a list of choices is usually the common one."""
    return [1.0 / (place + 1) ** 0.5 for place in range(count)]


def of_type(asked: Asked) -> Source:
    """Values of a column's type, whatever they may mean."""
    type_ = asked.type
    match type_.kind:
        case "boolean":
            return Booleans()
        case "integer" | "decimal" | "float" | "money":
            return number(asked)
        case "year":
            return years(asked)
        case "date" | "timestamp":
            return independent(asked)
        case "time":
            return times_of_day(asked)
        case "enum" if asked.labels:
            return labels(asked)
        case "set" if asked.labels:
            return Sets(asked.labels)
        case "char" | "varchar" | "text" | "untyped":
            return text(asked)
        case "binary":
            return Bytes(_bytes(asked))
        case "bit":
            return Bits(type_.length or 8, as_number=asked.catalog.engine != "postgres")
        case "uuid":
            version = 7 if "v7" in (asked.column.default or "") else 4
            return Uuids(version, since=micros(asked.until) - 10**15 // 10)
        case "json":
            return Documents(asked)
        case "xml":
            return Numbered(lambda numbers: _around("<item>", numbers, "</item>"), 100_000, None)
        case "interval":
            return Numbered(lambda numbers: _around("", numbers + 1, " minutes"), 2_880, None)
        case "network":
            return network(asked)
        case "range":
            return periods(asked)
        case "array":
            return arrays(asked)
        case "geometry":
            return points(asked)
        case "vector":
            return vectors(type_.length or 3)
        case "fulltext":
            words = pool("word", "en")
            plain = words.filter(words.str.contains("^[a-z]{3,12}$"))
            between = "' & '" if type_.spelling.startswith("tsquery") else "' '"
            return Numbered(lambda numbers: _fulltext(plain, between, numbers), 100_000, None)
    return _unknown(asked)


def text(asked: Asked) -> Source:
    """Texts without a known meaning: codes in short columns, two words in ordinary ones, sentences in long ones."""
    room = asked.room
    unique = asked.unique()
    if room is not None and room < 8:
        return Codes(room, both_cases=asked.needs_both_cases)
    if room is not None and room <= 255 and asked.limit.least_length < 40:
        return things(asked.locale, unique) if asked.limit.least_length < 8 else _sentences(asked)
    if asked.type.kind == "untyped" or (room is None and not asked.limit.least_length):
        return things(asked.locale, unique)
    return _sentences(asked)


def _bytes(asked: Asked) -> int:
    """How many bytes values have: as many as the type or the checks want, else a usual number."""
    declared = asked.type.length
    if declared and not asked.type.variable:
        return declared
    most = min(bound for bound in (declared, asked.limit.most_length, 2**31) if bound is not None)
    return min(max(16, asked.limit.least_length), most)


def _sentences(asked: Asked) -> Paragraphs:
    return Paragraphs(
        pool("sentence", asked.locale), 1, 3, asked.unique(), least_length=asked.limit.least_length,
        separator=separator_of(asked.locale),
    )  # fmt: skip


class Codes:
    """Codes of digits and capital letters, for texts of a few characters."""

    needs: tuple[str, ...] = ()

    def __init__(self, room: int, *, both_cases: bool) -> None:
        self.capacity: int | None = codes_capacity(room, both_cases=both_cases)
        self.room, self.both_cases = room, both_cases

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random codes of capital letters and digits."""
        return codes((draw.bits(rows) >> np.uint64(12)).astype(np.int64), max(self.room, 1))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The number as a code."""
        return codes(numbers, self.room, both_cases=self.both_cases)


def _around(before: str, numbers: Rows, after: str) -> pl.Series:
    return pl.select(pl.concat_str(pl.lit(before), pl.Series(numbers), pl.lit(after))).to_series()


def _fulltext(words: pl.Series, between: str, numbers: Rows) -> pl.Series:
    first, second = words.gather(numbers % len(words)), words.gather(numbers * 7 % len(words))
    return pl.select(
        pl.concat_str(
            pl.lit("'"), first, pl.lit(between), second, pl.lit(between + "n"), pl.Series(numbers), pl.lit("'")
        )
    ).to_series()


class Arrays:
    """PostgreSQL's arrays as their text, "{a,b}": up to `most` values of the element's own source.

    Numbered arrays have one element, whose values are numbered.
    """

    def __init__(self, element: Source, most: int = 3) -> None:
        self.element, self.most = element, most
        self.needs = element.needs
        self.capacity = element.capacity

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random arrays of one to `most` elements."""
        count = 1 + pick(rows, draw.of("length"), self.most)
        parts: list[pl.Expr] = []
        for place in range(self.most):
            value = pl.lit(_quoted(self.element.draw(rows, draw.of(place), given)))
            parts.append(value if place == 0 else pl.when(pl.lit(pl.Series(count > place))).then(value))
        return _braced(pl.select(pl.concat_str(parts, separator=",", ignore_nulls=True)).to_series())

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Arrays of one element."""
        return _braced(_quoted(self.element.nth(numbers, draw, given)))


def _braced(texts: pl.Series) -> pl.Series:
    return pl.select(pl.concat_str(pl.lit("{"), texts, pl.lit("}"))).to_series()


def _quoted(values: pl.Series) -> pl.Series:
    """Elements of an array as PostgreSQL reads them."""
    if values.dtype == pl.Binary:
        return pl.select(pl.concat_str(pl.lit('"\\\\x'), values.bin.encode("hex"), pl.lit('"'))).to_series()
    if values.dtype == pl.Boolean or values.dtype.is_numeric():
        return values.cast(pl.String)
    texts = values.cast(pl.String).str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return pl.select(pl.concat_str(pl.lit('"'), texts, pl.lit('"'))).to_series()


def arrays(asked: Asked) -> Source:
    """Arrays of the element's values."""
    element = asked.type.element
    if element is None:
        return Constant("{}", pl.String())
    inner = asked.of_element(element)
    return Arrays(of_type(inner))


def _unknown(asked: Asked) -> Source:
    """Types of which nothing is known: a plain text on SQLite, NULL or an empty text elsewhere."""
    if asked.catalog.engine == "sqlite":
        return text(asked)
    special = {
        "hstore": '"key"=>"{}"', "ltree": "top.n{}", "lquery": "*.n{}", "pg_lsn": "0/{}", "oid": "{}", "regclass": "pg_class",
        "tid": "(0,1)", "xid": "{}", "cube": "({})", "jsonpath": "$.n{}", "txid_snapshot": "1:1:", "timetz": "08:00+00",
    }  # fmt: skip
    name = asked.type.spelling.rpartition(".")[2].partition("(")[0].strip('"')
    template = special.get(name)
    if template is None:
        composite = _composite(asked)
        return composite or Constant(None, pl.String())
    before, found, after = template.partition("{}")
    if not found:
        return Constant(template, pl.String())
    if name == "pg_lsn":
        return Pieces("0/", hexadecimal(4), hexadecimal(3))
    return Numbered(lambda numbers: _around(before, numbers + 1, after), 100_000, 2**31 - 2)


def _composite(asked: Asked) -> Source | None:
    found = next(
        (each for each in asked.catalog.composites if (each.namespace, each.name) == asked.type.user_type), None
    )
    if found is None:
        return None
    return Composites([of_type(asked.of_element(attribute.type)) for attribute in found.attributes])


class Composites:
    """PostgreSQL's rows as their text, "(1,\"a\")"; numbered ones count in all of their attributes."""

    needs: tuple[str, ...] = ()

    def __init__(self, attributes: list[Source]) -> None:
        self.attributes = attributes
        limits = [each.capacity for each in attributes]
        self.capacity: int | None = None if None in limits or not limits else max(limit or 1 for limit in limits)
        self._widest = limits.index(None) if None in limits else (limits.index(self.capacity) if limits else 0)

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random rows."""
        return self._texts(
            [each.draw(rows, draw.of(place), given) for place, each in enumerate(self.attributes)], len(rows)
        )

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Rows whose attribute with the most values is numbered."""
        parts = [
            each.nth(numbers, draw, given) if place == self._widest else each.draw(numbers, draw.of(place), given)
            for place, each in enumerate(self.attributes)
        ]
        return self._texts(parts, len(numbers))

    @staticmethod
    def _texts(parts: list[pl.Series], count: int) -> pl.Series:
        if not parts:
            return pl.Series(["()"]).new_from_index(0, count)
        joined = pl.select(pl.concat_str([_quoted(part).fill_null("") for part in parts], separator=",")).to_series()
        return pl.select(pl.concat_str(pl.lit("("), joined, pl.lit(")"))).to_series()
