"""Open what rows are in: the tables of a database, or files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.registry import engine_of
from dbwright.engines.url import Url, parse_url
from dbwright.errors import Unavailable, UsageError
from dbwright.tables.base import RowSource

_SQLITE = b"SQLite format 3\0"
_WITH_ROWS = ("ordinary", "partitioned", "foreign", "virtual")


@contextmanager
def open_tables(
    source: str,
    *,
    tables: Sequence[str] | None = None,
    namespaces: Sequence[str] | None = None,
    timeout: float = 10.0,
    header: bool | None = None,
    null: Sequence[str] = ("",),
    separator: str | None = None,
    encoding: str | None = None,
    memory: int | None = None,
    threads: int | None = None,
    seconds: float | None = None,
) -> Iterator[list[RowSource]]:
    """The tables of a database URL, an SQLite file, or of files and folders (CSV, TSV, JSON lines, Parquet); closed at the end.

    tables: only these, by name ("orders" or "shop.orders"), views too; none or None for all tables. namespaces: only these of a
    database. timeout: seconds for connecting. header, null, separator, encoding, memory, threads, seconds: of files, see `open_file`.
    Raises UsageError for a table that is not there, Unavailable where polars is not installed, SourceError where it cannot be read.
    """
    must_be_installed()
    url = _database(source)
    if url is None:
        from dbwright.tables.files import open_file

        files = open_file(
            source,
            header=header,
            null=null,
            separator=separator,
            encoding=encoding,
            memory=memory,
            threads=threads,
            seconds=seconds,
        )
        try:
            by_ref = {each.ref: each for each in files}
            wanted = chosen_tables(Catalog(engine="files", tables=tuple(each.table for each in files)), tables)
            yield [by_ref[table.ref] for table in wanted]
        finally:
            files[0].close()
        return
    from dbwright.tables.live import LiveDatabase, LiveTable

    engine = engine_of(url)
    with engine.connect(url, read_only=True, timeout=timeout) as session:
        catalog = session.inspect(namespaces).catalog
        chosen = chosen_tables(catalog, tables)
        shown = url.database if engine.name == "sqlite" else url.database or url.shown
        database = LiveDatabase(engine, session, catalog, shown or "in memory")
        yield [LiveTable(database, table) for table in chosen]


def must_be_installed() -> None:
    """Raises Unavailable where what reads rows is not installed."""
    try:
        import numpy
        import polars
    except ImportError as error:
        raise Unavailable(
            f"Looking into rows needs {error.name}, which is not installed.",
            hint="Install it: pip install 'dbwright[discover]'.",
        ) from error
    assert numpy
    assert polars


def _database(source: str) -> Url | None:
    """The URL of a database; None where files are named."""
    if "://" in source:
        return parse_url(source)
    path = Path(source)
    try:
        with path.open("rb") as file:
            is_sqlite = file.read(len(_SQLITE)) == _SQLITE
    except (OSError, ValueError):
        return None
    return Url(scheme="sqlite", database=str(path)) if is_sqlite else None


def chosen_tables(catalog: Catalog, names: Sequence[str] | None) -> list[Table]:
    """The tables of these names, in their order; without names all that hold rows, partitions left out.

    A name may have its namespace before it, and another case than the stored one where that is clear. Views are found by name.
    Raises UsageError for a name that no table has, or several.
    """
    whole = [table for table in catalog.tables if table.kind in _WITH_ROWS and table.partition_of is None]
    if not names:
        return whole
    known = [*catalog.tables, *(_as_table(view.namespace, view.name, catalog) for view in catalog.views)]
    return list({table.ref: table for table in (_named(name, known) for name in names)}.values())


def _as_table(namespace: str, name: str, catalog: Catalog) -> Table:
    view = next(each for each in catalog.views if (each.namespace, each.name) == (namespace, name))
    return Table(namespace=namespace, name=name, kind="foreign", columns=view.columns)


def _named(name: str, known: Sequence[Table]) -> Table:
    for fold in (str, str.casefold):
        found = [table for table in known if fold(name) in (fold(table.name), fold(f"{table.namespace}.{table.name}"))]
        if len(found) == 1:
            return found[0]
        if found:
            paths = ", ".join(sorted(f"{table.namespace}.{table.name}" for table in found))
            raise UsageError(f"Several tables are named {name}: {paths}.", hint="Write its namespace before the name.")
    near = get_close_matches(name, [table.name for table in known], n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are {len(known):,} tables and views."
    raise UsageError(f"There is no table {name}.", hint=hint)
