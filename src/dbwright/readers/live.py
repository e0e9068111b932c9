"""A live database, read-only."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from dbwright.engines.base import Engine, Inspection, Session
from dbwright.engines.registry import engine_of
from dbwright.engines.url import Url, parse_url, without_password
from dbwright.errors import UsageError


def live_url(text: str) -> Url:
    """The URL of the live database that a text names: a URL itself, or an SQLite file. Raises UsageError for anything else."""
    from dbwright.readers.told import is_sqlite_file

    if "://" in text:
        return parse_url(text)
    if text and is_sqlite_file(Path(text)):
        return Url(scheme="sqlite", database=text)
    raise UsageError(
        f"{without_password(text)!r} is no live database, so nothing can be changed in it.",
        hint="Name a database URL (postgresql://user@host/name, mysql://…, sqlite:///file.db) or an SQLite file.",
    )


class Live(msgspec.Struct, frozen=True):
    """An open, read-only session and what was read over it."""

    engine: Engine
    session: Session
    inspection: Inspection


@contextmanager
def live(url: Url, namespaces: Sequence[str] | None = None, timeout: float = 10.0) -> Iterator[Live]:
    """Connect and read the catalog. timeout: seconds for the connection.

    Raises UsageError for an unknown scheme, ConnectionFault where the server or the file refuses, Unavailable without a driver.
    """
    engine = engine_of(url)
    with engine.connect(url, read_only=True, timeout=timeout) as session:
        yield Live(engine, session, session.inspect(namespaces))
