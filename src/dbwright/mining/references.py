"""Which inclusions are meant as references: names, types and values weighed as for missing foreign keys of a live database."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import polars as pl

from dbwright.catalog.dependencies import Included
from dbwright.catalog.facts import Counted, Distinct, Facts
from dbwright.catalog.facts import Included as IncludedAnswer
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import PrimaryKey, Unique
from dbwright.mining.allowance import Allowance, OutOfAllowance, Search
from dbwright.mining.encode import encode
from dbwright.mining.held import Held, text_of
from dbwright.mining.inclusion import Column, combination, kind_of, rows_without_parent
from dbwright.mining.unique import minimal_unique
from dbwright.relationships.composite import CompositeCandidate, composite_candidates, composite_proposals
from dbwright.relationships.find import THRESHOLD, candidates, proposals, questions
from dbwright.relationships.schema import Schema

_BY_TYPE = 1000
"""Pairs of columns that are tried though no name speaks for them."""
_EXAMPLES = 3
_KEY_COLUMNS = 8
"""A key of two columns is looked for among the first columns, where keys stand."""


@dataclass(frozen=True, eq=False)
class Reference:
    """A reference that the rows and the names speak for. probability: 0 to 1. reasons: in words, the weightiest first."""

    table: Ref
    held: Held
    probability: float
    reasons: tuple[str, ...] = ()


def references(
    tables: Sequence[tuple[Table, pl.DataFrame]],
    *,
    threshold: float = THRESHOLD,
    max_error: float = 0.2,
    engine: str = "",
    allowance: Allowance | None = None,
) -> Search[Reference]:
    """The likeliest references that no foreign key declares, one a column at most; the likeliest first.

    tables: with their rows, typed. Where a table declares no key, columns without repetition stand for one. max_error: the greatest
    share of rows that may point at nothing: what the values say against it is weighed all the same. The sizes of frames are taken
    for the sizes of the tables.
    """
    allowance = allowance or Allowance()
    found: list[Reference] = []
    stopped = ""
    try:
        _search(tables, engine, threshold, max_error, allowance, found)
    except OutOfAllowance as over:
        stopped = str(over)
    found.sort(key=lambda each: -each.probability)
    return Search(tuple(found), not stopped, stopped)


def with_keys(table: Table, frame: pl.DataFrame, allowance: Allowance | None = None) -> Table:
    """The table with the keys that its rows show, where it declares none: the first unique column as the primary key."""
    if table.keys or not frame.height:
        return table
    able = [each for each in frame.iter_columns() if kind_of(each) in ("integer", "text")]
    unique = [each.name for each in able if not each.null_count() and each.n_unique() == len(each)]
    if unique:
        others = tuple(Unique(columns=(name,)) for name in unique[1:])
        return _changed(table, PrimaryKey(columns=(unique[0],)), others)
    first = [each.name for each in able if not each.null_count()][:_KEY_COLUMNS]
    pairs = [
        each.columns for each in minimal_unique(encode(frame.select(first)), max_columns=2, allowance=allowance).found
    ]
    in_order = sorted(tuple(name for name in first if name in pair) for pair in pairs)
    best = min(in_order, key=lambda pair: [first.index(name) for name in pair], default=None)
    return _changed(table, PrimaryKey(columns=best), ()) if best else table


def _changed(table: Table, primary: PrimaryKey, uniques: tuple[Unique, ...]) -> Table:
    return msgspec.structs.replace(table, primary_key=primary, uniques=uniques)


def _search(
    tables: Sequence[tuple[Table, pl.DataFrame]],
    engine: str,
    threshold: float,
    max_error: float,
    allowance: Allowance,
    found: list[Reference],
) -> None:
    keyed = []
    for table, frame in tables:
        allowance.check()
        keyed.append(with_keys(table, frame, allowance))
    columns = {(table.ref, name): Column(table.ref, frame[name]) for table, frame in tables for name in frame.columns}
    catalog = Catalog(engine=engine, tables=tuple(keyed))
    facts = Facts(has_rows=True)
    able = candidates(catalog, facts, most_by_type=_BY_TYPE)
    for question in questions(able):
        allowance.check()
        child, parent = (
            columns.get((question.table, question.column)),
            columns.get((question.parent, question.parent_column)),
        )
        if child is not None and parent is not None and child.kind == parent.kind and child.kind is not None:
            facts.answers[question] = _answer(child, parent)
    for each in proposals(able, facts, threshold=threshold):
        answer = each.answer
        if answer is None or not answer.filled:
            continue
        child = columns[each.candidate.table.ref, each.candidate.column.name]
        parent = columns[each.candidate.key.table.ref, each.candidate.key.column.name]
        orphans = rows_without_parent(child, parent, max_error)
        if orphans is not None:
            dependency = Included((child.name,), parent.table, (parent.name,))
            held = Held(dependency, answer.filled, orphans, float(answer.distinct))
            found.append(Reference(child.table, held, each.probability, tuple(factor.told for factor in each.factors)))
    _composite(catalog, columns, facts, threshold, max_error, allowance, found)


def _answer(child: Column, parent: Column) -> IncludedAnswer:
    """How the values lie among those of the parent."""
    missing = child.values.filter(~child.values.is_in(parent.values.implode()))
    filled = len(child.series) - child.series.null_count()
    orphans = int(child.comparable.is_in(missing.implode()).sum()) if len(missing) else 0
    numbers = child.kind == "integer" and len(child.values) > 0 and len(parent.values) > 0
    return IncludedAnswer(
        rows=len(child.series),
        distinct=len(child.values),
        missing=len(missing),
        parent_distinct=len(parent.values),
        filled=filled,
        orphans=orphans,
        minimum=str(child.values[0]) if numbers else None,
        maximum=str(child.values[-1]) if numbers else None,
        parent_minimum=str(parent.values[0]) if numbers else None,
        parent_maximum=str(parent.values[-1]) if numbers else None,
        examples=tuple(text_of(value) or "" for value in missing.head(_EXAMPLES).to_list()),
    )


def _composite(
    catalog: Catalog,
    columns: dict[tuple[Ref, str], Column],
    facts: Facts,
    threshold: float,
    max_error: float,
    allowance: Allowance,
    found: list[Reference],
) -> None:
    able: list[CompositeCandidate] = []
    helds: dict[CompositeCandidate, Held] = {}
    for each in composite_candidates(Schema(catalog)):
        allowance.check()
        children = [columns[each.table.ref, name] for name in each.columns]
        parents = [columns[each.parent.ref, name] for name in each.parent_columns]
        if any(a.kind is None or a.kind != b.kind for a, b in zip(children, parents, strict=True)):
            continue
        held = combination(children, parents, max_error)
        if held is not None:
            able.append(each)
            helds[each] = held
            orphans, distinct = each.questions
            rows = len(children[0].series)
            facts.answers[orphans] = Counted(rows=rows, matching=len(held.against), considered=held.rows)
            facts.answers[distinct] = Distinct(rows=rows, distinct=int(held.telling), complete=held.rows)
    for proposal in composite_proposals(able, facts, threshold):
        told = tuple(factor.told for factor in proposal.factors)
        found.append(Reference(proposal.candidate.table.ref, helds[proposal.candidate], proposal.probability, told))
