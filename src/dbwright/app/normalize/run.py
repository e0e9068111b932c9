"""The use case behind `dbwright normalize SOURCE`: a proposal for each table, proved, and written as migrations where wanted."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from dbwright.app.dependencies.decisions import DEFAULT_FILE, read_entries, resolved
from dbwright.app.dependencies.options import Options, Say, silent
from dbwright.app.normalize.propose import YES_ABOVE, Normalised, Wanted, normalised, opened
from dbwright.catalog.objects import Catalog
from dbwright.change.plan import Proof
from dbwright.engines.base import Engine
from dbwright.errors import EXIT_CLEAN, EXIT_FAILURE, EXIT_FINDINGS, DbwrightError, UsageError
from dbwright.normalize.design.propose import Surrogates
from dbwright.normalize.theory.relation import Form

if TYPE_CHECKING:
    from dbwright.tables.base import RowSource


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. memory: bytes. decisions: the file of decisions; None for the usual one. engine: what the new tables are
    made in; None for the source's own, PostgreSQL for files. header, null, separator, encoding: of text files. folder: where the
    migration is written; None for nowhere."""

    source: str
    tables: tuple[str, ...] = ()
    to: Form = "3NF"
    yes_above: float = YES_ABOVE
    decisions: str | None = None
    engine: str | None = None
    surrogates: Surrogates = "auto"
    unfold: bool = True
    max_left: int | None = 2
    seconds: float | None = 120.0
    memory: int | None = None
    timeout: float = 10.0
    header: bool | None = None
    null: tuple[str, ...] = ("",)
    separator: str | None = None
    encoding: str | None = None
    folder: str | None = None
    prove: bool = True


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """The proposal of one table. origin: where its rows are. sql: the statements that make its parts in an empty database.

    proof: of the migration, on a scratch database; None where none was made. written: its files. refused: why there is none.
    """

    normalised: Normalised
    origin: str
    sql: tuple[str, ...] = ()
    proof: Proof | None = None
    written: tuple[str, ...] = ()
    refused: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to. said: sentences for the person beside the report."""

    made: tuple[Made, ...] = ()
    engine: str = "postgres"
    said: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """0 where every table is in the form already, 1 with proposals, 2 where a proof failed or a migration was refused."""
        if any(each.refused or (each.proof is not None and each.proof.failed) for each in self.made):
            return EXIT_FAILURE
        return EXIT_FINDINGS if any(len(each.normalised.proposal.parts) > 1 for each in self.made) else EXIT_CLEAN


def run(request: Request, say: Say = silent) -> Outcome:
    """Propose for each table of a source. Raises UsageError, and what opening and reading the source raises."""
    from dbwright.mining.allowance import Allowance, for_arrays

    if request.decisions and not Path(request.decisions).is_file():
        raise UsageError(f"There is no file of decisions {request.decisions}.")
    entries = read_entries(request.decisions or DEFAULT_FILE)
    allowance = Allowance(request.seconds, for_arrays(request.memory))
    said: list[str] = []
    made: list[Made] = []
    with opened(
        request.source,
        request.tables,
        engine=request.engine,
        timeout=request.timeout,
        seconds=request.seconds,
        memory=request.memory,
        header=request.header,
        null=request.null,
        separator=request.separator,
        encoding=request.encoding,
    ) as (sources, engine, keep, around):
        if request.folder and not keep:
            raise UsageError(
                f"--write makes the migration of a live database, and {request.source} is none that could be migrated.",
                hint="Write the statements that make the tables: --format sql --output FILE.",
            )
        for at, source in enumerate(sources):
            left = allowance.left()
            if left is not None and left <= 0:
                said.append(f"{source.ref} was not looked at: the time was over.")
                continue
            if not source.table.columns:
                said.append(f"{source.ref} has no columns.")
                continue
            decisions, problems = resolved(entries, source.table)
            said += problems
            wanted = Wanted(
                to=request.to,
                yes_above=request.yes_above,
                decisions=tuple(decisions),
                surrogates=request.surrogates,
                unfold=request.unfold,
                options=Options(max_left=request.max_left, kinds=_kinds(request.to)),
            )
            found = normalised(
                source, engine, wanted, allowance.part(1 / (len(sources) - at)), surroundings=around, keep=keep, say=say
            )
            made.append(_made(found, source, engine, request, say))
        return Outcome(made=tuple(made), engine=engine.name, said=tuple(said))


def _kinds(to: Form) -> tuple[str, ...]:
    """The kinds of dependencies that a form asks for."""
    by_form = {"4NF": ("multivalued",), "5NF": ("multivalued", "join")}
    return ("unique", "functional", "approximate", *by_form.get(to, ()))


def _made(found: Normalised, source: "RowSource", engine: Engine, request: Request, say: Say) -> Made:
    proposal = found.proposal
    tables = tuple(part.table for part in proposal.parts)
    made = Made(
        normalised=found, origin=source.origin, sql=tuple(engine.emit(Catalog(engine=engine.name, tables=tables)))
    )
    if request.folder is None or len(tables) == 1:
        return made
    from dbwright.app.normalize.migration import plan_split, write
    from dbwright.app.normalize.prove import prove
    from dbwright.app.normalize.scratch_rows import rows_of

    if proposal.conflicts:
        count = sum(each.rows for each in proposal.conflicts)
        return msgspec.structs.replace(
            made,
            refused=f"{count:,} rows of {proposal.source} are against what the split stands on; settle them first.",
        )
    database = source.database  # type: ignore[attr-defined]  # a live table: files were refused above
    try:
        split, drafts = plan_split(proposal, database.catalog, engine)
    except DbwrightError as error:
        return msgspec.structs.replace(made, refused=error.message)
    proof = None
    if request.prove:
        fill = rows_of(source.ref, database.session, database.catalog, engine)
        proof = prove(split, drafts, database.catalog, engine, fill, progress=say)
        if proof.failed:
            return msgspec.structs.replace(made, proof=proof)
    files = write(drafts, Path(request.folder))
    return msgspec.structs.replace(made, proof=proof, written=tuple(str(path) for path in files))
