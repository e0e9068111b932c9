"""Tables in another dialect: columns, constraints and indexes."""

import msgspec

from dbwright.catalog.names import Kind
from dbwright.catalog.objects import (
    Catalog,
    Check,
    Column,
    ForeignKey,
    Generated,
    Identity,
    PrimaryKey,
    Table,
    Unique,
)
from dbwright.catalog.types import Type
from dbwright.engines.base import Engine
from dbwright.writers.translation.defaults import translate_default
from dbwright.writers.translation.expressions import replace_value, translate_expression
from dbwright.writers.translation.indexes import IndexTranslator
from dbwright.writers.translation.losses import Losses
from dbwright.writers.translation.naming import Names
from dbwright.writers.translation.types import TypeTranslator

_STAY_BEHIND: dict[str, Kind] = {"triggers": "trigger", "policies": "policy", "exclusions": "exclusion"}

_OF_EVERY_MYSQL_TABLE = ("engine", "charset", "collate", "collation", "row_format")


class TableTranslator:
    """Translates the tables of one catalog."""

    def __init__(
        self, catalog: Catalog, source: Engine, target: Engine, names: Names, types: TypeTranslator, losses: Losses
    ) -> None:
        self._catalog = catalog
        self._source = source
        self._target = target
        self._names = names
        self._types = types
        self._losses = losses
        self._indexes = IndexTranslator(source, target, names, losses)
        self._tables = {(table.namespace, table.name): table for table in catalog.tables}
        self._referenced = {
            (key.table, name) for table in catalog.tables for key in table.foreign_keys for name in key.referenced
        }

    def translate(self, old: Table) -> Table | None:
        """The table in the target's dialect; everything that does not fit is noted as lost. None: it has no columns."""
        if not old.columns and self._target.name != "postgres":
            self._losses.add(old.ref, f"is left out: {self._target.title} has no tables without columns")
            return None
        self._say_what_stays_behind(old)
        namespace, name = self._names.tables[old.namespace, old.name]
        columns = tuple(self._column(old, column) for column in old.columns)
        types = {column.name: column.type for column in columns}
        return Table(
            namespace=namespace,
            name=name,
            columns=columns,
            primary_key=self._primary_key(old),
            uniques=tuple(self._unique(old, unique) for unique in old.uniques),
            foreign_keys=tuple(k for key in old.foreign_keys if (k := self._foreign_key(old, key))),
            checks=tuple(self._checks(old)),
            indexes=tuple(i for index in old.indexes if (i := self._indexes.translate(old, index, types))),
            comment=old.comment if self._target.name != "sqlite" else None,
            options={"engine": "InnoDB"} if self._target.name == "mysql" else {},
        )

    def _say_what_stays_behind(self, old: Table) -> None:
        for field, kind in _STAY_BEHIND.items():
            for part in getattr(old, field):
                self._losses.add(old.ref.child(kind, part.name), f"the {kind} is left out")
        if old.kind != "ordinary" or old.partition_of or old.partitioning:
            self._losses.add(old.ref, "becomes an ordinary table")
        if old.inherits:
            self._losses.add(old.ref, "inherits no more; its columns are its own")
        if old.comment and self._target.name == "sqlite":
            self._losses.add(old.ref, "its comment is lost")
        options = {name: text for name, text in old.options.items() if name not in _OF_EVERY_MYSQL_TABLE}
        if len(options) < len(old.options):
            self._losses.sentences.append("The storage engines, charsets and collations of tables are left out.")
        self._losses.fields(
            old.ref,
            msgspec.structs.replace(old, options=options),
            ("options", "temporary", "unlogged", "strict", "row_security", "owner"),
        )

    # ------------------------------------------------------------ columns

    def _column(self, table: Table, old: Column) -> Column:
        ref = table.column_ref(old.name)
        type_ = self._types.translate(old.type, ref, keyed=self._longest_key(table, old))
        identity = self._identity(table, old)
        if identity and self._target.name == "sqlite":
            type_, identity = Type("integer", "INTEGER", bits=64), None
        if old.on_update:
            self._losses.add(ref, f"ON UPDATE {old.on_update} needs a trigger and is left out")
        if old.comment and self._target.name == "sqlite":
            self._losses.add(ref, "its comment is lost")
        self._losses.fields(ref, old, ("collation", "charset", "hidden", "options"))
        domain = self._types.domain(old.type)
        meant = old
        if domain:
            default = old.default if old.default is not None else domain.default
            meant = msgspec.structs.replace(old, type=domain.type, default=default)
        computed = old.identity or old.generated or identity or _draws_numbers(table, old)
        default = None if computed else translate_default(meant, type_, self._source, self._target)
        if default is None and meant.default is not None and not computed:
            self._losses.add(ref, f"its default {meant.default} is left out")
        return Column(
            name=self._names.column(table, old.name),
            type=type_,
            nullable=old.nullable and (domain is None or domain.nullable),
            default=default,
            generated=self._generated(table, old),
            identity=identity,
            comment=old.comment if self._target.name != "sqlite" else None,
        )

    def _longest_key(self, table: Table, column: Column) -> int:
        """How many columns the longest key or foreign key has that the column is in; 0 where it is in none."""
        keys = [*table.keys, *(key.columns for key in table.foreign_keys)]
        lengths = [len(key) for key in keys if column.name in key]
        if ((table.namespace, table.name), column.name) in self._referenced:
            lengths.append(1)
        return max(lengths, default=0)

    def _identity(self, table: Table, old: Column) -> Identity | None:
        ref = table.column_ref(old.name)
        sole = table.primary_key is not None and table.primary_key.columns == (old.name,)
        if old.identity is None and not self._is_rowid(table, old, sole) and not _draws_numbers(table, old):
            return None
        if old.identity:
            self._losses.fields(ref, old.identity, ("start", "increment", "minimum", "maximum", "cache", "cycle"))
        if self._target.name == "postgres":
            return Identity(generation="by default")
        if self._target.name == "mysql":
            first = [columns[0] for columns in table.keys] + [index.columns[0] for index in table.indexes]
            others = [c for c in table.columns if c.identity and c.name != old.name]
            if old.name not in first or (others and not sole):
                self._losses.add(ref, "no longer numbers itself: MySQL numbers one column, which must begin a key")
                return None
            return Identity(generation="auto_increment")
        if not sole:
            self._losses.add(ref, "no longer numbers itself: SQLite numbers only a primary key of one column")
            return None
        return Identity(generation="autoincrement")

    def _is_rowid(self, table: Table, column: Column, sole: bool) -> bool:
        """SQLite numbers a sole INTEGER PRIMARY KEY by itself."""
        return (
            self._source.name == "sqlite"
            and sole
            and column.type.spelling.upper() == "INTEGER"
            and not table.without_rowid
        )

    def _generated(self, table: Table, old: Column) -> Generated | None:
        if old.generated is None:
            return None
        ref = table.column_ref(old.name)
        expression = self._expression(table, old.generated.expression)
        if expression is None:
            self._losses.add(ref, "is no longer generated: its expression cannot be translated")
            return None
        stored = old.generated.stored or self._target.name == "postgres"
        if stored != old.generated.stored:
            self._losses.add(ref, "is stored now, not computed when it is read")
        return Generated(expression=expression, stored=stored)

    def _expression(self, table: Table, expression: str) -> str | None:
        renamed = self._names.columns[table.namespace, table.name]
        return translate_expression(expression, self._source.dialect, self._target.dialect, renamed)

    # ------------------------------------------------------------ constraints

    def _primary_key(self, table: Table) -> PrimaryKey | None:
        old = table.primary_key
        if old is None:
            return None
        ref = table.ref.child("primary_key", old.name or "")
        lost = ("deferral", "without_overlaps", "include", "conflict")
        prefixes = () if self._target.name == "mysql" else ("prefix_lengths",)
        self._losses.fields(ref, old, (*lost, *prefixes))
        columns = self._names.listed((table.namespace, table.name), old.columns)
        if self._target.name == "mysql":
            return PrimaryKey(columns=columns, prefix_lengths=old.prefix_lengths)
        if self._target.name == "sqlite":
            return PrimaryKey(columns=columns)
        name = (
            old.name
            if old.name and old.name != "PRIMARY"
            else f"{self._names.tables[table.namespace, table.name][1]}_pkey"
        )
        return PrimaryKey(columns=columns, name=self._names.relation(table.ref.child("primary_key", ""), name))

    def _unique(self, table: Table, old: Unique) -> Unique:
        ref = table.ref.child("unique", old.name or f"({', '.join(old.columns)})")
        if not old.nulls_distinct:
            self._losses.add(ref, "treats NULLs as distinct, which the source did not")
        self._losses.fields(ref, old, ("deferral", "without_overlaps", "include", "conflict"))
        columns = self._names.listed((table.namespace, table.name), old.columns)
        name = self._names.relation(ref, old.name or "_".join((table.name, *old.columns, "key")))
        return Unique(columns=columns, name=name)

    def _foreign_key(self, table: Table, old: ForeignKey) -> ForeignKey | None:
        ref = table.ref.child("foreign_key", old.name or f"({', '.join(old.columns)})")
        parent = self._tables.get(old.table)
        if parent is None:
            self._losses.add(ref, "is left out: its table is not part of the source")
            return None
        deferral = old.deferral
        if deferral and self._target.name == "mysql":
            self._losses.add(ref, "is no longer deferrable")
            deferral = None
        if self._target.name == "mysql" and "set default" in (old.on_delete, old.on_update):
            self._losses.add(ref, "SET DEFAULT, which InnoDB does not have, becomes NO ACTION")
        if old.match != "simple":
            self._losses.add(ref, f"MATCH {old.match.upper()} becomes MATCH SIMPLE")
        self._losses.fields(ref, old, ("on_delete_columns", "validated", "enforced", "with_period"))
        referenced = old.referenced or (parent.primary_key.columns if parent.primary_key else ())
        wanted = old.name or "_".join((table.name, *old.columns, "fkey"))
        return ForeignKey(
            columns=self._names.listed((table.namespace, table.name), old.columns),
            table=self._names.tables[old.table],
            referenced=self._names.listed(old.table, referenced),
            name=self._names.constraint("foreign_key", ref, wanted),
            on_delete="no action" if self._target.name == "mysql" and old.on_delete == "set default" else old.on_delete,
            on_update="no action" if self._target.name == "mysql" and old.on_update == "set default" else old.on_update,
            deferral=deferral,
        )

    def _checks(self, table: Table) -> list[Check]:
        """The table's checks, those of its columns' domains, and those that replace enums."""
        found: list[Check] = []
        for number, check in enumerate(table.checks, 1):
            ref = table.ref.child("check", check.name or "")
            self._losses.fields(ref, check, ("validated", "enforced", "no_inherit"))
            expression = self._expression(table, check.expression)
            if expression is None:
                self._losses.add(ref, "is left out: its expression cannot be translated")
            else:
                name = self._names.constraint("check", ref, check.name or f"{table.name}_check{number}")
                found.append(Check(expression=expression, name=name))
        for column in table.columns:
            found += self._enum_check(table, column)
            found += self._domain_checks(table, column)
        return found

    def _enum_check(self, table: Table, column: Column) -> list[Check]:
        labels = self._types.labels(column.type) if self._target.name == "sqlite" else ()
        if not labels:
            return []
        listed = ", ".join("'" + label.replace("'", "''") + "'" for label in labels)
        ref = table.ref.child("check", "")
        name = self._names.constraint("check", ref, f"{table.name}_{column.name}_check")
        return [
            Check(expression=f"{self._target.quote(self._names.column(table, column.name))} IN ({listed})", name=name)
        ]

    def _domain_checks(self, table: Table, column: Column) -> list[Check]:
        domain = self._types.domain(column.type)
        found = []
        for number, check in enumerate(domain.checks if domain else (), 1):
            meant = replace_value(check.expression, column.name, self._source.dialect)
            expression = None if meant is None else self._expression(table, meant)
            if expression is None:
                self._losses.add(table.column_ref(column.name), "its domain's check cannot be translated")
                continue
            ref = table.ref.child("check", "")
            name = self._names.constraint("check", ref, f"{table.name}_{column.name}_check{number}")
            found.append(Check(expression=expression, name=name))
        return found


def _draws_numbers(table: Table, column: Column) -> bool:
    """Whether the key of one integer column takes its numbers from a sequence that it does not own."""
    sole = table.primary_key is not None and table.primary_key.columns == (column.name,)
    return sole and column.type.kind == "integer" and "nextval(" in (column.default or "").lower()
