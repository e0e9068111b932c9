"""Online changes as text and JSON: their stages before they run, and where they are."""

from collections.abc import Sequence
from typing import Any

import msgspec

from dbwright.change.online import OnlinePlan
from dbwright.change.online.stages import PHASES


def render_plan(plan: OnlinePlan, proof: Any, form: str) -> str:
    """The stages as "text" or "json". proof: what came out on a scratch database, or None."""
    if form == "json":
        content = {"id": plan.wish.id, "plan": msgspec.to_builtins(plan), "proof": msgspec.to_builtins(proof)}
        return msgspec.json.format(msgspec.json.encode(content), indent=2).decode()
    lines = [f"{change.describe()}." for change in plan.wish.changes]
    number = 0
    for phase in PHASES:
        stages = [stage for stage in plan.stages if stage.phase == phase]
        lines += ["", phase.capitalize() + (":" if stages else ": nothing to do.")]
        for stage in stages:
            number += 1
            lines.append(f"  {number:>2} {stage.title}.")
            if stage.waits:
                lines.append(f"     {stage.waits}")
    if plan.loses:
        lines += ["", "Contract drops, for good:", *(f"  {lost}" for lost in plan.loses)]
    if plan.notes:
        lines += ["", "To know:", *(f"  {note}" for note in plan.notes)]
    if proof is not None:
        lines += ["", *_proof(proof)]
    return "\n".join(lines)


def _proof(proof: Any) -> list[str]:
    if proof.failed:
        return [f"It failed on a scratch database ({proof.where}): {proof.failed}"]
    if not proof.shown:
        return list(proof.unproved)
    return [f"Tried on a scratch database ({proof.where}):", *(f"  {each}" for each in (*proof.shown, *proof.unproved))]


def render_status(statuses: Sequence[Any], form: str) -> str:
    """Where online changes are, as "text" or "json"."""
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(list(statuses)), indent=2).decode()
    if not statuses:
        return "No online change is under way."
    return "\n\n".join("\n".join(_status(each)) for each in statuses)


def _status(status: Any) -> list[str]:
    lines = [f"{status.id}  {status.what}"]
    if status.state in ("done", "undone"):
        return [*lines, "  It is done." if status.state == "done" else "  It is undone; everything is as before."]
    done = f"{status.phase} is complete" if status.phase else "expand is not complete yet"
    lines.append(f"  {status.state}; {done}; {status.stage} of {status.stages} stages are done")
    if status.next and status.stage < status.stages:
        lines.append(f"  next: {status.next}")
    if status.rows_total:
        lines.append(f"  rows: {status.rows_done or 0:,} of about {status.rows_total:,}")
    if status.error:
        lines.append(f"  stopped by: {status.error}")
    return lines
