"""Schemas that hold one of everything an engine has, with odd names, for what reads and writes whole catalogs."""

from pathlib import Path

from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Scratch
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split

_FOLDER = Path(__file__).parent / "kitchen"


def kitchen(scratch: Scratch, dialect: Dialect) -> Catalog:
    """One of everything, made in an empty database and read back."""
    with scratch.open() as session:
        session.execute(split((_FOLDER / f"{dialect}.sql").read_text(encoding="utf-8"), dialect))
        return session.inspect().catalog
