"""Tables in files: CSV, TSV, Parquet, JSON lines, packed or not, one by one, in folders or by a pattern."""

import glob
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from dbwright.catalog.dependencies import Dependency, Measured, Standing
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.profiles import TableProfile
from dbwright.errors import SourceError, UsageError
from dbwright.tables.base import Nulls, Sample
from dbwright.tables.duck import Store, name
from dbwright.tables.duck_types import fetched, type_of
from dbwright.tables.loading import Asked, Loaded, load
from dbwright.tables.packed import PACKED
from dbwright.tables.text_types import value_of

if TYPE_CHECKING:
    import polars

KINDS = {
    ".csv": "csv", ".tsv": "csv", ".tab": "csv", ".psv": "csv", ".tbl": "csv", ".txt": "csv", ".data": "csv",
    ".parquet": "parquet", ".pq": "parquet", ".json": "json", ".jsonl": "json", ".ndjson": "json",
}  # fmt: skip
"""File name endings that are read, and how."""
_NOT_READ = {
    ".xlsx": "a spreadsheet; save its sheet as CSV",
    ".xls": "a spreadsheet; save its sheet as CSV",
    ".ods": "a spreadsheet; save its sheet as CSV",
    ".zip": "an archive; unpack it first",
    ".tar": "an archive; unpack it first",
    ".7z": "an archive; unpack it first",
    ".avro": "Avro; convert it to Parquet",
    ".orc": "ORC; convert it to Parquet",
    ".feather": "Arrow; convert it to Parquet",
    ".arrow": "Arrow; convert it to Parquet",
}
_ON_DISK_ABOVE = 256 * 2**20  # bytes of text files from which on their rows are kept in a file
_SPREAD = 2**32
_BLOCK = 2048


class FileTable:
    """One table of rows in files: a RowSource.

    Texts of CSV files are equal where their characters are ("1.0" is not "1.00"), so a column is held as numbers or dates only where
    every value, written back, gives the same text. `frame(typed=True)` reads the others too. `readings` says which can be.
    notes: plain sentences on what was taken for granted or left out when the files were read. has_types: the file itself names
    types. seconds: that reading it took.
    """

    def __init__(
        self, store: Store, title: str, origin: str, loaded: Loaded, kind: str, siblings: Mapping[Ref, "FileTable"]
    ) -> None:
        self.store = store
        self.origin = origin
        self.quoted = loaded.relation
        self.notes = loaded.notes
        self.loaded = loaded
        self.siblings = siblings
        self.has_types = kind == "parquet"
        self.seconds = 0.0
        self.spellings = loaded.columns
        self.readings = loaded.readings
        self.table = Table(
            namespace="",
            name=title,
            columns=tuple(
                Column(name=each, type=self.readings[each].type if each in self.readings else type_of(spelling))
                for each, spelling in loaded.columns.items()
            ),
        )

    @property
    def ref(self) -> Ref:
        """The table's name: that of its file without the ending."""
        return self.table.ref

    def count(self) -> int:
        """The exact number of rows."""
        return int(self.store.run(f"SELECT count(*) FROM {self.quoted}")[0][0])

    def estimate(self) -> int:
        """The number of rows; files tell it at once."""
        return self.count()

    @property
    def expected(self) -> int | None:
        """About how many rows the files hold, where there was no time to read them all; None where all were read."""
        expected = self.loaded.expected
        return expected if expected is not None and expected > self.count() else None

    def frame(
        self, columns: Sequence[str] | None = None, sample: Sample | None = None, *, typed: bool = False
    ) -> "polars.DataFrame":
        """The values, in the order of the file.

        typed: columns whose texts can be read as numbers or dates as such, though different texts may then be equal.
        """
        wanted = list(self.spellings) if columns is None else [self._known(each) for each in columns]
        selected = ", ".join(f"{self._fetched(each, typed)} AS {name(each)}" for each in wanted)
        return self.store.frame(f"SELECT {selected or '1'} FROM {self.taken(sample)}")

    def value(self, column: str) -> str:
        """The expression for a column's typed value: what it is sorted and calculated by."""
        return value_of(self.readings[column], column) if column in self.readings else name(column)

    def profile(self, columns: Sequence[str] | None = None, *, seconds: float | None = None) -> TableProfile:
        """The profile of the columns; what is not finished in time comes from a sample, and its notes say so."""
        from dbwright.tables.file_profile import profile_file
        from dbwright.tables.profiles.effort import Effort

        return profile_file(self, columns, Effort(seconds=seconds))

    def check(
        self,
        dependencies: Sequence[Dependency],
        *,
        nulls: Nulls = "equal",
        examples: int = 3,
        seconds: float | None = None,
    ) -> list[Measured]:
        """Check dependencies on all rows with DuckDB; inclusion in tables that were opened together with this one.

        Where there was no time to read all rows nothing is proved: what holds is not refuted.
        """
        from dbwright.tables.file_checks import check_file

        found = check_file(self, dependencies, nulls=nulls, examples=examples, seconds=seconds)
        return found if self.expected is None else [_not_proved(each) for each in found]

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Run one query that reads, in DuckDB's SQL; the tables opened together stand in it by their names."""
        return self.store.read(sql)

    def close(self) -> None:
        """Forget the rows of this and all tables opened together with it."""
        self.store.close()

    def taken(self, sample: Sample | None) -> str:
        """What to select a sample from: of each block, or each value, it is drawn once by a hash whether it is in."""
        if sample is None or (rows := self.count()) <= sample.rows:
            return self.quoted
        if sample.kind == "value" and sample.columns:
            drawn = ", ".join(name(self._known(each)) for each in sample.columns)
            return f"{self.quoted} WHERE hash({sample.seed}, {drawn}) % {_SPREAD} < {int(sample.rows / rows * _SPREAD)}"
        if not self.loaded.blocks:
            share = 100 * sample.rows / rows
            return f"{self.quoted} TABLESAMPLE system({share:.6f}%) REPEATABLE ({sample.seed})"
        step = max(1, min(rows // (2 * _BLOCK), round(rows / max(1, sample.rows))))
        return f"{self.loaded.numbered} WHERE hash({sample.seed}, {self.loaded.blocks}) % {step} = 0"

    def _known(self, column: str) -> str:
        if column not in self.spellings:
            raise UsageError(f"{self.table.name} has no column {column!r}.")
        return column

    def _fetched(self, column: str, typed: bool) -> str:
        if typed and column in self.readings:
            return fetched(self.value(column), self.readings[column].type.spelling)
        return fetched(name(column), self.spellings[column])


def _not_proved(measured: Measured) -> Measured:
    if measured.standing is not Standing.PROVED:
        return measured
    return replace(measured, standing=Standing.NOT_REFUTED)


def open_file(
    path: str,
    *,
    header: bool | None = None,
    null: Sequence[str] = ("",),
    separator: str | None = None,
    encoding: str | None = None,
    memory: int | None = None,
    threads: int | None = None,
    seconds: float | None = None,
) -> list[FileTable]:
    """The tables of a file, of a folder (one table a file; numbered parts, and folders of files, are one table), or of a pattern (one).

    header: whether the first line names the columns; None finds out. null: texts that stand for NULL. separator, encoding: of text
    files, None finds out. memory, threads: limits, in bytes and in number. seconds: text files that could not be read in about half
    of that are read only so far as it reaches, which the notes of their tables say.
    Raises SourceError where nothing can be read, Unavailable where DuckDB is missing.
    """
    groups = find_files(path)
    texts = sum(file.stat().st_size for files in groups.values() for file in files if kind_of(file) != "parquet")
    above = _ON_DISK_ABOVE if memory is None else min(_ON_DISK_ABOVE, memory // 8)
    store = Store(on_disk=texts > above, memory=memory, threads=threads)
    share = None if seconds is None else seconds / len(groups)
    asked = Asked(header=header, null=tuple(null), separator=separator, encoding=encoding, seconds=share)
    tables: dict[Ref, FileTable] = {}
    try:
        for title, files in groups.items():
            started = time.monotonic()
            loaded = load(store, title, files, kind_of(files[0]), asked)
            origin = files[0].name if len(files) == 1 else f"{files[0].name} and {len(files) - 1} more files"
            table = FileTable(store, title, origin, loaded, kind_of(files[0]), tables)
            table.seconds = time.monotonic() - started
            tables[table.ref] = table
    except BaseException:
        store.close()
        raise
    return list(tables.values())


@contextmanager
def open_files(
    source: str, *, tables: Sequence[str] | None = None, null: Sequence[str] | None = None, **how: Any
) -> Iterator[list[FileTable]]:
    """What `open_file` gives, closed at the end. tables: only these, by name. null: None for the empty text only.

    Raises UsageError for a table that is not there.
    """
    found = open_file(source, null=("",) if null is None else null, **how)
    try:
        yield found if tables is None else [_named(each, found, source) for each in dict.fromkeys(tables)]
    finally:
        for table in found[:1]:
            table.close()


def _named(wanted: str, tables: Sequence[FileTable], source: str) -> FileTable:
    for table in tables:
        if wanted.casefold() == table.table.name.casefold():
            return table
    near = get_close_matches(wanted, [table.table.name for table in tables], n=1)
    hint = f"Did you mean {near[0]}?" if near else f"It holds {', '.join(table.table.name for table in tables[:10])}."
    raise UsageError(f"{source} holds no table {wanted}.", hint=hint)


def kind_of(file: Path) -> str:
    """How a file is read: "csv", "parquet" or "json"; what has no known ending is taken for a text with columns."""
    return KINDS.get(_ending(file), "csv")


def is_file_of_rows(path: str) -> bool:
    """Whether a path names a file, folder or pattern that `open_file` reads, by its ending or by what the folder holds."""
    place = Path(path)
    if place.is_dir():
        return any(_ending(file) in KINDS for file in place.iterdir())
    return _ending(place) in KINDS or (glob.has_magic(path) and "://" not in path)


def find_files(path: str) -> dict[str, list[Path]]:
    """The files of a path, by the table that they make. Raises SourceError where there are none."""
    place = Path(path)
    if place.is_file():
        _refuse_unreadable(place)
        return {_stem(place): [place]}
    if place.is_dir():
        groups = _tables_of(place)
        if not groups:
            raise SourceError(f"{path} holds no CSV, TSV, Parquet or JSON files.")
        return groups
    found = sorted(Path(each) for each in glob.glob(path, recursive=True)) if glob.has_magic(path) else []
    found = [each for each in found if each.is_file()]
    if not found:
        raise SourceError(f"{path}: there is no such file.")
    for each in found:
        _refuse_unreadable(each)
    if len({kind_of(each) for each in found}) > 1:
        raise SourceError(f"{path} matches files of different kinds; together they are no table.")
    return {_common_name(found): found}


def _refuse_unreadable(file: Path) -> None:
    wrong = _NOT_READ.get(file.suffix.lower())
    if wrong:
        raise SourceError(f"{file} cannot be read.", hint=f"It is {wrong}.")


def _tables_of(folder: Path) -> dict[str, list[Path]]:
    groups: dict[str, list[Path]] = {}
    entries = sorted(each for each in folder.iterdir() if not each.name.startswith((".", "_")))
    for entry in entries:
        if entry.is_dir():
            parts = sorted(
                each
                for each in entry.rglob("*")
                if each.is_file() and _ending(each) in KINDS and not each.name.startswith((".", "_"))
            )
            kinds = {kind_of(each) for each in parts}
            if len(kinds) == 1:
                groups.setdefault(entry.name, []).extend(parts)
        elif entry.is_file() and _ending(entry) in KINDS:
            groups.setdefault(_stem(entry), []).append(entry)
    return _joined_parts(groups, folder)


def _joined_parts(groups: dict[str, list[Path]], folder: Path) -> dict[str, list[Path]]:
    """Numbered files of one kind (part-0, part-1 …, orders.1, orders.2 …) as one table."""
    by_stem: dict[tuple[str, str], list[str]] = {}
    for title, files in groups.items():
        stem = re.sub(r"[-_. ]?\d+(-[0-9a-f-]+)?(-c\d+)?$", "", title)
        by_stem.setdefault((stem, kind_of(files[0])), []).append(title)
    joined: dict[str, list[Path]] = {}
    for (stem, _), titles in by_stem.items():
        if len(titles) > 1 and all(title != stem and re.search(r"[-_.]\d", title) for title in titles):
            joined[folder.name if stem.lower() in ("part", "data", "") else stem] = [
                f for t in titles for f in groups[t]
            ]
        else:
            joined |= {title: groups[title] for title in titles}
    return joined


def _common_name(files: Sequence[Path]) -> str:
    stems = [_stem(each) for each in files]
    common = stems[0]
    for stem in stems:
        while not stem.startswith(common):
            common = common[:-1]
    return common.rstrip("-_. 0123456789") or files[0].parent.name or "rows"


def _stem(file: Path) -> str:
    suffixes = 2 if file.suffix.lower() in (*PACKED, ".zst") else 1
    text = file.name
    for _ in range(suffixes):
        ending = Path(text).suffix
        if ending.lower() in KINDS or ending.lower() in (*PACKED, ".zst"):
            text = text[: -len(ending)]
    return text or file.name


def _ending(file: Path) -> str:
    """The ending that tells the kind, without that of packing."""
    packed = file.suffix.lower() in (*PACKED, ".zst")
    return Path(file.stem).suffix.lower() if packed else file.suffix.lower()
