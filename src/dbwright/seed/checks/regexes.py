"""Patterns of SQL (LIKE, GLOB, SIMILAR TO, regular expressions of the engines) as regular expressions of Rust and of Python."""

from __future__ import annotations

import re


def like_to_regex(pattern: str, escape: str = "\\") -> str:
    """The regular expression of a LIKE pattern, for the whole text. escape: empty for none."""
    parts, at = [], 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == escape and at + 1 < len(pattern):
            at += 1
            parts.append(_literal(pattern[at]))
        else:
            parts.append({"%": ".*", "_": "."}.get(letter) or _literal(letter))
        at += 1
    return f"^{''.join(parts)}$"


def glob_to_regex(pattern: str) -> str:
    """The regular expression of a GLOB pattern of SQLite, for the whole text."""
    parts, at = [], 0
    while at < len(pattern):
        letter = pattern[at]
        close = pattern.find("]", at + (3 if pattern[at + 1 : at + 2] == "^" else 2)) if letter == "[" else -1
        if close > 0:
            inside = pattern[at + 1 : close]
            negated = inside.startswith("^")
            inside = inside[1:] if negated else inside
            escaped = re.sub(r"([\\\[\]^&~])", r"\\\1", inside)
            parts.append(f"[{'^' if negated else ''}{escaped}]")
            at = close
        else:
            parts.append({"*": ".*", "?": "."}.get(letter) or _literal(letter))
        at += 1
    return f"^{''.join(parts)}$"


def similar_to_regex(pattern: str, escape: str = "\\") -> str:
    """The regular expression of a SIMILAR TO pattern, for the whole text."""
    parts, at, inside = [], 0, False
    while at < len(pattern):
        letter = pattern[at]
        if letter == escape and at + 1 < len(pattern):
            at += 1
            parts.append(_literal(pattern[at]))
        elif inside:
            inside = letter != "]"
            parts.append(letter)
        elif letter == "[":
            inside = True
            parts.append(letter)
        elif letter in "%_":
            parts.append({"%": ".*", "_": "."}[letter])
        elif letter in ".^$\\":
            parts.append(_literal(letter))
        else:
            parts.append("(?:" if letter == "(" else letter)
        at += 1
    return f"^(?:{''.join(parts)})$"


def engine_regex(pattern: str, engine: str) -> str:
    """A regular expression of an engine in the words that Rust and Python share.

    PostgreSQL: Henry Spencer's advanced regular expressions; \\m, \\M and \\y are borders of words.
    """
    if engine != "postgres":
        return pattern
    pattern = pattern.removeprefix("***:")
    return re.sub(
        r"(?<!\\)((?:\\\\)*)\\([mMyAZ])", lambda found: found[1] + {"A": "^", "Z": "$"}.get(found[2], r"\b"), pattern
    )


def flags(engine: str, *, any_case: bool) -> str:
    """What stands before the expression: the dot takes in ends of lines in PostgreSQL, LIKE and GLOB."""
    letters = ("s" if engine in ("postgres", "like") else "") + ("i" if any_case else "")
    return f"(?{letters})" if letters else ""


def for_rust(pattern: str) -> str:
    """POSIX classes with the letters of all scripts, as the engines have them."""
    classes = {
        "alpha": r"\p{Alphabetic}",
        "alnum": r"\p{Alphabetic}\p{Nd}",
        "upper": r"\p{Uppercase}",
        "lower": r"\p{Lowercase}",
        "space": r"\s",
    }
    return re.sub(r"\[:(\w+):\]", lambda found: classes.get(found[1], found[0]), pattern)


def for_python(pattern: str) -> str:
    """POSIX classes spelled out, which Python's expressions lack."""
    classes = {"alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s",
               "xdigit": "0-9A-Fa-f", "punct": r"!-/:-@\[-`{-~", "word": r"\w", "blank": r" \t"}  # fmt: skip
    return re.sub(r"\[:(\w+):\]", lambda found: classes.get(found[1], found[0]), pattern)


def _literal(letter: str) -> str:
    return f"\\{letter}" if letter in r"\.+*?()|[]{}^$-&~#" else letter
