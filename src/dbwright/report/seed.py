"""What a seeding will write, and what it wrote, as text and as JSON."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from dbwright.report.base import counted
from dbwright.report.text import columns_of, printable


class Line(Protocol):
    """One table: see app/seed/request.py."""

    @property
    def table(self) -> str: ...
    @property
    def rows(self) -> int: ...
    @property
    def wanted(self) -> int: ...
    @property
    def before(self) -> int: ...
    @property
    def notes(self) -> tuple[str, ...]: ...


class Filled(Line, Protocol):
    """One table after the run."""

    @property
    def seconds(self) -> float: ...
    @property
    def redrawn(self) -> int: ...


class Foreseen(Protocol):
    """What is going to be written: see app/seed/show.py."""

    @property
    def shown(self) -> str: ...
    @property
    def seed(self) -> int: ...
    @property
    def tables(self) -> Sequence[Line]: ...
    @property
    def left_out(self) -> Mapping[str, str]: ...
    @property
    def emptied(self) -> Mapping[str, int]: ...
    @property
    def references(self) -> Mapping[str, int]: ...
    @property
    def impossible(self) -> Sequence[tuple[str, str]]: ...
    @property
    def notes(self) -> tuple[str, ...]: ...
    @property
    def resumed(self) -> bool: ...


class Seeded(Protocol):
    """What was written: see app/seed/request.py."""

    @property
    def shown(self) -> str: ...
    @property
    def seed(self) -> int: ...
    @property
    def tables(self) -> Sequence[Filled]: ...
    @property
    def left_out(self) -> Mapping[str, str]: ...
    @property
    def notes(self) -> tuple[str, ...]: ...
    @property
    def seconds(self) -> float: ...
    @property
    def resumed(self) -> int: ...


def render_plan(plan: Foreseen, form: str) -> str:
    """What is going to be written. form: "text" or "json"."""
    if form == "json":
        return _json({"written": False, **_told(plan)})
    lines: list[str] = []
    if plan.impossible:
        lines += ["Nothing can be written, because these rows cannot be:"]
        lines += [f"  {printable(where)}: {printable(sentence)}" for where, sentence in plan.impossible]
        lines += [""]
    if plan.emptied:
        lines += ["Deleted first:", *_table([[name, _rows(rows)] for name, rows in plan.emptied.items()]), ""]
    if plan.references:
        lines += ["Reference rows:", *_table([[name, _rows(rows)] for name, rows in plan.references.items()]), ""]
    total = sum(each.rows for each in plan.tables)
    where = f"{counted(len(plan.tables), 'table')} of {printable(plan.shown)}, with seed {plan.seed}"
    lines += [f"{_rows(total)} for {where}:" if plan.tables else f"No rows for {printable(plan.shown)}."]
    lines += _table([[each.table, _rows(each.rows), _aside(each)] for each in plan.tables])
    if plan.resumed:
        lines += ["", "An unfinished run of the same kind is gone on with; its rows are there already."]
    return "\n".join([*lines, *_remarks(plan.tables, plan.left_out, plan.notes)])


def render_seeded(seeded: Seeded, form: str) -> str:
    """What was written. form: "text" or "json"."""
    rows = sum(each.rows for each in seeded.tables)
    rate = (rows - seeded.resumed) / seeded.seconds if seeded.seconds > 0 else 0.0
    if form == "json":
        told = _told(seeded)
        return _json({"written": True, **told, "rows": rows, "rows_per_second": round(rate)})
    lines = _table([[each.table, _rows(each.rows), _speed(each), _aside(each)] for each in seeded.tables])
    here = f", {seeded.resumed:,} of them by an earlier run" if seeded.resumed else ""
    lines += ["", f"{_rows(rows)}{here} in {seeded.seconds:.1f} s: {round(rate):,} rows a second."]
    return "\n".join([*lines, *_remarks(seeded.tables, seeded.left_out, seeded.notes)])


def _told(what: object) -> dict[str, object]:
    told: dict[str, object] = msgspec.to_builtins(what)
    return told


def _json(content: object) -> str:
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode()


def _rows(count: int) -> str:
    return counted(count, "row")


def _aside(each: Line) -> str:
    said = []
    if each.wanted > each.rows:
        said.append(f"{each.wanted:,} were asked for")
    if each.before:
        said.append(f"beside {each.before:,} that are there")
    return ", ".join(said)


def _speed(each: Filled) -> str:
    redrawn = f", {each.redrawn:,} drawn anew" if each.redrawn else ""
    return f"{each.seconds:.1f} s{redrawn}"


def _remarks(tables: Sequence[Line], left_out: Mapping[str, str], notes: Sequence[str]) -> list[str]:
    lines = [f"  {each.table}: {note}" for each in tables for note in each.notes]
    lines = ["", "Not as it was asked, or worth knowing:", *lines] if lines else []
    if left_out:
        lines += ["", "Left out:", *(f"  {name}: {reason}" for name, reason in left_out.items())]
    return [printable(line) for line in (*lines, *(["", *notes] if notes else []))]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of columns, the first to the left, the second to the right, the others as they are."""
    names = max((columns_of(printable(row[0])) for row in rows), default=0)
    counts = max((len(row[1]) for row in rows), default=0)
    lines = []
    for row in rows:
        name = printable(row[0])
        rest = "  ".join(cell for cell in row[2:] if cell)
        lines.append(f"  {name}{' ' * (names - columns_of(name))}  {row[1]:>{counts}}  {rest}".rstrip())
    return lines
