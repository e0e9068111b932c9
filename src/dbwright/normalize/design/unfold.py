"""Child tables for columns that hold several values in one row."""

from collections.abc import Sequence

import msgspec

from dbwright.catalog.objects import Column, ForeignKey, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.engines.base import Engine
from dbwright.normalize.design.part_names import Case, free, singular_name, stem_of
from dbwright.normalize.design.part_types import type_of
from dbwright.normalize.design.parts import Drawing, bytes_of
from dbwright.normalize.design.proposal import Part
from dbwright.normalize.design.unfolding import Holding


def unfolded_parts(
    parts: Sequence[Part], holdings: Sequence[Holding], drawing: Drawing
) -> tuple[tuple[Part, ...], list[str]]:
    """The parts without the columns that hold several values, and a child table for each; sentences on what could not be unfolded."""
    found = list(parts)
    children: list[Part] = []
    notes: list[str] = []
    taken = {*drawing.taken, *(part.table.name for part in parts)}
    for holding in holdings:
        place = next(
            (at for at, part in enumerate(found) if set(holding.columns) <= set(part.source_columns.values())), None
        )
        if place is None:
            notes.append(f"{', '.join(holding.columns)} belong to different tables, so they are not unfolded.")
            continue
        owner = found[place]
        key = owner.table.primary_key.columns if owner.table.primary_key else ()
        gone = {own for own, source in owner.source_columns.items() if source in holding.columns}
        if not key or gone & set(key):
            notes.append(
                f"{', '.join(holding.columns)}: {owner.table.name} has no key that their child table could refer to."
            )
            continue
        found[place] = _without(owner, gone, drawing)
        child = _child(owner, key, holding, taken, drawing)
        taken.add(child.table.name)
        children.append(child)
    return (*found, *children), notes


def _without(part: Part, gone: set[str], drawing: Drawing) -> Part:
    table = part.table
    lean = msgspec.structs.replace(
        table,
        columns=tuple(each for each in table.columns if each.name not in gone),
        uniques=tuple(each for each in table.uniques if not set(each.columns) & gone),
        indexes=tuple(each for each in table.indexes if not set(each.columns) & gone),
        checks=tuple(
            each for each in table.checks if not any(name.lower() in each.expression.lower() for name in gone)
        ),
    )
    kept = {own: source for own, source in part.source_columns.items() if own not in gone}
    return msgspec.structs.replace(
        part, table=lean, source_columns=kept, bytes=bytes_of(kept.values(), part.rows, drawing)
    )


def _child(owner: Part, key: tuple[str, ...], holding: Holding, taken: set[str], drawing: Drawing) -> Part:
    engine, style = drawing.engine, drawing.style
    whose = stem_of(owner.table.name)
    item = (
        holding.item[len(whose) :]
        if holding.item[: len(whose)] == whose and len(holding.item) > len(whose)
        else holding.item
    )
    name = free(_joined(singular_name(owner.table.name), style.table(item), style.case), taken, style)
    columns: list[Column] = []
    sources: dict[str, str] = {}
    references: list[tuple[str, str, tuple[str, ...]]] = []
    called: list[str] = []
    for own in key:
        held = owner.table.column(own)
        assert held is not None
        child = (
            own
            if len(key) > 1 or own.lower() not in ("id", "uuid", "code", "key")
            else style.join((*whose, own.lower()))
        )
        called.append(child)
        columns.append(
            Column(name=child, type=held.type, nullable=False, collation=held.collation, charset=held.charset)
        )
        if own in owner.source_columns:
            sources[child] = owner.source_columns[own]
        else:
            found = tuple(owner.source_columns[each] for each in owner.natural_key if each in owner.source_columns)
            references.append((child, owner.table.name, found))
    unfolded = msgspec.structs.replace(
        holding.unfolded,
        targets=tuple(free(style.join(target.split("_")), called, style) for target in holding.unfolded.targets),
        ordinal=free(style.join((holding.unfolded.ordinal,)), called, style),
    )
    columns.append(Column(name=unfolded.ordinal, type=_whole(engine), nullable=False))
    for at, target in enumerate(unfolded.targets):
        columns.append(Column(name=target, type=_item_type(holding, at, drawing), nullable=len(unfolded.targets) > 1))
    natural = (*called, unfolded.ordinal)
    table = Table(
        namespace=owner.table.namespace,
        name=name,
        columns=tuple(columns),
        primary_key=PrimaryKey(columns=natural),
        foreign_keys=(
            ForeignKey(
                columns=tuple(called),
                table=(owner.table.namespace, owner.table.name),
                referenced=key,
                on_delete="cascade",
            ),
        ),
        options=owner.table.options,
    )
    return Part(
        table=table,
        source_columns=sources,
        natural_key=natural,
        because=None,
        unfolds=unfolded,
        references=tuple(references),
    )


def _joined(first: str, second: str, case: Case) -> str:
    return f"{first}_{second}" if case in ("snake", "upper") else f"{first}{second[:1].upper()}{second[1:]}"


def _whole(engine: Engine) -> Type:
    type_ = Type(kind="integer", spelling="", bits=32)
    return msgspec.structs.replace(type_, spelling=engine.spell(type_))


def _item_type(holding: Holding, at: int, drawing: Drawing) -> Type:
    declared = holding.types[at] if at < len(holding.types) else None
    if declared is None:
        name = holding.unfolded.columns[0][at]
        column = drawing.table.column(name)
        seen = drawing.profile.column(name) if drawing.profile is not None else None
        if column is not None and drawing.keep:
            return column.type
        return type_of(column.type if column else None, seen, drawing.engine, in_key=False)
    return (
        declared if drawing.keep and declared.kind != "text" else type_of(declared, None, drawing.engine, in_key=False)
    )
