"""From a URL or a name to an engine, imported only when asked for. Others add theirs by the entry point `dbwright.engines`."""

from functools import cache
from importlib.metadata import entry_points

from dbwright.engines.base import Engine
from dbwright.engines.url import Url
from dbwright.errors import UsageError

_SCHEMES = {
    "postgres": "postgres",
    "postgresql": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
}
_BUILT_IN = ("postgres", "mysql", "sqlite")


def names() -> tuple[str, ...]:
    """The names of all engines that are installed."""
    added = {point.name for point in entry_points(group="dbwright.engines")}
    return (*_BUILT_IN, *sorted(added.difference(_BUILT_IN)))


@cache
def engine(name: str) -> Engine:
    """The engine of a name or a URL scheme ("postgres", "postgresql", "mariadb"). Raises UsageError for an unknown one."""
    wanted = _SCHEMES.get(name.lower(), name.lower())
    loaded: Engine
    if wanted == "postgres":
        from dbwright.engines.postgres.engine import ENGINE as POSTGRES

        return POSTGRES
    if wanted == "mysql":
        from dbwright.engines.mysql.engine import ENGINE as MYSQL

        return MYSQL
    if wanted == "sqlite":
        from dbwright.engines.sqlite.engine import ENGINE as SQLITE

        return SQLITE
    for point in entry_points(group="dbwright.engines"):
        if point.name == wanted:
            loaded = point.load()
            return loaded
    raise UsageError(f"dbwright knows no engine {name!r}.", hint=f"It knows {', '.join(names())}.")


def engine_of(url: Url) -> Engine:
    """The engine that a URL's scheme names. Raises UsageError for an unknown one."""
    return engine(url.scheme)
