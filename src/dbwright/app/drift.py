"""Drift: a database that is no longer what its description says, told as findings, for CI and cron."""

from collections.abc import Sequence
from datetime import UTC, datetime

from dbwright.app.diff import DiffResult, diff_sources
from dbwright.change.compare import Difference, only_order
from dbwright.finding import Evidence, Finding, Fix
from dbwright.report.base import Report, RuleInfo, SourceInfo, summarize

_CODE, _NAME = "X001", "drift"
_PAGE = """The database and the description of its schema differ.

## Why
Someone changed the database by hand, or a migration was not applied. The next migration then fails or does something else
than it was tested for, and nobody can make the same database again.
"""
_SAYS = {
    "added": "is in the database, but not in {wanted}.",
    "removed": "is in {wanted}, but not in the database.",
    "changed": "is otherwise in the database than in {wanted}",
}


def drift(
    live: str,
    wanted: str,
    *,
    renames: Sequence[str] = (),
    dialect: str | None = None,
    namespaces: Sequence[str] = (),
    timeout: float = 10.0,
) -> Report:
    """What differs in a live database from what it should be.

    Raises what `open_pair` raises.
    """
    found = diff_sources(
        wanted, live, renames=renames, dialect=dialect, namespaces=namespaces, timeout=timeout, with_sql=False
    )
    findings = tuple(_finding(each, found) for each in found.differences)
    return Report(
        findings=findings,
        source=SourceInfo(
            shown=found.new,
            kind="live",
            engine=found.product,
            how=f"compared with {found.old}",
            tables=found.tables,
            columns=found.columns,
            notes=found.notes,
        ),
        summary=summarize(findings, rules_run=1),
        rules={
            _CODE: RuleInfo(name=_NAME, group="drift", title="The database and its description differ.", page=_PAGE)
        },
        generated_at=datetime.now(UTC),
    )


def _finding(difference: Difference, found: DiffResult) -> Finding:
    what = _SAYS[difference.change].format(wanted=found.old)
    kind = difference.target.kind.replace("_", " ")
    fields = [
        f"{each.field.replace('_', ' ')}: {each.old or 'none'} → {each.new or 'none'}" for each in difference.fields
    ]
    return Finding(
        code=_CODE,
        rule=_NAME,
        severity="note" if only_order(difference) else "warning",
        target=difference.target,
        message=f"The {kind} {difference.target} {what}" + (f": {'; '.join(fields)}." if fields else ""),
        evidence=(Evidence("Read from the database's own catalog.", basis="catalog"),),
        help="If the change is meant, put it into the description; if not, take it back.",
        fix=Fix(title="See the plan that leads back with: dbwright plan", safety="display"),
    )
