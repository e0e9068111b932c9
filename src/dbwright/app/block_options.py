"""What a database's catalog knows of a table, as options of a building block, beside those that a person gave."""

from collections.abc import Iterable, Mapping

from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.catalog.secrets import looks_secret
from dbwright.denormalize.asked import find_named, read_path
from dbwright.denormalize.kinds import referenced
from dbwright.designs.blocks.registry import find
from dbwright.errors import UsageError

_BYTES = ("binary", "bit", "geometry", "vector")
_LOG, _OUTBOX = ("row_key", "action", "old_values", "new_values"), ("topic", "row_key", "payload", "sent_at")


def table_named(catalog: Catalog, text: str) -> Table:
    """The table that a person named. Raises UsageError where there is none, or one that can have no triggers."""
    table = find_named(catalog, read_path(text), text)
    if table.kind in ("foreign", "virtual") or table.partition_of:
        what = "a partition" if table.partition_of else f"a {table.kind} table"
        raise UsageError(f"{table.ref} is {what}, to which no building block can be added.")
    return table


def with_facts(
    name: str, given: Mapping[str, object], table: Table, catalog: Catalog
) -> tuple[dict[str, object], list[str]]:
    """All options of a block on a table, and sentences on what was assumed. Raises UsageError for what does not fit the table."""
    fields = find(name).__struct_fields__
    notes: list[str] = []
    known: dict[str, object] = {
        "schema": table.namespace,
        "columns": [column.name for column in table.columns if not column.generated],
        "binary": _binary(table, catalog),
        "types": _types(table, catalog),
    }
    if table.primary_key:
        known["key"] = table.primary_key.columns
    elif catalog.engine == "sqlite" and name in ("updated_at", "optimistic_lock", "audit", "outbox"):
        known["key"] = ("rowid",)
    elif name not in ("soft_delete", "status_machine", "partitions") and "key" not in given:
        raise UsageError(f"{table.ref} has no primary key, by which a row could be told.", hint="Give it one first.")
    if "hidden" in fields and "hidden" not in given:
        hidden = [column.name for column in table.columns if looks_secret(column.name)]
        known["hidden"] = hidden
        notes += [f"Not written down, because by its name it is a secret: {', '.join(hidden)}."] if hidden else []
    known |= _of_block(name, given, table, catalog, notes)
    return {key: value for key, value in known.items() if key in fields} | dict(given), notes


def _of_block(
    name: str, given: Mapping[str, object], table: Table, catalog: Catalog, notes: list[str]
) -> dict[str, object]:
    match name:
        case "audit":
            return {"make_log": not _is_there(catalog, table, str(given.get("log", "audit_log")), _LOG, "log")}
        case "outbox":
            return {"make_outbox": not _is_there(catalog, table, str(given.get("outbox", "outbox")), _OUTBOX, "outbox")}
        case "tree" | "closure" | "ltree":
            return _of_tree(given, table)
        case "soft_delete":
            return _of_soft_delete(given, table, catalog, notes)
        case "counter":
            return _of_counter(given, table, catalog)
        case "status_machine":
            _must_have(table, [str(given.get("column", "status"))])
        case "partitions":
            _of_partitions(given, table, catalog)
        case "application_time":
            per = given.get("per", ())
            _must_have(table, [str(each) for each in per] if isinstance(per, list) else [])
        case "encrypted":
            return {"length": _longest(table, str(given.get("column", "")))}
    return {}


def _is_there(catalog: Catalog, table: Table, wanted: str, columns: Iterable[str], option: str) -> bool:
    """Whether the table that a block writes to is there already. Raises UsageError where another one has its name."""
    found = next((each for each in catalog.tables if (each.namespace, each.name) == (table.namespace, wanted)), None)
    if found and not all(found.column(each) for each in columns):
        raise UsageError(
            f"{found.ref} is there, and holds something else.", hint=f"Give another name: --option {option}=…"
        )
    return found is not None


def _must_have(table: Table, columns: Iterable[str]) -> None:
    missing = [name for name in columns if not table.column(name)]
    if missing:
        raise UsageError(
            f"{table.ref} has no column {', '.join(missing)}.",
            hint=f"It has {', '.join(column.name for column in table.columns)}.",
        )


def _of_tree(given: Mapping[str, object], table: Table) -> dict[str, object]:
    """The reference to the parent, and the type of the key."""
    own = [key for key in table.foreign_keys if key.table == table.ref.path and len(key.columns) == 1]
    parent = str(given.get("parent", own[0].columns[0] if len({key.columns for key in own}) == 1 else "parent_id"))
    _must_have(table, [parent])
    if not any(key.columns == (parent,) for key in own):
        raise UsageError(
            f"{table.ref}.{parent} does not refer to {table.ref}.",
            hint="Declare the foreign key first: a tree needs it.",
        )
    keys = table.primary_key.columns if table.primary_key else ()
    column = table.column(keys[0]) if len(keys) == 1 else None
    return {"parent": parent, "key_type": _spelled(column, table) if column else ""}


def _of_soft_delete(given: Mapping[str, object], table: Table, catalog: Catalog, notes: list[str]) -> dict[str, object]:
    """The unique keys that shall hold among living rows: all but the primary key and those that others refer to."""
    mark = str(given.get("column", "deleted_at"))
    named = {
        referenced(table, key) for each in catalog.tables for key in each.foreign_keys if key.table == table.ref.path
    }
    primary = table.primary_key.columns if table.primary_key else ()
    found = [columns for columns in dict.fromkeys(table.keys) if columns != primary and mark not in columns]
    free = [columns for columns in found if columns not in named]
    notes += [
        f"The key over {', '.join(columns)} stays as it is, because other tables refer to it."
        for columns in found
        if columns in named
    ]
    return {"unique": [list(columns) for columns in free]}


def _of_counter(given: Mapping[str, object], table: Table, catalog: Catalog) -> dict[str, object]:
    child = next(
        (each for each in catalog.tables if each.name == given.get("child") and each.namespace == table.namespace), None
    )
    if child is None:
        raise UsageError(
            f"There is no table {given.get('child', '')!r} to count.", hint="Name it: --option child=comments"
        )
    keys = [key for key in child.foreign_keys if key.table == table.ref.path]
    if "by" not in given and len({key.columns for key in keys}) != 1:
        ways = ", ".join("+".join(key.columns) for key in keys) or "none"
        raise UsageError(
            f"{child.ref} must refer to {table.ref} in one way; it does by {ways}.", hint="Say --option by=…"
        )
    return {"by": keys[0].columns} if "by" not in given else {}


def _of_partitions(given: Mapping[str, object], table: Table, catalog: Catalog) -> None:
    """What the engine asks of a table in partitions. Raises UsageError with what is missing."""
    column = str(given.get("column", ""))
    if not column:
        raise UsageError("Which column tells the moment of a row?", hint="Say --option column=created_at.")
    _must_have(table, [column])
    if catalog.engine == "sqlite":
        return
    if catalog.engine == "postgres":
        if table.kind != "partitioned":
            raise UsageError(
                f"{table.ref} is one piece, and PostgreSQL cannot make partitions of it in place.",
                hint=(
                    f"Make a table with PARTITION BY RANGE ({column}) beside it, copy the rows (dbwright online can), change the names, "
                    "and add the block then."
                ),
            )
        return
    without = [", ".join(columns) for columns in table.keys if column not in columns]
    if without:
        raise UsageError(
            f"The key of {table.ref} over {without[0]} lacks {column}; MySQL wants it in every key of a table in partitions."
        )
    others = [each for each in catalog.tables if any(key.table == table.ref.path for key in each.foreign_keys)]
    if table.foreign_keys or others:
        raise UsageError(f"Foreign keys lead from or to {table.ref}; MySQL has none for tables in partitions.")


def _longest(table: Table, name: str) -> int:
    """The most bytes of a text column's values, where it has a limit."""
    column = table.column(name)
    length = column.type.length if column and column.type.is_text else None
    return 4 * length if length else 1000


def _types(table: Table, catalog: Catalog) -> dict[str, str]:
    """The types of the columns, for a table that keeps copies of their values."""
    columns = [column for column in table.columns if not column.generated]
    if catalog.engine == "sqlite" and not table.strict:
        return {column.name: "ANY" for column in columns}  # as it is written there: any value may stand in any column
    return {column.name: _spelled(column, table) for column in columns}


def _spelled(column: Column, table: Table) -> str:
    """The type as another table has to have it to be compared without a clash of collations, which MySQL alone knows."""
    collation = column.collation or table.options.get("collate", "")
    if (
        "collate" not in table.options
        or not collation
        or not (column.type.is_text or column.type.kind in ("enum", "set"))
    ):
        return column.type.spelling
    return f"{column.type.spelling} CHARACTER SET {column.charset or collation.partition('_')[0]} COLLATE {collation}"


def _binary(table: Table, catalog: Catalog) -> list[str]:
    """The columns that may hold bytes: on SQLite any of a table that is not strict."""
    if catalog.engine == "sqlite" and not table.strict:
        return [column.name for column in table.columns]
    return [column.name for column in table.columns if column.type.kind in (*_BYTES, "untyped")]
