"""What a text file with columns is like: its encoding, separator, quotes, header and first lines, told from its beginning."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from dbwright.errors import SourceError
from dbwright.tables.packed import opened

_BYTES = 1 << 18
_SEPARATORS = (",", ";", "\t", "|")
_UNUSED = "\x1f"  # the unit separator: no text file holds it, so a file of one column is read with it
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_VALUE = re.compile(
    r"\s*[-+]?[$€£]?(\d[\d.,]*([eE][-+]?\d+)?|\.\d+)\s*%?\s*"  # numbers, money, shares
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}.*)?|\d{1,2}:\d{2}(:\d{2})?.*"  # dates and times
    r"|true|false",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d][\w .()#%/:&'-]{0,63}")


class TextFile(msgspec.Struct, frozen=True, kw_only=True):
    """How a file of columns is read.

    encoding: a codec of Python. separator, quote, escape: one character each; quote is empty where nothing is quoted.
    skip: lines before the header or the first row. header: whether the first line after them names the columns.
    columns: their names, made up ("column1") where the file has none. padded: whether every line ends with a separator that no
    column follows. mixed_ends: whether lines end in several ways. notes: plain sentences on what was taken for granted.
    """

    encoding: str = "utf-8"
    separator: str = ","
    quote: str = '"'
    escape: str = '"'
    skip: int = 0
    header: bool = True
    columns: tuple[str, ...] = ()
    padded: bool = False
    mixed_ends: bool = False
    notes: tuple[str, ...] = ()


def look_at(path: Path, *, header: bool | None, separator: str | None, encoding: str | None) -> TextFile:
    """What the file is like; what is given is not guessed. A file without columns has none.

    Raises SourceError for a file that is no text.
    """
    with opened(path) as file:
        beginning = file.read(_BYTES)
        whole = not file.read(1)
    encoding = encoding or _encoding(beginning, path, whole)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(beginning, whole)
    if "\0" in text:
        raise SourceError(f"{path} is a binary file, not a text with columns.")
    if not whole and "\n" in text:
        text = text[: text.rindex("\n") + 1]
    ends = set(re.findall(r"\r\n|\r|\n", text))
    like = _look(text, header, _named_separator(text, separator, path), encoding)
    return msgspec.structs.replace(like, mixed_ends=len(ends) > 1)


def _encoding(beginning: bytes, path: Path, whole: bool) -> str:
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            return encoding
    # UTF-16 without a mark: every second byte of plain text is zero, and no other.
    for place, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half, other = beginning[place::2], beginning[1 - place :: 2]
        if len(half) > 1 and half.count(0) > 0.7 * len(half) and not other.count(0):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(beginning, whole)
    except UnicodeDecodeError:
        return _old_encoding(beginning, path)
    return "utf-8"


def _old_encoding(beginning: bytes, path: Path) -> str:
    if b"\0" in beginning[:4096]:
        raise SourceError(f"{path} is a binary file, not a text with columns.")
    try:
        beginning.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _named_separator(text: str, given: str | None, path: Path) -> str | None:
    if given is not None:
        return {"\\t": "\t", "tab": "\t", "space": " "}.get(given, given)
    if text[:4].lower() == "sep=" and len(text) > 4:  # what spreadsheets write in the first line
        return text[4]
    suffixes = [suffix.lower() for suffix in path.suffixes]
    return "\t" if ".tsv" in suffixes or ".tab" in suffixes else None


def _look(text: str, header: bool | None, separator: str | None, encoding: str) -> TextFile:
    quote, escape = _quotes(text)
    separator = separator or _separator(text, quote, escape)
    records = _records(text, separator, quote, escape)
    if not records:
        return TextFile(encoding=encoding, separator=separator, quote=quote, escape=escape, header=False)
    width = _usual_width(records)
    skip = _preamble(records, width, text)
    records = [record for record in records[skip:] if record != [""] or width == 1]
    notes = [f"The first {skip} lines were left out: they are not rows of the table."] if skip > 1 else []
    padded = len(records) > 1 and width > 1 and all(record[-1] == "" for record in records if len(record) == width)
    width -= padded
    named = has_header(records, width) if header is None else header
    first = records[0] if records else []
    columns = column_names(first[:width] if named else [], width)
    if header is None and not named:
        notes.append("The file has no header line; its columns were numbered.")
    return TextFile(
        encoding=encoding, separator=separator, quote=quote, escape=escape, skip=skip, header=named,
        columns=columns, padded=padded, notes=tuple(notes),
    )  # fmt: skip


def _quotes(text: str) -> tuple[str, str]:
    """The character around values that hold separators, and the one before it within such values."""
    double = len(re.findall(r'(?:^|[,;\t|])"', text, re.MULTILINE))
    single = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|]|$)", text, re.MULTILINE))
    if single > 1 and not double:
        return "'", "'"
    doubled = '""' in re.sub(r'(?:^|[,;\t|])""(?=[,;\t|]|$)', "", text, flags=re.MULTILINE)
    return '"', "\\" if '\\"' in text and not doubled else '"'


def _separator(text: str, quote: str, escape: str) -> str:
    """The character that cuts most lines into the same number of pieces, at least two."""
    best, found = (0.0, 0), _UNUSED
    for candidate in _SEPARATORS:
        records = [record for record in _records(text, candidate, quote, escape)[:1000] if record != [""]]
        if not records:
            continue
        width, share = _agreement(records)
        likely = share >= 0.5 or (share >= 0.3 and len(records[0]) == width)
        if width > 1 and likely and (round(share, 1), width) > best:
            best, found = (round(share, 1), width), candidate
    return found


def _records(text: str, separator: str, quote: str, escape: str) -> list[list[str]]:
    """The records; a blank line is a record of one empty value."""
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        quotechar=quote,
        doublequote=escape == quote,
        escapechar=None if escape == quote else escape,
    )
    records: list[list[str]] = []
    with suppress(csv.Error):  # what was read up to a fault tells enough
        records.extend(record or [""] for record in reader)
    while records and records[-1] == [""]:
        records.pop()
    return records


def _agreement(records: Sequence[Sequence[str]]) -> tuple[int, float]:
    widths = Counter(len(record) for record in records)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return width, count / len(records)


def _usual_width(records: Sequence[Sequence[str]]) -> int:
    body = [record for record in records[:1000] if record != [""]]
    width, share = _agreement(body or records)
    return width if share >= 0.5 or not body else len(body[0])


def _preamble(records: Sequence[Sequence[str]], width: int, text: str) -> int:
    """How many lines stand before the table: titles, comments, blank lines."""
    if text[:4].lower() == "sep=":
        return 1
    skip = 0
    while skip < min(len(records) - 1, 20):
        record = records[skip]
        alone = sum(value != "" for value in record) <= 1
        if not (record == [""] or (width > 2 and alone) or (record[0].startswith("#") and len(record) != width)):
            break
        skip += 1
    return skip


def has_header(records: Sequence[Sequence[str]], width: int) -> bool:
    """Whether the first record names the columns, judged by how it differs from those below it."""
    if not records:
        return False
    first, body = [value.strip() for value in records[0][:width]], records[1:1001]
    filled = [value for value in first if value]
    if len(first) < width or len(filled) < max(1, len(first) - 1):
        return False
    if any(_VALUE.fullmatch(value) for value in filled):
        return False
    if not body:
        return all(_WORDS.fullmatch(value) for value in filled)
    for place, title in enumerate(first):
        below = [record[place] for record in body if place < len(record) and record[place].strip()]
        values = sum(_VALUE.fullmatch(value) is not None for value in below)
        if title and below and values >= 0.9 * len(below):
            return True
    if len(set(filled)) < len(filled):
        return False
    if any(
        title in {record[place].strip() for record in body if place < len(record)} for place, title in enumerate(first)
    ):
        return False
    return all(_WORDS.fullmatch(value) for value in filled)


def column_names(given: Sequence[str], width: int) -> tuple[str, ...]:
    """Names for so many columns: as given, "column3" where one is missing, "name_2" where one stands twice whatever its case."""
    names: list[str] = []
    taken: set[str] = {value.strip().lower() for value in given if value.strip()}
    used: set[str] = set()
    for place in range(width):
        base = given[place].strip() if place < len(given) else ""
        made = base or f"column{place + 1}"
        number = 2
        while made.lower() in used or (not base and made.lower() in taken):
            made, number = f"{base or f'column{place + 1}'}_{number}", number + 1
        used.add(made.lower())
        names.append(made)
    return tuple(names)
