"""Profiles of tables as text for a terminal, and as JSON."""

import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import msgspec

from dbwright.catalog.profiles import ColumnProfile, TableProfile
from dbwright.catalog.types import Type
from dbwright.report.base import counted, number, size
from dbwright.report.text import columns_of, printable, shortened

NARROWEST, WIDEST = 60, 160
_CODES = {"plain": "0", "bold": "1", "faint": "2", "warning": "33", "error": "31", "good": "32", "bars": "36"}
_LEVELS = " ▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_BARS, _BAR = 16, 32
_NAME, _TYPE, _NULL, _DISTINCT, _GAP = 24, 16, 6, 12, 2
_LEAST_VALUES = 18
_ROOMY = 90
_LEAST_ASIDE = 8
_NO_CHANCE = 20
_FEW = 5


class Profiled(Protocol):
    """What is rendered: see app/profile.py."""

    @property
    def tables(self) -> tuple[TableProfile, ...]: ...

    @property
    def origins(self) -> dict[str, str]: ...

    @property
    def notes(self) -> tuple[str, ...]: ...

    @property
    def complete(self) -> bool: ...


def render_json(found: Profiled) -> str:
    """All that is known, as JSON: the fields of TableProfile and ColumnProfile by their names."""
    tables = [
        {"origin": found.origins.get(str(table.table), ""), **msgspec.to_builtins(table), "table": str(table.table)}
        for table in found.tables
    ]
    content = {"complete": found.complete, "notes": list(found.notes), "tables": tables}
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode()


def render(found: Profiled, *, details: bool = False, colour: bool = False, width: int = 100) -> str:
    """A line for each column, or with details a paragraph with its histogram. width: columns of the terminal."""
    page = _Page(max(NARROWEST, min(width, WIDEST)), colour)
    lines: list[str] = []
    for table in found.tables:
        if lines:
            lines += ["", ""]
        lines += page.table(table, found.origins.get(str(table.table), ""), details)
    for note in found.notes:
        lines += ["", *page.wrapped(note)]
    if not found.complete:
        lines += ["", page.paint("Partial: not all rows of all tables were looked at.", "warning")]
    return "\n".join(lines or ["There is no table."]) + "\n"


class _Page:
    def __init__(self, width: int, colour: bool) -> None:
        self.width = width
        self.colour = colour

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colour and text.strip() else text

    def wrapped(self, text: str, lead: str = "") -> list[str]:
        return textwrap.wrap(printable(text), self.width, initial_indent=lead, subsequent_indent=" " * len(lead))

    # ------------------------------------------------------------ a table

    def table(self, table: TableProfile, origin: str, details: bool) -> list[str]:
        name = shortened(printable(str(table.table)), self.width // 2)
        partly = bool(table.columns) and all(each.rows < table.rows for each in table.columns)
        rows = f"{number(table.read)} of about {counted(table.rows, 'row')}" if partly else counted(table.rows, "row")
        right = ", ".join((rows, counted(len(table.columns), "column"), _seconds(table.seconds)))
        room = self.width - columns_of(name) - len(right) - 4
        aside = f"  {shortened(printable(origin), room)}" if origin and room > _LEAST_ASIDE else ""
        gap = " " * max(2, self.width - columns_of(name) - columns_of(aside) - len(right))
        heading = self.paint(name, "bold") + self.paint(aside, "faint") + gap + right
        lines = [heading, self.paint("─" * self.width, "faint")]
        if table.columns:
            lines += self.details(table) if details else self.overview(table)
        for note in table.notes:
            lines += ["", *self.wrapped(note)]
        if legend := _legend(table):
            lines += ["", *(self.paint(line, "faint") for line in self.wrapped(legend))]
        return lines

    def overview(self, table: TableProfile) -> Iterator[str]:
        """One line for each column."""
        columns = [_as_looked_at(each, table) for each in table.columns]
        most_name, most_kind = (_NAME, _TYPE) if self.width >= _ROOMY else (14, 10)
        name = min(most_name, max(6, *(columns_of(printable(each.name)) for each in columns)))
        kind = min(most_kind, max(4, *(len(_kind(each)) for each in columns)))
        bars = max([4, *(len(_sparks(each)) for each in columns)])
        values = self.width - name - kind - _NULL - _DISTINCT - bars - 5 * _GAP
        if values < _LEAST_VALUES:  # a narrow terminal does without the bars
            values, bars = values + bars + _GAP, 0
        heads = (_left("Column", name), _left("Type", kind), _right("NULL", _NULL), _right("Distinct", _DISTINCT))
        yield self.paint(_joined((*heads, *((_left("Bars", bars),) if bars else ()), "Values")), "faint")
        for each in columns:
            shown = _left(shortened(printable(each.name), name), name)
            cells = [
                self.paint(shown, "bold"),
                self.paint(_left(shortened(_kind(each), kind), kind), "warning" if _is_other(each) else "faint"),
                self.paint(
                    _right(_nulls(each), _NULL), "error" if each.rows and each.nulls == each.rows else "warning"
                ),
                self.paint(_right(_distinct(each), _DISTINCT), "good" if _is_unique(each) else "plain"),
            ]
            if bars:
                cells.append(self.paint(_left(_sparks(each), bars), "bars"))
            yield _joined((*cells, shortened(_values(each), values))).rstrip()

    # ------------------------------------------------------------ a column

    def details(self, table: TableProfile) -> Iterator[str]:
        """A paragraph for each column."""
        for place, column in enumerate(table.columns):
            each = _as_looked_at(column, table)
            if place:
                yield ""
            kind = _kind(each)
            name = shortened(printable(each.name), self.width - 2 - columns_of(kind))
            yield f"{self.paint(name, 'bold')}  {self.paint(kind, 'warning' if _is_other(each) else 'faint')}"
            yield from self.wrapped(", ".join(_facts(each)) + ".", "  ")
            if each.secret:
                yield "  Its values look secret and are not shown."
            yield from self.bars(
                [(text, bar.rows) for text, bar in zip(_ranges(each), each.histogram, strict=True)], each.rows
            )
            if each.top and not _says_all(each):
                yield self.paint("  Most frequent", "faint")
                top = each.top[: _FEW if each.histogram else None]
                yield from self.bars([(_quoted(text), rows) for text, rows in top], each.rows)
            if each.patterns and not each.histogram:
                yield self.paint("  Shapes", "faint")
                yield from self.bars([(_quoted(text), rows) for text, rows in each.patterns], each.rows)

    def bars(self, pairs: Sequence[tuple[str, int]], rows: int) -> Iterator[str]:
        """A horizontal bar for each pair."""
        if not pairs:
            return
        longest = max(count for _, count in pairs) or 1
        numbers = 2 + 2 + 2 + 11 + 8  # gaps, rows and share
        wanted = max(columns_of(printable(text)) for text, _ in pairs)
        label = min(wanted, max(12, self.width - numbers - _BAR))
        drawn = max(4, min(_BAR, self.width - numbers - label))
        for text, count in pairs:
            share = f"{count / rows:7.1%}".replace("%", " %") if rows else ""
            bar = _left(_bar(count / longest * drawn), drawn)
            shown = _left(shortened(printable(text), label), label)
            yield f"  {shown}  {self.paint(bar, 'bars')}  {number(count):>11}{share}"


# ---------------------------------------------------------------- cells


def _joined(cells: Iterable[str]) -> str:
    return (" " * _GAP).join(cells)


def _left(text: str, columns: int) -> str:
    return text + " " * (columns - columns_of(text))


def _right(text: str, columns: int) -> str:
    return " " * (columns - columns_of(text)) + text


def _as_looked_at(column: ColumnProfile, table: TableProfile) -> ColumnProfile:
    """What was counted in a part of the rows is no exact number of the whole, and nothing in it is shown to be unique."""
    return column if column.rows >= table.rows else msgspec.structs.replace(column, exact=False)


def _kind(column: ColumnProfile) -> str:
    declared, inferred = column.declared, column.inferred
    if declared is None or declared.kind == "untyped":
        return _spelled(inferred) if inferred else "no values"
    if _is_other(column) and inferred:
        return f"{_spelled(declared)}: {_spelled(inferred)}"
    return _spelled(declared)


def _spelled(kind: Type) -> str:
    if kind.kind == "decimal" and kind.precision is not None:
        return f"decimal({kind.precision},{kind.scale})"
    if kind.kind in ("array", "composite", "other", "domain", "enum"):
        return shortened(kind.spelling.lower(), _TYPE)
    return f"{kind.kind}{' tz' if kind.kind == 'timestamp' and kind.with_zone else ''}"


def _is_other(column: ColumnProfile) -> bool:
    """Whether texts stand for something else."""
    return bool(column.declared and column.declared.is_text and column.inferred and not column.inferred.is_text)


def _is_unique(column: ColumnProfile) -> bool:
    return column.unique and column.distinct > 0


def _nulls(column: ColumnProfile) -> str:
    if not column.nulls:
        return "–"
    share = column.null_share * 100
    if column.nulls == column.rows:
        return "all"
    return "<0.1 %" if share < 0.1 else ">99.9%" if share > 99.9 else f"{share:.1f} %" if share < 99.95 else "100 %"


def _distinct(column: ColumnProfile) -> str:
    if not column.distinct:
        return "–"
    return ("" if column.exact else "≈ ") + number(column.distinct) + (" •" if _is_unique(column) else "  ")


def _sparks(column: ColumnProfile) -> str:
    counts = [bar.rows for bar in column.histogram] or ([rows for _, rows in column.top] if _says_most(column) else [])
    if len(counts) > _BARS:
        step = -(-len(counts) // _BARS)
        counts = [sum(counts[place : place + step]) for place in range(0, len(counts), step)]
    highest = max(counts, default=0)
    if not highest:
        return ""
    return "".join(_LEVELS[max(1, round(count / highest * 8)) if count else 0] for count in counts)


def _bar(eighths: float) -> str:
    whole, rest = divmod(round(eighths * 8), 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "") or ("▏" if eighths else "")


def _says_most(column: ColumnProfile) -> bool:
    """Whether the most frequent values are a good part of all rows."""
    filled = column.rows - column.nulls
    return bool(column.top) and sum(rows for _, rows in column.top) >= 0.2 * filled


def _says_all(column: ColumnProfile) -> bool:
    """Whether the histogram has a bar for each value, so that the most frequent ones need no list."""
    return bool(column.histogram) and all(bar.low == bar.high for bar in column.histogram)


def _values(column: ColumnProfile) -> str:
    """What the values are like, in a few words."""
    if column.secret:
        return "look secret; not shown"
    if not column.distinct:
        return "" if column.rows else "not looked at" if not column.exact else ""
    order = _order(column)
    if column.distinct == 1 and column.minimum is not None:
        only = _grouped(column.minimum)
        return f"{only} or NULL" if column.nulls else f"always {only}" if column.rows > 1 else only
    ordered = (
        column.inferred is not None
        and not column.inferred.is_text
        and column.inferred.kind not in ("boolean", "enum", "json", "uuid")
    )
    if ordered and column.minimum is not None and column.maximum is not None:
        return f"{_grouped(column.minimum)} … {_grouped(column.maximum)}{order}"
    if _says_most(column):
        filled = column.rows - column.nulls
        return ", ".join(f"{_quoted(text)} {_share(rows, filled)}" for text, rows in column.top[:6])
    if (
        column.patterns
        and column.patterns[0][1] >= 0.5 * (column.rows - column.nulls)
        and "…" not in column.patterns[0][0]
    ):
        return f"like {_quoted(column.patterns[0][0])}{order}"
    if column.minimum is not None and (column.longest or 0) <= 24:
        return f"{_quoted(column.minimum)} … {_quoted(column.maximum or '')}{order}"
    return _lengths(column) + order


def _facts(column: ColumnProfile) -> list[str]:
    """What is known of a column, as phrases of one sentence."""
    filled = column.rows - column.nulls
    facts = [f"{counted(column.nulls, 'NULL')} ({_nulls(column)})" if column.nulls else "No NULL"]
    if not column.rows:
        return ["No rows were looked at" if not column.exact else "No rows"]
    if column.empty:
        facts.append(f"{number(column.empty)} empty")
    if column.distinct:
        about = "" if column.exact else "about "
        every = " (all different)" if _is_unique(column) else ""
        facts.append(f"{about}{counted(column.distinct, 'value')}{every}")
    if column.minimum is not None and column.maximum is not None and not column.secret:
        facts.append(f"from {_quoted(column.minimum)} to {_quoted(column.maximum)}")
    if column.mean is not None:
        deviation = f" ± {_short(column.deviation)}" if column.deviation is not None else ""
        facts.append(f"mean {_short(column.mean)}{deviation}")
    if len(column.quartiles) == 3:
        first, middle, third = (_short(each) for each in column.quartiles)
        facts.append(f"median {middle}, half of them from {first} to {third}")
    if column.shortest is not None:
        facts.append(_lengths(column))
    if column.bytes is not None and filled:
        facts.append(size(column.bytes))
    if _order(column):
        facts.append(f"the rows lie in {'ascending' if column.sorted > 0 else 'descending'} order of it")
    return facts


def _lengths(column: ColumnProfile) -> str:
    unit = "byte" if column.inferred and column.inferred.kind == "binary" else "character"
    if column.shortest is None or column.longest is None:
        return ""
    if column.shortest == column.longest:
        return counted(column.shortest, unit)
    return f"{number(column.shortest)} to {counted(column.longest, unit)}"


def _order(column: ColumnProfile) -> str:
    """A mark where the rows lie in the order of the column; few rows may do so by chance."""
    return {1: "  ↑", -1: "  ↓"}.get(column.sorted, "") if column.rows >= _NO_CHANCE else ""


def _share(rows: int, all_rows: int) -> str:
    percent = 100 * rows / all_rows if all_rows else 0.0
    return "<1 %" if percent < 1 else f"{percent:.0f} %"


def _ranges(column: ColumnProfile) -> Iterator[str]:
    """What each bar stands for; of whole numbers the least and the greatest in it."""
    whole = column.inferred is not None and column.inferred.kind == "integer"
    for bar in column.histogram:
        low, high = _shared_ending(bar.low, bar.high)
        last = bar is column.histogram[-1]
        if whole and not last and bar.high.lstrip("-").isdigit():
            high = _grouped(str(int(bar.high) - 1))
        yield low if low == high or not high else f"{low} – {high}"


def _shared_ending(low: str, high: str) -> tuple[str, str]:
    """Dates are told as far as they say something: a whole year as "1995", a whole month as "1995-03"."""
    if low.endswith("-01-01") and high.endswith("-01-01") and low[:4].isdigit() and high[:4].isdigit():
        return (low[:4], "") if int(high[:4]) - int(low[:4]) == 1 else (low[:4], high[:4])
    if len(low) == 10 and low.endswith("-01") and high.endswith("-01") and low.count("-") == 2:
        months = (int(high[:4]) - int(low[:4])) * 12 + int(high[5:7]) - int(low[5:7])
        return (low[:7], "") if months == 1 else (low[:7], high[:7])
    return _grouped(low), _grouped(high)


def _grouped(text: str) -> str:
    """A number with its thousands apart; anything else as it is. Numbers of up to four digits stay: they may be years."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, rest = digits.partition(".")
    if not (whole.isdigit() and whole.isascii() and len(whole) > 4 and not whole.startswith("0")) or (
        point and not rest.isdigit()
    ):
        return printable(text)
    return f"{sign}{int(whole):,}{point}{rest}"


def _quoted(text: str) -> str:
    """A value as it is shown: in quotes where blanks or nothing would not be seen."""
    shown = printable(text)
    return f'"{shown}"' if not text or text != text.strip() else shown


def _short(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}" if abs(value) >= 10_000 else str(int(value))
    return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.4g}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 0.05 else f"{seconds * 1000:.0f} ms"


def _legend(table: TableProfile) -> str:
    said = []
    columns = [_as_looked_at(each, table) for each in table.columns]
    if any(not each.exact and each.distinct for each in columns):
        said.append("≈ is an estimate.")
    if any(_is_unique(each) for each in columns):
        said.append("• no value occurs twice.")
    if any(_order(each) for each in table.columns):
        said.append("↑ ↓: the rows lie in this order.")
    return " ".join(said)
