"""CREATE TABLE's items: columns and constraints, as written."""

import re
from typing import Any, cast

from dbwright.catalog.objects import (
    Action,
    Check,
    Column,
    Deferral,
    Exclusion,
    ForeignKey,
    Generated,
    Identity,
    Index,
    PrimaryKey,
    Unique,
)
from dbwright.catalog.types import Type
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import Draft, DraftTable, Wrong
from dbwright.readers.sql.parse_keys import key_parts
from dbwright.readers.sql.scan import Token

_AFTER_TYPE = frozenset(
    "NOT NULL DEFAULT PRIMARY UNIQUE REFERENCES CHECK CONSTRAINT GENERATED AS COLLATE AUTO_INCREMENT AUTOINCREMENT "
    "COMMENT ON KEY CHARSET STORED VIRTUAL INVISIBLE VISIBLE STORAGE COMPRESSION FIRST AFTER COLUMN_FORMAT SRID "
    "DEFERRABLE INITIALLY USING".split()
)
_AFTER_DEFAULT = _AFTER_TYPE - {"AS", "STORED", "VIRTUAL", "FIRST", "AFTER", "USING"} | {"NULL", "FIRST", "AFTER"}
_IN_TYPE = frozenset(
    "PRECISION VARYING WITH WITHOUT TIME ZONE LOCAL YEAR MONTH DAY HOUR MINUTE SECOND TO ARRAY UNSIGNED SIGNED "
    "ZEROFILL BINARY ASCII UNICODE CHARACTER CHAR VARCHAR NATIONAL LARGE OBJECT BYTE VARBINARY".split()
)
_SERIALS = {"serial": "integer", "serial4": "integer", "bigserial": "bigint", "serial8": "bigint",
            "smallserial": "smallint", "serial2": "smallint"}  # fmt: skip
TABLE_CONSTRAINTS = frozenset(("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE"))
MYSQL_KEYS = frozenset(("KEY", "INDEX", "FULLTEXT", "SPATIAL"))
_SPACES = re.compile(r"\s+")
_MYSQL_ESCAPE = re.compile(r"\\(.)|''", re.DOTALL)


def string_value(token: Token, dialect: str) -> str:
    """What a string stands for."""
    inner = token.text[token.text.index(token.text[-1]) + 1 : -1]
    if dialect == "mysql":
        return _MYSQL_ESCAPE.sub(
            lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]) if match[1] else "'", inner
        )
    return inner.replace("''", "'")


def is_constraint(item: Cursor) -> bool:
    """Whether an item of a CREATE TABLE is a constraint or a key and not a column."""
    word = item.here.upper
    return word in TABLE_CONSTRAINTS or (item.dialect == "mysql" and word in MYSQL_KEYS)


def read_type(item: Cursor) -> Type:
    """The type at the cursor, in its own spelling; SQLite's columns may have none."""
    first = item.here
    begin, end = first.start, first.start
    while not item.done and item.here.upper not in _AFTER_TYPE:
        if item.at and item.here.upper == "CHARACTER" and item.ahead().upper == "SET" and item.here is not first:
            break
        if item.here.text == "(":
            item.brackets()
        elif item.here.text in (",", ")", "="):
            raise Wrong(item.here, "a type")
        elif item.here is not first and _ends_type(item):
            break
        else:
            item.take()
        end = item.tokens[item.at - 1].end
    if end == begin and item.dialect != "sqlite":
        raise Wrong(first, "a type")
    return Type("other", _SPACES.sub(" ", item.text[begin:end]).strip())


def _ends_type(item: Cursor) -> bool:
    """Whether a word cannot go on a type that has begun. SQLite's types may be any words."""
    after_dot = item.tokens[item.at - 1].text == "."
    return item.dialect != "sqlite" and item.here.kind == "word" and not after_dot and item.here.upper not in _IN_TYPE


def read_column(draft: Draft, table: DraftTable, item: Cursor) -> tuple[Column, str]:
    """A column, its constraints put into the table; and MySQL's FIRST or AFTER name. Raises Wrong."""
    at = item.here
    name = item.name()
    if not name:
        raise Wrong(at, "a column's name")
    if item.here.kind not in ("word", "name") and not (item.done and item.dialect == "sqlite"):
        raise Wrong(item.here, f"the type of {name}")
    type_ = read_type(item)
    fields: dict[str, Any] = {"name": name, "type": type_}
    serial = _SERIALS.get(type_.spelling.lower()) if item.dialect == "postgres" else None
    if serial:
        sequence = (table.namespace, f"{table.name}_{name}_seq")
        fields |= {
            "type": Type("other", serial),
            "nullable": False,
            "identity": Identity(generation="serial", sequence=sequence),
        }
    place = ""
    while not item.done:
        if item.here.upper in ("FIRST", "AFTER"):
            place = item.take().upper
            place = f"AFTER {item.name()}" if place == "AFTER" else place
        else:
            _column_part(draft, table, item, name, fields)
    return Column(**fields), place


def _column_part(draft: Draft, table: DraftTable, item: Cursor, column: str, fields: dict[str, Any]) -> None:
    constraint = item.name() if item.accept("CONSTRAINT") else None
    at = item.here
    if item.accept("NOT", "NULL"):
        fields["nullable"] = False
        _conflict(item)
    elif item.accept("NULL"):
        fields["nullable"] = True
    elif item.accept("DEFAULT"):
        fields["default"] = _default(item)
    elif item.accept("PRIMARY", "KEY") or (item.dialect == "mysql" and item.accept("KEY")):
        descending = item.accept_any("ASC", "DESC") == "DESC"
        conflict = _conflict(item)
        if item.accept("AUTOINCREMENT"):
            fields["identity"] = Identity(generation="autoincrement")
        _primary(draft, table, (column,), constraint, item, conflict, (True,) if descending else ())
    elif item.accept("UNIQUE"):
        item.accept("KEY")
        _unique(draft, table, (column,), constraint, item)
    elif item.accept("REFERENCES"):
        key = _references(draft, table, item, (column,), constraint)
        if item.dialect == "mysql":
            draft.notes.append(
                f"{table.name}.{column}: a foreign key written behind a column counts in MariaDB and MySQL 9, not in MySQL 8."
            )
        table.foreign_keys.append(key)
    elif item.accept("CHECK"):
        _check(draft, table, item, constraint, column)
    elif item.accept("COLLATE"):
        token = item.here
        fields["collation"] = string_value(item.take(), item.dialect) if token.kind == "string" else item.path()[-1]
    elif item.accept("CHARACTER", "SET") or item.accept("CHARSET"):
        fields["charset"] = item.name()
    elif item.accept("AUTO_INCREMENT"):
        fields |= {"identity": Identity(generation="auto_increment"), "nullable": False}
    elif item.accept("COMMENT"):
        fields["comment"] = string_value(item.take(), item.dialect)
    elif item.accept("ON", "UPDATE"):
        fields["on_update"] = _default(item)
    elif item.accept("GENERATED") or item.here.upper == "AS":
        _generated(item, fields)
    elif item.accept("INVISIBLE"):
        fields["hidden"] = True
    elif item.accept_any("STORAGE", "COMPRESSION", "COLUMN_FORMAT", "SRID"):
        item.take()
    elif not (item.accept("VISIBLE") or _attributes(item) or _conflict(item)):
        raise Wrong(at, "a constraint of the column, a comma or a closing bracket")


def _default(item: Cursor) -> str | None:
    """The expression of a default: one token, then all up to what can only follow it; None for NULL, which is no default."""
    at = item.here
    begin = at.start
    if item.here.text == "(":
        item.brackets()
    elif item.done:
        raise Wrong(at, "an expression")
    else:
        item.take()
    while not item.done and item.here.upper not in _AFTER_DEFAULT:
        if item.here.upper == "CHARACTER" and item.ahead().upper == "SET":
            break
        if item.here.text == "(":
            item.brackets()
        else:
            item.take()
    text = item.text[begin : item.tokens[item.at - 1].end]
    return None if text.upper() == "NULL" else text


def _generated(item: Cursor, fields: dict[str, Any]) -> None:
    always = not item.accept("BY", "DEFAULT")
    item.accept("ALWAYS")
    at = item.here
    if not item.accept("AS"):
        raise Wrong(at, "AS")
    if item.accept("IDENTITY"):
        options = sequence_options(item.brackets())
        fields |= {"nullable": False, "identity": Identity(generation="always" if always else "by default", **options)}
        return
    at = item.here
    inner = item.brackets()
    if not inner.tokens:
        raise Wrong(at, "an expression in brackets")
    stored = item.accept_any("STORED", "PERSISTENT", "VIRTUAL")
    fields["generated"] = Generated(expression=inner.rest(), stored=stored in ("STORED", "PERSISTENT"))


def sequence_options(options: Cursor) -> dict[str, Any]:
    """START, INCREMENT and the other options of a sequence, by the names that the catalog has for them."""
    found: dict[str, Any] = {}
    names = {"START": "start", "INCREMENT": "increment", "MINVALUE": "minimum", "MAXVALUE": "maximum", "CACHE": "cache"}
    while not options.done:
        if options.accept_any("NO"):
            if not options.accept("CYCLE"):
                options.take()
            continue
        if options.accept("CYCLE"):
            found["cycle"] = True
            continue
        word = options.take().upper
        if word in names:
            options.accept_any("WITH", "BY", "=")
            sign = -1 if options.accept("-") else 1
            if options.here.kind == "number":
                found[names[word]] = sign * int(options.take().text)
    if found.get("increment") == 1:
        del found["increment"]
    if found.get("start") == 1:
        del found["start"]
    if found.get("cache") == 1:
        del found["cache"]
    return found


def _conflict(item: Cursor) -> str | None:
    """SQLite's ON CONFLICT."""
    return item.take().upper.lower() if item.accept("ON", "CONFLICT") else None


def _attributes(item: Cursor) -> dict[str, Any]:
    """What may follow a constraint: DEFERRABLE, NOT VALID and the like. Empty where none follows."""
    found: dict[str, Any] = {}
    while True:
        if item.accept("NOT", "DEFERRABLE"):
            found["deferral"] = None
        elif item.accept("DEFERRABLE"):
            found["deferral"] = "immediate"
        elif item.accept("INITIALLY"):
            found["deferral"] = "deferred" if item.take().upper == "DEFERRED" else found.get("deferral")
        elif item.accept("NOT", "VALID"):
            found["validated"] = False
        elif item.accept("NOT", "ENFORCED"):
            found["enforced"] = False
        elif item.accept("ENFORCED"):
            found["enforced"] = True
        elif item.accept("NO", "INHERIT"):
            found["no_inherit"] = True
        else:
            return found


def _only(found: dict[str, Any], *fields: str) -> dict[str, Any]:
    return {field: found[field] for field in fields if field in found}


def _named(draft: Draft, table: DraftTable, name: str | None, parts: tuple[str, ...], ending: str) -> str | None:
    """The name given, or the one that the engine would give."""
    if name or draft.dialect == "sqlite" or not draft.names_parts:
        return name
    if draft.dialect == "postgres":
        return table.free_name("_".join((table.name, *parts, ending)))
    if ending == "key":
        wanted, number = parts[0], 1
        while wanted in table.named():
            number += 1
            wanted = f"{parts[0]}_{number}"
        return wanted
    if ending == "fkey":
        return f"{table.name}_ibfk_{1 + sum('_ibfk_' in (key.name or '') for key in table.foreign_keys)}"
    return f"CONSTRAINT_{len(table.checks) + 1}"


def _primary(
    draft: Draft, table: DraftTable, columns: tuple[str, ...], name: str | None, item: Cursor,
    conflict: str | None = None, descending: tuple[bool, ...] = (), prefixes: tuple[int | None, ...] = (),
) -> None:  # fmt: skip
    include = item.names_in_brackets() if item.accept("INCLUDE") else ()
    deferral = _attributes(item).get("deferral")
    if draft.dialect == "postgres" and draft.names_parts:
        name = name or f"{table.name}_pkey"
    elif draft.dialect == "mysql":
        name = None
    table.primary_key = PrimaryKey(
        columns=columns, name=name, deferral=deferral, include=include, conflict=conflict, descending=descending,
        prefix_lengths=prefixes,
    )  # fmt: skip


def _unique(draft: Draft, table: DraftTable, columns: tuple[str, ...], name: str | None, item: Cursor) -> None:
    nulls_distinct = not item.accept("NULLS", "NOT", "DISTINCT")
    item.accept("NULLS", "DISTINCT")
    if columns == () and item.here.text == "(":
        columns = item.names_in_brackets()
    include = item.names_in_brackets() if item.accept("INCLUDE") else ()
    conflict = _conflict(item)
    deferral: Deferral | None = _attributes(item).get("deferral")
    table.uniques.append(
        Unique(
            columns=columns, name=_named(draft, table, name, columns, "key"), nulls_distinct=nulls_distinct,
            deferral=deferral, include=include, conflict=conflict,
        )
    )  # fmt: skip


def _references(
    draft: Draft, table: DraftTable, item: Cursor, columns: tuple[str, ...], name: str | None
) -> ForeignKey:
    parent = draft.path(item)
    fields: dict[str, Any] = {"referenced": item.names_in_brackets() if item.here.text == "(" else ()}
    while not item.done:
        if item.accept("MATCH"):
            fields["match"] = item.take().upper.lower()
        elif item.here.upper == "ON" and item.ahead().upper in ("DELETE", "UPDATE"):
            item.take()
            event = item.take().upper.lower()
            fields[f"on_{event}"] = _action(item)
            if item.here.text == "(":
                fields["on_delete_columns"] = item.names_in_brackets()
        elif found := _attributes(item):
            fields |= _only(found, "deferral", "validated", "enforced")
        else:
            break
    return ForeignKey(columns=columns, table=parent, name=_named(draft, table, name, columns, "fkey"), **fields)


def _action(item: Cursor) -> Action:
    at = item.here
    word = item.take().upper
    if word in ("SET", "NO"):
        word = f"{word} {item.take().upper}"
    if word not in ("CASCADE", "RESTRICT", "NO ACTION", "SET NULL", "SET DEFAULT"):
        raise Wrong(at, "CASCADE, RESTRICT, SET NULL, SET DEFAULT or NO ACTION")
    return cast(Action, word.lower())


def _check(draft: Draft, table: DraftTable, item: Cursor, name: str | None, column: str | None) -> None:
    at = item.here
    inner = item.brackets()
    if not inner.tokens:
        raise Wrong(at, "a condition in brackets")
    found = _only(_attributes(item), "validated", "enforced", "no_inherit")
    words = [each.name for each in table.columns if any(t.text.strip('"') == each.name for t in inner.tokens)]
    about = (column,) if column else tuple(words) if len(words) == 1 else ()
    table.checks.append(Check(expression=inner.rest(), name=_named(draft, table, name, about, "check"), **found))


def read_constraint(draft: Draft, table: DraftTable, item: Cursor) -> None:
    """A table's constraint, or a key of MySQL, put into the table. Raises Wrong."""
    name: str | None = None
    if item.accept("CONSTRAINT") and item.here.upper not in ("PRIMARY", "UNIQUE", "FOREIGN", "CHECK"):
        name = item.name()
    at = item.here
    if item.accept("PRIMARY", "KEY"):
        _using(item)
        parts = key_parts(_need_brackets(item))
        columns = tuple(part.column or "" for part in parts)
        descending = tuple(part.descending for part in parts)
        prefixes = tuple(part.prefix_length for part in parts)
        _primary(draft, table, columns, name, item, _conflict(item), descending if any(descending) else (),
                 prefixes if any(prefixes) else ())  # fmt: skip
    elif item.accept("UNIQUE"):
        item.accept_any("KEY", "INDEX")
        if item.here.text != "(" and item.here.upper not in ("NULLS", "USING"):
            name = item.name()
        _using(item)
        if item.dialect == "mysql":
            _mysql_key(table, item, name, unique=True)
        else:
            _unique(draft, table, (), name, item)
    elif item.accept("FOREIGN", "KEY"):
        if item.here.text != "(":
            name = name or item.name()
        columns = tuple(part.column or "" for part in key_parts(_need_brackets(item)))
        at = item.here
        if not item.accept("REFERENCES"):
            raise Wrong(at, "REFERENCES")
        table.foreign_keys.append(_references(draft, table, item, columns, name))
    elif item.accept("CHECK"):
        _check(draft, table, item, name, None)
    elif item.accept("EXCLUDE"):
        text = item.text[at.start : item.tokens[-1].end]
        while not item.done:
            item.take()
        table.exclusions.append(Exclusion(name=name or f"{table.name}_excl", definition=text))
    elif item.dialect == "mysql" and item.here.upper in MYSQL_KEYS:
        method = item.accept_any("FULLTEXT", "SPATIAL").lower() or "btree"
        item.accept_any("KEY", "INDEX")
        if item.here.text != "(" and item.here.upper != "USING":
            name = item.name()
        method = _using(item) or method
        _mysql_key(table, item, name, method=method)
    else:
        raise Wrong(at, "PRIMARY KEY, UNIQUE, FOREIGN KEY or CHECK")
    if not item.done and item.dialect != "mysql":
        raise Wrong(item.here, "a comma or a closing bracket")


def _using(item: Cursor) -> str | None:
    if item.dialect == "mysql" and item.accept("USING"):
        return item.take().upper.lower()
    if item.dialect == "postgres" and item.accept("USING", "INDEX"):
        raise Wrong(item.here, "the columns of the key")
    return None


def _need_brackets(item: Cursor) -> Cursor:
    at = item.here
    inner = item.brackets()
    if not inner.tokens:
        raise Wrong(at, "a list of columns in brackets")
    return inner


def _mysql_key(
    table: DraftTable, item: Cursor, name: str | None, *, unique: bool = False, method: str = "btree"
) -> None:
    parts = key_parts(_need_brackets(item))
    method = _using(item) or method
    visible = not any(token.upper in ("INVISIBLE", "IGNORED") for token in item.tokens[item.at :])
    first = parts[0].column or "functional_index"
    wanted, number = name or first, 1
    while not name and wanted in table.named():
        number += 1
        wanted = f"{first}_{number}"
    if unique and visible and all(part.column and not part.prefix_length and not part.descending for part in parts):
        table.uniques.append(Unique(columns=tuple(part.column or "" for part in parts), name=wanted))
    else:
        table.indexes.append(Index(name=wanted, parts=parts, unique=unique, method=method, visible=visible))
