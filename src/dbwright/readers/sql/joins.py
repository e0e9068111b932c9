"""Which columns a query sets equal, by SQL text and a catalog: join conditions, USING, NATURAL, IN, EXISTS and the like.

Names are resolved as the engines do: aliases, subqueries, common table expressions, views and correlated outer queries lead
back to the columns of tables. What cannot be resolved is passed over; nothing here raises.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table, View

Pair = tuple[Ref, Ref]
"""Two columns of tables, in the order of their names."""

_LONGEST = 100_000
_DEEPEST_VIEW = 8
_MOST_NATURAL = 3


class JoinReader:
    """Reads the joins of many texts over one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._dialect = {"mariadb": "mysql"}.get(catalog.engine, catalog.engine)
        self._tables: dict[str, list[Table]] = {}
        self._views: dict[str, list[View]] = {}
        for table in catalog.tables:
            self._tables.setdefault(table.name.casefold(), []).append(table)
        for view in catalog.views:
            self._views.setdefault(view.name.casefold(), []).append(view)
        self._view_columns: dict[tuple[str, str], dict[str, Ref]] = {}
        self._opening: list[tuple[str, str]] = []

    def joins(self, sql: str, rows: Mapping[str, Ref] | None = None) -> frozenset[Pair]:
        """The pairs of columns that the statements of a text set equal. rows: names of rows that stand for tables (NEW, OLD)."""
        if len(sql) > _LONGEST:
            return frozenset()
        found: set[Pair] = set()
        level = Level(None, {})
        for name, ref in (rows or {}).items():
            for table in self._tables.get(ref.name.casefold(), ()):
                if table.namespace == ref.namespace:
                    level.sources[name.casefold()] = TableSource(table)
        try:
            for tree in self._parse(sql):
                Reading(self, found).statement(tree, level)
        except (RecursionError, ValueError, KeyError, AttributeError, TypeError, IndexError):
            pass  # a tree of a form that is unknown here: what was found so far counts
        return frozenset(found)

    def source(self, name: str, namespace: str) -> "Source | None":
        """The table or view of a name; in any namespace where none is written, if there is only one."""
        tables = [each for each in self._tables.get(name.casefold(), ()) if _is_in(each.namespace, namespace)]
        exact = [each for each in tables if each.name == name] or tables
        if not exact:
            views = [each for each in self._views.get(name.casefold(), ()) if _is_in(each.namespace, namespace)]
            return MappedSource(self._columns_of(views[0])) if len(views) == 1 else None
        if len(exact) > 1 and not namespace:
            exact = [each for each in exact if each.namespace in ("public", "")] or exact
        return TableSource(exact[0]) if len(exact) == 1 else None

    def _parse(self, sql: str) -> list[Any]:
        import sqlglot
        from sqlglot.errors import ErrorLevel, SqlglotError

        logger = logging.getLogger("sqlglot")
        level = logger.level
        logger.setLevel(logging.CRITICAL)
        try:
            return [tree for tree in sqlglot.parse(sql, read=self._dialect, error_level=ErrorLevel.IGNORE) if tree]
        except (SqlglotError, RecursionError):
            return []
        finally:
            logger.setLevel(level)

    def _columns_of(self, view: View) -> dict[str, Ref]:
        """The columns of a view that are columns of tables."""
        path = (view.namespace, view.name)
        if path in self._view_columns or path in self._opening or len(self._opening) >= _DEEPEST_VIEW:
            return self._view_columns.get(path, {})
        self._opening.append(path)
        columns: dict[str, Ref] = {}
        try:
            for tree in self._parse(view.definition)[:1]:
                names = [column.name for column in view.columns]
                output = Reading(self, set()).query(tree, Level(None, {}))
                columns = {
                    names[at] if at < len(names) else name: ref
                    for at, (name, ref) in enumerate(output)
                    if ref is not None
                }
        except (RecursionError, ValueError, KeyError, AttributeError, TypeError, IndexError):
            columns = {}
        finally:
            self._opening.pop()
        self._view_columns[path] = {name.casefold(): ref for name, ref in columns.items()}
        return self._view_columns[path]


def _is_in(namespace: str, wanted: str) -> bool:
    return not wanted or namespace.casefold() == wanted.casefold() or not namespace


# ---------------------------------------------------------------- where columns come from


class Source:
    """Something that a query reads from: names of columns to columns of tables."""

    def column(self, name: str) -> Ref | None:
        """The table's column that a column of this stands for."""
        raise NotImplementedError

    def names(self) -> Iterable[tuple[str, Ref | None]]:
        """All of its columns, in order."""
        raise NotImplementedError

    def has(self, name: str) -> bool:
        """Whether there is a column of that name, known or computed."""
        return any(each.casefold() == name.casefold() for each, _ in self.names())


class TableSource(Source):
    """A table."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def column(self, name: str) -> Ref | None:
        exact = self.table.column(name)
        found = exact or next((each for each in self.table.columns if each.name.casefold() == name.casefold()), None)
        return self.table.column_ref(found.name) if found else None

    def names(self) -> Iterable[tuple[str, Ref | None]]:
        return [(each.name, self.table.column_ref(each.name)) for each in self.table.columns]


class MappedSource(Source):
    """A subquery, a common table expression or a view."""

    def __init__(self, columns: Mapping[str, Ref | None]) -> None:
        self._columns = {name.casefold(): ref for name, ref in columns.items()}

    def column(self, name: str) -> Ref | None:
        return self._columns.get(name.casefold())

    def names(self) -> Iterable[tuple[str, Ref | None]]:
        return list(self._columns.items())


class Level:
    """One query's names, with those of the queries around it."""

    def __init__(self, parent: "Level | None", ctes: Mapping[str, Source]) -> None:
        self.parent = parent
        self.sources: dict[str, Source] = {}
        self.ctes: dict[str, Source] = dict(ctes)

    def resolve(self, name: str, qualifier: str) -> Ref | None:
        """The table's column that a name stands for; None for what is computed, unknown or ambiguous."""
        level: Level | None = self
        while level is not None:
            if qualifier:
                source = level.sources.get(qualifier.casefold())
                if source is not None:
                    return source.column(name)
            else:
                holding = [source for source in level.sources.values() if source.has(name)]
                if holding:
                    refs = {source.column(name) for source in holding}
                    return refs.pop() if len(refs) == 1 else None
            level = level.parent
        return None


# ---------------------------------------------------------------- a tree


class Reading:
    """Walks one statement and gathers the pairs that it sets equal."""

    def __init__(self, reader: JoinReader, found: set[Pair]) -> None:
        self._reader = reader
        self._found = found

    def statement(self, tree: Any, outer: Level) -> None:
        """Any statement: a query, a change of rows, or one that holds queries (CREATE VIEW … AS SELECT)."""
        from sqlglot import exp

        if isinstance(tree, exp.Query):
            self.query(tree, outer)
            return
        level = Level(outer, outer.ctes)
        self._add_ctes(tree, level)
        if isinstance(tree, exp.Update | exp.Delete | exp.Merge):
            self._from(tree.this, level)
            self._from(tree.args.get("from_"), level)
            using = tree.args.get("using")
            for each in using if isinstance(using, list) else [using]:
                self._from(each, level)
            for join in tree.args.get("joins") or ():
                self._join(join, level)
            for part in ("where", "on", "whens", "returning"):
                self._condition(tree.args.get(part), level)
            for assignment in tree.expressions:
                self._condition(assignment.args.get("expression"), level)
            return
        for child in tree.iter_expressions():
            self._condition(child, level)

    def query(self, tree: Any, outer: Level | None) -> list[tuple[str, Ref | None]]:
        """A query; returns its columns with what they stand for."""
        from sqlglot import exp

        ctes = outer.ctes if outer else {}
        level = Level(outer, ctes)
        self._add_ctes(tree, level)
        if isinstance(tree, exp.Subquery):
            return self.query(tree.this, level)
        if isinstance(tree, exp.SetOperation):
            self.query(tree.expression, level)
            return self.query(tree.this, level)
        if not isinstance(tree, exp.Select):
            return []
        self._from(tree.args.get("from_"), level)
        for join in tree.args.get("joins") or ():
            self._join(join, level)
        for lateral in tree.args.get("laterals") or ():
            self._from(lateral, level)
        output: list[tuple[str, Ref | None]] = []
        for each in tree.expressions:
            self._condition(each, level)
            output += self._projected(each, level)
        for part in ("where", "having", "qualify", "group", "order"):
            self._condition(tree.args.get(part), level)
        return output

    def _add_ctes(self, tree: Any, level: Level) -> None:
        clause = tree.args.get("with_")
        for cte in clause.expressions if clause else ():
            name, columns = cte.alias, [each.name for each in cte.args["alias"].args.get("columns") or ()]
            level.ctes.pop(name.casefold(), None)
            output = self.query(cte.this, level)
            level.ctes[name.casefold()] = MappedSource(
                {columns[at] if at < len(columns) else each: ref for at, (each, ref) in enumerate(output)}
            )

    def _projected(self, tree: Any, level: Level) -> Iterator[tuple[str, Ref | None]]:
        from sqlglot import exp

        if tree.is_star:
            qualifier = tree.table if isinstance(tree, exp.Column) else ""
            for name, source in level.sources.items():
                if not qualifier or name == qualifier.casefold():
                    yield from source.names()
            return
        yield tree.alias_or_name, self._column(tree.unalias(), level)

    # ------------------------------------------------------------ FROM and JOIN

    def _from(self, tree: Any, level: Level) -> None:
        from sqlglot import exp

        if not isinstance(tree, exp.Expression):
            return
        if isinstance(tree, exp.From | exp.Lateral):
            inner = tree.this
            if isinstance(tree, exp.Lateral) and isinstance(inner, exp.Subquery) and tree.alias:
                level.sources[tree.alias.casefold()] = MappedSource(dict(self.query(inner, level)))
                return
            self._from(inner, level)
            return
        if isinstance(tree, exp.Table):
            source = self._table(tree, level)
            if source is not None:
                level.sources[tree.alias_or_name.casefold()] = source
        elif isinstance(tree, exp.Subquery):
            if not isinstance(tree.this, exp.Query) or (isinstance(tree.this, exp.Subquery) and not tree.alias):
                self._from(tree.this, level)  # brackets around a join
            else:
                columns = (
                    [each.name for each in tree.args["alias"].args.get("columns") or ()]
                    if tree.args.get("alias")
                    else []
                )
                output = self.query(tree.this, level)
                named = {columns[at] if at < len(columns) else each: ref for at, (each, ref) in enumerate(output)}
                level.sources[tree.alias.casefold()] = MappedSource(named)
        elif isinstance(tree, exp.Paren):
            self._from(tree.this, level)
        for join in tree.args.get("joins") or ():
            self._join(join, level)

    def _table(self, tree: Any, level: Level) -> Source | None:
        if not tree.db and tree.name.casefold() in level.ctes:
            return level.ctes[tree.name.casefold()]
        return self._reader.source(tree.name, tree.db)

    def _join(self, join: Any, level: Level) -> None:
        before = dict(level.sources)
        self._from(join.this, level)
        new = {name: source for name, source in level.sources.items() if before.get(name) is not source}
        names = [each.name for each in join.args.get("using") or ()]
        if (join.args.get("method") or "").upper() == "NATURAL":
            ours = {name.casefold() for source in before.values() for name, _ in source.names()}
            theirs = dict.fromkeys(name for source in new.values() for name, _ in source.names())
            shared = [name for name in theirs if name.casefold() in ours]
            names = shared if len(shared) <= _MOST_NATURAL else []
        for name in names:
            for left in before.values():
                for right in new.values():
                    self._pair(left.column(name), right.column(name))
        self._condition(join.args.get("on"), level)

    # ------------------------------------------------------------ conditions

    def _condition(self, tree: Any, level: Level) -> None:
        """Every comparison in an expression; queries in it are read with this one around them."""
        from sqlglot import exp

        if not isinstance(tree, exp.Expression):
            return
        if isinstance(tree, exp.Query):
            self.query(tree, level)
            return
        if isinstance(tree, exp.EQ | exp.NullSafeEQ | exp.Is):
            self._equal(tree.this, tree.expression, level)
        elif isinstance(tree, exp.In) and tree.args.get("query") is not None:
            self._equal(tree.this, tree.args["query"], level)
        for child in tree.iter_expressions():
            self._condition(child, level)

    def _equal(self, one: Any, other: Any, level: Level) -> None:
        for left, right in zip(self._sides(one, level), self._sides(other, level), strict=False):
            self._pair(left, right)

    def _sides(self, tree: Any, level: Level) -> list[Ref | None]:
        """The columns of one side: one, those of a row, or those that a subquery returns."""
        from sqlglot import exp

        if isinstance(tree, exp.Any | exp.All):
            tree = tree.this
        if isinstance(tree, exp.Tuple):
            return [self._column(each, level) for each in tree.expressions]
        if isinstance(tree, exp.Query):
            return [ref for _, ref in Reading(self._reader, set()).query(tree, level)]
        return [self._column(tree, level)]

    def _column(self, tree: Any, level: Level) -> Ref | None:
        from sqlglot import exp

        while isinstance(tree, exp.Paren | exp.Cast | exp.Collate | exp.Min | exp.Max | exp.Distinct):
            tree = tree.expressions[0] if isinstance(tree, exp.Distinct) and len(tree.expressions) == 1 else tree.this
        if isinstance(tree, exp.Column):
            return level.resolve(tree.name, tree.table)
        return None

    def _pair(self, left: Ref | None, right: Ref | None) -> None:
        if left is not None and right is not None and left != right:
            self._found.add((left, right) if left < right else (right, left))
