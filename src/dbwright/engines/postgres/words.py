"""PostgreSQL's words and its quoting of names and values."""

import re

NAME_LIMIT = 63
"""The longest name, in bytes of UTF-8. A longer one is cut short by the server without an error."""

_RESERVED_WORDS = """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
    column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
    current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze
    from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
    localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
    returning right select session_user similar some symmetric system_user table tablesample then to trailing true
    union unique user using variadic verbose when where window with
"""
RESERVED = frozenset(_RESERVED_WORDS.split())
"""Words that cannot name a table or a column without quotes, on any version from 12 to 18."""

_FUNCTION_WORDS = """
    between bigint bit boolean char character coalesce dec decimal exists extract float greatest grouping inout int
    integer interval json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar
    json_serialize json_table json_value least merge_action national nchar none normalize nullif numeric out overlay
    position precision real row setof smallint substring time timestamp treat trim values varchar xmlattributes
    xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
"""
_TAKEN_BY_FUNCTIONS = frozenset(_FUNCTION_WORDS.split())
"""Words that may name tables and columns, but not types and functions; the server quotes them everywhere."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")


def quote(name: str) -> str:
    """A table's or column's name as a person has to write it: quotes only where they are needed."""
    if _PLAIN.match(name) and name not in RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def identifier(name: str) -> str:
    """A name as the server prints it, right in every place of a statement."""
    if _PLAIN.match(name) and name not in RESERVED and name not in _TAKEN_BY_FUNCTIONS:
        return name
    return '"' + name.replace('"', '""') + '"'


def qualified(namespace: str, name: str) -> str:
    """A schema object's full name. Temporary objects are found by their name alone."""
    if namespace in ("", TEMPORARY):
        return identifier(name)
    return f"{identifier(namespace)}.{identifier(name)}"


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Names in brackets: (a, b)."""
    return f"({', '.join(identifier(name) for name in names)})"


def literal(value: str) -> str:
    """A text as a constant, whatever it holds and however the server is set."""
    doubled = value.replace("'", "''")
    return "E'" + doubled.replace("\\", "\\\\") + "'" if "\\" in value else f"'{doubled}'"


def dollar_quoted(body: str) -> str:
    """A text between dollar marks that do not occur in it."""
    tag, number = "$$", 0
    while tag[:-1] in body:
        number += 1
        tag = f"$body{number}$"
    return f"{tag}{body}{tag}"


TEMPORARY = "pg_temp"
"""The namespace under which the session's own temporary objects stand in the catalog."""
