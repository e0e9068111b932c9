"""A column as a profile sees it: what makes its values equal, and what they are worth."""

from dataclasses import dataclass

from dbwright.catalog.types import Type
from dbwright.tables.duck import name
from dbwright.tables.duck_types import is_nested, text_of
from dbwright.tables.text_types import Reading, value_of

_WIDTHS = {"boolean": 1, "date": 4, "time": 8, "timestamp": 8, "uuid": 16, "interval": 16}


@dataclass(frozen=True)
class Field:
    """name: of the column. spelling: DuckDB's type of it. reading: how its texts are read as values, where they can be.

    declared: the type that someone gave it. searched: whether its texts were searched for what they stand for already.
    """

    name: str
    spelling: str
    type: Type
    declared: Type | None = None
    reading: Reading | None = None
    searched: bool = False

    @property
    def key(self) -> str:
        """The expression that tells values apart."""
        return text_of(name(self.name), self.spelling) if is_nested(self.spelling) else name(self.name)

    def value(self, column: str) -> str:
        """The expression for the value, where `column` holds keys."""
        return value_of(self.reading, column) if self.reading else name(column)

    @property
    def is_text(self) -> bool:
        """Whether the keys are texts."""
        return is_nested(self.spelling) or self.spelling in ("VARCHAR", "JSON") or self.spelling.startswith("ENUM")

    @property
    def is_binary(self) -> bool:
        """Whether values are bytes."""
        return self.spelling == "BLOB"

    @property
    def is_number(self) -> bool:
        """Whether values can be added up."""
        return self.type.kind in ("integer", "decimal", "float")

    @property
    def is_float(self) -> bool:
        """Whether values may be infinite, or no number at all."""
        return self.type.kind == "float"

    @property
    def is_temporal(self) -> bool:
        """Whether values lie on a calendar."""
        return self.type.kind in ("date", "timestamp")

    @property
    def is_whole(self) -> bool:
        """Whether values are whole numbers."""
        return self.type.kind == "integer"

    @property
    def width(self) -> int | None:
        """Bytes of one value; None where they differ."""
        if self.is_text or self.is_binary:
            return None
        if self.type.bits:
            return self.type.bits // 8
        if self.type.kind == "decimal":
            return 16 if (self.type.precision or 18) > 18 else 8
        return _WIDTHS.get(self.type.kind, 8)
