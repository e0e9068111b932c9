"""What is lost or changed on the way to another dialect."""

from collections.abc import Sequence

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Object


class Losses:
    """Collects sentences on what a translation could not keep, each with the object that it is about."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def add(self, ref: Ref, what: str) -> None:
        """Note a loss. `what` is the rest of a sentence that begins with the object's name."""
        self.sentences.append(f"{ref}: {what}.")

    def fields(self, ref: Ref, old: Object, names: Sequence[str]) -> None:
        """Note each of these fields of an object that says more than its default does."""
        known = {field.name: field for field in msgspec.structs.fields(old)}
        for name in names:
            value = getattr(old, name)
            default = known[name].default
            if value == (() if isinstance(value, tuple) else {} if isinstance(value, dict) else default):
                continue
            self.add(ref, f"its {_WORDS.get(name, name.replace('_', ' '))}{_shown(value)} is lost")


_WORDS = {
    "nulls_distinct": "treatment of NULLs as equal",
    "validated": "state of not being validated",
    "enforced": "state of not being enforced",
    "hidden": "being invisible",
    "visible": "being invisible",
    "valid": "state of being invalid",
    "nulls_first": "order of NULLs",
    "opclass": "operator class",
    "on_delete_columns": "list of columns to set on delete",
    "prefix_lengths": "limit to the beginning of the columns",
    "prefix_length": "limit to the beginning of the column",
}


def _shown(value: object) -> str:
    match value:
        case bool() | None:
            return ""
        case tuple() if all(isinstance(each, str) for each in value):
            return f" ({', '.join(value)})"
        case str() | int():
            return f" {value}"
        case dict():
            return f" ({', '.join(f'{name} {text}' for name, text in sorted(value.items()))})"
        case _:
            return ""
