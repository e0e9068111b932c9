"""Indexes: keys are put together from the catalog's numbers; the server prints expressions and predicates only."""

from functools import cache
from typing import NamedTuple

from dbwright.catalog.parts import Index, KeyPart
from dbwright.catalog.types import Type
from dbwright.engines.postgres import queries
from dbwright.engines.postgres.reading import Reading, options
from dbwright.engines.postgres.sqltext import stable, without_outer_brackets

_DESCENDING, _NULLS_FIRST = 1, 2


class IndexRow(NamedTuple):
    """What the catalog says of an index, in the order of the query."""

    oid: int
    table: int
    name: str
    method: str
    unique: bool
    valid: bool
    keys: int
    numbers: tuple[int, ...]
    flags: tuple[int, ...]
    classes: tuple[int, ...]
    collations: tuple[int, ...]
    predicate: str | None
    expressions: list[str] | None
    nulls_not_distinct: bool
    options: list[str] | None
    tablespace: str | None
    parent: int | None
    clustered: bool
    replica_identity: bool


class KeyOptions(NamedTuple):
    """Options of one key of an index."""

    operator_class: str | None
    statistics: str | None


def read_index_rows(reading: Reading) -> dict[int, IndexRow]:
    """All indexes, those of constraints too, by their identifiers."""
    return {
        row[0]: IndexRow._make((*row[:7], *map(_numbers, row[7:11]), *row[11:]))
        for row in reading.rows(queries.indexes(reading.version))
    }


@cache
def _numbers(vector: str) -> tuple[int, ...]:
    """PostgreSQL's int2vector and oidvector come as text ("1 3"), which the server prints far quicker than arrays."""
    return tuple(map(int, vector.split()))


def read_key_options(reading: Reading) -> dict[tuple[int, int], KeyOptions]:
    """Options of single keys, by index and position from 1."""
    rows = reading.rows(queries.index_columns(reading.version))
    return {(row[0], row[1]): KeyOptions(row[2], row[3]) for row in rows}


class IndexReader:
    """Makes indexes of rows; equal keys on equal columns are made once."""

    def __init__(self, reading: Reading, rows: dict[int, IndexRow]) -> None:
        self.reading = reading
        self.rows = rows
        self.key_options = read_key_options(reading)
        self._parts: dict[tuple[object, ...], KeyPart] = {}

    def index(self, row: IndexRow, types: dict[int, tuple[Type, int]]) -> Index:
        """An index; `types` holds the type and the own collation of each of the table's columns."""
        reading = self.reading
        names = reading.columns[row.table]
        expressions = iter(row.expressions or ())
        parts = []
        for position in range(row.keys):
            number = row.numbers[position]
            chosen = self.key_options.get((row.oid, position + 1)) if self.key_options else None
            type_, own_collation = types.get(number, (None, 0)) if number else (None, 0)
            collation = row.collations[position]
            key = (
                names[number] if number else None,
                None if number else next(expressions),
                row.flags[position] if position < len(row.flags) else 0,
                row.classes[position],
                collation if collation != own_collation else 0,
                chosen.operator_class if chosen else None,
                row.method == "btree",
                type_.spelling if type_ else "",
            )
            part = self._parts.get(key)
            if part is None:
                part = self._parts[key] = self._part(*key)
            parts.append(part)
        settings = options(row.options)
        if row.tablespace:
            settings["tablespace"] = row.tablespace
        if self.key_options:
            for position in range(len(row.numbers)):
                chosen = self.key_options.get((row.oid, position + 1))
                if chosen and chosen.statistics:
                    settings[f"statistics {position + 1}"] = chosen.statistics
        parent = self.rows.get(row.parent) if row.parent else None
        return Index(
            name=row.name,
            parts=tuple(parts),
            unique=row.unique,
            nulls_distinct=not row.nulls_not_distinct,
            method=row.method,
            include=tuple([names[number] for number in row.numbers[row.keys :]]),
            predicate=stable(without_outer_brackets(row.predicate)) if row.predicate else None,
            valid=row.valid,
            parent=(reading.relations[parent.table].path[0], parent.name) if parent else None,
            comment=reading.comment("pg_class", row.oid),
            options=settings,
        )

    def _part(
        self,
        column: str | None,
        expression: str | None,
        flags: int,
        operator_class: int,
        collation: int,
        parameters: str | None,
        ordered: bool,
        type_spelling: str,
    ) -> KeyPart:
        descending = bool(flags & _DESCENDING) and ordered
        nulls_first = bool(flags & _NULLS_FIRST)
        shown = self.reading.operator_class(operator_class, type_spelling)
        if parameters and shown is None:
            shown = self.reading.any_operator_class(operator_class)
        return KeyPart(
            column=column,
            expression=stable(without_outer_brackets(expression)) if expression else None,
            descending=descending,
            nulls_first=nulls_first if ordered and nulls_first != descending else None,
            opclass=shown,
            opclass_options=parameters,
            collation=self.reading.any_collation(collation) if column else self.reading.collation(collation),
        )
