"""From a table's rows to a proposal: discover, judge, share out the columns, and take the table apart."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from dbwright.app.dependencies.judge import Judgement, judgement
from dbwright.app.dependencies.options import Options, Say, silent
from dbwright.app.normalize.join_back import joined_back
from dbwright.catalog.dependencies import Attributes, Functional, Join, Measured, Multivalued, Standing, UniqueColumns
from dbwright.catalog.objects import Table
from dbwright.catalog.profiles import TableProfile
from dbwright.engines.base import Engine
from dbwright.normalize.design.anomalies import anomalies
from dbwright.normalize.design.entities import Entity, entities
from dbwright.normalize.design.proposal import Proposal
from dbwright.normalize.design.propose import Surrogates, Surroundings, known_columns, propose
from dbwright.normalize.design.unfolding import Holding, holdings
from dbwright.normalize.judgement.decisions import Decision
from dbwright.normalize.judgement.judged import Judged
from dbwright.normalize.theory.relation import Form

if TYPE_CHECKING:
    from dbwright.mining.allowance import Allowance
    from dbwright.tables.base import RowSource

_Kind = TypeVar("_Kind", Multivalued, Join)

YES_ABOVE = 0.9
"""Dependencies at least so plausible are taken for meant where nobody has decided."""
EVEN = 0.5
"""A thing with an identifier's name is proposed where its dependencies are at least so plausible."""
_LOOKED_AT, _LOOKED_AT_IN_HASTE = 20_000, 500
"""Rows of which anomalies and lists are shown, and where there is no time for more."""
_VALUES_A_SECOND = 500_000
_FOR_JUDGEMENT = 0.7
"""The share of the time allowed for finding and judging dependencies; the rest is for the proposal."""
_HOLDS = (Standing.DECLARED, Standing.PROVED, Standing.NOT_REFUTED)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for.

    to: the normal form. yes_above: the plausibility from which on a dependency counts as meant without anybody's word. decisions: what
    people said. surrogates: "auto", "always" or "never" give the new tables numbers for keys. unfold: whether lists, arrays and
    numbered columns become child tables.
    """

    to: Form = "3NF"
    yes_above: float = YES_ABOVE
    decisions: tuple[Decision, ...] = ()
    surrogates: Surrogates = "auto"
    unfold: bool = True
    options: Options = Options(max_left=2)


class Normalised(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal with what led to it. used: the dependencies that it stands on; open: plausible ones that nobody has decided on.

    joined_back: whether the parts joined back were the rows that were read, row for row; proof says it in a sentence.
    """

    table: Table
    proposal: Proposal
    judgement: Judgement
    entities: tuple[Entity, ...]
    used: tuple[Judged, ...]
    open: tuple[Judged, ...] = ()
    joined_back: bool | None = None
    proof: str = ""
    notes: tuple[str, ...] = ()


def normalised(
    source: "RowSource",
    engine: Engine,
    wanted: Wanted | None = None,
    allowance: "Allowance | None" = None,
    *,
    surroundings: Surroundings | None = None,
    keep: bool = False,
    say: Say = silent,
) -> Normalised:
    """The proposal for one table. keep: it is a table of this engine. Raises what reading the rows raises."""
    from dbwright.tables.base import Sample

    wanted = wanted or Wanted()
    share = None if allowance is None else allowance.part(_FOR_JUDGEMENT)
    known = judgement(source, wanted.options, share, decisions=wanted.decisions, say=say)
    shared, used = meant(known, wanted)
    say(f"{source.ref}: looking at rows")
    estimate = known.profile.rows
    shown = _shown_rows(estimate, len(source.table.columns), allowance)
    whole = estimate <= shown
    frame = source.frame(sample=None if whole else Sample(rows=shown))
    held: tuple[Holding, ...] = ()
    if wanted.unfold:
        texts = {
            name: frame[name].drop_nulls().head(2_000).to_list()
            for name in frame.columns
            if str(frame[name].dtype) == "String"
        }
        held = holdings(source.table, texts)
    functional = [each.measured.dependency for each in used if isinstance(each.measured.dependency, Functional)]
    key = chosen_key(known)
    proposal = propose(
        source.table,
        functional,
        [key] if key else [],
        _accepted(known, wanted, Multivalued) if wanted.to in ("4NF", "5NF") else (),
        _accepted(known, wanted, Join) if wanted.to == "5NF" else (),
        engine=engine,
        to=wanted.to,
        profile=known.profile,
        holdings=held,
        measured=[each.measured for each in used],
        anomalies=anomalies(
            source.table.name,
            frame.columns,
            frame.rows(),
            functional,
            [name for name in frame.columns if key and name in key],
            whole=whole,
            hidden=[column.name for column in known.profile.columns if column.secret],
        ),
        surroundings=surroundings,
        surrogates=wanted.surrogates,
        keep=keep,
    )
    same, proof = joined_back(frame, proposal)
    return Normalised(
        table=source.table,
        proposal=proposal,
        joined_back=same,
        proof=proof if whole else f"{proof} They are a sample of {known.profile.rows:,}.",
        judgement=known,
        entities=shared,
        used=tuple(used),
        open=_open(known, used, key),
        notes=known.notes,
    )


def _shown_rows(rows: int, columns: int, allowance: "Allowance | None") -> int:
    """Of how many rows anomalies and lists are shown: of fewer where reading them takes longer than what is left of the time."""
    left = None if allowance is None else allowance.left()
    short = left is not None and min(rows, _LOOKED_AT) * columns > left * _VALUES_A_SECOND
    return _LOOKED_AT_IN_HASTE if short else _LOOKED_AT


def meant(known: Judgement, wanted: Wanted) -> tuple[tuple[Entity, ...], list[Judged]]:
    """What the rows tell of, and the dependencies that say so: those decided on, and those of things that are plausible enough."""
    judged: dict[tuple[Attributes, str], Judged] = {}
    accepted: list[Functional] = []
    rejected: list[Functional] = []
    holding: list[Functional] = []
    for each in known.judged:
        dependency = each.measured.dependency
        if not isinstance(dependency, Functional):
            continue
        for name in dependency.right:
            judged[dependency.left, name] = each
        if each.decision == "accepted":
            accepted.append(dependency)
        elif each.decision == "rejected":
            rejected.append(dependency)
        elif each.measured.standing in _HOLDS:
            holding.append(dependency)
    columns = known_columns(known.table, known.profile)
    certain = {left: count for left, count in known.groups.items() if _best(judged, left) >= wanted.yes_above}
    found = entities(
        [columns[name] for name in known.discovery.columns],
        holding,
        rows=known.profile.rows,
        rejected=rejected,
        accepted=accepted,
        composite=certain,
    )
    used: dict[tuple[Attributes, str], Judged] = {}
    kept: list[Entity] = [found[0]]
    references = {frozenset(key.columns) for key in known.table.foreign_keys}
    for entity in found[1:]:
        head = frozenset(entity.head)
        if wanted.yes_above >= 1 or _plausible(entity, judged) < wanted.yes_above:
            continue
        if head in references:
            continue  # what it leads to is there already, and what was copied from it is a person's to say
        kept.append(entity)
        used.update({(head, name): judged[head, name] for name in entity.columns if (head, name) in judged})
        used.update(
            {(head, name): _followed(known, head, name) for name in entity.columns if (head, name) not in judged}
        )
    used.update(_nearly(judged, used, wanted))
    for said_so in accepted:
        used.update({(said_so.left, name): judged[said_so.left, name] for name in said_so.right})
    return tuple(kept), list(used.values())


def _nearly(
    judged: Mapping[tuple[Attributes, str], Judged], used: Mapping[tuple[Attributes, str], Judged], wanted: Wanted
) -> dict[tuple[Attributes, str], Judged]:
    """What belongs to a thing that is proposed but for a few rows, which are conflicts to be settled by a person."""
    heads = {head for head, _ in used}
    owned = {name for _, name in used}
    return {
        (head, name): each
        for (head, name), each in judged.items()
        if head in heads
        and name not in owned
        and each.measured.standing is Standing.APPROXIMATE
        and each.decision != "rejected"
        and each.score >= wanted.yes_above
    }


def _plausible(entity: Entity, judged: Mapping[tuple[Attributes, str], Judged]) -> float:
    """How likely it is that there is such a thing: as its most plausible dependency, whichever of its keys that is told of.

    An identifier that columns are named for needs no more, and one that they are not named for needs less.
    """
    heads = {frozenset(entity.head)}
    if len(entity.head) == 1:
        own = next(iter(heads))
        heads |= {
            frozenset((name,))
            for name in entity.columns
            if (own, name) in judged and (frozenset((name,)), entity.head[0]) in judged
        }
    scores = [judged[head, name].score for head in heads for name in entity.columns if (head, name) in judged]
    sure = entity.confidence if entity.named or max(scores, default=0.0) >= EVEN else 0.0
    return max([sure, *scores])


def _best(judged: Mapping[tuple[Attributes, str], Judged], left: Attributes) -> float:
    return max((each.score for (head, _), each in judged.items() if head == left), default=0.0)


def _followed(known: Judgement, head: Attributes, name: str) -> Judged:
    """A dependency that was not listed because a shorter one says it too: a constant depends on everything."""
    measured = Measured(
        dependency=Functional(left=head, right=frozenset((name,))),
        table=known.table.ref,
        standing=Standing.PROVED if known.discovery.read == known.discovery.rows else Standing.NOT_REFUTED,
        rows=known.discovery.read,
    )
    return Judged(measured=measured, score=0.5, reasons=(("follows from what was found", 0.0),))


def chosen_key(known: Judgement) -> Attributes | None:
    """The key of the table: the declared one, else the most plausible one that was found."""
    if known.table.primary_key is not None:
        return frozenset(known.table.primary_key.columns)
    for each in known.judged:
        dependency = each.measured.dependency
        if isinstance(dependency, UniqueColumns) and each.decision != "rejected" and not each.measured.against:
            column = [known.profile.column(name) for name in dependency.columns]
            if dependency.columns and not any(seen is None or seen.nulls for seen in column):
                return dependency.columns
    return None


def _accepted(known: Judgement, wanted: Wanted, kind: type[_Kind]) -> list[_Kind]:
    """Multivalued and join dependencies that are accepted, or plausible enough."""
    return [
        dependency
        for each in known.judged
        if isinstance(dependency := each.measured.dependency, kind)
        and (each.decision == "accepted" or (each.decision == "" and each.score >= wanted.yes_above))
    ]


def _open(known: Judgement, used: Sequence[Judged], key: Attributes | None) -> tuple[Judged, ...]:
    """Plausible dependencies that would change the proposal, were they accepted: what the key determines anyway is none."""
    taken = {each.measured.dependency for each in used}
    keys = [*(frozenset(each) for each in known.table.keys), *([key] if key else [])]
    return tuple(
        each
        for each in known.judged
        if isinstance(dependency := each.measured.dependency, Functional)
        and each.decision == ""
        and each.score >= EVEN
        and dependency not in taken
        and dependency.left
        and not any(known_key <= dependency.left for known_key in keys)
    )


@contextmanager
def opened(
    source: str,
    tables: Sequence[str] = (),
    *,
    engine: str | None = None,
    **how: Any,
) -> Iterator[tuple[list["RowSource"], Engine, bool, Surroundings]]:
    """The tables of a source, the engine that the parts are made in, whether that is the source's own, and what else is there.

    how: it is opened and read, as `open_tables` takes it.
    """
    from dbwright.engines.registry import engine as named
    from dbwright.tables.open import open_tables

    with open_tables(source, tables=tables or None, **how) as found:
        database = getattr(found[0], "database", None) if found else None
        if database is None:
            yield found, named(engine or "postgres"), False, Surroundings()
            return
        others = [table for table in database.catalog.tables if not table.partition_of]
        around = Surroundings(
            taken=tuple([table.name for table in others] + [view.name for view in database.catalog.views]),
            keys=tuple((table.name, table.primary_key.columns) for table in others if table.primary_key),
        )
        own: Engine = database.engine
        keep = engine is None or engine == own.name
        yield found, own if keep else named(engine or own.name), keep, around


__all__ = ["Normalised", "TableProfile", "Wanted", "chosen_key", "meant", "normalised", "opened"]
