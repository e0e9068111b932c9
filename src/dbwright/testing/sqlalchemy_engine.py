"""A SQLAlchemy engine on a scratch database."""

from typing import Any

from sqlalchemy import URL, Engine, create_engine, event

from dbwright.engines.url import Url

_DRIVERS = {"postgres": "postgresql+psycopg", "mysql": "mysql+pymysql", "sqlite": "sqlite"}


def engine_for(url: Url, engine: str, **options: Any) -> Engine:
    """An engine; on SQLite with foreign keys enforced and with transactions that savepoints work in."""
    socket = url.host is not None and url.host.startswith("/")
    query = {**url.options, **({"host": url.host} if socket and url.host else {})}
    made = create_engine(
        URL.create(
            _DRIVERS[engine],
            username=url.user,
            password=url.password,
            host=None if socket else url.host,
            port=url.port,
            database=url.database,
            query=query,
        ),
        **options,
    )
    if engine == "sqlite":
        event.listen(made, "connect", _prepare)
        event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return made


def _prepare(connection: Any, record: object) -> None:
    # Python's driver begins transactions late, and not at all before a savepoint, unless it is told to leave them alone.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
