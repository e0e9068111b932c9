"""A database's documentation as Markdown in a folder: written, or compared with what stands there."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from dbwright.app.settings import Settings
from dbwright.catalog.comments import Coverage, can_be_described, coverage, undescribed
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.errors import UsageError
from dbwright.finding import Finding
from dbwright.writers.docs import MARK, Choices, DiagramKind, write

_OURS = ("*.md", "*.svg", "tables/*.md", "views/*.md", "viewpoints/*.md", "viewpoints/*.svg")
_WRITTEN_ON = "Written on "


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What to document and how.

    viewpoints: titles with globs over dotted table names. findings: review the definitions and show what was found.
    dated: tell the day in the index.
    """

    source: str | None = None
    dialect: str | None = None
    parse_only: bool = False
    namespaces: tuple[str, ...] = ()
    timeout: float = 10.0
    title: str = ""
    viewpoints: Mapping[str, Sequence[str]] = {}
    diagram: DiagramKind = "mermaid"
    findings: bool = False
    dated: bool = False


class Pages(msgspec.Struct, frozen=True, kw_only=True):
    """Every file by its path below the folder, how much is described, what is not, and what could not be read."""

    files: dict[str, str]
    coverage: Coverage
    undescribed: tuple[str, ...]
    notes: tuple[str, ...]
    can_be_described: bool


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Files that are not as they should be: missing, other than the database, or of what is no longer there."""

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    stale: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.changed or self.stale)


def pages(
    request: Request, settings: Settings | None = None, progress: Callable[[str], None] = lambda sentence: None
) -> Pages:
    """All pages of a source. Raises what reading it raises, and UsageError for a viewpoint that no table is in."""
    from dbwright.app.sources import open_any

    settings = settings or Settings()
    named = request.source or settings.source
    if not named:
        raise UsageError("No source to document was named.", hint="Name one: dbwright docs SOURCE")
    findings = _findings(request, settings, progress) if request.findings else None
    progress("Reading the source …")
    with open_any(
        named,
        dialect=request.dialect or settings.dialect,
        parse_only=request.parse_only,
        namespaces=(request.namespaces or settings.namespaces) or None,
        timeout=request.timeout,
    ) as source:
        catalog, notes = source.catalog, source.notes
    progress(f"Writing pages on {len(catalog.tables):,} tables …")
    choices = Choices(
        title=request.title or _title(named, catalog),
        viewpoints=_viewpoints(catalog, request.viewpoints),
        diagram=request.diagram,
        findings=findings,
        written_on=f"{datetime.now(UTC):%Y-%m-%d}" if request.dated else "",
    )
    return Pages(
        files=write(catalog, choices),
        coverage=coverage(catalog),
        undescribed=tuple(_silent(*each) for each in undescribed(catalog)),
        notes=notes,
        can_be_described=can_be_described(catalog),
    )


def compare(wanted: Pages, folder: Path) -> Difference:
    """What of a folder differs from the pages. Ends of lines and the day that an index tells don't count."""
    missing, changed = [], []
    for name, text in wanted.files.items():
        there = _read(folder / name)
        if there is None:
            missing.append(name)
        elif _comparable(there) != _comparable(text):
            changed.append(name)
    return Difference(missing=tuple(missing), changed=tuple(changed), stale=_stale(wanted, folder))


def write_pages(wanted: Pages, folder: Path) -> Difference:
    """Write what is missing or changed, and remove our own pages on what is gone. Returns what was done.

    Raises UsageError, before anything is written, where a file of that name is not ours, and where the folder refuses.
    """
    for name in wanted.files:
        there = _read(folder / name)
        if there is not None and not there.startswith(MARK):
            raise UsageError(
                f"{folder / name} was not written by dbwright docs; it is not written over.",
                hint="Move it away, or name another folder with --folder.",
            )
    done = compare(wanted, folder)
    try:
        for name in (*done.missing, *done.changed):
            _replace(folder / name, wanted.files[name])
        for name in done.stale:
            (folder / name).unlink()
    except OSError as error:
        raise UsageError(f"{error.filename or folder} cannot be written: {error.strerror or error}.") from error
    return done


# ---------------------------------------------------------------- what stands in the folder


def _read(file: Path) -> str | None:
    """A file's text with plain line feeds; None where there is none. What is no text reads as something else than ours."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return "\0"
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}.") from error


def _comparable(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith(_WRITTEN_ON)]


def _stale(wanted: Pages, folder: Path) -> tuple[str, ...]:
    """Our own files that are not wanted any more; a link may lead anywhere, so it is left alone."""
    found = []
    for pattern in _OURS:
        for file in folder.glob(pattern):
            name = file.relative_to(folder).as_posix()
            if name not in wanted.files and not file.is_symlink() and file.is_file() and _is_ours(file):
                found.append(name)
    return tuple(sorted(found))


def _is_ours(file: Path) -> bool:
    with suppress(OSError), file.open("rb") as opened:
        return opened.read(len(MARK)) == MARK.encode()
    return False


def _replace(file: Path, text: str) -> None:
    """A page is replaced only when all of it has been written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    try:
        partial.write_text(text, encoding="utf-8", errors="replace", newline="\n")
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


# ---------------------------------------------------------------- what the pages are made of


def _silent(ref: Ref, described: bool, columns: Sequence[str]) -> str:
    """What of a table or view has no comment."""
    listed = f"{'the column' if len(columns) == 1 else 'the columns'} {', '.join(columns)}"
    if described:
        return f"{ref}: {listed}"
    return f"{ref}: itself, and {listed}" if columns else f"{ref}: itself"


def _title(source: str, catalog: Catalog) -> str:
    """The database's own name; of a file that was read, the file's."""
    if "://" not in source and ":" not in source[2:]:
        return Path(source).stem or catalog.name
    return catalog.name or "Database"


def _viewpoints(catalog: Catalog, wanted: Mapping[str, Sequence[str]]) -> dict[str, frozenset[tuple[str, str]]]:
    found = {}
    for title, globs in wanted.items():
        members = frozenset(
            (table.namespace, table.name)
            for table in catalog.tables
            if any(fnmatchcase(str(table.ref), glob) or fnmatchcase(table.name, glob) for glob in globs)
        )
        if not members:
            raise UsageError(f"No table is in the viewpoint {title!r}: none is named {' or '.join(globs)}.")
        found[title] = members
    return found


def _findings(request: Request, settings: Settings, progress: Callable[[str], None]) -> tuple[Finding, ...]:
    """What a review of the definitions finds: the rows change from day to day, and the pages should not."""
    from dbwright.app.review import Request as ReviewRequest
    from dbwright.app.review import review

    asked = ReviewRequest(
        source=request.source,
        dialect=request.dialect,
        parse_only=request.parse_only,
        namespaces=request.namespaces,
        timeout=request.timeout,
        ask_rows=False,
    )
    return review(asked, settings, progress).report.findings
