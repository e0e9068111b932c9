"""What is kept on purpose, as text and JSON: whether it is true, and what it saves and costs."""

from collections.abc import Sequence
from typing import Any

import msgspec

from dbwright.report.base import counted

_WIDEST = 40
_FEW = 1000


def render_checked(checked: Any, form: str) -> str:
    """What was checked (`app.denormalize.check.Checked`), as "text" or "json"."""
    if form == "json":
        return _json({"version": 1, "database": checked.shown, "kept": checked.found, "notes": checked.notes})
    lines = [f"note: {note}" for note in checked.notes]
    if not checked.found:
        return "\n".join([*lines, f"Nothing is kept by triggers of dbwright in {checked.shown}."])
    for each in checked.found:
        lines += _drift(each)
    wrong, unknown = len(checked.wrong), len(checked.unknown)
    said = f"{counted(len(checked.found), 'value')} kept: " + (f"{wrong} drifted" if wrong else "none drifted")
    return "\n".join([*lines, "", f"{said}{f', {unknown} could not be checked' if unknown else ''}."])


def _drift(each: Any) -> list[str]:
    head = f"{each.name}: {each.what}"
    if each.rows is None:
        return [head, f"  could not be checked: {each.unchecked}"]
    if not each.rows:
        return [head, "  right in every row."]
    lines = [head, f"  wrong in {counted(each.rows, 'row')}{'; it is to be refreshed' if each.by_command else ''}:"]
    titles = [*each.keys, *(f"{name} held" for name in each.held), *(f"{name} should be" for name in each.held)]
    rows = [titles, *([_cell(cell) for cell in row] for row in each.examples)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(titles))]
    lines += [
        "    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    if each.rows > len(each.examples):
        lines.append(f"    … and {each.rows - len(each.examples):,} more")
    return lines


def _cell(value: str | None) -> str:
    if value is None:
        return "NULL"
    flat = " ".join(value.split())
    return flat if len(flat) <= _WIDEST else f"{flat[: _WIDEST - 1]}…"


def render_measured(measured: Sequence[Any], form: str) -> str:
    """Measurements (`app.denormalize.measure.Measurement`), as "text" or "json"."""
    if form == "json":
        return _json({"version": 1, "measured": [_measured(each) for each in measured]})
    lines: list[str] = []
    for each in measured:
        others = f", all {each.together} kept together" if each.together > 1 else ""
        rows = ", ".join(f"{count:,} rows of {table}" for table, count in each.rows.items())
        lines += ["", f"{each.name}, measured on a scratch copy ({each.where}) with {rows}{others}:"]
        timings = [*([each.read] if each.read else []), *each.writes]
        widest = max((len(timing.what) for timing in timings), default=0)
        lines += [
            f"  {timing.what.ljust(widest)}  {timing.before:9.3f} ms  →  {timing.after:9.3f} ms" for timing in timings
        ]
        if each.unindexed is not None:
            lines.append(
                f"  Without the index that the change adds, the first would be {each.unindexed:,.3f} ms; it helps alone too."
            )
        lines += [f"  {sentence}" for sentence in each.unmeasured]
        if sum(each.rows.values()) < _FEW:
            lines.append(
                f"  So few rows say little: what the {counted(sum(each.rows.values()), 'row')} save is lost in what a statement costs."
            )
        lines.append(f"  {_verdict(each)}")
    return "\n".join(lines).lstrip("\n")


def _measured(each: Any) -> dict[str, Any]:
    ratio = each.writes_per_read
    return {**msgspec.to_builtins(each), "writes_per_read": None if ratio is None else round(ratio, 2)}


def _verdict(each: Any) -> str:
    saved = each.read.before - each.read.after if each.read else 0.0
    if saved <= 0:
        return "Reading is not faster with it: on this copy it saves nothing."
    ratio = each.writes_per_read
    if ratio is None:
        return f"A read saves {saved:.3f} ms; writes cost no more that could be measured."
    return f"A read saves {saved:.3f} ms, as much as {ratio:,.3g} writes cost more: worth it where there are fewer writes to a read."


def _json(content: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(content, order="deterministic"), indent=2).decode()
