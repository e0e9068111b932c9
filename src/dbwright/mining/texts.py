"""Columns that are copies, other spellings, parts or joined texts of others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from dbwright.mining.allowance import Allowance
from dbwright.mining.candidates import Candidate, literal, quoted

_TRIED_ROWS = 12
_MOST_PIECES = 4
_LONGEST_GAP = 4
_LONGEST_END = 40
_MOST_STEPS = 2000
_SEPARATORS = ("@", "-", "/", "_", ".", ",", ":", "|", ";", "#", " ")
_WIDTHS = range(10, 2, -1)
"""Digits that whole numbers are filled up to with zeros."""
_SPELLINGS = (("{}", str), ("LOWER({})", str.lower), ("UPPER({})", str.upper))


@dataclass(frozen=True, eq=False)
class _Piece:
    """One column in one spelling, as it may stand in a joined text; `column` is "" for a text that is always the same.

    width: digits that a number is filled up to with zeros; 0 for none.
    """

    column: str
    spelling: str
    text: str = ""
    width: int = 0

    @property
    def formula(self) -> str:
        if self.width:
            return f"LPAD(CAST({quoted(self.column)} AS TEXT), {self.width}, '0')"
        return self.spelling.format(quoted(self.column)) if self.column else literal(self.text)

    @property
    def value(self) -> pl.Expr:
        if not self.column:
            return pl.lit(self.text)
        column = pl.col(self.column).cast(pl.String)
        if self.width:
            return column.str.zfill(self.width)
        match self.spelling:
            case "LOWER({})":
                return column.str.to_lowercase()
            case "UPPER({})":
                return column.str.to_uppercase()
            case _:
                return column


def texts(frame: pl.DataFrame, allowance: Allowance) -> Iterator[Candidate]:
    """Formulas whose result is a text. Where a column was joined from others, they are not told again as parts of it."""
    sources = [each for each in frame.iter_columns() if _is_source(each)]
    joined: set[tuple[str, str]] = set()
    for target in sources:
        if target.dtype != pl.String:
            continue
        allowance.check()
        pieces = _joined(frame, target, sources, allowance)
        if pieces:
            yield _candidate(frame, target, pieces)
            joined.update((piece.column, target.name) for piece in pieces)
    for target in sources:
        for source in sources:
            if target.dtype == source.dtype == pl.String and target.name != source.name:
                allowance.check()
                if (target.name, source.name) not in joined and (source.name, target.name) not in joined:
                    yield from _parts(frame, target, source)


def _is_source(series: pl.Series) -> bool:
    """Whether a column has texts or whole numbers, and two different ones at least."""
    return (series.dtype == pl.String or series.dtype.is_integer()) and series.n_unique() - bool(
        series.null_count()
    ) > 1


# ---- joined texts


def _joined(
    frame: pl.DataFrame, target: pl.Series, sources: Sequence[pl.Series], allowance: Allowance
) -> tuple[_Piece, ...]:
    """How a text is made from other columns and fixed texts; empty where it is not. Two tries: rows with few NULLs, and any."""
    filled = frame.filter(target.is_not_null() & (target.str.len_chars() > 2)).unique(target.name, maintain_order=True)
    if filled.height < 3:
        return ()
    nulls = filled.select(pl.sum_horizontal(pl.col(each.name).is_null() for each in sources).alias("n"))["n"]
    fullest = filled[nulls.arg_sort()[: max(_TRIED_ROWS, filled.height // 20)]]
    for rows in (fullest, filled):
        tried = rows.sample(min(_TRIED_ROWS, rows.height), seed=0)
        wanted = tried[target.name].to_list()
        usable = [piece for each in sources if each.name != target.name for piece in _usable(tried[each.name], wanted)]
        if usable:
            values = [tried.select(piece.value.alias("v"))["v"].to_list() for piece in usable]
            steps = _Steps(usable, values, wanted, allowance)
            found = steps.whole()
            if found:
                return found
    return ()


def _usable(column: pl.Series, wanted: Sequence[str]) -> Iterator[_Piece]:
    """The spellings of a column that stand in all texts, if any. Numbers of one digit stand in too many texts by chance."""
    values = [None if value is None else str(value) for value in column.to_list()]
    known = [(value, text) for value, text in zip(values, wanted, strict=True) if value]
    if len(known) < 3 or len({value for value, _ in known}) < 2:
        return
    seen: set[tuple[str, ...]] = set()
    for spelling, change in _SPELLINGS if column.dtype == pl.String else _SPELLINGS[:1]:
        changed = tuple(change(value) for value, _ in known)
        if changed not in seen and all(value in text for value, (_, text) in zip(changed, known, strict=True)):
            seen.add(changed)
            yield _Piece(column.name, spelling)
    if all(value.isdecimal() for value, _ in known):
        for width in _WIDTHS:
            padded = [value.zfill(width) for value, _ in known]
            if padded != [value for value, _ in known] and all(
                p in text for p, (_, text) in zip(padded, known, strict=True)
            ):
                yield _Piece(column.name, "{}", width=width)


class _Steps:
    """The search for an order of pieces, with fixed texts between, that makes every text tried."""

    def __init__(
        self, usable: Sequence[_Piece], values: Sequence[list[str | None]], wanted: list[str], allowance: Allowance
    ) -> None:
        self._usable = usable
        self._values = values
        self._wanted = wanted
        self._allowance = allowance
        self._left = _MOST_STEPS

    def whole(self) -> tuple[_Piece, ...]:
        """The pieces in order; those from most columns first."""
        return self._after((), [0] * len(self._wanted), frozenset())

    def _after(self, pieces: tuple[_Piece, ...], at: list[int], used: frozenset[str]) -> tuple[_Piece, ...]:
        """The best continuation from a place in each text."""
        self._left -= 1
        if self._left < 0:
            return ()
        self._allowance.check()
        best: tuple[_Piece, ...] = ()
        if len(used) < _MOST_PIECES:
            for number, piece in enumerate(self._usable):
                if piece.column in used:
                    continue
                for fixed in self._gaps(number, at, first=not pieces):
                    following = [a + len(fixed) + len(v or "") for a, v in zip(at, self._values[number], strict=True)]
                    more = (*pieces, *((_Piece("", "", fixed),) if fixed else ()), piece)
                    found = self._after(more, following, used | {piece.column})
                    if _columns(found) > _columns(best):
                        best = found
        rest = {text[a:] for text, a in zip(self._wanted, at, strict=True)}
        if not best and used and len(rest) == 1:
            (end,) = rest
            if len(end) <= _LONGEST_END:
                return (*pieces, _Piece("", "", end)) if end else pieces
        return best

    def _gaps(self, number: int, at: list[int], *, first: bool) -> Iterator[str]:
        """The fixed texts after which the piece follows in all texts."""
        values = self._values[number]
        if any(value is None for value in values):
            return
        text, start, value = self._wanted[0], at[0], values[0] or ""
        longest = _LONGEST_END if first else _LONGEST_GAP
        for length in range(min(longest, len(text) - start) + 1):
            fixed = text[start : start + length]
            if text.startswith(value, start + length) and all(
                other.startswith(fixed + (v or ""), a) for other, a, v in zip(self._wanted, at, values, strict=True)
            ):
                yield fixed


def _columns(pieces: tuple[_Piece, ...]) -> int:
    return sum(1 for each in pieces if each.column)


def _candidate(frame: pl.DataFrame, target: pl.Series, pieces: tuple[_Piece, ...]) -> Candidate:
    result = frame.select(pl.concat_str([piece.value for piece in pieces]).alias("v"))["v"]
    formula = " || ".join(piece.formula for piece in pieces)
    columns = list(dict.fromkeys(piece.column for piece in pieces if piece.column))
    kind = "text"
    if len(pieces) == 1:
        kind = {"{}": "copy", "LOWER({})": "lower", "UPPER({})": "upper"}[pieces[0].spelling]
    fixed = {piece.text for piece in pieces[1::2]} if len(pieces) > 2 else set()
    if (
        len(fixed) == 1
        and all(piece.column for piece in pieces[0::2])
        and any(frame[each].null_count() for each in columns)
    ):
        (separator,) = fixed
        skipping = frame.select(
            pl.concat_str([p.value for p in pieces[0::2]], separator=separator, ignore_nulls=True).alias("v")
        )["v"]
        if (skipping == target).sum() > (result == target).sum():
            result = skipping
            formula = f"CONCAT_WS({literal(separator)}, {', '.join(piece.formula for piece in pieces[0::2])})"
    return _compared(frame, target, columns, result, formula, kind)


def _compared(
    frame: pl.DataFrame, target: pl.Series, columns: Sequence[str], result: pl.Series, formula: str, kind: str
) -> Candidate:
    agrees = result.eq_missing(target).to_numpy()
    speaks = (result.is_not_null() & target.is_not_null()).to_numpy()
    places = tuple(frame.get_column_index(name) for name in columns)
    return Candidate(frame.get_column_index(target.name), places, formula, kind, agrees, speaks)


# ---- parts


def _parts(frame: pl.DataFrame, target: pl.Series, source: pl.Series) -> Iterator[Candidate]:
    """A beginning of fixed length, what stands before or after a separator, or the text without blanks around it."""
    both = frame.select(t=target, s=source).drop_nulls().unique(maintain_order=True)
    if both.height < 4:
        return
    some = both[np.linspace(0, both.height - 1, min(_TRIED_ROWS, both.height)).astype(np.uint32)].rows()
    if sum(1 for t, s in some if t and t in s) < len(some) - 1 or all(t == s for t, s in some):
        return
    name = quoted(source.name)
    lengths = {len(t) for t, _ in some}
    forms: list[tuple[str, pl.Expr]] = [(f"TRIM({name})", pl.col(source.name).str.strip_chars(" "))]
    if len(lengths) == 1:
        (length,) = lengths
        forms.append((f"SUBSTRING({name} FROM 1 FOR {length})", pl.col(source.name).str.slice(0, length)))
    for separator in _SEPARATORS:
        if all(separator in s for _, s in some):
            parts = pl.col(source.name).str.split(separator)
            for number in (1, 2, 3):
                value = parts.list.get(number - 1, null_on_oob=True).fill_null("")
                formula = f"SPLIT_PART({name}, {literal(separator)}, {number})"
                forms.append((formula, pl.when(pl.col(source.name).is_null()).then(None).otherwise(value)))
    small = pl.DataFrame({source.name: [s for _, s in some]})
    for formula, value in forms:
        agreeing = sum(
            1 for (t, _), v in zip(some, small.select(value.alias("v"))["v"].to_list(), strict=True) if t == v
        )
        if agreeing >= len(some) - 1:
            result = frame.select(value.alias("v"))["v"]
            yield _compared(frame, target, [source.name], result, formula, "part")
            return
