"""Profiling tables of a database or of files: what each column holds, within a time and a memory."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from dbwright.catalog.profiles import TableProfile
from dbwright.errors import ExecutionFault, UsageError

if TYPE_CHECKING:
    from dbwright.tables.base import RowSource
    from dbwright.tables.profiles.effort import Effort


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for.

    tables, columns, namespaces: only these; empty for all. header, separator, encoding, null: how text files are written, None
    where that is to be found out. seconds: for all tables; memory: bytes for DuckDB; None for no limit. exact: no sketches, no samples.
    """

    source: str
    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    header: bool | None = None
    separator: str | None = None
    encoding: str | None = None
    null: tuple[str, ...] = ("",)
    seconds: float | None = None
    memory: int | None = None
    threads: int | None = None
    exact: bool = False
    timeout: float = 10.0


class Profiled(msgspec.Struct, frozen=True, kw_only=True):
    """The profiles, where the rows are, and sentences on what was not looked at. complete: whether all of all tables was."""

    tables: tuple[TableProfile, ...]
    origins: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    complete: bool = True


def profile(request: Request, tell: Callable[[str], None] = lambda _: None) -> Profiled:
    """Profile the tables, the smallest first where the time is limited, so that most of them are finished.

    Raises UsageError for tables or columns that are not there, SourceError where nothing can be read.
    """
    from dbwright.tables.profiles.effort import Effort

    whole = Effort(seconds=request.seconds)
    found: dict[str, TableProfile] = {}
    refused: dict[str, str] = {}
    with _opened(request) as sources:
        names = [str(each.ref) for each in sources]
        origins = {str(each.ref): each.origin for each in sources}
        order = sorted(sources, key=lambda each: each.estimate()) if request.seconds is not None else sources
        for place, source in enumerate(order):
            if not source.table.columns:
                refused[str(source.ref)] = f"{source.ref} has no columns that could be looked at."
                continue
            share = None if request.seconds is None else _share(request.seconds - whole.spent(), len(order) - place)
            if share is not None and share <= 0:
                if found:
                    continue
                share = 0.0  # the first table is glanced at in any case
            effort = Effort(seconds=share, exact=request.exact, tell=tell)
            try:
                found[str(source.ref)] = _profiled(source, _columns(request, source), effort, request.memory)
            except ExecutionFault as fault:
                refused[str(source.ref)] = f"{source.ref} was not looked at: {fault.message}"
    left_out = [name for name in names if name not in found and name not in refused]
    notes = list(refused.values())
    if left_out:
        some = ", ".join(left_out[:5]) + (" …" if len(left_out) > 5 else "")
        notes.append(
            f"The time given was over before {len(left_out):,} of {len(names):,} tables were looked at: {some}."
        )
    tables = tuple(found[name] for name in names if name in found)
    complete = not left_out and not refused and all(each.read == each.rows for each in tables)
    return Profiled(tables=tables, origins=origins, notes=tuple(notes), complete=complete)


def _share(left: float, tables: int) -> float:
    """The seconds for the next of so many tables; what a small one leaves is for those that follow."""
    return left / tables if tables > 1 else left


def _columns(request: Request, source: "RowSource") -> Sequence[str] | None:
    if not request.columns:
        return None
    known = [column.name for column in source.table.columns]
    chosen = [each for each in known if each.lower() in {wanted.lower() for wanted in request.columns}]
    missing = [wanted for wanted in request.columns if wanted.lower() not in {each.lower() for each in known}]
    if missing:
        raise UsageError(f"{source.ref} has no column {missing[0]}.", hint=f"It has {', '.join(known[:12])}.")
    return chosen


@contextmanager
def _opened(request: Request) -> "Iterator[Sequence[RowSource]]":
    from dbwright.tables.open import open_tables

    with open_tables(
        request.source,
        tables=request.tables or None,
        namespaces=request.namespaces or None,
        null=request.null,
        header=request.header,
        separator=request.separator,
        encoding=request.encoding,
        memory=request.memory,
        threads=request.threads,
        seconds=request.seconds,
        timeout=request.timeout,
    ) as found:
        yield found


def _profiled(source: "RowSource", columns: Sequence[str] | None, effort: "Effort", memory: int | None) -> TableProfile:
    from dbwright.tables.file_profile import profile_file
    from dbwright.tables.files import FileTable
    from dbwright.tables.live import LiveTable
    from dbwright.tables.live_profile import profiled

    if isinstance(source, FileTable):
        return profile_file(source, columns, effort)
    if isinstance(source, LiveTable):
        return profiled(source, columns, effort, memory)
    return source.profile(columns)
