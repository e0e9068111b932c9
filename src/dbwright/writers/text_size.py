"""How wide text is drawn, without asking a font: the widths of DejaVu Sans, wider than the fonts that a browser may take instead."""

import unicodedata
from functools import cache

_REGULAR = (
    (27, "'"), (28, "ijl"), (29, "IJ"), (32, " ,."), (34, "/:;\\|"), (35, "f"), (36, "-"), (39, "()[]t"), (40, "!"),
    (41, "r"), (46, '"'), (50, "*_`"), (52, "sz"), (53, "?"), (55, "c"), (56, "L"), (58, "Fk"), (59, "vxy"), (60, "P"),
    (61, "TYao"), (62, "e"), (63, "ESbdghnpqu"), (64, "$0123456789{}"), (66, "K"), (68, "AV"), (69, "BRXZ"), (70, "C"),
    (73, "U"), (75, "HN"), (77, "DG"), (78, "&"), (79, "OQ"), (82, "w"), (84, "#+<=>^~"), (86, "M"), (95, "%"), (97, "m"),
    (99, "W"), (100, "@"),
)  # fmt: skip
_WIDTHS = {character: width / 100 for width, characters in _REGULAR for character in characters}
_BOLD = 1.15
_UNKNOWN, _WIDE = 0.85, 1.4


@cache
def _width(character: str) -> float:
    """Of one character, in parts of the font's size."""
    known = _WIDTHS.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0.0
    return _WIDE if unicodedata.east_asian_width(character) in "WF" or character > "\uffff" else _UNKNOWN


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width that a text surely fits into, in the unit of the font's size."""
    return sum(map(_width, text)) * size * (_BOLD if bold else 1)


def fitted(text: str, limit: int) -> str:
    """A text of at most that many characters; where something is cut off, an ellipsis says so."""
    return text if len(text) <= limit else text[: limit - 1].rstrip("\u200d") + "…"
