"""Which privileges there are, and who holds them without any grant."""

from dbwright.catalog.names import Ref

PUBLIC = "PUBLIC"
_TABLE = frozenset(("DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"))
_USAGE = frozenset(("USAGE",))
_EXECUTE = frozenset(("EXECUTE",))
_NOTHING: frozenset[str] = frozenset()

OF_OWNER: dict[str, frozenset[str]] = {
    "table": _TABLE,
    "view": _TABLE,
    "sequence": frozenset(("SELECT", "UPDATE", "USAGE")),
    "routine": _EXECUTE,
    "enum": _USAGE,
    "domain": _USAGE,
    "composite": _USAGE,
    "range": _USAGE,
    "namespace": frozenset(("CREATE", "USAGE")),
    "catalog": frozenset(("CONNECT", "CREATE", "TEMPORARY")),
}
"""What the owner of an object holds, by the object's kind. MAINTAIN, new in version 17, is left out of account."""

OF_PUBLIC: dict[str, frozenset[str]] = {
    "routine": _EXECUTE,
    "enum": _USAGE,
    "domain": _USAGE,
    "composite": _USAGE,
    "range": _USAGE,
    "catalog": frozenset(("CONNECT", "TEMPORARY")),
}
"""What everyone holds on a new object, by the object's kind."""

_PUBLIC_SCHEMA = Ref("namespace", ("public",))


def usual_for_public(on: Ref) -> frozenset[str]:
    """What everyone holds on an object without any grant; the schema public may be used, but not written to."""
    return _USAGE if on == _PUBLIC_SCHEMA else OF_PUBLIC.get(on.kind, _NOTHING)
