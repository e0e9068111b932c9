"""What texts stand for: the narrowest type that every value of a column can be read as, found on the first rows and checked on all.

A value is *faithful* to a type where writing it back gives the same text: "7" and "2024-02-29" are, "007" and "1.50 " are not.
"""

import re
from collections.abc import Mapping, Sequence

import msgspec

from dbwright.catalog.types import Type
from dbwright.tables.duck import Store, literal, name

_LOOKED_AT = 100
_LONGEST = 100
_AT_ONCE = 64
_DATE_FORMATS = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y")


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A way to read texts, `{}` standing for the text.

    looks: a pattern of what such texts look like at first sight. fits: whether a text can be read so, in SQL. value: what it is then.
    stored: the type to store where every text is faithful to it, else "".
    """

    type: Type
    looks: re.Pattern[str]
    fits: str
    value: str
    stored: str = ""


def _faithful(kind: Type, looks: str, also: str = "") -> Reading:
    value = f"TRY_CAST({{}} AS {kind.spelling})"
    fits = f"CAST({value} AS VARCHAR) = {{}}{also.format(value)}"
    return Reading(type=kind, looks=re.compile(looks), fits=fits, value=value, stored=kind.spelling)


def _matching(kind: Type, pattern: str, value: str) -> Reading:
    fits = f"regexp_full_match({{}}, {literal(pattern)}) AND {value} IS NOT NULL"
    return Reading(type=kind, looks=re.compile(pattern), fits=fits, value=value)


def _decimal(scale: int) -> Type:
    return Type(kind="decimal", spelling=f"DECIMAL(18,{scale})", precision=18, scale=scale)


def _decimals(scale: int) -> Reading:
    whole = f"(0|[1-9][0-9]{{0,{17 - scale}}})"
    pattern = f"\\s*[-+]?({whole}(\\.[0-9]{{0,{scale}}})?|\\.[0-9]{{1,{scale}}})\\s*"
    return _matching(_decimal(scale), pattern, f"TRY_CAST({{}} AS DECIMAL(18,{scale}))")


_INTEGER = Type(kind="integer", spelling="BIGINT", bits=64)
_FLOAT = Type(kind="float", spelling="DOUBLE", bits=64)
_BOOLEAN = Type(kind="boolean", spelling="BOOLEAN")
_DATE = Type(kind="date", spelling="DATE")
_TIMESTAMP = Type(kind="timestamp", spelling="TIMESTAMP")
_INSTANT = Type(kind="timestamp", spelling="TIMESTAMP WITH TIME ZONE", with_zone=True)
_TIME = Type(kind="time", spelling="TIME")
_UUID = Type(kind="uuid", spelling="UUID")
_JSON = Type(kind="json", spelling="JSON")
_DAY = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_CLOCK = "[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?"
_POINT = "((0|[1-9][0-9]*)(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?"

READINGS: tuple[Reading, ...] = (
    _faithful(_INTEGER, "-?[0-9]{1,19}"),
    *(_faithful(_decimal(scale), f"-?[0-9]+\\.[0-9]{{{scale}}}") for scale in range(1, 7)),
    _matching(_INTEGER, "\\s*[-+]?(0|[1-9][0-9]{0,17})\\s*", "TRY_CAST({} AS BIGINT)"),
    *(_decimals(scale) for scale in (2, 4, 8)),
    _matching(_FLOAT, f"\\s*[-+]?({_POINT}|NaN|nan|inf|Inf|infinity|Infinity)\\s*", "TRY_CAST({} AS DOUBLE)"),
    _faithful(_BOOLEAN, "true|false"),
    _matching(_BOOLEAN, "true|false|True|False|TRUE|FALSE", "TRY_CAST({} AS BOOLEAN)"),
    _faithful(_DATE, _DAY, " AND isfinite({})"),
    _faithful(_TIMESTAMP, f"{_DAY} .*", " AND isfinite({})"),
    _matching(_TIMESTAMP, f"{_DAY}([ T][0-9:.]+)?", "TRY_CAST({} AS TIMESTAMP)"),
    _matching(_INSTANT, f"{_DAY}([ T][0-9:.]+)?(Z|[-+][0-9:]{{2,6}})?", "TRY_CAST({} AS TIMESTAMPTZ)"),
    _faithful(_TIME, _CLOCK),
    _matching(_TIME, _CLOCK, "TRY_CAST({} AS TIME)"),
    *(_matching(_DATE, "[0-9]+[-./ ][0-9A-Za-z]+[-./ ][0-9]+|[A-Z][a-z]+ [0-9]+, [0-9]+", f"CAST(try_strptime({{}}, '{form}') AS DATE)")
      for form in _DATE_FORMATS),
    *(_matching(_TIMESTAMP, "[0-9]+[-./][0-9]+[-./][0-9]+ [0-9:]+", f"try_strptime({{}}, '{form}{clock}')")
      for form in ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y") for clock in (" %H:%M", " %H:%M:%S")),
    _matching(_FLOAT, "\\s*[-+]?([0-9]{1,3}(\\.[0-9]{3})+|0|[1-9][0-9]*)(,[0-9]+)?\\s*",
              "TRY_CAST(replace(replace({}, '.', ''), ',', '.') AS DOUBLE)"),
    _matching(_UUID, "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", "{}"),
    Reading(type=_JSON, looks=re.compile("[\\[{].*", re.DOTALL), fits="{}[1] IN ('{{', '[') AND json_valid({})", value="{}"),
)  # fmt: skip


def read_types(store: Store, table: str, columns: Sequence[str]) -> tuple[dict[str, Reading], tuple[str, ...]]:
    """How the text columns of a DuckDB table can be read, and notes on what can be read in two ways. Columns of free text are left out.

    Some values tell which readings are worth a try; the first that fits every value of all rows is taken.
    """
    left = {each: likely for each, likely in _likely(store, table, columns).items() if likely}
    found: dict[str, Reading] = {}
    while left:
        held = _fitting(store, table, {each: readings[:1] for each, readings in left.items()})
        found |= {column: fitting[0] for column, fitting in held.items() if fitting}
        left = {each: rest for each, readings in left.items() if each not in found and (rest := readings[1:])}
    return _settled(store, table, found)


def fits_all(store: Store, table: str, column: str, reading: Reading) -> bool:
    """Whether every text of a column can be read so."""
    return bool(_fitting(store, table, {column: [reading]})[column])


def _likely(store: Store, table: str, columns: Sequence[str]) -> dict[str, list[Reading]]:
    """The readings that some values of each column look like; none where there are no values among the rows looked at."""
    rows = int(store.run(f"SELECT count(*) FROM {table}")[0][0])
    spread = f" OR rowid % {max(1, rows // _LOOKED_AT)} = 0" if rows > _LOOKED_AT else ""
    found: dict[str, list[Reading]] = {}
    for start in range(0, len(columns), _AT_ONCE):
        some = columns[start : start + _AT_ONCE]
        listed = ", ".join(f"left({name(each)}, {_LONGEST})" for each in some)
        values = store.run(f"SELECT {listed} FROM {table} WHERE rowid < {_LOOKED_AT}{spread} LIMIT {2 * _LOOKED_AT}")
        for place, column in enumerate(some):
            texts = {row[place] for row in values if row[place] is not None}
            found[column] = [each for each in READINGS if not texts or all(map(each.looks.fullmatch, texts))]
            if not texts:  # all NULL as far as was looked: one value more tells
                more = store.run(
                    f"SELECT left({name(column)}, {_LONGEST}) FROM {table} WHERE {name(column)} IS NOT NULL LIMIT 20"
                )
                found[column] = [
                    each for each in READINGS if more and all(each.looks.fullmatch(text) for (text,) in more)
                ]
    return found


def _fitting(store: Store, rows: str, tried: Mapping[str, Sequence[Reading]]) -> dict[str, list[Reading]]:
    """The readings that fit every value; none for a column without values."""
    columns = list(tried)
    found: dict[str, list[Reading]] = {}
    for start in range(0, len(columns), _AT_ONCE):
        some = columns[start : start + _AT_ONCE]
        asked = [part for each in some for part in
                 (f"count({name(each)})", *(f"count_if({_of(reading.fits, each)})" for reading in tried[each]))]  # fmt: skip
        counts = iter(store.run(f"SELECT {', '.join(asked)} FROM {rows}")[0])
        for column in some:
            values = next(counts)
            found[column] = [each for each in tried[column] if next(counts) == values and values]
    return found


def _settled(store: Store, table: str, found: dict[str, Reading]) -> tuple[dict[str, Reading], tuple[str, ...]]:
    """Leave as text the dates that can be read with the day or with the month first."""
    swapped = {each.value: other for each in READINGS for other in READINGS if _swapped(each.value) == other.value}
    doubtful = {column: [swapped[reading.value]] for column, reading in found.items() if reading.value in swapped}
    notes = []
    for column, both in _fitting(store, table, doubtful).items():
        differs = (
            f"{_of(both[0].value, column)} IS DISTINCT FROM {_of(found[column].value, column)}" if both else "false"
        )
        if store.run(f"SELECT count_if({differs}) FROM {table}")[0][0]:
            del found[column]
            notes.append(
                f"The dates of {column} can be read with the day or with the month first; they were left as text."
            )
    return found, tuple(notes)


def _swapped(value: str) -> str:
    return value.replace("'%d/%m/", "'%m/%d/") if "'%d/%m/" in value else ""


def _of(template: str, column: str) -> str:
    return template.replace("{{", "{").replace("{}", name(column))


def value_of(reading: Reading, column: str) -> str:
    """The typed value of a text column, as an expression."""
    return _of(reading.value, column)
