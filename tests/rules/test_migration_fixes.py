"""The ways out that findings on migrations only show are statements too: each runs on the schema that it was written for."""

import re

import pytest

from dbwright.app.lint import Linted, lint_script
from dbwright.engines.base import Session, Statement
from dbwright.engines.registry import engine
from dbwright.readers.sql.split import Dialect, split
from dbwright.rules.base import all_rules, rule
from dbwright.rules.migrating import MigrationRule
from tests.rules.migration_cases import HERE, MigrationCase, read
from tests.support.scratches import scratch_of

RULES = tuple(each for each in all_rules() if isinstance(each, MigrationRule))
_STATEMENT = re.compile(
    r"\A(?:\s*--[^\n]*\n)*\s*(?:ALTER|CREATE|DROP|UPDATE|SELECT|DELETE|TRUNCATE|PRAGMA|SET|REINDEX)\b", re.IGNORECASE
)
_TO_BE_FILLED_IN = re.compile(r"/\*|…|<\w+>")
"""What a person has to say first."""
_OF_SEVERAL_STATEMENTS = ("M024", "M088")
"""Their fix is one statement in place of several."""


def _cases() -> list[MigrationCase]:
    return [
        case
        for each in RULES
        if each.code not in _OF_SEVERAL_STATEMENTS and (HERE / f"{each.code}.md").exists()
        for case in read(each)
        if case.bad
    ]


def _lint(case: MigrationCase, session: Session) -> Linted:
    chosen = rule(case.code)
    assert isinstance(chosen, MigrationRule)
    return lint_script(
        list(split(case.migration, case.engine, "migration.sql")),
        session.inspect().catalog,
        engine(case.engine),
        rules=(chosen,),
        facts=case.facts,
        runner=case.runner,
        direction="down" if case.direction == "down" else "up",
        in_one_transaction=case.in_one_transaction,
    )


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case.name, marks=getattr(pytest.mark, case.engine)) for case in _cases()]
)
def test_what_a_fix_shows_can_be_run(case: MigrationCase) -> None:
    with scratch_of(case.engine) as scratch, scratch.open() as session:
        session.execute(split(case.before, case.engine))
        findings = _lint(case, session).findings
    for finding in findings:
        fix = finding.fix
        if fix is None or fix.safety != "display" or not all(_is_runnable(sql) for sql in fix.sql):
            continue
        assert finding.location is not None
        place = finding.location.line
        earlier = [each for each in split(case.migration, case.engine) if each.line < place]
        with scratch_of(case.engine) as scratch, scratch.open() as session:
            session.execute(split(case.before, case.engine))
            session.execute(earlier)
            session.execute([each for sql in fix.sql for each in split(sql, case.engine)])


def _is_runnable(sql: str) -> bool:
    return _STATEMENT.match(sql) is not None and _TO_BE_FILLED_IN.search(sql) is None


ENGINES = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("postgres", "mysql", "sqlite")]


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("table", ["orders", "Or ders", "select"])
def test_both_versions_of_the_application_work_while_a_column_has_two_names(name: Dialect, table: str) -> None:
    """What M054 gives: rows written under either name are read under both, and nothing is lost at the end."""
    quoted = engine(name).quote(table)
    before = f"CREATE TABLE {quoted} (id integer PRIMARY KEY, total integer)"
    chosen = rule("M054")
    assert isinstance(chosen, MigrationRule)
    with scratch_of(name) as scratch, scratch.open() as session:
        session.execute([Statement(text=before)])
        session.execute([Statement(text=f"INSERT INTO {quoted} (id, total) VALUES (1, 10), (2, NULL)")])
        rename = Statement(text=f"ALTER TABLE {quoted} RENAME COLUMN total TO amount", path="m.sql")
        [finding] = lint_script([rename], session.inspect().catalog, engine(name), rules=(chosen,)).findings
        assert finding.fix is not None
        steps = [Statement(text=sql) for sql in finding.fix.sql]
        contraction = next(place for place, step in enumerate(steps) if step.text.startswith("-- 2."))
        session.execute(steps[:contraction])
        for sql in (
            f"INSERT INTO {quoted} (id, total) VALUES (3, 30)",
            f"INSERT INTO {quoted} (id, amount) VALUES (4, 40)",
            f"INSERT INTO {quoted} (id, total) VALUES (5, 1), (6, 1)",
            f"UPDATE {quoted} SET total = 50 WHERE id = 5",
            f"UPDATE {quoted} SET amount = 60 WHERE id = 6",
            f"INSERT INTO {quoted} (id, total) VALUES (7, 1), (8, 1)",
            f"UPDATE {quoted} SET total = NULL WHERE id = 7",
            f"UPDATE {quoted} SET amount = NULL WHERE id = 8",
        ):
            session.execute([Statement(text=sql)])
        expected: list[tuple[object, ...]] = [
            (1, 10),
            (2, None),
            (3, 30),
            (4, 40),
            (5, 50),
            (6, 60),
            (7, None),
            (8, None),
        ]
        assert session.query(f"SELECT id, total FROM {quoted} ORDER BY id") == expected
        assert session.query(f"SELECT id, amount FROM {quoted} ORDER BY id") == expected
        session.execute(steps[contraction:])
        assert session.query(f"SELECT * FROM {quoted} ORDER BY id") == expected


@pytest.mark.parametrize("name", ENGINES)
def test_the_default_of_the_old_name_does_not_win_over_a_value_for_the_new_one(name: Dialect) -> None:
    chosen = rule("M054")
    assert isinstance(chosen, MigrationRule)
    with scratch_of(name) as scratch, scratch.open() as session:
        session.execute(
            [Statement(text="CREATE TABLE orders (id integer PRIMARY KEY, total integer NOT NULL DEFAULT 3)")]
        )
        rename = Statement(text="ALTER TABLE orders RENAME COLUMN total TO amount", path="m.sql")
        [finding] = lint_script([rename], session.inspect().catalog, engine(name), rules=(chosen,)).findings
        assert finding.fix is not None
        contraction = next(place for place, sql in enumerate(finding.fix.sql) if sql.startswith("-- 2."))
        session.execute([Statement(text=sql) for sql in finding.fix.sql[:contraction]])
        for sql in ("INSERT INTO orders (id, amount) VALUES (1, 9)", "INSERT INTO orders (id) VALUES (2)"):
            session.execute([Statement(text=sql)])
        assert session.query("SELECT id, total, amount FROM orders ORDER BY id") == [(1, 9, 9), (2, 3, 3)]


@pytest.mark.mysql
def test_a_repeated_definition_keeps_every_attribute() -> None:
    """What M091 gives: the column has its new type, and all else that it had before."""
    definition = "integer NOT NULL DEFAULT 7 COMMENT 'it''s \\\\ \"in\" cents'"
    chosen = rule("M091")
    assert isinstance(chosen, MigrationRule)
    with scratch_of("mysql") as scratch, scratch.open() as session:
        session.execute([Statement(text=f"CREATE TABLE orders (id integer PRIMARY KEY, `to``tal` {definition})")])
        catalog = session.inspect().catalog
        statement = Statement(text="ALTER TABLE orders MODIFY COLUMN `to``tal` bigint", path="m.sql")
        [finding] = lint_script([statement], catalog, engine("mysql"), rules=(chosen,)).findings
        assert finding.fix is not None
        session.execute([Statement(text=sql) for sql in finding.fix.sql])
        [table] = session.inspect().catalog.tables
        before, after = catalog.tables[0].columns[1], table.columns[1]
        assert (after.nullable, after.default, after.comment) == (before.nullable, before.default, before.comment)
        assert after.type.bits == 64
