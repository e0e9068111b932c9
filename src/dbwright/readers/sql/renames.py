"""Comments in SQL text that tell the former name of a table or a column: `-- dbwright: renamed from old_name`."""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.change.compare.renames import Rename, parse_path
from dbwright.engines.base import Statement
from dbwright.errors import UsageError
from dbwright.finding import Location
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.suppressions import lines_of_data, next_code

_MENTION = re.compile(
    r"(?:--|\#|/\*)[ \t]*dbwright:[ \t]*renamed[ \t]+from[ \t]+"
    r"(?P<name>(?:\"(?:[^\"\n]|\"\")+\"|`[^`\n]+`|[^\s\"`*;,])+)",
    re.IGNORECASE,
)


class FormerName(msgspec.Struct, frozen=True):
    """What a comment says: the table or column that it stands at, None where it stands at none, and its former name.

    former: the name as written, with the namespace or table before it where they stand there.
    """

    target: Ref | None
    former: tuple[str, ...]
    location: Location


def former_names_in(
    text: str, path: str, statements: Iterable[Statement], dialect: Dialect, locations: Mapping[Ref, Location]
) -> tuple[FormerName, ...]:
    """The former names that a file's comments tell.

    A comment behind code speaks of the column, or the table, that was begun last before it, and of the table behind the end
    of its statement; one that stands alone speaks of the one that begins on the next line with code.
    statements: those of the file; strings and data in them are no comments.
    locations: where the objects are written, as `locate` gives it.
    """
    matches = list(_MENTION.finditer(text))
    if not matches:
        return ()
    data = lines_of_data(statements, dialect)
    lines = text.split("\n")
    objects: list[_Written] = sorted(
        ((at.line, at.column, _RANK.get(ref.kind, 2), ref) for ref, at in locations.items() if at.path == path),
        key=lambda each: each[:3],
    )
    found = []
    for match in matches:
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        if any(start <= (line, column) < end for start, end in data):
            continue
        alone = not lines[line - 1][: column - 1].strip()
        if alone:
            wanted = next_code(lines, line)
            target = next((ref for begun, _, _, ref in objects if begun == wanted), None)
        else:
            before = [each for each in objects if each[:2] <= (line, column)]
            if lines[line - 1][: column - 1].rstrip().endswith(";"):  # it speaks of the whole statement
                before = [each for each in before if each[3].kind == "table"]
            target = _begun_last([each for each in before if each[0] == before[-1][0]])
        if target is not None and target.kind not in _RANK:
            target = None
        former = parse_path(match["name"].replace("`", '"'))
        found.append(FormerName(target, former, Location(path, line, column)))
    return tuple(found)


_RANK = {"table": 0, "column": 1}
_Written = tuple[int, int, int, Ref]
"""Where an object is written, its rank among those that are written there, and its name."""


def _begun_last(on_line: Sequence[_Written]) -> Ref | None:
    """Of the objects that begin on a line, the last column; its constraints belong to it. Else the first of them.

    Parts that are written nowhere stand where their table does, and are passed over.
    """
    tables = [each[:2] for each in on_line if each[3].kind == "table"]
    columns = [each[3] for each in on_line if each[3].kind == "column" and each[:2] not in tables]
    return columns[-1] if columns else next((each[3] for each in on_line), None)


def renames_for(former_names: Sequence[FormerName], old: Catalog) -> tuple[tuple[Rename, ...], tuple[str, ...]]:
    """The renames that are still to be done on a database that holds the old catalog, and notes on those that fit nothing.

    A comment may stay when its rename is done: where the new name is there already, it says nothing more.
    Raises UsageError for a comment that stands at no table and no column.
    """
    tables = {table.ref.path: table for table in old.tables}
    renames: list[Rename] = []
    notes: list[str] = []
    moved: dict[tuple[str, ...], Table] = {}
    by_kind = sorted(former_names, key=lambda each: each.target is None or each.target.kind != "table")
    for each in by_kind:
        if each.target is None or not each.former:
            raise UsageError(
                f"{_place(each)}: the comment on a former name stands at no table and no column.",
                hint="Put it at the end of the line where the column is written, or on the line above CREATE TABLE or the column.",
            )
        if each.target.kind == "table":
            if each.target.path in tables:
                continue
            table = _former_table(each.former, each.target.namespace, old)
            if table is None:
                notes.append(_unknown(each))
                continue
            moved[each.target.path] = table
            renames.append(Rename(table.ref, (each.target.path[0], each.target.path[1])))
            continue
        holder = tables.get(each.target.path[:2]) or moved.get(each.target.path[:2])
        if holder is None or holder.column(each.target.name):
            continue
        name = _spelled(each.former[-1], [column.name for column in holder.columns])
        if name is None:
            notes.append(_unknown(each))
        else:
            renames.append(Rename(holder.column_ref(name), each.target.name))
    return tuple(renames), tuple(notes)


def _former_table(former: tuple[str, ...], namespace: str, old: Catalog) -> Table | None:
    wanted = former[0] if len(former) > 1 else namespace
    there = {table.name: table for table in old.tables if table.namespace == wanted}
    name = _spelled(former[-1], list(there))
    return there[name] if name is not None else None


def _spelled(name: str, known: Sequence[str]) -> str | None:
    """The name as the database spells it: exactly so, or in the one other way of capitals and small letters."""
    if name in known:
        return name
    alike = [each for each in known if each.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 else None


def _unknown(each: FormerName) -> str:
    return (
        f"{_place(each)}: {each.target} is said to be renamed from {'.'.join(each.former)}, but the database has neither; "
        "it is created as new."
    )


def _place(each: FormerName) -> str:
    return f"{each.location.path}:{each.location.line}"
