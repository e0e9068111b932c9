"""Proving a folder: every revision is run up, down and up again on a scratch database, and read back each time."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack

import msgspec

from dbwright.app.bookkeeping import without_bookkeeping
from dbwright.app.comparable import comparable
from dbwright.app.migrate.project import Project
from dbwright.catalog.codec import digest
from dbwright.catalog.objects import Catalog
from dbwright.change.compare import Difference, compare
from dbwright.errors import DbwrightError, ExecutionFault, Unavailable
from dbwright.migrate.replay import Replay, replaying
from dbwright.migrate.revision import Revision
from dbwright.migrate.standing import standings

_SHOWN = 5


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One revision: whether each direction was proved, and sentences on what was found or could not be proved.

    up, down: None where it was not tried. faults: what is wrong; unproved: what could not be checked.
    """

    version: str
    name: str
    up: bool | None = None
    down: bool | None = None
    faults: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """The whole folder. origin: the scratch database. drift: what the live database has otherwise; None where none was compared."""

    folder: str
    kind: str
    origin: str
    verdicts: tuple[Verdict, ...]
    drift: tuple[Difference, ...] | None = None
    compared_with: str = ""
    notes: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong. What could not be proved is no fault, but it is said."""
        return not any(each.faults for each in self.verdicts) and not self.drift


def verify(
    project: Project, *, since: str | None = None, progress: Callable[[str], None] = lambda sentence: None
) -> Verified:
    """Replay the folder, then compare with the live database where the project names one.

    since: only revisions after this version are run down and up again; those before are only run up.
    Raises Unavailable where no scratch database can be had.
    """
    notes = list(project.notes)
    entries = None
    if project.url is not None:
        with project.connect() as (session, history):
            entries = project.entries(session, history)
            version = ".".join(str(part) for part in session.version)
            live = without_bookkeeping(session.inspect().catalog, history.parts[-1])
    with ExitStack() as stack:
        there = stack.enter_context(replaying(project.engine))
        run = FolderRun(there)
        revisions = [each for each in project.folder.revisions if not each.seed]
        wanted = None
        applied: set[str] = set()
        if entries is not None:
            applied = {each.version for each in standings(project.folder, entries) if each.is_applied and each.revision}
        is_prefix = applied == {each.version for each in revisions[: len(applied)]}
        if entries is not None and not applied:
            wanted = there.catalog()
        begun = since is None
        for place, revision in enumerate(revisions, 1):
            progress(f"{place}/{len(revisions)} {revision.title}")
            run.one(revision, round_trip=begun)
            if run.stopped:
                break
            if since is not None and revision.version == since:
                begun = True
            if entries is not None and is_prefix and place == len(applied):
                wanted = run.state
        notes += dict.fromkeys(there.notes)
        drift: tuple[Difference, ...] | None = None
        if entries is not None:
            if wanted is None and not run.stopped:
                wanted = _of_applied(project, [each for each in revisions if each.version in applied], notes)
            if wanted is None:
                notes.append(
                    "The live database was not compared, since the folder could not be replayed as far as it is applied there."
                )
            else:
                pair = comparable(live, wanted)
                notes += pair.notes
                drift = compare(pair.new, pair.old)
                if live.version[:1] != wanted.version[:1]:
                    notes.append(
                        f"The live database is version {version}, the scratch database {there.origin}; "
                        "they may spell the same thing otherwise."
                    )
    return Verified(
        folder=str(project.path),
        kind=project.folder.kind,
        origin=there.origin,
        verdicts=tuple(run.verdicts),
        drift=drift,
        compared_with=project.url.shown if project.url else "",
        notes=tuple(notes),
    )


class FolderRun:
    """The revisions of a folder, one after another on one scratch database."""

    def __init__(self, there: Replay) -> None:
        self.there = there
        self.state = there.catalog()
        self.verdicts: list[Verdict] = []
        self.stopped = False

    def one(self, revision: Revision, *, round_trip: bool) -> None:
        """Run a revision up, down where it can be, and up again."""
        verdict = Verdict(version=revision.version, name=revision.name, unproved=revision.notes)
        before = self.state
        if revision.up is None and not revision.python:
            self._add(verdict, unproved=("Its statements cannot be told without its own tool, so it was not run.",))
            return
        try:
            self.there.run(revision, "up")
            self.state = self.there.catalog()
        except ExecutionFault as fault:
            self.stopped = True
            self._add(verdict, up=False, faults=(fault.message,))
            return
        except DbwrightError as error:
            self.stopped = True
            self._add(verdict, up=False, faults=(error.message,))
            return
        verdict = msgspec.structs.replace(verdict, up=True)
        if not round_trip:
            self._add(verdict)
        elif revision.irreversible is not None and revision.down is None:
            self._add(verdict, unproved=(f"There is no way back: {revision.irreversible.rstrip('.')}.",))
        elif revision.down is None and not revision.python:
            self._add(verdict, unproved=("It has no way back.",))
        else:
            self._round_trip(revision, verdict, before)

    def _round_trip(self, revision: Revision, verdict: Verdict, before: Catalog) -> None:
        try:
            self.there.run(revision, "down")
        except DbwrightError as fault:
            self.stopped = True
            self._add(verdict, down=False, faults=(f"Down: {fault.message}",))
            return
        after = self.state
        back = self.there.catalog()
        differences = compare(*_fitting(before, back)) if digest(before) != digest(back) else ()
        faults = (f"Down does not lead back: {named(differences)}.",) if differences else ()
        try:
            self.there.run(revision, "up")
            self.state = self.there.catalog()
        except DbwrightError as fault:
            self.stopped = True
            self._add(verdict, down=False, faults=(*faults, f"Up again after down: {fault.message}"))
            return
        again = compare(*_fitting(after, self.state)) if digest(after) != digest(self.state) else ()
        if again and not differences:
            faults = (*faults, f"Up again after down leads elsewhere: {named(again)}.")
        self._add(verdict, down=not faults, faults=faults)

    def _add(
        self,
        verdict: Verdict,
        *,
        up: bool | None = None,
        down: bool | None = None,
        faults: Sequence[str] = (),
        unproved: Sequence[str] = (),
    ) -> None:
        self.verdicts.append(
            msgspec.structs.replace(
                verdict,
                up=verdict.up if up is None else up,
                down=verdict.down if down is None else down,
                faults=(*verdict.faults, *faults),
                unproved=(*verdict.unproved, *unproved),
            )
        )


def _of_applied(project: Project, revisions: Sequence[Revision], notes: list[str]) -> Catalog | None:
    """The schema of those revisions alone that are applied, where they are not the first ones of the folder."""
    try:
        with replaying(project.engine) as there:
            for revision in revisions:
                there.run(revision, "up")
            return there.catalog()
    except Unavailable:
        raise
    except DbwrightError as error:
        notes.append(f"The applied revisions could not be replayed by themselves: {error.message}")
        return None


def named(differences: Sequence[Difference]) -> str:
    """The objects that differ, the first few by name."""
    words = {"added": "it leaves", "removed": "it lacks", "changed": "it changes"}
    found = list(
        dict.fromkeys(
            f"{words[each.change]} {each.target.kind.replace('_', ' ')} {each.target}" for each in differences
        )
    )
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more


def _fitting(one: Catalog, other: Catalog) -> tuple[Catalog, Catalog]:
    """Roles are the server's: they are compared only where both sides have some."""
    if one.roles and other.roles:
        return one, other
    return msgspec.structs.replace(one, roles=()), msgspec.structs.replace(other, roles=())
