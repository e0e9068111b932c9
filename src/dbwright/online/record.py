"""The record of online changes under way: one row each in the database itself, moved on together with what it records."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from dbwright.change.online import OnlinePlan, Phase
from dbwright.change.online.stages import PHASES
from dbwright.engines.base import Engine, Session
from dbwright.errors import UsageError
from dbwright.online.dialect import OnlineDialect

_COLUMNS = (
    "id", "plan", "position", "goal", "direction", "entered", "last_key", "rows_done", "rows_total",
    "started", "updated", "paused", "error",
)  # fmt: skip


class Entry(msgspec.Struct, kw_only=True):
    """One online change under way.

    position: how many stages are done. goal: the phase at whose end to stop. direction: on the way there, or back.
    entered: the stage at the position was begun (engines without transactions for their schema). last_key: the constants of
    the last key of the batches of that stage. rows_done: of rows_total, which is an estimate. started, updated: in UTC.
    error: why it stopped, if it did.
    """

    id: str
    plan: OnlinePlan
    position: int = 0
    goal: Phase = "expand"
    direction: Literal["forward", "back"] = "forward"
    entered: bool = False
    last_key: tuple[str, ...] | None = None
    rows_done: int = 0
    rows_total: int | None = None
    started: str = ""
    updated: str = ""
    paused: bool = False
    error: str | None = None

    @property
    def phase(self) -> Phase | None:
        """The last phase that is complete; None before the end of expand. One without stages is complete when it was asked for."""
        reached = [
            phase
            for phase in PHASES
            if self.position >= self.plan.end_of(phase) and PHASES.index(phase) <= PHASES.index(self.goal)
        ]
        return reached[-1] if reached else None


class Record:
    """Reads and writes the entries of a database."""

    def __init__(self, session: Session, engine: Engine, dialect: OnlineDialect) -> None:
        self.session, self.engine, self.dialect = session, engine, dialect

    def entries(self) -> list[Entry]:
        """All that is under way, the oldest first."""
        if not self.session.query(self.dialect.RECORD_EXISTS):
            return []
        rows = self.session.query(f"SELECT {', '.join(_COLUMNS)} FROM {self.dialect.RECORD} ORDER BY started, id")
        return [_entry(row) for row in rows]

    def one(self, id_: str | None = None) -> Entry:
        """The entry of an id, or the only one. Raises UsageError where there is none, or more than one to choose from."""
        entries = self.entries()
        if not entries:
            raise UsageError("No online change is under way.", hint="dbwright online start begins one.")
        found = [entry for entry in entries if id_ is None or entry.id.startswith(id_)]
        listed = "; ".join(f"{entry.id}: {described(entry.plan)}" for entry in entries)
        if not found:
            raise UsageError(f"No online change with the id {id_} is under way.", hint=f"Under way: {listed}.")
        if len(found) > 1:
            raise UsageError(f"Several online changes are under way: {listed}.", hint="Name one by its id: --id.")
        return found[0]

    def add(self, plan: OnlinePlan, goal: Phase) -> Entry:
        """Make the table if it is not there, and the entry."""
        for task in self.dialect.MAKE_RECORD:
            self.session.change(task.sql)
        entry = Entry(id=plan.wish.id, plan=plan, goal=goal, started=_now(), updated=_now())
        values = ", ".join(self._literal(value) for value in _row(entry).values())
        self.session.change(f"INSERT INTO {self.dialect.RECORD} ({', '.join(_COLUMNS)}) VALUES ({values})")
        return entry

    def save(self, entry: Entry, *fields: str) -> None:
        """Write some fields of an entry."""
        entry.updated = _now()
        row = _row(entry)
        setting = ", ".join(f"{name} = {self._literal(row[name])}" for name in (*fields, "updated"))
        self.session.change(f"UPDATE {self.dialect.RECORD} SET {setting} WHERE id = {self._literal(entry.id)}")

    def is_paused(self, entry: Entry) -> bool:
        """Whether somebody has asked to pause meanwhile."""
        rows = self.session.query(f"SELECT paused FROM {self.dialect.RECORD} WHERE id = {self._literal(entry.id)}")
        return bool(rows) and bool(rows[0][0])

    def remove(self, entry: Entry) -> None:
        """Forget an entry that is at its end."""
        self.session.change(f"DELETE FROM {self.dialect.RECORD} WHERE id = {self._literal(entry.id)}")

    def tidy(self) -> None:
        """Drop the table, and what else was made for it, when nothing is under way any more."""
        if not self.entries():
            for task in self.dialect.DROP_RECORD:
                self.session.change(task.sql)

    def _literal(self, value: object) -> str:
        return self.engine.literal(value)


def described(plan: OnlinePlan) -> str:
    """What is changed, in a sentence without a full stop."""
    return ", and ".join(change.describe() for change in plan.wish.changes)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _row(entry: Entry) -> dict[str, Any]:
    return {
        **{name: getattr(entry, name) for name in _COLUMNS},
        "plan": msgspec.json.encode(entry.plan).decode(),
        "last_key": None if entry.last_key is None else msgspec.json.encode(entry.last_key).decode(),
    }


def _entry(row: Sequence[object]) -> Entry:
    fields: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
    fields["plan"] = msgspec.json.decode(str(fields["plan"]), type=OnlinePlan)
    if fields["last_key"] is not None:
        fields["last_key"] = msgspec.json.decode(str(fields["last_key"]), type=tuple[str, ...])
    fields["entered"], fields["paused"] = bool(fields["entered"]), bool(fields["paused"])
    return Entry(**fields)
