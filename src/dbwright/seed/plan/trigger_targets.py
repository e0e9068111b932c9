"""Which tables are written by triggers of other tables, as far as the texts of triggers and routines tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dbwright.catalog.objects import Catalog, Table, Trigger
from dbwright.seed.plan.base import Path

_NAME = r"(?:\"(?:[^\"]|\"\")+\"|`[^`]+`|\[[^\]]+\]|[\w$]+)"
_WRITES = re.compile(
    rf"\b(?:INSERT\s+(?:OR\s+\w+\s+|IGNORE\s+|LOW_PRIORITY\s+|DELAYED\s+)*INTO|REPLACE\s+INTO|MERGE\s+INTO)\s+({_NAME}(?:\s*\.\s*{_NAME})?)",
    re.IGNORECASE,
)
_CALLS = re.compile(
    rf"\b(?:EXECUTE\s+(?:FUNCTION|PROCEDURE)|CALL|PERFORM|SELECT)\s+({_NAME}(?:\s*\.\s*{_NAME})?)\s*\(", re.IGNORECASE
)
_PARTS = re.compile(_NAME)
_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def filled_by_triggers(catalog: Catalog) -> dict[Path, str]:
    """The tables that triggers of other tables insert into, with a sentence that names the trigger."""
    names = {table.name.lower(): table for table in catalog.tables}
    routines: dict[str, list[str]] = {}
    for routine in catalog.routines:
        routines.setdefault(routine.name.lower(), []).append(routine.definition)
    found: dict[Path, str] = {}
    for table in catalog.tables:
        for trigger in table.triggers:
            if trigger.enabled in ("disabled", "replica"):
                continue
            for target in _targets(trigger, routines):
                filled = names.get(target)
                if filled is not None and filled is not table and filled.partition_of is None:
                    path = (filled.namespace, filled.name)
                    found.setdefault(path, f"the trigger {trigger.name} of {table.ref} {_when(trigger)}")
    return found


def _when(trigger: Trigger) -> str:
    if "insert" in trigger.events:
        return "writes its rows"
    return (
        f"writes its rows when others {' or '.join('change' if each == 'update' else 'go' for each in trigger.events)}"
    )


def _targets(trigger: Trigger, routines: Mapping[str, list[str]]) -> Iterator[str]:
    """Lower-case names of tables that a trigger inserts into, by itself or by the routines that it calls."""
    waiting, seen = [trigger.definition], set[str]()
    while waiting:
        text = _COMMENTS.sub(" ", waiting.pop())
        for match in _WRITES.finditer(text):
            yield _last(match[1])
        for match in _CALLS.finditer(text):
            name = _last(match[1])
            if name in routines and name not in seen:
                seen.add(name)
                waiting += routines[name]


def _last(name: str) -> str:
    """The last part of a name, without quotes, in lower case."""
    part = str(_PARTS.findall(name)[-1])
    return (part[1:-1] if part[0] in '"`[' else part).lower()


def writes(table: Table) -> bool:
    """Whether a table has triggers that fire when rows are inserted."""
    return any(
        "insert" in trigger.events and trigger.enabled not in ("disabled", "replica") for trigger in table.triggers
    )
