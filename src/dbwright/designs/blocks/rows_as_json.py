"""A row as a JSON object, as triggers write it down."""

from collections.abc import Sequence

from dbwright.designs.blocks.script import Script
from dbwright.errors import UsageError

_KEY_LENGTH = 200


def row_as_json(script: Script, row: str, columns: Sequence[str], hidden: Sequence[str], binary: Sequence[str]) -> str:
    """The expression for a trigger's row OLD or NEW as a JSON object.

    columns: those of the table, which PostgreSQL knows by itself. hidden: left out. binary: written in hexadecimal digits, for
    JSON has no bytes; on SQLite those columns that may hold bytes. Raises UsageError where the columns are not known.
    """
    if script.engine == "postgres":
        left = f"to_jsonb({row})"
        return f"{left} - {_texts(script, hidden)}" if hidden else left
    shown = [name for name in columns if name not in hidden]
    if not shown:
        raise UsageError(
            f"The columns of {script.table} are not known.", hint="Name them in the option columns; no trigger can ask."
        )
    pairs = ", ".join(
        f"{script.literal(name)}, {_printable(script, f'{row}.{script.quote(name)}', name in binary)}" for name in shown
    )
    return f"JSON_OBJECT({pairs})" if script.engine == "mysql" else f"json_object({pairs})"


def key_as_text(script: Script, row: str) -> str:
    """The expression for a row's key as a text: the value itself, or a JSON array where it has several columns."""
    names = [f"{row}.{script.quote(name)}" for name in script.key]
    if script.engine == "mysql":
        whole = f"CONCAT({names[0]})" if len(names) == 1 else f"JSON_ARRAY({', '.join(names)})"
        return f"LEFT({whole}, {_KEY_LENGTH})"
    if script.engine == "postgres":
        return f"{names[0]}::text" if len(names) == 1 else f"jsonb_build_array({', '.join(names)})::text"
    return f"CAST({names[0]} AS TEXT)" if len(names) == 1 else f"json_array({', '.join(names)})"


def changed(script: Script, columns: Sequence[str]) -> str:
    """The condition that an update changed one of the columns, be it the case of a letter where the column's collation ignores it."""
    spelled = {"postgres": "{}::text", "mysql": "CAST({} AS BINARY)", "sqlite": "{} COLLATE BINARY"}[script.engine]
    both = ((spelled.format(f"{row}.{script.quote(name)}") for row in ("OLD", "NEW")) for name in columns)
    return " OR ".join(script.differ(old, new) for old, new in both)


def _printable(script: Script, value: str, is_binary: bool) -> str:
    if not is_binary:
        return value
    if script.engine == "mysql":
        return f"HEX({value})"
    return f"CASE typeof({value}) WHEN 'blob' THEN hex({value}) ELSE {value} END"


def _texts(script: Script, names: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(map(script.literal, names))}]"
