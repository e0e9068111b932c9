"""What the triggers of a table say, with the bodies of the functions that they call."""

import re
from collections.abc import Iterable

from dbwright.catalog.objects import Table, Trigger
from dbwright.rules.base import Subject

_FUNCTION = re.compile(r"EXECUTE (?:FUNCTION|PROCEDURE) (?P<name>.+?)\(", re.IGNORECASE | re.DOTALL)


def trigger_texts(subject: Subject, table: Table, events: Iterable[str] = ("insert", "update", "delete")) -> list[str]:
    """The text of each enabled trigger of the table for one of the events; on PostgreSQL with its function's definition."""
    wanted = set(events)
    return [
        f"{trigger.definition}\n{_body(subject, trigger)}"
        for trigger in table.triggers
        if wanted.intersection(trigger.events) and trigger.enabled not in ("disabled", "replica")
    ]


def mentions(text: str, name: str) -> bool:
    """Whether a name stands in a text as a word of its own, plain or quoted, in any case."""
    spellings = {name, name.replace('"', '""'), name.replace("`", "``")}
    return any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text, re.IGNORECASE) for each in spellings)


def _body(subject: Subject, trigger: Trigger) -> str:
    called = _FUNCTION.search(trigger.definition) if subject.engine == "postgres" else None
    if called is None:
        return ""
    path = [
        part.replace('""', '"')
        for part in re.findall(r'(?:"((?:[^"]|"")*)"|([^".]+))', called["name"])
        for part in part
        if part
    ]
    found = (
        each
        for each in subject.catalog.routines
        if each.name == path[-1] and (len(path) == 1 or each.namespace == path[0])
    )
    return "\n".join(each.definition for each in found)
