"""What the subcommands print: text for people, JSON for programs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from dbwright.catalog.names import Ref
from dbwright.report.base import counted

if TYPE_CHECKING:
    from dbwright.app.migrate.generate import Generated
    from dbwright.app.migrate.plan import MigrationPlan, PlannedRevision
    from dbwright.app.migrate.status import Status
    from dbwright.app.migrate.tenants import Tenancy
    from dbwright.app.migrate.trial import Tried
    from dbwright.app.migrate.up import Ran
    from dbwright.app.migrate.verify import Verified
    from dbwright.migrate.history import Entry

_SIGNS = {
    "applied": "✓", "baseline": "✓", "pending": "·", "seed": "·", "out of order": "!", "changed": "!", "missing": "!",
    "failed": "✗", "running": "…",
}  # fmt: skip


def to_json(whole: Any, **more: Any) -> str:
    """A result as JSON, with the version of this form."""
    content = {"version": 1, **_plain(whole), **more}
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode()


def list_json(name: str, items: Sequence[Any]) -> str:
    """A list of results as JSON, with the version of this form."""
    content = {"version": 1, name: [_plain(each) for each in items]}
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Ref):
        return {"kind": value.kind, "path": value.shown_path}
    if isinstance(value, msgspec.Struct):
        return {field: _plain(getattr(value, field)) for field in value.__struct_fields__}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return {key: _plain(each) for key, each in value.items()} if isinstance(value, dict) else value


# ---------------------------------------------------------------- text


def status_text(status: "Status") -> str:
    """Where every revision stands, a line each, and a summary."""
    lines = _notes(status.notes)
    lines.append(f"{status.folder} ({status.kind}) in {status.url}")
    if not status.recorded:
        lines.append("There is no history in this database yet.")
    states = [f"{_SIGNS[row.state]} {row.state}" for row in status.rows]
    width = max(map(len, states), default=0)
    for row, state in zip(status.rows, states, strict=True):
        parts = [f"  {state:<{width}}  {row.version}" + (f" {row.name}" if row.state != "seed" else "")]
        if row.at:
            parts.append(_moment(row.at) + (f" by {row.user}" if row.user else "") + _seconds(row.seconds))
        lines.append("  ".join(parts))
        if row.note:
            lines.append(f"      {row.note}")
    return "\n".join([*lines, "", _summary(status)])


def _summary(status: "Status") -> str:
    if not status.rows:
        return "The folder holds no migrations."
    applied = sum(row.state in ("applied", "baseline", "changed", "missing") for row in status.rows)
    said = [f"{applied} applied", f"{status.pending} pending"]
    if status.troubled:
        said.append(f"{status.troubled} not as they should be")
    return ", ".join(said) + "."


def history_text(entries: "Sequence[Entry]") -> str:
    """Every run, a line each."""
    lines = []
    for each in entries:
        way = "down" if each.direction == "down" else "up  "
        when = _moment(each.started or each.finished or "")
        lines.append(
            f"{when}  {way}  {each.outcome:<8}  {each.version} {each.name}{_seconds(each.seconds)}"
            + (f"  by {each.applied_by}" if each.applied_by else "")
        )
        if each.message:
            lines.append(f"    {each.message}")
    return "\n".join(lines or ["Nothing was ever run."])


def ran_text(ran: "Ran", way: str) -> str:
    """What was run."""
    verb = "Ran" if way == "up" else "Undid"
    lines = [f"{verb} {each.version} {each.name}{_seconds(each.seconds)}." for each in ran.entries]
    if not ran.entries:
        lines.append("Nothing is pending." if way == "up" else "There is nothing to undo.")
    if ran.left and way == "up":
        lines.append(f"{ran.left} more {'is' if ran.left == 1 else 'are'} pending.")
    return "\n".join([*_notes(ran.notes), *lines])


def plan_text(plan: "MigrationPlan") -> str:
    """Every statement that would run, with what it does to others."""
    where = plan.url or "an empty database"
    lines = _notes(plan.notes)
    if not plan.revisions:
        return "\n".join([*lines, f"Nothing is pending in {where}."])
    seconds = sum(each.effect.seconds or 0.0 for revision in plan.revisions for each in revision.statements)
    lasts = f", expected to take {seconds:.0f} s" if seconds >= 1 else ""
    lines.append(f"{counted(len(plan.revisions), 'migration')} would run in {where}{lasts}.")
    for revision in plan.revisions:
        lines += ["", *_planned(revision)]
    return "\n".join(lines)


def _planned(revision: "PlannedRevision") -> list[str]:
    from dbwright.report.plans import effect_facts

    lines = [f"{revision.version}" + ("" if revision.seed else f" {revision.name}")]
    if revision.python:
        lines.append("  a data migration in Python")
    elif revision.transaction:
        lines.append("  in one transaction: all of it or nothing")
    else:
        lines.append("  not in one transaction: a failure in the middle leaves what was done before it")
        lines += [f"    because {reason}" for reason in revision.reasons]
    for each in revision.statements:
        lines += [f"  {line}" for line in f"{each.text};".splitlines()]
        lines += [f"      {fact}" for fact in effect_facts(each.effect)]
        lines += [f"      {hazard.kind}: {hazard.message}" for hazard in each.effect.hazards]
    lines += [f"  note: {note}" for note in revision.notes]
    if revision.tried:
        lines.append(f"  {revision.tried}")
    return lines


def verified_text(found: "Verified") -> str:
    """What was proved of each revision, and how the database differs."""
    lines = [*_notes(found.notes), f"{found.folder} ({found.kind}), replayed on a scratch database ({found.origin})"]
    for each in found.verdicts:
        sign = "✗" if each.faults else "·" if each.up is None else "✓"
        proved = "not run" if each.up is None else "fails" if not each.up else "up"
        if each.up and each.down is not None:
            proved = "up, down, up again" if each.down else "up; the way back is wrong"
        lines.append(f"  {sign} {each.version} {each.name}  {proved}")
        lines += [f"      {fault}" for fault in each.faults]
        lines += [f"      not proved: {why}" for why in each.unproved]
    lines.append("")
    if found.drift is not None:
        lines += _drift(found)
    faulty = sum(bool(each.faults) for each in found.verdicts)
    whole = len(found.verdicts)
    if not whole:
        lines.append("The folder holds no migrations.")
    elif faulty:
        lines.append(f"{faulty} of {counted(whole, 'migration')} {'is' if faulty == 1 else 'are'} wrong.")
    else:
        both = sum(bool(each.down) for each in found.verdicts)
        up = sum(bool(each.up) for each in found.verdicts)
        lines.append(f"{counted(up, 'migration')} ran up; {both} of them down and up again, read back each time.")
    return "\n".join(lines)


def _drift(found: "Verified") -> Iterable[str]:
    if not found.drift:
        return [f"{found.compared_with} holds exactly what the applied migrations make."]
    words = {"added": "has besides", "removed": "lacks", "changed": "has otherwise"}
    lines = [f"{found.compared_with} is not what the applied migrations make:"]
    for each in found.drift:
        lines.append(f"  it {words[each.change]} {each.target.kind.replace('_', ' ')} {each.target}")
        lines += [f"      {field.field.replace('_', ' ')}: {field.old} → {field.new}" for field in each.fields]
    return lines


def tried_text(found: "Tried") -> str:
    """What became of the rows, revision by revision."""
    lines = [*_notes(found.notes), f"Tried with rows on a scratch database ({found.origin})"]
    for each in found.trials:
        ways = (
            "not tried" if not each.failed and each.up is None else "up" if each.down is None else "up, down, up again"
        )
        sign = "✗" if not each.good else "·" if each.up is None else "✓"
        lines.append(f"  {sign} {each.version} {each.name}  {each.rows} rows, {ways}")
        lines += [f"      {said}" for said in each.lost]
        lines += [f"      allowed by the file: {said}" for said in each.allowed]
        lines += [f"      {each.failed}"] if each.failed else []
        lines += [f"      note: {note}" for note in each.notes]
    bad = sum(not each.good for each in found.trials)
    lines += [
        "",
        f"{bad} of {len(found.trials)} migrations lose data or fail."
        if bad
        else "All data was kept, but for what files allow.",
    ]
    return "\n".join(lines)


def generated_text(done: "Generated") -> str:
    """What was written, how it was proved, and what to know of it."""
    lines = _notes(done.notes)
    if not done.files:
        return "\n".join([*lines, "The folder makes this schema already: there is nothing to write."])
    lines += [f"Wrote {file}" for file in done.files]
    lines += [f"  {each.kind}: {each.message}" for each in done.plan.hazards]
    verdict = done.verdict
    if verdict is not None and verdict.up and verdict.down:
        lines.append(f"Proved: run up, down and up again on a scratch database ({done.origin}), read back each time.")
    elif verdict is not None:
        lines += [f"Not proved: {each}" for each in (*verdict.faults, *verdict.unproved)]
    return "\n".join(lines)


def tenancy_text(found: "Tenancy") -> str:
    """What came of every tenant, a line each, those that failed last and with the reason."""
    lines = []
    for each in sorted(found.results, key=lambda result: result.outcome == "failed"):
        ran = f", {each.ran} run" if each.ran else ""
        pending = f", {each.pending} pending" if each.pending else ""
        version = f" at {each.version}" if each.version else ""
        lines.append(f"  {each.tenant}: {each.outcome}{version}{ran}{pending}{_seconds(each.seconds or None)}")
        lines += [f"      {line}" for line in each.message.splitlines()]
    counts = Counter(each.outcome for each in found.results)
    said = ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common())
    lines += ["", f"{len(found.results)} tenants: {said}."]
    if found.stopped:
        lines.append(f"{found.stopped} Run the same command again when the cause is mended: it does what is left.")
    return "\n".join(lines)


def _notes(notes: Iterable[str]) -> list[str]:
    return [f"note: {note}" for note in notes]


def _moment(text: str) -> str:
    return text[:19].replace("T", " ")


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f" ({seconds:.2f} s)"
