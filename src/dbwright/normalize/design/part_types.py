"""Types and NOT NULL of the columns of a proposal: those of the source where it declares them, else what its values allow."""

import msgspec

from dbwright.catalog.objects import Column, Identity, Table
from dbwright.catalog.profiles import ColumnProfile, TableProfile
from dbwright.catalog.types import Type
from dbwright.engines.base import Engine

_LENGTHS = (8, 16, 32, 64, 128, 255)
"""Lengths that texts get where the engine indexes only those of a known length (MySQL): twice the longest value and more."""


def part_column(
    table: Table,
    name: str,
    called: str,
    profile: TableProfile | None,
    engine: Engine,
    *,
    in_key: bool,
    keep: bool,
    numbers: bool = False,
) -> Column:
    """A column of the source as it is to be in a part.

    keep: the source is a table of this engine, whose own declaration is kept. in_key: whether it is in a key or an index.
    numbers: whether a column that numbers itself goes on doing so.
    """
    column = table.column(name)
    seen = profile.column(name) if profile is not None else None
    if column is not None and keep:
        nullable, identity = column.nullable and not in_key, column.identity if numbers else None
        return msgspec.structs.replace(column, name=called, nullable=nullable, identity=identity)
    type_ = type_of(column.type if column else None, seen, engine, in_key=in_key)
    told = seen is not None and profile is not None and profile.read == profile.rows and seen.rows > 0
    return Column(
        name=called,
        type=type_,
        nullable=not in_key
        and not (told and seen is not None and seen.nulls == 0)
        and (column is None or column.nullable),
        comment=column.comment if column else None,
    )


def type_of(declared: Type | None, seen: ColumnProfile | None, engine: Engine, *, in_key: bool) -> Type:
    """The engine's type for values that stood elsewhere: for texts that are all numbers or dates, that of numbers or dates."""
    found = declared
    if seen is not None and (found is None or found.is_text or found.kind in ("untyped", "other")):
        found = seen.inferred or seen.declared or found
    found = found or Type(kind="text", spelling="text")
    if found.kind == "integer" and (found.bits or 64) < 32 and not in_key:
        found = msgspec.structs.replace(found, bits=32)  # what fits today's values into 8 bits need not fit tomorrow's
    if found.kind == "integer" and (found.bits or 64) not in (8, 16, 24, 32, 64):
        found = Type(kind="decimal", spelling="", precision=38, scale=0)
    if found.is_text:
        longest = seen.longest if seen is not None and seen.longest else None
        fitting = next(
            (each for each in _LENGTHS if longest is not None and each >= 2 * longest), 255 if in_key else None
        )
        if engine.name == "mysql" and fitting is not None:
            found = Type(kind="varchar", spelling="", length=fitting)
        else:
            found = Type(kind="text", spelling="")
    return msgspec.structs.replace(found, spelling=engine.spell(found))


def numbered(name: str, engine: Engine) -> Column:
    """A key that the engine numbers itself."""
    big = Type(kind="integer", spelling="", bits=64)
    if engine.name == "sqlite":
        return Column(name=name, type=Type(kind="integer", spelling="INTEGER", bits=64), nullable=False)
    identity = Identity(generation="auto_increment") if engine.name == "mysql" else Identity(generation="by default")
    spelled = msgspec.structs.replace(big, spelling=engine.spell(big))
    return Column(name=name, type=spelled, nullable=False, identity=identity)
