"""A table that holds the result of a grouped query, kept by triggers on every table that the query reads.

Each written row gives a difference to add: the query over that row alone, joined with the other tables, its counts and sums
with a plus for the new row and a minus for the old one. A group whose rows come to nothing is deleted.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Index, KeyPart, PrimaryKey, Table, Unique
from dbwright.catalog.parts import Column
from dbwright.catalog.types import Type
from dbwright.change.operations import CreateIndex, CreateTable, Operation
from dbwright.denormalize.expressions import Use
from dbwright.denormalize.kinds import Fill, Kept
from dbwright.denormalize.query import Grouped, Measure, Over, Source
from dbwright.denormalize.words import Words, mark
from dbwright.errors import Unsupported

SIGN = "kept_sign"
_NULLS_ALIKE_SINCE = 15
"""PostgreSQL's UNIQUE NULLS NOT DISTINCT."""


class RollupWriter:
    """What is said of a rollup in SQL.

    kind: "rollup" or "materialized", the option that asked for it. instead: what stands for columns of sources, by place and
    name, where a difference is taken to what they were. exclusive: tables that writers of the root write to as well, since totals
    are kept there: two who only share a lock on their rows would wait for each other.
    """

    def __init__(self, words: Words, path: tuple[str, str], query: Grouped, *, kind: str, text: str) -> None:
        self.words, self.query, self.quote = words, query, words.quote
        self.namespace, self.name, self.kind, self.text = *path, kind, text
        self.place = words.named(*path)
        self.mark = f"{mark(kind, text)} "
        self.keys = [self.quote(key.name) for key in query.keys]
        self.measures = [self.quote(measure.name) for measure in query.measures]
        self.names = [*self.keys, *self.measures]
        self.rows = self.quote(query.rows.name)
        self.instead: dict[tuple[int, str], str] = {}
        self.exclusive: frozenset[Ref] = frozenset()

    # ------------------------------------------------------------ the table

    def table(self, types: Mapping[str, Type]) -> tuple[Operation, ...]:
        """Creating the table and its indexes. types: of the query's columns, by name."""
        query = self.query
        nullable = [key.name for key in query.keys if key.nullable]
        names = [*(key.name for key in query.keys), *(measure.name for measure in query.measures)]
        columns = tuple(Column(name=name, type=types[name], nullable=name in nullable) for name in names)
        keys = tuple(key.name for key in query.keys)
        table = Table(namespace=self.namespace, name=self.name, columns=columns)
        indexes: list[Operation] = []
        if not nullable:
            name = self.words.free(self.namespace, f"{self.name}_pkey") if self.words.engine == "postgres" else None
            table = replace(table, primary_key=PrimaryKey(columns=keys, name=name))
        elif self.words.engine == "postgres":
            if self.words.version and self.words.version[0] < _NULLS_ALIKE_SINCE:
                raise Unsupported(
                    f"PostgreSQL {self.words.version[0]}", f"keep {self.name} grouped by {', '.join(nullable)}, which may be NULL",
                    hint=f"Leave NULL out: WHERE {nullable[0]} IS NOT NULL.",
                )  # fmt: skip
            name = self.words.free(self.namespace, f"{self.name}_key")
            table = replace(table, uniques=(Unique(columns=keys, name=name, nulls_distinct=False),))
        elif self.words.engine == "mysql":
            raise Unsupported(
                "MySQL", f"keep {self.name} grouped by {', '.join(nullable)}, which may be NULL: its unique keys let NULL in many times",
                hint=f"Leave NULL out: WHERE {nullable[0]} IS NOT NULL, and forbid NULL in the column or CAST it.",
            )  # fmt: skip
        else:
            parts = [part for key in query.keys for part in self._parts(key.name, key.nullable)]
            name = self.words.free("", f"{self.name}_key")
            indexes.append(CreateIndex(target=table.ref, index=Index(name=name, parts=tuple(parts), unique=True)))
        if self.words.engine == "sqlite":
            name = self.words.free("", f"{self.name}_gone")
            gone = Index(name=name, parts=(KeyPart(column=keys[0]),), predicate=f"{self.rows} = 0")
            indexes.append(CreateIndex(target=table.ref, index=gone))
        return (CreateTable(target=table.ref, table=table), *indexes)

    def _parts(self, name: str, nullable: bool) -> list[KeyPart]:
        if not nullable:
            return [KeyPart(column=name)]
        return [KeyPart(expression=text) for text in self._told_apart(name)]

    def _told_apart(self, name: str) -> list[str]:
        """Expressions under which NULL is a value like others."""
        return [f"{self.quote(name)} IS NULL", f"ifnull({self.quote(name)}, 0)"]

    @property
    def conflict(self) -> str:
        """The columns or expressions by which a group is told."""
        parts = [
            text
            for key in self.query.keys
            for text in (
                self._told_apart(key.name) if key.nullable and self.words.engine == "sqlite" else [self.quote(key.name)]
            )
        ]
        return ", ".join(parts)

    # ------------------------------------------------------------ the query

    def spelled(self, over: Over, names: Sequence[str]) -> str:
        """An expression of the query. names: how the row of each source is named."""

        def resolve(use: Use) -> str:
            place, column = over.owners[use]
            return self.instead.get((place, column)) or f"{names[place]}.{self.quote(column)}"

        return f"({over.expression.spelled(resolve)})"

    @property
    def aliases(self) -> list[str]:
        """How each source is named in our own queries."""
        return [f"s{place}" for place in range(len(self.query.sources))]

    def joins(self, names: Sequence[str]) -> list[str]:
        """The conditions that join the sources."""
        return [
            f"{names[place]}.{self.quote(theirs)} = {names[source.child]}.{self.quote(ours)}"
            for place, source in enumerate(self.query.sources)
            if source.child is not None
            for theirs, ours in source.pairs
        ]

    def where(self, names: Sequence[str]) -> str:
        """The condition of the query, with its joins."""
        conditions = self.joins(names)
        conditions += [self.spelled(self.query.condition, names)] if self.query.condition else []
        return " AND ".join(conditions) or ("1 = 1" if self.words.engine != "postgres" else "true")

    def keyed(self, names: Sequence[str]) -> list[str]:
        """The expressions that the query is grouped by."""
        return [self.spelled(key.value, names) for key in self.query.keys]

    def amount(self, measure: Measure, names: Sequence[str]) -> str:
        """What one joined row adds to a measure."""
        if measure.value is None:
            return "1"
        value = self.spelled(measure.value, names)
        return f"coalesce({value}, 0)" if measure.kind == "sum" else f"(CASE WHEN {value} IS NULL THEN 0 ELSE 1 END)"

    def selected(self, *, locked: str = "") -> str:
        """The query itself, with the columns of the table in their order."""
        names = self.aliases
        sources = ", ".join(
            f"{self.words.place(source.table)} AS {name}"
            for source, name in zip(self.query.sources, names, strict=True)
        )
        values = self.keyed(names)
        totals = [
            "count(*)" if each.kind == "rows" else f"sum({self.amount(each, names)})" for each in self.query.measures
        ]
        shown = [f"{value} AS {name}" for value, name in zip((*values, *totals), self.names, strict=True)]
        groups = ", ".join(str(place + 1) for place in range(len(values)))
        return f"SELECT {', '.join(shown)} FROM {sources} WHERE {self.where(names)} GROUP BY {groups}{locked}"

    # ------------------------------------------------------------ what is wrong

    @property
    def drift(self) -> str:
        """The groups that the table holds otherwise than the query gives them."""
        query = self.query
        keys = [f"g.k{n}" for n in range(len(query.keys))]
        held = [f"g.h{n}" for n in range(len(query.measures))]
        ours = [f"{name} AS k{n}" for n, name in enumerate(self.keys)]
        one = [*(f"{name} AS h{n}" for n, name in enumerate(self.measures)), *(f"0 AS t{n}" for n in range(len(held)))]
        other = [
            *(f"0 AS h{n}" for n in range(len(held))),
            *(f"{name} AS t{n}" for n, name in enumerate(self.measures)),
        ]
        both = (
            f"SELECT {', '.join([*ours, *one])} FROM {self.place} UNION ALL"
            f" SELECT {', '.join([*ours, *other])} FROM ({self.selected()}) AS q"
        )
        sums = [f"sum({each}) AS {each[2:]}" for each in (*held, *(f"g.t{n}" for n in range(len(held))))]
        added = f"SELECT {', '.join([*keys, *sums])} FROM ({both}) AS g GROUP BY {', '.join(keys)}"
        wrong = " OR ".join(
            f"abs(d.h{n} - d.t{n}) > 1e-9 * (abs(d.t{n}) + 1)" if each.is_inexact else f"d.h{n} <> d.t{n}"
            for n, each in enumerate(query.measures)
        )
        return f"SELECT * FROM ({added}) AS d WHERE {wrong}"

    # ------------------------------------------------------------ what each engine has its own way for

    def operations(self) -> list[Operation]:
        """Creating the triggers, with the functions of PostgreSQL."""
        raise NotImplementedError

    def fills(self) -> list[Fill]:
        """Statements that fill the table, safe while others write."""
        raise NotImplementedError

    def limits(self) -> list[str]:
        """What the triggers do not see, in sentences."""
        return []

    def parents(self) -> list[tuple[int, Source]]:
        """The sources that others refer to, with their places."""
        return [(place, source) for place, source in enumerate(self.query.sources) if source.child is not None]

    def kept(self, types: Mapping[str, Type]) -> Kept:
        """All that keeps it."""
        said = self.limits()
        if any(each.is_inexact for each in self.query.measures):
            said.append(
                "Sums of floating-point numbers lose their last digits as rows come and go; the check lets 1e-9 pass."
            )
        sums = [each.name for each in self.query.measures if each.kind == "sum"]
        if sums:
            said.append(f"{', '.join(sums)}: 0, where the query's own sum over nothing but NULL would be NULL.")
        return Kept(
            kind=self.kind,
            name=str(Ref("table", (self.namespace, self.name))),
            target=Ref("table", (self.namespace, self.name)),
            what=" ".join(self.text.partition("=")[2].split()),
            text=self.text,
            columns=self.table(types),
            triggers=tuple(self.operations()),
            fills=tuple(self.fills()[-1:] if self.words.engine == "sqlite" else self.fills()),
            repairs=tuple(self.fills()),
            drift=self.drift,
            keys=tuple(key.name for key in self.query.keys),
            held=tuple(measure.name for measure in self.query.measures),
            limits=tuple(said),
            written=tuple(source.table.ref for source in self.query.sources),
            read_before=self.selected(),
            read_after=f"SELECT {', '.join(self.names)} FROM {self.place}",
        )


def rollup_writer(
    words: Words, path: tuple[str, str], query: Grouped, catalog: Catalog, *, kind: str, text: str
) -> RollupWriter:
    """The writer of the engine."""
    match words.engine:
        case "postgres":
            from dbwright.denormalize.rollups_postgres import PostgresRollup

            return PostgresRollup(words, path, query, kind=kind, text=text)
        case "mysql":
            from dbwright.denormalize.rollups_mysql import MySQLRollup

            return MySQLRollup(words, path, query, catalog, kind=kind, text=text)
        case _:
            from dbwright.denormalize.rollups_sqlite import SQLiteRollup

            return SQLiteRollup(words, path, query, kind=kind, text=text)
