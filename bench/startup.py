"""How long the command line takes to answer, beside Python itself starting: `python -m bench.startup [--runs N]`.

The goal is 0.15 s or less for `dbwright --help`.
"""

import argparse
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "dbwright --version": [sys.executable, "-m", "dbwright", "--version"],
    "dbwright --help": [sys.executable, "-m", "dbwright", "--help"],
    "dbwright rules": [sys.executable, "-m", "dbwright", "rules"],
}


def main() -> None:
    """Run each command several times, and print the median and the slowest in seconds."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=20)
    runs = arguments.parse_args().runs
    print(f"{'command':<22} {'median':>8} {'slowest':>8}   seconds, {runs} runs")
    for name, command in COMMANDS.items():
        times = [_seconds(command) for _ in range(runs)]
        print(f"{name:<22} {statistics.median(times):>8.3f} {max(times):>8.3f}")


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
