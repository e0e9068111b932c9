"""The checksum file of a folder, `dbwright.sum`: a line a file, each chained to the line before.

Two branches that both add a revision both add lines at its end, so git reports a conflict in the branch, and not production.
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from dbwright.errors import SourceError
from dbwright.readers.sql.files import decode

NAME = "dbwright.sum"
_HEAD = "# dbwright 1: version, SHA-256 of the file, SHA-256 of this and all lines before, file. Written by dbwright migrate.\n"
_LINE = re.compile(r"(?P<version>\S+)  (?P<hash>[0-9a-f]{64})  (?P<chain>[0-9a-f]{64})  (?P<file>.+)")
_MARKS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_SHOWN = 10


class Summed(msgspec.Struct, frozen=True):
    """A file of the folder: the version it belongs to, its name and the hash of its content."""

    version: str
    file: str
    hash: str


def text_of(path: Path) -> str:
    """A file's text without its byte-order mark and with equal line ends. Raises SourceError where it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}.") from error
    return decode(data, str(path)).replace("\r\n", "\n").replace("\r", "\n")


def hash_of(*texts: str) -> str:
    """The SHA-256 of texts, told apart from each other."""
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()


def written(files: Sequence[Summed]) -> str:
    """The checksum file for these files, in their order."""
    lines, chain = [_HEAD], ""
    for each in files:
        chain = _chained(chain, each)
        lines.append(f"{each.version}  {each.hash}  {chain}  {each.file}\n")
    return "".join(lines)


def differences(folder: Path, files: Sequence[Summed]) -> tuple[str, ...]:
    """Sentences on what differs between the checksum file and the folder; none where they agree."""
    path = folder / NAME
    if not path.is_file():
        return (f"{NAME} is missing.",) if files else ()
    lines = [line for line in text_of(path).split("\n") if line and not line.startswith("#")]
    if any(line.startswith(_MARKS) for line in lines):
        return (f"{NAME} holds the marks of a merge conflict: two branches both added migrations.",)
    listed: list[tuple[Summed, str]] = []
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            return (f"{NAME} holds a line that is no checksum: {line[:60]!r}.",)
        listed.append((Summed(match["version"], match["file"], match["hash"]), match["chain"]))
    return _compared(listed, files)


def check(folder: Path, files: Sequence[Summed]) -> None:
    """Raise SourceError, saying exactly what differs, where the folder is not what its checksum file says."""
    found = differences(folder, files)
    if found:
        more = (f"… and {len(found) - _SHOWN} more.",) if len(found) > _SHOWN else ()
        said = "\n".join(f"  - {each}" for each in (*found[:_SHOWN], *more))
        raise SourceError(
            f"The folder {folder} is not what its {NAME} says; nothing was done:\n{said}",
            hint="If the files are right as they are: dbwright migrate repair. Otherwise bring them back, for example from git.",
        )


def _compared(listed: Sequence[tuple[Summed, str]], files: Sequence[Summed]) -> tuple[str, ...]:
    known, there = {each.file: each for each, _ in listed}, {each.file: each for each in files}
    found = []
    for name, each in there.items():
        if name not in known:
            found.append(f"{name} was added by hand: {NAME} does not list it.")
        elif known[name].hash != each.hash:
            found.append(f"{name} was changed after its checksum was written.")
    found += [
        f"{name} is missing: {NAME} lists it, the folder does not have it." for name in known if name not in there
    ]
    if len(known) != len(listed):
        found.append(f"{NAME} lists a file twice.")
    if found:
        return tuple(found)
    chain = ""
    for (each, stated), actual in zip(listed, files, strict=True):
        chain = _chained(chain, actual)
        if each.file != actual.file:
            return (f"{NAME} lists {each.file} where {actual.file} runs: its lines were put together by hand.",)
        if stated != chain:
            where = f"the line of {each.file} does not follow from the one before it"
            return (f"{NAME} was put together by hand, as after a merge of two branches: {where}.",)
    return ()


def _chained(before: str, each: Summed) -> str:
    return hashlib.sha256(f"{before}\n{each.version}\n{each.file}\n{each.hash}".encode()).hexdigest()
