"""A baseline: the findings that an old database is known to have, so that only new ones are shown."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from dbwright.errors import UsageError
from dbwright.finding import Finding

FORMAT = "dbwright-baseline/1"


class _Entry(msgspec.Struct, frozen=True):
    fingerprint: str
    code: str
    target: str


class _Baseline(msgspec.Struct, frozen=True):
    format: str
    findings: tuple[_Entry, ...]


def fingerprint(finding: Finding) -> str:
    """What stays the same of a finding while its numbers and wording change: rule, target and related objects."""
    parts = (finding.code, finding.target, sorted(str(ref) for ref in finding.related))
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:32]


def write(path: str, findings: Iterable[Finding]) -> int:
    """Write the baseline of these findings; returns how many. One line a finding, sorted, so that git shows changes.

    Raises UsageError where it cannot be written; an older one is then as it was.
    """
    entries = sorted(
        (_Entry(fingerprint(finding), finding.code, str(finding.target)) for finding in findings),
        key=lambda entry: (entry.target, entry.code, entry.fingerprint),
    )
    lines = ",\n".join("    " + msgspec.json.encode(entry).decode() for entry in entries)
    body = f"[\n{lines}\n  ]" if entries else "[]"
    # An older baseline stays whole where a disk is full.
    partial = Path(f"{path}.partial")
    try:
        partial.write_text(f'{{\n  "format": "{FORMAT}",\n  "findings": {body}\n}}\n', encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return len(entries)


def read(path: str) -> frozenset[str]:
    """The fingerprints of a baseline. Raises UsageError where the file is missing or is none."""
    file = Path(path)
    if not file.is_file():
        raise UsageError(
            f"There is no baseline {path}.", hint="Make one with: dbwright review SOURCE --write-baseline FILE"
        )
    try:
        baseline = msgspec.json.decode(file.read_bytes(), type=_Baseline)
    except msgspec.DecodeError as error:
        raise UsageError(f"{path} is not a baseline: {error}.") from error
    if baseline.format != FORMAT:
        raise UsageError(f"{path} has the format {baseline.format!r}; this version reads {FORMAT!r}.")
    return frozenset(entry.fingerprint for entry in baseline.findings)
