"""Expressions and conditions in the engine's own SQL, read only so far as to know their columns and to name their rows anew."""

import logging
from collections.abc import Callable, Mapping

import msgspec

from dbwright.catalog.objects import Column, Table
from dbwright.denormalize.kinds import Condition
from dbwright.errors import UsageError

_CHANGING = frozenset(
    "now clock_timestamp statement_timestamp transaction_timestamp timeofday localtimestamp localtime sysdate curdate curtime "
    "utc_date utc_time utc_timestamp unix_timestamp random rand uuid uuid_short gen_random_uuid uuid_generate_v4 randomblob "
    "last_insert_id last_insert_rowid changes total_changes connection_id pg_backend_pid nextval currval lastval setval "
    "current_setting current_user session_user user database schema current_schema txid_current sleep pg_sleep".split()
)
"""Functions whose result another row, session or moment changes."""
_CHANGING_NODES = frozenset(
    "CurrentTimestamp CurrentDate CurrentTime CurrentDatetime CurrentUser CurrentTimestampLTZ CurrentSchema Localtime "
    "Localtimestamp Rand Randn Uuid UtcDate UtcTime UtcTimestamp Sysdate SessionParameter Parameter Placeholder SessionUser".split()
)


class Use(msgspec.Struct, frozen=True):
    """A column that an expression names: its qualifier where it has one, and where in the text it stands."""

    qualifier: str | None
    name: str
    quoted: bool
    start: int
    end: int


class Expression(msgspec.Struct, frozen=True):
    """An expression as it was written, and the columns that it names."""

    text: str
    uses: tuple[Use, ...]

    def spelled(self, resolve: Callable[[Use], str]) -> str:
        """The expression with each column as a function writes it."""
        parts, at = [], 0
        for use in sorted(self.uses, key=lambda each: each.start):
            parts += [self.text[at : use.start], resolve(use)]
            at = use.end
        return "".join((*parts, self.text[at:]))


def read_expression(text: str, dialect: str, what: str) -> Expression:
    """An expression over the columns of a row.

    what: how messages name it ("the condition of posts.comments_count"). Raises UsageError where it is not understood, asks other
    rows, or gives another result at another moment.
    """
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    text = text.strip()
    logger = logging.getLogger("sqlglot")
    before, logger.disabled = logger.disabled, True
    head = "SELECT "
    try:
        tokens = sqlglot.tokenize(text, read=dialect)
        tree = sqlglot.parse_one(head + text, read=dialect)
    except (SqlglotError, RecursionError) as error:
        raise UsageError(f"{what[:1].upper()}{what[1:]} is not understood: {text}") from error
    finally:
        logger.disabled = before
    clauses = {name for name, value in tree.args.items() if value}
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or clauses != {"expressions"}:
        raise UsageError(f"{what[:1].upper()}{what[1:]} must be one expression: {text}")
    if any(token.comments for token in tokens) or any(mark in text for mark in ("--", "/*", ";")):
        raise UsageError(f"{what[:1].upper()}{what[1:]} must hold no comments and no semicolons: {text}")
    expression = tree.expressions[0]
    _must_be_lasting(expression, dialect, what)
    uses = []
    for column in expression.find_all(exp.Column):
        names = column.parts
        if len(names) > 2 or isinstance(names[-1], exp.Star) or not all("start" in each.meta for each in names):
            raise UsageError(f"{column.sql(dialect)} in {what} must be a column, or a table and a column.")
        uses.append(
            Use(
                qualifier=names[0].name if len(names) == 2 else None,
                name=names[-1].name,
                quoted=bool(names[-1].args.get("quoted")),
                start=names[0].meta["start"] - len(head),
                end=names[-1].meta["end"] + 1 - len(head),
            )
        )
    return Expression(text, tuple(uses))


def _must_be_lasting(tree: object, dialect: str, what: str) -> None:
    """Raise UsageError where the value does not follow from the row alone."""
    from sqlglot import exp

    walk = getattr(tree, "walk", None)
    for node in walk() if walk else ():
        if isinstance(node, exp.Query | exp.Subquery | exp.Exists):
            raise UsageError(f"There is a query inside {what}; it may only look at the row itself.")
        if isinstance(node, exp.AggFunc | exp.Window):
            raise UsageError(f"There is an aggregate or a window inside {what}; it may only look at the row itself.")
        named = node.name.lower() if isinstance(node, exp.Anonymous) else ""
        is_now = (
            dialect == "sqlite"
            and isinstance(node, exp.Literal)
            and node.name.lower() in ("now", "localtime")
            and isinstance(node.find_ancestor(exp.Func), exp.Func)
        )
        is_zone = isinstance(node, exp.SessionParameter) and isinstance(node.parent, exp.ConvertTimezone)
        if (type(node).__name__ in _CHANGING_NODES and not is_zone) or named in _CHANGING or is_now:
            raise UsageError(
                f"{node.sql(dialect)} in {what} gives another result at another moment.",
                hint="What is kept must follow from the rows alone. Put such a condition where it is read.",
            )


def must_be_zoneless(expression: Expression, columns: Mapping[Use, Column | None], dialect: str, what: str) -> None:
    """Raise UsageError where an instant is read by the clock of whoever runs the statement: its day differs by session."""
    import sqlglot
    from sqlglot import exp

    instants = {
        use.name for use, column in columns.items() if column and column.type.with_zone and column.type.is_temporal
    }
    if not instants or dialect == "sqlite":
        return
    tree = sqlglot.parse_one(f"SELECT {expression.text}", read=dialect).expressions[0]
    for node in tree.find_all(exp.Column):
        if node.name not in instants or node is tree:
            continue
        above = node.parent
        is_null = isinstance(above, exp.Is) and isinstance(above.expression, exp.Null)
        alike = isinstance(above, exp.Predicate) and all(
            isinstance(each, exp.Column) and each.name in instants for each in above.iter_expressions()
        )
        named = node.find_ancestor(exp.AtTimeZone, exp.ConvertTimezone)
        counted = isinstance(above, (exp.Count, exp.UnixToTime))
        if not (is_null or alike or named or counted):
            zoned = f"{node.sql(dialect)} AT TIME ZONE 'UTC'"
            if dialect == "mysql":
                zoned = f"CONVERT_TZ({node.sql(dialect)}, @@session.time_zone, '+00:00')"
            raise UsageError(
                f"{node.sql(dialect)} in {what} is an instant, whose day and hour depend on the time zone of the session.",
                hint=f"Name the zone: {zoned}.",
            )


def column_named(table: Table, name: str, quoted: bool = False) -> Column | None:
    """The table's column of that name, exact or else, where it stands without quotes, in any case."""
    found = table.column(name)
    if found or quoted:
        return found
    return next((each for each in table.columns if each.name.casefold() == name.casefold()), None)


def read_condition(text: str, table: Table, dialect: str, quote: Callable[[str], str], what: str) -> Condition:
    """A condition over the rows of one table. Raises what `read_expression` raises, and UsageError for an unknown column."""
    expression = read_expression(text, dialect, what)
    columns: dict[Use, Column] = {}
    for use in expression.uses:
        found = column_named(table, use.name, use.quoted)
        if found is None or (use.qualifier and use.qualifier.casefold() != table.name.casefold()):
            raise UsageError(f"{table.ref} has no column {use.name}, which {what} names.")
        if dialect == "postgres" and found.generated is not None and not found.generated.stored:
            raise UsageError(f"{table.ref}.{found.name}, which {what} names, is not stored, so no trigger sees it.")
        columns[use] = found

    must_be_zoneless(expression, columns, dialect, what)

    def spelled(row: str) -> str:
        return f"({expression.spelled(lambda use: f'{row}.{quote(columns[use].name)}')})"

    return Condition(expression.text, tuple(dict.fromkeys(each.name for each in columns.values())), spelled)
