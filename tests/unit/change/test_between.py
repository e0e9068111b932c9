"""The catalog between the steps of one operation: a check that was added, validated and dropped."""

from dbwright.catalog.objects import Catalog, Check, Table
from dbwright.change.between import after
from dbwright.readers.sql.actions import parse_actions

START = Catalog(
    engine="postgres", tables=(Table(namespace="public", name="t", checks=(Check(name="old", expression="a > 0"),)),)
)


def checks_after(*statements: str) -> list[tuple[str | None, bool]]:
    catalog = START
    for text in statements:
        catalog = after(parse_actions(text, "postgres", namespace="public"), catalog)
    return [(check.name, check.validated) for check in catalog.tables[0].checks]


ADD = "ALTER TABLE t ADD CONSTRAINT c CHECK (b IS NOT NULL)"


def test_a_check_is_unproved_until_it_is_validated() -> None:
    assert checks_after(ADD) == [("old", True), ("c", True)]
    assert checks_after(f"{ADD} NOT VALID") == [("old", True), ("c", False)]
    assert checks_after(f"{ADD} NOT VALID", "ALTER TABLE t VALIDATE CONSTRAINT c") == [("old", True), ("c", True)]


def test_a_dropped_check_is_gone() -> None:
    assert checks_after(ADD, "ALTER TABLE t DROP CONSTRAINT IF EXISTS c") == [("old", True)]
    assert checks_after("ALTER TABLE t DROP CONSTRAINT elsewhere") == [("old", True)]


def test_a_table_that_is_not_known_changes_nothing() -> None:
    assert checks_after("ALTER TABLE other ADD CONSTRAINT c CHECK (b > 1)", "SELECT 1", "DROP TABLE t") == [
        ("old", True)
    ]
