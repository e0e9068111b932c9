"""A change that the running application survives: a second column, kept equal by triggers until nothing uses the first one."""

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Table
from dbwright.rules.migrating import Migration
from dbwright.rules.migration._text import qualified, written


def expanded(migration: Migration, ref: Ref, new: str, spelling: str, table: Table | None) -> tuple[str, ...]:
    """The statements that add a column beside the one that `ref` names, and keep both equal whoever writes which.

    spelling: the new column's type. Both columns can then be read and written, so both versions of the application work.
    """
    place = f" AFTER {migration.quote(ref.name)}" if migration.engine == "mysql" else ""
    add = f"ALTER TABLE {written(migration, ref)} ADD COLUMN {migration.quote(new)} {spelling}{place}"
    return (add, *_phases(migration, ref, new, table)[0])


def contracted(migration: Migration, ref: Ref, new: str) -> str:
    """What is left to do when no application uses the old column any more, as text."""
    return "; ".join(_contraction(migration, ref, new, None))


def sequence(migration: Migration, table: Table, column: Column, new: str) -> tuple[str, ...]:
    """The statements of the three phases that give a column another name; comments say when each is due."""
    ref = table.column_ref(column.name)
    begin = expanded(migration, ref, new, column.type.spelling, table)
    end = _contraction(migration, ref, new, table)
    due = f"Release the application that uses {new}. When nothing uses {column.name} any more, contract."
    return (f"-- 1. Expand.\n{begin[0]}", *begin[1:], f"-- 2. {due}\n{end[0]}", *end[1:])


def _contraction(migration: Migration, ref: Ref, new: str, table: Table | None) -> tuple[str, ...]:
    drop = f"ALTER TABLE {written(migration, ref)} DROP COLUMN {migration.quote(ref.name)}"
    indexes = table.indexes if table and migration.engine == "sqlite" else ()  # it refuses to drop what an index needs
    over = [index.name for index in indexes if ref.name in index.columns]
    unindexed = (f"DROP INDEX {qualified(migration, ref.namespace, name)}" for name in over)
    return (*_phases(migration, ref, new, None)[1], *unindexed, drop)


def _phases(migration: Migration, ref: Ref, new: str, table: Table | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The statements that begin to keep both columns equal, and those that end it."""
    match migration.engine:
        case "postgres":
            return _postgres(migration, ref, new)
        case "mysql":
            return _mysql(migration, ref, new)
        case _:
            return _sqlite(migration, ref, new, table)


def can_stand_beside(migration: Migration, table: Table, column: Column) -> bool:
    """Whether triggers and DROP COLUMN can do it: in SQLite and MySQL, triggers come too late for a column that must be
    filled, and a column that keys and checks need can't be dropped.
    """
    if migration.engine == "postgres":
        return column.generated is None and column.identity is None
    if (not column.nullable and column.default is None) or column.generated or column.identity:
        return False
    held = {name.casefold() for key in table.foreign_keys for name in key.columns}
    held |= {name.casefold() for each in migration.start.tables for key in each.foreign_keys for name in key.referenced}
    if migration.engine == "sqlite":
        held |= {name.casefold() for key in table.keys for name in key}
    texts = [each.expression for each in table.checks] + [c.generated.expression for c in table.columns if c.generated]
    return column.name.casefold() not in held and not any(column.name.casefold() in text.casefold() for text in texts)


def is_plain(migration: Migration, table: Table, column: Column) -> bool:
    """Whether nothing hangs on a column but its name and type, so that the sequence leaves nothing out."""
    more = (column.generated, column.identity, column.default, column.collation, column.comment, column.on_update)
    has_more = any(each is not None for each in more) or not column.nullable or column.hidden or bool(column.options)
    names = [
        *(key for keys in table.keys for key in keys),
        *(name for key in table.foreign_keys for name in key.columns),
    ]
    names += [name for index in table.indexes for name in (*index.columns, *index.include) if name]
    is_last = table.columns[-1].name == column.name or migration.engine == "mysql"
    is_written = any(column.name.casefold() in each.expression.casefold() for each in table.checks)
    return not has_more and column.name not in names and is_last and not is_written and not table.partition_of


def _name(ref: Ref, new: str, end: str = "") -> str:
    return f"{ref.path[1]}_{new}"[:50] + f"_sync{end}"


def _sync(migration: Migration, ref: Ref, new: str, end: str = "") -> str:
    return qualified(migration, ref.namespace, _name(ref, new, end))


def _postgres(migration: Migration, ref: Ref, new: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    table, function = written(migration, ref), _sync(migration, ref, new)
    a, b = migration.quote(ref.name), migration.quote(new)
    trigger = migration.quote(_name(ref, new))
    body = (
        f"BEGIN\n  IF TG_OP = 'UPDATE' AND NEW.{b} IS NOT DISTINCT FROM OLD.{b} OR TG_OP = 'INSERT' AND NEW.{b} IS NULL THEN\n"
        f"    NEW.{b} := NEW.{a};\n  ELSE\n    NEW.{a} := NEW.{b};\n  END IF;\n  RETURN NEW;\nEND"
    )
    begin = (
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$\n{body} $$",
        f"CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
        f"-- In batches by key where the table is large:\nUPDATE {table} SET {a} = {a} WHERE {b} IS DISTINCT FROM {a}",
    )
    return begin, (f"DROP TRIGGER {trigger} ON {table}", f"DROP FUNCTION {function}()")


def _mysql(migration: Migration, ref: Ref, new: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = written(migration, ref)
    a, b = migration.quote(ref.name), migration.quote(new)
    on_insert, on_update = _sync(migration, ref, new, "_i"), _sync(migration, ref, new, "_u")
    begin = (
        (
            f"CREATE TRIGGER {on_insert} BEFORE INSERT ON {table} FOR EACH ROW SET NEW.{a} = coalesce(NEW.{b}, "
            f"NEW.{a}), NEW.{b} = NEW.{a}"
        ),
        (
            f"CREATE TRIGGER {on_update} BEFORE UPDATE ON {table} FOR EACH ROW SET NEW.{a} = IF(NEW.{b} <=> OLD.{b}, "
            f"NEW.{a}, NEW.{b}), NEW.{b} = NEW.{a}"
        ),
        f"-- In batches by key where the table is large:\nUPDATE {table} SET {b} = {a} WHERE NOT ({b} <=> {a})",
    )
    return begin, (f"DROP TRIGGER {on_insert}", f"DROP TRIGGER {on_update}")


def _sqlite(migration: Migration, ref: Ref, new: str, table: Table | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    where = written(migration, ref)
    a, b = migration.quote(ref.name), migration.quote(new)
    on_insert, on_update = _sync(migration, ref, new, "_i"), _sync(migration, ref, new, "_u")
    row = "rowid = NEW.rowid"
    if table is not None and table.without_rowid and table.primary_key:
        row = " AND ".join(
            f"{migration.quote(each)} = NEW.{migration.quote(each)}" for each in table.primary_key.columns
        )
    begin = (
        (
            f"CREATE TRIGGER {on_insert} AFTER INSERT ON {where} WHEN NEW.{a} IS NOT NEW.{b} BEGIN UPDATE {where} SET "
            f"{a} = coalesce(NEW.{b}, NEW.{a}), {b} = coalesce(NEW.{b}, NEW.{a}) WHERE {row}; END"
        ),
        (
            f"CREATE TRIGGER {on_update} AFTER UPDATE ON {where} WHEN NEW.{a} IS NOT NEW.{b} BEGIN UPDATE {where} SET "
            f"{a} = CASE WHEN NEW.{b} IS NOT OLD.{b} THEN NEW.{b} ELSE NEW.{a} END, {b} = CASE WHEN NEW.{b} IS NOT "
            f"OLD.{b} THEN NEW.{b} ELSE NEW.{a} END WHERE {row}; END"
        ),
        f"UPDATE {where} SET {b} = {a} WHERE {b} IS NOT {a}",
    )
    return begin, (f"DROP TRIGGER {on_insert}", f"DROP TRIGGER {on_update}")
