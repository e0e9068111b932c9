"""What was measured on a live database, as data: the engine's counters, and the answers to questions about the rows.

Rules do no input or output. A rule *asks* by yielding questions; the review hands all questions to the engine, which
answers them in few scans, read-only and within a budget; then the rule checks the catalog beside the answers.
"""

from typing import Any, TypeVar

import msgspec

from dbwright.catalog.names import Ref

# ---------------------------------------------------------------- the engine's counters


class TableStats(msgspec.Struct, frozen=True, kw_only=True):
    """Size of a table. rows: the engine's estimate or count (`exact`). bytes: with its indexes, None where unknown.

    writes, reads: rows written and scans made since the counters began, None where the engine doesn't count.
    """

    rows: int
    exact: bool = False
    bytes: int | None = None
    writes: int | None = None
    reads: int | None = None


class IndexUse(msgspec.Struct, frozen=True, kw_only=True):
    """Use of an index. scans since the counters began, which was `days` ago (None where the engine doesn't say)."""

    scans: int | None = None
    bytes: int | None = None
    days: float | None = None


class SequenceState(msgspec.Struct, frozen=True, kw_only=True):
    """How far a sequence or an auto-increment has come: the last value given, and the largest it can give."""

    last: int
    maximum: int


# ---------------------------------------------------------------- questions about the rows


class Question(msgspec.Struct, frozen=True, tag=True, tag_field="ask"):
    """Something to be asked of the rows of one table. Hashable: the same question is asked once."""

    table: Ref


class CountNulls(Question, frozen=True):
    """How many rows, and how many with NULL in the column → Counted(matching = NULLs)."""

    column: str


class CountDistinct(Question, frozen=True):
    """Distinct combinations over rows with no NULL in the columns → Distinct."""

    columns: tuple[str, ...]


class MaximumOf(Question, frozen=True):
    """The largest value of a number column → Value (text, None for an empty table)."""

    column: str


class TopValues(Question, frozen=True):
    """The most frequent values with their counts, the number of distinct ones → Values."""

    column: str
    limit: int = 12


class TextShapes(Question, frozen=True):
    """What the non-empty texts of a column look like → Shapes."""

    column: str


class CountOrphans(Question, frozen=True):
    """Rows whose columns are all not NULL and match no row of the parent's columns → Counted, with example values."""

    columns: tuple[str, ...]
    parent: Ref
    parent_columns: tuple[str, ...]


class CountOutOfOrder(Question, frozen=True):
    """Rows where `first` > `second`, among those where both are not NULL → Counted, with example rows."""

    first: str
    second: str


class CountUnequal(Question, frozen=True):
    """Rows where target ≠ the sum of signed terms, each a product of columns (a NULL term in a sum counts as 0).

    terms: ((+1, ("subtotal",)), (+1, ("tax",)), (-1, ("discount",))) or ((+1, ("quantity", "unit_price")),).
    → Counted (matching = rows that disagree by more than half of 0.01), over rows where the target is not NULL.
    """

    target: str
    terms: tuple[tuple[int, tuple[str, ...]], ...]


class CountUnequalText(Question, frozen=True):
    """Rows where target ≠ the columns joined with the separator → Counted, over rows where all are not NULL."""

    target: str
    columns: tuple[str, ...]
    separator: str = " "


class CountNotTrue(Question, frozen=True):
    """Rows for which a boolean expression, in the engine's own SQL, is NULL, and for which it is false → CheckOutcome."""

    expression: str


# ---------------------------------------------------------------- answers


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="answer"):
    """rows: how many rows were looked at. sampled: whether that is fewer than the table has. sql: the query that shows it again."""

    rows: int
    sampled: bool = False
    sql: str | None = None


class Counted(Answer, frozen=True, kw_only=True):
    """How many of the rows considered match. considered: the rows that could (for orphans: those without NULLs)."""

    matching: int
    considered: int
    examples: tuple[tuple[str | None, ...], ...] = ()
    example_columns: tuple[str, ...] = ()


class Distinct(Answer, frozen=True, kw_only=True):
    """distinct combinations among `complete` rows that have no NULL in the columns."""

    distinct: int
    complete: int


class Value(Answer, frozen=True, kw_only=True):
    """One value as text; None for NULL."""

    value: str | None


class Values(Answer, frozen=True, kw_only=True):
    """The most frequent values with counts, most frequent first (NULL left out); how many distinct, and how many not NULL."""

    values: tuple[tuple[str, int], ...]
    distinct: int
    filled: int


class Shapes(Answer, frozen=True, kw_only=True):
    """How many of the `filled` (not NULL, not empty) texts have each shape.

    Keys of counts: "integer", "decimal", "boolean" (true/false/yes/no/t/f/y/n, not 0/1), "date", "timestamp", "uuid", "json"
    (objects and arrays only), "ip", "list" (two or more short items divided by , ; or |, without sentences), "email",
    "hash" (bcrypt, argon2, scrypt, pbkdf2, or hex of 32, 40, 64, 96 or 128 digits).
    examples: per shape at most three values, never of secret-looking columns.
    """

    filled: int
    distinct: int
    longest: int
    counts: dict[str, int]
    examples: dict[str, tuple[str, ...]] = {}


class CheckOutcome(Answer, frozen=True, kw_only=True):
    """How often an expression was NULL and how often false."""

    unknown: int
    false: int


class Unanswered(Answer, frozen=True, kw_only=True):
    """The question could not be answered, and why: no permission, out of time, the source holds no rows."""

    reason: str


_A = TypeVar("_A", bound=Answer)


class Facts(msgspec.Struct, kw_only=True):
    """All that was measured. Empty where the source is not live; `has_rows` says whether rows could be asked at all."""

    has_rows: bool = False
    tables: dict[Ref, TableStats] = {}
    indexes: dict[Ref, IndexUse] = {}
    sequences: dict[Ref, SequenceState] = {}
    answers: dict[Question, Answer] = {}
    notes: list[str] = []

    def ask(self, question: Question, kind: type[_A]) -> _A | None:
        """The answer to a question, or None where it was not or could not be answered."""
        answer = self.answers.get(question)
        return answer if isinstance(answer, kind) else None

    def rows(self, table: Ref) -> int | None:
        """The number of rows of a table as far as known."""
        stats = self.tables.get(table)
        return stats.rows if stats else None


def key_of(question: Question) -> Any:
    """A stable sort key, so that questions are asked in the same order every time."""
    return (question.table.path, type(question).__name__, msgspec.json.encode(question))
