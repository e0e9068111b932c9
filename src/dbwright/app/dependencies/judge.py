"""Find the dependencies of a table, judge them, and price them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from dbwright.app.dependencies.discover import discover
from dbwright.app.dependencies.options import Options, Say, silent
from dbwright.catalog.dependencies import Attributes, Dependency, Discovery, Functional, Measured, UniqueColumns
from dbwright.catalog.objects import Table
from dbwright.catalog.profiles import TableProfile
from dbwright.errors import UsageError
from dbwright.normalize.judgement.decisions import Decision, of_table
from dbwright.normalize.judgement.judged import Judged
from dbwright.normalize.judgement.plausibility import judge
from dbwright.normalize.judgement.price import price
from dbwright.normalize.judgement.written import same, written

if TYPE_CHECKING:
    from dbwright.mining.allowance import Allowance
    from dbwright.tables.base import RowSource

_COUNTED = 24
"""So many left sides of several columns have their combinations of values counted."""
_WORTH_COUNTING = 0.02
_FOR_DISCOVERY, _FOR_PROFILE = 0.65, 0.5
"""The share of the time allowed that the search may take, and of what is left then that the profile may."""
_JUDGED_A_SECOND = 2_500
_JUDGED_AT_LEAST = 500


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known and thought of one table's dependencies.

    judged: the most plausible first, priced. groups: how many combinations of values some left sides have. notes: plain sentences on
    what could not be looked at, those of the discovery and the profile among them.
    """

    table: Table
    origin: str
    discovery: Discovery
    profile: TableProfile
    judged: tuple[Judged, ...]
    groups: dict[Attributes, int] = {}
    notes: tuple[str, ...] = ()


def judgement(
    source: "RowSource",
    options: Options | None = None,
    allowance: "Allowance | None" = None,
    *,
    decisions: Sequence[Decision] = (),
    also: Sequence[Measured] = (),
    say: Say = silent,
) -> Judgement:
    """Discover and judge one table. What was accepted and is not among what was found is checked on all rows.

    allowance: for all of it. also: what is known already, such as references to other tables. Raises what reading the rows raises.
    """
    from dbwright.mining.allowance import Allowance

    options, allowance = options or Options(), allowance or Allowance()
    discovery = discover(source, options, allowance.part(_FOR_DISCOVERY), say=say)
    discovery = msgspec.structs.replace(discovery, found=(*discovery.found, *also))
    say(f"{source.ref}: profiling {len(discovery.columns)} columns")
    profile = source.profile(seconds=allowance.part(_FOR_PROFILE).seconds)
    notes = [*getattr(source, "notes", ()), *discovery.notes, *profile.notes]
    discovery, unchecked = _with_accepted(source, discovery, decisions, options, allowance)
    notes += unchecked
    discovery, left_out = _in_time(discovery, allowance)
    notes += left_out
    table = source.table
    judged = judge(discovery, profile=profile, table=table, decisions=decisions)
    groups = _groups(source, judged, discovery, options, allowance)
    if groups and _enough(discovery, allowance):
        judged = judge(discovery, profile=profile, table=table, decisions=decisions, groups=groups)
    return Judgement(
        table=table,
        origin=source.origin,
        discovery=discovery,
        profile=profile,
        judged=tuple(priced(judged, profile, groups)),
        groups=groups,
        notes=tuple(dict.fromkeys(notes)),
    )


def _in_time(discovery: Discovery, allowance: "Allowance") -> tuple[Discovery, list[str]]:
    """As many functional dependencies as can be judged in the time that is left; those that were handed on first stay."""
    left = allowance.left()
    if left is None:
        return discovery, []
    most = max(_JUDGED_AT_LEAST, int(left * _JUDGED_A_SECOND))
    functional = [each for each in discovery.found if isinstance(each.dependency, Functional)]
    if len(functional) <= most:
        return discovery, []
    others = [each for each in discovery.found if not isinstance(each.dependency, Functional)]
    note = (
        f"{len(functional):,} functional dependencies of {discovery.table} were found, and {most:,} of them, the shortest, were judged: "
        "the time was over."
    )
    return msgspec.structs.replace(discovery, found=(*functional[:most], *others), complete=False), [note]


def _enough(discovery: Discovery, allowance: "Allowance") -> bool:
    """Whether all can be judged once more in the time that is left."""
    left = allowance.left()
    return left is None or len(discovery.found) <= max(_JUDGED_AT_LEAST, left * _JUDGED_A_SECOND)


def judged_again(known: Judgement, decisions: Sequence[Decision]) -> Judgement:
    """The same with other decisions, without a look at the rows."""
    judged = judge(known.discovery, profile=known.profile, table=known.table, decisions=decisions, groups=known.groups)
    return msgspec.structs.replace(known, judged=tuple(priced(judged, known.profile, known.groups)))


def priced(judged: Iterable[Judged], profile: TableProfile, groups: dict[Attributes, int]) -> list[Judged]:
    """Each with its price, where it has one."""
    return [msgspec.structs.replace(each, price=price(each.measured, profile, groups)) for each in judged]


def _with_accepted(
    source: "RowSource", discovery: Discovery, decisions: Sequence[Decision], options: Options, allowance: "Allowance"
) -> tuple[Discovery, list[str]]:
    """What was accepted belongs to the discovery even where the rows are against it or the search did not come so far."""
    found = [each.dependency for each in discovery.found]
    missing = [
        known
        for known, accepted in of_table(decisions, discovery.table).items()
        if accepted and not any(same(known, each) for each in found)
    ]
    if not missing:
        return discovery, []
    checked: list[Measured] = []
    notes: list[str] = []
    for each in missing:
        try:
            checked += source.check([each], nulls=options.nulls, seconds=allowance.left())
        except UsageError as error:
            notes.append(f"{written(each, discovery.columns)} was accepted and cannot be checked: {error.message}")
    told = {each.dependency for each in checked}
    notes += (
        f"{written(each, discovery.columns)} was accepted and was not checked: the time was over."
        for each in missing
        if each not in told and not any(written(each, discovery.columns) in note for note in notes)
    )
    return msgspec.structs.replace(discovery, found=(*discovery.found, *checked)), notes


def _groups(
    source: "RowSource", judged: Sequence[Judged], discovery: Discovery, options: Options, allowance: "Allowance"
) -> dict[Attributes, int]:
    """The combinations of values of the most plausible left sides of several columns, counted where the rows are."""
    unique = [each.dependency.columns for each in discovery.found if isinstance(each.dependency, UniqueColumns)]
    lefts: dict[Attributes, None] = {}
    for each in judged:
        dependency = each.measured.dependency
        if isinstance(dependency, Functional) and len(dependency.left) > 1 and each.score >= _WORTH_COUNTING:
            if not any(key <= dependency.left for key in unique):
                lefts[dependency.left] = None
            if len(lefts) == _COUNTED:
                break
    if not lefts:
        return {}
    asked: list[Dependency] = [UniqueColumns(left) for left in lefts]
    answers = source.check(asked, nulls=options.nulls, examples=0, seconds=allowance.left())
    return {
        each.dependency.columns: each.rows - each.against
        for each in answers
        if isinstance(each.dependency, UniqueColumns)
    }
