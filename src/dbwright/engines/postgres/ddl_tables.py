"""Tables → their SQL, partitions and foreign keys between all of them included."""

from collections.abc import Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Column, ForeignKey, Index, Unique
from dbwright.engines.postgres.ddl_columns import (
    check_sql,
    column_sql,
    foreign_key_sql,
    index_sql,
    key_part_sql,
    primary_key_sql,
    sequence_settings,
    settings_sql,
    unique_sql,
    usual_sequence_name,
)
from dbwright.engines.postgres.words import identifier, literal, qualified

_NOT_PARAMETERS = ("tablespace", "access method", "of type", "cluster on")
_COLUMN_SETTINGS = {"storage": "SET STORAGE", "compression": "SET COMPRESSION", "statistics": "SET STATISTICS"}


class TableWriter:
    """Writes the tables of one catalog. deferred: tables whose defaults and checks wait until all routines are there."""

    def __init__(self, catalog: Catalog, deferred: set[Ref]) -> None:
        self._catalog = catalog
        self._deferred = deferred
        self._tables = {(table.namespace, table.name): table for table in catalog.tables}

    def create(self, table: Table, *, foreign_keys: bool = False) -> Iterator[str]:
        """A table with its columns, keys, checks and indexes; without triggers and policies.

        foreign_keys: whether its foreign keys are made here too, because all other tables are there already.

        Partitions and heirs are made whole and then attached, which keeps the order of their columns and the names of
        their indexes: the server attaches an index that is already there instead of making one.
        """
        name = qualified(table.namespace, table.name)
        waiting = table.ref in self._deferred
        sequences = self._own_sequences(table)
        yield from sequences
        yield self._create_table(table, waiting)
        yield from self._sequence_owners(table)
        for unique in self._doubled(table):
            yield f"ALTER TABLE {name} ADD {unique_sql(unique)}"
        if table.partition_of:
            if foreign_keys:
                yield from self._foreign_keys_of(table)
            if not waiting:
                yield from self._indexes(table, [index for index in table.indexes if index.parent])
            yield f"ALTER TABLE {qualified(*table.partition_of.table)} ATTACH PARTITION {name} {table.partition_of.bound}"
        for parent in table.inherits:
            yield f"ALTER TABLE {name} INHERIT {qualified(*parent)}"
        if "of type" in table.options:
            yield f"ALTER TABLE {name} OF {table.options['of type']}"
        if not waiting:
            yield from self._unchecked(table)
            rest = [index for index in table.indexes if not (index.parent and table.partition_of)]
            yield from self._indexes(table, rest)
            yield from self._settings(table)
        if foreign_keys and not table.partition_of:
            # After the indexes: a key may point at its own table.
            yield from self._foreign_keys_of(table)
        for column in table.columns:
            yield from column_settings(f"ALTER TABLE ONLY {name}", column)

    def deferred_parts(self, table: Table) -> Iterator[str]:
        """What `create` left out of a deferred table."""
        name = qualified(table.namespace, table.name)
        for column in table.columns:
            if column.default is not None:
                yield f"ALTER TABLE ONLY {name} ALTER COLUMN {identifier(column.name)} SET DEFAULT {column.default}"
        inherited = {check.name for parent in self._parents(table) for check in parent.checks if not check.no_inherit}
        for check in table.checks:
            if check.name not in inherited:
                yield f"ALTER TABLE {name} ADD {check_sql(check)}"
        for exclusion in table.exclusions:
            yield f"ALTER TABLE ONLY {name} ADD CONSTRAINT {identifier(exclusion.name)} {exclusion.definition}"
        yield from self._indexes(table, list(table.indexes), only=table.kind == "partitioned")
        for index in table.indexes:
            if index.parent:
                yield f"ALTER INDEX {qualified(*index.parent)} ATTACH PARTITION {qualified(table.namespace, index.name)}"
        yield from self._settings(table)

    # ------------------------------------------------------------ CREATE TABLE

    def _create_table(self, table: Table, waiting: bool) -> str:
        lines = [self._column(table, column, waiting) for column in table.columns]
        if table.primary_key:
            lines.append(primary_key_sql(table.primary_key))
        doubled = self._doubled(table)
        lines += [unique_sql(unique) for unique in table.uniques if unique not in doubled]
        if not waiting:
            lines += [check_sql(check) for check in table.checks if check.validated or not check.enforced]
            lines += [f"CONSTRAINT {identifier(each.name)} {each.definition}" for each in table.exclusions]
        words = ["CREATE"]
        if table.temporary:
            words.append("TEMPORARY")
        if table.unlogged:
            words.append("UNLOGGED")
        words.append("FOREIGN TABLE" if table.kind == "foreign" else "TABLE")
        body = ",\n    ".join(lines)
        words.append(f"{qualified(table.namespace, table.name)} (" + (f"\n    {body}\n)" if lines else ")"))
        if table.partitioning:
            keys = ", ".join(key_part_sql(part) for part in table.partitioning.parts)
            words.append(f"PARTITION BY {table.partitioning.strategy.upper()} ({keys})")
        if table.server:
            words.append(f"SERVER {identifier(table.server)}")
            settings = {
                name.removeprefix("foreign."): value
                for name, value in table.options.items()
                if name.startswith("foreign.")
            }
            if settings:
                text = ", ".join(f"{identifier(name)} {literal(value)}" for name, value in settings.items())
                words.append(f"OPTIONS ({text})")
        if "access method" in table.options:
            words.append(f"USING {identifier(table.options['access method'])}")
        parameters = {
            name: value
            for name, value in table.options.items()
            if name not in _NOT_PARAMETERS and not name.startswith("foreign.")
        }
        if parameters:
            words.append(f"WITH ({settings_sql(parameters)})")
        if "tablespace" in table.options:
            words.append(f"TABLESPACE {identifier(table.options['tablespace'])}")
        return " ".join(words)

    @staticmethod
    def _doubled(table: Table) -> list[Unique]:
        """Unique constraints over the columns of another key: in one CREATE TABLE the server would drop them silently."""
        seen = {table.primary_key.columns} if table.primary_key else set()
        found = []
        for unique in table.uniques:
            if unique.columns in seen:
                found.append(unique)
            seen.add(unique.columns)
        return found

    def _column(self, table: Table, column: Column, waiting: bool) -> str:
        identity = column.identity
        if identity and identity.generation == "serial":
            if self._is_plain_serial(table, column):
                return column_sql(table.namespace, table.name, column, serial=True)
            sequence = identity.sequence or (table.namespace, usual_sequence_name(table.name, column.name))
            text = column_sql(table.namespace, table.name, column)
            default = f"DEFAULT nextval({literal(qualified(*sequence))}::regclass)"
            return text.removesuffix(" NOT NULL") + f" {default} NOT NULL"
        if identity and identity.sequence is None and table.partition_of:
            # The numbering comes from the partitioned table, when this one is attached.
            import msgspec

            column = msgspec.structs.replace(column, identity=None)
        return column_sql(table.namespace, table.name, column, default=not waiting)

    def _is_plain_serial(self, table: Table, column: Column) -> bool:
        identity = column.identity
        usual = (table.namespace, usual_sequence_name(table.name, column.name))
        return identity is not None and identity.sequence in (None, usual) and not sequence_settings(identity)

    def _own_sequences(self, table: Table) -> list[str]:
        found = []
        unlogged = table.unlogged and self._catalog.version[:1] not in ((12,), (13,), (14,))
        for column in table.columns:
            identity = column.identity
            if identity and identity.generation == "serial" and not self._is_plain_serial(table, column):
                sequence = identity.sequence or (table.namespace, usual_sequence_name(table.name, column.name))
                words = ["CREATE UNLOGGED SEQUENCE" if unlogged else "CREATE SEQUENCE", qualified(*sequence)]
                if column.type.spelling != "bigint":
                    words.append(f"AS {column.type.spelling}")
                found.append(" ".join((*words, *sequence_settings(identity))))
        return found

    def _sequence_owners(self, table: Table) -> Iterator[str]:
        for column in table.columns:
            identity = column.identity
            if identity and identity.generation == "serial" and not self._is_plain_serial(table, column):
                sequence = identity.sequence or (table.namespace, usual_sequence_name(table.name, column.name))
                owner = f"{qualified(table.namespace, table.name)}.{identifier(column.name)}"
                yield f"ALTER SEQUENCE {qualified(*sequence)} OWNED BY {owner}"

    # ------------------------------------------------------------ what comes after

    def _unchecked(self, table: Table) -> Iterator[str]:
        inherited = {check.name for parent in self._parents(table) for check in parent.checks}
        for check in table.checks:
            if not check.validated and check.enforced and check.name not in inherited:
                yield f"ALTER TABLE {qualified(table.namespace, table.name)} ADD {check_sql(check)}"

    def _indexes(self, table: Table, indexes: list[Index], *, only: bool = False) -> Iterator[str]:
        for index in indexes:
            yield index_sql(table.namespace, table.name, index, only=only)
            yield from index_settings(table.namespace, index)

    def _settings(self, table: Table) -> Iterator[str]:
        name = qualified(table.namespace, table.name)
        if "cluster on" in table.options:
            yield f"ALTER TABLE {name} CLUSTER ON {identifier(table.options['cluster on'])}"
        if table.replica_identity:
            yield f"ALTER TABLE ONLY {name} REPLICA IDENTITY {replica_identity_words(table.replica_identity)}"

    # ------------------------------------------------------------ foreign keys

    def foreign_keys(self) -> Iterator[str]:
        """All foreign keys. Those of partitions come first, so that the server adopts them under their own names."""
        order = sorted(self._catalog.tables, key=self._depth, reverse=True)
        for table in order:
            yield from self._foreign_keys_of(table)

    def _foreign_keys_of(self, table: Table) -> Iterator[str]:
        held = [key for parent in self._parents(table) if table.partition_of for key in parent.foreign_keys]
        for key in table.foreign_keys:
            if not any(_alike(key, other) for other in held):
                yield f"ALTER TABLE {qualified(table.namespace, table.name)} ADD {foreign_key_sql(key)}"

    def _depth(self, table: Table) -> int:
        depth, place = 0, table.partition_of
        while place and place.table in self._tables:
            depth, place = depth + 1, self._tables[place.table].partition_of
        return depth

    def _parents(self, table: Table) -> list[Table]:
        names = [*table.inherits, *([table.partition_of.table] if table.partition_of else [])]
        return [self._tables[name] for name in names if name in self._tables]


def replica_identity_words(identity: str | None) -> str:
    """What stands behind REPLICA IDENTITY."""
    word, _, index = (identity or "default").partition(" ")
    return f"USING INDEX {identifier(index)}" if word == "index" else word.upper()


def _alike(key: ForeignKey, other: ForeignKey) -> bool:
    """Whether a partition's key is the copy that the server makes of its parent's."""
    return key.name == other.name and key.columns == other.columns and key.table == other.table


def column_settings(alter: str, column: Column) -> Iterator[str]:
    """Storage, compression, statistics targets and the like. alter: the ALTER … that they belong to."""
    name = identifier(column.name)
    for option, words in _COLUMN_SETTINGS.items():
        if option in column.options:
            yield f"{alter} ALTER COLUMN {name} {words} {column.options[option]}"
    if "attributes" in column.options:
        yield f"{alter} ALTER COLUMN {name} SET ({column.options['attributes']})"
    if "not null" in column.options:
        yield f"{alter} ADD NOT NULL {name} {column.options['not null']}"


def index_settings(namespace: str, index: Index) -> Iterator[str]:
    """Statistics targets of an index's expressions."""
    for option, value in index.options.items():
        if option.startswith("statistics "):
            number = option.removeprefix("statistics ")
            yield f"ALTER INDEX {qualified(namespace, index.name)} ALTER COLUMN {number} SET STATISTICS {value}"
