"""Clauses of ALTER TABLE, each with what it says."""

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Check, Column, ForeignKey, Index, PrimaryKey, Table, Unique
from dbwright.change.actions import Action
from dbwright.engines.mysql import ddl_table
from dbwright.engines.mysql.product import Product
from dbwright.engines.mysql.stepping import Clause
from dbwright.engines.mysql.words import tick

# ---------------------------------------------------------------- columns


def add_column(table: Table, column: Column, after: str | None) -> Clause:
    """ADD COLUMN; after: the column that it follows, "" for none, None for the last."""
    place, words, beside = _place(None if table.columns and after == table.columns[-1].name else after)
    action = Action(
        kind="add column",
        target=table.ref,
        name=column.name,
        column=column,
        type=column.type,
        words=words,
        columns=beside,
    )
    return Clause(f"ADD COLUMN {ddl_table.column_definition(column)}{place}", action)


def drop_column(table: Ref, name: str) -> Clause:
    """DROP COLUMN."""
    return Clause(f"DROP COLUMN {tick(name)}", Action(kind="drop column", target=table, name=name))


def modify_column(
    table: Table, old: Column, new: Column, *, after: str | None = None, inline: Check | None = None
) -> Clause:
    """MODIFY COLUMN with the whole definition; inline: the check that stands in it, where that is a new one."""
    check = inline or ddl_table.inline_checks(table).get(old.name)
    place, words, beside = _place(after)
    action = Action(
        kind="change column", target=table.ref, name=old.name, column=new, type=new.type, words=words, columns=beside
    )
    return Clause(f"MODIFY COLUMN {ddl_table.column_definition(new, check)}{place}", action)


def _place(after: str | None) -> tuple[str, frozenset[str], tuple[str, ...]]:
    if after is None:
        return "", frozenset(), ()
    if after == "":
        return " FIRST", frozenset(("first",)), ()
    return f" AFTER {tick(after)}", frozenset(("after",)), (after,)


def set_default(table: Ref, column: Column) -> Clause:
    """ALTER COLUMN … SET DEFAULT or DROP DEFAULT."""
    name = tick(column.name)
    if column.default is None:
        return Clause(f"ALTER COLUMN {name} DROP DEFAULT", Action(kind="drop default", target=table, name=column.name))
    sql = f"ALTER COLUMN {name} SET DEFAULT {ddl_table.default(column.default)}"
    return Clause(sql, Action(kind="set default", target=table, name=column.name, default=column.default))


def rename_column(table: Table, old: Column, to: Column, product: Product) -> Clause:
    """RENAME COLUMN, or CHANGE COLUMN where the server has only that."""
    action = Action(kind="rename column", target=table.ref, name=old.name, to=to.name)
    if product.renames_columns:
        return Clause(f"RENAME COLUMN {tick(old.name)} TO {tick(to.name)}", action)
    inline = ddl_table.inline_checks(table).get(old.name)
    return Clause(f"CHANGE COLUMN {tick(old.name)} {ddl_table.column_definition(to, inline)}", action)


# ---------------------------------------------------------------- indexes and keys


def add_index(table: Ref, index: Index | Unique, engine: str) -> Clause:
    """ADD KEY, ADD UNIQUE KEY …; engine: "mysql" or "mariadb"."""
    if isinstance(index, Unique):
        action = Action(kind="add constraint", target=table, name=index.name, constraint=index)
        return Clause(f"ADD {ddl_table.unique(index)}", action)
    target = table.child("index", index.name)
    words = frozenset(("unique",)) if index.unique else frozenset[str]()
    action = Action(kind="create index", target=target, table=table, name=index.name, index=index, words=words)
    return Clause(f"ADD {ddl_table.index(index, engine)}", action)


def drop_index(table: Ref, name: str) -> Clause:
    """DROP INDEX."""
    action = Action(kind="drop index", target=table.child("index", name), table=table, name=name)
    return Clause(f"DROP INDEX {tick(name)}", action)


def rename_index(table: Ref, name: str, to: str) -> Clause:
    """RENAME INDEX."""
    action = Action(kind="rename index", target=table.child("index", name), table=table, name=name, to=to)
    return Clause(f"RENAME INDEX {tick(name)} TO {tick(to)}", action)


def show_index(table: Ref, name: str, *, visible: bool, product: Product) -> Clause:
    """ALTER INDEX … INVISIBLE, in MariaDB IGNORED, and back."""
    word = ("NOT IGNORED" if visible else "IGNORED") if product.mariadb else ("VISIBLE" if visible else "INVISIBLE")
    words = frozenset((word.lower(),))
    action = Action(kind="alter index", target=table.child("index", name), table=table, name=name, words=words)
    return Clause(f"ALTER INDEX {tick(name)} {word}", action)


def add_primary_key(table: Ref, key: PrimaryKey) -> Clause:
    """ADD PRIMARY KEY."""
    return Clause(f"ADD {ddl_table.primary_key(key)}", Action(kind="add constraint", target=table, constraint=key))


def drop_primary_key(table: Ref) -> Clause:
    """DROP PRIMARY KEY."""
    words = frozenset(("primary key",))
    return Clause("DROP PRIMARY KEY", Action(kind="drop constraint", target=table, name="PRIMARY", words=words))


# ---------------------------------------------------------------- foreign keys and checks


def add_foreign_key(table: Ref, key: ForeignKey) -> Clause:
    """ADD CONSTRAINT … FOREIGN KEY."""
    action = Action(kind="add constraint", target=table, name=key.name, constraint=key)
    return Clause(f"ADD {ddl_table.foreign_key(key, table.namespace)}", action)


def drop_foreign_key(table: Ref, name: str) -> Clause:
    """DROP FOREIGN KEY."""
    words = frozenset(("foreign key",))
    return Clause(
        f"DROP FOREIGN KEY {tick(name)}", Action(kind="drop constraint", target=table, name=name, words=words)
    )


def add_check(table: Ref, check: Check) -> Clause:
    """ADD CONSTRAINT … CHECK."""
    words = frozenset[str]() if check.enforced else frozenset(("not enforced",))
    action = Action(kind="add constraint", target=table, name=check.name, constraint=check, words=words)
    return Clause(f"ADD {ddl_table.check(check)}", action)


def drop_check(table: Ref, name: str, product: Product) -> Clause:
    """DROP CHECK, in MariaDB DROP CONSTRAINT."""
    action = Action(kind="drop constraint", target=table, name=name, words=frozenset(("check",)))
    return Clause(f"DROP {'CONSTRAINT' if product.mariadb else 'CHECK'} {tick(name)}", action)


def enforce_check(table: Ref, check: Check) -> Clause:
    """ALTER CHECK … ENFORCED or NOT ENFORCED, of MySQL."""
    word = "ENFORCED" if check.enforced else "NOT ENFORCED"
    action = Action(kind="alter constraint", target=table, name=check.name, words=frozenset((word.lower(),)))
    return Clause(f"ALTER CHECK {tick(check.name or '')} {word}", action)
