"""Plans as text for people, as an SQL script, and as JSON."""

import textwrap
from collections.abc import Sequence
from typing import Any

import msgspec

from dbwright.change.effects import Effect, Hazard, HazardKind, Lock
from dbwright.change.plan import Plan, Proof, Step
from dbwright.report.base import counted
from dbwright.report.differences import operation_json

_WIDTH = 100


_WORST_FIRST: tuple[HazardKind, ...] = (
    "data-loss", "irreversible", "breaking", "privilege", "data-dependent", "lock", "rewrite", "scan", "behaviour",
    "not-transactional",
)  # fmt: skip


class PlanReport(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with the names of both sides, and sentences on what was assumed."""

    plan: Plan
    old: str
    new: str
    notes: tuple[str, ...] = ()


def render(report: PlanReport, form: str, *, script: str = "") -> str:
    """The plan as "text", "sql" (script is then its statements as one file, made by the engine) or "json"."""
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(_document(report)), indent=2).decode()
    if form == "sql":
        return "\n".join([*(f"-- {_flat(line)}" for line in _summary(report)), "", script])
    return _text(report)


def proof_sentence(proof: Proof | None) -> str:
    """How sure the plan is, in one sentence."""
    if proof is None:
        return "Not proved: it was not run on a scratch database."
    if proof.proved:
        return f"Proved: run up, down and up again on a scratch database ({proof.where}), read back each time."
    if not proof.where:
        return f"NOT PROVED. {' '.join(proof.unproved)}"
    return f"NOT PROVED: tried on a scratch database ({proof.where})."


# ---------------------------------------------------------------- text


def _text(report: PlanReport) -> str:
    plan = report.plan
    lines = [f"note: {note}" for note in (*report.notes, *plan.notes)]
    if not plan.up:
        return "\n".join([*lines, f"{report.old} and {report.new} hold the same schema: there is nothing to do."])
    lines += _summary(report)
    lines += _numbered(plan.up)
    if plan.hazards:
        lines += ["", "Hazards"]
        lines += dict.fromkeys(f"  {each.kind:<18}{each.message}" for each in _by_kind(plan.hazards))
    lines += ["", *_way_back(plan)]
    if plan.proof:
        lines += ["", "Proof"]
        lines += [f"  {each.summary}" for each in plan.proof.evidence]
        lines += [f"  surprise: {each}" for each in plan.proof.surprises]
        lines += [f"  not proved: {each}" for each in plan.proof.unproved]
    return "\n".join(lines)


def _summary(report: PlanReport) -> list[str]:
    plan = report.plan
    count = f"{counted(len(plan.operations), 'change')} in {counted(len(plan.up), 'step')}"
    seconds = sum(step.effect.seconds or 0.0 for step in plan.up)
    lasts = f", expected to take {_duration(seconds)}" if any(s.effect.seconds is not None for s in plan.up) else ""
    return [f"From {report.old} to {report.new}: {count}{lasts}.", proof_sentence(plan.proof)]


def _numbered(steps: Sequence[Step]) -> list[str]:
    lines: list[str] = []
    for number, step in enumerate(steps, 1):
        lines += ["", f"{number}. {step.title or 'Run a statement'}"]
        lines += [f"   {line}" for line in f"{step.sql};".splitlines()]
        for fact in effect_facts(step.effect):
            lines += _wrapped(fact)
        if step.batched:
            lines.append("   is repeated until no row is left, each batch committed by itself")
        if step.why:
            lines += _wrapped(f"why: {step.why}")
    return lines


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="   ", subsequent_indent="     ", break_long_words=False)


def effect_facts(effect: Effect) -> list[str]:
    """What a step does to others, one phrase a line."""
    facts = [_lock(lock, effect) for lock in effect.locks if lock.blocks]
    facts += [f"writes all of {ref} again" for ref in effect.rewrites]
    facts += [f"reads all of {ref}" for ref in effect.scans if ref not in effect.rewrites]
    if effect.algorithm:
        facts.append(f"algorithm {effect.algorithm}")
    if not effect.transactional:
        facts.append("runs outside of a transaction")
    if effect.seconds is not None and effect.seconds >= 0.1:
        facts.append(f"expected to take {_duration(effect.seconds)}")
    return facts


def _lock(lock: Lock, effect: Effect) -> str:
    how_long = "for a moment" if effect.held_for == "moment" else "for as long as the rows take"
    return f"locks {lock.relation} {how_long} ({lock.mode}): {_listed(lock.blocks)} wait"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _way_back(plan: Plan) -> list[str]:
    head = f"The way back takes {counted(len(plan.down), 'step')}." if plan.down else "There is no way back."
    return [head, *(f"  {reason}" for reason in plan.irreversible)]


def _by_kind(hazards: Sequence[Hazard]) -> list[Hazard]:
    return sorted(hazards, key=lambda each: _WORST_FIRST.index(each.kind))


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "less than a second"
    if seconds < 90:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


def _flat(text: str) -> str:
    """Names may hold line breaks, which would leave the comment."""
    return " ".join(text.split())


# ---------------------------------------------------------------- JSON


def _document(report: PlanReport) -> dict[str, Any]:
    plan = report.plan
    return {
        "version": 1,
        "old": report.old,
        "new": report.new,
        "engine": plan.engine,
        "start": plan.start,
        "goal": plan.goal,
        "operations": [operation_json(each) for each in plan.operations],
        "steps": [step_json(step) for step in plan.up],
        "way_back": [step_json(step) for step in plan.down],
        "irreversible": plan.irreversible,
        "hazards": [_hazard(each) for each in plan.hazards],
        "proof": plan.proof,
        "notes": (*report.notes, *plan.notes),
    }


def step_json(step: Step) -> dict[str, Any]:
    """A step for JSON."""
    effect = step.effect
    return {
        "sql": step.sql,
        "title": step.title,
        "why": step.why,
        "phase": step.phase,
        "batched": step.batched,
        "locks": [{"relation": str(lock.relation), "mode": lock.mode, "blocks": lock.blocks} for lock in effect.locks],
        "rewrites": [str(ref) for ref in effect.rewrites],
        "scans": [str(ref) for ref in effect.scans],
        "held_for": effect.held_for,
        "expected_seconds": effect.seconds,
        "transactional": effect.transactional,
        "algorithm": effect.algorithm,
        "basis": effect.basis,
        "hazards": [_hazard(each) for each in effect.hazards],
        "undo": step.undo,
        "cleanup": step.cleanup,
    }


def _hazard(hazard: Hazard) -> dict[str, Any]:
    return {
        "kind": hazard.kind,
        "target": {"kind": hazard.target.kind, "path": hazard.target.shown_path},
        "message": hazard.message,
    }
