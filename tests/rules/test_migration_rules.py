"""Every rule on migrations, replayed on real databases. `migration_cases.py` tells how the cases are written.

A rule finds what its cases say and nothing else. A fix that has statements and is safe or unsafe takes the place of the
statement that it is for: it must run, end in the same schema, and be without this finding.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
import pytest

from dbwright.app.lint import Linted, lint_script
from dbwright.catalog.objects import Catalog
from dbwright.change.compare import compare
from dbwright.engines.base import Statement
from dbwright.engines.registry import engine
from dbwright.finding import Finding
from dbwright.readers.sql.split import Dialect, split
from dbwright.rules.base import all_rules, rule
from dbwright.rules.migrating import MigrationRule
from tests.rules.migration_cases import HERE, MigrationCase, page_cases, read
from tests.support.scratches import scratch_of

RULES = tuple(each for each in all_rules() if isinstance(each, MigrationRule))
HEADINGS = ("## Why", "## Bad", "## Good", "## Fix")
PATH = "migration.sql"


def _parameters(cases: list[MigrationCase]) -> list[Any]:
    return [pytest.param(case, id=case.name, marks=getattr(pytest.mark, case.engine)) for case in cases]


def _all_cases() -> list[MigrationCase]:
    return [case for each in RULES if (HERE / f"{each.code}.md").exists() for case in read(each)]


def _before(case: MigrationCase) -> Catalog:
    """The schema before the migration, as the engine itself prints it."""
    return _made(case.before, case.engine)


@cache
def _made(script: str, dialect: Dialect) -> Catalog:
    with scratch_of(dialect) as scratch, scratch.open() as session:
        session.execute(split(script, dialect))
        return session.inspect().catalog


def _lint(case: MigrationCase, before: Catalog, statements: Sequence[Statement]) -> Linted:
    chosen = rule(case.code)
    assert isinstance(chosen, MigrationRule)
    return lint_script(
        statements,
        msgspec.structs.replace(before, engine=case.flavour or before.engine),
        engine(case.engine),
        rules=(chosen,),
        facts=case.facts,
        version=case.version or before.version,
        runner=case.runner,
        direction="down" if case.direction == "down" else "up",
        has_down=case.has_down,
        in_one_transaction=case.in_one_transaction,
    )


def _written(case: MigrationCase) -> list[Statement]:
    return list(split(case.migration, case.engine, PATH))


def _line(finding: Finding) -> str:
    path = finding.target.path[1:] or finding.target.path
    return f"{finding.severity} {finding.target.kind} {'.'.join(path)}".strip()


def _failures(linted: Linted) -> list[tuple[str, str]]:
    return [(moment.deed.text, moment.deed.failed) for moment in linted.migration.moments if moment.deed.failed]


@pytest.mark.parametrize("case", _parameters(_all_cases()))
def test_a_rule_finds_what_its_case_says(case: MigrationCase) -> None:
    linted = _lint(case, _before(case), _written(case))
    assert linted.migration.observed, linted.notes
    found = [finding.message for finding in linted.findings]
    assert sorted(map(_line, linted.findings)) == sorted(case.expected), (found, _failures(linted), linted.notes)
    for finding in linted.findings:
        assert finding.message.endswith((".", "?"))
        assert finding.help or finding.fix, "a finding tells the way out"
        assert finding.location, "a finding says where it is written"
        assert finding.fix is None or finding.fix.safety == "display" or finding.fix.sql, "a fix can be written as SQL"


@pytest.mark.parametrize("case", _parameters([case for case in _all_cases() if case.bad]))
def test_a_fix_leads_to_the_same_schema_without_the_finding(case: MigrationCase) -> None:
    before = _before(case)
    statements = _written(case)
    linted = _lint(case, before, statements)
    for finding in linted.findings:
        if finding.fix and finding.fix.safety != "display" and finding.fix.sql:
            assert finding.location is not None
            place = (finding.location.line, finding.location.column)
            at = next(number for number, each in enumerate(statements) if (each.line, each.column) == place)
            instead = [Statement(text=sql, path=PATH, line=1000 + number) for number, sql in enumerate(finding.fix.sql)]
            _must_be_as_good(case, before, linted, [*statements[:at], *instead, *statements[at + 1 :]], finding)


@pytest.mark.parametrize("case", _parameters([case for case in _all_cases() if case.safe is not None]))
def test_the_safe_way_leads_to_the_same_schema_without_findings(case: MigrationCase) -> None:
    before = _before(case)
    linted = _lint(case, before, _written(case))
    _must_be_as_good(case, before, linted, list(split(case.safe or "", case.engine, PATH)), None)


def _must_be_as_good(
    case: MigrationCase, before: Catalog, bad: Linted, statements: Sequence[Statement], finding: Finding | None
) -> None:
    """The statements run, end where the bad ones end, and are without the finding; without any where none is named."""
    mended = _lint(case, before, statements)
    shown = [each.text for each in statements]
    assert not _failures(mended), shown
    assert not compare(bad.migration.end, mended.migration.end), shown
    if finding is None:
        assert not mended.findings, (shown, [each.message for each in mended.findings])
        return
    left, before_it = (
        [each for each in linted.findings if (each.code, each.target) == (finding.code, finding.target)]
        for linted in (mended, bad)
    )
    assert len(left) < len(before_it), (shown, [each.message for each in left])


@pytest.mark.parametrize("case", _parameters([case for each in RULES for case in page_cases(each)]))
def test_a_page_shows_what_the_rule_does(case: MigrationCase) -> None:
    linted = _lint(case, _before(case), _written(case))
    assert bool(linted.findings) == case.bad, ([finding.message for finding in linted.findings], _failures(linted))


@pytest.mark.parametrize("each", RULES, ids=lambda each: each.code)
def test_every_rule_has_a_page_and_cases_for_its_engines(each: MigrationRule) -> None:
    for heading in HEADINGS:
        assert f"\n{heading}\n" in each.page, heading
    assert each.title.endswith(".")
    assert each.code.startswith("M")
    assert (HERE / f"{each.code}.md").exists(), "a rule has a file of cases"
    for engine_name in each.engines:
        cases = [case for case in read(each) if case.engine == engine_name]
        assert {case.bad for case in cases} == {True, False}, f"{engine_name} needs a bad and a good case"
