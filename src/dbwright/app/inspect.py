"""Reading a source and writing it in another form."""

from collections.abc import Sequence
from importlib import import_module

import msgspec

from dbwright.catalog.objects import Catalog
from dbwright.engines.registry import engine


class Written(msgspec.Struct, frozen=True):
    """The text, and in plain sentences what was not read, or was lost in another dialect."""

    text: str
    notes: tuple[str, ...] = ()


def inspect_source(
    source: str,
    form: str,
    *,
    dialect: str | None = None,
    source_dialect: str | None = None,
    parse_only: bool = False,
    namespaces: Sequence[str] = (),
    timeout: float = 10.0,
) -> Written:
    """The source as "sql", "json", "dbml", "mermaid", "dot", "svg", "markdown" or "sqlalchemy", in a dialect if one is named.

    Raises what `open_any` raises, and Unavailable where a writer needs something that is not installed.
    """
    from dbwright.app.sources import open_any

    # A model says nothing of its dialect, so the one to be written is the best guess for reading it.
    with open_any(
        source,
        dialect=source_dialect or (dialect if ":" in source and "://" not in source else None),
        parse_only=parse_only,
        namespaces=namespaces or None,
        timeout=timeout,
    ) as opened:
        catalog, notes = in_dialect(opened.catalog, dialect)
        return Written(write(catalog, form), (*opened.notes, *notes))


def in_dialect(catalog: Catalog, dialect: str | None) -> tuple[Catalog, tuple[str, ...]]:
    """The catalog in a dialect, and what was lost on the way, in sentences."""
    if dialect is None or engine(catalog.engine).name == dialect:
        return catalog, ()
    from dbwright.writers.translation import translate

    return translate(catalog, dialect)


def write(catalog: Catalog, form: str) -> str:
    """The catalog as text; each form is the writer of that name."""
    module = import_module(f"dbwright.writers.{'json_' if form == 'json' else form}")
    text: str = module.write(catalog)
    return text
