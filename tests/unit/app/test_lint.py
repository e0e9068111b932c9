"""Checking a script: what is replayed, what is new, what could not be done and how that is said."""

import time
from typing import Any

import msgspec
import pytest

from dbwright.app.lint import Linted, Linter, lint_plan, lint_script
from dbwright.app.select import select_migration_rules, select_rules
from dbwright.catalog.facts import Counted, Facts, Question, TableStats
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.change.plan import Plan, Step
from dbwright.engines.registry import engine
from dbwright.errors import UsageError
from dbwright.finding import Finding
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split
from dbwright.rules.migrating import Migration, MigrationRule
from tests.support.scratches import scratch_of

SHOP = """
CREATE TABLE customers (id integer PRIMARY KEY, email varchar(200));
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer, number integer);
"""


def _catalog(script: str, dialect: Dialect = "postgres") -> Catalog:
    with scratch_of(dialect) as scratch, scratch.open() as session:
        session.execute(split(script, dialect))
        return session.inspect().catalog


def _lint(script: str, before: Catalog | str = SHOP, dialect: Dialect = "postgres", **more: Any) -> Linted:
    catalog = _catalog(before, dialect) if isinstance(before, str) else before
    rules = more.pop("rules", select_migration_rules())
    return lint_script(list(split(script, dialect, "m.sql")), catalog, engine(dialect), rules=rules, **more)


def _codes(linted: Linted) -> set[str]:
    return {finding.code for finding in linted.findings}


def _table(name: str) -> Ref:
    return Ref("table", ("public", name))


pytestmark = pytest.mark.postgres


# ---------------------------------------------------------------- what is run


def test_nothing_is_no_migration() -> None:
    linted = _lint("")
    assert linted.findings == ()
    assert linted.migration.moments == ()
    assert linted.end == linted.migration.start


def test_each_statement_sees_the_schema_that_those_before_it_made() -> None:
    linted = _lint(
        "ALTER TABLE orders ADD COLUMN a text; UPDATE orders SET a = 'x'; ALTER TABLE orders ADD COLUMN b text;"
    )
    columns = [
        len(table.columns)
        for moment in linted.migration.moments
        if (table := moment.lookup.table(("public", "orders"))) is not None
    ]
    assert columns == [3, 4, 4]
    table = linted.migration.lookup_end.table(("public", "orders"))
    assert table is not None
    assert [column.name for column in table.columns] == ["id", "customer_id", "number", "a", "b"]
    assert linted.where


def test_locks_are_those_that_were_seen() -> None:
    linted = _lint("ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID")
    (moment,) = linted.migration.moments
    assert moment.deed.effect.basis == "observed"
    assert {(lock.relation.name, lock.mode) for lock in moment.deed.effect.locks if lock.relation.kind == "table"} == {
        ("orders", "SHARE ROW EXCLUSIVE"),
        ("customers", "SHARE ROW EXCLUSIVE"),
    }


def test_after_a_failure_nothing_more_is_run() -> None:
    linted = _lint(
        "ALTER TABLE orders ADD COLUMN a text; DROP TABLE no_such_table; ALTER TABLE orders ADD COLUMN b text;"
    )
    failed = [moment.deed.failed for moment in linted.migration.moments]
    assert failed[0] is None
    assert failed[1] == 'Table "no_such_table" does not exist.'
    assert failed[2] is None
    table = linted.migration.lookup_end.table(("public", "orders"))
    assert table is not None
    assert [column.name for column in table.columns][-1] == "a"


def test_statements_on_transactions_are_followed_not_run() -> None:
    linted = _lint("BEGIN; ALTER TABLE orders ADD COLUMN a text; SAVEPOINT s; ROLLBACK TO s; COMMIT; COMMIT;")
    assert [moment.deed.failed for moment in linted.migration.moments] == [None] * 6
    assert [moment.deed.transaction for moment in linted.migration.moments] == [1, 1, 1, 1, 1, None]


def test_names_may_be_odd() -> None:
    before = """CREATE SCHEMA "Über Büro"; CREATE TABLE "Über Büro"."se""lect 🦊.x" (id integer, "a b.c" integer);"""
    script = """ALTER TABLE "Über Büro"."se""lect 🦊.x" ALTER COLUMN "a b.c" SET NOT NULL;"""
    linted = _lint(script, before)
    finding = next(each for each in linted.findings if each.code == "M004")
    assert finding.target.path == ("Über Büro", 'se"lect 🦊.x', "a b.c")
    assert finding.fix is not None
    mended = _lint(";".join(finding.fix.sql), before)
    assert "M004" not in _codes(mended)
    assert [moment.deed.failed for moment in mended.migration.moments] == [None] * 4


def test_roles_that_are_not_there_are_made_for_the_replay() -> None:
    linted = _lint("GRANT SELECT ON orders TO reporting; ALTER TABLE orders OWNER TO shop_owner;")
    assert [moment.deed.failed for moment in linted.migration.moments] == [None, None]
    assert linted.migration.observed


def test_what_may_not_run_on_a_scratch_server_is_said() -> None:
    linted = _lint("COPY orders FROM PROGRAM 'id'; ALTER TABLE orders ADD COLUMN a text;")
    assert any("was not run on the scratch database" in note for note in linted.notes)
    table = linted.migration.lookup_end.table(("public", "orders"))
    assert table is not None
    assert table.column("a")


def test_without_a_scratch_database_it_is_read_only() -> None:
    before = _catalog(SHOP)
    linted = _lint("CREATE INDEX orders_number ON orders (number);", before, observe=False)
    assert not linted.migration.observed
    assert linted.where == ""
    assert "M012" in _codes(linted)
    (moment,) = linted.migration.moments
    assert moment.deed.effect.basis == "predicted"


def test_read_only_the_schema_is_followed_too() -> None:
    script = (
        "ALTER TABLE orders ADD CONSTRAINT c CHECK (number IS NOT NULL) NOT VALID;"
        "ALTER TABLE orders VALIDATE CONSTRAINT c; ALTER TABLE orders ALTER COLUMN number SET NOT NULL;"
        "ALTER TABLE orders RENAME TO purchases; DROP TABLE customers; this is no SQL;"
    )
    linted = _lint(script, observe=False)
    assert "M004" not in _codes(linted)
    end = linted.migration.lookup_end
    assert end.table(("public", "purchases"))
    assert not end.table(("public", "orders"))
    assert not end.table(("public", "customers"))


def test_one_scratch_database_serves_a_whole_folder() -> None:
    statements = [list(split(text, "postgres", "m.sql")) for text in (
        "SET search_path = nowhere; CREATE TABLE public.a (id integer PRIMARY KEY);",
        "CREATE INDEX ON a (id);",
        "DROP TABLE no_such_table;",
        "CREATE INDEX ON a (id);",
    )]  # fmt: skip
    with Linter(_catalog(SHOP), engine("postgres")) as linter:
        found = [linter.check(each, rules=_rules("M012")) for each in statements]
    assert [len(each.findings) for each in found] == [0, 1, 0, 1]
    assert all(each.migration.observed for each in found)
    assert found[2].migration.moments[0].deed.failed
    table = found[3].migration.lookup_end.table(("public", "a"))
    assert table is not None
    assert len(table.indexes) == 2


def test_a_schema_that_no_scratch_database_can_hold_is_said() -> None:
    one = _catalog("CREATE TABLE orders (id integer PRIMARY KEY, number integer)")
    twice = (*one.tables, msgspec.structs.replace(one.tables[0], name="parcels"))
    linted = _lint("CREATE INDEX orders_number ON orders (number);", msgspec.structs.replace(one, tables=twice))
    assert not linted.migration.observed
    assert any("read but not run" in note and "could not hold the schema" in note for note in linted.notes)
    assert "M012" in _codes(linted)


def test_another_version_than_the_scratch_server_has_is_said() -> None:
    linted = _lint("CREATE INDEX orders_number ON orders (number);", version=(12, 3))
    if linted.migration.moments[0].deed.effect.basis == "predicted":
        assert any("not on 12.3" in note for note in linted.notes)
    assert linted.migration.version == (12, 3)


# ---------------------------------------------------------------- what is new


def test_what_the_migration_makes_is_new_under_every_name() -> None:
    linted = _lint(
        "CREATE TABLE a (id integer); ALTER TABLE a RENAME TO b; DO $$ BEGIN CREATE TABLE c (id integer); END $$;"
        "ALTER TABLE orders RENAME TO purchases; CREATE TYPE kind AS ENUM ('x');"
    )
    migration = linted.migration
    assert all(migration.is_new(_table(name)) for name in ("a", "b", "c"))
    assert not any(migration.is_new(_table(name)) for name in ("orders", "purchases", "customers"))
    assert Ref("enum", ("public", "kind")) in migration.created


def test_a_table_that_was_there_is_not_new_for_being_asked_for_again() -> None:
    linted = _lint("CREATE TABLE IF NOT EXISTS orders (id integer); CREATE INDEX ON orders (number);")
    assert not linted.migration.is_new(_table("orders"))
    assert "M012" in _codes(linted)


# ---------------------------------------------------------------- sizes, options, answers


def test_sizes_are_in_the_verdict() -> None:
    facts = Facts(has_rows=True, tables={_table("orders"): TableStats(rows=12_000_000, bytes=4_000_000_000)})
    linted = _lint("CREATE INDEX orders_number ON orders (number);", facts=facts)
    finding = next(each for each in linted.findings if each.code == "M012")
    assert "12,000,000 rows, ≈" in finding.message
    assert finding.severity == "error"


def test_options_reach_their_rule() -> None:
    facts = Facts(has_rows=True, tables={_table("orders"): TableStats(rows=500)})
    script = "CREATE INDEX orders_number ON orders (number);"

    def severities(**options: Any) -> list[str]:
        linted = _lint(script, facts=facts, options={"index-without-concurrently": options}, rules=_rules("M012"))
        return [each.severity for each in linted.findings]

    assert severities() == ["note"]
    assert severities(**{"few-rows": 100}) == ["warning"]
    assert severities(severity="error") == ["error"]
    assert severities(severity="off") == []


def _rules(*codes: str) -> tuple[MigrationRule, ...]:
    return select_migration_rules(codes)


class _Curious(MigrationRule):
    """Asks how many orders are without a customer."""

    code = "M999"
    group = "data"

    def asks(self, migration: Migration) -> list[Question]:
        from dbwright.catalog.facts import CountNulls

        return [CountNulls(_table("orders"), "customer_id")]

    def check_migration(self, migration: Migration) -> list[Finding]:
        answer = next(iter(migration.facts.answers.values()), None)
        if not isinstance(answer, Counted):
            return []
        return [self.at(migration.moments[0], _table("orders"), f"{answer.matching} orders have none.")]


def test_rules_are_given_the_answers_that_they_ask_for() -> None:
    asked: list[Question] = []

    def ask(questions: Any) -> Any:
        asked.extend(questions)
        return {question: Counted(rows=9, matching=4, considered=9) for question in questions}

    linted = _lint("SELECT 1;", rules=(_Curious(), _Curious()), ask=ask)
    assert [each.message for each in linted.findings] == ["4 orders have none."] * 2
    assert len(asked) == 1
    assert _lint("SELECT 1;", rules=(_Curious(),)).findings == ()


# ---------------------------------------------------------------- plans


def test_the_steps_of_a_plan_run_under_our_timeouts() -> None:
    steps = (Step(sql="ALTER TABLE orders ADD COLUMN a text"), Step(sql="CREATE INDEX ON orders (a)"))
    plan = Plan(engine="postgres", start="", goal="", up=steps, down=(Step(sql="ALTER TABLE orders DROP COLUMN a"),))
    before = _catalog(SHOP)
    linted = lint_plan(plan, before, engine("postgres"), rules=select_migration_rules())
    assert "M012" in _codes(linted)
    assert not {"M021", "M022"} & _codes(linted)
    assert linted.migration.runner == "dbwright"
    back = lint_plan(plan, before, engine("postgres"), rules=select_migration_rules(), down=True)
    assert back.migration.direction == "down"


# ---------------------------------------------------------------- other engines


@pytest.mark.parametrize("dialect", ["mysql", "sqlite"])
def test_other_engines_are_replayed_too(dialect: Dialect) -> None:
    linted = _lint("ALTER TABLE orders ADD COLUMN a integer; DROP TABLE customers;", SHOP, dialect)
    assert linted.migration.observed, linted.notes
    assert [moment.deed.failed for moment in linted.migration.moments] == [None, None]
    assert linted.migration.lookup_end.table(("", "customers")) is None
    assert "M051" in _codes(linted)


# ---------------------------------------------------------------- which rules


def test_reviews_and_migrations_have_rules_of_their_own() -> None:
    assert not any(isinstance(each, MigrationRule) for each in select_rules())
    assert {each.code[0] for each in select_migration_rules()} == {"M"}
    assert [each.code for each in select_migration_rules(("M012",))] == ["M012"]
    with pytest.raises(UsageError, match="rules on migrations"):
        select_rules(("M012",))
    with pytest.raises(UsageError, match="rules on schemas"):
        select_migration_rules(("K001",))
    with pytest.raises(UsageError):
        select_migration_rules(("M999",))


def test_what_the_settings_select_for_reviews_alone_leaves_migrations_all_their_rules() -> None:
    every = select_migration_rules()
    assert select_migration_rules(configured=("K", "R001")) == every
    assert [each.code for each in select_migration_rules(configured=("K", "M012"))] == ["M012"]
    assert "M012" not in [each.code for each in select_migration_rules(ignore=("M012",))]


def test_a_thousand_tables_take_seconds_not_minutes() -> None:
    table = _catalog("CREATE TABLE t (id integer, a text)").tables[0]
    many = tuple(msgspec.structs.replace(table, name=f"t{number:04}") for number in range(1000))
    before = msgspec.structs.replace(_catalog(""), tables=many)
    began = time.monotonic()
    linted = _lint("ALTER TABLE t0007 ADD COLUMN b text; ALTER TABLE t0008 ADD COLUMN b text;", before)
    assert linted.migration.observed, linted.notes
    assert time.monotonic() - began < 60
