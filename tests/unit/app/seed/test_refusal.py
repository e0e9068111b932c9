"""Which refusals another row may get right."""

import pytest

from dbwright.app.seed.refusal import lies_in_a_row
from dbwright.errors import ExecutionFault


@pytest.mark.parametrize(
    ("engine", "code", "message", "lies"),
    [
        ("postgres", "23505", "duplicate key", True),
        ("postgres", "P0001", "no seven", True),
        ("postgres", "22003", "out of range", True),
        ("postgres", "42501", "permission denied for table t", False),
        ("postgres", "42501", "new row violates row-level security policy", True),
        ("postgres", "53100", "disk full", False),
        ("postgres", "42883", "function does not exist", False),
        ("mysql", "1062", "Duplicate entry", True),
        ("mysql", "4025", "CONSTRAINT failed", True),
        ("mysql", "1644", "no seven", True),
        ("mysql", "1142", "command denied", False),
        ("mysql", "1114", "The table is full", False),
        ("mysql", "", "odd", False),
        ("sqlite", "SQLITE_CONSTRAINT_TRIGGER", "no seven", True),
        ("sqlite", "SQLITE_FULL", "database or disk is full", False),
        ("sqlite", "SQLITE_ERROR", "no such table", False),
    ],
)
def test_only_values_are_another_rows_matter(engine: str, code: str, message: str, lies: bool) -> None:
    assert lies_in_a_row(engine, ExecutionFault(message, code=code)) is lies
