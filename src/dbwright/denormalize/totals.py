"""Totals of children in a column of their parent: the statements that every engine shares, and the choice of its triggers."""

from dbwright.catalog.lookup import Lookup
from dbwright.change.operations import Operation
from dbwright.denormalize.kinds import Fill, Total
from dbwright.denormalize.words import Words, mark

CHILD, PARENT = "c", "p"
_CLOSE = "1e-9"
"""The share by which two sums of the same floating-point numbers, added in another order, may differ."""


class TotalWriter:
    """What is said of a total in SQL. `mark` is the comment by which its triggers are recognised."""

    def __init__(self, words: Words, total: Total) -> None:
        self.words, self.total, self.quote = words, total, words.quote
        self.parent, self.child = words.place(total.parent), words.place(total.child)
        self.column = self.quote(total.column.name)
        kind = {"count": "counter"}.get(total.function, total.function)
        self.mark = f"{mark(kind, total.text)} " if total.text else ""

    # ------------------------------------------------------------ pieces

    @property
    def empty(self) -> str:
        """What a parent without children holds."""
        return "NULL" if self.total.function in ("minimum", "maximum") else "0"

    @property
    def aggregate(self) -> str:
        """The total of a group of the child's rows, named `c`."""
        if self.total.of is None:
            return "count(*)"
        of = f"{CHILD}.{self.quote(self.total.of.name)}"
        match self.total.function:
            case "minimum":
                return f"min({of})"
            case "maximum":
                return f"max({of})"
            case _:
                return f"coalesce(sum({of}), 0)"

    def amount(self, row: str) -> str:
        """What one row of the child adds."""
        return f"coalesce({row}.{self.quote(self.total.of.name)}, 0)" if self.total.of else "1"

    def counts(self, row: str) -> str:
        """The condition that a row of the child counts."""
        there = [f"{row}.{self.quote(ours)} IS NOT NULL" for _, ours in self.total.pairs]
        return " AND ".join([*there, *([self.total.condition.spelled(row)] if self.total.condition else [])])

    def joined(self, parent: str, child: str) -> str:
        """The condition that a row of the parent, by that prefix, is the one that a row of the child refers to."""
        return " AND ".join(
            f"{parent}{self.quote(theirs)} = {child}.{self.quote(ours)}" for theirs, ours in self.total.pairs
        )

    def true(self, parent: str, ending: str = "") -> str:
        """The total of a parent's row, counted anew. ending: of the inner query, such as a lock or one more condition."""
        joined = " AND ".join(
            f"{CHILD}.{self.quote(ours)} = {parent}{self.quote(theirs)}" for theirs, ours in self.total.pairs
        )
        where = f" AND {self.total.condition.spelled(CHILD)}" if self.total.condition else ""
        return f"(SELECT {self.aggregate} FROM {self.child} AS {CHILD} WHERE {joined}{where}{ending})"

    @property
    def keys_differ(self) -> str:
        """The condition that an update gave a parent another key."""
        return self._any_differs([theirs for theirs, _ in self.total.pairs])

    @property
    def watched_differ(self) -> str:
        """The condition that an update of the child may change a total."""
        return self._any_differs(self.total.watched)

    def _any_differs(self, names: "list[str] | tuple[str, ...]") -> str:
        return " OR ".join(self.words.differ(f"OLD.{self.quote(name)}", f"NEW.{self.quote(name)}") for name in names)

    def wrong(self, held: str, true: str) -> str:
        """The condition that a parent holds another total than it should."""
        differs = self.words.differ(held, true)
        if self.total.function != "sum" or not self.total.is_recounted:
            return differs
        far = f"abs({held} - {true}) > {_CLOSE} * (abs({true}) + 1)"
        return f"{differs} AND ({held} IS NULL OR {true} IS NULL OR {far})"

    # ------------------------------------------------------------ whole statements

    @property
    def drift(self) -> str:
        """The parents that hold a wrong total: their keys, what they hold, and what they should."""
        keys = ", ".join(f"{PARENT}.{self.quote(theirs)} AS k{n}" for n, (theirs, _) in enumerate(self.total.pairs))
        true = "t.kept_true" if self.empty == "NULL" else f"coalesce(t.kept_true, {self.empty})"
        held = f"{PARENT}.{self.column}"
        return (
            f"SELECT {keys}, {held} AS held, {true} AS should_be FROM {self.parent} AS {PARENT} {self._counted()}"
            f" WHERE {self.wrong(held, true)}"
        )

    def _counted(self) -> str:
        ours = [f"{CHILD}.{self.quote(ours)} AS k{place}" for place, (_, ours) in enumerate(self.total.pairs)]
        groups = ", ".join(f"{CHILD}.{self.quote(ours)}" for _, ours in self.total.pairs)
        joined = " AND ".join(
            f"t.k{place} = {PARENT}.{self.quote(theirs)}" for place, (theirs, _) in enumerate(self.total.pairs)
        )
        return (
            f"LEFT JOIN (SELECT {', '.join(ours)}, {self.aggregate} AS kept_true FROM {self.child} AS {CHILD}"
            f" WHERE {self.counts(CHILD)} GROUP BY {groups}) AS t ON {joined}"
        )

    def recount(self, share: str = "") -> str:
        """The statement that sets every wrong total, from one look at the child. share: a condition that takes some parents."""
        true = self.true(f"{PARENT}.")
        if self.words.engine == "postgres":
            return f"UPDATE {self.parent} AS {PARENT} SET {self.column} = {true} WHERE {self.wrong(f'{PARENT}.{self.column}', true)}{share}"
        if self.words.engine == "mysql":  # which reads a table that it changes only through a derived one
            value = "t.kept_true" if self.empty == "NULL" else f"coalesce(t.kept_true, {self.empty})"
            held = f"{PARENT}.{self.column}"
            return (
                f"UPDATE {self.parent} AS {PARENT} {self._counted()} SET {held} = {value}"
                f" WHERE {self.wrong(held, value)}{share}"
            )
        true = self.true(f"{self.parent}.")
        return f"UPDATE {self.parent} SET {self.column} = {true} WHERE {self.wrong(self.column, true)}"

    # ------------------------------------------------------------ what each engine has its own way for

    def operations(self) -> list[Operation]:
        """Creating the triggers, with the functions of PostgreSQL."""
        raise NotImplementedError

    def fills(self, shares: int) -> list[Fill]:
        """Statements that set every wrong total, safe while others write; each takes its share of the parents."""
        return [Fill(self.recount(), f"Count {self.total.column.name} of {self.total.parent.ref}")]

    def limits(self) -> list[str]:
        """What the triggers do not see, in sentences."""
        return []

    @property
    def refusal(self) -> str | None:
        """Why triggers cannot keep it; None where they can."""
        if self.words.engine == "mysql" and self.total.parent.ref == self.total.child.ref:
            return (
                f"MySQL lets no trigger on {self.total.child.ref} write to {self.total.child.ref} itself, "
                "so a total of a table's own rows cannot be kept there."
            )
        return None


def writer(words: Words, total: Total, lookup: Lookup | None = None) -> TotalWriter:
    """The writer of the engine. lookup: of the catalog, for MySQL, whose cascades of foreign keys run no triggers."""
    match words.engine:
        case "postgres":
            from dbwright.denormalize.totals_postgres import PostgresTotal

            return PostgresTotal(words, total)
        case "mysql":
            from dbwright.denormalize.totals_mysql import MySQLTotal

            return MySQLTotal(words, total, lookup)
        case _:
            from dbwright.denormalize.totals_sqlite import SQLiteTotal

            return SQLiteTotal(words, total)
