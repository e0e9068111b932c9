"""The findings in one SQL text as an editor holds it, saved or not: a schema is reviewed, a migration linted. No database is asked."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from dbwright.app.lint_files import LintRequest, lint_files
from dbwright.app.review import Request, review
from dbwright.app.settings import Settings
from dbwright.errors import DbwrightError, SyntaxFault
from dbwright.finding import Finding, Location
from dbwright.readers.sql.detect import detect
from dbwright.readers.sql.files import files_in, is_undo

_CREATES_TABLE = re.compile(
    r"^\s*CREATE\s+(?:(?:GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|FOREIGN|VIRTUAL)\s+)*TABLE\b",
    re.IGNORECASE | re.MULTILINE,
)


class Fault(msgspec.Struct, frozen=True):
    """Why a text could not be checked, and where, as far as that is known."""

    message: str
    line: int = 1
    column: int = 1


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The findings of a text, those with a place in it only; dialect: the SQL that it was read as."""

    kind: Literal["schema", "migration"]
    dialect: str
    findings: tuple[Finding, ...] = ()
    fault: Fault | None = None
    notes: tuple[str, ...] = ()


def check_text(text: str, path: Path, settings: Settings) -> Checked:
    """The findings of a text that stands, or will stand, at a path.

    A text in the folder of migrations, or one that creates no table, is a migration; it is checked against the schema that the files
    before it in their folder make, or else the source of the settings. Every other text is a schema.
    """
    kind: Literal["schema", "migration"] = "migration" if _is_migration(text, path, settings) else "schema"
    dialect = settings.dialect or detect(text[:100_000], str(path)).dialect
    with tempfile.TemporaryDirectory(prefix="dbwright-editor-") as folder:
        copy = Path(folder) / path.name
        copy.write_text(text, encoding="utf-8")
        try:
            if kind == "schema":
                findings = _reviewed(copy, dialect, settings)
            else:
                findings = _linted(copy, path, dialect, settings, Path(folder) / "schema" / "before.sql")
        except SyntaxFault as fault:
            here = fault.path is None or Path(fault.path).name == path.name
            where = (fault.line, fault.column) if here else (1, 1)
            message = fault.args[0] if not here else str(fault.args[0]).partition(": ")[2]
            return Checked(kind=kind, dialect=dialect, fault=Fault(message, *where))
        except DbwrightError as error:
            return Checked(kind=kind, dialect=dialect, fault=Fault(error.message.replace(str(copy), path.name)))
    own = tuple(
        msgspec.structs.replace(finding, location=_at(finding.location, path))
        for finding in findings
        if finding.location and Path(finding.location.path).name == path.name
    )
    return Checked(kind=kind, dialect=dialect, findings=own)


def _at(place: Location, path: Path) -> Location:
    return msgspec.structs.replace(place, path=str(path))


def _is_migration(text: str, path: Path, settings: Settings) -> bool:
    folder = (Path(settings.folder) / settings.migrate.folder).resolve()
    return path.resolve().is_relative_to(folder) or not _CREATES_TABLE.search(text)


def _reviewed(copy: Path, dialect: str, settings: Settings) -> Sequence[Finding]:
    request = Request(source=str(copy), dialect=dialect, parse_only=True, ask_rows=False)
    return review(request, msgspec.structs.replace(settings, baseline=None)).report.findings


def _linted(copy: Path, path: Path, dialect: str, settings: Settings, before: Path) -> Sequence[Finding]:
    request = LintRequest(
        files=(str(copy),),
        schema=_schema_before(path, settings, before),
        dialect=dialect,
        observe=False,
        parse_only=True,
    )
    return lint_files(request, settings).report.findings


def _schema_before(path: Path, settings: Settings, before: Path) -> str | None:
    """What names the schema before a migration: a file of all that comes before it in its folder, or the source of the settings."""
    folder = (Path(settings.folder) / settings.migrate.folder).resolve()
    if path.resolve().is_relative_to(folder) and folder.is_dir():
        earlier: list[str] = []
        for each in files_in(folder):
            if each.resolve() == path.resolve():
                break
            if not is_undo(each):
                earlier.append(each.read_text(encoding="utf-8", errors="replace").rstrip().rstrip(";") + ";\n")
        if earlier:
            before.parent.mkdir()
            before.write_text("\n".join(earlier), encoding="utf-8")
            return str(before)
        return None
    named = settings.source
    if named and "://" not in named and (Path(settings.folder) / named).exists():
        return str(Path(settings.folder) / named)
    return None
