"""The SQL of many fixes at once, tried on a scratch database before it is shown."""

from collections.abc import Callable, Sequence

import msgspec

from dbwright.app.review import Outcome
from dbwright.catalog.codec import digest
from dbwright.catalog.objects import Catalog
from dbwright.change.compare import compare
from dbwright.change.operations import Operation
from dbwright.engines.base import Engine, Statement
from dbwright.errors import DbwrightError
from dbwright.finding import Finding


class Chosen(msgspec.Struct, frozen=True):
    """The operations of the fixes that fit together, the findings they mend, and those left out with the reason."""

    operations: tuple[Operation, ...]
    mended: tuple[Finding, ...]
    left_out: tuple[tuple[Finding, str], ...]


def choose_fixes(findings: Sequence[Finding], catalog: Catalog, *, unsafe: bool = False) -> Chosen:
    """Take each fix that is safe enough and still applies after those before it; the same operation is taken once."""
    operations: list[Operation] = []
    mended: list[Finding] = []
    left_out: list[tuple[Finding, str]] = []
    for finding in findings:
        fix = finding.fix
        if fix is None:
            left_out.append((finding, "it has no fix that can be written as SQL"))
        elif fix.safety == "display" or not fix.operations:
            left_out.append((finding, "its fix needs a decision"))
        elif fix.safety == "unsafe" and not unsafe:
            left_out.append((finding, "its fix may change behaviour (add --unsafe-fixes)"))
        else:
            new = [operation for operation in fix.operations if operation not in operations]
            try:
                for operation in new:
                    catalog = operation.apply(catalog)
            except DbwrightError as error:
                left_out.append((finding, f"another fix stands against it: {error.message.rstrip('.')}"))
                continue
            operations += new
            mended.append(finding)
    return Chosen(tuple(operations), tuple(mended), tuple(left_out))


def write_fixes(
    outcome: Outcome, *, unsafe: bool = False, progress: Callable[[str], None] = lambda sentence: None
) -> str:
    """One SQL script with all fixes, headed by what it mends, what it leaves, and whether it ran on a scratch database."""
    chosen = choose_fixes(outcome.report.findings, outcome.catalog, unsafe=unsafe)
    statements = outcome.engine.render(chosen.operations, outcome.catalog) if chosen.operations else []
    progress("Trying the fixes on a scratch database …")
    lines = [f"-- Fixes for {outcome.report.source.shown}, written by dbwright review --fix."]
    lines += [f"-- {prove(chosen.operations, statements, outcome.catalog, outcome.engine)}"] if statements else []
    lines += [f"-- Mends {_line(finding)}: {finding.fix.title}" for finding in chosen.mended if finding.fix]
    lines += [f"-- Leaves {_line(finding)}: {reason}." for finding, reason in chosen.left_out]
    script = outcome.engine.script(statements) if statements else "-- There is nothing to run."
    return "\n".join(lines) + "\n\n" + script


def prove(operations: Sequence[Operation], statements: Sequence[str], catalog: Catalog, engine: Engine) -> str:
    """Run the statements on a scratch database that holds the schema, read it back, and say in a sentence how it went."""
    try:
        with engine.scratch() as scratch, scratch.open() as session:
            session.execute(Statement(text=text) for text in engine.emit(catalog))
            held = session.inspect().catalog
            session.execute(Statement(text=text) for text in statements)
            after = session.inspect().catalog
            origin = scratch.origin
    except DbwrightError as error:
        return f"NOT PROVED: they could not be run on a scratch database. {_one_line(error.message)}"
    if digest(held) != digest(catalog):
        return f"Ran without error on a scratch database ({origin}), which could not hold exactly this schema."
    wanted = catalog
    for operation in operations:
        wanted = operation.apply(wanted)
    unexpected = compare(wanted, after)
    if unexpected:
        which = ", ".join(sorted({str(each.target) for each in unexpected})[:5])
        return f"Ran without error on a scratch database ({origin}), which writes some of it in its own way: {_one_line(which)}."
    return f"Proved: ran on a scratch database ({origin}) holding this schema without its rows, and changed what it should."


def _line(finding: Finding) -> str:
    return f"{finding.code} {finding.rule} at {_one_line(str(finding.target))}"


def _one_line(text: str) -> str:
    """Names and messages may hold line breaks, which would leave the comment."""
    return " ".join(text.split())
