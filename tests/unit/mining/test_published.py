"""The exact numbers that publications give for well-known data sets, and the very dependencies that another program finds."""

import json
from pathlib import Path

import polars as pl
import pytest

from dbwright.mining.encode import encode
from dbwright.mining.encoded import EncodedTable
from dbwright.mining.functional import minimal_functional
from dbwright.mining.unique import minimal_unique
from tests.support.processes import running

_SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples" / "dependencies"

# Papenbrock and others, "Functional dependency discovery: an experimental evaluation of seven algorithms" (2015), and Papenbrock and
# Naumann, "A hybrid approach to functional dependency discovery" (2016). For echocardiogram 538 is published too: with values compared
# as text the file at hand has 527, with 1.0 equal to 1.00 536, and 538 with a row less; how the files were read is not told.
_FUNCTIONAL = {
    "iris": 4,
    "balance-scale": 1,
    "abalone": 137,
    "nursery": 1,
    "bridges": 142,
    "echocardiogram": 527,
    "adult": 78,
    "hepatitis": 8250,
}

# Birnick and others, "Hitting set enumeration with partial information for unique column combination discovery" (2020)
_UNIQUE = {"abalone": 29, "bridges": 5, "echocardiogram": 72, "hepatitis": 348}

_ORACLE = """
import json, sys
import desbordante
path, separator = json.loads(sys.stdin.readline())
functional = desbordante.fd.algorithms.HyFD()
functional.load_data(table=(path, separator, False), is_null_equal_null=True)
functional.execute()
unique = desbordante.ucc.algorithms.HPIValid()
unique.load_data(table=(path, separator, False), is_null_equal_null=True)
unique.execute()
print(json.dumps([
    [[sorted(each.lhs_indices), each.rhs_index] for each in functional.get_fds()],
    [sorted(each.indices) for each in unique.get_uccs()],
]))
"""


def _path(name: str) -> Path:
    path = _SAMPLES / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"no sample {name}.csv")
    return path


def _table(path: Path, separator: str) -> EncodedTable:
    return encode(pl.read_csv(path, has_header=False, infer_schema=False, null_values="?", separator=separator))


def _separator(name: str) -> str:
    return ";" if name == "adult" else ","


@pytest.mark.parametrize("name", _FUNCTIONAL)
def test_functional_dependencies(name: str) -> None:
    search = minimal_functional(_table(_path(name), _separator(name)))
    assert search.complete
    assert len(search.found) == _FUNCTIONAL[name]


@pytest.mark.parametrize("name", _UNIQUE)
def test_unique_column_combinations(name: str) -> None:
    search = minimal_unique(_table(_path(name), _separator(name)))
    assert search.complete
    assert len(search.found) == _UNIQUE[name]


@pytest.mark.parametrize("name", _FUNCTIONAL)
def test_the_same_as_another_program(name: str) -> None:
    pytest.importorskip("desbordante")
    path, separator = _path(name), _separator(name)
    table = _table(path, separator)
    place = {column: at for at, column in enumerate(table.columns)}
    with running(_ORACLE) as process:
        output, errors = process.communicate(json.dumps([str(path), separator]) + "\n", timeout=120)
    assert process.returncode == 0, errors
    functional, unique = json.loads(output)
    assert sorted(functional) == sorted(
        [sorted(place[column] for column in each.left), *(place[column] for column in each.right)]
        for each in minimal_functional(table).found
    )
    assert sorted(unique) == sorted(
        sorted(place[column] for column in each.columns) for each in minimal_unique(table).found
    )
