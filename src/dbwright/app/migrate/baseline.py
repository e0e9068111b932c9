"""Taking over a database that is there already: revisions are recorded as applied without being run, once that is proved."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from dbwright.app.bookkeeping import without_bookkeeping
from dbwright.app.comparable import comparable
from dbwright.app.migrate.new import write_revision
from dbwright.app.migrate.project import Project, must_be_native
from dbwright.app.migrate.status import claim_name
from dbwright.app.migrate.up import version_named
from dbwright.app.migrate.verify import named
from dbwright.catalog.objects import Catalog
from dbwright.change.compare import compare
from dbwright.errors import DbwrightError, Refused, UsageError
from dbwright.migrate.formats.native import read
from dbwright.migrate.history import Entry
from dbwright.migrate.replay import replay
from dbwright.migrate.standing import standings


class Baselined(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded, the files that were written for it, and how it was proved."""

    entries: tuple[Entry, ...]
    files: tuple[Path, ...] = ()
    origin: str = ""
    notes: tuple[str, ...] = ()


def baseline(
    project: Project,
    *,
    to: str | None = None,
    unproved: bool = False,
    progress: Callable[[str], None] = lambda sentence: None,
) -> Baselined:
    """Record the revisions up to a version (all where None) as applied. An empty folder gets one, written from the database.

    Before that the revisions are replayed and compared with the database. Raises Refused where it holds another schema,
    unless unproved.
    """
    must_be_native(project, "record")
    project.needed_url()
    files: tuple[Path, ...] = ()
    notes: list[str] = []
    with (
        project.connect(read_only=False) as (session, history),
        session.claim(claim_name(history), wait=project.patience.wait),
    ):
        live = without_bookkeeping(session.inspect().catalog, history.parts[-1])
        folder = project.folder
        if not any(not each.seed for each in folder.revisions):
            if to is not None:
                raise UsageError(f"There is no revision {to} in {project.path}: it is empty.")
            if not live.tables and not live.views:
                raise UsageError("The database is empty, and so is the folder: there is nothing to begin with.")
            emitted = project.engine.emit(msgspec.structs.replace(live, roles=()))
            text = "-- dbwright: irreversible because it is the state in which the database was taken over\n\n"
            files = write_revision(project.path, "baseline", {".up.sql": text + project.engine.script(emitted)})
            folder = read(project.path, folder.dialect)
            project = msgspec.structs.replace(project, folder=folder)
        version = version_named(project, to) if to else [each for each in folder.revisions if not each.seed][-1].version
        found = standings(folder, history.entries() or ())
        last = next(place for place, each in enumerate(found) if each.version == version)
        fresh = [each for each in found[: last + 1] if each.is_pending]
        if not fresh:
            raise UsageError(
                f"All revisions up to {version} are recorded already.", hint="dbwright migrate status shows them."
            )
        origin = ""
        if not unproved:
            progress("Replaying the revisions to compare them with the database …")
            origin = _prove(project, version, live, notes)
        history.make()
        entries = tuple(
            history.add(each.revision, "up", "baseline", finished=None, message="Recorded without being run.")
            for each in fresh
            if each.revision is not None
        )
    return Baselined(entries=entries, files=files, origin=origin, notes=tuple(notes))


def _prove(project: Project, version: str, live: Catalog, notes: list[str]) -> str:
    try:
        state = replay(project.folder, project.engine, upto=version)
    except DbwrightError as error:
        raise Refused(
            f"Nothing was recorded, because the revisions up to {version} could not be replayed: {error.message}",
            hint="Record them without proof with --unproved.",
        ) from error
    pair = comparable(live, state.catalog)
    differences = compare(pair.new, pair.old)
    if differences:
        raise Refused(
            f"Nothing was recorded, because the database is not what the revisions up to {version} make: {named(differences)}.",
            hint="Record up to another revision with --to, correct the files, or record them all the same with --unproved.",
        )
    notes += [*state.notes, *pair.notes]
    return state.origin
