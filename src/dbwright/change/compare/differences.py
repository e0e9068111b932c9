"""What differs between two catalogs, object by object and field by field."""

from typing import Any, Literal

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Object
from dbwright.catalog.types import Type
from dbwright.change.compare.flatten import flatten
from dbwright.change.compare.spelling import same


class FieldChange(msgspec.Struct, frozen=True):
    """One field of an object that both catalogs have: its name, and both values as text; None where unset."""

    field: str
    old: str | None
    new: str | None


class Difference(msgspec.Struct, frozen=True):
    """One object that only one side has, or that both have and in which fields differ."""

    change: Literal["added", "removed", "changed"]
    target: Ref
    fields: tuple[FieldChange, ...] = ()


def only_order(difference: Difference) -> bool:
    """Whether columns stand in another order and nothing else differs, which statements that name their columns don't notice."""
    return bool(difference.fields) and all(each.field == "column order" for each in difference.fields)


def compare(old: Catalog, new: Catalog, *, column_order: bool = True) -> tuple[Difference, ...]:
    """What `new` has more, less or otherwise than `old`, sorted by name. Equal catalogs give nothing.

    Parts of a table that only one side has are not listed again. The order of columns counts, unless column_order is False
    (no operation of PostgreSQL can change it); names, version and what could not be read do not.
    """
    before, after = flatten(old), flatten(new)
    whole = {ref for ref in before.keys() ^ after.keys() if ref.kind in ("table", "view")}
    found = [
        Difference("removed" if ref in before else "added", ref)
        for ref in before.keys() ^ after.keys()
        if ref in whole or not _holders(ref) & whole
    ]
    for ref in before.keys() & after.keys():
        fields = _changed_fields(before[ref], after[ref])
        if fields:
            found.append(Difference("changed", ref, fields))
    if column_order:
        found += _reordered_columns(old, new)
    return tuple(sorted(found, key=lambda each: (each.target.path, each.target.kind, each.change)))


def _holders(ref: Ref) -> set[Ref]:
    return {Ref("table", ref.path[:2]), Ref("view", ref.path[:2])}


def _changed_fields(old: Object, new: Object) -> tuple[FieldChange, ...]:
    if old == new:
        return ()
    if type(old) is not type(new):
        return (FieldChange("kind", type(old).__name__.lower(), type(new).__name__.lower()),)
    names = (field.name for field in msgspec.structs.fields(old))
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in names)
    return tuple(FieldChange(name, _text(a), _text(b)) for name, a, b in pairs if not same(a, b))


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case Type(spelling=spelling):
            return spelling
        case tuple() if all(isinstance(each, str) for each in value):
            return ", ".join(value)
        case _:
            return msgspec.json.encode(value, order="sorted").decode()


def _reordered_columns(old: Catalog, new: Catalog) -> list[Difference]:
    """Tables whose common columns stand in another order."""
    before = {table.ref: [column.name for column in table.columns] for table in old.tables}
    found = []
    for table in new.tables:
        former = before.get(table.ref, [])
        now = [column.name for column in table.columns if column.name in former]
        kept = [name for name in former if table.column(name)]
        if now != kept:
            change = FieldChange("column order", ", ".join(kept), ", ".join(now))
            found.append(Difference("changed", table.ref, (change,)))
    return found
