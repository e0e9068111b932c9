"""The regular expressions that conditions on one column ask of its texts."""

from __future__ import annotations

import re

import msgspec

from dbwright.catalog.types import Type
from dbwright.seed.base import Limit
from dbwright.seed.checks.regexes import engine_regex, glob_to_regex, like_to_regex, similar_to_regex
from dbwright.seed.checks.terms import Call, Constant, Name, Term, bare, walk

_MONTHS = r"(0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8])"
_LEAP_YEARS = "19([579][26]|[68][048])|20([02][048]|[13][26])"
_DATE = rf"((19[5-9]\d|20[0-3]\d)-({_MONTHS})|({_LEAP_YEARS})-02-29)"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
_FORMS = {"date": _DATE, "time": _TIME, "datetime": f"{_DATE} {_TIME}"}


def with_moments(limit: Limit, term: Term, column: str, type_: Type, engine: str) -> Limit:
    """Texts of SQLite that a condition takes for dates are written as such."""
    if engine != "sqlite" or not type_.is_text or any(each in limit.patterns for each in _FORMS.values()):
        return limit
    used = {
        each.function: each
        for each in walk(term)
        if isinstance(each, Call) and Name(column) in map(bare, each.arguments)
    }
    kept = {each for each in used if each in _FORMS and isinstance(term, Call) and term.function in ("=", "same")}
    taken = kept or (used.keys() & {"strftime", "julianday", "unixepoch", *_FORMS})
    if not taken:
        return limit
    form = next((each for each in ("datetime", "date", "time") if each in taken), "date")
    return msgspec.structs.replace(limit, patterns=(*limit.patterns, _FORMS[form]))


def pattern_of(term: Call, engine: str) -> str | None:
    """The regular expression for the whole text that a condition asks for."""
    function, arguments = term.function, term.arguments
    constant = bare(arguments[1]) if len(arguments) > 1 else None
    if (
        isinstance(constant, Call)
        and constant.function == "similar_to_escape"
        and isinstance(constant.arguments[0], Constant)
    ):
        function, constant = "similar", constant.arguments[0]
    if not isinstance(constant, Constant) or not isinstance(constant.value, str):
        return None
    escape = (
        arguments[2].value
        if len(arguments) > 2 and isinstance(arguments[2], Constant)
        else ("" if engine == "sqlite" else "\\")
    )
    match function:
        case "like" | "ilike":
            return like_to_regex(constant.value, str(escape))[1:-1]
        case "glob":
            return glob_to_regex(constant.value)[1:-1]
        case "similar":
            return similar_to_regex(constant.value)[1:-1]
        case "starts_with":
            return f"{re.escape(constant.value)}.*"
        case "regexp" | "iregexp":
            return whole(engine_regex(constant.value, engine))
    return None


def pattern_without(term: Call, engine: str) -> str | None:
    """The regular expression of texts without any letter of a class: NOT GLOB '*[^0-9]*', !~ '[^a-z]'."""
    pattern = pattern_of(term, engine)
    found = re.fullmatch(r"\.\*\[(\^?)((?:\\.|\[:\w+:\]|[^\]\\])+)\]\.\*", pattern or "")
    return None if found is None else f"[{'' if found[1] else '^'}{found[2]}]*"


def whole(pattern: str) -> str:
    """A regular expression that is found somewhere in a text as one that the whole text must match."""
    if "|" in re.sub(r"\[[^\]]*\]|\([^()]*\)|\\.", "", pattern):
        sides = pattern if pattern.startswith("^(") and pattern.endswith(")$") else None
        if sides is None:
            return f"(?:{'|'.join(whole(each) for each in _top_level(pattern))})"
    begins, ends = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith("\\$")
    inner = pattern[1 if begins else 0 : -1 if ends else None]
    return f"{'' if begins else '.*'}{inner}{'' if ends else '.*'}"


def _top_level(pattern: str) -> list[str]:
    """The alternatives of a regular expression outside of all brackets."""
    parts, depth, inside, start, at = [], 0, False, 0, 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\":
            at += 1
        elif inside:
            inside = letter != "]"
        elif letter == "[":
            inside = True
            at += 1 if pattern[at + 1 : at + 2] in ("]", "^") else 0
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == "|" and depth == 0:
            parts.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*parts, pattern[start:]]
