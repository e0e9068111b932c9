"""The file of decisions: which dependencies a project has accepted and rejected, kept in git beside its code.

    [[accepted]]
    table = "orders"
    dependency = "zip -> city"
    reason = "the post office gives a zip to one city"      # may be left out

People may edit it; an entry is added behind the last one of its table, and comments stay where they are.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from dbwright.catalog.objects import Table
from dbwright.errors import UsageError
from dbwright.normalize.judgement.decisions import Decision
from dbwright.normalize.judgement.written import read_written

DEFAULT_FILE = "dependencies.toml"
_HEAD = """\
# What people have decided on the dependencies in our tables. dbwright adds to this file; edit it freely, comments stay.
# "dbwright dependencies SOURCE --check" fails where an accepted one no longer holds.
"""
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*(accepted|rejected)[ \t]*\]\]")
_REASON = re.compile(r"^[ \t]*reason[ \t]*=")
_ANY_HEADER = re.compile(r"^[ \t]*\[")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the file. dependency: as text; what it means is known once the columns of its table are."""

    table: str
    dependency: str
    accepted: bool
    reason: str = ""


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    table: str
    dependency: str
    reason: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    accepted: tuple[_Written, ...] = ()
    rejected: tuple[_Written, ...] = ()


def read_entries(path: str | Path) -> tuple[Entry, ...]:
    """The entries of a file; () where there is none. Raises UsageError where it is no file of decisions."""
    return _entries(_text(Path(path)), Path(path))


def resolved(entries: Iterable[Entry], table: Table) -> tuple[list[Decision], list[str]]:
    """The decisions on one table, and a sentence for each that cannot be understood there."""
    columns = [column.name for column in table.columns]
    found: list[Decision] = []
    problems: list[str] = []
    for entry in entries:
        if entry.table not in (str(table.ref), table.name):
            continue
        try:
            known = read_written(entry.dependency, columns, table.namespace)
        except UsageError as error:
            word = "accepted" if entry.accepted else "rejected"
            problems.append(f"What was {word} for {entry.table} cannot be looked at: {error.message}")
            continue
        found += (
            Decision(table=entry.table, dependency=each, accepted=entry.accepted, reason=entry.reason) for each in known
        )
    return found, problems


def keep(path: str | Path, new: Sequence[Entry]) -> int:
    """Add entries to a file, which is made where there is none; one that says the opposite is turned round, and its reason goes.

    Returns how many changed.

    Raises UsageError where the file cannot be understood or written; it is then as it was.
    """
    file = Path(path)
    text = _text(file)
    before = text
    changed = 0
    for entry in new:
        after = _with(text, entry, file)
        changed += after != text
        text = after
    if text != before:
        if _entries(text, file) is None:  # reads it once more, so that nothing broken is ever written
            raise UsageError(f"{file} cannot be added to.")
        _write(file, text)
    return changed


# ---------------------------------------------------------------- the text


def _text(file: Path) -> str:
    if not file.exists():
        return ""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def _entries(text: str, file: Path) -> tuple[Entry, ...]:
    """The entries in the order of the text."""
    try:
        content: Any = tomllib.loads(text)
        read = msgspec.convert(content, _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UsageError(
            f"{file} is no file of decisions: {error}.", hint=f"It has entries like this one:\n{_example()}"
        ) from error
    waiting = {"accepted": list(read.accepted), "rejected": list(read.rejected)}
    ordered = [kind for line in text.splitlines() if (kind := _kind(line))]
    if [ordered.count(kind) for kind in waiting] != [len(each) for each in waiting.values()]:
        ordered = ["accepted"] * len(read.accepted) + ["rejected"] * len(read.rejected)
    found = []
    for kind in ordered:
        each = waiting[kind].pop(0)
        found.append(
            Entry(table=each.table, dependency=each.dependency, accepted=kind == "accepted", reason=each.reason)
        )
    return tuple(found)


def _kind(line: str) -> str:
    found = _HEADER.match(line)
    return found[1] if found else ""


def _with(text: str, entry: Entry, file: Path) -> str:
    """The text with one entry more, or with an entry turned round."""
    known = _entries(text, file)
    lines = text.splitlines(keepends=True)
    starts = [place for place, line in enumerate(lines) if _kind(line)]
    if len(starts) != len(known):
        raise UsageError(
            f"{file} cannot be added to, because its entries are not written one below the other.",
            hint=f"Write them like this:\n{_example()}",
        )
    for place, each in zip(starts, known, strict=True):
        if (each.table, each.dependency) == (entry.table, entry.dependency):
            if each.accepted != entry.accepted:
                lines[place] = lines[place].replace(*_words(each.accepted, entry.accepted), 1)
            elif not entry.reason or entry.reason == each.reason:
                return text
            return _with_reason(lines, place, entry.reason)
    block = _block(entry)
    behind = [place for place, each in zip(starts, known, strict=True) if each.table == entry.table]
    if not behind:
        lead = text if text else _HEAD
        return lead + ("" if lead.endswith("\n") else "\n") + "\n" + block
    end = _end(lines, behind[-1])
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    return "".join((*lines[:end], "\n", block, *lines[end:]))


def _with_reason(lines: list[str], start: int, reason: str) -> str:
    """The text with this reason in the entry that begins at a line; the old one was for another answer, or is out of date."""
    end = _end(lines, start)
    kept = [line for line in lines[start + 1 : end] if not _REASON.match(line)]
    if kept and not kept[-1].endswith("\n"):
        kept[-1] += "\n"
    new = [f"reason = {_string(reason)}\n"] if reason else []
    return "".join((*lines[: start + 1], *kept, *new, *lines[end:]))


def _words(was: bool, becomes: bool) -> tuple[str, str]:
    return ("accepted" if was else "rejected", "accepted" if becomes else "rejected")


def _end(lines: Sequence[str], start: int) -> int:
    """Where the entry that begins at a line ends: behind its last line that is neither blank nor a comment."""
    last = start
    for place in range(start + 1, len(lines)):
        if _ANY_HEADER.match(lines[place]):
            break
        if lines[place].strip() and not lines[place].lstrip().startswith("#"):
            last = place
    return last + 1


def _block(entry: Entry) -> str:
    lines = [f"[[{'accepted' if entry.accepted else 'rejected'}]]", f"table = {_string(entry.table)}"]
    lines.append(f"dependency = {_string(entry.dependency)}")
    if entry.reason:
        lines.append(f"reason = {_string(entry.reason)}")
    return "\n".join(lines) + "\n"


def _string(text: str) -> str:
    """A TOML string: without escapes where it can be, for the eyes of people."""
    if "'" not in text and all(character.isprintable() for character in text) and ('"' in text or "\\" in text):
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in escaped) + '"'


def _example() -> str:
    return _block(Entry(table="orders", dependency="zip -> city", accepted=True))


def _write(file: Path, text: str) -> None:
    partial = file.with_name(f".{file.name}.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
