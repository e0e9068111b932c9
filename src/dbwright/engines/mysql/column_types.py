"""MySQL's and MariaDB's column types: from their spelling to what they mean, and from other engines' types to a spelling."""

import re
from functools import lru_cache

from dbwright.catalog.types import Type, TypeKind
from dbwright.engines.mysql.text import tokens, unquote
from dbwright.engines.mysql.words import literal

_SHAPE = re.compile(r"(\w+)\s*(?:\((.*)\))?\s*(.*)", re.DOTALL)
_INTEGERS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
_TEXTS = frozenset(("tinytext", "text", "mediumtext", "longtext"))
_BLOBS = {"tinyblob": 255, "blob": 65535, "mediumblob": 16777215, "longblob": None}
_GEOMETRY = re.compile(r"(multi)?(point|linestring|polygon)|geometry(collection)?|geomcollection")
_VARYING = re.compile(r"^(national )?char(acter)? varying", re.IGNORECASE)
_SYNONYMS = {
    "integer": "int",
    "numeric": "decimal",
    "dec": "decimal",
    "fixed": "decimal",
    "real": "double",
    "double precision": "double",
    "nvarchar": "varchar",
    "character": "char",
    "nchar": "char",
    "bool": "tinyint(1)",
    "boolean": "tinyint(1)",
}


@lru_cache(maxsize=4096)
def read_type(spelling: str) -> Type:
    """The type that a COLUMN_TYPE means. The spelling is kept exactly."""
    shape = _SHAPE.fullmatch(spelling.strip())
    if shape is None:
        return Type("other", spelling)
    name, inside, rest = shape[1].lower(), shape[2] or "", shape[3].lower()
    unsigned = "unsigned" in rest or "zerofill" in rest
    numbers = [int(number) for number in inside.split(",")] if re.fullmatch(r"\s*\d+(\s*,\s*\d+)?\s*", inside) else []
    first = numbers[0] if numbers else None
    if name == "tinyint" and first == 1 and not unsigned:
        return Type("boolean", spelling)
    if name in _INTEGERS:
        return Type("integer", spelling, bits=_INTEGERS[name], unsigned=unsigned)
    match name:
        case "decimal":
            scale = numbers[1] if len(numbers) > 1 else 0
            return Type("decimal", spelling, precision=first or 10, scale=scale, unsigned=unsigned)
        case "float" | "double":
            return Type("float", spelling, bits=32 if name == "float" else 64, unsigned=unsigned)
        case "char" | "varchar":
            return Type("char" if name == "char" else "varchar", spelling, length=1 if first is None else first)
        case "binary" | "varbinary":
            return Type("binary", spelling, length=first or 1, variable=name == "varbinary")
        case "bit":
            return Type("bit", spelling, length=first or 1)
        case "enum" | "set":
            values = tuple(unquote(token) for token in tokens(inside) if token.startswith("'"))
            return Type("enum" if name == "enum" else "set", spelling, values=values)
        case "date" | "year":
            return Type("date" if name == "date" else "year", spelling)
        case "time":
            return Type("time", spelling, precision=first or 0)
        case "datetime" | "timestamp":
            return Type("timestamp", spelling, precision=first or 0, with_zone=name == "timestamp")
        case "json" | "uuid":
            return Type("json" if name == "json" else "uuid", spelling)
        case "inet4" | "inet6":
            return Type("network", spelling)
        case "vector":
            return Type("vector", spelling, length=first)
    if name in _TEXTS:
        return Type("text", spelling)
    if name in _BLOBS:
        return Type("binary", spelling, length=_BLOBS[name], variable=True)
    return Type("geometry" if _GEOMETRY.fullmatch(name) else "other", spelling)


def canonical_spelling(spelling: str, *, mariadb: bool) -> str:
    """A hand-written type as the server would print it: lower case, its main name, MariaDB's display widths."""
    spelling = " ".join(spelling.split()) if "'" not in spelling else spelling.strip()
    shape = _SHAPE.fullmatch(_VARYING.sub("varchar", spelling))
    if shape is None:
        return spelling
    name, inside, rest = shape[1].lower(), shape[2], shape[3]
    rest = rest if rest.startswith("/*") else rest.lower()
    for words in (f"{name} {rest}".strip(), name):
        if words in _SYNONYMS:
            name, rest = _SYNONYMS[words], "" if words != name else rest
            break
    if name in _INTEGERS:
        widths = {"tinyint": 4, "smallint": 6, "mediumint": 9, "int": 11, "bigint": 20}
        if not mariadb:
            inside = inside if (name, inside) == ("tinyint", "1") or "zerofill" in rest else None
        elif inside is None:
            narrower = "unsigned" in rest and name != "bigint"
            inside = str(widths[name] - narrower)
    if name == "decimal":
        inside = (inside or "10,0").replace(" ", "")
        inside = inside if "," in inside else f"{inside},0"
    if name in ("char", "binary", "bit") and inside is None:
        inside = "1"
    if name == "year":
        inside = "4" if mariadb else None
    return name + (f"({inside})" if inside is not None else "") + (f" {rest}" if rest else "")


_PLAIN: dict[TypeKind, str] = {
    "boolean": "tinyint(1)",
    "date": "date",
    "year": "year",
    "json": "json",
    "money": "decimal(19,2)",
    "interval": "varchar(64)",
    "uuid": "char(36)",
    "xml": "longtext",
    "array": "json",
    "composite": "json",
    "range": "varchar(100)",
    "network": "varchar(43)",
    "geometry": "geometry",
    "fulltext": "longtext",
    "untyped": "longtext",
    "other": "longtext",
    "domain": "longtext",
}


def spell(type_: Type) -> str:
    """A type of any engine in MySQL's spelling; a wider one where MySQL has no such type."""
    match type_.kind:
        case "integer":
            names = {8: "tinyint", 16: "smallint", 24: "mediumint", 32: "int", 64: "bigint"}
            return names.get(type_.bits or 64, "bigint") + (" unsigned" if type_.unsigned else "")
        case "decimal":
            return f"decimal({min(type_.precision or 65, 65)},{min(type_.scale or (0 if type_.precision else 30), 30)})"
        case "float":
            return "float" if type_.bits == 32 else "double"
        case "char" | "varchar":
            return _text(type_)
        case "text":
            return "longtext"
        case "binary":
            if type_.length and type_.length <= 65535 and not (type_.length == 65535 and type_.variable):
                return f"{'varbinary' if type_.variable else 'binary' if type_.length <= 255 else 'varbinary'}({type_.length})"
            return "longblob"
        case "bit":
            return (
                f"bit({type_.length or 1})"
                if (type_.length or 1) <= 64
                else f"varbinary({-(-(type_.length or 1) // 8)})"
            )
        case "time" | "timestamp":
            name = "time" if type_.kind == "time" else "timestamp" if type_.with_zone else "datetime"
            return name + (f"({min(type_.precision, 6)})" if type_.precision else "")
        case "enum" | "set":
            return (
                f"{type_.kind}({','.join(literal(value) for value in type_.values)})"
                if type_.values
                else "varchar(255)"
            )
        case "vector":
            return f"vector({type_.length})" if type_.length else "json"
    return _PLAIN.get(type_.kind, "longtext")


def _text(type_: Type) -> str:
    if type_.length is None:
        return "varchar(255)" if type_.kind == "char" else "longtext"
    if type_.kind == "char" and type_.length <= 255:
        return f"char({type_.length})"
    return f"varchar({type_.length})" if type_.length <= 16383 else "longtext"


def largest(type_: Type) -> int | None:
    """The largest whole number that a column of the type can hold; None for other kinds."""
    if type_.kind == "boolean":
        return 127
    if type_.kind == "integer" and type_.bits:
        return (1 << (type_.bits if type_.unsigned else type_.bits - 1)) - 1
    if type_.kind == "decimal" and type_.precision:
        return int(10 ** (type_.precision - (type_.scale or 0))) - 1
    if type_.kind == "float":
        return 1 << (24 if type_.bits == 32 else 53)
    return None
