"""Whether every value of one type fits another."""

from dbwright.catalog.types import Type

_SURE_INTO_TEXT = ("text", "varchar")
_SAME_VALUES = (
    "integer", "decimal", "float", "char", "varchar", "text", "binary", "bit", "time", "timestamp", "interval", "enum", "set",
)  # fmt: skip
"""Kinds whose values an application handles alike, however long or precise they may be."""


def loses(old: Type, new: Type) -> str | None:
    """Why some values of the old type may not survive in the new one, as a phrase; None where all do."""
    if old.kind == new.kind:
        return _same_kind(old, new)
    if new.kind in _SURE_INTO_TEXT and new.length is None:
        return None
    if old.kind in ("integer", "decimal") and new.kind == "decimal":
        return _digits(old, new)
    if old.is_text and new.kind in _SURE_INTO_TEXT:
        return _same_kind(old, new)
    if old.kind == "date" and new.kind == "timestamp":
        return None
    if (old.kind, new.kind) == ("integer", "float"):
        return None if (old.bits or 32) < (new.bits or 64) else "large numbers lose their last digits"
    return f"{old.spelling} values may not all be {new.spelling} values"


def alike(old: Type, new: Type) -> bool:
    """Whether an application that knows values of the old type can read those of the new one as it is."""
    if old.kind != new.kind:
        return old.is_text and new.is_text
    if old.element is not None and new.element is not None:
        return alike(old.element, new.element)
    return old.kind in _SAME_VALUES and (old.with_zone, old.user_type) == (new.with_zone, new.user_type)


def _same_kind(old: Type, new: Type) -> str | None:
    match old.kind:
        case "integer" if old.unsigned and not new.unsigned and (new.bits or 32) <= (old.bits or 32):
            return "numbers in the upper half are too large"
        case "integer" if new.unsigned and not old.unsigned:
            return "negative numbers are lost"
        case "integer" | "float" if (new.bits or 32) < (old.bits or 32):
            return f"numbers that need more than {new.bits} bits do not fit"
        case "decimal":
            return _digits(old, new)
        case "char" | "varchar" | "text" | "binary" | "bit":
            return _length(old, new)
        case "time" | "timestamp" | "interval":
            if old.with_zone != new.with_zone:
                return "the time zone is lost or assumed"
            if new.precision is not None and (old.precision is None or new.precision < old.precision):
                return "fractions of a second are rounded"
        case "enum" | "set" if old.values and set(old.values) - set(new.values):
            gone = ", ".join(sorted(set(old.values) - set(new.values)))
            return f"the values {gone} are no longer there"
    return None


def _length(old: Type, new: Type) -> str | None:
    if new.length is None or (old.length is not None and old.length <= new.length):
        return None
    return f"values longer than {new.length} do not fit"


def _digits(old: Type, new: Type) -> str | None:
    if new.precision is None:
        return None
    if old.kind == "integer":
        before, fraction = {8: 3, 16: 5, 24: 8, 32: 10, 64: 20}.get(old.bits or 32, 20), 0
    elif old.precision is None:
        return f"numbers with more than {new.precision} digits do not fit"
    else:
        fraction = old.scale or 0
        before = old.precision - fraction
    if before > new.precision - (new.scale or 0):
        return f"numbers with more than {new.precision - (new.scale or 0)} digits before the point do not fit"
    return (
        f"values with more than {new.scale or 0} digits after the point are rounded"
        if fraction > (new.scale or 0)
        else None
    )
