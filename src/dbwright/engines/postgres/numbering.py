"""Columns that number themselves: identity and serial, made, changed into each other, and taken away."""

import msgspec

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column, Identity
from dbwright.change.plan import Step
from dbwright.engines.postgres.ddl_columns import identity_sql, sequence_settings, usual_sequence_name
from dbwright.engines.postgres.stepping import Work, alter_column, plain, step, together
from dbwright.engines.postgres.words import identifier, literal, qualified

_ONE_TRANSACTION = "In one transaction, so that no row is ever written without its number."


def change_identity(table: Table, old: Column, new: Column, work: Work) -> list[Step]:
    """From one way of numbering to another; numbers go on where they were."""
    before, after = old.identity, new.identity
    ref = table.column_ref(old.name)
    if after is None:
        return _taken_away(table, old, new)
    if before is None:
        return _given(table, old, new, work)
    if (before.generation == "serial") == (after.generation == "serial"):
        return _altered(table, old.name, before, after)
    own = sequence_of(table, old.name, before)
    kept = (own[0], f"{own[1]}_before"[-63:])
    title = f"Number {ref} otherwise"
    if after.generation == "serial":
        target = sequence_of(table, old.name, after)
        texts = [
            f"CREATE SEQUENCE {qualified(*kept)} AS {new.type.spelling} {' '.join(sequence_settings(after))}".rstrip(),
            f"SELECT setval({literal(qualified(*kept))}::regclass, last_value, is_called) FROM {qualified(*own)}",
            f"{alter_column(ref)} DROP IDENTITY",
            f"ALTER SEQUENCE {qualified(*kept)} RENAME TO {identifier(target[1])}",
            *_attached(table, old.name, (kept[0], target[1])),
        ]
    else:
        target = sequence_of(table, old.name, after)
        texts = [
            f"{alter_column(ref)} DROP DEFAULT",
            f"ALTER SEQUENCE {qualified(*own)} OWNED BY NONE",
            f"ALTER SEQUENCE {qualified(*own)} RENAME TO {identifier(kept[1])}",
            f"{alter_column(ref)} ADD {identity_sql(table.namespace, table.name, old.name, after)}",
            f"SELECT setval({literal(qualified(*target))}::regclass, last_value, is_called) FROM {qualified(*kept)}",
            f"DROP SEQUENCE {qualified(*kept)}",
        ]
    return together([step(text, title) for text in texts], _ONE_TRANSACTION)


def sequence_of(table: Table, column: str, identity: Identity) -> tuple[str, str]:
    """The sequence behind a column."""
    return identity.sequence or (table.namespace, usual_sequence_name(table.name, column))


def _attached(table: Table, column: str, sequence: tuple[str, str]) -> list[str]:
    ref = table.column_ref(column)
    return [
        f"{alter_column(ref)} SET DEFAULT nextval({literal(qualified(*sequence))}::regclass)",
        f"ALTER SEQUENCE {qualified(*sequence)} OWNED BY {qualified(table.namespace, table.name)}.{identifier(column)}",
    ]


def _taken_away(table: Table, old: Column, new: Column) -> list[Step]:
    assert old.identity is not None
    ref, sequence = table.column_ref(old.name), sequence_of(table, old.name, old.identity)
    if old.identity.generation != "serial":
        found = plain([f"{alter_column(ref)} DROP IDENTITY"])
        if new.default is not None:
            found += plain([f"{alter_column(ref)} SET DEFAULT {new.default}"])
        return found
    if new.default is not None and literal(qualified(*sequence)) in new.default:
        return plain([f"ALTER SEQUENCE {qualified(*sequence)} OWNED BY NONE"])
    change = "DROP DEFAULT" if new.default is None else f"SET DEFAULT {new.default}"
    steps = [step(f"{alter_column(ref)} {change}"), step(f"DROP SEQUENCE {qualified(*sequence)}")]
    return together(steps, _ONE_TRANSACTION)


def _given(table: Table, old: Column, new: Column, work: Work) -> list[Step]:
    assert new.identity is not None
    ref, sequence = table.column_ref(old.name), sequence_of(table, old.name, new.identity)
    steps: list[Step] = []
    if old.nullable:
        from dbwright.change.operations import SetNullable
        from dbwright.engines.postgres.steps_columns import set_nullable

        steps += set_nullable(SetNullable(target=ref, nullable=False), work)
    texts: list[str] = []
    if old.default is not None and new.identity.generation != "serial":
        texts.append(f"{alter_column(ref)} DROP DEFAULT")
    if new.identity.generation != "serial":
        texts.append(f"{alter_column(ref)} ADD {identity_sql(table.namespace, table.name, old.name, new.identity)}")
    else:
        known = any((each.namespace, each.name) == sequence for each in work.catalog.sequences)
        if not known:
            settings = " ".join([f"AS {new.type.spelling}", *sequence_settings(new.identity)])
            texts.append(f"CREATE SEQUENCE {qualified(*sequence)} {settings}")
        texts += _attached(table, old.name, sequence)
        if known:
            return [*steps, *plain(texts)]
    if not work.is_unused(table.ref):
        texts.append(beyond_all_rows(table, old.name, sequence))
    return [*steps, *together([step(text) for text in texts], _ONE_TRANSACTION)]


def beyond_all_rows(table: Table, column: str, sequence: tuple[str, str]) -> str:
    """Let a sequence go on after the largest number that is there."""
    name, key = qualified(table.namespace, table.name), identifier(column)
    return f"SELECT setval({literal(qualified(*sequence))}::regclass, max({key})) FROM {name} HAVING max({key}) IS NOT NULL"


def _altered(table: Table, column: str, before: Identity, after: Identity) -> list[Step]:
    """The same way of numbering with other settings, or another name of the sequence."""
    ref = table.column_ref(column)
    own, target = sequence_of(table, column, before), sequence_of(table, column, after)
    found: list[str] = []
    serial = after.generation == "serial"
    changes = _settings(before, after)
    if before.generation != after.generation:
        words = "ALWAYS" if after.generation == "always" else "BY DEFAULT"
        found.append(f"{alter_column(ref)} SET GENERATED {words}")
    if changes and serial:
        found.append(f"ALTER SEQUENCE {qualified(*own)} {' '.join(changes)}")
    elif changes:
        found.append(f"{alter_column(ref)} {' '.join(f'SET {each}' for each in changes)}")
    if own[1] != target[1]:
        found.append(f"ALTER SEQUENCE {qualified(*own)} RENAME TO {identifier(target[1])}")
    return plain(found)


def _settings(before: Identity, after: Identity) -> list[str]:
    if sequence_settings(before) == sequence_settings(after):
        return []
    increment = after.increment or 1
    start = after.start if after.start is not None else (after.minimum or 1) if increment > 0 else (after.maximum or -1)
    return [
        f"INCREMENT BY {increment}",
        "NO MINVALUE" if after.minimum is None else f"MINVALUE {after.minimum}",
        "NO MAXVALUE" if after.maximum is None else f"MAXVALUE {after.maximum}",
        f"START WITH {start}",
        f"CACHE {after.cache or 1}",
        "CYCLE" if after.cycle else "NO CYCLE",
    ]


def identity_after_filling(table: Table, column: Column, fill: tuple[str, str]) -> list[Step]:
    """Turns a filled column into an identity that goes on where the filling sequence stands."""
    assert column.identity is not None
    ref, target = table.column_ref(column.name), sequence_of(table, column.name, column.identity)
    numbered = identity_sql(table.namespace, table.name, column.name, column.identity)
    texts = [
        f"{alter_column(ref)} DROP DEFAULT, ALTER COLUMN {identifier(column.name)} ADD {numbered}",
        f"SELECT setval({literal(qualified(*target))}::regclass, last_value, is_called) FROM {qualified(*fill)}",
        f"DROP SEQUENCE {qualified(*fill)}",
    ]
    title = f"Make {ref} an identity that goes on where the filling stopped"
    return together([step(text, title) for text in texts], _ONE_TRANSACTION)


def without_numbers(column: Column) -> Column:
    """The column as it is added first: empty, and not numbering itself."""
    return msgspec.structs.replace(column, identity=None, default=None, nullable=True)
