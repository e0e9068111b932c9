"""Writing a revision from the difference between the folder's state and a desired schema, proved before it is written."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from dbwright.app.change import Ask, Request, plan_sources
from dbwright.app.comparable import comparable
from dbwright.app.migrate.new import write_revision
from dbwright.app.migrate.project import Project
from dbwright.app.migrate.proof import drafted, proved
from dbwright.app.migrate.verify import Verdict, named
from dbwright.catalog.codec import encode
from dbwright.change.compare import compare
from dbwright.change.operations import CreateTable
from dbwright.change.plan import Plan, Step
from dbwright.engines.base import Engine
from dbwright.errors import Refused, UsageError
from dbwright.migrate.headers import REPEAT
from dbwright.migrate.read import format_named
from dbwright.migrate.replay import replay
from dbwright.migrate.versions import new_version, slug


class Generated(msgspec.Struct, frozen=True, kw_only=True):
    """What was written: no files where there was nothing to do. verdict: the proof; None where another tool's format has none."""

    files: tuple[Path, ...]
    plan: Plan
    verdict: Verdict | None = None
    origin: str = ""
    notes: tuple[str, ...] = ()


def generate(
    project: Project,
    name: str,
    to: str,
    *,
    renames: Sequence[str] = (),
    form: str | None = None,
    ask: Ask | None = None,
    unproved: bool = False,
    progress: Callable[[str], None] = lambda sentence: None,
) -> Generated:
    """Write the revision that leads from the folder's state to the schema of a source.

    form: "dbwright", "sql", or a tool whose migrations dbwright writes; the folder's own where None. ask: asked about likely
    renames. Raises Refused where the revision does not prove right, and nothing is written then.
    """
    words = slug(name)
    form = form or project.folder.kind
    progress(f"Replaying {len(project.folder.revisions)} migrations …")
    state = replay(project.folder, project.engine)
    notes = [*project.notes, *state.notes]
    with tempfile.TemporaryDirectory(prefix="dbwright-generate-") as folder:
        held = Path(folder) / "state.json"
        held.write_bytes(encode(state.catalog))
        request = Request(
            old=str(held), new=to, renames=tuple(renames), dialect=project.engine.name, prove=form != "dbwright"
        )
        planned = plan_sources(request, ask=ask, progress=progress)
    plan = planned.plan
    notes += [*planned.notes, *plan.notes]
    if not plan.up:
        return Generated(files=(), plan=plan, notes=tuple(notes))
    if form not in ("dbwright", "sql"):
        return _foreign(project, name, form, plan, notes, unproved)
    version = new_version(each.version for each in project.folder.revisions if not each.seed)
    up, down = texts(plan, project.engine)
    revision = drafted(version, words, up, down)
    verdict, reached, origin = proved(project, revision, progress)
    faults = list(verdict.faults)
    pair = comparable(reached, planned.goal)
    differences = compare(pair.old, pair.new)
    if not faults and differences:
        faults.append(f"It leads to another schema than it should: {named(differences)}.")
    if faults and not unproved:
        raise Refused(
            f"Nothing was written, because the revision does not prove right on a scratch database ({origin}):\n"
            + "\n".join(f"  - {each}" for each in faults),
            hint="Write it all the same with --unproved, and correct it by hand.",
        )
    endings = {".up.sql": up} | ({".down.sql": down} if down is not None else {})
    if form == "sql" and project.folder.kind != "dbwright":
        files = tuple(
            _write_plain(project.path / f"{version}_{words}{ending}", text) for ending, text in endings.items()
        )
    else:
        files = write_revision(project.path, name, endings, version=version)
    return Generated(files=files, plan=plan, verdict=verdict, origin=origin, notes=tuple(notes))


def texts(plan: Plan, engine: Engine) -> tuple[str, str | None]:
    """The plan's steps as the text of the two halves; None for a way back that is not there."""
    if not plan.down:
        reason = " ".join(plan.irreversible) or "there is no way back"
        head = f"-- dbwright: irreversible because {_flat(reason)}\n"
        return f"{head}{_apart(plan.up, plan, engine)}\n{script(plan.up, engine)}", None
    head = "".join(f"-- {_flat(each)}\n" for each in plan.irreversible)
    return _apart(plan.up, plan, engine) + script(plan.up, engine), head + _apart(plan.down, plan, engine) + script(
        plan.down, engine
    )


def _apart(steps: Sequence[Step], plan: Plan, engine: Engine) -> str:
    """A header for steps that read or write rows: in one transaction the locks of the steps before would be held meanwhile.

    MySQL has no such transactions, and SQLite one writer at a time.
    """
    if engine.name != "postgres":
        return ""
    created = {each.target.path for each in plan.operations if isinstance(each, CreateTable)}
    long = [
        step
        for step in steps
        if step.effect.transactional
        and step.effect.held_for == "rows"
        and any(lock.relation.path[:2] not in created for lock in step.effect.locks)
    ]
    if not long or len(steps) < 2:
        return ""
    return "-- dbwright: no transaction\n-- Each statement by itself: what it locks is let go before the next one reads rows.\n\n"


def script(steps: Sequence[Step], engine: Engine) -> str:
    """Steps as a file: each under a line on what it does and why in this form."""
    parts = []
    for step in steps:
        lines = [f"-- {_flat(step.title)}"] if step.title else []
        lines += [f"-- {_flat(step.why)}"] if step.why else []
        lines += [REPEAT] if step.batched else []
        parts.append("\n".join([*lines, engine.script([step.sql]).rstrip("\n")]))
    return "\n\n".join(parts) + "\n"


def _foreign(project: Project, name: str, form: str, plan: Plan, notes: list[str], unproved: bool) -> Generated:
    module = format_named(form)
    if not hasattr(module, "write_revision"):
        raise UsageError(
            f"dbwright does not write migrations for {form}.", hint="Use --format sql or --format dbwright."
        )
    if project.folder.kind != form:
        raise UsageError(f"{project.path} holds {project.folder.kind} migrations, not {form}.")
    if any(step.batched for step in (*plan.up, *plan.down)):
        raise Refused(
            f"A {form} migration cannot hold the batches in which rows are filled here; nothing was written.",
            hint="Use --format sql, and run the statement that is marked as repeated until it changes no row.",
        )
    if plan.proof is not None and not plan.proof.proved and not unproved:
        raise Refused(
            f"Nothing was written, because the plan could not be proved: {' '.join(plan.proof.unproved)}",
            hint="Write it all the same with --unproved.",
        )
    from dbwright.migrate.formats._writing import Draft

    draft = Draft(
        name=name,
        up=tuple(step.sql for step in plan.up),
        down=tuple(step.sql for step in plan.down),
        outside=any(not step.effect.transactional for step in (*plan.up, *plan.down)),
    )
    files = tuple(module.write_revision(project.folder, draft))
    return Generated(files=files, plan=plan, origin=plan.proof.where if plan.proof else "", notes=tuple(notes))


def _write_plain(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _flat(text: str) -> str:
    return " ".join(text.split())
