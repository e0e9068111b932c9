"""A live database, read-only."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from dbwright.engines.base import Engine, Inspection, Session
from dbwright.engines.registry import engine_of
from dbwright.engines.url import Url


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
