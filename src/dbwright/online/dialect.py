"""What an engine has to know for online changes: the file `online.py` in its folder, found beside its engine."""

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from dbwright.catalog.objects import Catalog
from dbwright.change.online import OnlinePlan, Task, Wish
from dbwright.engines.base import Engine, Session
from dbwright.errors import Unsupported


class OnlineDialect(Protocol):
    """The module's contents.

    RECORD: the table that holds what is under way, in SQL. RECORD_EXISTS: a query that gives a row if it is there.
    MAKE_RECORD, DROP_RECORD: make and drop it, where it is there or not. TRANSACTIONAL: whether changes of the schema can be
    rolled back. QUEUES: whether whoever comes after one that waits for a lock has to wait too.
    """

    @property
    def RECORD(self) -> str: ...  # noqa: N802  the names of a module's constants

    @property
    def RECORD_EXISTS(self) -> str: ...  # noqa: N802

    @property
    def MAKE_RECORD(self) -> Sequence[Task]: ...  # noqa: N802

    @property
    def DROP_RECORD(self) -> Sequence[Task]: ...  # noqa: N802

    @property
    def TRANSACTIONAL(self) -> bool: ...  # noqa: N802

    @property
    def QUEUES(self) -> bool: ...  # noqa: N802

    def plan(self, wish: Wish, catalog: Catalog) -> OnlinePlan:
        """The stages that lead there. Raises Refused or Unsupported, with the reason, where a change cannot be made online."""
        ...

    def prepare(self, session: Session) -> None:
        """Set up a session that will run stages."""
        ...


def dialect_of(engine: Engine) -> OnlineDialect:
    """The engine's own part. Raises Unsupported where it has none."""
    folder = type(engine).__module__.rpartition(".")[0]
    try:
        return cast(OnlineDialect, import_module(f"{folder}.online"))
    except ModuleNotFoundError as error:
        if error.name != f"{folder}.online":
            raise
        raise Unsupported(engine.title, "change a schema online") from None
