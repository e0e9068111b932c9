"""Checking migrations that are plain SQL files, one after another, from their names on the command line to a report."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from dbwright.app.lint import Ask, Linted, Linter
from dbwright.app.own_rules import known_rules
from dbwright.app.select import must_be_options, select_migration_rules
from dbwright.app.settings import Settings
from dbwright.app.sources import open_any
from dbwright.app.suppress import apply_suppressions
from dbwright.catalog.facts import Answer, Facts, Question, Unanswered
from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Budget, Engine, Statement
from dbwright.engines.registry import engine as engine_named
from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS, UsageError
from dbwright.finding import SEVERITIES, Finding, at_or_above, by_harm
from dbwright.readers.source import Source
from dbwright.readers.sql.detect import detect
from dbwright.readers.sql.execute import dialect_of
from dbwright.readers.sql.files import SourceText, is_undo, read_sources
from dbwright.readers.sql.split import split
from dbwright.readers.sql.suppressions import suppressions_in
from dbwright.report.base import Report, RuleInfo, SourceInfo, summarize
from dbwright.rules.base import Rule
from dbwright.rules.migrating import MigrationRule

STANDARD_INPUT = "<stdin>"
WRAPPING_RUNNERS = frozenset(("dbwright", "alembic", "django", "flyway", "golang-migrate", "dbmate"))
"""What runs each migration in one transaction unless it is told not to."""


class LintRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: the files in their order, and the schema before them. What is None or empty comes from the settings.

    schema: a source of the schema before; url: a live database that holds it, for its sizes too. Neither: an empty database.
    parse_only: SQL of the schema before is parsed, not run on a scratch database.
    runner: what will run the files; in_one_transaction: whether it wraps each in one, None for what it does by default.
    """

    files: tuple[str, ...]
    schema: str | None = None
    url: str | None = None
    dialect: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    runner: str = ""
    in_one_transaction: bool | None = None
    observe: bool = True
    parse_only: bool = False
    timeout: float = 10.0
    seconds: float = 60.0


class LintOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """The report on all files, and the exit status that it means."""

    report: Report
    status: int


def lint_files(
    request: LintRequest, settings: Settings | None = None, progress: Callable[[str], None] = lambda sentence: None
) -> LintOutcome:
    """Check files, each against the schema that those before it leave.

    Raises UsageError where a file or the schema is missing, SyntaxFault for text that is no SQL, ConnectionFault where the server
    goes away.
    """
    settings = settings or Settings()
    every = known_rules(settings)
    ignore = (*settings.ignore, *request.ignore)
    rules = select_migration_rules(request.select, ignore, configured=settings.select, known=every)
    must_be_options(settings.rules, every)
    texts = [text for name in request.files for text in read_sources(name)]
    notes: list[str] = []
    with _before(request, settings, texts, notes) as (source, engine, catalog):
        facts, ask = _live(source, request, notes)
        findings: list[Finding] = []
        suppressed, where = 0, ""
        with Linter(catalog, engine, facts=facts, options=settings.rules, observe=request.observe) as linter:
            for text in texts:
                progress(f"Checking {text.path or 'standard input'} …")
                statements = list(split(text.text, dialect_of(engine), text.path or STANDARD_INPUT))
                linted = _lint(linter, text, statements, request, rules, ask)
                where = linted.where or where
                notes += linted.notes
                found, hidden = _unsuppressed(text, statements, linted, engine, settings, rules, every)
                findings += found
                suppressed += hidden
    findings.sort(key=by_harm)
    report = Report(
        writes_fixes=False,
        findings=tuple(findings),
        source=_source_info(request, texts, catalog, facts, where),
        summary=summarize(findings, suppressed=suppressed, rules_run=len(rules), unchecked=tuple(dict.fromkeys(notes))),
        rules={
            each.code: RuleInfo(
                name=each.name, group=each.group, severity=each.severity, title=each.title, page=each.page
            )
            for each in rules
        },
        generated_at=datetime.now(UTC),
    )
    return LintOutcome(report=report, status=_status(findings, request.fail_on or settings.fail_on))


# ---------------------------------------------------------------- the schema before


@contextmanager
def _before(
    request: LintRequest, settings: Settings, texts: Sequence[SourceText], notes: list[str]
) -> Iterator[tuple[Source | None, Engine, Catalog]]:
    """The source of the schema before, the engine and the catalog; without a source an empty database."""
    if request.schema and request.url:
        raise UsageError("The schema before the migration is named twice.", hint="Give --schema or --url, not both.")
    named = request.url or request.schema
    dialect = request.dialect or settings.dialect
    if named is None:
        held = engine_named(dialect) if dialect else engine_named(_told(texts, notes))
        notes.append(
            "The files were checked against an empty database, so nothing is known to be in use: name the schema before them "
            "with --schema or --url."
        )
        yield None, held, Catalog(engine=held.name)
        return
    with open_any(named, dialect=dialect, parse_only=request.parse_only, timeout=request.timeout) as source:
        if request.url and source.kind != "live":
            raise UsageError(f"{source.shown} is no live database.", hint="Name files and models with --schema.")
        notes += source.notes
        yield source, source.engine, source.catalog


def _told(texts: Sequence[SourceText], notes: list[str]) -> str:
    found = detect("\n".join(text.text[:100_000] for text in texts), texts[0].path if len(texts) == 1 else None)
    notes.append(found.sentence)
    return found.dialect


def _live(source: Source | None, request: LintRequest, notes: list[str]) -> tuple[Facts, Ask | None]:
    """The sizes of a live database, and a way to ask its rows; neither for a schema that holds none."""
    if source is None or source.session is None or request.url is None:
        if source is not None:
            notes.append("How many rows the tables hold is not known, because no live database was asked (--url).")
        return Facts(), None
    session, catalog = source.session, source.catalog
    facts = session.measure(catalog)
    notes += facts.notes
    budget = Budget(seconds=request.seconds, seconds_each=min(10.0, request.seconds))

    def ask(questions: Sequence[Question]) -> Mapping[Question, Answer]:
        if not facts.has_rows:
            return {}
        answers = session.answer(catalog, facts, questions, budget)
        why = dict.fromkeys(each.reason for each in answers.values() if isinstance(each, Unanswered))
        notes.extend(f"A question about the rows could not be answered: {reason}" for reason in why)
        return answers

    return facts, ask


# ---------------------------------------------------------------- one file


def _lint(
    linter: Linter,
    text: SourceText,
    statements: Sequence[Statement],
    request: LintRequest,
    rules: Sequence[MigrationRule],
    ask: Ask | None,
) -> Linted:
    wraps = request.in_one_transaction
    return linter.check(
        statements,
        rules=rules,
        runner=request.runner,
        direction="down" if is_undo(Path(text.path or STANDARD_INPUT)) else "up",
        in_one_transaction=request.runner in WRAPPING_RUNNERS if wraps is None else wraps,
        ask=ask,
    )


def _unsuppressed(
    text: SourceText,
    statements: Sequence[Statement],
    linted: Linted,
    engine: Engine,
    settings: Settings,
    rules: Sequence[MigrationRule],
    every: Sequence[Rule],
) -> tuple[tuple[Finding, ...], int]:
    written = suppressions_in(text.text, text.path or STANDARD_INPUT, statements, dialect_of(engine))
    left = apply_suppressions(linted.findings, written, settings, rules, every)
    return left.findings, left.suppressed


# ---------------------------------------------------------------- the report


def _source_info(
    request: LintRequest, texts: Sequence[SourceText], catalog: Catalog, facts: Facts, where: str
) -> SourceInfo:
    shown = ", ".join(request.files[:3]) + (f" and {len(request.files) - 3} more" if len(request.files) > 3 else "")
    files = "1 migration was" if len(texts) == 1 else f"{len(texts)} migrations were"
    return SourceInfo(
        shown=shown,
        kind="sql",
        engine=catalog.engine,
        version=".".join(str(number) for number in catalog.version),
        how=f"{files} run on a scratch database ({where})" if where else f"{files} read, not run",
        tables=len(catalog.tables),
        columns=sum(len(table.columns) for table in catalog.tables),
        rows=sum(stats.rows for stats in facts.tables.values()) if facts.has_rows else None,
        rows_exact=all(stats.exact for stats in facts.tables.values()),
    )


def _status(findings: Sequence[Finding], fail_on: str) -> int:
    if fail_on == "never":
        return EXIT_CLEAN
    threshold = next(severity for severity in SEVERITIES if severity == fail_on)
    return EXIT_FINDINGS if any(at_or_above(each.severity, threshold) for each in findings) else EXIT_CLEAN
