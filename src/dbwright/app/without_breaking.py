"""The part of a plan that would break the running application, made online instead: expand, switch, contract."""

from collections.abc import Sequence

from dbwright.app.change import Planned
from dbwright.app.online import Status, Tell, continue_online, online_status, plan_online, run_online
from dbwright.change.online import OnlinePlan, Phase, Wish
from dbwright.change.online.changes import AddPart, Change
from dbwright.engines.url import Url
from dbwright.errors import Refused, UsageError
from dbwright.online.pace import Pace
from dbwright.online.proof import Proof
from dbwright.online.reading import from_operations


def breaking_part(planned: Planned) -> Wish | None:
    """The renames, changes of type and NOT NULLs of a plan; None where it has none.

    Of two that are about the same column (a rename and another type) only the first: the other's turn comes after it.
    """
    changes, _ = from_operations(planned.plan.operations)
    wish: Wish | None = None
    for each in changes:
        if not isinstance(each, AddPart):
            wish = _with(wish, each, one_a_table=planned.engine.name == "sqlite") or wish
    return wish


def _with(wish: Wish | None, change: Change, *, one_a_table: bool) -> Wish | None:
    """The wish with one more change; None where that one works against another.

    one_a_table: every change ends in making the table anew (SQLite), so two of one table cannot be planned together.
    """
    if one_a_table and wish and any(each.table == change.table for each in wish.changes):
        return None
    larger = Wish(changes=(*(wish.changes if wish else ()), change))
    try:
        larger.check()
    except UsageError:
        return None
    return larger


def show_online(planned: Planned, url: Url) -> tuple[OnlinePlan, Proof | None] | None:
    """The stages of the breaking part, tried on a scratch database; None where nothing breaks. Nothing is changed."""
    wish = breaking_part(planned)
    return plan_online(url, wish) if wish else None


def go_online(
    planned: Planned, url: Url, *, until: Phase, allow: Sequence[str] = (), pace: Pace | None = None, progress: Tell
) -> Status | None:
    """Make the breaking part online up to the end of a phase; None where nothing breaks.

    Raises Busy, Refused and ExecutionFault as `run_online` does.
    """
    wish = breaking_part(planned)
    return run_online(url, wish, until=until, pace=pace, allow=allow, progress=progress) if wish else None


def under_way(url: Url) -> tuple[Status, ...]:
    """The online changes that are under way on a database."""
    return tuple(each for each in online_status(url) if each.state not in ("done", "undone"))


def go_on(url: Url, *, until: Phase, allow: Sequence[str] = (), pace: Pace | None = None, progress: Tell) -> Status:
    """Go on with the one online change that is under way."""
    return continue_online(url, until=until, pace=pace, allow=allow, progress=progress)


def must_be_settled(url: Url) -> None:
    """Raise Refused where an online change is under way: its helping columns and triggers would be taken for drift."""
    standing = under_way(url)
    if standing:
        raise Refused(
            f"Nothing was changed: an online change is under way ({standing[0].what}).",
            hint="Finish it (dbwright online switch, then contract) or take it back (dbwright online undo) first.",
        )
