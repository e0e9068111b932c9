"""What is created beside columns and constraints: tables as wholes, indexes, views, types, sequences, code; and dropped again."""

import itertools
from collections.abc import Callable
from typing import Any, Literal, cast

import msgspec

from dbwright.catalog.objects import (
    Check,
    Column,
    Composite,
    Domain,
    Enum,
    Event,
    Extension,
    Index,
    Namespace,
    Partitioning,
    PartitionOf,
    Policy,
    Range,
    Routine,
    Sequence,
    Trigger,
    Unique,
    Unread,
    View,
)
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import Draft, DraftTable, Wrong
from dbwright.readers.sql.parse_index import read_index
from dbwright.readers.sql.parse_keys import key_parts
from dbwright.readers.sql.parse_table import (
    is_constraint,
    read_column,
    read_constraint,
    read_type,
    sequence_options,
    string_value,
)

# ---------------------------------------------------------------- tables


def create_table_like(draft: Draft, cursor: Cursor, modifiers: set[str]) -> bool:
    """CREATE TABLE x LIKE y and CREATE TABLE x AS SELECT …, of which the second cannot be known without a server."""
    start = cursor.at
    path = draft.path(cursor)
    inside = cursor.here.text == "(" and cursor.ahead().upper == "LIKE"
    if draft.dialect == "mysql" and (cursor.accept("LIKE") or inside):
        if inside:
            cursor.at += 2
        parent = draft.table(draft.path(cursor))
        if parent:
            draft.tables[path] = msgspec.structs.replace(
                parent, namespace=path[0], name=path[1], columns=[*parent.columns], uniques=[*parent.uniques],
                foreign_keys=[], checks=[*parent.checks], indexes=[*parent.indexes], triggers=[],
            )  # fmt: skip
        return True
    words = cursor.here.upper
    if words in ("AS", "SELECT"):
        draft.unread.append(Unread(kind="table", name=path[1], reason="its columns are those of a query"))
        return True
    cursor.at = start
    return False


def _table(draft: Draft, cursor: Cursor, modifiers: set[str], text: str) -> None:
    at = cursor.here
    path = draft.path(cursor)
    if modifiers & {"TEMP", "TEMPORARY"}:
        return
    table = DraftTable(path[0], path[1])
    if "VIRTUAL" in modifiers:
        table.fields |= {"kind": "virtual", "module": text}
        draft.tables[path] = table
        return
    if cursor.accept("PARTITION", "OF"):
        _partition_of(draft, table, cursor)
    else:
        if cursor.here.text != "(":
            raise Wrong(cursor.here, "the columns in brackets", certain=True)
        inner = cursor.brackets()
        if not inner.tokens and draft.dialect != "postgres":
            raise Wrong(at, "a column")
        _items(draft, table, inner)
    _table_ending(draft, table, cursor, modifiers)
    draft.tables[path] = table


def _items(draft: Draft, table: DraftTable, inner: Cursor) -> None:
    constraints = []
    after = inner.text[inner.tokens[-1].end :] if inner.tokens else ""
    if inner.tokens and inner.tokens[-1].text == "," and after:
        raise Wrong(inner.tokens[-1], "another column, or no comma", certain=True)
    for item in inner.items():
        if item.done:
            raise Wrong(inner.tokens[-1], "a column or a constraint")
        if item.here.upper == "LIKE" and draft.dialect == "postgres":
            item.take()
            parent = draft.table(draft.path(item))
            table.columns += [msgspec.structs.replace(each, default=None) for each in parent.columns] if parent else []
        elif item.here.upper == "PERIOD":
            continue
        elif is_constraint(item):
            constraints.append(item)
        else:
            column, _ = read_column(draft, table, item)
            table.columns.append(column)
            if not item.done:
                raise Wrong(item.here, "a comma or a closing bracket")
    for item in constraints:
        read_constraint(draft, table, item)
    if draft.dialect == "mysql":
        _indexes_of_keys(table)


def _indexes_of_keys(table: DraftTable) -> None:
    """InnoDB gives each foreign key an index where none begins with its columns."""
    for key in table.foreign_keys:
        heads: list[tuple[str | None, ...]] = [each.columns for each in table.uniques]
        heads += [each.columns for each in table.indexes]
        heads += [table.primary_key.columns] if table.primary_key else []
        if not any(head[: len(key.columns)] == key.columns for head in heads):
            generated = key.name is None or "_ibfk_" in key.name
            name = table.free_name(key.columns[0]) if generated else key.name or ""
            parts = key_parts(Cursor(", ".join(f"`{column}`" for column in key.columns), "mysql"))
            table.indexes.append(Index(name=name, parts=parts))


def _partition_of(draft: Draft, table: DraftTable, cursor: Cursor) -> None:
    parent_path = draft.path(cursor)
    parent = draft.table(parent_path)
    if cursor.here.text == "(":
        cursor.brackets()
    bound = cursor.until("PARTITION", "WITH", "TABLESPACE", "USING")
    table.fields["partition_of"] = PartitionOf(table=parent_path, bound=bound)
    if parent:
        table.columns = [*parent.columns]
        if parent.primary_key:
            table.primary_key = msgspec.structs.replace(parent.primary_key, name=f"{table.name}_pkey")


def _table_ending(draft: Draft, table: DraftTable, cursor: Cursor, modifiers: set[str]) -> None:
    fields = table.fields
    if "FOREIGN" in modifiers:
        fields["kind"] = "foreign"
    if "UNLOGGED" in modifiers:
        fields["unlogged"] = True
    options: dict[str, str] = {}
    while not cursor.done:
        at = cursor.here
        if cursor.accept("PARTITION", "BY"):
            _partitioning(draft, table, cursor)
        elif cursor.accept("INHERITS"):
            fields["inherits"] = tuple(draft.path(item) for item in cursor.brackets().items())
        elif cursor.accept("WITHOUT", "ROWID"):
            fields["without_rowid"] = True
        elif cursor.accept("STRICT"):
            fields["strict"] = True
        elif cursor.accept("SERVER"):
            fields["server"] = cursor.name()
        elif cursor.accept("WITH") or cursor.accept("OPTIONS"):
            for item in cursor.brackets().items():
                words = [token.text for token in item.tokens]
                options[words[0]] = words[-1]
        elif cursor.accept("COMMENT"):
            cursor.accept("=")
            fields["comment"] = string_value(cursor.take(), draft.dialect)
        elif cursor.accept_any("TABLESPACE", "USING"):
            options[at.text.lower()] = cursor.name()
        elif draft.dialect == "mysql" and at.kind == "word":
            _mysql_option(cursor, options)
        elif not cursor.accept(","):
            raise Wrong(at, "the end of the statement")
    if options:
        fields["options"] = options


def _mysql_option(cursor: Cursor, options: dict[str, str]) -> None:
    if cursor.accept("AS") or cursor.here.upper == "SELECT":
        cursor.at = len(cursor.tokens)
        return
    cursor.accept("DEFAULT")
    name = cursor.take().text.lower()
    if name == "character":
        cursor.take()
        name = "charset"
    cursor.accept("=")
    value = cursor.take().text.strip("'\"")
    if name != "auto_increment":  # where the counter stands is no part of the schema
        options[name] = value


def _partitioning(draft: Draft, table: DraftTable, cursor: Cursor) -> None:
    if draft.dialect == "mysql":
        text = cursor.rest()
        cursor.at = len(cursor.tokens)
        table.fields["partitioning"] = Partitioning(strategy=text.split("(")[0].strip().lower(), definition=text)
        return
    strategy = cursor.take().text.lower()
    table.fields["kind"] = "partitioned"
    table.fields["partitioning"] = Partitioning(strategy=strategy, parts=key_parts(cursor.brackets()))


# ---------------------------------------------------------------- indexes, views, types, sequences


def _index(draft: Draft, cursor: Cursor, modifiers: set[str], text: str) -> None:
    method = "fulltext" if "FULLTEXT" in modifiers else "spatial" if "SPATIAL" in modifiers else "btree"
    written = read_index(cursor, unique="UNIQUE" in modifiers, method=method)
    index, at, parts = written.index, written.at, written.index.parts
    path = draft.resolve(written.table)
    table = draft.table(path)
    columns = [part.column for part in parts]
    if table:
        for column in columns:
            if column and draft.dialect != "sqlite":
                table.column_at(column, at)
        if draft.dialect == "mysql":
            _give_way(table, index)
        plain = all(part.column and not part.prefix_length and not part.descending for part in parts)
        if draft.dialect == "mysql" and index.unique and index.visible and plain:
            names = tuple(column for column in columns if column)
            table.uniques.append(Unique(columns=names, name=index.name, comment=index.comment))
        else:
            table.indexes.append(index)
    elif path in draft.views:
        draft.put(draft.views, path, lambda view: msgspec.structs.replace(view, indexes=(*view.indexes, index)))
    else:
        raise Wrong(at, "a table that was created before")


def _give_way(table: DraftTable, index: Index) -> None:
    """InnoDB drops the index that it made for a foreign key when one is made that serves."""
    for key in table.foreign_keys:
        if index.columns[: len(key.columns)] == key.columns:
            made = (key.name, key.columns[0])
            table.indexes = [each for each in table.indexes if not (each.name in made and each.columns == key.columns)]


def _view(draft: Draft, cursor: Cursor, modifiers: set[str], text: str) -> None:
    path = draft.path(cursor)
    if cursor.here.text == "(":
        cursor.brackets()
    while not cursor.done and cursor.here.upper != "AS":
        if cursor.here.text == "(":
            cursor.brackets()
        else:
            cursor.take()
    if not cursor.accept("AS") or cursor.done:
        raise Wrong(cursor.here, "AS and a query")
    if modifiers & {"TEMP", "TEMPORARY"}:
        return
    draft.views[path] = View(
        namespace=path[0], name=path[1], definition=cursor.rest(), materialized="MATERIALIZED" in modifiers
    )


def _type(draft: Draft, cursor: Cursor, modifiers: set[str], text: str) -> None:
    path = draft.path(cursor)
    if cursor.done:
        return
    if not cursor.accept("AS"):
        draft.unread.append(Unread(kind="type", name=path[1]))
    elif cursor.accept("ENUM"):
        labels = tuple(string_value(token, "postgres") for token in cursor.brackets().tokens if token.kind == "string")
        draft.enums[path] = Enum(namespace=path[0], name=path[1], labels=labels)
    elif cursor.accept("RANGE"):
        options = {item.name(): item.rest().removeprefix("=").strip() for item in cursor.brackets().items()}
        subtype = read_type(Cursor(options.pop("subtype", "text"), "postgres"))
        draft.ranges[path] = Range(namespace=path[0], name=path[1], subtype=subtype, options=options)
    else:
        attributes = tuple(Column(name=item.name(), type=read_type(item)) for item in cursor.brackets().items())
        draft.composites[path] = Composite(namespace=path[0], name=path[1], attributes=attributes)


def _domain(draft: Draft, cursor: Cursor, modifiers: set[str], text: str) -> None:
    path = draft.path(cursor)
    cursor.accept("AS")
    holder = DraftTable(path[0], path[1])
    rest = Cursor(cursor.text, "postgres", [*cursor.tokens[cursor.at - 1 : cursor.at], *cursor.tokens[cursor.at :]])
    rest.at = 0
    # A domain reads as a column whose name is the token before its type.
    column, _ = read_column(draft, holder, rest)
    checks = tuple(
        Check(
            expression=each.expression,
            name=each.name if each.name != f"{path[1]}_{column.name}_check" else f"{path[1]}_check",
        )
        for each in holder.checks
    )
    draft.domains[path] = Domain(
        namespace=path[0], name=path[1], type=column.type, nullable=column.nullable, default=column.default,
        collation=column.collation, checks=checks,
    )  # fmt: skip


def _sequence(draft: Draft, cursor: Cursor, modifiers: set[str], text: str) -> None:
    path = draft.path(cursor)
    if modifiers & {"TEMP", "TEMPORARY"}:
        return
    type_ = cursor.name() if cursor.accept("AS") else "bigint"
    draft.sequences[path] = Sequence(namespace=path[0], name=path[1], type=type_, **sequence_options(cursor))


def _schema(draft: Draft, cursor: Cursor, modifiers: set[str], text: str) -> None:
    if draft.dialect != "postgres":
        return
    name = cursor.name() if cursor.here.upper != "AUTHORIZATION" else cursor.ahead().text
    draft.namespaces[name] = Namespace(name=name)


def _extension(draft: Draft, cursor: Cursor, modifiers: set[str], text: str) -> None:
    name = cursor.name()
    draft.extensions[name] = Extension(name=name)


# ---------------------------------------------------------------- code


def _routine(draft: Draft, cursor: Cursor, modifiers: set[str], text: str) -> None:
    kind = cursor.tokens[cursor.at - 1].upper.lower()
    path = draft.path(cursor)
    if cursor.here.text != "(":
        raise Wrong(cursor.here, "the arguments in brackets")
    arguments = " ".join(cursor.brackets().rest().split())
    words = [token.upper for token in cursor.tokens]
    returns = cursor.until("LANGUAGE", "AS", "IMMUTABLE", "STABLE", "VOLATILE", "STRICT", "SECURITY", "BEGIN", "RETURN", "DETERMINISTIC",
                           "NOT", "READS", "CONTAINS", "MODIFIES", "SQL", "COMMENT", "PARALLEL", "COST", "ROWS", "SET") \
        if cursor.accept("RETURNS") else None  # fmt: skip
    language = "sql"
    if "LANGUAGE" in words:
        language = cursor.tokens[words.index("LANGUAGE") + 1].text.strip("'").lower()
    volatility = next((word.lower() for word in words if word in ("IMMUTABLE", "STABLE", "VOLATILE")), None)
    draft.routines = [
        each for each in draft.routines if (each.namespace, each.name, each.arguments) != (*path, arguments)
    ]
    draft.routines.append(
        Routine(
            namespace=path[0], name=path[1], definition=text, arguments=arguments, returns=returns or None, language=language,
            kind="procedure" if kind == "procedure" else "function",
            volatility=cast(Literal["volatile", "stable", "immutable"] | None, volatility),
            security_definer=_is_definer(draft, words),
        )
    )  # fmt: skip


def _is_definer(draft: Draft, words: list[str]) -> bool:
    """Whether a routine has its owner's rights: said so in PostgreSQL, not said otherwise in MySQL."""
    pairs = set(itertools.pairwise(words))
    return ("SECURITY", "DEFINER") in pairs or (draft.dialect == "mysql" and ("SECURITY", "INVOKER") not in pairs)


def _trigger(draft: Draft, cursor: Cursor, modifiers: set[str], text: str) -> None:
    name = cursor.path()[-1]
    timing = (
        "instead of" if cursor.accept("INSTEAD", "OF") else cursor.accept_any("BEFORE", "AFTER").lower() or "before"
    )
    events = []
    while not cursor.done and cursor.here.upper != "ON":
        word = cursor.take().upper
        if word in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            events.append(word.lower())
    if not cursor.accept("ON"):
        raise Wrong(cursor.here, "ON and a table")
    at = cursor.here
    path = draft.path(cursor)
    words = [token.upper for token in cursor.tokens]
    row = draft.dialect != "postgres" or any(pair == ("EACH", "ROW") for pair in itertools.pairwise(words))
    fields: dict[str, Any] = {"timing": timing, "events": tuple(events), "for_each": "row" if row else "statement"}
    trigger = Trigger(name=name, definition=text, constraint="CONSTRAINT" in modifiers, **fields)
    table = draft.table(path)
    if table:
        table.triggers.append(trigger)
    elif path in draft.views:
        draft.put(draft.views, path, lambda view: msgspec.structs.replace(view, triggers=(*view.triggers, trigger)))
    else:
        raise Wrong(at, "a table that was created before")


def _policy(draft: Draft, cursor: Cursor, modifiers: set[str], text: str) -> None:
    name = cursor.name()
    cursor.accept("ON")
    table = draft.table(draft.path(cursor))
    fields: dict[str, Any] = {}
    while not cursor.done:
        if cursor.accept("AS"):
            fields["permissive"] = cursor.take().upper != "RESTRICTIVE"
        elif cursor.accept("FOR"):
            fields["command"] = cursor.take().upper.lower()
        elif cursor.accept("TO"):
            roles = [cursor.name()]
            while cursor.accept(","):
                roles.append(cursor.name())
            fields["roles"] = tuple(role for role in roles if role != "public")
        elif cursor.accept("USING"):
            fields["using"] = cursor.brackets().rest()
        elif cursor.accept("WITH", "CHECK"):
            fields["check"] = cursor.brackets().rest()
        else:
            raise Wrong(cursor.here, "FOR, TO, USING or WITH CHECK")
    if table:
        table.policies.append(Policy(name=name, **fields))


def _event(draft: Draft, cursor: Cursor, modifiers: set[str], text: str) -> None:
    if draft.dialect == "postgres":
        draft.unread.append(Unread(kind="event trigger", name=cursor.name()))
        return
    path = draft.path(cursor)
    draft.events.append(Event(namespace=path[0], name=path[1], definition=text))


CREATORS: dict[str, Callable[[Draft, Cursor, set[str], str], None]] = {
    "TABLE": _table,
    "INDEX": _index,
    "VIEW": _view,
    "TYPE": _type,
    "DOMAIN": _domain,
    "SEQUENCE": _sequence,
    "SCHEMA": _schema,
    "EXTENSION": _extension,
    "FUNCTION": _routine,
    "PROCEDURE": _routine,
    "TRIGGER": _trigger,
    "POLICY": _policy,
    "EVENT": _event,
}
