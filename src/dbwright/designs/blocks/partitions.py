"""A table of events in pieces by time: made ahead, rolled up, and dropped when they are old."""

from typing import Annotated, Literal

from dbwright.designs.blocks.base import Block, about
from dbwright.designs.blocks.script import Script

Period = Literal["day", "week", "month", "year"]


class Partitions(Block, frozen=True, kw_only=True):
    """Partitions by time for a table that only grows, with a procedure that makes them ahead, keeps a rollup, and drops old ones.

    To be called once a day. On PostgreSQL the table must have been made with PARTITION BY RANGE over the column; MySQL partitions
    it in place. On both the column belongs to the primary key, and on MySQL no foreign key may lead to or from the table. SQLite
    has no partitions: there the block is an index, with statements that do the rest.
    """

    column: Annotated[str, about("The moment of a row.")]
    period: Annotated[Period, about("How much time a partition spans, in UTC.")] = "month"
    ahead: Annotated[int, about("How many partitions there are beyond the present one.")] = 3
    behind: Annotated[int, about("How many there are before the present one.")] = 0
    keep: Annotated[int, about("After how many periods a partition is dropped; 0 for never.")] = 0
    rollup: Annotated[str, about("The name of a table of daily totals; none where empty.")] = ""
    by: Annotated[dict[str, str], about("The columns, NOT NULL, by which the totals are kept, with their types.")] = {}
    sums: Annotated[dict[str, str], about("The columns that are added up, with the types of the sums.")] = {}
    references: Annotated[
        dict[str, str], about("What those columns refer to: the totals go with the row that they are of.")
    ] = {}
    late: Annotated[int, about("For how many days rows may still come in late and be counted.")] = 2

    def write(self, script: Script) -> None:
        if self.rollup:
            self._make_rollup(script)
        if script.engine == "postgres":
            from dbwright.designs.blocks.partitions_postgres import PostgresPartitions

            PostgresPartitions(script, self).write()
        elif script.engine == "mysql":
            from dbwright.designs.blocks.partitions_mysql import MySQLPartitions

            MySQLPartitions(script, self).write()
        else:
            self._on_sqlite(script)

    def procedure(self, script: Script) -> str:
        """The name of the procedure."""
        return script.name(script.table, "maintain")

    # ------------------------------------------------------------ daily totals

    @property
    def measures(self) -> dict[str, str]:
        """The rollup's columns that hold totals, with what they are in the events."""
        return {"events": "count(*)"} | {f"sum_{name}": name for name in self.sums}

    def _make_rollup(self, script: Script) -> None:
        t = script.t
        columns = [("day", f"{t.day} NOT NULL", "The day, in UTC.")]
        columns += [(name, f"{kind} NOT NULL", "") for name, kind in self.by.items()]
        columns += [("events", f"{t.bigint} NOT NULL", f"How many rows of {script.table} the day has.")]
        columns += [
            (f"sum_{name}", f"{kind} NOT NULL", f"The sum of their {name}.") for name, kind in self.sums.items()
        ]
        constraints = [f"CONSTRAINT {self._named(script, 'pkey')} PRIMARY KEY ({script.listed((*self.by, 'day'))})"]
        constraints += [
            f"CONSTRAINT {self._named(script, name, 'fkey')} FOREIGN KEY ({script.quote(name)}) REFERENCES {to} ON DELETE CASCADE"
            for name, to in self.references.items()
        ]
        about_it = f"Daily totals of {script.table}; they stay when its rows are dropped."
        script.create_table(self.rollup, columns, constraints, about_it)
        leading = next(iter(self.by), "day")
        for name in ("day", *self.references):
            if name != leading:
                script.index(script.name(self.rollup, name, "idx"), (name,), table=self.rollup)

    def _named(self, script: Script, *parts: str) -> str:
        return script.quote(script.name(self.rollup, *parts))

    def _known(self, script: Script) -> str:
        """On MySQL no foreign key guards a partitioned table: rows of what is not there must not stop the totals of the others."""
        if script.engine != "mysql":
            return ""
        parts = ((name, *to.rstrip(")").split("(")) for name, to in self.references.items())
        return "".join(
            f" AND {script.quote(name)} IN (SELECT {column.strip()} FROM {table.strip()})"
            for name, table, column in parts
        )

    def totals(self, script: Script, day: str, since: str, until: str) -> list[str]:
        """The statements that count the days of a span anew. day: the day of a row; since, until: two days, the second left out."""
        column = script.quote(self.column)
        groups = ", ".join([day, *map(script.quote, self.by)])
        sums = [f"coalesce(sum({script.quote(name)}), 0)" for name in self.sums]
        into = script.listed(("day", *self.by, *self.measures))
        return [
            f"DELETE FROM {script.place(self.rollup)} WHERE day >= {since} AND day < {until}",
            (
                f"INSERT INTO {script.place(self.rollup)} ({into})\n"
                f"SELECT {', '.join([groups, 'count(*)', *sums])} FROM {script.place()}\n"
                f"WHERE {column} >= {since} AND {column} < {until}{self._known(script)} GROUP BY {groups}"
            ),
        ]

    # ------------------------------------------------------------ SQLite

    def _on_sqlite(self, script: Script) -> None:
        column = script.quote(self.column)
        script.index(script.name(script.table, self.column, "idx"), (self.column,))
        script.notes.append(f"SQLite has no partitions: old rows of {script.table} go by DELETE, in pieces.")
        if self.rollup:
            since = (
                f"coalesce((SELECT date(max(day), '-{self.late} days') FROM {script.place(self.rollup)}), '0000-01-01')"
            )
            if self.keep:
                since = f"max({since}, date('now', '{_ago(self.period, self.keep)}', '+1 day'))"
            until = "date('now', '+1 day')"
            script.example(
                "Once a day, in one transaction: from which day on, then those days anew.",
                f"SELECT {since} AS since;",
                ";\n".join(self.totals(script, f"date({column})", ":since", until)),
            )
        if self.keep:
            old = f"{column} < date('now', '{_ago(self.period, self.keep)}')"
            script.example(
                "Once a day, until it changes nothing.",
                f"DELETE FROM {script.place()} WHERE rowid IN (SELECT rowid FROM {script.place()} WHERE {old} LIMIT 10000)",
            )


def _ago(period: Period, count: int) -> str:
    return f"-{count * 7} days" if period == "week" else f"-{count} {period}s"
