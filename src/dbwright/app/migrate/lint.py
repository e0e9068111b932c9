"""Checking revisions with the rules on migrations, each against the schema that the ones before it make."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from dbwright.app.bookkeeping import without_bookkeeping
from dbwright.app.lint import Linter
from dbwright.app.migrate.project import Project
from dbwright.app.migrate.up import version_named
from dbwright.app.own_rules import known_rules
from dbwright.app.select import select_migration_rules
from dbwright.app.settings import Settings
from dbwright.app.suppress import apply_suppressions
from dbwright.catalog.facts import Facts
from dbwright.catalog.objects import Catalog
from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS
from dbwright.finding import SEVERITIES, Finding, at_or_above, by_harm
from dbwright.migrate.replay import replaying
from dbwright.migrate.revision import Revision
from dbwright.migrate.script import script_of
from dbwright.migrate.standing import standings
from dbwright.readers.sql.execute import dialect_of
from dbwright.readers.sql.suppressions import suppressions_in
from dbwright.report.base import Report, RuleInfo, SourceInfo, summarize


class LintedFolder(msgspec.Struct, frozen=True, kw_only=True):
    """The report on all revisions that were checked, and the exit status that it means."""

    report: Report
    status: int


def lint(
    project: Project,
    settings: Settings,
    *,
    since: str | None = None,
    last: int | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    fail_on: str | None = None,
    progress: Callable[[str], None] = lambda sentence: None,
) -> LintedFolder:
    """Check the revisions of a folder.

    With a database, those that are pending there, with its sizes and its schema; otherwise all, or those after `since`, or the
    `last` ones, against the schema that the folder makes.
    """
    every = known_rules(settings)
    rules = select_migration_rules(select, (*settings.ignore, *ignore), configured=settings.select, known=every)
    revisions = [each for each in project.folder.revisions if not each.seed]
    facts, notes, catalog = Facts(), list(project.notes), None
    if project.url is not None:
        with project.connect() as (session, history):
            whole = session.inspect().catalog
            facts = session.measure(whole)
            catalog = without_bookkeeping(whole, history.parts[-1])
            waiting = {
                each.version for each in standings(project.folder, project.entries(session, history)) if each.is_pending
            }
        before: list[Revision] = []
        wanted = [each for each in revisions if each.version in waiting]
    else:
        before, wanted = _parted(project, revisions, since, last)
    start = catalog if catalog is not None else _start(project, before, notes)
    findings: list[Finding] = []
    suppressed = 0
    where = ""
    with Linter(start, project.engine, facts=facts, options=settings.rules) as linter:
        for revision in wanted:
            progress(f"Checking {revision.title} …")
            if revision.up is None:
                notes.append(f"{revision.title} was not checked: its statements cannot be told without running it.")
                continue
            script = script_of(revision, "up", project.engine, start)
            linted = linter.check(
                script.statements,
                rules=rules,
                runner=project.folder.kind,
                has_down=None if revision.irreversible else revision.down is not None,
                in_one_transaction=script.whole,
            )
            start, where = linted.end, linted.where or where
            notes += linted.notes
            comments = suppressions_in(revision.up, revision.up_path, script.statements, dialect_of(project.engine))
            left = apply_suppressions(linted.findings, comments, settings, rules, every)
            findings += left.findings
            suppressed += left.suppressed
    return LintedFolder(
        report=Report(
            writes_fixes=False,
            findings=tuple(sorted(findings, key=by_harm)),
            source=SourceInfo(
                shown=str(project.path),
                kind="sql",
                engine=project.engine.name,
                version=".".join(str(number) for number in start.version),
                how=f"{len(wanted)} {project.folder.kind} migrations run on a scratch database ({where})"
                if where
                else "read, not run",
                tables=len(start.tables),
                columns=sum(len(table.columns) for table in start.tables),
            ),
            summary=summarize(
                findings, suppressed=suppressed, rules_run=len(rules), unchecked=tuple(dict.fromkeys(notes))
            ),
            rules={
                each.code: RuleInfo(
                    name=each.name, group=each.group, severity=each.severity, title=each.title, page=each.page
                )
                for each in rules
            },
            generated_at=datetime.now(UTC),
        ),
        status=_status(findings, fail_on or settings.fail_on),
    )


def _parted(
    project: Project, revisions: Sequence[Revision], since: str | None, last: int | None
) -> tuple[list[Revision], list[Revision]]:
    """The revisions that are only run, and those that are checked."""
    first = 0
    if since is not None:
        version = version_named(project, since)
        first = next(place for place, each in enumerate(revisions, 1) if each.version == version)
    elif last is not None:
        first = max(len(revisions) - last, 0)
    return list(revisions[:first]), list(revisions[first:])


def _start(project: Project, before: Sequence[Revision], notes: list[str]) -> Catalog:
    if not before:
        return Catalog(engine=project.engine.name)
    with replaying(project.engine) as there:
        for revision in before:
            there.run(revision)
        notes += dict.fromkeys(there.notes)
        return there.catalog()


def _status(findings: Sequence[Finding], fail_on: str) -> int:
    if fail_on == "never":
        return EXIT_CLEAN
    threshold = next(severity for severity in SEVERITIES if severity == fail_on)
    return EXIT_FINDINGS if any(at_or_above(each.severity, threshold) for each in findings) else EXIT_CLEAN
