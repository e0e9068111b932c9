"""The keys of indexes and constraints: columns, expressions, directions."""

from typing import Any

from dbwright.catalog.objects import KeyPart
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import Wrong


def key_parts(inner: Cursor) -> tuple[KeyPart, ...]:
    """The keys of an index or a constraint."""
    return tuple(_key_part(item) for item in inner.items())


def _key_part(item: Cursor) -> KeyPart:
    fields: dict[str, Any] = {}
    if item.here.text == "(":
        fields["expression"] = item.brackets().rest()
    elif item.here.kind in ("word", "name", "string") and _is_column(item):
        fields["column"] = item.name()
        if item.dialect == "mysql" and item.here.text == "(":
            fields["prefix_length"] = int(item.brackets().here.text)
    else:
        fields["expression"] = _call(item) or item.until("ASC", "DESC", "NULLS", "COLLATE")
    while not item.done:
        if item.accept("DESC"):
            fields["descending"] = True
        elif item.accept("NULLS"):
            first = item.take().upper == "FIRST"
            if first != fields.get("descending", False):
                fields["nulls_first"] = first
        elif item.accept("COLLATE"):
            fields["collation"] = item.path()[-1]
        elif not item.accept("ASC"):
            if item.here.kind not in ("word", "name"):
                raise Wrong(item.here, "a comma or a closing bracket")
            fields["opclass"] = item.path()[-1]
            if item.here.text == "(":
                fields["opclass_options"] = item.brackets().rest()
    return KeyPart(**fields)


def _call(item: Cursor) -> str:
    """A function's call, which is all that PostgreSQL takes without brackets around it; empty where none comes next."""
    start, begin = item.at, item.here.start
    item.path()
    if item.dialect == "postgres" and item.here.text == "(":
        item.brackets()
        return item.text[begin : item.tokens[item.at - 1].end]
    item.at = start
    return ""


def _is_column(item: Cursor) -> bool:
    """Whether a key is a plain column: what follows it is no operator, no dot and, outside MySQL's prefixes, no bracket."""
    following = item.ahead()
    if following.text == "(":
        return item.dialect == "mysql" and item.ahead(2).kind == "number" and item.ahead(3).text == ")"
    return following.text == "" or following.kind in ("word", "name")
