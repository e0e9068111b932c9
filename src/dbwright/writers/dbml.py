"""A catalog as DBML, the text that dbdiagram.io and its friends read."""

from collections.abc import Mapping

import msgspec

from dbwright.catalog.objects import Catalog, Column, Domain, ForeignKey, Index, Table

_HOME = ("", "public")
_METHODS = ("btree", "hash")
Domains = Mapping[tuple[str, str], Domain]


def write(catalog: Catalog) -> str:
    """Tables with columns, keys, indexes and notes, enums, and references; DBML has no more kinds of objects.

    It has no tables without columns, no references to missing tables, and no indexes but trees and hashes: these become
    comments. An index over some rows or over the beginning of a column is written as one over all, with a note.
    Domains become their base types; checks and the expressions of generated columns have no place.
    """
    domains = {(each.namespace, each.name): each for each in catalog.domains}
    known = {(table.namespace, table.name) for table in catalog.tables if table.columns}
    blocks = [_enum(each.namespace, each.name, each.labels) for each in catalog.enums]
    inline = [(table, column) for table in catalog.tables for column in table.columns if column.type.values]
    blocks += [_enum(table.namespace, _inline_name(table, column), column.type.values) for table, column in inline]
    blocks += [_table(table, domains) for table in catalog.tables]
    blocks += [
        "\n".join(_reference(table, key, known) for key in table.foreign_keys)
        for table in catalog.tables
        if table.foreign_keys
    ]
    return "\n\n".join(blocks) + "\n"


def _inline_name(table: Table, column: Column) -> str:
    return f"{table.name}_{column.name}"


def _name(name: str) -> str:
    """A name in double quotes; DBML has no way to write a quote in a name, so one becomes a typographic quote."""
    flat = " ".join(name.split("\n")).replace('"', "”")
    return f'"{flat}"'


def _qualified(namespace: str, name: str) -> str:
    return _name(name) if namespace in _HOME else f"{_name(namespace)}.{_name(name)}"


def _note(text: str) -> str:
    flat = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'''{flat}'''" if "\n" in flat else f"'{flat}'"


def _comment(text: str) -> str:
    return f"// {' '.join(text.split())}"


def _expression(sql: str) -> str:
    flat = " ".join(sql.split()).replace("`", "´")
    return f"`{flat}`"


def _enum(namespace: str, name: str, labels: tuple[str, ...]) -> str:
    return "\n".join([f"Enum {_qualified(namespace, name)} {{", *(f"  {_name(label)}" for label in labels), "}"])


def _table(table: Table, domains: Domains) -> str:
    if not table.columns:
        return _comment(f"{table.name} has no columns")
    lines = [f"Table {_qualified(table.namespace, table.name)} {{"]
    lines += [f"  {_column(table, column, domains)}" for column in table.columns]
    indexes = [_key(columns, "pk") for columns in _composite_key(table)]
    indexes += [_key(unique.columns, "unique", unique.name) for unique in table.uniques]
    indexes += [_index(index) for index in table.indexes if index.method in _METHODS]
    others = [_comment(f"{index.method} index {index.name}") for index in table.indexes if index.method not in _METHODS]
    lines += [f"  {comment}" for comment in others]
    if indexes:
        lines += ["", "  indexes {", *(f"    {index}" for index in indexes), "  }"]
    if table.comment:
        lines += ["", f"  Note: {_note(table.comment)}"]
    return "\n".join([*lines, "}"])


def _composite_key(table: Table) -> list[tuple[str, ...]]:
    key = table.primary_key
    return [key.columns] if key and len(key.columns) > 1 else []


def _column(table: Table, column: Column, domains: Domains) -> str:
    settings = []
    if table.primary_key and table.primary_key.columns == (column.name,):
        settings.append("pk")
    numbered = column.identity is not None or (column.default or "").startswith("nextval(")
    if numbered:
        settings.append("increment")
    if not column.nullable:
        settings.append("not null")
    if column.default is not None and not numbered:
        settings.append(f"default: {_expression(column.default)}")
    if column.comment:
        settings.append(f"note: {_note(column.comment)}")
    spelled = f" [{', '.join(settings)}]" if settings else ""
    return f"{_name(column.name)} {_type(table, column, domains)}{spelled}"


def _type(table: Table, column: Column, domains: Domains) -> str:
    domain = domains.get(column.type.user_type or ("", "")) if column.type.kind == "domain" else None
    if domain:
        return _type(table, msgspec.structs.replace(column, type=domain.type), domains)
    if column.type.values:
        return _qualified(table.namespace, _inline_name(table, column))
    if column.type.kind == "enum" and column.type.user_type:
        return _qualified(*column.type.user_type)
    spelling = column.type.spelling or "untyped"
    simple = spelling.replace("(", "").replace(")", "").replace(",", "").isalnum()
    return spelling if simple and spelling.isascii() else _name(spelling)


def _key(columns: tuple[str, ...], kind: str, name: str | None = None) -> str:
    settings = [kind, *([f"name: {_note(name)}"] if name else [])]
    return f"({', '.join(_name(column) for column in columns)}) [{', '.join(settings)}]"


def _index(index: Index) -> str:
    parts = ", ".join(_name(part.column) if part.column else _expression(part.expression or "") for part in index.parts)
    settings = [f"name: {_note(index.name)}"]
    partial = index.predicate is not None or any(part.prefix_length for part in index.parts)
    if index.unique and not partial:
        settings.insert(0, "unique")
    if index.method != "btree":
        settings.append(f"type: {index.method}")
    said = [f"where {index.predicate}"] if index.predicate else []
    said += [f"the first {part.prefix_length} of {part.column}" for part in index.parts if part.prefix_length]
    if partial:
        settings.append(f"note: {_note(('unique, ' if index.unique else '') + '; '.join(said))}")
    return f"({parts}) [{', '.join(settings)}]"


def _reference(table: Table, key: ForeignKey, known: set[tuple[str, str]]) -> str:
    if key.table not in known:
        return _comment(f"{table.name} ({', '.join(key.columns)}) refers to {key.table[1]}, which is not there")
    one = key.columns in table.keys
    settings = []
    if key.on_delete != "no action":
        settings.append(f"delete: {key.on_delete}")
    if key.on_update != "no action":
        settings.append(f"update: {key.on_update}")
    spelled = f" [{', '.join(settings)}]" if settings else ""
    name = f" {_name(key.name)}" if key.name else ""
    source = f"{_qualified(table.namespace, table.name)}.{_columns(key.columns)}"
    target = f"{_qualified(*key.table)}.{_columns(key.referenced)}"
    return f"Ref{name}: {source} {'-' if one else '>'} {target}{spelled}"


def _columns(names: tuple[str, ...]) -> str:
    return _name(names[0]) if len(names) == 1 else f"({', '.join(_name(name) for name in names)})"
