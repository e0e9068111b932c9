"""Where every revision stands in a database. Nothing is written, and no table is made."""

from contextlib import suppress

import msgspec

from dbwright.app.migrate.project import Project
from dbwright.engines.base import Session
from dbwright.errors import Busy, DbwrightError
from dbwright.migrate.history import Entry, History
from dbwright.migrate.standing import Standing, due_seeds, standings


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One revision as it is shown. state: as in `dbwright.migrate.standing`, and "seed" for a seed that is due."""

    version: str
    name: str
    state: str
    at: str | None = None
    seconds: float | None = None
    user: str | None = None
    note: str = ""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """All revisions of a folder in a database. url: without its password. recorded: whether a history is there."""

    folder: str
    kind: str
    url: str
    rows: tuple[Row, ...]
    recorded: bool
    notes: tuple[str, ...] = ()

    @property
    def pending(self) -> int:
        """How many revisions and seeds are still to be run."""
        return sum(row.state in ("pending", "out of order", "seed") for row in self.rows)

    @property
    def troubled(self) -> int:
        """How many are not as they should be: changed, missing, stopped in the middle, out of order."""
        return sum(row.state in ("changed", "missing", "failed", "running", "out of order") for row in self.rows)


def status(project: Project) -> Status:
    """Where the revisions stand. Raises ConnectionFault where the database cannot be reached."""
    with project.connect() as (session, history):
        entries = project.entries(session, history)
        recorded = bool(entries) or (project.is_native and history.entries() is not None)
        found = standings(project.folder, entries)
        rows = [_row(each, session, history) for each in found]
        if project.is_native:
            rows += [
                Row(version=seed.version, name=seed.name, state="seed", note="It never ran, or was changed since.")
                for seed in due_seeds(project.folder, entries, project.environment)
            ]
    return Status(
        folder=str(project.path),
        kind=project.folder.kind,
        url=project.needed_url().shown,
        rows=tuple(rows),
        recorded=recorded,
        notes=project.notes,
    )


def history_of(project: Project) -> tuple[Entry, ...]:
    """All runs that were recorded, oldest first."""
    with project.connect() as (session, history):
        return project.entries(session, history)


def claim_name(history: History) -> str:
    """The name of the lock that keeps two runners of one history apart."""
    return f"dbwright migrate {history.shown}"


def runs_now(session: Session, history: History) -> bool:
    """Whether another runner is at work now, as far as can be told."""
    try:
        with session.claim(claim_name(history)):
            return False
    except Busy:
        return True
    except DbwrightError:
        return False


def _row(standing: Standing, session: Session, history: History) -> Row:
    entry = standing.since or (standing.entry if standing.is_partial else None)
    note = standing.note
    if standing.state == "running":
        with suppress(DbwrightError):
            busy = runs_now(session, history)
            note = f"It runs now: {note}" if busy else f"It was interrupted: {note}"
    return Row(
        version=standing.version,
        name=standing.name,
        state=standing.state,
        at=(entry.finished or entry.started) if entry else None,
        seconds=entry.seconds if entry else None,
        user=(entry.applied_by or None) if entry else None,
        note=note,
    )
