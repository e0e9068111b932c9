"""A database made like another on the same server, with its rows."""

from functools import lru_cache

from msgspec.structs import replace

from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Statement
from dbwright.engines.mysql.engine import ENGINE
from dbwright.engines.scratch.database import ScratchDatabase
from dbwright.engines.url import Url


def copy_into(template: ScratchDatabase, to: Url) -> None:
    """Make everything that the template holds, but for roles and grants, in an empty database, and copy its rows."""
    catalog, statements = _read(template)
    rows = [
        f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {ENGINE.quote(template.url.database)}.{name}"
        for table in catalog.tables
        if (name := ENGINE.quote(table.name))
        if (columns := ", ".join(ENGINE.quote(each.name) for each in table.columns if each.generated is None))
    ]
    # The rows come before the triggers, which would do their work a second time.
    first = next((at for at, text in enumerate(statements) if _makes_code(text)), len(statements))
    with ENGINE.connect(to, read_only=False) as session:
        session.query("SET foreign_key_checks = 0")
        session.execute(Statement(text=text) for text in (*statements[:first], *rows, *statements[first:]))


def _makes_code(text: str) -> bool:
    """Whether a statement makes what may react to rows or read them: a trigger, a routine, a view, an event."""
    words = text.split("(", 1)[0].upper().split()
    return words[:1] == ["CREATE"] and any(
        word in ("TRIGGER", "PROCEDURE", "FUNCTION", "VIEW", "EVENT") for word in words
    )


@lru_cache(maxsize=16)
def _read(template: ScratchDatabase) -> tuple[Catalog, tuple[str, ...]]:
    """A template's catalog and the statements that make it: read once, since a template doesn't change."""
    with template.open() as session:
        catalog = session.inspect().catalog
    return catalog, tuple(ENGINE.emit(replace(catalog, roles=(), grants=())))
