"""How the periods of one key follow each other."""

from collections.abc import Sequence

from dbwright.catalog.facts import Answer, Counted, CountOverlaps, CountPeriodEnds, PeriodEnds
from dbwright.engines.asking import EXAMPLES
from dbwright.engines.relating.dialect import (
    FOR_EVER,
    NEVER,
    CannotAsk,
    Rows,
    Term,
    filled,
    listing,
    printed,
    term,
    times,
)


def overlaps(question: CountOverlaps, rows: Rows) -> Answer:
    """A period overlaps the next one if that starts before its end, or on it where the end belongs to the period."""
    before = "<=" if question.closed else "<"
    overlap = f"has_next = 1 AND (next_start IS NULL OR period_end IS NULL OR next_start {before} period_end)"
    here = _followed(rows, rows.source("t", _columns(question)), question, before)
    considered, matching = rows.ask(f"SELECT count(*), {times(overlap)} FROM {here}")[0]
    names, shown = listing(
        rows,
        [
            *((column, term(rows, "d", rows.table, column)) for column in question.columns),
            (question.start, Term("start_shown", term(rows, "d", rows.table, question.start).column)),
            (question.end, Term("end_shown", term(rows, "d", rows.table, question.end).column)),
            (f"next {question.start}", Term("next_start_shown", term(rows, "d", rows.table, question.start).column)),
            (f"next {question.end}", Term("next_end_shown", term(rows, "d", rows.table, question.end).column)),
        ],
    )
    examples = rows.examples(f"SELECT {shown} FROM {here} WHERE {overlap} LIMIT {EXAMPLES}") if matching else []
    everywhere = _followed(rows, f"{rows.dialect.place(rows.table)} AS t", question, before)
    return Counted(
        rows=int(considered),
        sampled=rows.sampled,
        sql=f"SELECT {shown} FROM {everywhere} WHERE {overlap}",
        matching=int(matching),
        considered=int(considered),
        examples=printed(rows, examples),
        example_columns=names if examples else (),
    )


def period_ends(question: CountPeriodEnds, rows: Rows) -> Answer:
    """Each period's end beside the start of the next."""
    dialect = rows.dialect
    start, end = (term(rows, "t", rows.table, column).column for column in (question.start, question.end))
    later = "has_next = 1 AND next_start > period_end"
    adjacent = dialect.adjacent(Term("period_end", end), Term("next_start", start), "end_shown")
    temporal = end.type.kind in ("date", "timestamp") or end.type.is_text
    endless = f"period_end >= '{FOR_EVER}'" if temporal else NEVER
    here = _followed(rows, rows.source("t", _columns(question)), question, "<=")
    counts = ", ".join(
        times(condition)
        for condition in (
            "has_next = 1",
            "has_next = 1 AND next_start = period_end",
            f"{later} AND {adjacent}",
            later,
            "has_next = 1 AND (next_start IS NULL OR period_end IS NULL OR next_start < period_end)",
            "period_end IS NULL",
            endless,
        )
    )
    looked_at, followed, meeting, near, apart, overlapping, open_, far = (
        int(cell) for cell in rows.ask(f"SELECT count(*), {counts} FROM {here}")[0]
    )
    everywhere = _followed(rows, f"{dialect.place(rows.table)} AS t", question, "<=")
    return PeriodEnds(
        rows=looked_at,
        sampled=rows.sampled,
        sql=f"SELECT * FROM {everywhere} WHERE has_next = 1",
        followed=followed,
        meeting=meeting,
        adjacent=near,
        gaps=apart - near,
        overlaps=overlapping,
        open=open_,
        endless=far,
    )


def _columns(question: CountOverlaps | CountPeriodEnds) -> Sequence[str]:
    living = (question.living,) if isinstance(question, CountOverlaps) and question.living else ()
    return tuple(dict.fromkeys((*question.columns, question.start, question.end, *living)))


def _followed(rows: Rows, source: str, question: CountOverlaps | CountPeriodEnds, before: str) -> str:
    """Each period with the one that follows it, under the alias d.

    What ends before it starts, and what neither starts nor ends, is no period and left out.
    """
    dialect = rows.dialect
    if not dialect.windows:
        raise CannotAsk(f"{dialect.title} has no window functions to compare each period with the next.")
    keys = [term(rows, "t", rows.table, column) for column in question.columns]
    start, end = (term(rows, "t", rows.table, column) for column in (question.start, question.end))
    first, last = dialect.moment(start), dialect.moment(end)
    conditions = [filled(keys)] if keys else []
    if isinstance(question, CountOverlaps) and question.living:
        conditions.append(f"NOT ({dialect.deleted(term(rows, 't', rows.table, question.living))})")
    conditions += [
        f"({raw.sql} IS NULL OR {moment} IS NOT NULL)"
        for raw, moment in ((start, first), (end, last))
        if moment != raw.sql
    ]
    conditions.append(f"({start.sql} IS NOT NULL OR {end.sql} IS NOT NULL)")
    conditions.append(f"({start.sql} IS NULL OR {end.sql} IS NULL OR {first} {before} {last})")
    listed = "".join(f"{each.sql}, " for each in keys)
    partition = f"PARTITION BY {', '.join(dialect.comparable(each) for each in keys)} " if keys else ""
    return (
        f"(SELECT {listed}{start.sql} AS start_shown, {end.sql} AS end_shown, {last} AS period_end,"
        f" lead(1) OVER w AS has_next, lead({first}) OVER w AS next_start,"
        f" lead({start.sql}) OVER w AS next_start_shown, lead({end.sql}) OVER w AS next_end_shown"
        f" FROM {source} WHERE {' AND '.join(conditions)}"
        f" WINDOW w AS ({partition}ORDER BY {dialect.order(first, last)})) AS d"
    )
