"""The colours of diagrams: one hue a namespace, readable on paper and on screen."""

import msgspec


class Shade(msgspec.Struct, frozen=True):
    """A namespace's colour: soft behind a title, strong around a table; and both for a dark page."""

    soft: str
    strong: str
    dark_soft: str
    dark_strong: str


class Ink(msgspec.Struct, frozen=True):
    """The colours that all diagrams share."""

    line: str = "#5b6573"
    key: str = "#9a5b00"
    faint: str = "#66707c"
    missing: str = "#c0392b"


INK = Ink()
SHADES = (
    Shade("#dbe8fb", "#3b72c4", "#1f3a63", "#6d9eea"),
    Shade("#d9f2e3", "#2b8a57", "#17472f", "#5cc08b"),
    Shade("#fde8d2", "#c26a12", "#573410", "#eba055"),
    Shade("#efe1fa", "#8548b8", "#43265e", "#bb8be6"),
    Shade("#fbdfe4", "#c23b58", "#5a2230", "#ee8499"),
    Shade("#d5f0f2", "#1d8590", "#0f4449", "#53bcc6"),
    Shade("#f4efc6", "#8b7a0c", "#463e0a", "#cbb83f"),
    Shade("#e4e6ea", "#5b6573", "#353c46", "#9aa5b4"),
    Shade("#e6f2c9", "#5f8a14", "#30450c", "#9fca52"),
    Shade("#f9ddf1", "#b03a90", "#521d44", "#e283c8"),
)

GREY = 7
"""The number of the shade for what belongs to no group."""


def colour(hue: int) -> Shade:
    """The shade of a namespace's number; they come round again after the last."""
    return SHADES[hue % len(SHADES)]
