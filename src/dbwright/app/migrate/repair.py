"""Putting right what stands in the way: the checksum file, runs that stopped in the middle, files that were changed or lost."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from dbwright.app.migrate.doubt import was_done
from dbwright.app.migrate.new import locked, write_sums
from dbwright.app.migrate.project import Project, must_be_native
from dbwright.app.migrate.status import claim_name
from dbwright.app.migrate.up import version_named
from dbwright.engines.base import Session
from dbwright.errors import Refused, UsageError
from dbwright.migrate.checksums import NAME, differences
from dbwright.migrate.formats.native import files_of, read
from dbwright.migrate.history import History, now
from dbwright.migrate.leftovers import remove_leftovers
from dbwright.migrate.runner import Runner
from dbwright.migrate.standing import Standing, standings
from dbwright.migrate.versions import new_version


class Repaired(msgspec.Struct, frozen=True, kw_only=True):
    """What was found and put right, and what is left to a person, in sentences."""

    done: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


def repair_sums(folder: Path) -> tuple[str, ...]:
    """Write the checksum file anew for the files as they are; returns what it said otherwise before."""
    with locked(folder):
        found = differences(folder, files_of(read(folder)))
        if found or not (folder / NAME).exists():
            write_sums(folder)
    return tuple(f"{each.rstrip('.')}; {NAME} was written anew." for each in found)


def renumber(project: Project, version: str) -> tuple[str, ...]:
    """Give a revision that is not applied the newest version, so that it runs last; its files are renamed."""
    must_be_native(project, "renumber")
    revision = project.folder.revision(version_named(project, version))
    assert revision is not None
    fresh = new_version(each.version for each in project.folder.revisions if not each.seed)
    if project.url is not None:
        with project.connect() as (_, history):
            known = [
                each for each in standings(project.folder, history.entries() or ()) if each.version == revision.version
            ]
            if known and not known[0].is_pending:
                raise Refused(f"{revision.title} keeps its version: it is {known[0].state} in {project.url.shown}.")
    said = []
    with locked(project.path):
        for file in (revision.up_path, revision.down_path):
            if file:
                old = Path(file)
                new = old.with_name(f"{fresh}{old.name.removeprefix(revision.version)}")
                old.rename(new)
                said.append(f"{old.name} is {new.name} now.")
        write_sums(project.path)
    return tuple(said)


def repair(
    project: Project,
    *,
    way: str | None = None,
    accept_changed: bool = False,
    forget: Sequence[str] = (),
    progress: Callable[[str], None] = lambda sentence: None,
) -> Repaired:
    """Put the history of a database right.

    way: for a run that stopped in the middle: "resume", "mark-done" or "mark-undone"; None only says where it stands.
    accept_changed: take the files as they are now for those that were applied. forget: versions whose files are gone for good.
    """
    must_be_native(project, "repair")
    done: list[str] = []
    left: list[str] = []
    with (
        project.connect(read_only=False) as (session, history),
        session.claim(claim_name(history), wait=project.patience.wait),
    ):
        found = standings(project.folder, history.entries() or ())
        unknown = sorted(set(forget) - {each.version for each in found if each.state == "missing"})
        if unknown:
            raise UsageError(
                f"{unknown[0]} is no revision that is applied and whose file is missing.",
                hint="dbwright migrate status lists them.",
            )
        for each in found:
            if each.is_partial:
                _partial(project, session, history, each, way, done, left, progress)
            elif each.state == "changed":
                _changed(history, each, accept_changed, done, left)
            elif each.state == "missing" and each.version in forget and each.since is not None:
                history.update(each.since, outcome="undone", message="Forgotten by repair: its file is gone.")
                done.append(f"{each.version} {each.name} is forgotten; what it did stays in the database.")
            elif each.state == "missing":
                left.append(
                    f"{each.version} {each.name} is applied and its file is missing. Gone for good: --forget {each.version}."
                )
            elif each.state == "out of order":
                left.append(
                    f"{each.version} {each.name} is older than what is applied: up --out-of-order, or --renumber {each.version}."
                )
    return Repaired(done=tuple(done), open=tuple(left))


def _changed(history: History, each: Standing, accept: bool, done: list[str], left: list[str]) -> None:
    title = f"{each.version} {each.name}"
    if each.revision is None or each.since is None:
        left.append(f"{title}: {each.note}")
    elif accept:
        history.update(each.since, checksum=each.revision.checksum)
        done.append(f"{title}: the file as it is now is taken for the one that was applied.")
    else:
        left.append(f"{title} was applied with other content. If the new content does the same: --accept-changed.")


def _partial(
    project: Project,
    session: Session,
    history: History,
    each: Standing,
    way: str | None,
    done: list[str],
    left: list[str],
    progress: Callable[[str], None],
) -> None:
    entry, title = each.entry, f"{each.version} {each.name}"
    assert entry is not None
    up = entry.direction == "up"
    if way in ("mark-done", "mark-undone"):
        fields: dict[str, object] = {"finished": now(), "message": f"Recorded by hand with repair --{way}."}
        if way == "mark-undone":
            fields["outcome"] = "undone"
        elif up:
            fields["outcome"] = "done"
        else:  # the way back was given up: all of the revision is there again
            fields |= {"outcome": "failed", "statements": 0, "begun": 0}
        history.update(entry, **fields)
        done.append(f"{title} is recorded as {'applied' if way == 'mark-done' else 'not applied'}.")
        return
    said = ""
    if way == "resume" and each.revision is not None:
        remove_leftovers(session, project.engine, each.revision, entry.direction)
    if entry.in_doubt is not None and not (each.revision and each.revision.python):
        answer, said = was_done(project, session, history, each)
        if answer == "done":
            entry = history.update(entry, statements=entry.begun, progress="") if way else entry
        elif answer == "unknown" and way:
            raise Refused(
                f"{title} cannot go on by itself. {said}",
                hint="Bring the database by hand to where all of the revision is done, or nothing, and run repair with --mark-done or "
                "--mark-undone.",
            )
    if way != "resume":
        ways = "Go on with --resume, or record what you brought about by hand with --mark-done or --mark-undone."
        left.append(f"{title} stopped in the middle. {each.note} {said} {ways}".replace("  ", " "))
        return
    if each.revision is None:
        raise Refused(
            f"{title} cannot go on: its file is not in the folder.", hint="Bring the file back, for example from git."
        )
    runner = Runner(session, project.engine, history, patience=project.patience, progress=progress)
    runner.run(each.revision, entry.direction, session.inspect().catalog, unfinished=entry)
    done.append(
        f"{title} went on after statement {entry.statements} and is {'applied' if up else 'undone'} now. {said}".rstrip()
    )
