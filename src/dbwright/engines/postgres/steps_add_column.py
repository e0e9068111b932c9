"""A new column → steps. Rows that are there get their value without being written under a lock that others notice."""

import msgspec

from dbwright.catalog.lookup import find_table
from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column
from dbwright.change.operations import AddColumn
from dbwright.change.plan import Step
from dbwright.engines.postgres.ddl_columns import column_sql, cut_together, sequence_settings
from dbwright.engines.postgres.ddl_tables import column_settings
from dbwright.engines.postgres.dependants import mentions
from dbwright.engines.postgres.naming import comment_sql, part_sql
from dbwright.engines.postgres.numbering import identity_after_filling, sequence_of, without_numbers
from dbwright.engines.postgres.rewriting import is_constrained, is_volatile
from dbwright.engines.postgres.stepping import BATCH_ROWS, Work, alter_column, alter_table, plain, step, together
from dbwright.engines.postgres.steps_columns import not_null_steps
from dbwright.engines.postgres.words import identifier, literal, qualified

_BATCHES = (
    "Added with this value at once, PostgreSQL would write every row while nobody can read or write the table;"
    f" so the column is added empty and filled in batches of {BATCH_ROWS:,} rows."
)
_BESIDE = "The value is kept once beside the rows, so no row is written."


def add_column(operation: AddColumn, work: Work) -> list[Step]:
    """The column with its default, then its values, then NOT NULL, then its settings and comment. It stands last."""
    if work.same_on_parent(operation):
        return []
    table, column = find_table(work.catalog, operation.target), operation.column
    steps = _added(table, operation, work)
    ref = table.column_ref(column.name)
    name = qualified(table.namespace, table.name)
    settings = list(column_settings(alter_table(ref).replace("ALTER TABLE", "ALTER TABLE ONLY"), column))
    if column.comment is not None:
        settings.append(comment_sql(part_sql(ref, name), column.comment))
    settings += [
        f"ALTER SEQUENCE {qualified(each.namespace, each.name)} OWNED BY {name}.{identifier(column.name)}"
        for each in work.catalog.sequences
        if each.owned_by == (table.namespace, table.name, column.name)
    ]
    return [*steps, *plain(settings)]


def _added(table: Table, operation: AddColumn, work: Work) -> list[Step]:
    column, fill = operation.column, operation.fill
    if work.is_unused(table.ref) or table.kind == "foreign" or column.generated:
        why = ""
        if column.generated and column.generated.stored and not work.is_unused(table.ref):
            why = "A stored computed column is written into every row under the lock; PostgreSQL has no other way."
        return _plainly(table, column, why)
    if column.identity:
        return _numbered(table, column, work)
    if fill is not None:
        return _filled(table, column, fill, work)
    if is_constrained(column.type, work.catalog):
        return _plainly(table, column, "PostgreSQL writes every row to prove the rules of the domain.")
    if is_volatile(column.default, work.catalog):
        assert column.default is not None
        return _in_batches(table, column, column.default, is_sure=True)
    return _plainly(table, column, _BESIDE if column.default is not None else "")


def _plainly(table: Table, column: Column, why: str = "") -> list[Step]:
    alter = alter_table(table.ref)
    if column.identity and column.identity.generation == "serial":
        sequence = sequence_of(table, column.name, column.identity)
        settings = " ".join([f"AS {column.type.spelling}", *sequence_settings(column.identity)])
        default = msgspec.structs.replace(
            column, identity=None, default=f"nextval({literal(qualified(*sequence))}::regclass)"
        )
        unlogged = "UNLOGGED " if table.unlogged else ""
        texts = [
            f"CREATE {unlogged}SEQUENCE {qualified(*sequence)} {settings}",
            f"{alter} ADD COLUMN {column_sql(table.namespace, table.name, default)}",
            f"ALTER SEQUENCE {qualified(*sequence)} OWNED BY {qualified(*table.ref.path)}.{identifier(column.name)}",
        ]
        return together([step(text) for text in texts], "In one transaction, so that no sequence is left behind.")
    drop = f"{alter} DROP COLUMN {identifier(column.name)}"
    text = f"{alter} ADD COLUMN {column_sql(table.namespace, table.name, column)}"
    return [step(text, why=why, undo=[drop])]


def _filled(table: Table, column: Column, fill: str, work: Work) -> list[Step]:
    """A value that is the same for all rows is given as the default at first; others are written in batches."""
    ref = table.column_ref(column.name)
    same = not is_volatile(fill, work.catalog) and not any(mentions(fill, each.name) for each in table.columns)
    if same and "select" not in fill.lower() and not is_constrained(column.type, work.catalog):
        first = msgspec.structs.replace(column, default=f"({fill})")
        steps = _plainly(table, first, _BESIDE)
        if column.default == fill:
            return steps
        change = "DROP DEFAULT" if column.default is None else f"SET DEFAULT {column.default}"
        return [*steps, step(f"{alter_column(ref)} {change}", f"Set the default of {ref} for new rows")]
    return _in_batches(table, column, fill, is_sure=is_volatile(fill, work.catalog))


def _in_batches(table: Table, column: Column, value: str, *, is_sure: bool) -> list[Step]:
    """Added empty, its default for new rows, the rows that are there in batches, then NOT NULL."""
    ref, alter = table.column_ref(column.name), alter_table(table.ref)
    empty = msgspec.structs.replace(column, default=None, nullable=True)
    drop = f"{alter} DROP COLUMN IF EXISTS {identifier(column.name)}"
    add = f"{alter} ADD COLUMN {column_sql(table.namespace, table.name, empty)}"
    steps = [step(add, f"Add the column {ref}, empty", _BATCHES, undo=[drop])]
    if column.default is not None:
        text = f"{alter_column(ref)} SET DEFAULT {column.default}"
        steps.append(step(text, f"Set the default of {ref} for new rows", undo=[f"{alter_column(ref)} DROP DEFAULT"]))
    steps.append(_fill_step(table, column.name, value, is_sure=is_sure))
    if not column.nullable:
        steps += not_null_steps(table, column.name)
    return steps


def _fill_step(table: Table, column: str, value: str, *, is_sure: bool) -> Step:
    return step(
        batch_sql(table, column, value, is_sure=is_sure),
        f"Fill {table.column_ref(column)} in the rows that are there",
        f"Each round changes up to {BATCH_ROWS:,} rows, and is repeated until none is left.",
        batched=True,
    )


def batch_sql(table: Table, column: str, value: str, *, is_sure: bool = False) -> str:
    """One round of a backfill: it changes up to some thousand rows that are still NULL, none when all are done.

    is_sure: the value is never NULL, and must not be computed twice.
    """
    name, key = qualified(table.namespace, table.name), identifier(column)
    open_rows = f"{key} IS NULL" if is_sure else f"{key} IS NULL AND ({value}) IS NOT NULL"
    columns = table.primary_key.columns if table.primary_key else ()
    if len(columns) == 1:
        # Locked by their key the rows are found again even when others change them meanwhile.
        own = identifier(columns[0])
        chosen = f"SELECT {own} FROM {name} WHERE {open_rows} LIMIT {BATCH_ROWS} FOR UPDATE"
        return f"UPDATE {name} SET {key} = {value} WHERE {own} = ANY (ARRAY({chosen}))"
    if table.kind == "partitioned":
        chosen = f"SELECT tableoid, ctid FROM {name} WHERE {open_rows} LIMIT {BATCH_ROWS}"
        return f"UPDATE {name} SET {key} = {value} WHERE (tableoid, ctid) IN ({chosen})"
    chosen = f"SELECT ctid FROM {name} WHERE {open_rows} LIMIT {BATCH_ROWS}"
    return f"UPDATE {name} SET {key} = {value} WHERE ctid = ANY (ARRAY({chosen}))"


def _numbered(table: Table, column: Column, work: Work) -> list[Step]:
    """A column that numbers itself: filled from a sequence in batches, then made what it shall be."""
    assert column.identity is not None
    ref, alter = table.column_ref(column.name), alter_table(table.ref)
    identity = column.identity
    serial = identity.generation == "serial"
    sequence = sequence_of(table, column.name, identity)
    if not serial:
        sequence = (table.namespace, cut_together(table.name, column.name, "fill_seq"))
    name, default = qualified(*sequence), f"nextval({literal(qualified(*sequence))}::regclass)"
    settings = " ".join([f"AS {column.type.spelling}", *sequence_settings(identity)])
    drop, drop_column = f"DROP SEQUENCE IF EXISTS {name}", f"{alter} DROP COLUMN IF EXISTS {identifier(column.name)}"
    empty = column_sql(table.namespace, table.name, without_numbers(column))
    unlogged = "UNLOGGED " if table.unlogged and work.version >= 15 else ""
    steps = [
        step(
            f"CREATE {unlogged}SEQUENCE {name} {settings}",
            f"Create the sequence that numbers {ref}",
            _BATCHES,
            undo=[drop],
        ),
        step(f"{alter} ADD COLUMN {empty}", f"Add the column {ref}, empty", undo=[drop_column]),
        step(f"{alter_column(ref)} SET DEFAULT {default}", f"Number new rows in {ref}"),
    ]
    if serial:
        owner = f"{qualified(table.namespace, table.name)}.{identifier(column.name)}"
        steps.append(step(f"ALTER SEQUENCE {name} OWNED BY {owner}", f"Let the sequence go with {ref}"))
    steps.append(_fill_step(table, column.name, default, is_sure=True))
    steps += not_null_steps(table, column.name)
    if not serial:
        steps += identity_after_filling(table, column, sequence)
    return steps
