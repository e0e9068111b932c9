"""The history table: one row for each time that a revision was run up or down, in the order of their numbers."""

import getpass
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

import msgspec

from dbwright import __version__
from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Engine, Session
from dbwright.errors import ExecutionFault, SourceError
from dbwright.migrate.revision import Applied, Outcome, Revision

TABLE = "dbwright_migrations"
Direction = Literal["up", "down"]

_NOT_THERE = frozenset(("42P01", "3F000", "1146", "1049"))
_COLUMNS = (
    ("number", "bigint NOT NULL PRIMARY KEY"),
    ("version", "varchar(191) NOT NULL"),
    ("name", "varchar(191) NOT NULL"),
    ("direction", "varchar(4) NOT NULL"),
    ("outcome", "varchar(16) NOT NULL"),
    ("checksum", "varchar(64) NOT NULL"),
    ("statements", "bigint NOT NULL"),
    ("begun", "bigint NOT NULL"),
    ("progress", "varchar(2000) NOT NULL"),
    ("started", "varchar(32) NOT NULL"),
    ("finished", "varchar(32)"),
    ("seconds", "double precision"),
    ("applied_by", "varchar(191) NOT NULL"),
    ("dbwright", "varchar(32) NOT NULL"),
    ("message", "varchar(2000) NOT NULL"),
)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the history.

    outcome: "running" also stands for a run that was killed. statements: how many were done for certain; begun: the number of
    the last one that was begun, from 1. A statement that was begun and not done is in doubt after a kill.
    progress: how far a data migration got. started, finished: UTC, as ISO 8601.
    """

    number: int
    version: str
    name: str
    direction: Direction
    outcome: Outcome
    checksum: str
    statements: int = 0
    begun: int = 0
    progress: str = ""
    started: str = ""
    finished: str | None = None
    seconds: float | None = None
    applied_by: str = ""
    dbwright: str = __version__
    message: str = ""

    @property
    def stands(self) -> bool:
        """Whether all of the revision is in the database after this run."""
        return self.outcome in ("done", "baseline") or (
            self.direction == "down" and self.outcome == "failed" and not self.statements
        )

    @property
    def is_partial(self) -> bool:
        """Whether a part of the revision may be in the database and a part not."""
        return self.outcome == "running" or (self.outcome == "failed" and self.statements > 0)

    @property
    def in_doubt(self) -> int | None:
        """The number of the statement of which it is not known whether it was done."""
        return self.begun if self.outcome == "running" and self.begun > self.statements else None


class History:
    """The history table of a database. It is made when the first row is written; reading never makes it."""

    def __init__(self, session: Session, engine: Engine, table: str = TABLE) -> None:
        self.session, self.engine = session, engine
        self.parts = tuple(part for part in table.split(".") if part)
        if not 1 <= len(self.parts) <= 2:
            raise SourceError(f"{table!r} names no history table.", hint="Write it as name or schema.name.")
        if engine.name == "postgres" and len(self.parts) == 1:
            # A migration that sets the search path must not move the history.
            schema = session.query("SELECT current_schema()")[0][0]
            self.parts = (str(schema), *self.parts) if schema else self.parts
        self._last: int | None = None
        self.named = ".".join(engine.quote(part) for part in self.parts)

    @property
    def shown(self) -> str:
        """The table's name for people."""
        return ".".join(self.parts)

    def entries(self) -> tuple[Entry, ...] | None:
        """All rows in their order; None where there is no table. Raises SourceError where it is not ours."""
        names = ", ".join(self.engine.quote(name) for name, _ in _COLUMNS)
        try:
            rows = self.session.query(f"SELECT {names} FROM {self.named} ORDER BY {self.engine.quote('number')}")
        except ExecutionFault as fault:
            if fault.code in _NOT_THERE or "no such table" in fault.message:
                return None
            if fault.code in ("42703", "1054") or "no such column" in fault.message:
                raise SourceError(
                    f"The table {self.shown} is not dbwright's history: it has other columns.",
                    hint="Name another one with --table, or migrate.table in dbwright.toml.",
                ) from fault
            raise
        fields = [name for name, _ in _COLUMNS]
        return tuple(msgspec.convert(dict(zip(fields, row, strict=True)), Entry, strict=False) for row in rows)

    def latest(self) -> dict[str, Entry]:
        """The last row of each version, by version."""
        return {entry.version: entry for entry in self.entries() or ()}

    def applied(self) -> tuple[Applied, ...] | None:
        """The last row of each version as what every tool's history is read into; None where there is no table."""
        found = self.entries()
        if found is None:
            return None
        return tuple(applied_of(each) for each in {entry.version: entry for entry in found}.values())

    # ------------------------------------------------------------ writing

    def make(self) -> None:
        """Make the table where it is not there yet."""
        if self.entries() is not None:
            return
        columns = ", ".join(f"{self.engine.quote(name)} {type_}" for name, type_ in _COLUMNS)
        ending = " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4" if self.engine.name == "mysql" else ""
        self.session.query(f"CREATE TABLE {self.named} ({columns}){ending}")

    def add(self, revision: Revision, direction: Direction, outcome: Outcome, **fields: object) -> Entry:
        """Write a new row and return it. fields: those of Entry that are not as usual."""
        usual: dict[str, object] = {
            "number": self._next_number(),
            "version": revision.version,
            "name": revision.name[:191],
            "direction": direction,
            "outcome": outcome,
            "checksum": revision.checksum,
            "started": now(),
            "applied_by": self._user,
        }
        entry = msgspec.convert({**usual, **fields}, Entry)
        names = ", ".join(self.engine.quote(name) for name, _ in _COLUMNS)
        values = ", ".join(self.engine.literal(getattr(entry, name)) for name, _ in _COLUMNS)
        self.session.change(f"INSERT INTO {self.named} ({names}) VALUES ({values})")
        self._last = entry.number
        return entry

    def _next_number(self) -> int:
        """Asked once: whoever writes has claimed the history. A number that was rolled back is simply left out."""
        if self._last is None:
            last = self.session.query(f"SELECT max({self.engine.quote('number')}) FROM {self.named}")[0][0]
            self._last = int(str(last or 0))
        return self._last + 1

    def update(self, entry: Entry, **fields: object) -> Entry:
        """Write some fields of a row anew and return it."""
        if "message" in fields:
            fields["message"] = str(fields["message"])[:2000]
        quote, literal = self.engine.quote, self.engine.literal
        sets = ", ".join(f"{quote(name)} = {literal(value)}" for name, value in fields.items())
        self.session.change(f"UPDATE {self.named} SET {sets} WHERE {quote('number')} = {entry.number}")
        return msgspec.structs.replace(entry, **fields)

    @cached_property
    def _user(self) -> str:
        if self.engine.name != "sqlite":
            return str(self.session.query("SELECT CURRENT_USER")[0][0])[:191]
        try:
            return getpass.getuser()[:191]
        except (OSError, KeyError):  # a container whose user has no name
            return ""


def now() -> str:
    """The present moment in UTC, as it stands in the table."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def applied_of(entry: Entry) -> Applied:
    """A row as what every tool's history is read into."""
    return Applied(
        version=entry.version,
        name=entry.name,
        checksum=entry.checksum or None,
        at=_moment(entry.finished or entry.started),
        seconds=entry.seconds,
        user=entry.applied_by or None,
        outcome=entry.outcome,
        statements=entry.statements if entry.is_partial else None,
        detail=entry.message,
    )


def without_history(catalog: Catalog, table: str | Sequence[str] = TABLE) -> Catalog:
    """The catalog without the history table, which is no part of the schema that revisions make."""
    parts = table.split(".") if isinstance(table, str) else list(table)
    kept = tuple(
        each
        for each in catalog.tables
        if each.name != parts[-1] or (len(parts) > 1 and each.namespace not in ("", parts[0]))
    )
    if len(kept) == len(catalog.tables):
        return catalog
    gone = {each.ref.path for each in catalog.tables} - {each.ref.path for each in kept}
    grants = tuple(grant for grant in catalog.grants if grant.on.path[:2] not in gone)
    return msgspec.structs.replace(catalog, tables=kept, grants=grants)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if re.match(r"\d{4}-", text) else None
