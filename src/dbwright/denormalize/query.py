"""A query that groups, counts and adds up, taken apart: what triggers need to know so that they can keep its result.

Only what can be kept by adding and subtracting is taken (Gupta, Mumick, Subrahmanian: Maintaining views incrementally, 1993): one
table, or several joined along foreign keys, grouped, with count and sum. Everything else is refused with a sentence.
"""

from typing import Any, Literal

import msgspec

from dbwright.catalog.objects import Catalog, Column, ForeignKey, Table
from dbwright.denormalize.asked import find_named
from dbwright.denormalize.expressions import Expression, Use, column_named, must_be_zoneless, read_expression
from dbwright.denormalize.kinds import referenced
from dbwright.errors import UsageError

Measured = Literal["rows", "count", "sum"]


class Refused(UsageError):
    """The query is understood, and triggers cannot keep it; the message says why."""


class Over(msgspec.Struct, frozen=True):
    """An expression over the sources: where each column that it names comes from."""

    expression: Expression
    owners: dict[Use, tuple[int, str]]

    def uses(self, source: int) -> set[str]:
        """The columns of a source that it names."""
        return {name for place, name in self.owners.values() if place == source}


class Source(msgspec.Struct, frozen=True):
    """A table of the query. child: the place of the source whose foreign key `key` refers to it; None for the root."""

    table: Table
    alias: str
    child: int | None = None
    key: ForeignKey | None = None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Its own columns and those of its child that are equal."""
        return list(zip(referenced(self.table, self.key), self.key.columns, strict=True)) if self.key else []


class Key(msgspec.Struct, frozen=True):
    """A column that the result is grouped by."""

    name: str
    value: Over
    nullable: bool


class Measure(msgspec.Struct, frozen=True):
    """A column of the result that counts rows, counts values, or adds up."""

    name: str
    kind: Measured
    value: Over | None = None
    is_inexact: bool = False


class Grouped(msgspec.Struct, frozen=True, kw_only=True):
    """The query. The first source is the root: the table whose rows are counted; all others are what they refer to."""

    sources: tuple[Source, ...]
    keys: tuple[Key, ...]
    measures: tuple[Measure, ...]
    condition: Over | None = None

    @property
    def rows(self) -> Measure:
        """The measure that counts the rows of a group; the group is gone when it comes to nothing."""
        return next(each for each in self.measures if each.kind == "rows")

    def plain_column(self, over: Over) -> Column | None:
        """The column that an expression is; None where it is more than one."""
        if len(over.expression.uses) != 1:
            return None
        use = over.expression.uses[0]
        place, name = over.owners[use]
        return self.sources[place].table.column(name) if use.end - use.start == len(over.expression.text) else None

    def used(self, source: int) -> set[str]:
        """The columns of a source whose change may change the result, without those that it is joined by."""
        found: set[str] = set()
        for over in (*(k.value for k in self.keys), *(m.value for m in self.measures), self.condition):
            found |= over.uses(source) if over else set()
        for each in self.sources:
            if each.child == source and each.key:
                found |= set(each.key.columns)
        return found


class QueryReader:
    """Takes one query apart. Raises UsageError where it is not understood, Refused where triggers cannot keep it."""

    def __init__(self, text: str, catalog: Catalog, dialect: str, engine: str) -> None:
        import sqlglot
        from sqlglot import exp
        from sqlglot.errors import SqlglotError

        self.text, self.catalog, self.dialect, self.engine = text.strip().rstrip(";"), catalog, dialect, engine
        try:
            self.tokens = sqlglot.tokenize(self.text, read=dialect)
            tree = sqlglot.parse_one(self.text, read=dialect)
        except (SqlglotError, RecursionError) as error:
            raise UsageError(f"The query is not understood: {self.text}") from error
        if not isinstance(tree, exp.Select):
            raise Refused("Triggers keep a single SELECT only.")
        self.tree: Any = tree
        self.exp = exp

    def read(self) -> Grouped:
        """The query's parts."""
        self._must_be_simple()
        self.sources = self._sources()
        parts = self._clauses()
        items = list(zip(self.tree.expressions, self._split(parts["SELECT"]), strict=True))
        keys: list[Key] = []
        measures: list[Measure] = []
        groups = self._groups(parts.get("GROUP_BY"))
        for place, (node, text) in enumerate(items, 1):
            name = node.alias_or_name
            bare = node.unalias()
            if not name:
                raise UsageError(f"{text} in the query has no name.", hint=f"Write {text} AS name.")
            if bare.find(self.exp.AggFunc):
                measures.append(self._measure(name, bare, self._without_alias(node, text)))
                continue
            spelled = bare.sql(self.dialect)
            if not groups & {str(place), spelled, name}:
                raise Refused(f"{text} is neither grouped by nor counted.")
            groups -= {str(place), spelled, name}
            keys.append(self._key(name, self._without_alias(node, text)))
        if groups:
            raise Refused(f"It is grouped by {', '.join(sorted(groups))}, which it does not show.")
        if not keys:
            raise Refused("Without GROUP BY there is one row, for which all writers would wait.")
        names = [name.casefold() for name in (*(key.name for key in keys), *(measure.name for measure in measures))]
        if len(set(names)) < len(names):
            raise UsageError("Two columns of the query have the same name.")
        if not any(each.kind == "rows" for each in measures):
            root = self.sources[0].table.name
            free = next(n for n in (f"{root}_count", "rows_count", "rows_counted") if n.casefold() not in names)
            measures.append(Measure(free, "rows"))
        condition = self._over(parts["WHERE"], "the condition of the query") if "WHERE" in parts else None
        return Grouped(sources=tuple(self.sources), keys=tuple(keys), measures=tuple(measures), condition=condition)

    # ------------------------------------------------------------ clauses

    def _must_be_simple(self) -> None:
        known = {"expressions", "from_", "from", "joins", "where", "group", "kind"}
        words = {
            "distinct": "DISTINCT",
            "having": "HAVING",
            "order": "ORDER BY",
            "limit": "LIMIT",
            "with_": "WITH",
            "with": "WITH",
        }
        for name, value in self.tree.args.items():
            if value and name not in known:
                raise Refused(f"Triggers cannot keep a query with {words.get(name, name.upper().strip('_'))}.")
        group = self.tree.args.get("group")
        if group is not None and {name for name, value in group.args.items() if value} - {"expressions"}:
            raise Refused("Triggers cannot keep ROLLUP, CUBE or GROUPING SETS.")
        if any(token.comments for token in self.tokens):
            raise UsageError("The query must hold no comments.")

    def _clauses(self) -> dict[str, str]:
        """The text of each clause, by the word that begins it."""
        ends = {"SELECT", "FROM", "WHERE", "GROUP_BY"}
        depth, marks = 0, []
        for token in self.tokens:
            name = token.token_type.name
            depth += (name == "L_PAREN") - (name == "R_PAREN")
            if depth == 0 and name in ends:
                marks.append((name, token.start, token.end + 1))
        found = {}
        for place, (name, _, end) in enumerate(marks):
            following = marks[place + 1][1] if place + 1 < len(marks) else len(self.text)
            found[name] = self.text[end:following].strip()
        return found

    def _split(self, text: str) -> list[str]:
        """A list at its commas, those inside of brackets left out."""
        import sqlglot

        depth, parts, at = 0, [], 0
        for token in sqlglot.tokenize(text, read=self.dialect):
            name = token.token_type.name
            depth += (name == "L_PAREN") - (name == "R_PAREN")
            if depth == 0 and name == "COMMA":
                parts.append(text[at : token.start].strip())
                at = token.end + 1
        return [*parts, text[at:].strip()]

    def _without_alias(self, node: Any, text: str) -> str:
        """An item of the SELECT list without the name that it is given."""
        import sqlglot

        if not isinstance(node, self.exp.Alias):
            return text
        tokens = sqlglot.tokenize(text, read=self.dialect)
        cut = tokens[-2] if tokens[-2].token_type.name == "ALIAS" else tokens[-1]
        return text[: cut.start].strip()

    def _groups(self, text: str | None) -> set[str]:
        group = self.tree.args.get("group")
        if group is None or text is None:
            return set()
        return {
            each.name if isinstance(each, self.exp.Literal) else
            each.name if isinstance(each, self.exp.Column) and not each.table and self._is_alias(each.name) else
            each.sql(self.dialect)
            for each in group.expressions
        }  # fmt: skip

    def _is_alias(self, name: str) -> bool:
        return any(isinstance(each, self.exp.Alias) and each.alias == name for each in self.tree.expressions)

    # ------------------------------------------------------------ tables

    def _sources(self) -> list[Source]:
        from_ = self.tree.args.get("from_") or self.tree.args.get("from")
        if from_ is None:
            raise Refused("It reads no table.")
        named = [self._table(from_.this)]
        conditions = []
        for join in self.tree.args.get("joins") or ():
            side, kind = (str(join.args.get(each) or "").upper() for each in ("side", "kind"))
            if side or kind not in ("", "INNER") or join.args.get("method"):
                raise Refused(f"Triggers keep inner joins only, not {' '.join(filter(None, (side, kind)))} JOIN.")
            named.append(self._table(join.this))
            if join.args.get("using") or not join.args.get("on"):
                raise Refused("Each join needs ON with the columns that are equal.")
            conditions += self._equalities(join.args["on"], named)
        if len({table.ref for table, _ in named}) < len(named):
            raise Refused("Triggers cannot keep a query that reads one table twice.")
        return self._tree(named, conditions)

    def _table(self, node: Any) -> tuple[Table, str]:
        if not isinstance(node, self.exp.Table) or node.args.get("joins") or node.args.get("sample"):
            raise Refused("It reads something else than a table.")
        path = tuple(part.name for part in node.parts)
        if any((view.name.casefold() == path[-1].casefold()) for view in self.catalog.views):
            raise Refused(f"{path[-1]} is a view; name the tables behind it.")
        table = find_named(self.catalog, path, self.text)
        if table.kind not in ("ordinary", "partitioned"):
            raise Refused(f"{table.ref} is no ordinary table.")
        return table, node.alias_or_name

    def _equalities(self, node: Any, named: list[tuple[Table, str]]) -> list[tuple[tuple[int, str], tuple[int, str]]]:
        if isinstance(node, self.exp.Paren):
            return self._equalities(node.this, named)
        if isinstance(node, self.exp.And):
            return [*self._equalities(node.left, named), *self._equalities(node.right, named)]
        if not isinstance(node, self.exp.EQ) or not all(
            isinstance(e, self.exp.Column) for e in (node.left, node.right)
        ):
            raise Refused(f"Triggers keep joins by equal columns only, not by {node.sql(self.dialect)}.")
        sides: list[Any] = [node.left, node.right]
        one, other = (
            self._owner(each.table or None, each.name, bool(each.this.args.get("quoted")), named) for each in sides
        )
        return [(one, other)]

    def _tree(
        self, named: list[tuple[Table, str]], equal: list[tuple[tuple[int, str], tuple[int, str]]]
    ) -> list[Source]:
        """The sources with the root first, each with the foreign key by which another refers to it."""
        joined: dict[int, tuple[int, ForeignKey]] = {}
        by_pair: dict[tuple[int, int], set[tuple[str, str]]] = {}
        for (a, mine), (b, theirs) in equal:
            by_pair.setdefault((min(a, b), max(a, b)), set()).add((mine, theirs) if a < b else (theirs, mine))
        for (a, b), pairs in by_pair.items():
            found = self._key_between(named[a][0], named[b][0], pairs)
            back = self._key_between(named[b][0], named[a][0], {(theirs, mine) for mine, theirs in pairs})
            parent, child, key = (b, a, found) if found else (a, b, back)
            if key is None or parent in joined:
                raise Refused(
                    f"{named[a][0].ref} and {named[b][0].ref} are not joined along one foreign key, so a row could meet any number "
                    "of others."
                )
            joined[parent] = (child, key)
        roots = [place for place in range(len(named)) if place not in joined]
        if len(roots) != 1:
            raise Refused("The tables are not all joined to one.")
        order = [roots[0]]
        while len(order) < len(named):
            further = [p for p, (child, _) in joined.items() if child in order and p not in order]
            if not further:
                raise Refused("The tables are joined in a circle.")
            order += further
        places = {old: new for new, old in enumerate(order)}
        sources = []
        for old in order:
            up = joined.get(old)
            sources.append(Source(*named[old], child=places[up[0]] if up else None, key=up[1] if up else None))
        return sources

    @staticmethod
    def _key_between(child: Table, parent: Table, pairs: set[tuple[str, str]]) -> ForeignKey | None:
        for key in child.foreign_keys:
            if key.table == (parent.namespace, parent.name) and key.enforced:
                there = referenced(parent, key)
                if there and set(zip(key.columns, there, strict=True)) == pairs:
                    return key
        return None

    def _owner(self, qualifier: str | None, name: str, quoted: bool, named: list[tuple[Table, str]]) -> tuple[int, str]:
        """The source and the column that a name means."""
        found = []
        for place, (table, alias) in enumerate(named):
            if qualifier is None or qualifier.casefold() in (alias.casefold(), table.name.casefold()):
                column = column_named(table, name, quoted)
                if column:
                    found.append((place, column.name))
        if len(found) != 1:
            shown = f"{qualifier}.{name}" if qualifier else name
            raise UsageError(f"{shown} in the query is {'of several tables' if found else 'no column of its tables'}.")
        return found[0]

    # ------------------------------------------------------------ values

    def _over(self, text: str, what: str) -> Over:
        expression = read_expression(text, self.dialect, what)
        named = [(source.table, source.alias) for source in self.sources]
        owners = {use: self._owner(use.qualifier, use.name, use.quoted, named) for use in expression.uses}
        columns = {use: self.sources[place].table.column(name) for use, (place, name) in owners.items()}
        must_be_zoneless(expression, columns, self.dialect, what)
        return Over(expression, owners)

    def _key(self, name: str, text: str) -> Key:
        value = self._over(text, f"the column {name} of the query")
        nullable = True
        if len(value.owners) == 1:
            ((place, column),) = set(value.owners.values())
            held = self.sources[place].table.column(column)
            whole = value.expression.uses[0].end - value.expression.uses[0].start == len(text)
            is_date = held is not None and held.type.kind in ("date", "timestamp") and self.engine != "sqlite"
            nullable = held is None or held.nullable or not (whole or (is_date and _keeps_null(text)))
        if not value.owners:
            raise Refused(f"{name} is the same for all rows.")
        return Key(name, value, nullable)

    def _measure(self, name: str, node: Any, text: str) -> Measure:
        exp = self.exp
        if isinstance(node, exp.Avg):
            raise Refused(
                f"An average ({name}) cannot be kept by adding; keep the sum and the count, and divide when it is read."
            )
        if isinstance(node, exp.Min | exp.Max):
            raise Refused(f"{name} is an extreme, which a deleted row can take away; triggers keep counts and sums.")
        if isinstance(node, exp.Filter):
            raise Refused(f"Write {name} as sum(CASE WHEN … THEN 1 ELSE 0 END) instead of FILTER.")
        if not isinstance(node, exp.Count | exp.Sum):
            raise Refused(f"Triggers keep count(…) and sum(…) only, not {text}.")
        if node.args.get("big_int") is None and not text.rstrip().endswith(")"):
            raise Refused(f"Triggers keep count(…) and sum(…) only, not {text}.")
        if isinstance(node.this, exp.Distinct):
            raise Refused(f"{name} counts different values, which cannot be kept by adding and subtracting.")
        if isinstance(node, exp.Count) and isinstance(node.this, exp.Star):
            return Measure(name, "rows")
        value = self._over(text[text.index("(") + 1 : text.rindex(")")], f"the column {name} of the query")
        return Measure(name, "count" if isinstance(node, exp.Count) else "sum", value, self._is_inexact(value))

    def _is_inexact(self, value: Over) -> bool:
        """Whether floating-point numbers are added, which lose their last digits."""
        kinds = {
            column.type.kind
            for place, name in value.owners.values()
            if (column := self.sources[place].table.column(name)) is not None
        }
        return bool(kinds & {"float"}) or (self.engine == "sqlite" and bool(kinds - {"integer", "boolean"}))


def _keeps_null(text: str) -> bool:
    """Whether a date function of one column gives NULL for NULL alone: those that rollups by day, week … are written with."""
    return text.casefold().lstrip().startswith(("cast(", "date(", "date_trunc("))
