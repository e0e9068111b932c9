"""What the live rows and counters answer decides the verdict of rules on migrations."""

from typing import Any

import msgspec

from dbwright.app.lint import Linted, lint_script
from dbwright.catalog.facts import (
    Answer,
    CheckOutcome,
    CountDistinct,
    Counted,
    CountNotTrue,
    CountNulls,
    Distinct,
    Facts,
    IndexUse,
    Question,
    TableStats,
    TopValues,
    Values,
)
from dbwright.catalog.names import Ref
from dbwright.engines.base import Statement
from dbwright.engines.registry import engine
from dbwright.readers.sql.parse import parse
from dbwright.readers.sql.split import Dialect, split
from dbwright.rules.base import rule
from dbwright.rules.migrating import MigrationRule


def _lint(code: str, name: Dialect, before: str, migration: str, **facts: Any) -> Linted:
    chosen = rule(code)
    assert isinstance(chosen, MigrationRule)
    catalog = engine(name).canonical(parse(list(split(before, name)), name)[0])
    statements = [Statement(text=each.text, path="m.sql", line=each.line) for each in split(migration, name)]
    return lint_script(
        statements, catalog, engine(name), rules=(chosen,), facts=Facts(has_rows=True, **facts), observe=False
    )


def _told(linted: Linted) -> list[tuple[str, str]]:
    return [(finding.severity, finding.message) for finding in linted.findings]


def _asked(linted: Linted, code: str) -> list[Question]:
    chosen = rule(code)
    assert isinstance(chosen, MigrationRule)
    return list(chosen.asks(linted.migration))


ORDERS = Ref("table", ("public", "orders"))
BEFORE = "CREATE TABLE orders (id integer PRIMARY KEY, total bigint, note varchar(40));"
NOT_NULL = "ALTER TABLE orders ALTER COLUMN total SET NOT NULL;"
NARROWER = "ALTER TABLE orders ALTER COLUMN total TYPE integer;"
UNIQUE = "CREATE UNIQUE INDEX orders_note ON orders (note);"


def _answers(question: Question, answer: Answer) -> dict[str, Any]:
    return {"answers": {question: answer}}


def test_not_null_where_no_row_is_null_is_fine() -> None:
    question = CountNulls(ORDERS, "total")
    assert _asked(_lint("M059", "postgres", BEFORE, NOT_NULL), "M059") == [question]
    none = Counted(rows=500, matching=0, considered=500)
    assert not _told(_lint("M059", "postgres", BEFORE, NOT_NULL, **_answers(question, none)))


def test_not_null_where_rows_are_null_fails() -> None:
    some = Counted(rows=500, matching=3, considered=500)
    [(severity, message)] = _told(
        _lint("M059", "postgres", BEFORE, NOT_NULL, **_answers(CountNulls(ORDERS, "total"), some))
    )
    assert severity == "error"
    assert "3 of 500 rows have NULL" in message


def test_a_sample_without_null_proves_nothing() -> None:
    sample = Counted(rows=500, matching=0, considered=500, sampled=True)
    [(severity, _)] = _told(
        _lint("M059", "postgres", BEFORE, NOT_NULL, **_answers(CountNulls(ORDERS, "total"), sample))
    )
    assert severity == "warning"


def test_the_live_rows_are_not_asked_for_a_column_that_is_not_there_yet() -> None:
    migration = "ALTER TABLE orders ADD COLUMN fresh integer; ALTER TABLE orders ALTER COLUMN fresh SET NOT NULL;"
    assert not _asked(_lint("M059", "postgres", BEFORE, migration), "M059")


def test_unique_values_are_fine_and_repeated_ones_are_counted() -> None:
    question = CountDistinct(ORDERS, ("note",))
    assert _asked(_lint("M060", "postgres", BEFORE, UNIQUE), "M060") == [question]
    unique = Distinct(rows=90, distinct=80, complete=80)
    assert not _told(_lint("M060", "postgres", BEFORE, UNIQUE, **_answers(question, unique)))
    repeated = Distinct(rows=90, distinct=78, complete=80)
    [(severity, message)] = _told(_lint("M060", "postgres", BEFORE, UNIQUE, **_answers(question, repeated)))
    assert severity == "error"
    assert "2 of 80 values" in message


def test_values_that_all_fit_a_narrower_type_are_not_lost() -> None:
    question = CountNotTrue(ORDERS, "total BETWEEN -2147483648 AND 2147483647")
    assert _asked(_lint("M063", "postgres", BEFORE, NARROWER), "M063") == [question]
    fits = CheckOutcome(rows=90, unknown=0, false=0)
    [(severity, message)] = _told(_lint("M063", "postgres", BEFORE, NARROWER, **_answers(question, fits)))
    assert severity == "warning"
    assert "do not fit" not in message
    lost = CheckOutcome(rows=90, unknown=0, false=4)
    [(severity, message)] = _told(_lint("M063", "postgres", BEFORE, NARROWER, **_answers(question, lost)))
    assert severity == "error"
    assert "(4 of 90 rows)" in message


def test_an_enum_value_that_no_row_holds_may_go() -> None:
    before = "CREATE TABLE orders (id integer PRIMARY KEY, state enum('open', 'paid', 'lost'));"
    migration = "ALTER TABLE orders MODIFY COLUMN state enum('open', 'paid');"
    question = TopValues(Ref("table", ("", "orders")), "state", 1_000)
    unused = Values(rows=9, values=(("open", 9),), distinct=1, filled=9)
    assert _told(_lint("M065", "mysql", before, migration))[0][0] == "error"
    assert _told(_lint("M065", "mysql", before, migration, **_answers(question, unused)))[0][0] == "warning"
    used = Values(rows=9, values=(("open", 8), ("lost", 1)), distinct=2, filled=9)
    assert _told(_lint("M065", "mysql", before, migration, **_answers(question, used)))[0][0] == "error"


def test_an_index_that_was_never_used_may_go() -> None:
    before = "CREATE TABLE orders (id integer PRIMARY KEY, total integer, INDEX by_total (total));"
    index = Ref("index", ("", "orders", "by_total"))
    drop = "DROP INDEX by_total ON orders;"
    assert _told(_lint("M089", "mysql", before, drop))
    assert not _told(_lint("M089", "mysql", before, drop, indexes={index: IndexUse(scans=0)}))
    [(_, message)] = _told(_lint("M089", "mysql", before, drop, indexes={index: IndexUse(scans=12_345)}))
    assert "used 12,345 times" in message


def test_the_size_stands_in_the_message() -> None:
    rows = {ORDERS: TableStats(rows=12_000_000)}
    [(_, message)] = _told(_lint("M050", "postgres", BEFORE, "ALTER TABLE orders DROP COLUMN note;", tables=rows))
    assert "(12,000,000 rows)" in message


def test_a_down_that_leaves_something_is_told() -> None:
    chosen = rule("M078")
    assert isinstance(chosen, MigrationRule)
    migration = _lint("M078", "sqlite", BEFORE, "ALTER TABLE orders ADD COLUMN fresh integer;").migration
    assert not list(chosen.check_migration(migration))
    left = msgspec.structs.replace(migration, has_down=True, left_by_down=("the column orders.fresh is still there",))
    [finding] = chosen.check_migration(left)
    assert finding.severity == "error"
    assert "orders.fresh is still there" in finding.message


def test_the_way_back_is_looked_at_where_that_is_asked_for() -> None:
    chosen = rule("M050")
    assert isinstance(chosen, MigrationRule)
    migration = _lint("M050", "sqlite", BEFORE, "ALTER TABLE orders DROP COLUMN note;").migration
    down = msgspec.structs.replace(migration, direction="down")
    assert not list(chosen.check_migration(down))
    assert list(chosen.check_migration(msgspec.structs.replace(down, options={"check-down": True})))
