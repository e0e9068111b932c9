"""The way back of a part: what it makes, dropped in reverse order."""

import re
from collections.abc import Iterable

_NAME = r'(?P<name>[\w."`]+)'
_MADE = re.compile(
    rf"^CREATE (?:OR REPLACE )?(?:DEFINER = \S+ )?(?:SQL SECURITY \w+ )?(?:UNIQUE |FULLTEXT |CONSTRAINT |VIRTUAL )?"
    rf"(?P<kind>TABLE|MATERIALIZED VIEW|VIEW|FUNCTION|PROCEDURE|TYPE|DOMAIN|SEQUENCE|SCHEMA|EXTENSION|TRIGGER|INDEX)"
    rf"(?: IF NOT EXISTS)? {_NAME}"
)
_PARTITION = re.compile(r"^CREATE TABLE [\w.]+ PARTITION OF ")
_ADDED = re.compile(rf"^ALTER TABLE {_NAME}\s+ADD (?P<what>CONSTRAINT|COLUMN) (?P<part>[\w\"`]+)", re.MULTILINE)
_GRANTED = re.compile(r"^GRANT (?P<what>[^;]+?) ON (?P<on>[^;]+?) TO (?P<to>[^;]+);$", re.MULTILINE)
_ON = re.compile(r'\bON (?P<table>[\w."`]+)')


def revoked(text: str, own: str) -> str:
    """The statements that take back the grants of a text for MySQL, which keeps grants on tables and views that are gone.

    own: the way back that the template writes itself; what it revokes is left out.
    """
    undone = (f"REVOKE {each['what']} ON {each['on']} FROM {each['to']};" for each in _GRANTED.finditer(text))
    return "\n".join(reversed([statement for statement in undone if statement not in own]))


def dropped(text: str, engine: str, blocks: Iterable[tuple[str, str]] = ()) -> str:
    """The statements that undo a text.

    blocks: placeholders that stand in the text for building blocks, each with its own way back.
    """
    undone: list[str] = []
    tables: set[str] = set()
    ways = dict(blocks)
    for chunk in re.split(r"\n(?=CREATE |ALTER |\x01)|(?<=\x02)\n", text):
        placeholder = re.match(r"\x01\d+\x02", chunk)
        if placeholder:
            undone.append(ways[placeholder[0]])
            continue
        made = _MADE.match(chunk)
        if made and not _PARTITION.match(chunk):
            if made["kind"] == "TABLE":
                tables.add(made["name"])
            undone.append(_drop(made["kind"], made["name"], chunk, tables, engine))
            continue
        added = _ADDED.match(chunk)
        if added:
            undone.append(f"ALTER TABLE {added['name']} DROP {added['what']} {added['part']};")
    return "\n".join(statement for statement in reversed(undone) if statement)


def _drop(kind: str, name: str, text: str, tables: set[str], engine: str) -> str:
    if kind not in ("TRIGGER", "INDEX"):
        return f"DROP {kind} {name};"
    on = _ON.search(text)
    table = on["table"] if on else ""
    if table in tables and not (kind == "TRIGGER" and engine == "postgres"):  # its function cannot be dropped before it
        return ""
    needs_table = engine == "postgres" if kind == "TRIGGER" else engine == "mysql"
    return f"DROP {kind} {name} ON {table};" if needs_table else f"DROP {kind} {name};"
