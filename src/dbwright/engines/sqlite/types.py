"""SQLite's declared types: what they mean, and how types of other engines are declared here.

SQLite takes any words as a type and derives an affinity from them. The logical type follows the name where it is a
common one, and the affinity's rules otherwise.
"""

import re
from functools import lru_cache

import msgspec

from dbwright.catalog.types import Type, TypeKind
from dbwright.engines.sqlite.tokens import Token

_SHAPE = re.compile(r"(?P<name>[^(]*?)\s*(?:\(\s*(?P<first>[^,)]*?)\s*(?:,\s*(?P<second>[^)]*?)\s*)?\))?\s*", re.DOTALL)
_STANDARD = frozenset(("ANY", "BLOB", "INT", "INTEGER", "REAL", "TEXT"))

_KINDS: dict[str, TypeKind] = {
    "": "untyped", "ANY": "untyped",
    "BOOL": "boolean", "BOOLEAN": "boolean",
    "DECIMAL": "decimal", "DEC": "decimal", "NUMERIC": "decimal", "NUMBER": "decimal", "MONEY": "decimal", "CURRENCY": "decimal",
    "REAL": "float", "DOUBLE": "float", "DOUBLE PRECISION": "float", "FLOAT": "float",
    "CHAR": "char", "CHARACTER": "char", "NCHAR": "char", "NATIVE CHARACTER": "char",
    "VARCHAR": "varchar", "NVARCHAR": "varchar", "VARYING CHARACTER": "varchar", "CHARACTER VARYING": "varchar",
    "VARCHAR2": "varchar", "NVARCHAR2": "varchar",
    "TEXT": "text", "CLOB": "text", "TINYTEXT": "text", "MEDIUMTEXT": "text", "LONGTEXT": "text", "NTEXT": "text",
    "STRING": "text", "CITEXT": "text",
    "BLOB": "binary", "TINYBLOB": "binary", "MEDIUMBLOB": "binary", "LONGBLOB": "binary", "BINARY": "binary",
    "VARBINARY": "binary", "BYTEA": "binary",
    "DATE": "date", "TIME": "time", "DATETIME": "timestamp", "TIMESTAMP": "timestamp", "TIMESTAMPTZ": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp", "TIMESTAMP WITHOUT TIME ZONE": "timestamp", "INTERVAL": "interval",
    "YEAR": "year", "UUID": "uuid", "GUID": "uuid", "UNIQUEIDENTIFIER": "uuid", "JSON": "json", "JSONB": "json",
    "XML": "xml", "INET": "network", "CIDR": "network", "BIT": "bit",
}  # fmt: skip


@lru_cache(maxsize=10_000)
def type_of(declared: str) -> Type:
    """The type that a declaration means. The empty text is a column without a type."""
    match = _SHAPE.fullmatch(declared)
    if match is None:
        return Type(kind="other", spelling=declared)
    words = " ".join(match["name"].split())
    name = words.upper()
    first, second = _number(match["first"]), _number(match["second"])
    numbers = ",".join(part.replace(" ", "") for part in (match["first"], match["second"]) if part)
    spelling = (name if name in _STANDARD else words) + (f"({numbers})" if numbers else "")
    kind = _KINDS.get(name) or _by_affinity(name, first)
    if name in ("TINYINT", "BIT") and first == 1:
        kind = "boolean"
    return _numbered(Type(kind=kind, spelling=spelling), name, first, second)


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[+-]?[0-9]+", text) else None


def _by_affinity(name: str, length: int | None) -> TypeKind:
    if "INT" in name:
        return "integer"
    if "CHAR" in name or "CLOB" in name or "TEXT" in name:
        return "varchar" if length else "text"
    if "BLOB" in name:
        return "binary"
    if "REAL" in name or "FLOA" in name or "DOUB" in name:
        return "float"
    return "other"


def _numbered(base: Type, name: str, first: int | None, second: int | None) -> Type:
    """The type with its lengths and digits. All integers and floats of SQLite have 64 bits, whatever they are called."""
    match base.kind:
        case "integer" | "float":
            return msgspec.structs.replace(base, bits=64)
        case "decimal":
            return msgspec.structs.replace(
                base, precision=first, scale=second if second is not None or not first else 0
            )
        case "char" | "varchar" | "text" | "binary" | "bit":
            return msgspec.structs.replace(base, length=first, variable=base.kind == "binary" and name != "BINARY")
        case "timestamp" | "time":
            return msgspec.structs.replace(base, precision=first, with_zone="TZ" in name or "WITH TIME ZONE" in name)
        case "json":
            return msgspec.structs.replace(base, binary_json=name == "JSONB")
    return base


def declared_type(tokens: list[Token], numbers: list[Token] | None) -> str:
    """The type as it is declared, its words and its numbers in their canonical spacing."""
    words = " ".join(token.text for token in tokens)
    return words if numbers is None else f"{words}({''.join(token.text for token in numbers)})"


_SPELLINGS: dict[TypeKind, str] = {
    "boolean": "BOOLEAN",
    "integer": "INTEGER",
    "float": "REAL",
    "money": "DECIMAL(19,4)",
    "text": "TEXT",
    "binary": "BLOB",
    "bit": "INTEGER",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "DATETIME",
    "interval": "TEXT",
    "year": "INTEGER",
    "uuid": "UUID",
    "json": "JSON",
    "geometry": "BLOB",
    "vector": "BLOB",
    "untyped": "",
}


def spell(type_: Type) -> str:
    """SQLite's spelling for a logical type. What SQLite has no like of is declared TEXT."""
    if type_.kind == "decimal":
        if type_.precision is None:
            return "DECIMAL"
        return f"DECIMAL({type_.precision},{type_.scale or 0})"
    if type_.kind in ("char", "varchar"):
        word = type_.kind.upper()
        return f"{word}({type_.length})" if type_.length else "TEXT"
    return _SPELLINGS.get(type_.kind, "TEXT")
