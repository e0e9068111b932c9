"""The use case behind `dbwright dependencies`: open the source, keep what was decided, then search, ask or check."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from dbwright.app.dependencies.ask import Answer, review
from dbwright.app.dependencies.check import Checked, check_accepted
from dbwright.app.dependencies.decisions import DEFAULT_FILE, Entry, keep, read_entries, resolved
from dbwright.app.dependencies.judge import Judgement, judgement
from dbwright.app.dependencies.options import Options, Say, silent
from dbwright.catalog.dependencies import Functional, Measured
from dbwright.errors import EXIT_CLEAN, EXIT_FAILURE, EXIT_FINDINGS, ExecutionFault, UsageError
from dbwright.normalize.judgement.decisions import Decision
from dbwright.normalize.judgement.judged import Asked
from dbwright.normalize.judgement.written import read_written, written

if TYPE_CHECKING:
    from dbwright.mining.allowance import Allowance
    from dbwright.tables.base import RowSource

INCLUDED = "included"
"""The kind that holds between tables; the others are those of `mining.kinds`."""
_FOR_REFERENCES = 0.3
"""The share of the time allowed that may go into it."""

Ask = Callable[[Asked, Judgement], Answer]

_WITH_TABLE = re.compile(r'\s*((?:"(?:[^"]|"")+"|[^\s":]+))\s*:\s*(.*)', re.DOTALL)


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is asked for. tables, namespaces: empty for all. memory: bytes. file: of the decisions; None for the usual one.

    accepted, rejected: texts such as "orders: zip -> city". header, null_texts, separator, encoding: of text files, None is found out.
    """

    source: str
    tables: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    options: Options = Options()
    header: bool | None = None
    null_texts: tuple[str, ...] = ("",)
    separator: str | None = None
    encoding: str | None = None
    seconds: float | None = 120.0
    memory: int | None = None
    timeout: float = 10.0
    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    reason: str = ""
    file: str | None = None
    mode: Literal["find", "check", "review"] = "find"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to. said: sentences for the person beside the report. file: where decisions are kept.

    tables: how many there were; a run without a judgement on any of them looked at none.
    """

    judgements: tuple[Judgement, ...] = ()
    checked: Checked | None = None
    said: tuple[str, ...] = ()
    file: str = DEFAULT_FILE
    tables: int = 0

    @property
    def status(self) -> int:
        """1 where something accepted no longer holds, 2 where something accepted could not be checked, or no table could be looked at."""
        if self.checked is None:
            return EXIT_FAILURE if self.tables and not self.judgements else EXIT_CLEAN
        return EXIT_FINDINGS if self.checked.broken else EXIT_FAILURE if self.checked.unchecked else EXIT_CLEAN


def run(request: Request, say: Say = silent, ask: Ask | None = None) -> Outcome:
    """Do what is asked for. ask: puts a question to the person; needed for a review.

    Raises UsageError for a decision that cannot be read, and what opening and reading the source raises.
    """
    from dbwright.mining.allowance import Allowance, for_arrays
    from dbwright.tables.open import open_tables

    file = request.file or DEFAULT_FILE
    if request.file and request.mode == "check" and not Path(request.file).is_file():
        raise UsageError(f"There is no file of decisions {request.file}.", hint="Make one with --accept or --review.")
    allowance = Allowance(request.seconds, for_arrays(request.memory))
    with open_tables(
        request.source,
        tables=request.tables or None,
        namespaces=request.namespaces or None,
        header=request.header,
        null=request.null_texts,
        separator=request.separator,
        encoding=request.encoding,
        memory=request.memory,
        seconds=request.seconds,
        timeout=request.timeout,
    ) as sources:
        said = _decide(request, sources, file)
        entries = read_entries(file)
        if request.mode == "check":
            only = request.tables or None
            checked = check_accepted(
                sources, entries, nulls=request.options.nulls, allowance=allowance, only=only, say=say
            )
            return Outcome(checked=checked, said=tuple(said), file=file)
        references, notes = _references(request, sources, allowance, say)
        said += notes
        judgements: list[Judgement] = []
        for at, source in enumerate(sources):
            decisions, problems = resolved(entries, source.table)
            said += problems
            also = references.get(source.ref.path, [])
            stopped = False
            try:
                found = _judged(source, request, decisions, also, allowance.part(1 / (len(sources) - at)), said, say)
                if found is not None and request.mode == "review" and ask is not None:
                    found, _, stopped = review(source, found, decisions, file, _about(ask, found))
            except ExecutionFault as fault:
                if len(sources) == 1:
                    raise
                said = [each for each in said if f" {source.ref} were not looked for" not in each]
                said.append(f"{source.ref} was not looked at: {fault.message}")
                continue
            if found is not None:
                judgements.append(found)
            if stopped:
                break
        return Outcome(judgements=tuple(judgements), said=tuple(said), file=file, tables=len(sources))


def _about(ask: Ask, found: Judgement) -> Callable[[Asked], Answer]:
    return lambda asked: ask(asked, found)


def _references(
    request: Request, sources: Sequence["RowSource"], allowance: "Allowance", say: Say
) -> tuple[dict[tuple[str, ...], list[Measured]], list[str]]:
    """What the tables refer to each other by, where there are several and it is asked for."""
    kinds = request.options.kinds
    if len(sources) < 2 or (kinds is not None and INCLUDED not in kinds):
        return {}, []
    from dbwright.app.dependencies.across import references_of

    return references_of(sources, request.options, allowance.part(_FOR_REFERENCES), say=say)


def _judged(
    source: "RowSource",
    request: Request,
    decisions: Sequence[Decision],
    also: Sequence[Measured],
    allowance: "Allowance",
    said: list[str],
    say: Say,
) -> Judgement | None:
    left = allowance.left()
    if left is not None and left <= 0:
        said.append(f"{source.ref} was not looked at: the time was over.")
        return None
    if not source.table.columns:
        said.append(f"{source.ref} has no columns that could be looked at.")
        return None
    return judgement(source, request.options, allowance, decisions=decisions, also=also, say=say)


def _decide(request: Request, sources: Sequence["RowSource"], file: str) -> list[str]:
    """Keep what was accepted and rejected on the command line. Returns what to tell."""
    entries: list[Entry] = []
    for texts, accepted in ((request.accepted, True), (request.rejected, False)):
        for text in texts:
            entries += _entries_of(text, accepted, request.reason, sources)
    if not entries:
        return []
    changed = keep(file, entries)
    known = len(entries) - changed
    told = [f"Kept {changed} decision{'' if changed == 1 else 's'} in {file}."] if changed else []
    return told + ([f"{known} stood there already."] if known else [])


def _entries_of(text: str, accepted: bool, reason: str, sources: Sequence["RowSource"]) -> list[Entry]:
    source, rest = _table_of(text, sources)
    if not rest.strip():
        raise UsageError(f"{text!r} names no dependency.", hint="Write 'table: a -> b' or 'table: key(a, b)'.")
    columns = [column.name for column in source.table.columns]
    found = read_written(rest, columns, source.table.namespace)
    lefts = {each.left for each in found if isinstance(each, Functional)}
    if len(lefts) == 1 and all(isinstance(each, Functional) for each in found):
        found = (
            Functional(lefts.pop(), frozenset().union(*(each.right for each in found if isinstance(each, Functional)))),
        )
    return [
        Entry(table=str(source.ref), dependency=written(each, columns), accepted=accepted, reason=reason)
        for each in found
    ]


def _table_of(text: str, sources: Sequence["RowSource"]) -> tuple["RowSource", str]:
    """The table that a decision is on, and the dependency's text. The table may be left out where there is one only."""
    found = _WITH_TABLE.fullmatch(text)
    if found:
        name = found[1][1:-1].replace('""', '"') if found[1].startswith('"') else found[1]
        for source in sources:
            if name in (str(source.ref), source.table.name):
                return source, found[2]
    if len(sources) == 1:
        if found and not any(column.name == found[1] for column in sources[0].table.columns):
            raise UsageError(f"{text!r}: there is no table {found[1]}; the only one here is {sources[0].ref}.")
        return sources[0], text
    names = ", ".join(str(source.ref) for source in sources[:8])
    raise UsageError(
        f"{text!r} does not say which table it is of.", hint=f"Write 'table: a -> b'; the tables are {names}."
    )
