"""The columns that an SQL expression names, and the same expression with other names for them."""

import re
from collections.abc import Collection, Mapping

_TOKEN = re.compile(
    r"""(?P<text>'(?:[^']|'')*')|"(?P<quoted>(?:[^"]|"")*)"|`(?P<ticked>(?:[^`]|``)*)`"""
    r"|(?P<cast>::\s*[\w\".]+(?: varying| precision| with(?:out)? time zone)?)|(?P<word>(?<![\w.$])[^\W\d][\w$]*)(?!\s*\()"
)


def mentioned(expression: str, columns: Collection[str]) -> frozenset[str]:
    """Those of some columns that the expression names; words in texts, types and functions are none."""
    return frozenset(name for match in _TOKEN.finditer(expression) if (name := _name(match, columns)) is not None)


def renamed(expression: str, called: Mapping[str, str]) -> str:
    """The expression with columns called otherwise. called: what stands for each, quoted where it must be."""

    def other(match: re.Match[str]) -> str:
        name = _name(match, called)
        return match[0] if name is None else called[name]

    return _TOKEN.sub(other, expression)


def _name(match: re.Match[str], columns: Collection[str]) -> str | None:
    quoted = match["quoted"] if match["quoted"] is not None else match["ticked"]
    if quoted is not None:
        mark = match[0][0]
        name = quoted.replace(mark * 2, mark)
        return next((each for each in columns if each == name), None)
    word = match["word"]
    if word is None:
        return None
    return next((each for each in columns if each.lower() == word.lower()), None)
