"""Keys, checks and exclusions of tables."""

from typing import Any

import msgspec

from dbwright.catalog.parts import Action, Check, Deferral, Exclusion, ForeignKey, PrimaryKey, Unique
from dbwright.engines.postgres import queries
from dbwright.engines.postgres.read_indexes import IndexRow
from dbwright.engines.postgres.reading import Reading, options
from dbwright.engines.postgres.sqltext import stable, without_outer_brackets

_ACTIONS: dict[str, Action] = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}


class Constraints(msgspec.Struct):
    """The constraints of one table."""

    primary_key: PrimaryKey | None = None
    uniques: list[Unique] = msgspec.field(default_factory=list)
    foreign_keys: list[ForeignKey] = msgspec.field(default_factory=list)
    checks: list[Check] = msgspec.field(default_factory=list)
    exclusions: list[Exclusion] = msgspec.field(default_factory=list)
    unchecked_not_null: list[str] = msgspec.field(default_factory=list)


def read_constraints(reading: Reading, indexes: dict[int, IndexRow]) -> tuple[dict[int, Constraints], set[int]]:
    """The constraints of each table, and the indexes that belong to them. `indexes` by their own identifiers."""
    found: dict[int, Constraints] = {}
    owned: set[int] = set()
    nobody: dict[int, str] = {}
    for (
        oid, table, name, kind, numbers, index, deferrable, deferred, validated, no_inherit, enforced, period,
        parent, parent_numbers, on_update, on_delete, match, delete_numbers, text,
    ) in reading.rows(queries.constraints(reading.version)):  # fmt: skip
        names = reading.columns.get(table, nobody)
        here = found.get(table)
        if here is None:
            here = found[table] = Constraints()
        columns = tuple([names[number] for number in numbers or () if number > 0])
        deferral: Deferral | None = ("deferred" if deferred else "immediate") if deferrable else None
        comment = reading.comment("pg_constraint", oid)
        if kind == "f":
            parent_ref = reading.relations.get(parent)
            if parent_ref is None:
                continue
            parent_names = reading.columns[parent]
            here.foreign_keys.append(
                ForeignKey(
                    name=name,
                    columns=columns,
                    table=(parent_ref.path[0], parent_ref.path[1]),
                    referenced=tuple([parent_names[number] for number in parent_numbers]),
                    on_delete=_ACTIONS[on_delete],
                    on_update=_ACTIONS[on_update],
                    on_delete_columns=tuple([names[number] for number in delete_numbers or ()]),
                    match="full" if match == "f" else "simple",
                    deferral=deferral,
                    # A key that is not enforced is never validated: that goes without saying.
                    validated=validated or not enforced,
                    enforced=enforced,
                    with_period=period,
                    comment=comment,
                )
            )
        elif kind == "c":
            here.checks.append(
                Check(
                    name=name,
                    expression=stable(without_outer_brackets(text)),
                    validated=validated or not enforced,
                    enforced=enforced,
                    no_inherit=no_inherit,
                    comment=comment,
                )
            )
        elif kind == "n":
            here.unchecked_not_null.extend(columns)
        else:
            owned.add(index)
            row = indexes[index]
            same: dict[str, Any] = {"name": name, "deferral": deferral, "comment": comment}
            if kind == "x":
                here.exclusions.append(Exclusion(definition=stable(text), columns=columns, **same))
                continue
            same |= {
                "columns": columns,
                "without_overlaps": period,
                "include": tuple([names[number] for number in row.numbers[row.keys :]]),
                "options": options(row.options) | ({"tablespace": row.tablespace} if row.tablespace else {}),
            }
            if kind == "p":
                here.primary_key = PrimaryKey(**same)
            else:
                here.uniques.append(Unique(nulls_distinct=not row.nulls_not_distinct, **same))
    return found, owned
