"""What all engines share when they ask the rows: whether a question makes sense, and how values are shown."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from dbwright.catalog.facts import (
    Answer,
    CountDistinct,
    CountIncluded,
    CountLivingChildren,
    CountMatching,
    CountNulls,
    CountOrphans,
    CountOutOfOrder,
    CountOverlaps,
    CountPeriodEnds,
    CountRepeated,
    CountUnequal,
    CountUnequalCopy,
    CountUnequalText,
    CountUnequalTotal,
    Facts,
    JsonKeys,
    MaximumOf,
    Question,
    Spent,
    StorageClasses,
    TextShapes,
    TopValues,
    Unanswered,
    key_of,
)
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table, View
from dbwright.catalog.secret_shapes import secret_shape
from dbwright.engines.base import Budget

EXAMPLES = 5
"""The most rows that show a fault."""

_NOT_SHOWN = "(not shown)"

WHOLE = (CountRepeated, CountOverlaps, CountPeriodEnds)
"""What a sample cannot tell: the row that repeats another or follows it may be outside of it."""

HALF_A_CENT = "0.005000001"
"""With a little room, since sums of floating-point numbers that are equal in decimals may differ."""


def answer_by_table(
    find: Callable[[tuple[str, ...]], Table | View | None],
    questions: Iterable[Question],
    facts: Facts,
    budget: Budget,
    ask: Callable[[Any, list[Question]], dict[Question, Answer]],
) -> dict[Question, Answer]:
    """All answers, the questions on one table asked together; those on a table that is not there are Unanswered.

    What must read a large table whole comes last, the smallest first, so that the time it may take is nobody else's.
    """
    quick: dict[tuple[str, ...], list[Question]] = {}
    slow: dict[tuple[str, ...], list[Question]] = {}
    for question in sorted(set(questions), key=key_of):
        by_table = slow if _reads_much(question, find, facts, budget) else quick
        by_table.setdefault(question.table.path[:2], []).append(question)
    slow = dict(sorted(slow.items(), key=lambda each: facts.rows(each[1][0].table.table) or 0))
    answers: dict[Question, Answer] = {}
    for by_table in (quick, slow):
        for path, asked in by_table.items():
            table = find(path)
            if table is None:
                answers |= {each: Unanswered(rows=0, reason=f"There is no table {each.table}.") for each in asked}
            else:
                answers |= ask(table, asked)
    return answers


def _reads_much(
    question: Question, find: Callable[[tuple[str, ...]], Table | View | None], facts: Facts, budget: Budget
) -> bool:
    """Whether a large table must be read whole: its own where a sample can't tell, or another that has no fitting index."""
    asked = [(question.table, columns_of(question))] if isinstance(question, (*WHOLE, MaximumOf)) else []
    asked += [(ref, columns[:1]) for ref, columns in _elsewhere(question)]
    for ref, columns in asked:
        table = find(ref.path)
        if not isinstance(table, Table) or (facts.rows(table.ref) or 0) <= budget.sample_above:
            continue
        if isinstance(question, WHOLE) or not leads_an_index(table, columns):
            return True
    return False


def leads_an_index(table: Table, columns: tuple[str, ...]) -> bool:
    """Whether rows are found by these columns without reading all others."""
    starts = [index.columns for index in table.indexes if index.predicate is None]
    starts += list(table.keys)
    return any(set(start[: len(columns)]) == set(columns) for start in starts)


class Runner(Protocol):
    """What runs the queries, and what they have cost until now."""

    facts: Facts
    queries: int
    seconds: float
    rows: int


def charge(runner: Runner, answers: Iterable[Answer], blocks: tuple[int, int] | None = None) -> None:
    """Add what the answers have cost to the facts. blocks: those read from disk, and those found in memory."""
    before = runner.facts.spent or Spent()
    read, hit = (None, None)
    if blocks is not None:
        read, hit = (before.blocks_read or 0) + blocks[0], (before.blocks_hit or 0) + blocks[1]
    runner.facts.spent = Spent(
        questions=before.questions + sum(not isinstance(answer, Unanswered) for answer in answers),
        queries=before.queries + runner.queries,
        seconds=round(before.seconds + runner.seconds, 3),
        rows=before.rows + runner.rows,
        blocks_read=read,
        blocks_hit=hit,
    )


def missing_from(question: Question, table: Table | View, lookup: Lookup) -> str | None:
    """The first column or table of the question that is not there. Some engines take an unknown name for a string."""
    there = {column.name for column in table.columns}
    for column in columns_of(question):
        if column not in there:
            return f"There is no column {column} in {table.name}."
    own = getattr(question, "columns", ())
    others = getattr(question, "parent_columns", getattr(question, "child_columns", own))
    if len(own) != len(others):
        return f"{len(own)} columns of {table.name} cannot be set beside {len(others)} others."
    for ref, columns in _elsewhere(question):
        other = lookup.table(ref.path)
        if other is None:
            return f"There is no table {ref}."
        for column in columns:
            if other.column(column) is None:
                return f"There is no column {column} in {other.name}."
    return None


def columns_of(question: Question) -> tuple[str, ...]:
    """The columns of its own table that a question names, those that it may name left out where it doesn't."""
    match question:
        case CountNulls() | MaximumOf() | TopValues() | TextShapes() | CountIncluded() | StorageClasses() | JsonKeys():
            named = [question.column]
        case CountDistinct() | CountOrphans() | CountRepeated() | CountMatching():
            named = list(question.columns)
        case CountOutOfOrder():
            named = [question.first, question.second]
        case CountUnequal():
            named = [question.target, *(column for _, columns in question.terms for column in columns)]
        case CountUnequalText() | CountUnequalTotal() | CountUnequalCopy():
            named = [question.target, *question.columns]
        case CountOverlaps():
            named = [*question.columns, question.start, question.end, *filter(None, [question.living])]
        case CountPeriodEnds():
            named = [*question.columns, question.start, question.end]
        case CountLivingChildren():
            named = [*question.columns, *filter(None, [question.deleted])]
        case _:
            named = []
    return tuple(named)


def _elsewhere(question: Question) -> Iterator[tuple[Ref, tuple[str, ...]]]:
    """The other table that a question names, with its columns."""
    match question:
        case CountOrphans():
            yield question.parent, question.parent_columns
        case CountIncluded():
            yield question.parent, (question.parent_column,)
        case CountUnequalTotal():
            yield question.child, (*question.child_columns, *filter(None, (question.of, question.living)))
        case CountUnequalCopy():
            yield question.parent, (*question.parent_columns, question.source)
        case CountLivingChildren():
            yield question.parent, (*question.parent_columns, question.parent_deleted)


def distinct_values(table: Table, column: str, facts: Facts) -> int | None:
    """About how many values a column has: as many as there are rows in a key, else what the planner takes it for."""
    if (column,) in table.keys:
        return facts.rows(table.ref)
    stats = facts.columns.get(table.column_ref(column))
    return round(stats.distinct) if stats and stats.distinct is not None else None


def shortened(text: str | None, longest: int = 120) -> str | None:
    """A value as printed text, cut where it is too long to read; one that is a secret by its form is not shown."""
    if text is not None and secret_shape(text):
        return _NOT_SHOWN
    return text if text is None or len(text) <= longest else text[: longest - 1] + "…"
