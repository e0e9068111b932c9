"""From the dependencies of one table to the tables that a senior designer would draw instead of it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from dbwright.catalog.dependencies import Attributes, Functional, Join, Measured, Multivalued, Standing
from dbwright.catalog.objects import Table
from dbwright.catalog.profiles import ColumnProfile, TableProfile
from dbwright.engines.base import Engine
from dbwright.normalize.design.components import at_least, components, decomposed
from dbwright.normalize.design.identifiers import Column, nats_of, noun
from dbwright.normalize.design.part_names import stem_of, style_of
from dbwright.normalize.design.parts import Drawing, draw
from dbwright.normalize.design.proposal import Anomaly, Conflict, Part, Proposal
from dbwright.normalize.design.unfold import unfolded_parts
from dbwright.normalize.design.unfolding import Holding
from dbwright.normalize.theory.forms import normal_form
from dbwright.normalize.theory.relation import FORMS, Form, Relation
from dbwright.normalize.theory.split import Fragment
from dbwright.relationships.words import plural

Surrogates = Literal["auto", "always", "never"]
"""Whether new tables get numbers for keys: where their own keys are bad ones to refer to, wherever possible, or nowhere."""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a proposal must fit in with. taken: names of tables that are there; keys: those with the columns of their primary keys."""

    taken: tuple[str, ...] = ()
    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()


def propose(
    table: Table,
    functional: Iterable[Functional],
    keys: Iterable[Attributes] = (),
    multivalued: Iterable[Multivalued] = (),
    joins: Iterable[Join] = (),
    *,
    engine: Engine,
    to: Form = "3NF",
    profile: TableProfile | None = None,
    holdings: Sequence[Holding] = (),
    measured: Sequence[Measured] = (),
    anomalies: Sequence[Anomaly] = (),
    surroundings: Surroundings | None = None,
    surrogates: Surrogates = "auto",
    keep: bool = False,
) -> Proposal:
    """The tables to make of one.

    functional, keys, multivalued, joins: what holds and is meant. engine: what the parts are made in. to: the normal form wanted.
    holdings: columns with several values in one row, which become child tables. measured: the dependencies as they were checked, for
    rows against them. surrogates: "auto", "always" or "never" number the parts anew. keep: the table is one of this engine, so that
    its own types, constraints and indexes go on.
    """
    surroundings = surroundings or Surroundings()
    columns = known_columns(table, profile)
    relation, notes = _relation(table, functional, keys, multivalued, joins, columns)
    before = normal_form(relation)
    was: Form = "1NF" if holdings else before.form
    fragments = decomposed(relation, "1NF" if at_least(before.form, to) else to)
    declared = [frozenset(key) for key in table.keys]
    found = components(relation, fragments.fragments, columns, declared)
    own = [(table.name, key) for key in [*map(tuple, declared), *(each.key for each in found if each.whole)][:1]]
    named = (table.name,) if surroundings.taken or _is_thing(table.name, own) else ()
    style = style_of([each.name for each in table.columns], (*surroundings.taken, *named), (*surroundings.keys, *own))
    drawing = Drawing(
        table=table,
        columns=columns,
        profile=profile,
        engine=engine,
        style=style,
        taken=frozenset(surroundings.taken) - {table.name},
        keep=keep,
        keyless=bool(_missing_key(relation, declared)),
        surrogates=surrogates,
    )
    parts: tuple[Part, ...] = draw(found, drawing)
    parts, not_unfolded = unfolded_parts(parts, holdings, drawing)
    reached, why = _reached(fragments.fragments)
    return Proposal(
        source=table.ref,
        engine=engine.name,
        was=was,
        form=reached,
        why_not_next=why,
        parts=parts,
        lossless=bool(fragments.lossless),
        lost=tuple(each for each in fragments.lost if isinstance(each, Functional)),
        anomalies=tuple(anomalies),
        conflicts=conflicts(relation.functional, measured),
        rows=profile.rows if profile is not None else None,
        bytes=_all_bytes(profile),
        notes=(*notes, *not_unfolded, *fragments.notes, *_missing_key(relation, declared)),
    )


def known_columns(table: Table, profile: TableProfile | None) -> dict[str, Column]:
    """What is known of each column of a table, as far as its profile tells."""
    found: dict[str, Column] = {}
    for column in table.columns:
        seen = profile.column(column.name) if profile is not None else None
        type_ = column.type
        if seen is not None and (type_.is_text or type_.kind in ("untyped", "other")):
            type_ = seen.inferred or type_
        rows = seen.rows - seen.nulls if seen is not None else 0
        found[column.name] = Column(
            name=column.name,
            type=type_,
            distinct=seen.distinct if seen is not None else 0,
            nulls=seen.nulls if seen is not None else 0,
            nats=nats_of(seen.distinct, rows, _most(seen)) if seen is not None else 1.0,
            length=seen.mean_length if seen is not None and type_.is_text else None,
        )
    return found


def _most(seen: ColumnProfile) -> int | None:
    return seen.top[0][1] if seen.top else None


def _relation(
    table: Table,
    functional: Iterable[Functional],
    keys: Iterable[Attributes],
    multivalued: Iterable[Multivalued],
    joins: Iterable[Join],
    columns: Mapping[str, Column],
) -> tuple[Relation, list[str]]:
    """The table as theory sees it. Constants say nothing of what the column may hold, so they take nothing apart."""
    names = tuple(column.name for column in table.columns)
    everything = frozenset(names)
    notes: list[str] = []
    kept: list[Functional] = []
    for each in functional:
        if not each.left:
            continue
        stays = {name for name in each.right - each.left if not _outlives(each.left, name, columns)}
        for name in sorted(each.right - each.left - stays):
            left = ", ".join(sorted(each.left))
            notes.append(
                f"{name} has values in rows where {left} is NULL, so it stays where it is and does not go to {left}."
            )
        if stays:
            kept.append(Functional(left=each.left, right=frozenset(stays)))
    kept += [
        Functional(left=key, right=everything - key)
        for key in (*keys, *(frozenset(key) for key in table.keys))
        if everything - key and not any(columns[name].nulls for name in key)
    ]
    relation = Relation(
        name=table.name,
        attributes=names,
        functional=tuple(dict.fromkeys(kept)),
        multivalued=tuple(multivalued),
        joins=tuple(joins),
    )
    return relation, notes


def _outlives(left: Attributes, name: str, columns: Mapping[str, Column]) -> bool:
    """Whether a column has values where its left side has none: a table of the left side could not hold them."""
    return any(columns[each].nulls > columns[name].nulls for each in left)


def _is_thing(name: str, keys: Sequence[tuple[str, tuple[str, ...]]]) -> bool:
    """Whether the name of a file says what its rows are, as its key does: payment with payment_id. Others may be named anyhow."""
    named = stem_of(name)
    return plural(name) == name.lower() or any(
        noun(column)[-len(named) :] == named for _, key in keys for column in key
    )


def _reached(fragments: Sequence[Fragment]) -> tuple[Form, str]:
    """The form of the weakest fragment, and what keeps it there."""
    lowest = min(fragments, key=lambda each: FORMS.index(each.form))
    return lowest.form, lowest.why_not_next


def conflicts(functional: Iterable[Functional], measured: Sequence[Measured]) -> tuple[Conflict, ...]:
    """The rows against the dependencies that are used: each a person's to settle."""
    used = {(each.left, name) for each in functional for name in each.right}
    found = []
    for each in measured:
        dependency = each.dependency
        if not isinstance(dependency, Functional) or not each.against or each.standing is Standing.REFUTED:
            continue
        if any((dependency.left, name) in used for name in dependency.right):
            found.append(Conflict(dependency=dependency, rows=each.against, examples=each.violations))
    return tuple(found)


def _all_bytes(profile: TableProfile | None) -> int | None:
    if profile is None or any(column.bytes is None for column in profile.columns):
        return None
    return sum(column.bytes or 0 for column in profile.columns)


def _missing_key(relation: Relation, declared: Sequence[Attributes]) -> tuple[str, ...]:
    everything = relation.all
    if declared or any(each.left | each.right == everything for each in relation.functional):
        return ()
    return (f"No key of {relation.name} is declared or was found, so its rows are given numbers.",)
