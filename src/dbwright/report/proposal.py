"""Proposals: the tables to make of one, as text for a terminal, as SQL and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from dbwright.catalog.dependencies import Functional
from dbwright.catalog.objects import Column, Table
from dbwright.change.plan import Proof
from dbwright.normalize.design.proposal import Anomaly, Part, Proposal, Unfolded
from dbwright.normalize.judgement.judged import Judged
from dbwright.normalize.theory.notation import show
from dbwright.report.base import counted, number, size
from dbwright.report.dependencies import encoded, measured_json
from dbwright.report.page import Page
from dbwright.report.plans import proof_sentence
from dbwright.report.text import columns_of, printable

FORMAT = "dbwright-proposal/1"
_OPEN_SHOWN = 8
_STAGES = (
    ("expand", "makes the new tables beside the old one, and triggers that carry every write over."),
    ("backfill", "carries over the rows that are there, in ranges of the key."),
    ("switch", "compares both, and puts a view in the old table's place that takes reads and, where it can, writes."),
    ("contract", "drops the view and the old table; up to here nothing is lost."),
)
"""What each stage of a migration does, for the person who runs them."""
_INDENT = 4


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One table's proposal with what is told beside it.

    columns: of the source, in order. used, open: dependencies that it stands on, and plausible ones that nobody decided on.
    joined_back, proof: whether the rows came out again, and the sentence. migration: the proof on a scratch database; written: files.
    complete: whether the search for dependencies went to its end.
    """

    proposal: Proposal
    origin: str
    columns: tuple[str, ...]
    used: tuple[Judged, ...] = ()
    open: tuple[Judged, ...] = ()
    joined_back: bool | None = None
    proof: str = ""
    sql: tuple[str, ...] = ()
    migration: Proof | None = None
    written: tuple[str, ...] = ()
    refused: str = ""
    notes: tuple[str, ...] = ()
    complete: bool = True


# ---------------------------------------------------------------- text


def render(proposals: Sequence[Shown], *, colour: bool = False, width: int = 100) -> str:
    """The proposals as text."""
    page = Page(width, colour)
    lines: list[str] = []
    for each in proposals:
        lines += [*_proposal(each, page), ""]
    return "\n".join(lines[:-1]) + "\n" if lines else "There is no table to look at.\n"


def _proposal(shown: Shown, page: Page) -> Iterator[str]:
    proposal = shown.proposal
    rows = f", {counted(proposal.rows, 'row')}" if proposal.rows is not None else ""
    yield from page.wrapped(f"{proposal.source} ({shown.origin}{rows})", 0, style="bold")
    if len(proposal.parts) == 1:
        yield from page.wrapped(_as_it_is(shown), 0)
        if proposal.why_not_next:
            yield from page.wrapped(f"Why not more: {proposal.why_not_next}", 0, style="faint")
    else:
        yield from page.wrapped(
            f"From {proposal.was} to {proposal.form}: {counted(len(proposal.parts), 'table')}. {_proved(shown)}", 0
        )
        if proposal.why_not_next:
            yield from page.wrapped(f"Why not more: {proposal.why_not_next}", 0, style="faint")
        for part in proposal.parts:
            yield ""
            yield from _part(part, shown, page)
        yield ""
        yield from _sizes(proposal, page)
    yield from _lost(shown, page)
    yield from _conflicts(shown, page)
    yield from _anomalies(proposal.anomalies, page)
    yield from _open(shown, page)
    yield from _migration(shown, page)
    notes = [*shown.notes, *proposal.notes]
    if notes:
        yield ""
        yield page.paint("Notes", "bold")
        for note in dict.fromkeys(notes):
            yield from page.wrapped(note, 2, lead="- ")


def _as_it_is(shown: Shown) -> str:
    """What can be said of a table that stays whole: it is in a form by what was found and decided, never more."""
    if not shown.complete:
        return "Nothing was found that is to be taken apart, but the search was not finished: its normal form is not known."
    return f"It is in {shown.proposal.form} by what is accepted and clearly plausible: nothing is to be taken apart."


def _proved(shown: Shown) -> str:
    chase = "Lossless by the chase." if shown.proposal.lossless else "The chase did not show that it is lossless."
    return f"{chase} {shown.proof}".strip()


def _part(part: Part, shown: Shown, page: Page) -> Iterator[str]:
    table = part.table
    facts = [counted(part.rows, "row")] if part.rows is not None else []
    facts += [size(part.bytes)] if part.bytes is not None else []
    title = page.paint(printable(table.name), "bold") + (f" ({', '.join(facts)})" if facts else "")
    yield f"  {title}{_kind(part, shown)}"
    for column in table.columns:
        yield from page.hanging(
            f"{' ' * _INDENT}{_cell(column.name, 26)}  {_cell(column.type.spelling, 18)}  ",
            ", ".join(_facts(column, table, part)),
            _INDENT + 48,
            style="faint",
        )
    for unique in table.uniques:
        if len(unique.columns) > 1:
            yield f"{' ' * _INDENT}unique ({', '.join(unique.columns)})"


def _cell(text: str, width: int) -> str:
    shown = printable(text)
    return shown + " " * (width - columns_of(shown))


def _kind(part: Part, shown: Shown) -> str:
    if part.unfolds is not None:
        return f": {_unfolded(part.unfolds)}"
    if part.keeps_name:
        return ": a row for each of today's rows"
    if isinstance(part.because, Functional):
        left = ", ".join(name for name in shown.columns if name in part.because.left)
        return f": a row for each {left}"
    return ""


def _unfolded(unfolds: Unfolded) -> str:
    names = [name for columns in unfolds.columns for name in columns]
    what = {
        "list": f"the items of {names[0]}, apart at “{unfolds.separator}”",
        "json": f"the items of the JSON arrays in {names[0]}",
        "array": f"the items of the arrays in {names[0]}",
        "numbered": f"{', '.join(names)} as rows",
        "group": f"{', '.join(names)} as rows",
    }
    return what[unfolds.kind]


def _facts(column: Column, table: Table, part: Part) -> list[str]:
    facts = []
    primary = table.primary_key.columns if table.primary_key else ()
    if column.name in primary:
        facts.append("primary key")
    elif not column.nullable:
        facts.append("not null")
    if column.name == part.surrogate:
        facts.append("numbered by the engine")
    if (column.name,) in [unique.columns for unique in table.uniques]:
        facts.append("unique")
    facts += [
        f"→ {key.table[1]}({', '.join(key.referenced)})" for key in table.foreign_keys if column.name in key.columns
    ]
    source = part.source_columns.get(column.name)
    if source is not None and source != column.name:
        facts.append(f"was {source}")
    return facts


def _sizes(proposal: Proposal, page: Page) -> Iterator[str]:
    after = [part.bytes for part in proposal.parts]
    known = [each for each in after if each is not None]
    if proposal.bytes and len(known) == len(after):
        share = 1 - sum(known) / proposal.bytes
        less = f"{share:.0%} less".replace("%", " %") if share > 0 else f"{-share:.0%} more".replace("%", " %")
        yield from page.wrapped(f"The values take {size(proposal.bytes)} today and {size(sum(known))} then, {less}.", 0)


def _lost(shown: Shown, page: Page) -> Iterator[str]:
    for each in shown.proposal.lost:
        yield from page.wrapped(
            f"{show(each, shown.columns)} is no longer held by one table: a trigger or the application must watch it, or stay with 3NF.",
            0,
        )


def _conflicts(shown: Shown, page: Page) -> Iterator[str]:
    if not shown.proposal.conflicts:
        return
    yield ""
    yield page.paint("Rows to settle first; nothing is merged silently", "error")
    for conflict in shown.proposal.conflicts:
        are = "row is" if conflict.rows == 1 else "rows are"
        yield from page.wrapped(f"{number(conflict.rows)} {are} against {show(conflict.dependency, shown.columns)}:", 2)
        for example in conflict.examples:
            yield from page.table(example.columns, example.rows, _INDENT)


def _anomalies(found: Sequence[Anomaly], page: Page) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield page.paint("What goes wrong as it is", "bold")
    for each in found:
        yield from page.wrapped(each.sentence, 2, lead=f"{each.kind}: ")
        if each.rows is not None:
            yield from page.table(each.rows.columns, each.rows.rows, _INDENT)


def _open(shown: Shown, page: Page) -> Iterator[str]:
    if not shown.open:
        return
    yield ""
    yield page.paint("Plausible, and nobody has decided", "bold")
    for each in shown.open[:_OPEN_SHOWN]:
        assert isinstance(each.measured.dependency, Functional)
        yield from page.hanging(f"{page.percent(each.score):>7}  ", show(each.measured.dependency, shown.columns), 9)
    if len(shown.open) > _OPEN_SHOWN:
        yield f"         and {number(len(shown.open) - _OPEN_SHOWN)} more"
    yield from page.wrapped("Decide with dbwright dependencies --review, or --accept and --reject.", 2, style="faint")


def _migration(shown: Shown, page: Page) -> Iterator[str]:
    if shown.refused:
        yield ""
        yield from page.wrapped(f"No migration was written: {shown.refused}", 0, style="error")
    if shown.migration is not None:
        yield ""
        yield from page.wrapped(proof_sentence(shown.migration), 0, style="error" if shown.migration.failed else "good")
        for evidence in shown.migration.evidence:
            yield from page.wrapped(evidence.summary, 2)
        for sentence in shown.migration.unproved:
            yield from page.wrapped(f"not proved: {sentence}", 2)
    if shown.written:
        yield ""
        yield page.paint("The migration", "bold")
        for name, what in _STAGES:
            yield from page.hanging(f"  {name:<9} ", what, 12)
        for path in shown.written:
            yield f"  {path}"
        yield from page.wrapped(
            "Go on with dbwright migrate up --to VERSION, one stage at a time; contract only once nobody uses the old table.",
            2,
            style="faint",
        )


# ---------------------------------------------------------------- SQL and JSON


def as_sql(proposals: Sequence[Shown], script: str) -> str:
    """The statements that make the parts, with what they are for. script: all of them as one file."""
    heads = [
        f"-- {shown.proposal.source}: {shown.proposal.was} to {shown.proposal.form}, {counted(len(shown.proposal.parts), 'table')}"
        for shown in proposals
    ]
    return "\n".join([*(" ".join(head.split()) for head in heads), "", script])


def as_json(proposals: Sequence[Shown], engine: str) -> str:
    """The proposals as a documented contract that only grows."""
    return encoded({"format": FORMAT, "engine": engine, "tables": [_json(each) for each in proposals]})


def _json(shown: Shown) -> dict[str, Any]:
    return {
        "source": str(shown.proposal.source),
        "origin": shown.origin,
        "proposal": shown.proposal,
        "joined_back": shown.joined_back,
        "proof": shown.proof,
        "used": [_judged(each, shown.columns) for each in shown.used],
        "open": [_judged(each, shown.columns) for each in shown.open],
        "sql": shown.sql,
        "migration": shown.migration,
        "written": shown.written,
        "refused": shown.refused or None,
        "notes": shown.notes,
    }


def _judged(each: Judged, columns: Sequence[str]) -> dict[str, Any]:
    return measured_json(each.measured, columns) | {
        "score": each.score,
        "decision": each.decision or None,
        "price": each.price,
    }
