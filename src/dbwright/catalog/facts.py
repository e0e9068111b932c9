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
    dead_rows: row versions that are dead but still take room. free_bytes: bytes of the table itself, without its indexes,
        that hold nothing, as the engine counts or as estimated from its statistics. vacuumed: days since the last vacuum.
    """

    rows: int
    exact: bool = False
    bytes: int | None = None
    writes: int | None = None
    reads: int | None = None
    dead_rows: int | None = None
    free_bytes: int | None = None
    vacuumed: float | None = None


class IndexUse(msgspec.Struct, frozen=True, kw_only=True):
    """Use of an index. scans since the counters began, which was `days` ago (None where the engine doesn't say).

    free_bytes: bytes that hold nothing, counted or estimated as for tables.
    """

    scans: int | None = None
    bytes: int | None = None
    days: float | None = None
    free_bytes: int | None = None


class ColumnStats(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine's planner knows of a column. null_share: 0 to 1. distinct: estimated; None where it doesn't say."""

    null_share: float | None = None
    distinct: float | None = None


class QuerySeen(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that the server has run, as it keeps it (values replaced by $1 or ?). seconds: in all calls together."""

    sql: str
    calls: int = 1
    seconds: float | None = None


class ConnectionSeen(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions open now, by role and program, without our own. address: "local" for a socket or this machine, else "remote".

    owner: whether the role owns the database.
    """

    role: str
    application: str = ""
    superuser: bool = False
    owner: bool = False
    address: str = ""
    count: int = 1


class DefinerSeen(msgspec.Struct, frozen=True, kw_only=True):
    """MySQL: the account whose rights a view, routine, trigger or event runs with ("app@%").

    exists: whether there is such an account. powerful: whether it may do nearly everything on the whole server.
    """

    account: str
    exists: bool = True
    powerful: bool = False


class JoinSeen(msgspec.Struct, frozen=True, kw_only=True):
    """Two columns that a query sets equal, in the order of their names.

    where: the kind of place: "view", "routine", "trigger", "query" (run by the server) or "application" (source files).
    name: which one, in a few words. calls: how often the server ran it; 1 where nobody counts.
    """

    left: Ref
    right: Ref
    where: str
    name: str = ""
    calls: int = 1


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """What asking the rows cost the server: questions answered, queries run, seconds they took, rows they looked at.

    blocks_read, blocks_hit: pages read from disk and found in memory, where the engine counts them for this session.
    """

    questions: int = 0
    queries: int = 0
    seconds: float = 0.0
    rows: int = 0
    blocks_read: int | None = None
    blocks_hit: int | None = None


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


class CountMatching(Question, frozen=True):
    """Rows for which a boolean expression, in the engine's own SQL over the table's bare columns, is true → Counted.

    columns: shown of the example rows.
    """

    expression: str
    columns: tuple[str, ...] = ()


class CountRepeated(Question, frozen=True):
    """Rows whose columns, all not NULL, equal those of another row → Counted, with the values and their number as examples.

    folded: texts are compared without regard to case and outer blanks.
    """

    columns: tuple[str, ...]
    folded: bool = False


class CountIncluded(Question, frozen=True):
    """How the values of a column lie among those of a parent's column → Included."""

    column: str
    parent: Ref
    parent_column: str


class CountOverlaps(Question, frozen=True):
    """Periods that overlap the one that follows them among the rows of one key → Counted, with both periods as examples.

    columns: what the periods are of; may be empty: of the table. A NULL end lasts for ever; a NULL start began ever.
    closed: whether the end belongs to the period, so that end = next start is an overlap too. living: a soft-delete column;
    deleted rows don't count.
    """

    columns: tuple[str, ...]
    start: str
    end: str
    closed: bool = False
    living: str | None = None


class CountPeriodEnds(Question, frozen=True):
    """How each period ends beside the next one of the same key → PeriodEnds."""

    columns: tuple[str, ...]
    start: str
    end: str


class CountUnequalTotal(Question, frozen=True):
    """Rows of the table (the parent) whose `target` ≠ the number of rows of `child` that refer to it, or the sum of `of` there.

    A NULL target is unequal to 0 only where children exist. living: the child's soft-delete column: deleted rows don't count.
    → Counted, with the key, the target and the true total as examples.
    """

    target: str
    columns: tuple[str, ...]
    child: Ref
    child_columns: tuple[str, ...]
    of: str | None = None
    living: str | None = None


class CountUnequalCopy(Question, frozen=True):
    """Rows of the table (the child) whose `target` differs from `source` of the parent row that they refer to → Counted.

    NULL differs from a value. considered: rows that have a parent. examples: the key, the copy and the original.
    """

    target: str
    columns: tuple[str, ...]
    parent: Ref
    parent_columns: tuple[str, ...]
    source: str


class CountLivingChildren(Question, frozen=True):
    """Rows that are not deleted although the parent row that they refer to is soft-deleted → Counted, with examples.

    parent_deleted: the parent's soft-delete column: a boolean or a number is deleted where it is true, anything else where it
    is not NULL. deleted: the table's own such column, None where it has none. considered: living rows with a parent.
    """

    columns: tuple[str, ...]
    parent: Ref
    parent_columns: tuple[str, ...]
    parent_deleted: str
    deleted: str | None = None


class StorageClasses(Question, frozen=True):
    """SQLite: the storage classes that the values of a column have → Values ("integer", "real", "text", "blob")."""

    column: str


class JsonKeys(Question, frozen=True):
    """What the JSON documents of a column look like at their top level → Documents."""

    column: str


class FindDependencies(Question, frozen=True):
    """Which columns follow from which in the rows → normalize.judged.Dependencies. Not for engines: the review mines the rows itself."""


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
    "hash" (bcrypt, argon2, scrypt, pbkdf2, or hex of 32, 40, 64, 96 or 128 digits), "card", "iban", "identity" (numbers of
    persons) and "key" (keys and tokens of known services).
    examples: per shape at most three values, never of secret-looking columns, nor where a value is one of the last four.
    """

    filled: int
    distinct: int
    longest: int
    counts: dict[str, int]
    examples: dict[str, tuple[str, ...]] = {}


class Included(Answer, frozen=True, kw_only=True):
    """distinct: of the column's values that are not NULL; missing: those of them that the parent doesn't have, with examples.

    parent_distinct: how many values the parent's column has. minimum … parent_maximum: as text, where both sides are numbers.
    filled: rows with a value. orphans: rows whose value is missing.
    """

    distinct: int
    missing: int
    parent_distinct: int
    filled: int
    orphans: int
    minimum: str | None = None
    maximum: str | None = None
    parent_minimum: str | None = None
    parent_maximum: str | None = None
    examples: tuple[str, ...] = ()


class PeriodEnds(Answer, frozen=True, kw_only=True):
    """Of `followed` periods with a next one of the same key: those whose end is exactly the next start (half-open),

    those whose end is one unit before it (`adjacent`: a day for dates, at most a second for timestamps: closed), those that leave a
    gap, and those that overlap. open: periods whose end is NULL; endless: whose end is a far year (9999-12-31 or the like).
    """

    followed: int
    meeting: int
    adjacent: int
    gaps: int
    overlaps: int
    open: int = 0
    endless: int = 0


class JsonKey(msgspec.Struct, frozen=True, kw_only=True):
    """A top-level key of JSON documents: in how many of them, and of what types ("string", "number", "boolean", "object", …)."""

    name: str
    count: int
    types: tuple[str, ...] = ()


class Documents(Answer, frozen=True, kw_only=True):
    """filled: documents that are not NULL; objects: those of them that are objects; keys: the most frequent 50, by count."""

    filled: int
    objects: int
    keys: tuple[JsonKey, ...] = ()


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
    columns: dict[Ref, ColumnStats] = {}
    queries: tuple[QuerySeen, ...] = ()
    connections: tuple[ConnectionSeen, ...] = ()
    joins: tuple[JoinSeen, ...] = ()
    definers: dict[Ref, DefinerSeen] = {}
    spent: Spent | None = None
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
