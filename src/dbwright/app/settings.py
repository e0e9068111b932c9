"""Configuration: `dbwright.toml`, or `[tool.dbwright]` in `pyproject.toml`, found from the working folder upwards."""

import tomllib
from pathlib import Path
from typing import Any, Literal

import msgspec

from dbwright.errors import UsageError
from dbwright.finding import Severity
from dbwright.rules.base import Bundle


class Suppress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A `[[suppress]]` entry: rules by code or name, an object as a glob over its dotted name, and the reason."""

    rules: tuple[str, ...]
    object: str
    reason: str = ""


class MigrateSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """The `[migrate]` table: where the revisions are, which database they are for, and how patient a run is (seconds).

    kind: what tool the folder is of, where its files do not tell. table: the history table, as name or schema.name.
    """

    folder: str = "migrations"
    url: str | None = None
    kind: str | None = None
    table: str = "dbwright_migrations"
    environment: str | None = None
    lock_timeout: float | None = 5.0
    statement_timeout: float | None = None
    wait: float = 0.0
    retries: int = 10


class NamingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """The `[naming]` table: a preset for the rules on names; without one they go by what most names of the schema do."""

    preset: str | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """All settings of a project. Flags and `DBWRIGHT_…` variables come before them.

    select, ignore: rules by code, beginning of a code ("K"), name, group or bundle; the bundle is selected where select is empty.
    bundle: "recommended", "strict" or "all". naming: the `[naming]` table.
    own_rules: the folder of the project's own rules, beside the configuration; empty for none. history: the file of `--save`.
    queries: files and folders with the application's SQL, whose joins tell which columns belong together.
    folder: where the configuration was found; not read from it.
    per_path_ignores: globs over dotted object names or file paths → rules to ignore there.
    rules: per rule name its parameters; `severity` changes how bad its findings are, "off" silences it.
    """

    source: str | None = None
    dialect: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | Literal["never"] = "warning"
    baseline: str | None = None
    namespaces: tuple[str, ...] = ()
    per_path_ignores: dict[str, tuple[str, ...]] = {}
    suppress: tuple[Suppress, ...] = ()
    rules: dict[str, dict[str, Any]] = {}
    bundle: Bundle = "recommended"
    naming: NamingSettings = NamingSettings()
    own_rules: str = "dbwright_rules"
    history: str = "dbwright-history.jsonl"
    queries: tuple[str, ...] = ()
    folder: str = "."
    migrate: MigrateSettings = MigrateSettings()


def load(path: str | None = None) -> Settings:
    """The settings of a file, or of the first one found upwards from here; the defaults where there is none.

    Raises UsageError, with file and field, where the file is missing, no TOML or says something unknown.
    """
    if path is not None:
        file = Path(path)
        if not file.is_file():
            raise UsageError(f"There is no configuration file {path}.")
        return msgspec.structs.replace(_read(file) or Settings(), folder=str(file.parent))
    return load_from(Path.cwd())


def load_from(start: Path) -> Settings:
    """The settings of the first file found upwards from a folder; the defaults where there is none. Raises UsageError as `load`."""
    start = start.resolve()
    for folder in (start, *start.parents):
        for name in ("dbwright.toml", "pyproject.toml"):
            file = folder / name
            if file.is_file() and (found := _read(file)) is not None:
                return msgspec.structs.replace(found, folder=str(folder))
    return Settings(folder=str(start))


def _read(file: Path) -> Settings | None:
    """The settings in a file; None for a pyproject.toml that says nothing of dbwright."""
    try:
        content: Any = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file.name} is not valid TOML: {error}.") from error
    if file.name == "pyproject.toml":
        content = content.get("tool", {}).get("dbwright")
        if content is None:
            return None
    try:
        return msgspec.convert(content, Settings)
    except msgspec.ValidationError as error:
        raise UsageError(f"{file.name} has a setting that does not fit: {error}.") from error
