"""Character sets and collations of text columns, as the table's defaults and the columns' own give them."""

from dbwright.catalog.objects import Column, Table
from dbwright.rules.base import Subject
from dbwright.rules.design._tables import base_type


def holds_text(subject: Subject, column: Column) -> bool:
    """Whether the column has a character set at all."""
    type_ = base_type(subject, column.type)
    return type_.is_text or type_.kind in ("enum", "set")


def charset_of(table: Table, column: Column) -> str | None:
    """MySQL's character set of a column: its own, or else its table's."""
    return column.charset or table.options.get("charset")


def collation_of(table: Table, column: Column) -> str | None:
    """The collation of a column: its own, or else its table's; None for the engine's default."""
    return column.collation or (None if column.charset else table.options.get("collate"))


def is_three_bytes(charset: str | None) -> bool:
    """Whether a character set is MySQL's old utf8, which holds no character of four bytes."""
    return charset in ("utf8", "utf8mb3")


def four_bytes(collation: str | None) -> str | None:
    """The collation of utf8mb4 that orders as one of utf8 does."""
    if collation is None:
        return None
    charset, _, rest = collation.partition("_")
    return f"utf8mb4_{rest}" if charset in ("utf8", "utf8mb3") and rest else collation


def order_of(collation: str) -> str:
    """What a collation says of order and equality, without its character set: "general_ci", "0900_ai_ci"."""
    return collation.partition("_")[2] or collation
