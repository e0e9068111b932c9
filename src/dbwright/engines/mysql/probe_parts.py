"""Each question as aggregates over its table, and the answer made from what they give."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from dbwright.catalog.facts import (
    Answer,
    CheckOutcome,
    CountDistinct,
    Counted,
    CountMatching,
    CountNotTrue,
    CountNulls,
    CountOutOfOrder,
    CountUnequal,
    CountUnequalText,
    Distinct,
    MaximumOf,
    Question,
    Shapes,
    TextShapes,
    Value,
)
from dbwright.catalog.secrets import looks_secret
from dbwright.engines.mysql.shapes import SHAPES, has_shape, is_filled, text_of
from dbwright.engines.mysql.words import tick

Cells = tuple[object, ...]


@dataclass(frozen=True)
class Part:
    """What a question adds to a scan: its aggregates, and the answer from the rows looked at and the aggregates' values.

    select, where: the short query that shows the same on its own.
    condition, shown: for examples, what the rows in question fulfil, and the columns to show.
    """

    aggregates: tuple[str, ...]
    answer: Callable[[int, Cells], Answer]
    select: str = "COUNT(*)"
    where: str = ""
    condition: str | None = None
    shown: tuple[str, ...] = ()

    def query(self, source: str) -> str:
        """The short query over a table or a sample of it."""
        return f"SELECT {self.select} FROM {source}" + (f" WHERE {self.where}" if self.where else "")


def part_of(question: Question, kinds: dict[str, str]) -> Part | None:
    """The aggregates of a question that can share a scan; None for one that needs a query of its own.

    kinds: the kind of type of each column of the table.
    """
    match question:
        case CountNulls(column=column):
            nulls = f"{tick(column)} IS NULL"
            return Part(
                (_sum(nulls),),
                lambda rows, cells: Counted(rows=rows, matching=whole(cells[0]), considered=rows),
                where=nulls,
            )
        case CountDistinct(columns=columns):
            names = ", ".join(tick(column) for column in columns)
            return Part(
                (f"COUNT(DISTINCT {names})", _sum(_all_filled(columns))),
                lambda rows, cells: Distinct(rows=rows, distinct=whole(cells[0]), complete=whole(cells[1])),
                select=f"COUNT(DISTINCT {names}), COUNT(*)",
                where=_all_filled(columns),
            )
        case MaximumOf(column=column):
            value = f"{tick(column)} + 0" if kinds.get(column) == "bit" else tick(column)
            return Part(
                (f"MAX({value})",),
                lambda rows, cells: Value(rows=rows, value=shown(cells[0])),
                select=f"MAX({value})",
            )
        case TextShapes(column=column):
            return _shapes(column)
        case CountOutOfOrder(first=first, second=second):
            return _counted(f"{tick(first)} > {tick(second)}", _all_filled((first, second)), (first, second))
        case CountUnequal(target=target, terms=terms):
            return _unequal(target, terms)
        case CountUnequalText(target=target, columns=columns, separator=separator):
            return _unequal_text(target, columns, separator)
        case CountNotTrue(expression=expression):
            return Part(
                (_sum(f"({expression}) IS NULL"), _sum(f"NOT ({expression})")),
                lambda rows, cells: CheckOutcome(rows=rows, unknown=whole(cells[0]), false=whole(cells[1])),
                where=f"({expression}) IS NOT TRUE",
            )
        case CountMatching(expression=expression, columns=columns):
            return _counted(f"({expression}\n) IS TRUE", "1 = 1", columns)
    return None


def _sum(condition: str) -> str:
    return f"COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0)"


def _all_filled(columns: tuple[str, ...]) -> str:
    return " AND ".join(f"{tick(column)} IS NOT NULL" for column in columns)


def _counted(condition: str, considered: str, columns: tuple[str, ...]) -> Part:
    return Part(
        (_sum(condition), _sum(considered)),
        lambda rows, cells: Counted(rows=rows, matching=whole(cells[0]), considered=whole(cells[1])),
        where=condition,
        condition=condition,
        shown=columns,
    )


def _unequal(target: str, terms: tuple[tuple[int, tuple[str, ...]], ...]) -> Part:
    """Products begin with 1.0, so that they are exact decimals and never overflow a whole number."""
    total = " ".join(
        f"{'-' if sign < 0 else '+'} COALESCE({' * '.join(['1.0', *(tick(factor) for factor in factors)])}, 0)"
        for sign, factors in terms
    )
    columns = tuple(dict.fromkeys((target, *(factor for _, factors in terms for factor in factors))))
    condition = f"{tick(target)} IS NOT NULL AND ABS({tick(target)} - (0 {total})) > 0.005"
    return _counted(condition, f"{tick(target)} IS NOT NULL", columns)


def _unequal_text(target: str, columns: tuple[str, ...], separator: str) -> Part:
    literal = "X'" + separator.encode().hex() + "'"
    between = f", CONVERT({literal} USING utf8mb4), "
    joined = f"CONCAT({between.join(text_of(column) for column in columns)})"
    filled = _all_filled((target, *columns))
    condition = f"{filled} AND CAST({text_of(target)} AS BINARY) <> CAST({joined} AS BINARY)"
    return _counted(condition, filled, tuple(dict.fromkeys((target, *columns))))


def _shapes(column: str) -> Part:
    filled = is_filled(column)
    aggregates = (
        _sum(filled),
        f"COUNT(DISTINCT CASE WHEN {filled} THEN {tick(column)} END)",
        f"COALESCE(MAX(CHAR_LENGTH({text_of(column)})), 0)",
        *(_sum(has_shape(column, shape)) for shape in SHAPES),
    )

    def answer(rows: int, cells: Cells) -> Answer:
        counts = {shape: whole(cell) for shape, cell in zip(SHAPES, cells[3:], strict=True)}
        return Shapes(
            rows=rows,
            filled=whole(cells[0]),
            distinct=whole(cells[1]),
            longest=whole(cells[2]),
            counts={shape: count for shape, count in counts.items() if count},
        )

    name = tick(column)
    if not may_be_shown((column,)):
        return Part(aggregates, answer, f"COUNT(*), COUNT(DISTINCT {name})", filled, shown=(column,))
    return Part(
        aggregates,
        answer,
        f"{name}, COUNT(*)",
        f"{filled} GROUP BY {name} ORDER BY COUNT(*) DESC LIMIT 20",
        shown=(column,),
    )


def may_be_shown(columns: tuple[str, ...]) -> bool:
    """Whether values of these columns may stand in a report."""
    return not any(looks_secret(column) for column in columns)


# ---------------------------------------------------------------- values


def whole(cell: object) -> int:
    """A count as a whole number; 0 for NULL."""
    return 0 if cell is None else int(str(cell))


def shown(cell: object, limit: int = 200) -> str | None:
    """A value as printed text, cut where it is long; bytes that are no text in hexadecimal."""
    if cell is None:
        return None
    if isinstance(cell, bytes):
        try:
            text = cell.decode()
        except UnicodeDecodeError:
            text = ""
        text = text if text.isprintable() and text else "0x" + cell.hex()
    elif isinstance(cell, Decimal):
        text = format(cell, "f")
    elif isinstance(cell, timedelta):
        text = _clock(cell)
    else:
        text = str(cell)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _clock(value: timedelta) -> str:
    """A TIME as the server prints it: it may be negative, and longer than a day."""
    sign = "-" if value < timedelta(0) else ""
    value = abs(value)
    seconds = value.days * 86400 + value.seconds
    fraction = f".{value.microseconds:06d}" if value.microseconds else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"
