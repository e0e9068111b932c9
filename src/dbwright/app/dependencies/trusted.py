"""Keys that the database itself enforces on every row, so that no scan is needed to prove them."""

from typing import TYPE_CHECKING, Literal

from dbwright.catalog.dependencies import UniqueColumns
from dbwright.tables.live import LiveTable

if TYPE_CHECKING:
    from dbwright.tables.base import RowSource


def trusted_keys(source: "RowSource", nulls: Literal["equal", "distinct"]) -> list[UniqueColumns]:
    """The declared keys of a live table. One that NULLs can slip through counts only where no NULL equals another.

    A collation that takes "a" for "A" only makes a key stricter. Nothing is trusted of a PostgreSQL table that others inherit from:
    its keys do not reach their rows.
    """
    if not isinstance(source, LiveTable) or source.table.kind not in ("ordinary", "partitioned"):
        return []
    own = (source.table.namespace, source.table.name)
    if any(own in table.inherits for table in source.database.catalog.tables):
        return []
    nullable = {column.name for column in source.table.columns if column.nullable}
    return [
        UniqueColumns(frozenset(key))
        for key in dict.fromkeys(source.table.keys)
        if nulls == "distinct" or not nullable.intersection(key)
    ]
