"""`dbwright profile` beside DuckDB's SUMMARIZE, on TPC-H's lineitem of 100 thousand, 1 million and 10 million rows.

    python -m bench.profile [--rows 10000000] [--folder /tmp/lineitem]

Each run has a process of its own, so that its memory is its own; time is measured from before the start of Python to its end. CPU
seconds are those of all threads: where other programs run beside, they say more than the clock. Needs `tpchgen-cli`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROWS_OF_SCALE_ONE = 6_001_215
SUMMARIZE = 'import duckdb, sys; duckdb.connect().execute("SUMMARIZE FROM \'" + sys.argv[1] + "\'").fetchall()'


class Run(NamedTuple):
    """Seconds by the clock, seconds of all processors, and the greatest memory in MB."""

    seconds: float
    cpu: float
    memory: float


def measured(*command: str) -> Run:
    """Run a command to its end. Raises CalledProcessError where it fails."""
    started = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def generated(folder: Path, rows: int, form: str) -> Path:
    """Lineitem with about so many rows, made once."""
    target = folder / f"{rows}" / f"lineitem.{form}"
    if not target.exists():
        generator = Path(sys.executable).with_name("tpchgen-cli")
        scale = f"{rows / ROWS_OF_SCALE_ONE:.5f}"
        subprocess.run(
            [str(generator), form, "-s", scale, "--tables=lineitem", f"--output-dir={target.parent}"],
            check=True,
            capture_output=True,
        )
    return target


def main() -> None:
    """Print one line for each size and program."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=10_000_000, help="the largest size")
    parser.add_argument("--folder", help="where the files are kept; a temporary folder where not given")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(chosen.folder or temporary)
        print(f"{'rows':>12}  {'file':<8} {'program':<24} {'seconds':>8} {'CPU s':>8} {'peak MB':>8}")
        for rows in (100_000, 1_000_000, 10_000_000):
            if rows > chosen.rows:
                continue
            for form in ("parquet", "csv") if rows < 10_000_000 else ("parquet",):
                file = str(generated(folder, rows, form))
                profile = (sys.executable, "-m", "dbwright", "profile", file)
                programs = {
                    "DuckDB SUMMARIZE": (sys.executable, "-c", SUMMARIZE, file),
                    "dbwright profile": profile,
                    "… --memory 300": (*profile, "--memory", "300"),
                    "… --seconds 2": (*profile, "--seconds", "2"),
                }
                for program, command in programs.items():
                    run = measured(*command)
                    print(
                        f"{rows:>12,}  {form:<8} {program:<24} {run.seconds:>8.1f} {run.cpu:>8.1f} {run.memory:>8,.0f}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
