"""Write the output that the README and the pages show anew; tests/scenarios/test_readme.py says when that is due."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(
    r"(```console\n\$ dbwright ((?:review|plan|profile|dependencies|normalize|choose) examples/[^\n]*)\n)(.*?)(```)",
    re.DOTALL,
)


def _with_output(match: re.Match[str]) -> str:
    command = [sys.executable, "-m", "dbwright", *match[2].split()]
    environment = {**os.environ, "COLUMNS": "100"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 2:
        sys.exit(done.stderr)
    return f"{match[1]}{done.stdout}{match[4]}"


if __name__ == "__main__":
    for page in (ROOT / "README.md", ROOT / "docs" / "normalisation.md", ROOT / "docs" / "choosing.md"):
        page.write_text(BLOCK.sub(_with_output, page.read_text(encoding="utf-8")), encoding="utf-8")
