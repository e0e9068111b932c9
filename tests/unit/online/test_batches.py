"""The ranges of batches, on a real database: each row is in one batch, whatever the key."""

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from dbwright.change.online import Batch
from dbwright.change.online.stages import RANGE
from dbwright.online.batches import bound, statements
from dbwright.online.pace import Pace, Sizer


def _batch(keys: int, *, row_values: bool) -> Batch:
    names = tuple(f"k{number}" for number in range(keys))
    return Batch(
        source="t",
        table=("", "t"),
        keys=names,
        literals=tuple(f"quote({name})" for name in names),
        statements=(f"SELECT {', '.join(names)} FROM t WHERE {RANGE}",),
        repair=("SELECT 1 WHERE 1 = 0",),
        row_values=row_values,
    )


_values = st.one_of(st.integers(-3, 3), st.sampled_from(("a", "it's", "", 'q"', "é")))


@given(
    rows=st.sets(st.tuples(_values, _values, _values), max_size=30),
    keys=st.integers(1, 3),
    size=st.integers(1, 7),
    row_values=st.booleans(),
)
def test_every_row_is_in_exactly_one_batch(
    rows: set[tuple[object, ...]], keys: int, size: int, row_values: bool
) -> None:
    wanted = sorted({row[:keys] for row in rows}, key=repr)
    database = sqlite3.connect(":memory:")
    try:
        database.execute(f"CREATE TABLE t ({', '.join(f'k{n}' for n in range(keys))})")
        database.executemany(f"INSERT INTO t VALUES ({', '.join('?' * keys)})", wanted)
        batch = _batch(keys, row_values=row_values)
        seen: list[tuple[object, ...]] = []
        after: tuple[str, ...] | None = None
        while True:
            found = database.execute(bound(batch, after, size)).fetchone()
            rows_of_batch = database.execute(statements(batch, after, found, repair=False)[0]).fetchall()
            seen += rows_of_batch
            if found is None:
                break
            assert len(rows_of_batch) == size
            after = found
    finally:
        database.close()
    assert sorted(seen, key=repr) == wanted


def test_repairing_takes_the_other_statements() -> None:
    assert statements(_batch(1, row_values=True), None, None, repair=True) == ["SELECT 1 WHERE 1 = 0"]


def test_batches_grow_and_shrink_with_the_time_that_they_take() -> None:
    sizer = Sizer(Pace(first_rows=100, batch_seconds=0.1, most_rows=1000))
    sizer.took(0.01)
    assert sizer.rows == 200
    for _ in range(10):
        sizer.took(0.001)
    assert sizer.rows == 1000
    sizer.took(10.0)
    assert sizer.rows == 500
    sizer.failed()
    assert sizer.rows == 125
    for _ in range(10):
        sizer.failed()
    assert sizer.rows == 1
