"""A catalog as SQLAlchemy 2 models that import, type-check, and make the same tables again."""

import re
from collections.abc import Iterable

from dbwright.catalog.objects import Catalog, Column, ForeignKey, Identity, Index, KeyPart, Table, Unique
from dbwright.writers.identifiers import class_name, python_name
from dbwright.writers.models.names import MODULE_NAMES
from dbwright.writers.models.types import TypeWriter, bind_free

_HOME = ("", "public")
_MYSQL_OPTIONS = {"engine": "mysql_engine", "charset": "mysql_charset", "collate": "mysql_collate",
                  "row_format": "mysql_row_format"}  # fmt: skip


def write(catalog: Catalog) -> str:
    """One module: a declarative class a table; a table without a primary key, which no class can map, stays a Table.

    What models do not hold stays out; write it with `--format sql`: views, routines, triggers, events, policies, grants,
    roles, owners, extensions, composite and range types, exclusion constraints, partitions, inheritance, virtual tables,
    foreign keys to missing tables; of what is there, invisible columns and indexes, storage parameters, the state of being
    invalid or not validated, collations of index keys, and SQLite's ON CONFLICT.
    """
    return _Module(catalog).text()


class _Module:
    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        taken = set(MODULE_NAMES)
        self._classes = {(t.namespace, t.name): class_name(t.name, taken) for t in catalog.tables}
        self._attributes = {(t.namespace, t.name): _attributes(t, taken) for t in catalog.tables}
        self._types = TypeWriter(
            catalog, taken | {name for each in self._attributes.values() for name in each.values()}
        )
        self._tables = {(t.namespace, t.name): t for t in catalog.tables}
        self._mapped = {(t.namespace, t.name) for t in catalog.tables if t.primary_key}
        self._edges = {(t.namespace, t.name): {key.table for key in t.foreign_keys} for t in catalog.tables}
        self._variables = taken | self._types.taken
        self._use: set[str] = set()

    def text(self) -> str:
        self._types.write_all_named()
        bodies: list[str] = []
        for table in self._catalog.tables:
            bodies += ["", "", *(self._class(table) if table.primary_key else self._plain_table(table))]
        sequences = self._sequences()
        lines = ['"""Models written by dbwright."""', "", *self._imports()]
        lines += ["", "", "class Base(DeclarativeBase):", "    pass"]
        return "\n".join([*lines, *self._types.own_classes(), *sequences, *bodies]) + "\n"

    def _sequences(self) -> list[str]:
        """Sequences that no column brings along by itself."""
        owned = {c.identity.sequence for t in self._catalog.tables for c in t.columns if c.identity}
        found = []
        for each in self._catalog.sequences:
            if (each.namespace, each.name) in owned:
                continue
            self._use.add("sqlalchemy.Sequence")
            arguments = [repr(each.name), f"start={each.start}", f"increment={each.increment}"]
            arguments += [f"minvalue={each.minimum}"] if each.minimum is not None else []
            arguments += [f"maxvalue={each.maximum}"] if each.maximum is not None else []
            arguments += [f"cache={each.cache}"] if each.cache != 1 else []
            arguments += ["cycle=True"] if each.cycle else []
            arguments += [f"schema={each.namespace!r}"] if each.namespace not in _HOME else []
            data_type = {"smallint": "SmallInteger", "integer": "Integer"}.get(each.type)
            if data_type:
                self._use.add(f"sqlalchemy.{data_type}")
                arguments.append(f"data_type={data_type}()")
            found.append(f"Sequence({', '.join(arguments)}, metadata=Base.metadata)")
        return ["", "", *found] if found else []

    def _imports(self) -> list[str]:
        wanted = {"sqlalchemy.orm.DeclarativeBase"} | self._types.imports | self._use
        modules = sorted({f"import {name}" for name in self._types.modules})
        grouped: dict[str, list[str]] = {}
        for path in wanted:
            module, _, name = path.rpartition(".")
            grouped.setdefault(module, []).append(name)
        standard = [f"from {m} import {', '.join(sorted(n))}" for m, n in sorted(grouped.items()) if m == "typing"]
        others = [f"from {m} import {', '.join(sorted(n))}" for m, n in sorted(grouped.items()) if m != "typing"]
        return [*modules, *standard, *([""] if modules or standard else []), *others]

    # ------------------------------------------------------------ classes

    def _class(self, table: Table) -> list[str]:
        path = (table.namespace, table.name)
        lines = [f"class {self._classes[path]}(Base):", f"    __tablename__ = {table.name!r}"]
        options = self._table_options(table)
        arguments = [*self._table_arguments(table), *([repr(options)] if options else [])]
        if arguments:
            lines += ["    __table_args__ = (", *(f"        {argument}," for argument in arguments), "    )"]
        lines.append("")
        lines += [f"    {self._attribute(table, column)}" for column in table.columns]
        relations = self._relations(table)
        return [*lines, *([""] if relations else []), *relations]

    def _attribute(self, table: Table, column: Column) -> str:
        self._use |= {"sqlalchemy.orm.Mapped", "sqlalchemy.orm.mapped_column"}
        attribute = self._attributes[table.namespace, table.name][column.name]
        python = self._types.python(column.type)
        hint = f"{python} | None" if column.nullable and python != "Any" else python
        arguments = [repr(column.name)] if attribute != column.name else []
        arguments += self._column_arguments(table, column)
        return f"{attribute}: Mapped[{hint}] = mapped_column({', '.join(arguments)})"

    def _column_arguments(self, table: Table, column: Column) -> list[str]:
        identity = column.identity
        key = table.primary_key.columns if table.primary_key else ()
        # SQLAlchemy writes SERIAL and AUTO_INCREMENT for a column of the primary key only.
        typed = identity is not None and identity.generation in ("serial", "auto_increment") and column.name not in key
        arguments = [self._types.numbered(column.type) if typed else self._types.of_column(column)]
        if column.generated:
            self._use.add("sqlalchemy.Computed")
            arguments.append(f"Computed({column.generated.expression!r}, persisted={column.generated.stored})")
        if identity and identity.generation in ("always", "by default"):
            arguments.append(self._identity(identity))
        if column.name in key:
            arguments.append("primary_key=True")
            if column.nullable:
                arguments.append("nullable=True")
            if identity is None and not self._numbers_itself(table, column):
                arguments.append("autoincrement=False")
        else:
            arguments.append(f"nullable={column.nullable}")
        default = column.default
        if column.on_update:
            default = f"{default or 'NULL'} ON UPDATE {column.on_update}"
        if identity and identity.generation in ("auto_increment", "autoincrement", "serial"):
            arguments += [] if typed else ["autoincrement=True"]
        elif default is not None:
            self._use.add("sqlalchemy.text")
            arguments.append(f"server_default=text({bind_free(default)!r})")
        if column.comment:
            arguments.append(f"comment={column.comment!r}")
        return arguments

    def _identity(self, identity: Identity) -> str:
        self._use.add("sqlalchemy.Identity")
        arguments = [f"always={identity.generation == 'always'}"]
        named = {"start": identity.start, "increment": identity.increment, "minvalue": identity.minimum,
                 "maxvalue": identity.maximum, "cache": identity.cache}  # fmt: skip
        arguments += [f"{name}={value}" for name, value in named.items() if value is not None]
        arguments += ["cycle=True"] if identity.cycle else []
        return f"Identity({', '.join(arguments)})"

    def _numbers_itself(self, table: Table, column: Column) -> bool:
        key = table.primary_key
        sole = key is not None and key.columns == (column.name,)
        return self._catalog.engine == "sqlite" and sole and column.type.kind == "integer"

    def _relations(self, table: Table) -> list[str]:
        """The many-to-one side of each foreign key to a mapped class, named after its column without `_id`."""
        attributes = self._attributes[table.namespace, table.name]
        taken = set(attributes.values()) | set(self._classes.values()) | set(MODULE_NAMES)
        lines = []
        named: list[tuple[set[str], str]] = []
        for key in table.foreign_keys:
            if key.table not in self._mapped or not key.referenced:
                continue
            self._use |= {"sqlalchemy.orm.relationship", "sqlalchemy.orm.Mapped"}
            name = python_name(_role(key), taken)
            columns = ", ".join(attributes[column] for column in key.columns)
            optional = any((found := table.column(column)) and found.nullable for column in key.columns)
            hint = f'"{self._classes[key.table]}{" | None" if optional else ""}"'
            remote = ""
            if key.table == (table.namespace, table.name):
                remote = f", remote_side=[{', '.join(attributes[column] for column in key.referenced)}]"
            sharing = [other for held, other in named if held & set(key.columns)]
            overlaps = f", overlaps={','.join(sharing)!r}" if sharing else ""
            named.append((set(key.columns), name))
            lines.append(f"    {name}: Mapped[{hint}] = relationship(foreign_keys=[{columns}]{remote}{overlaps})")
        return lines

    # ------------------------------------------------------------ tables

    def _plain_table(self, table: Table) -> list[str]:
        self._use |= {"sqlalchemy.Table", "sqlalchemy.Column"}
        attribute = python_name(table.name, self._variables)
        lines = [f"{attribute} = Table(", f"    {table.name!r},", "    Base.metadata,"]
        for column in table.columns:
            arguments = ", ".join([repr(column.name), *self._column_arguments(table, column)])
            lines.append(f"    Column({arguments}),")
        lines += [f"    {argument}," for argument in self._table_arguments(table)]
        lines += [f"    {name}={value!r}," for name, value in self._table_options(table).items()]
        return [*lines, ")"]

    def _table_arguments(self, table: Table) -> list[str]:
        arguments = [self._foreign_key(table, key) for key in table.foreign_keys if key.table in self._classes]
        key = table.primary_key
        if key and (key.name not in (None, "PRIMARY", f"{table.name}_pkey") or not _in_order(table, key.columns)):
            self._use.add("sqlalchemy.PrimaryKeyConstraint")
            name = key.name if key.name != "PRIMARY" else None
            arguments.append(f"PrimaryKeyConstraint({_listed(key.columns)}{_named(name)})")
        arguments += [self._unique(unique) for unique in table.uniques]
        for check in table.checks:
            self._use.add("sqlalchemy.CheckConstraint")
            arguments.append(f"CheckConstraint({bind_free(check.expression)!r}{_named(check.name)})")
        arguments += [self._index(table, index) for index in table.indexes]
        return arguments

    def _table_options(self, table: Table) -> dict[str, object]:
        options: dict[str, object] = {}
        if table.namespace not in _HOME:
            options["schema"] = table.namespace
        if table.comment:
            options["comment"] = table.comment
        if table.without_rowid:
            options["sqlite_with_rowid"] = False
        if table.strict:
            options["sqlite_strict"] = True
        if any(column.identity and column.identity.generation == "autoincrement" for column in table.columns):
            options["sqlite_autoincrement"] = True
        if table.unlogged:
            options["prefixes"] = ["UNLOGGED"]
        if self._catalog.engine in ("mysql", "mariadb"):
            options |= {_MYSQL_OPTIONS[name]: text for name, text in table.options.items() if name in _MYSQL_OPTIONS}
        return options

    def _unique(self, unique: Unique) -> str:
        self._use.add("sqlalchemy.UniqueConstraint")
        arguments = [repr(column) for column in unique.columns]
        arguments += [f"name={unique.name!r}"] if unique.name else []
        arguments += [f"deferrable=True, initially={unique.deferral.upper()!r}"] if unique.deferral else []
        arguments += ["postgresql_nulls_not_distinct=True"] if not unique.nulls_distinct else []
        arguments += [f"postgresql_include={list(unique.include)!r}"] if unique.include else []
        return f"UniqueConstraint({', '.join(arguments)})"

    def _foreign_key(self, table: Table, key: ForeignKey) -> str:
        self._use.add("sqlalchemy.ForeignKeyConstraint")
        prefix = "" if key.table[0] in _HOME else f"{key.table[0]}."
        parent = self._tables[key.table].primary_key
        columns = key.referenced or (parent.columns if parent else ())
        referenced = [f"{prefix}{key.table[1]}.{column}" for column in columns]
        if "." in key.table[1] or any("." in each for each in (*columns, key.table[0])):
            # A dot in a name would be taken for one between names; columns themselves are not.
            referenced = []
        arguments = [repr(list(key.columns)), repr(referenced) if referenced else self._by_columns(key.table, columns)]
        on_delete = key.on_delete.upper()
        if key.on_delete_columns:
            on_delete += f" ({', '.join(_quoted(column, self._catalog.engine) for column in key.on_delete_columns)})"
        arguments += [f"{event}={action.upper()!r}" for event, action in
                      (("ondelete", on_delete), ("onupdate", key.on_update)) if action.lower() != "no action"]  # fmt: skip
        if key.match != "simple":
            arguments.append(f"match={key.match.upper()!r}")
        if key.deferral:
            arguments.append(f"deferrable=True, initially={key.deferral.upper()!r}")
        # A cycle of foreign keys can be made only when some are added after all tables.
        alterable = key.name and self._catalog.engine != "sqlite"
        arguments.append("use_alter=True" if alterable and self._in_cycle(table, key) else "")
        return f"ForeignKeyConstraint({', '.join(a for a in arguments if a)}{_named(key.name)})"

    def _by_columns(self, path: tuple[str, str], columns: Iterable[str]) -> str:
        key = f"{path[0]}.{path[1]}" if path[0] not in _HOME else path[1]
        return f"[{', '.join(f'Base.metadata.tables[{key!r}].c[{column!r}]' for column in columns)}]"

    def _in_cycle(self, table: Table, key: ForeignKey) -> bool:
        """Whether the table that a key points at leads back to the key's own by foreign keys."""
        holder = (table.namespace, table.name)
        seen: set[tuple[str, str]] = set()
        waiting = [key.table] if key.table != holder else []
        while waiting:
            here = waiting.pop()
            if here == holder:
                return True
            if here not in seen:
                seen.add(here)
                waiting += self._edges.get(here, ())
        return False

    def _index(self, table: Table, index: Index) -> str:
        self._use.add("sqlalchemy.Index")
        table_parts = [self._part(part) for part in index.parts]
        arguments = [repr(index.name), *table_parts]
        if index.unique:
            arguments.append("unique=True")
        dialect = {"postgres": "postgresql", "sqlite": "sqlite"}.get(self._catalog.engine, "mysql")
        if index.method != "btree" and dialect == "postgresql":
            arguments.append(f"postgresql_using={index.method!r}")
        if index.method in ("fulltext", "spatial") and dialect == "mysql":
            arguments.append(f"mysql_prefix={index.method.upper()!r}")
        if index.predicate:
            self._use.add("sqlalchemy.text")
            arguments.append(f"{dialect}_where=text({bind_free(index.predicate)!r})")
        if not index.nulls_distinct:
            arguments.append("postgresql_nulls_not_distinct=True")
        if index.include:
            arguments.append(f"postgresql_include={list(index.include)!r}")
        lengths = {part.column: part.prefix_length for part in index.parts if part.prefix_length}
        if lengths:
            arguments.append(f"mysql_length={lengths!r}")
        classes = {part.column: part.opclass for part in index.parts if part.opclass and part.column}
        if classes:
            arguments.append(f"postgresql_ops={classes!r}")
        return f"Index({', '.join(arguments)})"

    def _part(self, part: KeyPart) -> str:
        if part.column and not part.descending and part.nulls_first is None:
            return repr(part.column)
        self._use.add("sqlalchemy.text")
        name = _quoted(part.column, self._catalog.engine) if part.column else f"({part.expression})"
        order = f"{' DESC' if part.descending else ''}"
        if part.nulls_first is not None:
            order += " NULLS FIRST" if part.nulls_first else " NULLS LAST"
        return f"text({bind_free(name + order)!r})"


def _attributes(table: Table, reserved: Iterable[str]) -> dict[str, str]:
    taken = set(reserved)
    return {column.name: python_name(column.name, taken) for column in table.columns}


def _in_order(table: Table, key: tuple[str, ...]) -> bool:
    """Whether the key names its columns in the order of the table, as SQLAlchemy would."""
    return tuple(column.name for column in table.columns if column.name in key) == key


def _role(key: ForeignKey) -> str:
    """What a foreign key is called as a relationship: author for author_id; the table's name where the column gives none."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key.columns[-1]).lower()
    for ending in ("_id", "_fk", "_uuid"):
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return f"{name}_row"


def _quoted(name: str, engine: str) -> str:
    mark = "`" if engine in ("mysql", "mariadb") else '"'
    return f"{mark}{name.replace(mark, mark * 2)}{mark}"


def _named(name: str | None) -> str:
    return f", name={name!r}" if name else ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
