"""Building blocks for any schema: behaviour that is added to a table, and taken away again, as statements for one engine.

    block("updated_at", "postgres", "orders").up

The statements stand without terminators. Where a block needs columns of the table itself, `columns` has their definitions for the
table's own CREATE TABLE; with `add_columns=True` the statements add them instead.
"""

from dbwright.designs.blocks.base import Block, Statements
from dbwright.designs.blocks.registry import find, names

__all__ = ["Block", "Statements", "block", "names"]


def block(name: str, engine: str, table: str, **options: object) -> Statements:
    """The statements that add a building block to a table, and those that take it away.

    name: one of `names()`. engine: "postgres", "mysql", "mariadb" or "sqlite". options: the fields of the block.
    Raises UsageError for a block or an option that there is not, Unsupported where the engine cannot do it.
    """
    return find(name).made_with(options).statements(engine, table)
