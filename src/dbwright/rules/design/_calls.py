"""The calls of functions in an expression of PostgreSQL, as `pg_get_expr` prints it, outside of sub-selects."""

import re
from collections.abc import Collection, Iterator

import msgspec

_TOKEN = re.compile(
    r"""(?P<text>E?'(?:[^']|'')*')|(?P<name>(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)(?:\.(?:"(?:[^"]|"")+"|[^\W\d][\w$]*))*)|(?P<mark>.)""",
    re.DOTALL,
)
_NO_FUNCTIONS = frozenset(
    "and or not in is any all some case when then else end exists select from where between like ilike row array cast "
    "coalesce nullif greatest least values as numeric varchar char character bit timestamp time interval".split()
)


class Call(msgspec.Struct, frozen=True):
    """A call: the function's name without quotes, where it stands, and whether its arguments look at the row."""

    name: str
    start: int
    end: int
    reads_row: bool


def calls(expression: str, columns: Collection[str]) -> Iterator[Call]:
    """The calls of functions in an expression, the outer before the inner, none of those within a sub-select."""
    tokens = [match for match in _TOKEN.finditer(expression) if not match[0].isspace()]
    closing = _closing(tokens)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        if token[0] == "(" and after is not None and after[0].upper() == "SELECT":
            place = closing.get(place, len(tokens))
        elif token["name"] and after is not None and after[0] == "(" and token[0].lower() not in _NO_FUNCTIONS:
            end = closing.get(place + 1)
            if end is None:
                return
            inside = tokens[place + 2 : end]
            reads = any(each["name"] and _plain(each[0]).rpartition(".")[2] in columns for each in inside)
            yield Call(_plain(token[0]), token.start(), tokens[end].end(), reads)
        place += 1


def names_in(expression: str) -> list[str]:
    """Every name in an expression, without quotes: columns, functions, types and words of the language."""
    return [_plain(token["name"]) for token in _TOKEN.finditer(expression) if token["name"]]


def _closing(tokens: list[re.Match[str]]) -> dict[int, int]:
    """For each opening bracket the place of the one that closes it."""
    waiting: list[int] = []
    found: dict[int, int] = {}
    for place, token in enumerate(tokens):
        if token[0] == "(":
            waiting.append(place)
        elif token[0] == ")" and waiting:
            found[waiting.pop()] = place
    return found


def _plain(name: str) -> str:
    """A name without quotes: "auth"."uid" → auth.uid."""
    return name.replace('""', "\0").replace('"', "").replace("\0", '"')


def wrapped(expression: str, columns: Collection[str], names: Collection[str]) -> str:
    """The expression with each outermost call of these functions that doesn't look at the row in a sub-select."""
    result, place = [], 0
    for call in calls(expression, columns):
        if call.start < place or call.reads_row or call.name not in names:
            continue
        result.append(f"{expression[place : call.start]}( SELECT {expression[call.start : call.end]})")
        place = call.end
    return "".join(result) + expression[place:]
