"""Running a project's own code in a process of its own, which answers in JSON behind a record separator."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dbwright.errors import SourceError, Unavailable

SEPARATOR = "\x1e"


def ask(module: str, tool: str, folder: Path, arguments: Sequence[str], environment: Mapping[str, str] = {}) -> Any:
    """The answer of a module run in a folder. tool: its name for people.

    Raises Unavailable where the tool is not installed, SourceError with what the project's code said.
    """
    surrounding = {**os.environ, **environment, "PYTHONDONTWRITEBYTECODE": "1"}
    surrounding["PYTHONPATH"] = os.pathsep.join(filter(None, (str(folder), surrounding.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=surrounding,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout.rpartition(SEPARATOR)[2]) if SEPARATOR in done.stdout else {}
    if "missing" in answer:
        raise Unavailable(
            f"Reading this folder needs {tool}, which is not installed.", hint=f"pip install {tool.lower()}"
        )
    if "answer" not in answer:
        said = answer.get("error") or (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise SourceError(f"{tool} could not read {folder}: {said}")
    return answer["answer"]


def tell(answer: Mapping[str, Any]) -> None:
    """Answer from within the process."""
    print(SEPARATOR + json.dumps(answer))
