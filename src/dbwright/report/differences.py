"""Differences between two catalogs, as text and as JSON."""

from collections.abc import Sequence

import msgspec

from dbwright.change.compare import Difference

_MARKS = {"added": "+", "removed": "-", "changed": "~"}


def render(differences: Sequence[Difference], old: str, new: str, notes: Sequence[str], form: str) -> str:
    """The differences as "text" or "json"; `old` and `new` are the shown names of the sources."""
    return _json(differences, old, new, notes) if form == "json" else _text(differences, old, new, notes)


def _text(differences: Sequence[Difference], old: str, new: str, notes: Sequence[str]) -> str:
    lines = [f"note: {note}" for note in notes]
    if not differences:
        return "\n".join([*lines, f"{old} and {new} hold the same schema."])
    lines += [f"--- {old}", f"+++ {new}"]
    for each in differences:
        lines.append(f"{_MARKS[each.change]} {each.target.kind.replace('_', ' ')} {each.target}".rstrip())
        lines += [
            f"    {change.field.replace('_', ' ')}: {_shown(change.old)} → {_shown(change.new)}"
            for change in each.fields
        ]
    count = len(differences)
    return "\n".join([*lines, "", f"{count} object{'s differ' if count != 1 else ' differs'}."])


def _shown(value: str | None) -> str:
    if value is None:
        return "(none)"
    return value if "\n" not in value else msgspec.json.encode(value).decode()


def _json(differences: Sequence[Difference], old: str, new: str, notes: Sequence[str]) -> str:
    listed = [
        {
            "change": each.change,
            "target": {"kind": each.target.kind, "path": each.target.shown_path},
            "fields": [{"field": f.field, "old": f.old, "new": f.new} for f in each.fields],
        }
        for each in differences
    ]
    whole = {"version": 1, "old": old, "new": new, "equal": not differences, "differences": listed, "notes": notes}
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode()
