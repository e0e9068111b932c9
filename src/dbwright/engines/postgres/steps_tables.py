"""Changes to whole tables → steps: made, dropped, renamed, and the properties in their header."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from dbwright.catalog.lookup import find_table
from dbwright.catalog.objects import Table
from dbwright.change.operations import ChangeTable, CreateTable, DropTable, OrderColumns, RenameTable
from dbwright.change.plan import Step
from dbwright.engines.postgres.ddl_columns import settings_sql
from dbwright.engines.postgres.ddl_comments import of_table
from dbwright.engines.postgres.ddl_tables import TableWriter, replica_identity_words
from dbwright.engines.postgres.dependants import policy_sql, trigger_sql
from dbwright.engines.postgres.naming import comment_sql, named, owner_sql
from dbwright.engines.postgres.stepping import Work, plain, step, together
from dbwright.engines.postgres.steps_columns import free_sequences
from dbwright.engines.postgres.words import dollar_quoted, identifier, literal, qualified
from dbwright.errors import Unsupported

_SPECIAL = ("tablespace", "access method", "of type", "cluster on")
_NEW_TABLE = "PostgreSQL cannot do that to a table that is there: make a new one and move the rows."


def create_table(operation: CreateTable, work: Work) -> list[Step]:
    """A table with everything that belongs to it."""
    table = operation.table
    above = work.parents(table)
    grand = [each for parent in above for each in work.parents(parent)]
    catalog = msgspec.structs.replace(work.catalog, tables=(*grand, *above, table))
    name = qualified(table.namespace, table.name)
    texts = list(TableWriter(catalog, set()).create(table, foreign_keys=True))
    texts += [
        f"ALTER SEQUENCE {qualified(each.namespace, each.name)} OWNED BY {name}.{identifier(each.owned_by[2])}"
        for each in work.catalog.sequences
        if each.owned_by and each.owned_by[:2] == (table.namespace, table.name) and table.column(each.owned_by[2])
    ]
    for trigger in table.triggers:
        texts += trigger_sql(name, trigger)
    texts += [policy_sql(name, policy) for policy in table.policies]
    texts += row_security(name, Table(namespace="", name=""), table)
    texts += of_table(table)
    if table.owner:
        texts.append(owner_sql(named("table", table), table.owner))
    drop = f"DROP {named('table', table)}"
    at = next(place for place, text in enumerate(texts) if text.startswith("CREATE ") and "TABLE" in text.split("(")[0])
    steps = plain(texts)
    steps[at] = msgspec.structs.replace(steps[at], undo=(drop,))
    return steps


def drop_table(operation: DropTable, work: Work) -> list[Step]:
    """DROP TABLE without CASCADE: what stands on it is dropped by operations of its own, or stops this one."""
    table = find_table(work.catalog, operation.target)
    return [*free_sequences(work.catalog, table.ref), *plain([f"DROP {named('table', table)}"])]


def rename_table(operation: RenameTable, work: Work) -> list[Step]:
    """Another name, another schema, or both: then in one transaction, over a name that is free."""
    table = find_table(work.catalog, operation.target)
    (old_space, old_name), (new_space, new_name) = operation.target.path, operation.to
    alter = f"ALTER {'FOREIGN TABLE' if table.kind == 'foreign' else 'TABLE'}"
    rename = f"{alter} {qualified(old_space, old_name)} RENAME TO {identifier(new_name)}"
    if old_space == new_space:
        return [step(rename, undo=[f"{alter} {qualified(*operation.to)} RENAME TO {identifier(old_name)}"])]
    move = f"{alter} {qualified(old_space, old_name)} SET SCHEMA {identifier(new_space)}"
    if old_name == new_name:
        back = f"{alter} {qualified(*operation.to)} SET SCHEMA {identifier(old_space)}"
        return [step(move, undo=[back])]
    if work.table((new_space, old_name)) is None:
        texts = [move, f"{alter} {qualified(new_space, old_name)} RENAME TO {identifier(new_name)}"]
    else:
        texts = [rename, f"{alter} {qualified(old_space, new_name)} SET SCHEMA {identifier(new_space)}"]
    return together([step(text) for text in texts], "In one transaction, so that it never has a name in between.")


def order_columns(operation: OrderColumns, work: Work) -> list[Step]:
    """PostgreSQL keeps columns in the order in which they came."""
    raise Unsupported(
        "PostgreSQL",
        f"put the columns of {operation.target} in another order",
        hint="Their order is only how they are shown; new columns stand last.",
    )


# ---------------------------------------------------------------- properties


def change_table(operation: ChangeTable, work: Work) -> list[Step]:
    """Whatever differs between the header that is there and the one that shall be."""
    old, new = find_table(work.catalog, operation.target), operation.to
    name = qualified(old.namespace, old.name)
    for field in ("kind", "partitioning", "temporary", "server"):
        if getattr(old, field) != getattr(new, field):
            raise Unsupported("PostgreSQL", f"change the {field} of {operation.target}", hint=_NEW_TABLE)
    steps: list[Step] = [*_partition(old, new, work), *_inheritance(old, new)]
    if old.unlogged != new.unlogged:
        why = "" if work.is_unused(old.ref) else "PostgreSQL writes the whole table again for this, under the lock."
        steps.append(step(f"ALTER TABLE {name} SET {'UNLOGGED' if new.unlogged else 'LOGGED'}", why=why))
    texts = [*_special(old, new, work), *options_sql(f"ALTER {named('table', old)}", old.options, new.options)]
    texts += _foreign_options(name, old.options, new.options)
    texts += row_security(name, old, new)
    if old.replica_identity != new.replica_identity:
        texts.append(f"ALTER TABLE ONLY {name} REPLICA IDENTITY {replica_identity_words(new.replica_identity)}")
    if old.owner != new.owner:
        texts.append(owner_sql(named("table", old), new.owner))
    if old.comment != new.comment:
        texts.append(comment_sql(named("table", old), new.comment))
    return [*steps, *plain(texts)]


def row_security(name: str, old: Table, new: Table) -> Iterator[str]:
    """ENABLE, DISABLE, FORCE and NO FORCE ROW LEVEL SECURITY."""
    if old.row_security != new.row_security:
        yield f"ALTER TABLE {name} {'ENABLE' if new.row_security else 'DISABLE'} ROW LEVEL SECURITY"
    if old.force_row_security != new.force_row_security:
        yield f"ALTER TABLE {name} {'FORCE' if new.force_row_security else 'NO FORCE'} ROW LEVEL SECURITY"


def _partition(old: Table, new: Table, work: Work) -> Iterator[Step]:
    if old.partition_of == new.partition_of:
        return
    name = qualified(old.namespace, old.name)
    if old.partition_of:
        parent = qualified(*old.partition_of.table)
        back = f"ALTER TABLE {parent} ATTACH PARTITION {name} {old.partition_of.bound}"
        above = work.table(old.partition_of.table)
        siblings = work.partitions(above) if above else []
        has_default = any(each.partition_of and each.partition_of.bound == "DEFAULT" for each in siblings)
        if work.version >= 14 and not has_default and not work.is_unused(old.ref):
            yield step(
                f"ALTER TABLE {parent} DETACH PARTITION {name} CONCURRENTLY",
                f"Detach {old.ref} from {'.'.join(old.partition_of.table)}",
                "Without CONCURRENTLY nobody could read or write the partitioned table meanwhile.",
                undo=[back],
                cleanup=[_finish_detaching(old)],
            )
            # It leaves a check of the bound behind, so that the partition can be attached again without a scan.
            yield step(_drop_bound_check(old), f"Drop the check that detaching left on {old.ref}")
        else:
            yield step(
                f"ALTER TABLE {parent} DETACH PARTITION {name}",
                f"Detach {old.ref} from {'.'.join(old.partition_of.table)}",
                undo=[back],
            )
    if new.partition_of:
        parent = qualified(*new.partition_of.table)
        yield step(
            f"ALTER TABLE {parent} ATTACH PARTITION {name} {new.partition_of.bound}",
            f"Attach {old.ref} to {'.'.join(new.partition_of.table)}",
            ""
            if work.is_unused(old.ref)
            else "The rows of the partition are read to prove its bound; the parent stays usable.",
            undo=[f"ALTER TABLE {parent} DETACH PARTITION {name}"],
        )


def _finish_detaching(table: Table) -> str:
    """Ends a DETACH … CONCURRENTLY that was broken off, where there is one."""
    assert table.partition_of is not None
    finish = (
        f"ALTER TABLE {qualified(*table.partition_of.table)} DETACH PARTITION"
        f" {qualified(table.namespace, table.name)} FINALIZE"
    )
    body = (
        "BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhdetachpending AND inhrelid = "
        f"{literal(qualified(table.namespace, table.name))}::regclass) THEN {finish}; END IF; END"
    )
    return f"DO {dollar_quoted(body)}"


def _drop_bound_check(table: Table) -> str:
    """Drops what DETACH … CONCURRENTLY adds: checks that were not there before."""
    known = ", ".join(literal(check.name) for check in table.checks if check.name) or "''"
    name = qualified(table.namespace, table.name)
    body = (
        "DECLARE added record; BEGIN FOR added IN SELECT conname FROM pg_catalog.pg_constraint"
        f" WHERE conrelid = {literal(name)}::regclass AND contype = 'c' AND conname NOT IN ({known})"
        f" LOOP EXECUTE format('ALTER TABLE {name.replace('%', '%%').replace(chr(39), chr(39) * 2)}"
        " DROP CONSTRAINT %I', added.conname); END LOOP; END"
    )
    return f"DO {dollar_quoted(body)}"


def _inheritance(old: Table, new: Table) -> Iterable[Step]:
    name = qualified(old.namespace, old.name)
    for parent in old.inherits:
        if parent not in new.inherits:
            yield step(f"ALTER TABLE {name} NO INHERIT {qualified(*parent)}")
    for parent in new.inherits:
        if parent not in old.inherits:
            yield step(f"ALTER TABLE {name} INHERIT {qualified(*parent)}")


def _special(old: Table, new: Table, work: Work) -> Iterator[str]:
    """Tablespace, access method, type of the rows, index to cluster by."""
    name = qualified(old.namespace, old.name)

    def differs(option: str) -> bool:
        return old.options.get(option) != new.options.get(option)

    if differs("tablespace"):
        yield f"ALTER TABLE {name} SET TABLESPACE {identifier(new.options.get('tablespace', 'pg_default'))}"
    if differs("access method"):
        if work.version < 15:
            raise Unsupported("PostgreSQL before 15", f"change the access method of {old.ref}", hint=_NEW_TABLE)
        yield f"ALTER TABLE {name} SET ACCESS METHOD {identifier(new.options.get('access method', 'heap'))}"
    if differs("of type"):
        type_ = new.options.get("of type")
        yield f"ALTER TABLE {name} {'NOT OF' if type_ is None else f'OF {type_}'}"
    if differs("cluster on"):
        index = new.options.get("cluster on")
        yield f"ALTER TABLE {name} {'SET WITHOUT CLUSTER' if index is None else f'CLUSTER ON {identifier(index)}'}"


def options_sql(
    alter: str, old: dict[str, str], new: dict[str, str], *, skip: Callable[[str], bool] | None = None
) -> Iterator[str]:
    """SET and RESET of storage parameters. alter: the ALTER … that they belong to."""

    def parameters(options: dict[str, str]) -> dict[str, str]:
        return {
            key: value
            for key, value in options.items()
            if key not in _SPECIAL and not key.startswith(("foreign.", "statistics ")) and not (skip and skip(key))
        }

    before, after = parameters(old), parameters(new)
    changed = {key: value for key, value in after.items() if before.get(key) != value}
    gone = [".".join(identifier(part) for part in key.split(".")) for key in before if key not in after]
    if changed:
        yield f"{alter} SET ({settings_sql(changed)})"
    if gone:
        yield f"{alter} RESET ({', '.join(gone)})"


def _foreign_options(name: str, old: dict[str, str], new: dict[str, str]) -> Iterator[str]:
    before = {key: value for key, value in old.items() if key.startswith("foreign.")}
    after = {key: value for key, value in new.items() if key.startswith("foreign.")}
    changes = [f"DROP {identifier(key.removeprefix('foreign.'))}" for key in before if key not in after]
    changes += [
        f"{'SET' if key in before else 'ADD'} {identifier(key.removeprefix('foreign.'))} {literal(value)}"
        for key, value in after.items()
        if before.get(key) != value
    ]
    if changes:
        yield f"ALTER FOREIGN TABLE {name} OPTIONS ({', '.join(changes)})"
