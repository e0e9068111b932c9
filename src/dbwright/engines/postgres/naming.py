"""How statements name the objects of the catalog: COMMENT ON, ALTER … OWNER TO, DROP."""

from typing import Any

from dbwright.catalog.names import Kind, Ref
from dbwright.engines.postgres.words import dollar_quoted, identifier, literal, qualified

_WORDS: dict[Kind, str] = {
    "namespace": "SCHEMA",
    "extension": "EXTENSION",
    "enum": "TYPE",
    "domain": "DOMAIN",
    "composite": "TYPE",
    "range": "TYPE",
    "sequence": "SEQUENCE",
    "event_trigger": "EVENT TRIGGER",
    "role": "ROLE",
}


def word(kind: Kind, each: Any) -> str:
    """The word for the kind of an object: TABLE, MATERIALIZED VIEW, PROCEDURE …"""
    match kind:
        case "table":
            return "FOREIGN TABLE" if each.kind == "foreign" else "TABLE"
        case "view":
            return "MATERIALIZED VIEW" if each.materialized else "VIEW"
        case "routine":
            return {"aggregate": "AGGREGATE", "procedure": "PROCEDURE"}.get(each.kind, "FUNCTION")
        case _:
            return _WORDS[kind]


def name(kind: Kind, each: Any) -> str:
    """The full name of an object, a routine's with its arguments."""
    if kind in ("namespace", "extension", "event_trigger", "role"):
        return identifier(each.name)
    if kind == "routine":
        arguments = each.arguments or ("*" if each.kind == "aggregate" else "")
        return f"{qualified(each.namespace, each.name)}({arguments})"
    return qualified(each.namespace, each.name)


def named(kind: Kind, each: Any) -> str:
    """Word and name of an object: `MATERIALIZED VIEW shop.totals`."""
    return f"{word(kind, each)} {name(kind, each)}"


def comment_sql(what: str, text: str | None) -> str:
    """COMMENT ON; None takes the comment away."""
    return f"COMMENT ON {what} IS {'NULL' if text is None else literal(text)}"


def owner_sql(what: str, owner: str | None) -> str:
    """ALTER … OWNER TO; None for the owner of the database, whose name is only known where the statement runs."""
    if owner is not None:
        return f"ALTER {what} OWNER TO {identifier(owner)}"
    chosen = "(SELECT pg_get_userbyid(datdba) FROM pg_catalog.pg_database WHERE datname = current_database())"
    text = literal(f"ALTER {what.replace('%', '%%')} OWNER TO %I")
    return f"DO {dollar_quoted(f'BEGIN EXECUTE format({text}, {chosen}); END')}"


def part_sql(part: Ref, holder: str) -> str:
    """How COMMENT ON names a part of a table or view; `holder` is the full name of that."""
    match part.kind:
        case "index":
            return f"INDEX {qualified(part.path[0], part.name)}"
        case "trigger" | "policy":
            return f"{part.kind.upper()} {identifier(part.name)} ON {holder}"
        case "column":
            return f"COLUMN {holder}.{identifier(part.name)}"
        case _:
            return f"CONSTRAINT {identifier(part.name)} ON {holder}"
