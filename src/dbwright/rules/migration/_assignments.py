"""What an UPDATE or an INSERT gives values to, read from its text."""

from dbwright.rules.migration._text import tokens, unquoted

_ENDS = frozenset(("WHERE", "FROM", "RETURNING", "ORDER", "LIMIT", ";"))


def assigned(text: str, engine: str) -> list[str]:
    """The columns that UPDATE … SET names, in their order, as often as it names them; of an upsert, those of its update."""
    found: list[str] = []
    words = list(tokens(text, engine))
    upper = [word.upper() for word in words]
    starts = [place for place, word in enumerate(upper) if _begins(upper, place, word)]
    for start in starts:
        found += _after(words, upper, start + 1)
    return found


def inserted(text: str, engine: str) -> list[str]:
    """The columns that INSERT INTO … (…) names, in their order, as often as it names them."""
    words = list(tokens(text, engine))
    upper = [word.upper() for word in words]
    if not upper or upper[0] not in ("INSERT", "REPLACE") or "(" not in upper:
        return []
    start = upper.index("(")
    if any(word in ("SELECT", "VALUES", "VALUE", "SET", "DEFAULT") for word in upper[:start]):
        return []
    end = upper.index(")", start) if ")" in upper[start:] else len(words)
    held = words[start + 1 : end]
    if held[1::2] != [","] * (len(held) // 2) or (held and held[0].upper() in ("SELECT", "WITH", "VALUES")):
        return []
    return [unquoted(word) for word in held[::2]]


def _begins(upper: list[str], place: int, word: str) -> bool:
    """Whether a list of assignments begins after this word: SET in an UPDATE, UPDATE in MySQL's ON DUPLICATE KEY UPDATE."""
    if word == "SET":
        return "UPDATE" in upper[:place]
    return word == "UPDATE" and upper[max(0, place - 3) : place] == ["ON", "DUPLICATE", "KEY"]


def _after(words: list[str], upper: list[str], place: int) -> list[str]:
    found: list[str] = []
    depth = 0
    expects = True
    while place < len(words):
        word = words[place]
        if depth == 0 and upper[place] in _ENDS:
            break
        if depth == 0 and expects:
            names, place = _names(words, place)
            found += names
            expects = False
            continue
        depth += word in ("(", "[")
        depth -= word in (")", "]")
        if depth < 0:
            break
        if depth == 0 and word == ",":
            expects = True
        place += 1
    return found


def _names(words: list[str], place: int) -> tuple[list[str], int]:
    """The column, or the columns in brackets, to the left of the next "=", and the place of that."""
    names: list[str] = []
    while place < len(words) and words[place] != "=":
        word = words[place]
        if word == ".":
            names = names[:-1]
        elif word not in ("(", ")", ",", ":"):
            names.append(unquoted(word))
        place += 1
    return names, place
