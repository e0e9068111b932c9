"""Other processes that tests start, and what is left of them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def python(code: str, **environment: str) -> "subprocess.Popen[str]":
    """A new Python that runs the code, in a process group of its own, with its standard streams as pipes."""
    searched = [str(_ROOT / "src"), str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(searched), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )


@contextmanager
def running(code: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """A new Python that is killed at the end, if it still runs, and whose pipes are closed."""
    with python(code, **environment) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: "subprocess.Popen[str]") -> str:
    """The next line that a process prints; its errors where it ended instead."""
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline()
    if not line:
        raise AssertionError(process.stderr.read())
    return line.rstrip("\n")


def command_lines_with(text: str) -> list[str]:
    """The command lines of all running processes that contain a text."""
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if text in line and "ps -A" not in line]


def comes_true(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether a condition becomes true within some seconds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
