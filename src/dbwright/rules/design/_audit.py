"""Columns that say when a row was made and last changed, as far as names and types say."""

from dbwright.catalog.objects import Column, Table
from dbwright.rules.base import Subject
from dbwright.rules.design._names import word_set, words
from dbwright.rules.design._tables import base_type
from dbwright.rules.design._triggers import mentions, trigger_texts

_MADE = word_set("created inserted added creation")
_CHANGED = word_set("updated modified changed modification update")
_MOMENTS = word_set("at on date time timestamp ts")


def made_column(subject: Subject, table: Table) -> Column | None:
    """The column that says when a row was made: created_at, date_created, CreatedOn …; None where there is none."""
    return next((column for column in table.columns if _is_moment(subject, column, _MADE)), None)


def changed_column(subject: Subject, table: Table) -> Column | None:
    """The column that says when a row was last changed: updated_at, last_modified, last_update …; None where there is none."""
    return next((column for column in table.columns if _is_moment(subject, column, _CHANGED)), None)


def _is_moment(subject: Subject, column: Column, said: frozenset[str]) -> bool:
    named = [word for word in words(column.name) if word != "last"]
    if not named or not said.intersection(named) or not set(named) <= said | _MOMENTS:
        return False
    type_ = base_type(subject, column.type)
    return type_.kind in ("timestamp", "date") or (
        subject.engine == "sqlite" and (type_.is_text or type_.kind == "untyped")
    )


def now(subject: Subject, column: Column) -> str | None:
    """The engine's expression for the present moment, as a default of the column; None where it has none of the column's type."""
    kind = column.type.kind
    if subject.engine == "postgres":
        return {"timestamp": "CURRENT_TIMESTAMP", "date": "CURRENT_DATE"}.get(kind)
    if subject.engine == "mysql":
        digits = f"({column.type.precision})" if column.type.precision else ""
        return f"CURRENT_TIMESTAMP{digits}" if kind == "timestamp" else None
    return (
        "CURRENT_DATE" if kind == "date" else "CURRENT_TIMESTAMP" if kind in ("timestamp", "text", "varchar") else None
    )


def sets(subject: Subject, table: Table, column: Column, event: str) -> bool:
    """Whether a trigger of that event ("insert", "update") says the column, itself or in the function that it calls."""
    return any(mentions(text, column.name) for text in trigger_texts(subject, table, (event,)))
