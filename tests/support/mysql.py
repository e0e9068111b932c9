"""Making and copying MySQL and MariaDB databases in tests."""

from collections.abc import Iterable

from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Scratch, Statement
from dbwright.engines.mysql.engine import ENGINE
from tests.support.scratches import scratch_of


def run(scratch: Scratch, statements: Iterable[str]) -> list[str]:
    """Run statements in the scratch database; returns the notes on those left out."""
    with scratch.open() as session:
        return session.execute(Statement(text=text) for text in statements)


def inspected(scratch: Scratch) -> Catalog:
    """The catalog of the scratch database, read by a read-only session."""
    with ENGINE.connect(scratch.url) as session:
        return session.inspect().catalog


def remade(catalog: Catalog) -> Catalog:
    """The catalog emitted into another database, whose name is another one, and read back."""
    with scratch_of("mysql") as copy:
        run(copy, ENGINE.emit(catalog))
        return inspected(copy)


def is_mariadb(scratch: Scratch) -> bool:
    """Whether the scratch server is MariaDB."""
    with scratch.open() as session:
        return "MariaDB" in str(session.query("SELECT VERSION()")[0][0])
