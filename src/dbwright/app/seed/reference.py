"""Reference data: rows that always hold, keyed by the primary key. Writing them twice is as writing them once."""

import csv
import json
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path as File
from typing import Any

import msgspec
import polars as pl

from dbwright.app.rows import named, parents_first
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Engine, Session
from dbwright.errors import UsageError
from dbwright.seed.base import Settings
from dbwright.seed.plan.base import Existing, Path

Row = dict[str, Any]
_AT_ONCE = 200


class Reference(msgspec.Struct, frozen=True):
    """The reference rows of one table; all have the same columns, the primary key among them."""

    table: Table
    rows: tuple[Row, ...]


def references(catalog: Catalog, settings: Settings, folder: File) -> tuple[Reference, ...]:
    """The reference rows that the settings name, parents first. folder: where files of rows are looked for.

    Raises UsageError where a file cannot be read, a column is not there, or the primary key is missing or repeated.
    """
    found = []
    for table in parents_first(catalog):
        said = settings.table((table.namespace, table.name)).reference
        if said is not None:
            rows = _read(folder / said, table) if isinstance(said, str) else said
            found.append(Reference(table, tuple(_checked(table, rows))))
    return tuple(found)


def _read(file: File, table: Table) -> list[Row]:
    """The rows of a CSV file with a header line, a JSON list of objects, or a TOML file with [[rows]]. Nothing in CSV is NULL."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        match file.suffix.lower():
            case ".csv":
                lines = csv.DictReader(text.splitlines(keepends=True), strict=True)
                return [{name: value or None for name, value in line.items()} for line in lines]
            case ".json":
                return msgspec.json.decode(text, type=list[Row])
            case ".toml":
                return msgspec.convert(tomllib.loads(text).get("rows", []), list[Row])
    except OSError as error:
        raise UsageError(f"The reference rows of {table.ref} cannot be read from {file}: {error.strerror}.") from error
    except (ValueError, csv.Error, msgspec.MsgspecError) as error:
        raise UsageError(f"The reference rows of {table.ref} cannot be read from {file}: {error}.") from error
    raise UsageError(
        f"{file} holds no rows of a known format.", hint="Reference rows stand in a .csv, .json or .toml file."
    )


def _checked(table: Table, rows: Sequence[Row]) -> Iterator[Row]:
    key = table.primary_key.columns if table.primary_key else ()
    if not key:
        raise UsageError(f"{table.ref} has no primary key, so its reference rows could not be found again.")
    names = list(dict.fromkeys(name for row in rows for name in row))
    if unknown := [name for name in names if table.column(name) is None]:
        raise UsageError(f"The reference rows of {table.ref} name the column {unknown[0]!r}, which is not there.")
    seen = set()
    for row in rows:
        found = tuple(str(row.get(name)) for name in key)
        if any(row.get(name) is None for name in key):
            raise UsageError(f"A reference row of {table.ref} has no value for its primary key: {_shown(row)}.")
        if found in seen:
            raise UsageError(f"Two reference rows of {table.ref} have the same primary key: {_shown(row)}.")
        seen.add(found)
        yield {name: row.get(name) for name in names}


def _shown(row: Row) -> str:
    return ", ".join(f"{name} = {value}" for name, value in list(row.items())[:4])


def write(session: Session, engine: Engine, found: Sequence[Reference]) -> int:
    """Insert the rows, or make those that are there as they should be; how many there are."""
    if engine.name == "sqlite":
        session.query("PRAGMA foreign_keys = ON")
    for each in found:
        for start in range(0, len(each.rows), _AT_ONCE):
            session.change(_upsert(engine, each.table, each.rows[start : start + _AT_ONCE]))
    return sum(len(each.rows) for each in found)


def _upsert(engine: Engine, table: Table, rows: Sequence[Row]) -> str:
    key = table.primary_key.columns if table.primary_key else ()
    names = list(rows[0])
    columns = ", ".join(map(engine.quote, names))
    values = ", ".join(f"({', '.join(engine.literal(_plain(value)) for value in row.values())})" for row in rows)
    always = any(
        column.name in names and column.identity and column.identity.generation == "always" for column in table.columns
    )
    overriding = " OVERRIDING SYSTEM VALUE" if always and engine.name == "postgres" else ""
    head = f"INSERT INTO {named(engine, table)} ({columns}){overriding} VALUES {values}"
    others = [engine.quote(name) for name in names if name not in key]
    if engine.name == "mysql":
        others = others or [engine.quote(key[0])]
        return f"{head} ON DUPLICATE KEY UPDATE {', '.join(f'{name} = VALUES({name})' for name in others)}"
    changed = f"DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in others)}" if others else "DO NOTHING"
    return f"{head} ON CONFLICT ({', '.join(map(engine.quote, key))}) {changed}"


def _plain(value: object) -> object:
    """Lists and tables of TOML and JSON as the text of JSON."""
    return json.dumps(value, default=str) if isinstance(value, list | dict) else value


def with_references(existing: Existing, found: Sequence[Reference]) -> Existing:
    """What the target will hold once the reference rows are written, for a plan that is made before that."""
    rows: dict[Path, int] = dict(existing.rows)
    keys: dict[Path, pl.DataFrame] = dict(existing.keys)
    for each in found:
        path = (each.table.namespace, each.table.name)
        if path not in rows and each.rows:
            rows[path] = len(each.rows)
            keys[path] = pl.DataFrame([*each.rows], infer_schema_length=None, strict=False)
    return Existing(rows=rows, keys=keys)
