"""PostgreSQL's exclusion constraints, read from how the engine prints them."""

from __future__ import annotations

import re
from collections.abc import Callable

from dbwright.catalog.objects import Table
from dbwright.seed.checks.checked import Condition, Excluded, ExcludedPart
from dbwright.seed.checks.reading import read
from dbwright.seed.checks.terms import Call, Constant, Name, NotRead, bare, columns_of

_SETTINGS = re.compile(
    r"\s+(?:COLLATE\s+\S+|ASC|DESC|NULLS\s+(?:FIRST|LAST)|[a-z_][\w.]*_ops(?:\s*\(.*\))?)$", re.I | re.S
)


def excluded_of(table: Table, condition: Callable[[str, str], Condition]) -> tuple[tuple[Excluded, ...], list[str]]:
    """A table's exclusion constraints, and sentences on those that are not understood.

    condition: makes the condition of a WHERE from what asks for it and its text.
    """
    found, unread = [], []
    for exclusion in table.exclusions:
        where = f"exclusion constraint {exclusion.name}"
        try:
            parts, predicate = _split(exclusion.definition)
            elements = tuple(_part(each) for each in parts)
        except NotRead as reason:
            unread.append(f"The {where} is left to the database to judge: {reason}.")
            continue
        found.append(
            Excluded(name=exclusion.name, parts=elements, where=condition(where, predicate) if predicate else None)
        )
    return tuple(found), unread


def _split(definition: str) -> tuple[list[str], str | None]:
    """The elements and the predicate, as texts."""
    start = definition.find("(")
    end = _close(definition, start)
    if start < 0 or end < 0:
        raise NotRead("its definition is not understood")
    where = re.match(
        r"\s*(?:INCLUDE\s*\([^)]*\)\s*)?(?:WITH\s*\([^)]*\)\s*)?WHERE\s*(?=\()", definition[end + 1 :], re.I
    )
    predicate = None
    if where:
        opened = end + 1 + where.end()
        predicate = definition[opened + 1 : _close(definition, opened)]
    return _commas(definition[start + 1 : end]), predicate


def _close(text: str, start: int) -> int:
    """Where the bracket that opens at `start` closes; -1 where it does not."""
    depth, quote = 0, ""
    for at in range(max(start, 0), len(text)):
        letter = text[at]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            if depth == 0:
                return at
    return -1


def _commas(text: str) -> list[str]:
    """The parts between the commas outside of all brackets and quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "()[]":
            depth += 1 if letter in "([" else -1
        elif letter == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [each.strip() for each in (*parts, text[start:])]


def _part(element: str) -> ExcludedPart:
    found = re.match(r"(.*)\s+WITH\s+(?:OPERATOR\(\S*?\.?([^\w\s.()]+)\)|(\S+))$", element, re.S)
    if found is None:
        raise NotRead(f"its element {element} is not understood")
    expression, operator = found[1].strip(), found[2] or found[3]
    while stripped := _SETTINGS.search(expression):
        expression = expression[: stripped.start()]
    term = bare(read(expression, "postgres"))
    columns = columns_of(term)
    if isinstance(term, Name):
        return ExcludedPart(expression=expression, operator=operator, columns=columns, column=term.column)
    if isinstance(term, Call) and term.function == "make_range" and len(term.arguments) in (2, 3):
        start, end, *rest = (bare(each) for each in term.arguments)
        bounds = rest[0].value if rest and isinstance(rest[0], Constant) else "[)"
        if isinstance(start, Name) and isinstance(end, Name):
            return ExcludedPart(
                expression=expression,
                operator=operator,
                columns=columns,
                start=start.column,
                end=end.column,
                bounds=str(bounds),
            )
    return ExcludedPart(expression=expression, operator=operator, columns=columns)
