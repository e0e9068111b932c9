"""Values that PostgreSQL has and Python has not, as their text: infinite dates, years before 1 and after 9999."""

from typing import Any

import psycopg
from psycopg.abc import AdaptContext, Buffer, Loader
from psycopg.types.datetime import DateLoader, IntervalLoader, TimeLoader, TimestampLoader, TimestamptzLoader

_LOADERS: dict[str, type[Any]] = {
    "date": DateLoader,
    "time": TimeLoader,
    "interval": IntervalLoader,
    "timestamp": TimestampLoader,
    "timestamptz": TimestamptzLoader,
}


def register(connection: psycopg.Connection[Any]) -> None:
    """Make a connection give such values as text instead of failing."""
    for name, loader in _LOADERS.items():
        connection.adapters.register_loader(name, _or_text(loader))


def _or_text(usual: type[Any]) -> type[Loader]:
    class OrText(psycopg.adapt.Loader):
        """The usual Python value, or the text where there is none."""

        def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
            super().__init__(oid, context)
            self._usual = usual(oid, context)

        def load(self, data: Buffer) -> object:
            try:
                return self._usual.load(data)
            except (psycopg.DataError, NotImplementedError, OverflowError, ValueError):
                return bytes(data).decode()

    return OrText
