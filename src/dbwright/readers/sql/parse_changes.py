"""What happens to objects after they were created: enums get labels, sequences owners, comments and grants come, drops go."""

from typing import Any, cast

import msgspec

from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Enum, Grant, Unread
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import Draft, Path
from dbwright.readers.sql.parse_table import string_value


def alter_other(draft: Draft, cursor: Cursor) -> None:
    """ALTER of anything but a table: enums get labels, sequences owners, the rest changes nothing that is read here."""
    word = cursor.take().upper
    if word not in ("TYPE", "SEQUENCE"):
        return
    cursor.accept("IF", "EXISTS")
    path = draft.path(cursor)
    if word == "TYPE" and cursor.accept("ADD", "VALUE"):
        cursor.accept("IF", "NOT", "EXISTS")
        draft.put(draft.enums, path, lambda enum: _with_label(enum, cursor))
    elif word == "SEQUENCE" and cursor.accept("OWNED", "BY"):
        owner = cursor.path()
        if len(owner) >= 2:
            owned = (owner[-3] if len(owner) > 2 else draft.namespace, owner[-2], owner[-1])
            draft.put(draft.sequences, path, lambda sequence: msgspec.structs.replace(sequence, owned_by=owned))


def _with_label(enum: Enum, cursor: Cursor) -> Enum:
    label = string_value(cursor.take(), "postgres")
    labels = list(enum.labels)
    position = len(labels)
    side = cursor.accept_any("BEFORE", "AFTER")
    if side:
        beside = string_value(cursor.take(), "postgres")
        position = labels.index(beside) + (side == "AFTER") if beside in labels else position
    if label not in labels:
        labels.insert(position, label)
    return msgspec.structs.replace(enum, labels=tuple(labels))


def drop(draft: Draft, cursor: Cursor) -> None:
    """DROP of anything; what is not there is no error, since scripts begin with drops."""
    cursor.accept_any("MATERIALIZED", "FOREIGN", "TEMPORARY")
    word = cursor.take().upper
    cursor.accept("CONCURRENTLY")
    cursor.accept("IF", "EXISTS")
    places: dict[str, dict[Path, Any]] = {
        "TABLE": cast(dict[Path, Any], draft.tables),
        "VIEW": cast(dict[Path, Any], draft.views),
        "SEQUENCE": cast(dict[Path, Any], draft.sequences),
        "DOMAIN": cast(dict[Path, Any], draft.domains),
    }
    for item in cursor.items():
        path = draft.path(item)
        if word == "TYPE":
            for objects in (draft.enums, draft.composites, draft.ranges):
                cast(dict[Path, Any], objects).pop(path, None)
        elif word == "TABLE":
            table = draft.table(path)
            if table:
                draft.tables.pop((table.namespace, table.name), None)
        elif word in places:
            places[word].pop(path, None)
        elif word == "INDEX":
            for table in draft.tables.values():
                table.indexes = [each for each in table.indexes if each.name != path[1]]
        elif word == "TRIGGER":
            for table in draft.tables.values():
                table.triggers = [each for each in table.triggers if each.name != path[1]]
        elif word in ("FUNCTION", "PROCEDURE"):
            draft.routines = [each for each in draft.routines if (each.namespace, each.name) != path]


def comment_on(draft: Draft, cursor: Cursor) -> None:
    """PostgreSQL's COMMENT ON, for what is read here."""
    cursor.accept("MATERIALIZED")
    word = cursor.take().upper
    last = cursor.tokens[-1]
    comment = string_value(last, "postgres") if last.kind == "string" else None
    if word == "COLUMN":
        parts = cursor.path()
        path = (parts[-3] if len(parts) > 2 else draft.namespace, parts[-2])
        table = draft.table(path)
        if table:
            table.change_column(parts[-1], cursor.tokens[cursor.at - 1], comment=comment)
        return
    if word == "TABLE":
        table = draft.table(draft.path(cursor))
        if table:
            table.fields["comment"] = comment
        return
    objects: dict[str, Any] = {
        "VIEW": draft.views,
        "TYPE": draft.enums,
        "DOMAIN": draft.domains,
        "SEQUENCE": draft.sequences,
    }
    if word in objects:
        draft.put(objects[word], draft.path(cursor), lambda each: msgspec.structs.replace(each, comment=comment))


def grant(draft: Draft, cursor: Cursor) -> None:
    """GRANT of privileges on tables, sequences and schemas; grants of roles are of the whole server."""
    if draft.dialect != "postgres":
        return
    privileges = cursor.until("ON", "TO").upper()
    if not cursor.accept("ON") or "(" in privileges:
        return
    word = cursor.accept_any("TABLE", "SEQUENCE", "SCHEMA")
    if cursor.here.upper in ("ALL", "DATABASE", "FUNCTION", "PROCEDURE", "LANGUAGE", "TYPE", "DOMAIN"):
        draft.unread.append(Unread(kind="grant", name=" ".join(cursor.text.split())[:60]))
        return
    names = cursor.until("TO")
    kind: Kind = "sequence" if word == "SEQUENCE" else "table"
    targets = [
        Ref("namespace", (item.name(),)) if word == "SCHEMA" else Ref(kind, draft.path(item))
        for item in Cursor(names, "postgres").items()
    ]
    cursor.accept("TO")
    grantees = cursor.until("WITH", "GRANTED")
    grantable = cursor.accept("WITH", "GRANT")
    for grantee in Cursor(grantees, "postgres").items():
        name = grantee.name()
        for target in targets:
            draft.grants.append(
                Grant(
                    grantee="PUBLIC" if name == "public" else name, on=target, grantable=grantable,
                    privileges=tuple(sorted(each.strip().removesuffix(" PRIVILEGES") for each in privileges.split(","))),
                )
            )  # fmt: skip
