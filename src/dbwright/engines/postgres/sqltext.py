"""Small readings of expressions as the server prints them: brackets, commas, and what is inside quotes."""

import re
from collections.abc import Iterator

_QUOTED = re.compile(r"""E'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*\"""", re.DOTALL)

_ARRAY_CAST = re.compile(r'::((?:[\w ]|"[^"]*"|\.)+(?:\([0-9, ]+\))?[\w ]*)\[\]')


def _plain_characters(text: str) -> Iterator[tuple[int, str]]:
    """The characters outside quotes, with their places."""
    start = 0
    for match in _QUOTED.finditer(text):
        yield from ((place, text[place]) for place in range(start, match.start()))
        start = match.end()
    yield from ((place, text[place]) for place in range(start, len(text)))


def without_outer_brackets(expression: str) -> str:
    """The expression without one pair of brackets around the whole of it, if there is one."""
    text = expression.strip()
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for place, character in _plain_characters(text):
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0 and place < len(text) - 1:
                return text
    return text[1:-1].strip() if depth == 0 else text


def split_at_commas(text: str) -> list[str]:
    """The parts of a list, cut at the commas outside of quotes and brackets."""
    parts, depth, start = [], 0, 0
    for place, character in _plain_characters(text):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def stable(expression: str) -> str:
    """The expression as the server prints it from the second time on.

    A list of texts compared with a varchar is printed `(ARRAY['a'::character varying])::text[]`; made again from that, the
    cast stands at each element. Nothing else that the server prints changes when it is read again.
    """
    start = expression.find("(ARRAY[")
    while start >= 0:
        match = _cast_list(expression, start)
        if match:
            end, elements, type_ = match
            inside = ", ".join(f"({element})::{type_}" for element in elements)
            expression = f"{expression[:start]}ARRAY[{inside}]{expression[end:]}"
        start = expression.find("(ARRAY[", start + 1)
    return expression


def _cast_list(text: str, start: int) -> tuple[int, list[str], str] | None:
    """Where a cast list that begins at a place ends, its elements, and the type of each."""
    outside = dict(_plain_characters(text))
    if start not in outside:
        return None
    depth = 0
    for place in range(start, len(text)):
        character = outside.get(place)
        if character in ("(", "["):
            depth += 1
        elif character in (")", "]"):
            depth -= 1
        if depth == 0 and character == ")":
            cast = _ARRAY_CAST.match(text, place + 1)
            if cast is None or text[place - 1] != "]":
                return None
            return cast.end(), split_at_commas(text[start + len("(ARRAY[") : place - 1]), cast[1]
    return None
