"""Where each revision of a folder stands in a database: applied, pending, changed, missing, stopped in the middle."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from dbwright.migrate.history import Entry
from dbwright.migrate.revision import Folder, Revision
from dbwright.migrate.versions import order_of

State = Literal["applied", "baseline", "pending", "out of order", "changed", "missing", "failed", "running"]
"""out of order: pending, though a later one is applied · changed: applied with other content than the file has now ·
missing: applied, and its file is not in the folder · failed: stopped in the middle · running: runs now, or was killed."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One revision in one database. entry: the last row of the history about it; revision: None where the file is missing.

    since: the row by which it became part of the database, where it is. note: a sentence on what is odd.
    """

    version: str
    name: str
    state: State
    revision: Revision | None = None
    entry: Entry | None = None
    since: Entry | None = None
    note: str = ""

    @property
    def is_applied(self) -> bool:
        """Whether all of it is in the database."""
        return self.state in ("applied", "baseline", "changed", "missing")

    @property
    def is_pending(self) -> bool:
        """Whether none of it is in the database."""
        return self.state in ("pending", "out of order")

    @property
    def is_partial(self) -> bool:
        """Whether it stopped in the middle."""
        return self.state in ("failed", "running")


def standings(folder: Folder, entries: Sequence[Entry]) -> tuple[Standing, ...]:
    """Every revision of the folder and of the history, in the order in which they run. Seeds are left to `due_seeds`."""
    latest = {entry.version: entry for entry in entries}
    since = _since(entries)
    revisions = [each for each in folder.revisions if not each.seed]
    replaced = {version for each in revisions for version, _ in each.replaces} - {each.version for each in revisions}
    found = [_standing(revision, latest.get(revision.version), since) for revision in revisions]
    known = {each.version for each in revisions}
    for version, entry in latest.items():
        if version in known or version in replaced or version.startswith("seeds/"):
            continue
        if version in since or entry.is_partial:
            state: State = "missing" if version in since else ("running" if entry.outcome == "running" else "failed")
            found.append(
                Standing(
                    version=version,
                    name=entry.name,
                    state=state,
                    entry=entry,
                    since=since.get(version),
                    note="Its file is not in the folder.",
                )
            )
    if folder.kind == "dbwright":
        found.sort(key=lambda each: order_of(each.version))
    else:  # Only the folder knows the order of other tools' versions.
        found.sort(key=lambda each: each.revision is not None)
    return _with_order(found)


def due_seeds(folder: Folder, entries: Sequence[Entry], environment: str | None) -> tuple[Revision, ...]:
    """The seeds of an environment that never ran in this database, or were changed since."""
    done = {each.version: each.checksum for each in entries if each.outcome == "done"}
    return tuple(
        each
        for each in folder.revisions
        if each.seed
        and (not each.environments or environment in each.environments)
        and done.get(each.version) != each.checksum
    )


def _since(entries: Sequence[Entry]) -> dict[str, Entry]:
    """By version, the row by which it became a part of the database, for those that are."""
    since: dict[str, Entry] = {}
    for entry in entries:
        if entry.direction == "up" and entry.outcome in ("done", "baseline"):
            since[entry.version] = entry
        elif entry.outcome == "undone" or entry.is_partial:
            since.pop(entry.version, None)
    return since


def _standing(revision: Revision, entry: Entry | None, since: Mapping[str, Entry]) -> Standing:
    def standing(state: State, note: str = "") -> Standing:
        return Standing(
            version=revision.version,
            name=revision.name,
            state=state,
            revision=revision,
            entry=entry,
            since=since.get(revision.version),
            note=note,
        )

    if entry is not None and entry.is_partial:
        return standing("running" if entry.outcome == "running" else "failed", _part(entry))
    if revision.replaces and not (revision.version in since and since[revision.version].checksum == revision.checksum):
        return _squashed(revision, since, standing("applied"), standing("pending"))
    if revision.version in since:
        if since[revision.version].checksum not in ("", revision.checksum):
            return standing("changed", "Its file is not the one that was applied.")
        return standing("baseline" if since[revision.version].outcome == "baseline" else "applied")
    if entry is not None and entry.outcome == "failed":
        return standing("pending", f"Its last run failed and was rolled back: {entry.message}")
    return standing("pending", "It was undone." if entry is not None and entry.outcome == "undone" else "")


def _squashed(revision: Revision, since: Mapping[str, Entry], applied: Standing, pending: Standing) -> Standing:
    """A revision that stands for several: applied where all of them are, pending where none is."""
    there = [version for version, _ in revision.replaces if version in since]
    if not there:
        return pending
    lacking = [version for version, _ in revision.replaces if version not in since]
    if lacking:
        note = (
            f"It stands for {len(revision.replaces)} revisions, of which this database has {len(there)}, up to {there[-1]}; "
            f"{lacking[0]} is not applied."
        )
        return msgspec.structs.replace(pending, state="changed", note=note)
    other = [
        version
        for version, checksum in revision.replaces
        if checksum and since[version].checksum not in ("", checksum, revision.checksum)
    ]
    if other:
        return msgspec.structs.replace(
            applied, state="changed", note=f"It stands for {other[0]}, which was applied with other content."
        )
    return msgspec.structs.replace(
        applied,
        since=since[revision.replaces[-1][0]],
        note=f"By the {len(revision.replaces)} revisions that it stands for.",
    )


def _part(entry: Entry) -> str:
    way = "" if entry.direction == "up" else "the way back: "
    if entry.in_doubt is not None:
        return (
            f"{way}{entry.statements} statements are done; statement {entry.in_doubt} was begun, and it is not known whether it "
            "was done."
        )
    return f"{way}{entry.statements} statements are done, statement {entry.statements + 1} is not."


def _is_ordered(standing: Standing) -> bool:
    return standing.revision is not None and not standing.revision.repeatable


def _with_order(found: Sequence[Standing]) -> tuple[Standing, ...]:
    """Pending ones before the last that is applied are out of order."""
    last = max((place for place, each in enumerate(found) if each.is_applied and _is_ordered(each)), default=-1)
    return tuple(
        msgspec.structs.replace(each, state="out of order")
        if each.state == "pending" and place < last and not (each.revision and each.revision.replaces)
        else each
        for place, each in enumerate(found)
    )
