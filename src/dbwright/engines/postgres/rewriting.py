"""Whether PostgreSQL writes all rows of a table again: for another type, for the value of a new column."""

import re

from dbwright.catalog.objects import Catalog
from dbwright.catalog.parts import Column
from dbwright.catalog.types import Type
from dbwright.engines.postgres.words import qualified

_VOLATILE = frozenset(
    """
    clock_timestamp currval gen_random_uuid lastval nextval pg_notify pg_sleep random random_normal set_config setseed
    setval timeofday txid_current pg_current_xact_id uuidv4 uuidv7 uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4
    gen_random_bytes gen_salt
    """.split()
)
_CALL = re.compile(r"""((?:(?:"(?:[^"]|"")+"|[\w$]+)\.)?(?:"(?:[^"]|"")+"|[a-zA-Z_][\w$]*))\s*\(""")
_STRINGS = re.compile(r"E?'(?:[^']|'')*'")
_NO_CALLS = frozenset(
    """
    and any array as between bit case cast char character coalesce collate current_time current_timestamp date dec decimal
    else end exists float greatest in int integer interval is least like localtime localtimestamp not nullif numeric on or
    overlay position precision row select some substring text then time timestamp timestamptz timetz trim values varchar
    varying when zone
    """.split()
)

_BIT_STRINGS = re.compile(r"bit varying|varbit")


def is_volatile(expression: str | None, catalog: Catalog) -> bool:
    """Whether an expression may give each row another value; a function that is not known is taken to do so."""
    if not expression:
        return False
    volatility = {qualified(each.namespace, each.name): each.volatility for each in catalog.routines}
    for name in _CALL.findall(_STRINGS.sub("''", expression)):
        plain = name.removeprefix("pg_catalog.")
        if plain.lower() in _NO_CALLS:
            continue
        known = volatility.get(plain) or volatility.get(f"public.{plain}")
        if known is not None:
            if known == "volatile":
                return True
        elif "." in plain or plain.strip('"').lower() in _VOLATILE:
            return True
    return False


def rewrites_for_new_column(column: Column, catalog: Catalog) -> bool:
    """Whether ADD COLUMN writes every row: only a default that is the same for all rows is kept beside them."""
    if column.identity is not None or (column.generated is not None and column.generated.stored):
        return True
    return is_constrained(column.type, catalog) or is_volatile(column.default, catalog)


def is_constrained(type_: Type, catalog: Catalog) -> bool:
    """Whether a type is a domain with a rule: the values have to be looked at."""
    if type_.kind != "domain" or type_.user_type is None:
        return False
    for domain in catalog.domains:
        if (domain.namespace, domain.name) == type_.user_type:
            return not domain.nullable or bool(domain.checks) or is_constrained(domain.type, catalog)
    return True


def rewrites_rows(catalog: Catalog, old: Type, new: Type, using: str | None = None) -> bool:
    """Whether a column's change of type writes every row again."""
    if using and not re.fullmatch(r'\(*(?:"(?:[^"]|"")+"|[\w$]+)\)*(?:::[\w\s".(),]+)?', using.strip()):
        return True
    return not _is_kept(catalog, old, new)


def _is_kept(catalog: Catalog, old: Type, new: Type) -> bool:
    """Whether the bytes of every value stay what they are, and PostgreSQL knows it."""
    if new.kind == "domain" or old.kind == "domain":
        base = _base(catalog, new)
        inner = _base(catalog, old)
        return (
            not is_constrained(new, catalog)
            and base is not None
            and inner is not None
            and _is_kept(catalog, inner, base)
        )
    if old.spelling == new.spelling:
        return True
    if old.element and new.element:
        return old.element.kind in ("text", "varchar") and new.element.kind in ("text", "varchar") and (
            new.element.length is None
        )  # fmt: skip
    match old.kind, new.kind:
        case (("varchar" | "text"), ("varchar" | "text")):
            return new.length is None or (old.length is not None and old.length <= new.length)
        case "decimal", "decimal":
            if new.precision is None:
                return True
            return old.precision is not None and new.precision >= old.precision and (old.scale or 0) == (new.scale or 0)
        case "timestamp", "timestamp":
            # Between with and without zone the values only stay the same where the session's zone is UTC.
            return old.with_zone == new.with_zone and _finer(old, new)
        case ("time", "time") | ("interval", "interval"):
            return (old.with_zone == new.with_zone and _finer(old, new) and old.kind != "interval") or _same_fields(
                old, new
            )
        case "bit", "bit":
            varying = _BIT_STRINGS.match(old.spelling) and _BIT_STRINGS.match(new.spelling)
            return bool(varying) and (new.length is None or (old.length is not None and old.length <= new.length))
        case "network", "network":
            return old.spelling == "cidr" and new.spelling == "inet"
        case "xml", ("text" | "varchar"):
            return new.length is None
        case _:
            return False


def _finer(old: Type, new: Type) -> bool:
    return new.precision is None or new.precision >= 6 or (old.precision is not None and old.precision <= new.precision)


def _same_fields(old: Type, new: Type) -> bool:
    """Intervals: only the fraction of a second may grow."""
    plain = re.compile(r"\(\d\)")
    return old.kind == "interval" and plain.sub("", old.spelling) == plain.sub("", new.spelling) and _finer(old, new)


def _base(catalog: Catalog, type_: Type) -> Type | None:
    while type_.kind == "domain":
        found = next((each for each in catalog.domains if (each.namespace, each.name) == type_.user_type), None)
        if found is None:
            return None
        type_ = found.type
    return type_
