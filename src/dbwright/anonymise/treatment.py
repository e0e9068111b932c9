"""What can be done with a column, as one function a treatment: a value and the key of its row in, another value out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import msgspec

from dbwright.anonymise.key import Key

Change: TypeAlias = Callable[[Any, str], Any]
"""(value, the row's primary key as text) → what is written instead. Never asked about NULL."""


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What a treatment works with.

    key: the secret. locale: of names and words. length: the longest text that the column takes. unique: whether values must differ.
    options: what the rules say beside the treatment's name ("days", "to", "value").
    """

    key: Key
    locale: str = "en"
    length: int | None = None
    unique: bool = False
    options: dict[str, Any] = {}


Telling: TypeAlias = Callable[[object], Iterable[object]]
"""A value → what in it must not be found in the copy."""


def _whole(setting: Setting) -> Telling:
    return lambda value: (value,)


class Treatment(msgspec.Struct, frozen=True, kw_only=True):
    """A way to treat a column.

    make: its function for a setting. sentence: what it does, for the report. per_value: whether the result depends on the value
    alone, so that equal stays equal. hides: whether the original must not be found anywhere in the copy afterwards; what keeps
    values, or draws common names by chance, cannot promise that. telling: what of a value must not be found; not what the treatment
    leaves, or may draw by chance.
    """

    name: str
    make: Callable[[Setting], Change]
    sentence: str
    per_value: bool = True
    hides: bool = False
    telling: Callable[[Setting], Telling] = _whole


def fitted(text: str, length: int | None) -> str:
    """A text cut to what a column takes."""
    return text if length is None or len(text) <= length else text[:length].rstrip() or text[:length]
