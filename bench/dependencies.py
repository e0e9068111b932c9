"""Mining all minimal functional dependencies, beside desbordante's HyFD (C++), in one run.

    python -m bench.dependencies [--runs 5] [--rows 1000000] [--max-left 2] [--limit 600] [--folder /tmp/lineitem]

The data sets are those with published numbers (DBWRIGHT_SAMPLES, or ../shared/samples/dependencies), mined to the end, and the first
15 columns of TPC-H's lineitem as CSV, mined up to so many columns on the left side. Each program reads the CSV file itself, as text, in a
process of its own that is killed after the limit; what counts is reading and mining together, the best of several runs (of lineitem
the only one), without the start of Python and its imports. CPU seconds are those of all threads: where other programs run beside,
they say more than the clock. Needs `desbordante` (AGPL, for measuring only) and `tpchgen-cli`.
"""

import argparse
import importlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

HERE = Path(__file__).resolve().parent.parent
SETS = ("iris", "balance-scale", "abalone", "nursery", "bridges", "echocardiogram", "adult", "hepatitis")
COLUMNS = 15
ROWS_OF_SCALE_ONE = 6_001_215


class Task(msgspec.Struct, frozen=True):
    """One file to mine. most: columns on the left side; None for any number."""

    path: str
    separator: str = ","
    header: bool = False
    most: int | None = None
    runs: int = 5


class Run(msgspec.Struct, frozen=True):
    """Seconds of reading and of mining, CPU seconds of both, dependencies found, peak memory in MB; of the fastest run."""

    read: float
    mine: float
    cpu: float
    found: int
    memory: float = 0.0


def ours(task: Task) -> Callable[[], Run]:
    """dbwright: polars reads the text."""
    import polars

    from dbwright.mining.encode import encode
    from dbwright.mining.functional import minimal_functional

    def once() -> Run:
        began, cpu = time.perf_counter(), time.process_time()
        frame = polars.read_csv(task.path, separator=task.separator, has_header=task.header, infer_schema=False)
        table = encode(frame)
        read = time.perf_counter()
        search = minimal_functional(table, max_left=task.most)
        assert search.complete
        return Run(read - began, time.perf_counter() - read, time.process_time() - cpu, len(search.found))

    return once


def theirs(task: Task) -> Callable[[], Run]:
    """desbordante's HyFD."""
    desbordante = importlib.import_module("desbordante")

    def once() -> Run:
        began, cpu = time.perf_counter(), time.process_time()
        algorithm = desbordante.fd.algorithms.HyFD()
        algorithm.load_data(table=(task.path, task.separator, task.header), is_null_equal_null=True)
        read = time.perf_counter()
        algorithm.execute(**({} if task.most is None else {"max_lhs": task.most}))
        return Run(read - began, time.perf_counter() - read, time.process_time() - cpu, len(algorithm.get_fds()))

    return once


PROGRAMS = {"dbwright": ours, "HyFD": theirs}


def mine(program: str, task: Task) -> Run:
    """Run a program on a task, in this process."""
    once = PROGRAMS[program](task)
    best = min((once() for _ in range(task.runs)), key=lambda run: run.read + run.mine)
    return msgspec.structs.replace(best, memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def apart(program: str, task: Task, limit: float) -> Run | None:
    """The same in a process of its own; None where it had to be killed."""
    command = [sys.executable, "-m", "bench.dependencies", "--child", program]
    try:
        done = subprocess.run(
            command, input=msgspec.json.encode(task), stdout=subprocess.PIPE, cwd=HERE, timeout=limit, check=True
        )
    except subprocess.TimeoutExpired:
        return None
    return msgspec.json.decode(done.stdout, type=Run)


def lineitem(folder: Path, rows: int) -> Path:
    """The first columns and rows of lineitem as CSV, made once."""
    import polars

    target = folder / f"lineitem-{rows}.csv"
    if not target.exists():
        generator = Path(sys.executable).with_name("tpchgen-cli")
        scale = f"{rows * 1.02 / ROWS_OF_SCALE_ONE:.5f}"
        command = [str(generator), "parquet", "-s", scale, "--tables=lineitem", f"--output-dir={folder}"]
        subprocess.run(command, check=True, capture_output=True)
        frame = polars.scan_parquet(folder / "lineitem.parquet").head(rows).collect()
        frame.select(frame.columns[:COLUMNS]).write_csv(target)
    return target


def line(name: str, dependencies: str, mined: Run | None, other: Run | None) -> str:
    """One row of the table."""
    cells = [name, dependencies]
    for run in (mined, other):
        cells += (
            ["killed", "", ""]
            if run is None
            else [f"{run.read + run.mine:.4f}", f"{run.cpu:.4f}", f"{run.memory:,.0f}"]
        )
    if mined and other:
        cells += [f"{(mined.read + mined.mine) / (other.read + other.mine):.2f}", f"{mined.cpu / other.cpu:.2f}"]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Print one line for each data set, and one for the samples together."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of lineitem; 0 leaves it out")
    parser.add_argument("--max-left", type=int, default=2, help="columns on the left side, for lineitem")
    parser.add_argument("--limit", type=float, default=600, help="seconds after which a program is killed")
    parser.add_argument("--folder", help="where lineitem is kept; a temporary folder where not given")
    parser.add_argument("--child", choices=PROGRAMS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        print(msgspec.json.encode(mine(chosen.child, msgspec.json.decode(sys.stdin.buffer.read(), type=Task))).decode())
        return
    samples = Path(os.environ.get("DBWRIGHT_SAMPLES", HERE.parent / "shared" / "samples")) / "dependencies"
    print("| data set | dependencies | dbwright s | CPU s | MB | HyFD s | CPU s | MB | ratio | of CPU |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    sums: dict[str, list[Run]] = {program: [] for program in PROGRAMS}
    for name in SETS:
        task = Task(str(samples / f"{name}.csv"), ";" if name == "adult" else ",", runs=chosen.runs)
        runs = {program: apart(program, task, chosen.limit) for program in PROGRAMS}
        _show(name, runs)
        for program, run in runs.items():
            sums[program] += [run] if run else []
    if all(len(runs) == len(SETS) for runs in sums.values()):
        _show("together", {program: _sum(runs) for program, runs in sums.items()})
    if chosen.rows:
        with tempfile.TemporaryDirectory() as temporary:
            path = lineitem(Path(chosen.folder or temporary), chosen.rows)
            task = Task(str(path), header=True, most=chosen.max_left, runs=1)
            title = f"lineitem, {chosen.rows:,} x {COLUMNS}, left side of at most {chosen.max_left}"
            _show(title, {program: apart(program, task, chosen.limit) for program in PROGRAMS})


def _show(name: str, runs: dict[str, Run | None]) -> None:
    counts = {f"{run.found:,}" for run in runs.values() if run}
    print(line(name, " / ".join(sorted(counts)), runs["dbwright"], runs["HyFD"]), flush=True)


def _sum(runs: list[Run]) -> Run:
    return Run(
        sum(run.read for run in runs),
        sum(run.mine for run in runs),
        sum(run.cpu for run in runs),
        sum(run.found for run in runs),
        max(run.memory for run in runs),
    )


if __name__ == "__main__":
    main()
