"""Whether what was accepted still holds: for every build, on all rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from dbwright.app.dependencies.decisions import Entry, resolved
from dbwright.app.dependencies.options import Say, silent
from dbwright.catalog.dependencies import Dependency, Measured, Standing
from dbwright.catalog.names import Ref
from dbwright.errors import ExecutionFault, UsageError
from dbwright.normalize.judgement.decisions import Decision
from dbwright.normalize.judgement.written import written

if TYPE_CHECKING:
    from dbwright.mining.allowance import Allowance
    from dbwright.tables.base import Nulls, RowSource


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One accepted dependency beside what the rows say. columns: of the table, in their order. reason: why it was accepted."""

    table: Ref
    columns: tuple[str, ...]
    measured: Measured
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether no row is against it."""
        return self.measured.standing is Standing.PROVED


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a check came to. unchecked: plain sentences on what could not be checked, such as a column that is gone.

    of_database: the tables stand in a database, so that the queries of what was measured can be run there.
    """

    origin: str
    kept: tuple[Kept, ...] = ()
    unchecked: tuple[str, ...] = ()
    of_database: bool = False

    @property
    def broken(self) -> tuple[Kept, ...]:
        """What no longer holds."""
        return tuple(each for each in self.kept if not each.holds)


def check_accepted(
    sources: Sequence["RowSource"],
    entries: Sequence[Entry],
    *,
    nulls: "Nulls" = "equal",
    allowance: "Allowance | None" = None,
    only: Sequence[str] | None = None,
    say: Say = silent,
) -> Checked:
    """Check all accepted dependencies of the tables at hand. only: the tables that were asked for, others are not missed."""
    kept: list[Kept] = []
    unchecked: list[str] = []
    accepted = [each for each in entries if each.accepted]
    for source in sources:
        decisions, problems = resolved(accepted, source.table)
        unchecked += problems
        say(f"{source.ref}: checking {len(decisions):,} accepted dependencies")
        columns = tuple(column.name for column in source.table.columns)
        kept += _of_table(source, decisions, columns, nulls, allowance, unchecked)
    here = {name for source in sources for name in (str(source.ref), source.table.name)}
    gone = dict.fromkeys(each.table for each in accepted if each.table not in here)
    unchecked += (f"There is no table {name}, for which dependencies were accepted." for name in gone if only is None)
    origin = sources[0].origin if sources else ""
    from dbwright.tables.files import FileTable

    live = not any(isinstance(source, FileTable) for source in sources)
    return Checked(origin=origin, kept=tuple(kept), unchecked=tuple(unchecked), of_database=live)


def _of_table(
    source: "RowSource",
    decisions: Sequence[Decision],
    columns: tuple[str, ...],
    nulls: "Nulls",
    allowance: "Allowance | None",
    unchecked: list[str],
) -> list[Kept]:
    """All at once; where one of them cannot be asked at all (its parent is gone), one by one, so that the others still are."""
    reasons = {each.dependency: each.reason for each in decisions}
    left = allowance.left if allowance is not None else _no_limit
    answers: list[Measured] = []
    told: set[Dependency] = set()
    try:
        answers = source.check(list(reasons), nulls=nulls, seconds=left())
    except (UsageError, ExecutionFault):
        for each in reasons:
            try:
                answers += source.check([each], nulls=nulls, seconds=left())
            except (UsageError, ExecutionFault) as error:
                unchecked.append(f"{source.ref}: {written(each, columns)} was not checked: {error.message}")
                told.add(each)
    sampled = [each.dependency for each in answers if each.standing is Standing.NOT_REFUTED]
    unchecked += (
        f"{source.ref}: {written(each, columns)} was not checked on all rows: there was no time to read them."
        for each in sampled
    )
    told |= {each.dependency for each in answers}
    late = [written(each, columns) for each in reasons if each not in told]
    why = " ".join(getattr(source, "unchecked", ())) or "the time was over."
    unchecked += (f"{source.ref}: {text} was not checked: {why}" for text in late)
    return [
        Kept(table=source.ref, columns=columns, measured=each, reason=reasons.get(each.dependency, ""))
        for each in answers
        if each.dependency not in sampled
    ]


def _no_limit() -> None:
    return None
