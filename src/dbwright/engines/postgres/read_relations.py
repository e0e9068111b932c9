"""Tables, views and sequences with their columns."""

import re
from collections import defaultdict
from operator import attrgetter
from typing import Any, Literal, NamedTuple, cast

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Partitioning, PartitionOf, Sequence, Table, View
from dbwright.catalog.parts import Column, Generated, Identity, Index, KeyPart
from dbwright.catalog.types import Type
from dbwright.engines.postgres import queries
from dbwright.engines.postgres.read_code import read_policies, read_triggers
from dbwright.engines.postgres.read_constraints import Constraints, read_constraints
from dbwright.engines.postgres.read_indexes import IndexReader, read_index_rows
from dbwright.engines.postgres.reading import Reading, options
from dbwright.engines.postgres.sqltext import split_at_commas, stable, without_outer_brackets
from dbwright.engines.postgres.words import qualified

_TABLE_KINDS: dict[str, Literal["ordinary", "partitioned", "foreign"]] = {
    "r": "ordinary",
    "p": "partitioned",
    "f": "foreign",
}
_STRATEGIES = {"r": "range", "l": "list", "h": "hash"}
_STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}
_BY_NAME = attrgetter("name")


class RelationRow(NamedTuple):
    """What the catalog says of a relation, in the order of the query."""

    oid: int
    namespace_oid: int
    namespace: str
    name: str
    kind: str
    owner: int
    persistence: str
    row_security: bool
    force_row_security: bool
    replica_identity: str
    options: list[str] | None
    toast_options: list[str] | None
    tablespace: str | None
    access_method: str | None
    populated: bool
    definition: str | None
    bound: str | None
    parents: list[int] | None
    strategy: str | None
    key_numbers: list[int] | None
    key_classes: list[int] | None
    key_collations: list[int] | None
    key_expressions: str | None
    server: str | None
    server_options: list[str] | None
    of_extension: bool
    row_types: list[int | None]
    of_namespace: str | None
    of_type: str | None


class Relations:
    """All relations of the namespaces that are read. Making it reads the names; the rest is read when asked for."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._plain_columns: dict[tuple[str, int, int, bool], Column] = {}
        self._numbered: list[tuple[Column, ...]] = []
        self.rows = [RelationRow._make(row) for row in reading.rows(queries.RELATIONS)]
        for row in self.rows:
            kind = cast(Any, {"S": "sequence", "v": "view", "m": "view"}.get(row.kind, "table"))
            ref = Ref(kind, (reading.namespace(row.namespace), row.name))
            reading.relations[row.oid] = ref
            if not row.of_extension:
                for row_type in row.row_types:
                    if row_type:
                        reading.types.setdefault(row_type, ref)
        by_relation: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for column in reading.rows(queries.columns(reading.version)):
            by_relation[column[0]].append(column)
        reading.column_rows = by_relation
        for relation, columns in by_relation.items():
            reading.columns[relation] = {column[1]: column[2] for column in columns}
        self.wanted = [row for row in self.rows if row.namespace_oid in reading.namespaces and not row.of_extension]
        self._sequences, self._numbering = self._read_sequences()
        self._indexes = read_index_rows(reading)
        self._index_reader = IndexReader(reading, self._indexes)
        self._constraints, self._owned = read_constraints(reading, self._indexes)
        self._indexes_of: dict[int, list[int]] = defaultdict(list)
        for oid, index in self._indexes.items():
            self._indexes_of[index.table].append(oid)
        self._triggers = read_triggers(reading)

    # ------------------------------------------------------------ sequences

    def _read_sequences(self) -> tuple[dict[int, Sequence], dict[tuple[int, int], tuple[str, Sequence]]]:
        """The sequences, and those that a column owns: dependency type and sequence by relation and column number."""
        reading = self.reading
        found: dict[int, Sequence] = {}
        numbering: dict[tuple[int, int], tuple[str, Sequence]] = {}
        for (
            oid, namespace, name, type_, start, increment, minimum, maximum, cache, cycle, persistence, owner,
            dependency, table, column,
        ) in reading.rows(queries.SEQUENCES):  # fmt: skip
            largest = {"smallint": 2**15, "integer": 2**31}.get(type_, 2**63) - 1
            usual = (1, largest) if increment > 0 else (-largest - 1, -1)
            sequence = Sequence(
                namespace=reading.namespace(namespace),
                name=name,
                type=type_,
                start=start,
                increment=increment,
                minimum=None if minimum == usual[0] else minimum,
                maximum=None if maximum == usual[1] else maximum,
                cache=cache,
                cycle=cycle,
                unlogged=persistence == "u",
                owned_by=self._owner_of(table, column),
                owner=reading.owner_name(owner),
                comment=reading.comment("pg_class", oid),
            )
            found[oid] = sequence
            if table:
                numbering[table, column] = (dependency, sequence)
        return found, numbering

    def _owner_of(self, table: int | None, column: int | None) -> tuple[str, str, str] | None:
        ref = self.reading.relations.get(table) if table else None
        names = self.reading.columns.get(table, {}) if table else {}
        return (ref.path[0], ref.path[1], names[column]) if ref and column in names else None

    def sequences(self) -> tuple[Sequence, ...]:
        """The sequences that stand by themselves: not those of identity and serial columns. Call after `tables`."""
        hidden = {column.identity.sequence for columns in self._numbered for column in columns if column.identity}
        return tuple(each for each in self._sequences.values() if (each.namespace, each.name) not in hidden)

    # ------------------------------------------------------------ columns

    def _columns(self, row: RelationRow, unchecked_not_null: list[str]) -> tuple[Column, ...]:
        reading = self.reading
        types = reading.type_names
        columns = []
        for source in reading.column_rows.get(row.oid, ()):
            _, number, name, type_, modifier, not_null, default, collation, rare, _ = source
            comment = reading.comment("pg_class", row.oid, number)
            numbering = self._numbering.get((row.oid, number)) if self._numbering else None
            if rare is None and comment is None and collation is None and default is None and not unchecked_not_null:
                key = (name, type_, modifier, not_null)
                column = self._plain_columns.get(key)
                if column is None:
                    column = self._plain_columns[key] = Column(
                        name=name, type=types[type_, modifier], nullable=not not_null
                    )
                columns.append(column)
                continue
            columns.append(
                self._column(row, source, types[type_, modifier], comment, numbering, name in unchecked_not_null)
            )
        return tuple(columns)

    def _column(
        self,
        row: RelationRow,
        source: tuple[Any, ...],
        type_: Type,
        comment: str | None,
        numbering: tuple[str, Sequence] | None,
        unchecked: bool,
    ) -> Column:
        _, _, name, _, _, not_null, default, collation, rare, _ = source
        identity_kind, generated_kind, storage, compression, statistics, settings, foreign = rare or [None] * 7
        texts: dict[str, str] = {}
        if storage:
            texts["storage"] = _STORAGE[storage]
        if compression:
            texts["compression"] = _COMPRESSION[compression]
        if statistics:
            texts["statistics"] = statistics
        if settings:
            texts["attributes"] = settings
        if foreign:
            texts["foreign"] = foreign
        if unchecked:
            texts["not null"] = "NOT VALID"
        generated = (
            Generated(expression=stable(without_outer_brackets(default)), stored=generated_kind == "s")
            if generated_kind
            else None
        )
        identity = self._identity(row, identity_kind, type_, default, not_null, numbering)
        return Column(
            name=name,
            type=type_,
            nullable=not not_null or unchecked,
            default=None if generated or identity else default,
            generated=generated,
            identity=identity,
            collation=self.reading.any_collation(collation),
            comment=comment,
            options=texts,
        )

    def _identity(
        self,
        row: RelationRow,
        kind: str | None,
        type_: Type,
        default: str | None,
        not_null: bool,
        numbering: tuple[str, Sequence] | None,
    ) -> Identity | None:
        if kind:
            generation: Literal["always", "by default"] = "always" if kind == "a" else "by default"
            if numbering is None:
                return Identity(generation=generation)
            return _identity_of(generation, numbering[1])
        if numbering is None or default is None or numbering[0] != "a" or not not_null:
            return None
        sequence = numbering[1]
        called = re.fullmatch(r"nextval\('(.*)'::regclass\)", default, re.DOTALL)
        if (
            called is None
            or called[1].replace("''", "'") != qualified(sequence.namespace, sequence.name)
            or sequence.type != type_.spelling
            or sequence.comment
            # Before version 15 there were no unlogged sequences.
            or (self.reading.version >= 15 and sequence.unlogged != (row.persistence == "u"))
        ):
            return None
        return _identity_of("serial", sequence)

    # ------------------------------------------------------------ tables

    def tables(self) -> tuple[Table, ...]:
        """All tables with their parts."""
        policies = read_policies(self.reading)
        nothing = Constraints()
        found = []
        for row in self.wanted:
            if row.kind not in _TABLE_KINDS:
                continue
            parts = self._constraints.get(row.oid, nothing)
            columns = self._columns(row, parts.unchecked_not_null)
            self._numbered.append(columns)
            strategy = row.strategy is not None
            parents = self._parents(row)
            found.append(
                Table(
                    namespace=self.reading.namespaces[row.namespace_oid],
                    name=row.name,
                    kind=_TABLE_KINDS[row.kind],
                    columns=columns,
                    primary_key=parts.primary_key,
                    uniques=_sorted(parts.uniques),
                    foreign_keys=_sorted(parts.foreign_keys),
                    checks=_sorted(parts.checks),
                    exclusions=_sorted(parts.exclusions),
                    indexes=self._indexes_on(row, columns),
                    triggers=_sorted(self._triggers.get(row.oid, [])),
                    policies=_sorted(policies.get(row.oid, [])),
                    partitioning=self._partitioning(row) if strategy else None,
                    partition_of=PartitionOf(table=parents[0], bound=row.bound) if row.bound and parents else None,
                    inherits=() if row.bound else parents,
                    temporary=row.persistence == "t",
                    unlogged=row.persistence == "u",
                    server=row.server,
                    row_security=row.row_security,
                    force_row_security=row.force_row_security,
                    replica_identity=self._replica_identity(row),
                    owner=self.reading.owner_name(row.owner),
                    comment=self.reading.comment("pg_class", row.oid),
                    options=self._options(row),
                )
            )
        return tuple(found)

    def _parents(self, row: RelationRow) -> tuple[tuple[str, str], ...]:
        refs = [self.reading.relations.get(parent) for parent in row.parents or ()]
        return tuple((ref.path[0], ref.path[1]) for ref in refs if ref)

    def _indexes_on(self, row: RelationRow, columns: tuple[Column, ...]) -> tuple[Index, ...]:
        oids = [oid for oid in self._indexes_of.get(row.oid, ()) if oid not in self._owned]
        if not oids:
            return ()
        sources = self.reading.column_rows[row.oid]
        types = {}
        for source, column in zip(sources, columns, strict=True):
            types[source[1]] = (column.type, source[9])
        return _sorted([self._index_reader.index(self._indexes[oid], types) for oid in oids])

    def _partitioning(self, row: RelationRow) -> Partitioning:
        names = self.reading.columns[row.oid]
        expressions = iter(split_at_commas(row.key_expressions or ""))
        sources = {source[1]: source for source in self.reading.column_rows[row.oid]}
        parts = []
        for number, operator_class, collation in zip(
            row.key_numbers or (), row.key_classes or (), row.key_collations or (), strict=True
        ):
            own = sources[number][9] if number else 0
            parts.append(
                KeyPart(
                    column=names[number] if number else None,
                    expression=None if number else without_outer_brackets(next(expressions)),
                    opclass=self.reading.operator_class(operator_class),
                    collation=self.reading.collation(collation) if collation != own else None,
                )
            )
        return Partitioning(strategy=_STRATEGIES[row.strategy or "r"], parts=tuple(parts))

    def _replica_identity(self, row: RelationRow) -> str | None:
        if row.replica_identity == "i":
            chosen = [oid for oid in self._indexes_of.get(row.oid, ()) if self._indexes[oid].replica_identity]
            return f"index {self._indexes[chosen[0]].name}" if chosen else None
        return {"f": "full", "n": "nothing"}.get(row.replica_identity)

    def _options(self, row: RelationRow) -> dict[str, str]:
        found = options(row.options) | options(row.toast_options, prefix="toast.")
        if row.tablespace:
            found["tablespace"] = row.tablespace
        if row.access_method and row.access_method != "heap":
            found["access method"] = row.access_method
        if row.of_type:
            found["of type"] = qualified(row.of_namespace or "", row.of_type)
        for name, value in options(row.server_options, prefix="foreign.").items():
            found[name] = value
        clustered = [oid for oid in self._indexes_of.get(row.oid, ()) if self._indexes[oid].clustered]
        if clustered:
            found["cluster on"] = self._indexes[clustered[0]].name
        return found

    # ------------------------------------------------------------ views

    def views(self) -> tuple[View, ...]:
        """All views and materialised views."""
        found = []
        for row in self.wanted:
            if row.kind not in ("v", "m"):
                continue
            columns = self._columns(row, [])
            found.append(
                View(
                    namespace=self.reading.namespaces[row.namespace_oid],
                    name=row.name,
                    definition=stable((row.definition or "").strip().removesuffix(";")),
                    materialized=row.kind == "m",
                    populated=row.populated,
                    columns=columns,
                    indexes=self._indexes_on(row, columns),
                    triggers=_sorted(self._triggers.get(row.oid, [])),
                    depends_on=self.reading.dependencies.get(("r", row.oid), ()),
                    temporary=row.persistence == "t",
                    owner=self.reading.owner_name(row.owner),
                    comment=self.reading.comment("pg_class", row.oid),
                    options=self._options(row),
                )
            )
        return tuple(found)


def _sorted(parts: list[Any]) -> tuple[Any, ...]:
    return tuple(sorted(parts, key=_BY_NAME)) if len(parts) > 1 else tuple(parts)


def _identity_of(generation: Literal["always", "by default", "serial"], sequence: Sequence) -> Identity:
    usual = (sequence.minimum if sequence.minimum is not None else 1) if sequence.increment > 0 else -1
    return Identity(
        generation=generation,
        start=None if sequence.start == usual else sequence.start,
        increment=None if sequence.increment == 1 else sequence.increment,
        minimum=sequence.minimum,
        maximum=sequence.maximum,
        cache=None if sequence.cache == 1 else sequence.cache,
        cycle=sequence.cycle,
        sequence=(sequence.namespace, sequence.name),
    )
