"""Values that are spelled differently and mean the same, so that they are no difference."""

import re
from typing import Any

from dbwright.catalog.types import Type

_CAST_OF_ARRAY = re.compile(r"\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]")
_ELEMENT = re.compile(r"'(?:[^']|'')*'::character varying")


def same(old: Any, new: Any) -> bool:
    """Whether two values of a field mean the same."""
    if old == new:
        return True
    if isinstance(old, Type) and isinstance(new, Type):
        return _same_type(old, new)
    if isinstance(old, str) and isinstance(new, str) and "ARRAY[" in old and "ARRAY[" in new:
        return _cast_inside(old) == _cast_inside(new)
    return False


def _same_type(old: Type, new: Type) -> bool:
    """SQLite keeps the case in which a type was written, and gives it no meaning."""
    named = old.values or old.user_type or old.kind == "other" or '"' in old.spelling
    if named or old.spelling.casefold() != new.spelling.casefold():
        return False
    return Type(**{**_fields(old), "spelling": new.spelling}) == new


def _fields(type_: Type) -> dict[str, Any]:
    return {name: getattr(type_, name) for name in type_.__struct_fields__}


def _cast_inside(expression: str) -> str:
    """PostgreSQL prints the cast of an array otherwise once it has read its own print: element by element."""

    def each_element(found: re.Match[str]) -> str:
        return "ARRAY[" + _ELEMENT.sub(lambda element: f"({element[0]})::text", found[1]) + "]"

    return _CAST_OF_ARRAY.sub(each_element, expression)
