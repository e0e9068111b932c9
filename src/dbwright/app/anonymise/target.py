"""The copy's own side: made without what would stand in the way of loading, completed after it, removed if it leaks."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from dbwright.catalog.objects import Catalog, Table
from dbwright.change.compare import changes
from dbwright.engines.base import Engine, Session, Statement
from dbwright.errors import DbwrightError, ExecutionFault, UsageError


class Target:
    """The database that the copy is made in."""

    def __init__(self, session: Session, engine: Engine, catalog: Catalog) -> None:
        self.session, self._engine = session, engine
        self._before = session.inspect().catalog
        self.catalog = _without_access(catalog)
        # SQLite can add no foreign key later; it doesn't enforce them before they are all checked at the end.
        keeps_keys = engine.name == "sqlite"
        self._bare = replace(self.catalog, tables=tuple(_bare(each, keeps_keys) for each in self.catalog.tables))

    def must_be_empty(self) -> None:
        """Raises UsageError where the database holds tables or views."""
        held = [each.name for each in self._before.tables] + [each.name for each in self._before.views]
        if held:
            raise UsageError(
                f"The target already holds {len(held)} tables or views: {', '.join(sorted(held)[:5])}…",
                hint="Name an empty database; an anonymised copy never mixes with what is there.",
            )

    def make(self) -> None:
        """Every object but foreign keys and triggers."""
        if self._engine.name == "sqlite":
            self.session.query("PRAGMA foreign_keys = OFF")
        self._run(self._engine.emit(self._bare))

    def complete(self, progress: Any) -> None:
        """Foreign keys, which the engine checks against all rows, then triggers; numbers go on where the rows end."""
        self._run(self._engine.render(changes(self._bare, self.catalog).operations, self._bare))
        if self._engine.name == "sqlite":
            broken = self.session.query("PRAGMA foreign_key_check")
            if broken:
                raise ExecutionFault(f"{len(broken)} rows of the copy refer to nothing, the first in {broken[0][0]}.")
        for view in self.catalog.views:
            if view.materialized and view.populated:
                name = ".".join(self._engine.quote(part) for part in (view.namespace, view.name))
                self.session.query(f"REFRESH MATERIALIZED VIEW {name}")
        for table in self.catalog.tables:
            if table.partition_of is None and table.kind in ("ordinary", "partitioned"):
                self.session.settle_rows(table, _numbered(table))

    def remove(self) -> bool:
        """Drop all that was made; whether that worked."""
        with suppress(DbwrightError):
            held = self.session.inspect().catalog
            self._run(self._engine.render(changes(held, self._before).operations, held))
            return True
        return False

    def _run(self, statements: list[str]) -> None:
        self.session.execute(Statement(text=text) for text in statements)


def _without_access(catalog: Catalog) -> Catalog:
    """Without roles, grants and policies of roles: who may read the copy is decided where it stands."""
    return replace(
        catalog,
        roles=(),
        grants=(),
        tables=tuple(
            replace(table, owner=None, policies=tuple(each for each in table.policies if not each.roles))
            for table in catalog.tables
        ),
    )


def _bare(table: Table, keeps_keys: bool) -> Table:
    return replace(table, triggers=(), foreign_keys=table.foreign_keys if keeps_keys else ())


def _numbered(table: Table) -> tuple[str, ...]:
    return tuple(
        column.name for column in table.columns if column.identity is not None or "nextval(" in (column.default or "")
    )
