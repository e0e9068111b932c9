"""A folder of migrations as data, whatever tool it was written for."""

from datetime import datetime
from typing import Literal

import msgspec

FolderKind = Literal["dbwright", "flyway", "golang-migrate", "dbmate", "alembic", "django", "prisma", "sql"]
Outcome = Literal["done", "failed", "running", "baseline", "undone"]


class Revision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One migration.

    version: what tells it from the others and, but for Alembic and Django, orders it ("20261121093000", "1.2", "3f2c…", "shop.0002_price").
    name: its words. up, down: the SQL of both directions; None where there is none, or where it cannot be told without running Python.
    up_path, down_path: the files. python: a data migration written in Python, at up_path.
    checksum: SHA-256 of its files, with line ends made equal. transactional: False where it asks to run outside of a transaction.
    on_request: `migrate up` stops before it unless it is named.
    parents: the versions that it stands on. repeatable: runs again whenever it changes (Flyway's R__).
    environments: for seeds, where they run; empty for everywhere.
    notes: what could not be read of it.
    irreversible: why there is no way back, where the file says so. allows: hazards that the file itself allows.
    replaces: for a squashed revision, the versions that it stands for, each with the checksum that it had.
    """

    version: str
    name: str = ""
    up: str | None = None
    down: str | None = None
    up_path: str = ""
    down_path: str | None = None
    python: bool = False
    checksum: str = ""
    transactional: bool = True
    on_request: bool = False
    parents: tuple[str, ...] = ()
    repeatable: bool = False
    seed: bool = False
    environments: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    irreversible: str | None = None
    allows: tuple[str, ...] = ()
    replaces: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """The version with the name, as people see it."""
        return f"{self.version} {self.name}".rstrip()


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """A folder read whole: its kind, its dialect where it says one, and its revisions in the order in which they run.

    heads: versions that no other stands on; more than one is a branch. notes: plain sentences on what was assumed or left out.
    """

    kind: FolderKind
    path: str
    dialect: str | None = None
    revisions: tuple[Revision, ...] = ()
    heads: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def revision(self, version: str) -> Revision | None:
        """The revision of that version, or None."""
        return next((each for each in self.revisions if each.version == version), None)


class Applied(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a history table says of one revision; None where that tool does not record it.

    statements: how many statements of it were done, where it failed in the middle.
    """

    version: str
    name: str = ""
    checksum: str | None = None
    at: datetime | None = None
    seconds: float | None = None
    user: str | None = None
    outcome: Outcome = "done"
    statements: int | None = None
    detail: str = ""
