"""What a building block is: options in, statements out."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Self

import msgspec

from dbwright.designs.blocks.script import Script
from dbwright.errors import UsageError


class Statements(msgspec.Struct, frozen=True):
    """What adds a block to a table, and what takes it away; each statement without its terminator.

    columns: the definitions of the table's own columns that the block needs, for its CREATE TABLE; `up` adds them where
    `add_columns` was asked for. prepares: the first statements of `up`, which make what those need, such as a type.
    data: those statements of `up` that write rows or call procedures instead of making anything.
    fills: statements to run after `up` where the table held rows before. checks: queries that give no row where all is right.
    notes: plain sentences on what the block does not see. usage: how an application uses it, statements with their explanations
    as SQL comments.
    """

    up: tuple[str, ...]
    down: tuple[str, ...]
    columns: tuple[str, ...] = ()
    prepares: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    usage: tuple[str, ...] = ()


def about(text: str) -> msgspec.Meta:
    """Says what an option means."""
    return msgspec.Meta(description=text)


class Block(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A building block. Its fields are its options; the first paragraph of its docstring is what people read in the list."""

    schema: Annotated[str, about("The schema of the table; the connection's own where empty.")] = ""
    key: Annotated[tuple[str, ...], about("The primary key of the table.")] = ("id",)
    add_columns: Annotated[bool, about("Add the columns that the block needs to the table.")] = False

    @classmethod
    def made_with(cls, options: Mapping[str, object]) -> Self:
        """The block with these options. Raises UsageError for one that it does not have or that has a wrong value."""
        try:
            return msgspec.convert(dict(options), cls, strict=False)
        except msgspec.ValidationError as error:
            offered = ", ".join(cls.__struct_fields__)
            raise UsageError(
                f"The building block {cls.__name__} cannot be made: {error}.", hint=f"Its options are {offered}."
            ) from error

    def statements(self, engine: str, table: str) -> Statements:
        """The statements for one engine and one table."""
        script = Script(engine, table, self.schema, self.key)
        columns = self.columns_on(script)
        self.prepare(script)
        prepares = tuple(script.ups)
        if self.add_columns:
            for name, definition in columns.items():
                script.column(name, definition)
        self.write(script)
        return Statements(
            up=tuple(script.ups),
            down=tuple(reversed(script.downs)),
            columns=tuple(f"{script.quote(name)} {definition}" for name, definition in columns.items()),
            prepares=prepares,
            data=tuple(script.data),
            fills=tuple(script.fills),
            checks=tuple(script.checks),
            notes=tuple(script.notes),
            usage=tuple(script.usage),
        )

    def columns_on(self, script: Script) -> dict[str, str]:
        """The table's own columns that the block needs: their definitions by name."""
        return {}

    def prepare(self, script: Script) -> None:
        """Write what must be there before the columns, such as their types."""

    @abstractmethod
    def write(self, script: Script) -> None:
        """Write the block's statements, without the columns of `columns_on`."""
