"""What all engines share when they ask the rows: whether a question makes sense, and how values are shown."""

from collections.abc import Callable, Iterable

from dbwright.catalog.facts import (
    Answer,
    CountDistinct,
    CountNulls,
    CountOrphans,
    CountOutOfOrder,
    CountUnequal,
    CountUnequalText,
    MaximumOf,
    Question,
    TextShapes,
    TopValues,
    Unanswered,
    key_of,
)
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Table

EXAMPLES = 5
"""The most rows that show a fault."""

HALF_A_CENT = "0.005000001"
"""With a little room, since sums of floating-point numbers that are equal in decimals may differ."""


def answer_by_table(
    lookup: Lookup, questions: Iterable[Question], ask: Callable[[Table, list[Question]], dict[Question, Answer]]
) -> dict[Question, Answer]:
    """All answers, the questions on one table asked together; those on a table that is not there are Unanswered."""
    by_table: dict[tuple[str, ...], list[Question]] = {}
    for question in sorted(set(questions), key=key_of):
        by_table.setdefault(question.table.path[:2], []).append(question)
    answers: dict[Question, Answer] = {}
    for path, asked in by_table.items():
        table = lookup.table(path)
        if table is None:
            answers |= {each: Unanswered(rows=0, reason=f"There is no table {each.table}.") for each in asked}
        else:
            answers |= ask(table, asked)
    return answers


def missing_from(question: Question, table: Table, lookup: Lookup) -> str | None:
    """The first column or table of the question that is not there. Some engines take an unknown name for a string."""
    wanted: list[str] = []
    match question:
        case CountNulls() | MaximumOf() | TopValues() | TextShapes():
            wanted = [question.column]
        case CountDistinct() | CountOrphans():
            wanted = list(question.columns)
        case CountOutOfOrder():
            wanted = [question.first, question.second]
        case CountUnequal():
            wanted = [question.target, *(column for _, columns in question.terms for column in columns)]
        case CountUnequalText():
            wanted = [question.target, *question.columns]
    for column in wanted:
        if table.column(column) is None:
            return f"There is no column {column} in {table.name}."
    if isinstance(question, CountOrphans):
        parent = lookup.table(question.parent.path)
        if parent is None:
            return f"There is no table {question.parent}."
        for column in question.parent_columns:
            if parent.column(column) is None:
                return f"There is no column {column} in {parent.name}."
    return None


def shortened(text: str | None, longest: int = 120) -> str | None:
    """A value as printed text, cut where it is too long to read."""
    return text if text is None or len(text) <= longest else text[: longest - 1] + "…"
