"""The options of building blocks as people write them: what there is, and how a text is read."""

import re
from typing import Any

import msgspec
from msgspec import inspect as types

from dbwright.designs.blocks.base import Block
from dbwright.errors import UsageError

_NO = ("no", "false", "off", "0")
_YES = ("yes", "true", "on", "1")


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """An option: its name, how it is written, the value where nothing is said, and what it means."""

    name: str
    form: str
    default: str
    about: str
    required: bool = False


FROM_THE_TABLE = (*Block.__struct_fields__, "columns", "binary", "types", "key_type", "make_log", "make_outbox")
"""Options that a database's own catalog answers."""


def described(block: type[Block]) -> list[Described]:
    """The options of a block that somebody has to know, those that must be given first."""
    fields = [field for field in _fields(block) if field.name not in FROM_THE_TABLE]
    fields.sort(key=lambda field: not field.required)
    return [
        Described(
            name=field.name,
            form=_form(_bare(field.type)),
            default="" if field.required else _written(field.default),
            about=_about(field.type),
            required=field.required,
        )
        for field in fields
    ]


def read(block: type[Block], name: str, text: str) -> object:
    """The value of an option from its text. Raises UsageError for an option that the block does not have, or a text of another form."""
    field = next((each for each in _fields(block) if each.name == name), None)
    if field is None:
        offered = ", ".join(each.name for each in _fields(block))
        raise UsageError(f"The block has no option {name!r}.", hint=f"Its options are {offered}.")
    kind = _bare(field.type)
    try:
        return _value(kind, text)
    except ValueError:
        raise UsageError(f"{name} cannot be {text!r}.", hint=f"Write it like {name}={_form(kind)}.") from None


def _fields(block: type[Block]) -> tuple[types.Field, ...]:
    info = types.type_info(block)
    assert isinstance(info, types.StructType)
    return info.fields


def _bare(kind: types.Type) -> types.Type:
    return kind.type if isinstance(kind, types.Metadata) else kind


def _about(kind: types.Type) -> str:
    schema = kind.extra_json_schema if isinstance(kind, types.Metadata) else None
    return str((schema or {}).get("description", ""))


def _value(kind: types.Type, text: str) -> object:
    match kind:
        case types.BoolType():
            if text.lower() not in (*_YES, *_NO):
                raise ValueError
            return text.lower() in _YES
        case types.IntType():
            return int(text)
        case types.VarTupleType(item_type=types.VarTupleType()):
            return [_names(part) for part in text.split(";") if part.strip()]
        case types.VarTupleType():
            return _names(text)
        case types.DictType(value_type=types.VarTupleType()):
            return _ways(text)
        case types.DictType():
            return dict(_pair(part) for part in _apart(text))
    return text


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _apart(text: str) -> list[str]:
    """Parts between commas that stand in no brackets: numeric(12,2) is one type."""
    return [part for part in re.split(r",(?![^(]*\))", text) if part.strip()]


def _pair(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or not value.strip():
        raise ValueError
    return name.strip(), value.strip()


def _ways(text: str) -> dict[str, list[str]]:
    """new > paid, cancelled; paid > shipped"""
    found: dict[str, list[str]] = {}
    for part in text.split(";"):
        before, arrow, after = part.partition(">")
        if part.strip() and not before.strip():
            raise ValueError
        if part.strip():
            found[before.strip()] = _names(after) if arrow else []
    return found


def _form(kind: types.Type) -> str:
    match kind:
        case types.BoolType():
            return "yes|no"
        case types.IntType():
            return "NUMBER"
        case types.LiteralType():
            return "|".join(str(each) for each in kind.values)
        case types.VarTupleType(item_type=types.VarTupleType()):
            return "COLUMN,…;…"
        case types.VarTupleType(item_type=types.LiteralType() as one):
            return ",".join(str(each) for each in one.values)
        case types.VarTupleType():
            return "NAME,…"
        case types.DictType(value_type=types.VarTupleType()):
            return "'new>paid,gone; paid>sent'"
        case types.DictType():
            return "COLUMN:TYPE,…"
    return "TEXT"


def _written(value: Any) -> str:
    match value:
        case msgspec.NODEFAULT:  # an empty list or mapping is made anew each time
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ",".join(map(str, value))
        case dict():
            return ""
    return str(value)
