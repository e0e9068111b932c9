"""CREATE TABLE and its parts."""

import re

from dbwright.catalog.objects import Check, Column, ForeignKey, Index, KeyPart, PrimaryKey, Table, Unique
from dbwright.engines.mysql.canonical import is_literal
from dbwright.engines.mysql.words import literal, tick

_UPPER = {"charset": "DEFAULT CHARSET", "collate": "COLLATE"}
_ELSEWHERE = frozenset(("system_versioning", "period", "period_for_system_time"))
_QUOTED = frozenset(
    ("compression", "encryption", "comment", "connection", "engine_attribute", "secondary_engine_attribute")
)


def create_table(table: Table, foreign_keys: tuple[ForeignKey, ...], engine: str) -> str:
    """The CREATE TABLE statement for "mysql" or "mariadb", with only those foreign keys that are given."""
    inline = inline_checks(table)
    lines = [column_definition(column, inline.get(column.name)) for column in table.columns]
    if period := table.options.get("period_for_system_time"):
        lines.append(f"PERIOD FOR SYSTEM_TIME {period}")
    if period := table.options.get("period"):
        lines.append(f"PERIOD FOR {period}")
    if table.primary_key:
        lines.append(primary_key(table.primary_key))
    lines += [unique(each) for each in table.uniques]
    lines += [index(each, engine) for each in table.indexes]
    lines += [foreign_key(each, table.namespace) for each in foreign_keys]
    lines += [check(each) for each in table.checks if each not in inline.values()]
    body = ",\n  ".join(lines)
    return f"CREATE TABLE {tick(table.name)} (\n  {body}\n){table_options(table)}"


def inline_checks(table: Table) -> dict[str, Check]:
    """MariaDB's checks that stand in the definition of a column, by the column's name."""
    marked = {column.name for column in table.columns if column.options.get("check") == "inline"}
    return {each.name: each for each in table.checks if each.name in marked and each.name is not None}


def table_options(table: Table) -> str:
    """What follows the closing bracket: options, comment, versioning, partitions."""
    words: list[str] = []
    for name, value in table.options.items():
        if name not in _ELSEWHERE:
            words.append(option(name, value))
    if table.comment:
        words.append(option("comment", table.comment))
    if table.options.get("system_versioning") == "with":
        words.append("WITH SYSTEM VERSIONING")
    text = f" {' '.join(words)}" if words else ""
    if table.partitioning and table.partitioning.definition:
        text += f"\n{table.partitioning.definition}"
    return text


def option(name: str, value: str) -> str:
    """An option of a table with its value."""
    shown = literal(value) if name in _QUOTED or not re.fullmatch(r"[\w.]+", value) else value
    return f"{_UPPER.get(name, name.upper())}={shown}"


def column_definition(column: Column, inline: Check | None = None) -> str:
    """A column as CREATE TABLE and MODIFY COLUMN take it, complete: what is left out here, MODIFY would take away."""
    words = [tick(column.name), column.type.spelling]
    if column.charset:
        words.append(f"CHARACTER SET {column.charset}")
    if column.collation:
        words.append(f"COLLATE {column.collation}")
    if row := column.options.get("generated"):
        words.append(f"GENERATED ALWAYS AS {row.upper()}")
    elif column.generated:
        stored = "STORED" if column.generated.stored else "VIRTUAL"
        words.append(f"GENERATED ALWAYS AS ({column.generated.expression}) {stored}")
        words += [] if column.nullable else ["NOT NULL"]
    else:
        words.append("NULL" if column.nullable else "NOT NULL")
    if srid := column.options.get("srid"):
        words.append(f"SRID {srid}")
    if column.identity:
        words.append("AUTO_INCREMENT")
    if column.hidden:
        words.append("INVISIBLE")
    if column.default is not None:
        words.append(f"DEFAULT {default(column.default)}")
    if column.on_update:
        words.append(f"ON UPDATE {column.on_update}")
    if column.comment:
        words.append(f"COMMENT {literal(column.comment)}")
    if column.options.get("system_versioning") == "without":
        words.append("WITHOUT SYSTEM VERSIONING")
    if inline:
        words.append(f"CHECK ({inline.expression})")
    return " ".join(words)


def default(expression: str) -> str:
    """A default as DEFAULT takes it: values plain, expressions in brackets."""
    return expression if is_literal(expression) else f"({expression})"


def primary_key(key: PrimaryKey) -> str:
    """PRIMARY KEY (…)."""
    lengths = key.prefix_lengths or (None,) * len(key.columns)
    falling = key.descending or (False,) * len(key.columns)
    parts = [
        KeyPart(column=column, prefix_length=length, descending=down)
        for column, length, down in zip(key.columns, lengths, falling, strict=True)
    ]
    columns = _columns(key) if key.without_overlaps else _parts(tuple(parts))
    return f"PRIMARY KEY ({columns}){_using(key.options)}{_comment(key.comment)}"


def unique(key: Unique) -> str:
    """UNIQUE KEY name (…)."""
    name = f" {tick(key.name)}" if key.name else ""
    columns = _columns(key) if key.without_overlaps else ", ".join(tick(column) for column in key.columns)
    return f"UNIQUE KEY{name} ({columns}){_using(key.options)}{_comment(key.comment)}"


def _columns(key: PrimaryKey | Unique) -> str:
    """The columns of a key WITHOUT OVERLAPS; the last two are the bounds of its period."""
    plain = [tick(column) for column in key.columns[:-2]]
    return ", ".join([*plain, f"{tick(key.options['period'])} WITHOUT OVERLAPS"])


def index(each: Index, engine: str) -> str:
    """KEY name (…), as it stands in CREATE TABLE and after ADD. Kept out of plans it is INVISIBLE, in MariaDB IGNORED."""
    word = {"fulltext": "FULLTEXT KEY", "spatial": "SPATIAL KEY"}.get(
        each.method, "UNIQUE KEY" if each.unique else "KEY"
    )
    using = " USING HASH" if each.method == "hash" else ""
    hidden = "" if each.visible else " IGNORED" if engine == "mariadb" else " INVISIBLE"
    parser = f" WITH PARSER {tick(each.options['parser'])}" if "parser" in each.options else ""
    return f"{word} {tick(each.name)} ({_parts(each.parts)}){using}{_comment(each.comment)}{parser}{hidden}"


def _parts(parts: tuple[KeyPart, ...]) -> str:
    return ", ".join(_part(part) for part in parts)


def _part(part: KeyPart) -> str:
    text = f"({part.expression})" if part.column is None else tick(part.column)
    text += f"({part.prefix_length})" if part.prefix_length else ""
    return text + (" DESC" if part.descending else "")


def _using(options: dict[str, str]) -> str:
    return " USING HASH" if options.get("using") == "hash" else ""


def _comment(comment: str | None) -> str:
    return f" COMMENT {literal(comment)}" if comment else ""


def foreign_key(key: ForeignKey, namespace: str) -> str:
    """CONSTRAINT … FOREIGN KEY … REFERENCES …; a table of another database with its database's name."""
    name = f"CONSTRAINT {tick(key.name)} " if key.name else ""
    parent = tick(key.table[1]) if key.table[0] in ("", namespace) else f"{tick(key.table[0])}.{tick(key.table[1])}"
    text = f"{name}FOREIGN KEY ({_names(key.columns)}) REFERENCES {parent} ({_names(key.referenced)})"
    text += f" ON DELETE {key.on_delete.upper()}" if key.on_delete != "no action" else ""
    return text + (f" ON UPDATE {key.on_update.upper()}" if key.on_update != "no action" else "")


def check(each: Check) -> str:
    """CONSTRAINT … CHECK (…)."""
    name = f"CONSTRAINT {tick(each.name)} " if each.name else ""
    return f"{name}CHECK ({each.expression})" + ("" if each.enforced else " NOT ENFORCED")


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(tick(column) for column in columns)
