"""Running pending revisions, and then the seeds of the environment."""

from collections.abc import Sequence
from itertools import takewhile

import msgspec

from dbwright.app.migrate.checks import is_resumable, must_be_sound
from dbwright.app.migrate.hazards import check_allowed
from dbwright.app.migrate.project import Project, must_be_native
from dbwright.app.migrate.status import claim_name
from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Session
from dbwright.errors import UsageError
from dbwright.migrate.history import Entry, History
from dbwright.migrate.patience import Progress
from dbwright.migrate.revision import Revision
from dbwright.migrate.runner import Runner
from dbwright.migrate.script import script_of
from dbwright.migrate.standing import Standing, due_seeds, standings


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """What was run, oldest first. left: how many revisions are still pending."""

    entries: tuple[Entry, ...]
    left: int = 0
    notes: tuple[str, ...] = ()


def up(
    project: Project,
    *,
    to: str | None = None,
    steps: int | None = None,
    allow: Sequence[str] = (),
    out_of_order: bool = False,
    seeds: bool = True,
    progress: Progress = lambda sentence: None,
) -> Ran:
    """Run what is pending, each revision by itself.

    to: the last version to run; without it, those that run on request, and all after them, are left.
    steps: at most so many. allow: hazards by name. seeds: run them when nothing is pending any more.
    Raises Refused where folder and database do not fit together or data would be lost, Busy where another runner is at work,
    ExecutionFault where a revision fails: the ones before it stay.
    """
    must_be_native(project, "run")
    ran: list[Entry] = []
    while True:
        with (
            project.connect(read_only=False) as (session, history),
            session.claim(claim_name(history), wait=project.patience.wait),
        ):
            run = _Run(project, session, history, progress, ran)
            if run.round(to, steps, allow, out_of_order, seeds):
                return Ran(entries=tuple(ran), left=run.left, notes=tuple(run.notes))


class _Run:
    """The revisions of one session: those after a revision that changes its settings get a new one."""

    def __init__(
        self, project: Project, session: Session, history: History, progress: Progress, ran: list[Entry]
    ) -> None:
        self.project, self.session, self.history = project, session, history
        self.progress, self.ran = progress, ran
        self.left = 0
        self.notes: list[str] = []

    def round(self, to: str | None, steps: int | None, allow: Sequence[str], out_of_order: bool, seeds: bool) -> bool:
        """Run what can be run in this session; whether all is done."""
        entries = self.history.entries() or ()
        found = standings(self.project.folder, entries)
        must_be_sound(found, out_of_order=out_of_order)
        waiting = [each for each in found if each.is_pending or is_resumable(each)]
        wanted = _chosen(self.project, waiting, found, to, None if steps is None else steps - len(self.ran))
        self.left = len(waiting) - len(wanted)
        self._tell_of_request(waiting[len(wanted) :], to, steps)
        due = due_seeds(self.project.folder, entries, self.project.environment) if seeds and not self.left else ()
        if not wanted and not due:
            return True
        todo = [each.revision for each in wanted if each.revision is not None]
        catalog = self.project.held(self.session, (*todo, *due))
        check_allowed((*todo, *due), "up", self.project.engine, self.session, catalog, allow)
        self.history.make()
        runner = Runner(
            self.session,
            self.project.engine,
            self.history,
            patience=self.project.patience,
            progress=self.progress,
        )
        for each in wanted:
            if each.revision is not None and self._one(runner, each.revision, catalog, each):
                return False
        for seed in due:
            self._one(runner, seed, catalog, None)
        return True

    def _tell_of_request(self, left: Sequence[Standing], to: str | None, steps: int | None) -> None:
        """Say what is left because it runs only when it is named."""
        first = left[0].revision if left and to is None and steps is None else None
        if first is not None:
            note = f"{first.title} runs only when it is asked for: dbwright migrate up --to {first.version}"
            self.notes += [note] if note not in self.notes else []

    def _one(self, runner: Runner, revision: Revision, catalog: Catalog, standing: Standing | None) -> bool:
        """Run one revision; whether the session has to be made anew after it."""
        self.progress(f"{revision.title} …")
        unfinished = standing.entry if standing is not None and standing.is_partial else None
        entry = runner.run(revision, "up", catalog, unfinished=unfinished)
        self.ran.append(entry)
        self.progress(f"{revision.title}: done in {entry.seconds or 0:.1f} s")
        return not revision.python and script_of(revision, "up", self.project.engine, catalog).changes_session


def _chosen(
    project: Project, waiting: Sequence[Standing], found: Sequence[Standing], to: str | None, steps: int | None
) -> list[Standing]:
    """Those that are to be run, in their order."""
    if steps is not None:
        return list(waiting[: max(steps, 0)])
    if to is None:
        return list(takewhile(lambda each: not (each.revision and each.revision.on_request), waiting))
    version = version_named(project, to)
    places = {each.version: place for place, each in enumerate(found)}
    return [each for each in waiting if places[each.version] <= places[version]]


def version_named(project: Project, text: str) -> str:
    """The version that a text names: whole, by its beginning, or by the revision's name. Raises UsageError for none or several."""
    versions = {each.version: each.name for each in project.folder.revisions if not each.seed}
    if text in versions:
        return text
    near = [version for version, name in versions.items() if version.startswith(text) or name == text]
    if len(near) == 1:
        return near[0]
    raise UsageError(
        f"There is no revision {text} in {project.path}."
        if not near
        else f"{text} names {len(near)} revisions in {project.path}.",
        hint="dbwright migrate status lists them.",
    )
