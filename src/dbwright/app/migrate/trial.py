"""Every revision tried on tables that hold rows: what was in them must be there after the way up, and after the way back."""

from collections.abc import Callable, Mapping

import msgspec

from dbwright.app.migrate.project import Project
from dbwright.app.rows import make_up, named, parents_first
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Table
from dbwright.errors import DbwrightError
from dbwright.migrate.replay import Replay, replaying
from dbwright.migrate.revision import Revision

Values = Mapping[str, list[str]]
_Content = dict[tuple[str, ...], tuple[int, dict[str, list[str]]]]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One revision: how many rows were there, what was lost on which way, and what failed.

    lost: sentences; losses that the file itself allows are in `allowed`. failed: the engine's message.
    """

    version: str
    name: str
    rows: int = 0
    up: bool | None = None
    down: bool | None = None
    lost: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    failed: str = ""
    notes: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing failed and nothing was lost that the file does not allow."""
        return not self.failed and not self.lost


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """All revisions, and the scratch database."""

    trials: tuple[Trial, ...]
    origin: str
    notes: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether every revision is good."""
        return all(each.good for each in self.trials)


def trial(
    project: Project,
    *,
    rows: int = 20,
    since: str | None = None,
    progress: Callable[[str], None] = lambda sentence: None,
) -> Tried:
    """Run each revision up, down and up again with rows in the tables. since: those up to this version are only run up.

    Raises Unavailable where no scratch database can be had.
    """
    trials: list[Trial] = []
    begun = since is None
    with replaying(project.engine) as there:
        for revision in project.folder.revisions:
            if revision.seed:
                continue
            if begun:
                progress(f"Trying {revision.title} with rows …")
                each = _one(project, there, revision, rows)
                trials.append(each)
                if each.failed:
                    break
            else:
                there.run(revision)
                begun = revision.version == since
        return Tried(trials=tuple(trials), origin=there.origin, notes=(*project.notes, *dict.fromkeys(there.notes)))


def _one(project: Project, there: Replay, revision: Revision, rows: int) -> Trial:
    result = Trial(version=revision.version, name=revision.name)
    if revision.up is None and not revision.python:
        return msgspec.structs.replace(result, notes=("Its statements cannot be told, so it was not tried.",))
    before = there.catalog()
    unfilled = _fill(project, there, before, rows)
    start = _content(project, there, before)
    result = msgspec.structs.replace(result, rows=sum(count for count, _ in start.values()), notes=tuple(unfilled))
    try:
        there.run(revision, "up")
    except DbwrightError as fault:
        return msgspec.structs.replace(result, up=False, failed=f"Up, with rows in the tables: {fault.message}")
    after = there.catalog()
    lost = _lost("Up", start, _content(project, there, after), before, after)
    if revision.irreversible or (revision.down is None and not revision.python):
        return _judged(result, revision, lost, [], up=True, down=None)
    try:
        there.run(revision, "down")
        back = _lost("Down", start, _content(project, there, there.catalog()), before, before)
        there.run(revision, "up")
    except DbwrightError as fault:
        judged = _judged(result, revision, lost, [], up=True, down=False)
        return msgspec.structs.replace(judged, failed=f"Down, or up again, with rows in the tables: {fault.message}")
    return _judged(result, revision, lost, [each for each in back if each not in lost], up=True, down=not back)


def _judged(
    result: Trial, revision: Revision, lost: list[str], back: list[str], *, up: bool, down: bool | None
) -> Trial:
    allowed = "data-loss" in revision.allows
    every = (*lost, *back)
    return msgspec.structs.replace(
        result, up=up, down=down, lost=() if allowed else every, allowed=every if allowed else ()
    )


def _fill(project: Project, there: Replay, catalog: Catalog, rows: int) -> list[str]:
    """Made-up rows for the tables that are empty still; returns sentences on those that stayed so."""
    filled = {
        table.ref.path
        for table in parents_first(catalog)
        if there.session.query(f"SELECT 1 FROM {named(project.engine, table)} LIMIT 1")
    }
    # Tables that do not hold rows of their own are not filled; but as parents their keys are looked up all the same.
    tables = tuple(
        msgspec.structs.replace(table, kind="foreign") if table.ref.path in filled else table
        for table in catalog.tables
    )
    return make_up(there.session, msgspec.structs.replace(catalog, tables=tables), project.engine, rows=rows)


def _content(project: Project, there: Replay, catalog: Catalog) -> _Content:
    """By table its number of rows, and by column its values, sorted: the same whatever order the rows are in."""
    found: _Content = {}
    for table in parents_first(catalog):
        names = [column.name for column in table.columns]
        if not names:
            continue
        listed = ", ".join(project.engine.quote(name) for name in names)
        rows = there.session.query(f"SELECT {listed} FROM {named(project.engine, table)}")
        found[table.ref.path] = (
            len(rows),
            {name: sorted(repr(row[place]) for row in rows) for place, name in enumerate(names)},
        )
    return found


def _lost(way: str, start: _Content, end: _Content, before: Catalog, after: Catalog) -> list[str]:
    """What was there and is not any more: rows, columns, values that became others though their column's type stayed."""
    said = []
    old, new = Lookup(before), Lookup(after)
    for path, (count, columns) in start.items():
        table = old.table(path)
        if not count or table is None:
            continue
        if path not in end:
            if not _renamed(columns, end, start):
                said.append(f"{way}: the {count} rows of {table.ref} are gone.")
            continue
        kept, values = end[path]
        if kept < count:
            said.append(f"{way}: {count - kept} of the {count} rows of {table.ref} are gone.")
            continue
        for name, were in columns.items():
            fresh = [values[each] for each in values if each not in columns]
            said += _lost_values(way, table, new.table(path), name, were, values, fresh)
    return said


def _lost_values(
    way: str,
    table: Table,
    after: Table | None,
    name: str,
    were: list[str],
    values: Mapping[str, list[str]],
    fresh: list[list[str]],
) -> list[str]:
    ref = table.column_ref(name)
    column, now = table.column(name), after.column(name) if after else None
    if set(were) == {"None"} or column is None or column.generated is not None:
        return []
    if name not in values:
        return [] if were in fresh else [f"{way}: the values of {ref} are gone."]
    if now is not None and now.type == column.type and values[name] != were and len(values[name]) == len(were):
        if set(values[name]) == {"None"}:
            return [f"{way}: the values of {ref} are gone."]
        count = sum(a != b for a, b in zip(were, values[name], strict=True))
        return [f"{way}: {count} of {len(were)} values of {ref} are others."] if way == "Down" else []
    return []


def _renamed(columns: Mapping[str, list[str]], end: _Content, start: _Content) -> bool:
    """Whether a table that is new holds the same values: it was renamed."""
    return any(
        path not in start and all(any(values == were for values in found.values()) for were in columns.values())
        for path, (_, found) in end.items()
    )
