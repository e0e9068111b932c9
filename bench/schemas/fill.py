"""Rows for any schema: values by the names and types of columns, references to rows that exist, keys that are unique."""

import random
import re
from collections.abc import Sequence
from datetime import timedelta

from bench.schemas.coherence import Path, Row, Schema, bury, count, refer, repeat, settle
from bench.schemas.values import NOW, plain, value
from dbwright.catalog.objects import Catalog, ForeignKey, Index, Table
from dbwright.engines.base import Engine, Session, Statement

_ONE_ROW = re.compile(r"^(application_settings|appearances)$")

_FEW = re.compile(
    r"(^|_)(website|view|country|currency|language|tenant|company|role|permission|plans|term|measure|tax_class|stage|branch|"
    r"warehouse|entity_type|attribute_set|customer_group|fiscal_year|ledger_account_type|theme)$"
)
"""Tables of which an installation has a handful of rows."""
_GROWS = re.compile(r"log|message|visitor|session|cache|event|history|queue|token")


def fill(session: Session, engine: Engine, catalog: Catalog, *, rows: int = 200, seed: int = 7) -> None:
    """Fill every table of a database that holds the catalog: so many rows, small look-up tables fewer, joined tables more.

    Raises SystemExit for a circle of references that must all be filled, ExecutionFault where the database refuses a row.
    """
    chance = random.Random(seed)
    made: dict[Path, list[Row]] = {}
    ordered = _in_order(catalog)
    for table in ordered:
        made[table.namespace, table.name] = _rows(table, made, _count(table, rows), chance, catalog)
    schema = Schema(catalog)
    for table in ordered:
        refer(schema, table, made[table.namespace, table.name], made, chance)
        repeat(schema, table, made[table.namespace, table.name], made)
        settle(table, made[table.namespace, table.name], chance)
    bury(catalog, ordered, made)
    count(catalog, made)
    for table in ordered:
        _insert(session, engine, table, made[table.namespace, table.name])


def _in_order(catalog: Catalog) -> list[Table]:
    """Parents before children; a circle is broken where a reference may be NULL."""
    left = {(table.namespace, table.name): table for table in catalog.tables if not table.partition_of}
    ordered: list[Table] = []

    def waits(path: Path, key: ForeignKey) -> bool:
        return key.table in left and key.table != path

    while left:
        ready = [path for path, table in left.items() if not any(waits(path, key) for key in table.foreign_keys)]
        if not ready:
            ready = [
                path
                for path, table in left.items()
                if not any(waits(path, key) and not _optional(table, key) for key in table.foreign_keys)
            ][:1]
        if not ready:
            raise SystemExit(f"A circle of references that must be filled: {', '.join(path[1] for path in left)}")
        ordered += [left.pop(path) for path in ready]
    return ordered


def _optional(table: Table, key: ForeignKey) -> bool:
    """Whether a reference may be left out."""
    return all((column := table.column(name)) is not None and column.nullable for name in key.columns)


def _count(table: Table, rows: int) -> int:
    """Look-up tables (few columns, no references) hold a handful, tables with several references more."""
    if _ONE_ROW.search(plain(table.name)):
        return 1
    references = len(table.foreign_keys)
    few = references == 0 and len(table.columns) <= 4 and not _GROWS.search(plain(table.name))
    if few or _FEW.search(plain(table.name)):
        return 12
    return rows * (3 if references >= 2 else 1)


def _rows(table: Table, made: dict[Path, list[Row]], wanted: int, chance: random.Random, catalog: Catalog) -> list[Row]:
    """Rows whose keys do not clash; fewer than wanted where the keys allow no more."""
    enums = {(each.namespace, each.name): each.labels for each in catalog.enums}
    rows: list[Row] = []
    made[table.namespace, table.name] = rows  # so that a row can refer to those before it
    partial = [index for index in table.indexes if index.unique and index.predicate]
    taken: dict[tuple[str, ...], set[tuple[object, ...]]] = {}
    links = _links(table)
    for number in range(1, wanted + 1):
        for _ in range(20):
            row = _row(table, made, number, wanted, chance, enums)
            keys = [*table.keys, *links, *(_plain_columns(index) for index in partial if _holds(index, row))]
            seen = [(key, tuple(_folded(row.get(name)) for name in key)) for key in keys]
            if all(None in values or values not in taken.setdefault(key, set()) for key, values in seen):
                for key, values in seen:
                    taken.setdefault(key, set()).add(values)
                rows.append(row)
                break
    return rows


def _links(table: Table) -> list[tuple[str, ...]]:
    """What a junction table links: an application hardly ever links the same rows twice, with a key or without."""
    required = tuple(
        name for key in table.foreign_keys for name in key.columns if (c := table.column(name)) and not c.nullable
    )
    return [required] if len(required) >= 2 and len(table.columns) <= len(required) + 4 else []


def _folded(value_: object) -> object:
    """A value as a collation that ignores case compares it."""
    return value_.casefold() if isinstance(value_, str) else value_


def _plain_columns(index: Index) -> tuple[str, ...]:
    return tuple(part.column for part in index.parts if part.column)


def _holds(index: Index, row: Row) -> bool:
    """Whether a row falls under a simple predicate; what is not understood always holds."""
    text = (index.predicate or "").strip("() ")
    if found := re.fullmatch(r'"?(\w+)"? IS (NOT )?NULL', text):
        return (row.get(found[1]) is None) != bool(found[2])
    if found := re.fullmatch(r'(NOT )?"?(\w+)"?', text):
        return bool(row.get(found[2])) != bool(found[1])
    return True


def _row(
    table: Table,
    made: dict[Path, list[Row]],
    number: int,
    wanted: int,
    chance: random.Random,
    enums: dict[tuple[str, str], tuple[str, ...]],
) -> Row:
    row: Row = {}
    age = 900_000 * (wanted - number + chance.random()) / wanted
    born = NOW - timedelta(minutes=int(age) + 60)
    for key in table.foreign_keys:
        parents = made.get(key.table, [])
        own = key.table == (table.namespace, table.name)
        if not parents or (_optional(table, key) and chance.random() < (0.7 if own else 0.25)):
            row.update({name: None for name in key.columns if name not in row})
            continue
        # Some parents have many children, most a few.
        often = min(int(chance.paretovariate(0.9)) - 1, len(parents) - 1)
        parent = parents[often if chance.random() < 0.3 else chance.randrange(len(parents))]
        row.update({name: parent.get(other) for name, other in zip(key.columns, key.referenced, strict=False)})
    for column in table.columns:
        if not column.generated and column.name not in row:
            row[column.name] = value(
                table, column, number, born, chance, enums.get(column.type.user_type or ("", ""), ())
            )
    return row


def _insert(session: Session, engine: Engine, table: Table, rows: Sequence[Row]) -> None:
    """All rows in statements of 200; keys that number themselves are given."""
    path = ".".join(engine.quote(part) for part in (table.namespace, table.name) if part)
    names = [column.name for column in table.columns if not column.generated]
    always = any(column.identity and column.identity.generation == "always" for column in table.columns)
    overriding = "OVERRIDING SYSTEM VALUE " if always else ""
    head = f"INSERT INTO {path} ({', '.join(map(engine.quote, names))}) {overriding}VALUES "
    for first in range(0, len(rows), 200):
        values = (
            f"({', '.join(engine.literal(row.get(name)) for name in names)})" for row in rows[first : first + 200]
        )
        session.execute([Statement(text=head + ", ".join(values))])
