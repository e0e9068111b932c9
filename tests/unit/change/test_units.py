"""Steps that run as one unit: a transaction written out, with the pragmas around it."""

from dbwright.change.plan import Step
from dbwright.change.units import units


def grouped(*statements: str) -> list[list[str]]:
    return [[step.sql for step in unit] for unit in units([Step(sql=text) for text in statements])]


def test_steps_without_a_transaction_stand_alone() -> None:
    assert grouped() == []
    assert grouped("CREATE TABLE a (i int)", "CREATE TABLE b (i int)") == [
        ["CREATE TABLE a (i int)"],
        ["CREATE TABLE b (i int)"],
    ]


def test_a_rebuild_is_one_unit_with_its_pragmas() -> None:
    rebuild = ["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE", "DROP TABLE a", "COMMIT", "PRAGMA foreign_keys = ON"]
    assert grouped("SELECT 1", *rebuild, "SELECT 2") == [["SELECT 1"], rebuild, ["SELECT 2"]]


def test_two_transactions_are_two_units() -> None:
    first, second = ["begin", "SELECT 1", "commit"], ["START  TRANSACTION", "SELECT 2", "END"]
    assert grouped(*first, *second) == [first, second]


def test_words_that_only_begin_alike_open_nothing() -> None:
    assert grouped("BEGINNING", "x") == [["BEGINNING"], ["x"]]
    assert grouped("BEGIN", "COMMITTED", "COMMIT") == [["BEGIN", "COMMITTED", "COMMIT"]]
