"""Undoing revisions, newest first."""

from collections.abc import Sequence

from dbwright.app.migrate.checks import must_be_sound
from dbwright.app.migrate.hazards import check_allowed
from dbwright.app.migrate.project import Project, must_be_native
from dbwright.app.migrate.status import claim_name
from dbwright.app.migrate.up import Ran, version_named
from dbwright.errors import Refused, UsageError
from dbwright.migrate.history import Entry
from dbwright.migrate.patience import Progress
from dbwright.migrate.revision import Revision
from dbwright.migrate.runner import Runner
from dbwright.migrate.script import script_of
from dbwright.migrate.standing import Standing, standings


def down(
    project: Project,
    *,
    to: str | None = None,
    steps: int | None = None,
    allow: Sequence[str] = (),
    progress: Progress = lambda sentence: None,
) -> Ran:
    """Undo revisions, newest first.

    to: the version that stays as the last one; "0" undoes all. steps: so many; 1 where neither is given.
    Raises Refused, before anything is run, where one of them has no way back or data would be lost that was not allowed.
    """
    must_be_native(project, "undo")
    wanted = (1 if to is None else None) if steps is None else steps
    if wanted is not None and wanted < 1:
        raise UsageError("There is nothing to undo in less than one step.")
    ran: list[Entry] = []
    while True:
        with (
            project.connect(read_only=False) as (session, history),
            session.claim(claim_name(history), wait=project.patience.wait),
        ):
            found = standings(project.folder, history.entries() or ())
            must_be_sound(found, out_of_order=True)
            standing = [each for each in found if each.is_applied]
            chosen = _chosen(project, standing, to, None if wanted is None else wanted - len(ran))
            if not chosen:
                return Ran(entries=tuple(ran), left=len(standing))
            revisions = [_undoable(each) for each in chosen]
            catalog = session.inspect().catalog
            check_allowed(revisions, "down", project.engine, session, catalog, allow)
            runner = Runner(session, project.engine, history, patience=project.patience, progress=progress)
            for revision in revisions:
                progress(f"Undoing {revision.title} …")
                ran.append(runner.run(revision, "down", catalog))
                if not revision.python and script_of(revision, "down", project.engine, catalog).changes_session:
                    break


def _chosen(project: Project, applied: Sequence[Standing], to: str | None, steps: int | None) -> list[Standing]:
    newest_first = list(reversed(applied))
    if to is None or steps is not None:
        return newest_first[: max(steps or 0, 0)]
    if to == "0":
        return newest_first
    version = version_named(project, to)
    versions = [each.version for each in newest_first]
    if version not in versions:
        raise UsageError(
            f"{version} is not applied, so it cannot be gone back to.", hint="dbwright migrate status shows what is."
        )
    return newest_first[: versions.index(version)]


def _undoable(standing: Standing) -> Revision:
    revision = standing.revision
    if revision is None:
        raise Refused(
            f"{standing.version} {standing.name} cannot be undone: its file is not in the folder. Nothing was done.",
            hint="Bring the file back, for example from git.",
        )
    if standing.state == "baseline":
        raise Refused(
            f"{revision.title} cannot be undone: it was not run, but recorded as the state that the database was in. Nothing was done.",
            hint="Undo what came after it only.",
        )
    if revision.replaces and standing.since is not None and standing.since.checksum != revision.checksum:
        raise Refused(
            f"{revision.title} cannot be undone: it stands for revisions that were run one by one. Nothing was done."
        )
    if (revision.down is None and not revision.python) or (revision.python and revision.irreversible):
        why = revision.irreversible or "it has no down half"
        raise Refused(
            f"{revision.title} cannot be undone: {why.rstrip('.')}. Nothing was done.",
            hint="Write a new revision that brings about what you need.",
        )
    return revision
