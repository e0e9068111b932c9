"""PostgreSQL's types: what each means, from its spelling; and spellings for types of other engines."""

import re
from functools import lru_cache

from dbwright.catalog.types import Type, TypeKind

_INTEGERS = {"smallint": 16, "integer": 32, "bigint": 64}
_INTEGER_OF_BITS = {8: "smallint", 16: "smallint", 24: "integer", 32: "integer", 64: "bigint"}
_PLAIN: dict[str, Type] = {
    "boolean": Type("boolean", "boolean"),
    "smallint": Type("integer", "smallint", bits=16),
    "integer": Type("integer", "integer", bits=32),
    "bigint": Type("integer", "bigint", bits=64),
    "real": Type("float", "real", bits=32),
    "double precision": Type("float", "double precision", bits=64),
    "money": Type("money", "money"),
    "text": Type("text", "text"),
    "name": Type("text", "name", length=63),
    "citext": Type("text", "citext"),
    '"char"': Type("char", '"char"', length=1),
    "bytea": Type("binary", "bytea", variable=True),
    "date": Type("date", "date"),
    "uuid": Type("uuid", "uuid"),
    "json": Type("json", "json"),
    "jsonb": Type("json", "jsonb", binary_json=True),
    "xml": Type("xml", "xml"),
    "tsvector": Type("fulltext", "tsvector"),
    "tsquery": Type("fulltext", "tsquery"),
}
_KINDS: dict[str, TypeKind] = {
    **dict.fromkeys(("inet", "cidr", "macaddr", "macaddr8"), "network"),
    **dict.fromkeys(("point", "line", "lseg", "box", "path", "polygon", "circle"), "geometry"),
    **dict.fromkeys(("geometry", "geography", "box2d", "box3d", "raster"), "geometry"),
    **dict.fromkeys(("vector", "halfvec", "sparsevec"), "vector"),
}
_RANGE = re.compile(r"(int4|int8|num|ts|tstz|date)(multi)?range\Z")
_PARAMETERS = re.compile(r"\(([^)]*)\)")
_SYNONYMS = {
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "bool": "boolean",
    "float4": "real",
    "float8": "double precision",
    "float": "double precision",
    "dec": "numeric",
    "decimal": "numeric",
    "varchar": "character varying",
    "char varying": "character varying",
    "char": "character",
    "bpchar": "character",
    "nchar": "character",
    "national character": "character",
    "varbit": "bit varying",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "timetz": "time with time zone",
    "time": "time without time zone",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
    "smallserial": "smallint",
    "serial2": "smallint",
    "string": "text",
}
_TRANSLATED: dict[str, str] = {
    "boolean": "boolean", "money": "money", "text": "text", "binary": "bytea", "date": "date", "interval": "interval",
    "year": "smallint", "uuid": "uuid", "json": "jsonb", "xml": "xml", "enum": "text", "set": "text[]",
    "network": "inet", "fulltext": "tsvector", "untyped": "text", "composite": "jsonb", "range": "text",
    "geometry": "text", "vector": "real[]", "domain": "text", "other": "text",
}  # fmt: skip


@lru_cache(maxsize=4096)
def meaning(spelling: str) -> Type:
    """The type that a spelling as the server prints it stands for; kind "other" for one that it doesn't know."""
    known = _PLAIN.get(spelling)
    if known:
        return known
    if spelling.endswith("[]"):
        return Type("array", spelling, element=meaning(spelling[:-2]))
    match = _PARAMETERS.search(spelling)
    numbers = [int(part) for part in match[1].split(",")] if match and re.fullmatch(r"[\d,\s-]+", match[1]) else []
    first = numbers[0] if numbers else None
    base = re.sub(r"\s+", " ", _PARAMETERS.sub("", spelling)).strip()
    match base:
        case "numeric":
            scale = numbers[1] if len(numbers) > 1 else (0 if numbers else None)
            return Type("decimal", spelling, precision=first, scale=scale)
        case "character varying":
            return Type("varchar", spelling, length=first)
        case "character":
            return Type("char", spelling, length=first or 1)
        case "bpchar":
            return Type("char", spelling)
        case "bit":
            return Type("bit", spelling, length=first or 1)
        case "bit varying":
            return Type("bit", spelling, length=first, variable=True)
        case "time without time zone" | "time with time zone":
            return Type("time", spelling, precision=first, with_zone="with time" in base)
        case "timestamp without time zone" | "timestamp with time zone":
            return Type("timestamp", spelling, precision=first, with_zone="with time" in base)
    if base.startswith("interval"):
        return Type("interval", spelling, precision=first)
    bare = base.rpartition(".")[2]
    if bare == "citext":
        return Type("text", spelling)
    if bare in _KINDS:
        length = first if _KINDS[bare] == "vector" else None
        return Type(_KINDS[bare], spelling, length=length)
    if _RANGE.match(bare):
        return Type("range", spelling)
    return Type("other", spelling)


def user_type(kind: TypeKind, spelling: str, namespace: str, name: str) -> Type:
    """A type that somebody made: an enum, domain, composite or range."""
    return Type(kind, spelling, user_type=(namespace, name))


def array_of(element: Type, spelling: str) -> Type:
    """The array of a type."""
    return Type("array", spelling, element=element)


def canonical_spelling(spelling: str) -> str:
    """A hand-written spelling as the server would print it: "varchar(40)" → "character varying(40)"."""
    text = re.sub(r"\s+", " ", spelling.strip())
    if '"' in text:
        return text
    text = text.lower()
    dimensions = ""
    while text.endswith("]"):
        text, dimensions = text[: text.rindex("[")].rstrip(), "[]"
    if text.endswith(" array"):
        text, dimensions = text.removesuffix(" array"), "[]"
    match = _PARAMETERS.search(text)
    parameters = "" if match is None else "(" + re.sub(r"\s+", "", match[1]) + ")"
    rest = "" if match is None else text[match.end() :].strip()
    base = (text if match is None else text[: match.start()]).strip().removeprefix("pg_catalog.")
    if base == "float" and parameters:
        return ("real" if int(parameters[1:-1]) <= 24 else "double precision") + dimensions
    if base in ("numeric", "decimal", "dec") and parameters and "," not in parameters:
        parameters = f"{parameters[:-1]},0)"
    zoned = ""
    for words in ("with time zone", "without time zone"):
        if base.endswith(words) or rest == words:
            base, rest, zoned = base.removesuffix(words).strip(), "", f" {words}"
    if zoned:
        return f"{base}{parameters}{zoned}{dimensions}"
    base = _SYNONYMS.get(base, base)
    if base in ("character", "bit") and not parameters:
        parameters = "(1)"
    if base.startswith(("timestamp ", "time ")):
        word, _, rest = base.partition(" ")
        return f"{word}{parameters} {rest}{dimensions}"
    return f"{base}{parameters}{f' {rest}' if rest else ''}{dimensions}"


def canonical_type(type_: Type) -> Type:
    """A hand-written type with the server's own spelling and meaning; one that somebody made stays as it is."""
    if type_.user_type or (type_.element and type_.element.user_type):
        return type_
    return meaning(canonical_spelling(type_.spelling))


def spell(type_: Type) -> str:
    """PostgreSQL's spelling for a logical type of any engine."""
    match type_.kind:
        case "integer":
            bits = type_.bits or 32
            if type_.unsigned:
                return {8: "smallint", 16: "integer", 24: "integer", 32: "bigint"}.get(bits, "numeric(20,0)")
            return _INTEGER_OF_BITS.get(bits, "bigint")
        case "decimal":
            return "numeric" if type_.precision is None else f"numeric({type_.precision},{type_.scale or 0})"
        case "float":
            return "real" if type_.bits == 32 else "double precision"
        case "char":
            return "character(1)" if type_.length is None else f"character({type_.length})"
        case "varchar":
            return "character varying" if type_.length is None else f"character varying({type_.length})"
        case "bit":
            word = "bit varying" if type_.variable else "bit"
            return word if type_.length is None else f"{word}({type_.length})"
        case "time" | "timestamp":
            precision = "" if type_.precision is None else f"({type_.precision})"
            return f"{type_.kind}{precision} with{'' if type_.with_zone else 'out'} time zone"
        case "array":
            return f"{spell(type_.element)}[]" if type_.element else "text[]"
        case "json":
            return "jsonb"
    return _TRANSLATED.get(type_.kind, "text")
