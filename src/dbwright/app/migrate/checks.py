"""What stands in the way of running revisions: said before anything is run, with what to do about it."""

from collections.abc import Sequence

from dbwright.errors import Refused
from dbwright.migrate.standing import Standing

_SHOWN = 8


def must_be_sound(found: Sequence[Standing], *, out_of_order: bool = False) -> None:
    """Raise Refused where the database and the folder do not fit together."""
    for check in (_partial, _changed, _missing):
        check(found)
    if not out_of_order:
        _late(found)


def _partial(found: Sequence[Standing]) -> None:
    for each in found:
        if each.is_partial and not is_resumable(each):
            raise Refused(
                f"{each.version} {each.name} stopped in the middle; nothing was done now. {each.note}"
                + (f" The error was: {each.entry.message}" if each.entry and each.entry.message else ""),
                hint="dbwright migrate repair shows the ways on: --resume goes on after the last statement that is done; --mark-done or "
                "--mark-undone record what you have brought about by hand.",
            )


def is_resumable(standing: Standing) -> bool:
    """Whether a run that stopped can simply go on: batches record how far they got in their own transactions."""
    return standing.is_partial and standing.revision is not None and standing.revision.python


def _changed(found: Sequence[Standing]) -> None:
    changed = [each for each in found if each.state == "changed"]
    if changed:
        raise Refused(
            f"The database was migrated with other files than the folder has; nothing was done now.\n{_listed(changed)}",
            hint="Bring the files back as they were applied, for example from git, and put the change into a new revision. If the new "
            "content does the same: dbwright migrate repair --accept-changed.",
        )


def _missing(found: Sequence[Standing]) -> None:
    missing = [each for each in found if each.state == "missing"]
    newest = max((place for place, each in enumerate(found) if each.revision is not None), default=-1)
    among = [each for place, each in enumerate(found) if each.state == "missing" and place < newest]
    if among or (missing and any(each.is_pending for each in found)):
        raise Refused(
            f"The database has revisions whose files are not in the folder; nothing was done now.\n{_listed(among or missing)}",
            hint="Bring the files back, for example by merging the branch that has them. If they are gone for good: dbwright migrate "
            "repair --forget VERSION.",
        )


def _late(found: Sequence[Standing]) -> None:
    late = [each for each in found if each.state == "out of order"]
    if late:
        last = [each for each in found if each.is_applied][-1]
        raise Refused(
            f"Revisions are older than {last.version}, which is applied already; nothing was done now.\n{_listed(late)}",
            hint="They came with another branch, and nobody has tried them in this order. dbwright migrate verify replays the folder; then "
            "run up with --out-of-order, or give them a later version: dbwright migrate repair --renumber VERSION.",
        )


def _listed(found: Sequence[Standing]) -> str:
    lines = [f"  - {each.version} {each.name}: {each.note or each.state}" for each in found[:_SHOWN]]
    if len(found) > _SHOWN:
        lines.append(f"  - … and {len(found) - _SHOWN} more")
    return "\n".join(lines)
