"""Each engine's own types that rules propose."""

from dbwright.catalog.types import Type

_POSTGRES = {
    "integer": Type("integer", "bigint", bits=64),
    "decimal": Type("decimal", "numeric"),
    "boolean": Type("boolean", "boolean"),
    "date": Type("date", "date"),
    "timestamp": Type("timestamp", "timestamp without time zone"),
    "timestamp with zone": Type("timestamp", "timestamp with time zone", with_zone=True),
    "uuid": Type("uuid", "uuid"),
    "json": Type("json", "jsonb", binary_json=True),
    "ip": Type("network", "inet"),
}
_MYSQL = {
    "integer": Type("integer", "bigint", bits=64),
    "decimal": Type("decimal", "decimal(20,6)", precision=20, scale=6),
    "boolean": Type("boolean", "tinyint(1)"),
    "date": Type("date", "date"),
    "timestamp": Type("timestamp", "datetime", precision=0),
    "json": Type("json", "json"),
}
_SQLITE = {
    "integer": Type("integer", "INTEGER", bits=64),
    "decimal": Type("decimal", "NUMERIC"),
}
_OF = {"postgres": _POSTGRES, "mysql": _MYSQL, "sqlite": _SQLITE}


def proposed(engine: str, meaning: str) -> Type | None:
    """The engine's type for what a column means; None where it has none of its own."""
    return _OF.get(engine, {}).get(meaning)
