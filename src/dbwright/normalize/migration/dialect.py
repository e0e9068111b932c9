"""How the three engines write what a split needs: comparing with NULL, inserting what is missing, lists taken apart and put together."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dbwright.catalog.objects import Column
from dbwright.normalize.design.proposal import Unfolded

Quote = Callable[[str], str]
_TEXTS = ("char", "varchar", "text")
_AS_TEXT = ("json", "xml", "geometry", "vector", "composite", "domain", "array", "interval", "other")
"""Kinds of PostgreSQL's types that have no equality, or one that takes different values for the same."""


@dataclass(frozen=True)
class Dialect:
    """One engine's SQL. engine: "postgres", "mysql" or "sqlite"; limit: bytes of a name."""

    engine: str
    quote: Quote
    mariadb: bool = False
    limit: int | None = None

    def fitting(self, name: str, ending: str = "") -> str:
        """A name with an ending, the name cut where the engine's limit asks for it."""
        while self.limit and len((name + ending).encode()) > self.limit:
            name = name[:-1]
        return name + ending

    def place(self, namespace: str, name: str) -> str:
        """A table or a view by its name."""
        return ".".join(self.quote(part) for part in (namespace, name) if part)

    def columns(self, names: Sequence[str], prefix: str = "") -> str:
        """Columns as a list."""
        return ", ".join(prefix + self.quote(name) for name in names)

    def text(self, value: str) -> str:
        """A text literal."""
        escaped = value.replace("'", "''")
        return "'" + (escaped.replace("\\", "\\\\") if self.engine == "mysql" else escaped) + "'"

    # ------------------------------------------------------------ comparing

    def same(self, left: str, right: str) -> str:
        """Whether two values are the same, NULL being the same as NULL."""
        if self.engine == "mysql":
            return f"{left} <=> {right}"
        return f"{left} IS NOT DISTINCT FROM {right}" if self.engine == "postgres" else f"{left} IS {right}"

    def all_same(self, pairs: Sequence[tuple[str, str, Column | None]]) -> str:
        """Whether all pairs are the same, byte by byte where their column is known; true where there are none."""
        found = [
            (left, right) if each is None else (self.exact(left, each), self.exact(right, each))
            for left, right, each in pairs
        ]
        return " AND ".join(self.same(*pair) for pair in found) or "1 = 1"

    def equal(self, left: str, right: str, *, nullable: bool) -> str:
        """Whether two values are the same, in a form for which an index is used even where they may be NULL."""
        if not nullable:
            return f"{left} = {right}"
        if self.engine == "postgres":
            return f"({left} = {right} OR ({left} IS NULL AND {right} IS NULL))"
        return self.same(left, right)

    def exact(self, value: str, column: Column) -> str:
        """A value in a form in which it can be compared byte by byte, whatever its collation or type."""
        kind = column.type.kind
        if self.engine == "mysql":
            return f"CAST({value} AS BINARY)" if kind in (*_TEXTS, "enum", "set", "json", "untyped") else value
        if self.engine == "sqlite":
            return f"({value}) COLLATE BINARY" if column.collation else value
        if kind in _TEXTS and (column.collation or "citext" in column.type.spelling):
            return f'({value})::text COLLATE "C"'
        return f"({value})::text" if kind in _AS_TEXT and not column.type.binary_json else value

    def differences(self, left: str, right: str, columns: Sequence[Column]) -> str:
        """A query for the rows that one of two relations has, or has more often, each with 1 or 2 for the side and its values.

        EXCEPT ALL both ways on PostgreSQL; else rows are counted on both sides, which finds the same: SQLite has no EXCEPT ALL, and
        MariaDB's takes three times as long and more.
        """
        if self.engine != "postgres":
            return self._counted(left, right, columns)
        listed = ", ".join(self._named_exact(each, each.name) for each in columns)
        one, two = f"SELECT {listed} FROM {left}", f"SELECT {listed} FROM {right}"
        return (
            f"SELECT 1 AS side, missing.* FROM ({one} EXCEPT ALL {two}) AS missing"
            f" UNION ALL SELECT 2 AS side, added.* FROM ({two} EXCEPT ALL {one}) AS added"
        )

    def _named_exact(self, column: Column, name: str) -> str:
        value = self.quote(column.name)
        exact = self.exact(value, column)
        return value if exact == value and name == column.name else f"{exact} AS {self.quote(name)}"

    def _counted(self, left: str, right: str, columns: Sequence[Column]) -> str:
        names = [f"c{place}" for place in range(len(columns))]
        listed = ", ".join(self._named_exact(each, alias) for alias, each in zip(names, columns, strict=True))
        groups = ", ".join(self.exact(alias, each) for alias, each in zip(names, columns, strict=True))
        both = f"SELECT {listed}, 1 AS side FROM {left} UNION ALL SELECT {listed}, -1 FROM {right}"
        return (
            f"SELECT CASE WHEN sum(side) > 0 THEN 1 ELSE 2 END AS side, {', '.join(names)} FROM ({both}) AS held"
            f" GROUP BY {groups} HAVING sum(side) <> 0"
        )

    # ------------------------------------------------------------ writing

    def insert_missing(self, place: str, columns: Sequence[str], select: str) -> str:
        """Insert the rows of a query, leaving out those whose key is there already, also where somebody else inserts it now."""
        listed = self.columns(columns)
        if self.engine == "mysql":
            first = f"{place}.{self.quote(columns[0])}"
            return f"INSERT INTO {place} ({listed}) {select} ON DUPLICATE KEY UPDATE {first} = {first}"
        return f"INSERT INTO {place} ({listed}) {select} ON CONFLICT DO NOTHING"

    @property
    def dual(self) -> str:
        """What a SELECT with a condition and no table reads from."""
        return " FROM DUAL" if self.engine == "mysql" else ""

    @property
    def locked(self) -> str:
        """Makes a look-up in a trigger see what other sessions have just committed."""
        return " LOCK IN SHARE MODE" if self.engine == "mysql" else ""

    # ------------------------------------------------------------ lists

    def items(self, unfolded: Unfolded, values: Sequence[Sequence[str]]) -> str:
        """A query for the items of one row: the ordinal as `ordinal`, the values as `v0`, `v1` …

        values: per repetition the SQL expressions of its columns in the row; a single one for lists, JSON and arrays.
        """
        if unfolded.kind in ("numbered", "group"):
            return " UNION ALL ".join(
                f"SELECT {number} AS ordinal, {', '.join(f'{value} AS v{place}' for place, value in enumerate(each))}"
                f"{self.dual} WHERE {' OR '.join(f'{value} IS NOT NULL' for value in each)}"
                for number, each in enumerate(values, 1)
            )
        items, ordinal, value = self.each_item(unfolded, values[0][0])
        where = f" WHERE {values[0][0]} IS NOT NULL" if self.engine == "sqlite" else ""
        return f"SELECT {ordinal} AS ordinal, {value} AS v0 FROM {items} AS u{self.item_columns(unfolded)}{where}"

    def each_item(self, unfolded: Unfolded, value: str) -> tuple[str, str, str]:
        """A table function over a list, JSON array or array, to be called u, and the expressions of ordinal and item in it."""
        if self.engine == "postgres":
            if unfolded.kind == "json":
                return f"jsonb_array_elements(({value})::jsonb) WITH ORDINALITY", "u.n", "u.v #>> '{}'"
            taken = value
            if unfolded.kind == "list":
                split = f"string_to_array({value}, {self.text(unfolded.separator)})"
                taken = f"CASE WHEN {value} = '' THEN ARRAY[''] ELSE {split} END"
            return f"unnest({taken}) WITH ORDINALITY", "u.n", "u.v"
        held = value if unfolded.kind == "json" else self._as_json(value, unfolded.separator)
        if self.engine == "sqlite":
            return f"json_each({held})", "u.key + 1", "u.value"
        if unfolded.kind == "json":
            held = f"CONCAT({held})"  # as text: MySQL 9 takes no JSON column of a query in brackets
        return f"JSON_TABLE({held}, '$[*]' COLUMNS (n FOR ORDINALITY, v LONGTEXT PATH '$'))", "u.n", "u.v"

    def item_columns(self, unfolded: Unfolded) -> str:
        """What PostgreSQL calls the columns of the table function."""
        return "(v, n)" if self.engine == "postgres" else ""

    def _as_json(self, value: str, separator: str) -> str:
        """A list as a JSON array of its texts. In JSON the separator stands as JSON writes it."""
        found = self.text(json.dumps(separator, ensure_ascii=False)[1:-1])
        if self.engine == "sqlite":
            return f"'[' || replace(json_quote({value}), {found}, '\",\"') || ']'"
        return f"CONCAT('[', REPLACE(JSON_QUOTE({value}), {found}, '\",\"'), ']')"

    def joined(
        self, unfolded: Unfolded, place: str, condition: str, repetition: int, target: int, held: Column | None
    ) -> str:
        """A scalar query that puts the items of a row together again, as the column of the source held them."""
        column = f"u.{self.quote(unfolded.targets[target])}"
        ordinal = f"u.{self.quote(unfolded.ordinal)}"
        rows = f"FROM {place} AS u WHERE {condition}"
        if unfolded.kind in ("numbered", "group"):
            return f"(SELECT {column} {rows} AND {ordinal} = {repetition + 1})"
        separator = self.text(unfolded.separator)
        match (self.engine, unfolded.kind):
            case ("postgres", "list"):
                return f"(SELECT string_agg({column}, {separator} ORDER BY {ordinal}) {rows})"
            case ("postgres", "array"):
                return f"(SELECT array_agg({column} ORDER BY {ordinal}) {rows})"
            case ("postgres", _):
                other = "" if held is None or held.type.binary_json else f"::{held.type.spelling}"
                return f"(SELECT jsonb_agg({column} ORDER BY {ordinal}){other} {rows})"
            case ("sqlite", kind):
                function = f"json_group_array({column})" if kind == "json" else f"group_concat({column}, {separator})"
                sorted_rows = f"FROM (SELECT * FROM {place} AS u WHERE {condition} ORDER BY {ordinal}) AS u"
                counted = f"CASE WHEN count(*) > 0 THEN {function} END"
                return f"(SELECT {counted} {sorted_rows})"
            case (_, "json"):
                texts = f"GROUP_CONCAT(JSON_QUOTE({column}) ORDER BY {ordinal} SEPARATOR ',')"
                array = f"CONCAT('[', {texts}, ']')"
                is_json = held is not None and held.type.kind == "json" and not self.mariadb
                return f"(SELECT {f'CAST({array} AS JSON)' if is_json else array} {rows})"
            case _:
                return f"(SELECT GROUP_CONCAT({column} ORDER BY {ordinal} SEPARATOR {separator}) {rows})"
