"""Differences between two catalogs: as a list, as a tree by table, and as JSON."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import msgspec

from dbwright.catalog.names import Ref
from dbwright.change.compare import Difference, FieldChange
from dbwright.change.operations import Operation

_MARKS = {"added": "+", "removed": "-", "changed": "~"}


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown: the differences, both sources by name, renames as (old, new name), likely renames and notes as sentences."""

    differences: tuple[Difference, ...]
    old: str
    new: str
    renamed: tuple[tuple[Ref, str], ...] = ()
    likely: tuple[str, ...] = ()
    operations: tuple[Operation, ...] = ()
    notes: tuple[str, ...] = ()


def render(compared: Compared, form: str) -> str:
    """The differences as "text", "tree" or "json"."""
    if form == "json":
        return _json(compared)
    lines = [f"note: {note}" for note in compared.notes]
    if not compared.differences and not compared.renamed:
        return "\n".join([*lines, f"{compared.old} and {compared.new} hold the same schema."])
    lines += [f"--- {compared.old}", f"+++ {compared.new}"]
    lines += [f"> {ref.kind} {ref} → {to}" for ref, to in compared.renamed]
    lines += _tree(compared.differences) if form == "tree" else _list(compared.differences)
    count = len(compared.differences) + len(compared.renamed)
    lines += ["", f"{count} object{'s differ' if count != 1 else ' differs'}."]
    return "\n".join([*lines, *compared.likely])


def _list(differences: Iterable[Difference]) -> list[str]:
    lines = []
    for each in differences:
        lines.append(f"{_MARKS[each.change]} {_kind(each.target)} {each.target}".rstrip())
        lines += [f"    {_change(change)}" for change in each.fields]
    return lines


def _tree(differences: Sequence[Difference]) -> list[str]:
    """One branch a table or other object, its parts below it."""
    lines = []
    for path, group in groupby(differences, key=lambda each: each.target.path[:2]):
        of_path = list(group)
        parts = [each for each in of_path if _is_part(each.target)]
        wholes: list[Difference | None] = [each for each in of_path if not _is_part(each.target)]
        for number, whole in enumerate(wholes or [None], 1):
            # A table and another object may share a name; the parts are the last one's.
            lines += _branch(whole, path, parts if number == max(len(wholes), 1) else [])
    return lines


def _is_part(ref: Ref) -> bool:
    return len(ref.path) > 2 or ref.kind == "primary_key"


def _branch(whole: Difference | None, path: tuple[str, ...], parts: Sequence[Difference]) -> list[str]:
    if whole is None:
        lines = [f"~ table {Ref('table', path)}"]
    else:
        lines = [f"{_MARKS[whole.change]} {_kind(whole.target)} {whole.target}".rstrip()]
        lines += [f"│    {_change(change)}" for change in whole.fields]
    for number, part in enumerate(parts, 1):
        is_last = number == len(parts)
        name = part.target.name if len(part.target.path) > 2 else ""
        lines.append(f"{'└' if is_last else '├'}─ {_MARKS[part.change]} {_kind(part.target)} {name}".rstrip())
        lines += [f"{' ' if is_last else '│'}      {_change(change)}" for change in part.fields]
    return lines


def _kind(ref: Ref) -> str:
    return "schema" if ref.kind == "namespace" else ref.kind.replace("_", " ")


def _change(change: FieldChange) -> str:
    return f"{change.field.replace('_', ' ')}: {_shown(change.old)} → {_shown(change.new)}"


def _shown(value: str | None) -> str:
    if value is None:
        return "(none)"
    return value if "\n" not in value else msgspec.json.encode(value).decode()


def _json(compared: Compared) -> str:
    listed = [
        {
            "change": each.change,
            "target": _target(each.target),
            "fields": [{"field": f.field, "old": f.old, "new": f.new} for f in each.fields],
        }
        for each in compared.differences
    ]
    whole = {
        "version": 1,
        "old": compared.old,
        "new": compared.new,
        "equal": not compared.differences and not compared.renamed,
        "differences": listed,
        "renamed": [{"target": _target(ref), "to": to} for ref, to in compared.renamed],
        "operations": [operation_json(each) for each in compared.operations],
        "likely_renames": compared.likely,
        "notes": compared.notes,
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode()


def operation_json(operation: Operation) -> dict[str, Any]:
    """An operation for JSON: its name, its target, its sentence."""
    return {
        "operation": type(operation).__name__,
        "target": _target(operation.target),
        "description": operation.describe(),
    }


def _target(ref: Ref) -> dict[str, Any]:
    return {"kind": ref.kind, "path": ref.shown_path}
