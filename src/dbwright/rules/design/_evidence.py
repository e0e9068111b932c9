"""How answers about the rows are told."""

from dbwright.catalog.facts import Answer, CheckOutcome, Counted, Question, Shapes, Unanswered, Values
from dbwright.finding import Evidence
from dbwright.rules.base import Subject


def count(number: int, noun: str, many: str | None = None) -> str:
    """A number with its noun: "1 row", "1,200 rows"."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def looked_at(answer: Answer) -> str:
    """Which rows an answer speaks of: "all 1,200 rows", "a sample of 100,000 rows"."""
    if answer.sampled:
        return f"a sample of {count(answer.rows, 'row')}"
    return "the only row" if answer.rows == 1 else f"all {count(answer.rows, 'row')}"


def seen(
    summary: str, answer: Answer, rows: tuple[tuple[str | None, ...], ...] = (), columns: tuple[str, ...] = ()
) -> Evidence:
    """Evidence from the rows, with the examples of a count where there are some."""
    if isinstance(answer, Counted) and not rows:
        rows, columns = answer.examples, answer.example_columns
    return Evidence(
        summary=summary,
        basis="data",
        proved=not answer.sampled,
        rows_examined=answer.rows,
        columns=columns if rows else (),
        rows=rows,
        sql=answer.sql,
    )


def unchecked(subject: Subject, question: Question) -> Evidence:
    """Says that the rows could not be asked, and why."""
    answer = subject.facts.answers.get(question)
    if isinstance(answer, Unanswered):
        reason = answer.reason.strip().rstrip(".")
    elif not subject.facts.has_rows:
        reason = "the source holds no rows that could be asked"
    elif answer is not None and answer.rows == 0:
        reason = "the table is empty"
    elif (
        (isinstance(answer, Counted) and not answer.considered)
        or (isinstance(answer, Values | Shapes) and not answer.filled)
        or (isinstance(answer, CheckOutcome) and answer.unknown == answer.rows)
    ):
        reason = "no row has a value there"
    else:
        reason = "the question was not asked"
    return Evidence(summary=f"Not checked on the rows: {reason}.", basis="unchecked", proved=False)
