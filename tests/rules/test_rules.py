"""Every rule on real databases: it finds what its cases say and nothing else, and its fixes mend what it found."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dbwright.app.review import review_session
from dbwright.catalog.facts import Facts
from dbwright.catalog.names import Ref
from dbwright.change.operations import RenameColumn, RenamePart, RenameTable
from dbwright.engines.base import Engine, Session, Statement
from dbwright.engines.registry import engine
from dbwright.finding import Finding
from dbwright.readers.sql.split import split
from dbwright.rules.base import Rule, all_rules, rule
from dbwright.rules.migrating import MigrationRule
from tests.rules.cases import HERE, Case, page_cases, read
from tests.support.scratches import scratch_of

RULES = tuple(each for each in all_rules() if each.group != "suppressions" and not isinstance(each, MigrationRule))
"""Rules on suppressions need suppressions, not databases: tests/scenarios/test_review.py has their cases.
Those on migrations have test_migration_rules.py."""
HEADINGS = ("## Why", "## Bad", "## Good", "## Fix")


def _parameters(cases: list[Case]) -> list[Any]:
    return [pytest.param(case, id=case.name, marks=getattr(pytest.mark, case.engine)) for case in cases]


def _all_cases() -> list[Case]:
    return [case for each in RULES if (HERE / f"{each.code}.md").exists() for case in read(each)]


@contextmanager
def _database(case: Case) -> Iterator[tuple[Engine, Session]]:
    """A scratch database that holds what the case's SQL makes."""
    with scratch_of(case.engine) as scratch, scratch.open() as session:
        session.execute(split(case.sql, case.engine))
        yield engine(case.engine), session


def _review(
    chosen: Engine, session: Session, rules: tuple[Rule, ...], overlay: Callable[[Facts], Facts] | None = None
) -> tuple[Finding, ...]:
    catalog = session.inspect().catalog
    return review_session(session, chosen, catalog, rules=rules, facts_overlay=overlay)


def _overlay(case: Case) -> Callable[[Facts], Facts]:
    overlay: Callable[[Facts], Facts] = case.overlay("public" if case.engine == "postgres" else "")
    return overlay


def _line(finding: Finding) -> str:
    path = finding.target.path[1:] or finding.target.path
    return f"{finding.severity} {finding.target.kind} {'.'.join(path)}".rstrip()


def _identity(finding: Finding) -> tuple[str, Ref]:
    return finding.code, finding.target


def _renamed(ref: Ref, operations: Iterable[Any]) -> Ref:
    """What an object is called after a fix's renamings."""
    for operation in operations:
        if isinstance(operation, RenameTable) and ref.path[:2] == operation.target.path:
            ref = Ref(ref.kind, (*operation.to, *ref.path[2:]))
        elif isinstance(operation, RenameColumn | RenamePart) and ref == operation.target:
            ref = ref.table.child(ref.kind, operation.to)
    return ref


def _row_counts(chosen: Engine, session: Session) -> dict[Ref, object]:
    counts: dict[Ref, object] = {}
    for table in session.inspect().catalog.tables:
        path = ".".join(chosen.quote(part) for part in (table.namespace, table.name) if part)
        counts[table.ref] = session.query(f"SELECT count(*) FROM {path}")[0][0]
    return counts


@pytest.mark.parametrize("case", _parameters(_all_cases()))
def test_a_rule_finds_what_its_case_says(case: Case) -> None:
    with _database(case) as (chosen, session):
        findings = _review(chosen, session, (rule(case.code),), _overlay(case))
    assert sorted(map(_line, findings)) == sorted(case.expected), [finding.message for finding in findings]
    for finding in findings:
        assert finding.message.endswith((".", "?"))
        assert finding.evidence, "a finding shows what it rests on"
        assert finding.help
        assert finding.fix is None or finding.fix.safety == "display" or finding.fix.sql, "a fix can be written as SQL"


@pytest.mark.parametrize("case", _parameters([case for case in _all_cases() if case.bad]))
def test_a_fix_mends_its_finding_and_breaks_nothing(case: Case) -> None:
    with _database(case) as (chosen, session):
        fixable = [
            _identity(finding)
            for finding in _review(chosen, session, (rule(case.code),), _overlay(case))
            if finding.fix and finding.fix.safety != "display" and finding.fix.sql
        ]
    for identity in fixable:
        with _database(case) as (chosen, session):
            _mend(case, chosen, session, identity)


def _mend(case: Case, chosen: Engine, session: Session, identity: tuple[str, Ref]) -> None:
    overlay = _overlay(case)
    before = _review(chosen, session, all_rules(), overlay)
    finding = next(each for each in before if _identity(each) == identity)
    assert finding.fix is not None
    operations = finding.fix.operations
    rows = {_renamed(ref, operations): number for ref, number in _row_counts(chosen, session).items()}
    session.execute([Statement(text=sql) for sql in finding.fix.sql])
    after = _review(chosen, session, all_rules(), None if case.until_mended else overlay)
    assert identity not in set(map(_identity, after)), f"still there after {finding.fix.sql}"
    known = {(each.code, _renamed(each.target, operations)) for each in before}
    new = [each for each in after if _identity(each) not in known]
    assert not new, f"{finding.fix.sql} brought {[(each.code, each.message) for each in new]}"
    assert _row_counts(chosen, session) == rows


@pytest.mark.parametrize("case", _parameters([case for each in RULES for case in page_cases(each)]))
def test_a_page_shows_what_the_rule_does(case: Case) -> None:
    """The bad example is found, where definitions alone tell; the good one never is."""
    with _database(case) as (chosen, session):
        findings = _review(chosen, session, (rule(case.code),))
    if not case.bad:
        assert not findings, [finding.message for finding in findings]
    elif rule(case.code).needs == "catalog":
        assert findings


@pytest.mark.parametrize("each", RULES, ids=lambda each: each.code)
def test_every_rule_has_a_page_and_cases_for_its_engines(each: Rule) -> None:
    for heading in HEADINGS:
        assert f"\n{heading}\n" in each.page, heading
    assert each.title.endswith(".")
    assert (HERE / f"{each.code}.md").exists(), "a rule has a file of cases"
    for engine_name in each.engines:
        cases = [case for case in read(each) if case.engine == engine_name]
        assert {case.bad for case in cases} == {True, False}, f"{engine_name} needs a bad and a good case"


def test_codes_and_names_are_unique() -> None:
    codes = [each.code for each in all_rules()]
    names = [each.name for each in all_rules()]
    assert len(set(codes)) == len(codes)
    assert len(set(names)) == len(names)
    assert {path.stem for path in HERE.glob("*.md")} <= set(codes)
