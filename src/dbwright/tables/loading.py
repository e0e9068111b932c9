"""Files brought before DuckDB: texts read into a table once, Parquet looked at where it lies."""

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from dbwright.errors import ExecutionFault, SourceError
from dbwright.tables.duck import Store, literal, name
from dbwright.tables.duck_types import is_nested
from dbwright.tables.packed import is_packed, line_at, unpacked
from dbwright.tables.text_file import TextFile, look_at
from dbwright.tables.text_types import Reading, read_types, value_of

_LINES_TOLD = 5
_ENCODINGS = {"cp1252": "Windows-1252", "latin-1": "Latin-1", "utf-16": "UTF-16", "utf-32": "UTF-32"}
_WRONG = {
    "TOO MANY COLUMNS": "too many columns",
    "MISSING COLUMNS": "columns missing",
    "UNQUOTED VALUE": "a quote without its end",
    "INVALID ENCODING": "not in the file's encoding",
    "LINE SIZE OVER MAXIMUM": "too long",
}
_BROKEN_SHARE = 0.5
_LONGEST_LINE = 4 << 20
_BUFFER = 2 * _LONGEST_LINE  # DuckDB's own would be 16 lines, more than a small limit of memory allows
_QUICK = 8 << 20  # bytes that are read in less time than it takes to think about it
_FIRST_ROWS = 50_000
_STEPS = 3  # reading, finding types and keeping the values take about as long each
_SHARE_OF_TIME = 0.5
_PACKED_TO = 4


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller says of text files: what is None is found out. seconds: for all files."""

    header: bool | None = None
    null: tuple[str, ...] = ("",)
    separator: str | None = None
    encoding: str | None = None
    seconds: float | None = None


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """A table of the store: what to select from, its columns with DuckDB's types, how texts can be read, and what was noticed.

    blocks: the expressions that say which block of rows a row lies in, where `numbered` is selected from; "" where nothing says it.
    expected: about how many rows the files hold, where fewer may have been read.
    """

    relation: str
    columns: dict[str, str]
    readings: dict[str, Reading] = {}
    numbered: str
    blocks: str = "rowid // 2048"
    notes: tuple[str, ...] = ()
    expected: int | None = None


def load(store: Store, title: str, files: Sequence[Path], kind: str, asked: Asked) -> Loaded:
    """Bring the files, together one table, before DuckDB under the title. Raises SourceError where they cannot be read."""
    if kind == "parquet":
        return _parquet(store, title, files)
    if kind == "json":
        return _json(store, title, files)
    return _texts(store, title, files, asked)


# ---------------------------------------------------------------- Parquet and JSON


def _parquet(store: Store, title: str, files: Sequence[Path]) -> Loaded:
    relation = name(title)
    listed = ", ".join(literal(str(file)) for file in files)
    try:
        store.run(f"CREATE VIEW {relation} AS SELECT * FROM read_parquet([{listed}], union_by_name = {len(files) > 1})")
        columns = _columns(store, relation)
    except ExecutionFault as error:
        raise SourceError(f"{_shown(files)} cannot be read as Parquet: {error.message}") from error
    if {"file_row_number", "filename"} & {each.lower() for each in columns}:
        return Loaded(relation=relation, columns=columns, numbered=relation, blocks="")
    # DuckDB skips what lies between drawn rows of a file, but not where the file's name is asked for too.
    many = len(files) > 1
    numbered = f"read_parquet([{listed}], union_by_name = {many}, file_row_number = true, filename = {many})"
    blocks = "filename, file_row_number // 256" if many else "file_row_number // 2048"
    return Loaded(relation=relation, columns=columns, numbered=numbered, blocks=blocks)


def _json(store: Store, title: str, files: Sequence[Path]) -> Loaded:
    relation = name(title)
    plain = [_plain(store, file, "utf-8") if is_packed(file) and file.suffix != ".gz" else file for file in files]
    if not any(file.stat().st_size for file in plain):
        raise SourceError(f"{_shown(files)} is empty: it has no columns.")
    listed = ", ".join(literal(str(file)) for file in plain)
    options = f"union_by_name = true, maximum_object_size = {_LONGEST_LINE}"
    try:
        store.run(f"CREATE TABLE {relation} AS SELECT * FROM read_json([{listed}], {options}, sample_size = -1)")
    except ExecutionFault as error:
        raise SourceError(f"{_shown(files)} cannot be read as JSON: {error.message}") from error
    return _as_texts_where_nested(
        store, Loaded(relation=relation, columns=_columns(store, relation), numbered=relation)
    )


def _as_texts_where_nested(store: Store, loaded: Loaded) -> Loaded:
    """Lists and objects as their JSON, which is what makes them equal and what they are shown as."""
    nested = [column for column, spelling in loaded.columns.items() if is_nested(spelling) or spelling == "JSON"]
    for column in nested:
        kind = f"ALTER {name(column)} TYPE VARCHAR USING CAST(to_json({name(column)}) AS VARCHAR)"
        store.run(f"ALTER TABLE {loaded.relation} {kind}")
    readings, notes = read_types(
        store, loaded.relation, [c for c, kind in _columns(store, loaded.relation).items() if kind == "VARCHAR"]
    )
    return msgspec.structs.replace(
        loaded, columns=_columns(store, loaded.relation), readings=readings, notes=(*loaded.notes, *notes)
    )


# ---------------------------------------------------------------- texts with columns


def _texts(store: Store, title: str, files: Sequence[Path], asked: Asked) -> Loaded:
    raw, relation = name(f"{title} as text"), name(title)
    notes: list[str] = []
    rows = 0
    share = msgspec.structs.replace(asked, seconds=None if asked.seconds is None else asked.seconds / len(files))
    first = look_at(files[0], header=asked.header, separator=asked.separator, encoding=asked.encoding)
    if not first.columns:
        raise SourceError(f"{files[0]} is empty: it has no columns.")
    columns = first.columns
    store.run(f"CREATE TABLE {raw} ({', '.join(f'{name(each)} VARCHAR' for each in columns)})")
    for file in files:
        like = look_at(file, header=asked.header, separator=asked.separator, encoding=asked.encoding)
        if like.columns != columns:
            raise SourceError(f"{file} has other columns than {files[0].name}.", hint="Name the files one by one.")
        said, expected = _read(store, raw, file, like, share)
        rows += expected
        notes += [note if len(files) == 1 else f"{file.name}: {note}" for note in (*like.notes, *said)]
    readings, doubts = read_types(store, raw, columns)
    stored = {each: reading for each, reading in readings.items() if reading.stored}
    if stored:
        values = ", ".join(
            f"{value_of(stored[each], each)} AS {name(each)}" if each in stored else name(each) for each in columns
        )
        store.run(f"CREATE TABLE {relation} AS SELECT {values} FROM {raw}")
        store.run(f"DROP TABLE {raw}")
    else:
        store.run(f"ALTER TABLE {raw} RENAME TO {relation}")
    return Loaded(
        relation=relation,
        columns=_columns(store, relation),
        readings={each: reading for each, reading in readings.items() if not reading.stored},
        numbered=relation,
        notes=(*notes, *doubts),
        expected=rows,
    )


def _read(store: Store, raw: str, file: Path, like: TextFile, asked: Asked) -> tuple[list[str], int]:
    """Add the rows of a file to the table, tell the lines that were left out, and how many rows there should be."""
    direct = (
        like.encoding in ("utf-8", "utf-8-sig")
        and (not is_packed(file) or file.suffix == ".gz")
        and not like.mixed_ends
    )
    encoding = "utf-8" if direct else like.encoding
    plain = file if direct else _plain(store, file, encoding, line_ends=like.mixed_ends)
    limit, expected = _within_time(store, raw, plain, like, asked)
    store.run("BEGIN")
    try:
        broken = _copy(store, raw, plain, like, asked, limit)
    except ExecutionFault as fault:
        if not direct:
            raise SourceError(f"{file} cannot be read as a table: {fault.message}") from fault
        # Line ends that change somewhere in the file make DuckDB lose its way.
        store.run("ROLLBACK")
        store.run("BEGIN")
        direct, plain = False, _plain(store, file, encoding, line_ends=True)
        broken = _copy(store, raw, plain, like, asked, limit)
    if asked.encoding is None and direct and any(kind == "INVALID ENCODING" for _, kind in broken):
        store.run("ROLLBACK")
        store.run("BEGIN")
        encoding = "cp1252"
        plain = _plain(store, file, encoding)
        broken = _copy(store, raw, plain, like, asked, limit)
    rows = int(store.run(f"SELECT count(*) FROM {raw}")[0][0])
    store.run("COMMIT")
    notes = (
        []
        if encoding in ("utf-8", "utf-8-sig")
        else [f"The file is not UTF-8; it was read as {_ENCODINGS.get(encoding, encoding)}."]
    )
    if limit and rows >= limit:
        notes.append(f"Only the first {rows:,} of about {expected:,} rows were read: there was no time for more.")
    read = max(expected, rows + 1) if limit and rows >= limit else rows
    return notes + (_told(file, plain, broken, rows) if broken else []), read


def _within_time(store: Store, raw: str, plain: Path, like: TextFile, asked: Asked) -> tuple[int | None, int]:
    """How many rows can be read in the time given, None for all, and about how many there are; told by reading the first."""
    if asked.seconds is None or plain.stat().st_size < _QUICK:
        return None, 0
    started = time.monotonic()
    store.run("BEGIN")
    _copy(store, raw, plain, like, asked, _FIRST_ROWS)
    took = (time.monotonic() - started) * _STEPS
    lengths = ", ".join(f"sum(strlen({name(each)}))" for each in like.columns)
    rows, *sizes = store.run(f"SELECT count(*), {lengths} FROM {raw}")[0]
    size = rows * len(like.columns) + sum(each or 0 for each in sizes)
    store.run("ROLLBACK")
    packed = _PACKED_TO if is_packed(plain) else 1
    expected = round(plain.stat().st_size * packed * rows / max(1, size))
    enough = asked.seconds * _SHARE_OF_TIME
    if not rows or took * expected / rows <= enough:
        return None, expected
    return max(1000, round(rows * enough / took)), expected


def _copy(
    store: Store, raw: str, plain: Path, like: TextFile, asked: Asked, limit: int | None = None
) -> list[tuple[int, str]]:
    """Add the rows, the first of them where there is a limit.

    Returns the byte at which each line that is no row begins, with what is wrong with it.
    """
    store.run("DROP TABLE IF EXISTS rejected")
    store.run("DROP TABLE IF EXISTS rejected_scans")
    columns = [*like.columns, *(["\x1f"] if like.padded else [])]
    kinds = ", ".join(f"{literal(each)}: 'VARCHAR'" for each in columns)
    nulls = ", ".join(literal(each) for each in asked.null)
    store.run(
        f"INSERT INTO {raw} SELECT {', '.join(name(each) for each in like.columns)} FROM read_csv({literal(str(plain))}, "
        f"auto_detect = false, columns = {{{kinds}}}, delim = {literal(like.separator)}, quote = {literal(like.quote)}, "
        f"escape = {literal(like.escape)}, header = {str(like.header).lower()}, skip = {like.skip}, nullstr = [{nulls}], "
        f"max_line_size = {_LONGEST_LINE}, buffer_size = {_BUFFER}, store_rejects = true, "
        f"rejects_table = 'rejected', rejects_scan = 'rejected_scans', "
        f"rejects_limit = 0)" + (f" LIMIT {limit}" if limit else "")
    )
    found = store.run(
        "SELECT line_byte_position, any_value(CAST(error_type AS VARCHAR)) FROM rejected GROUP BY 1 ORDER BY 1"
    )
    return [(int(place), str(kind)) for place, kind in found]


def _told(file: Path, plain: Path, broken: list[tuple[int, str]], rows: int) -> list[str]:
    """The lines that were left out, the first of them by their number. Raises SourceError where most lines are broken."""
    lines = line_at(plain, [place for place, _ in broken[:_LINES_TOLD]])
    told = ", ".join(
        f"{line:,} ({_WRONG.get(kind, kind.lower())})" for line, (_, kind) in zip(lines, broken, strict=False)
    )
    more = f" and {len(broken) - _LINES_TOLD:,} more" if len(broken) > _LINES_TOLD else ""
    if len(broken) > _BROKEN_SHARE * (rows + len(broken)):
        raise SourceError(
            f"{file} cannot be read as a table: {len(broken):,} of {rows + len(broken):,} lines do not fit its columns; "
            f"line {told}{more}.",
            hint="Say how it is written: --separator, --header or --no-header, --encoding.",
        )
    verb, why = ("line was", "it does") if len(broken) == 1 else ("lines were", "they do")
    return [f"{len(broken):,} {verb} left out, since {why} not fit the columns: line {told}{more}."]


def _plain(store: Store, file: Path, encoding: str, *, line_ends: bool = False) -> Path:
    target = store.folder / f"{len(list(store.folder.iterdir()))}-{file.stem}.txt"
    return unpacked(file, encoding, target, line_ends=line_ends)


def _columns(store: Store, relation: str) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in store.run(f"DESCRIBE {relation}")}


def _shown(files: Sequence[Path]) -> str:
    return str(files[0]) if len(files) == 1 else f"{files[0]} (and {len(files) - 1} more)"
