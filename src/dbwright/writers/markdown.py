"""A catalog as a data dictionary in Markdown."""

import re
from collections.abc import Iterable, Sequence

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Table, View


def write(catalog: Catalog) -> str:
    """One page: a list of all tables, then a section for each with columns, keys, relations, checks and indexes."""
    lookup = Lookup(catalog)
    title = f"# {_text(catalog.name)}" if catalog.name else "# Data dictionary"
    lines = [title, "", *_contents(catalog)]
    for table in catalog.tables:
        lines += _table(table, lookup)
    for view in catalog.views:
        lines += _view(view)
    lines += _types(catalog)
    return "\n".join(lines).rstrip() + "\n"


def anchor(heading: str) -> str:
    """The anchor that GitHub and GitLab give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _text(text: str) -> str:
    """Text that stays text in Markdown, on one line of a table."""
    escaped = re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)
    return " ".join(escaped.split())


def _code(text: str) -> str:
    """Code in a cell of a table; a bar must be escaped even in code."""
    flat = " ".join(text.split()).replace("|", "\\|")
    fence = "``" if "`" in flat else "`"
    return f"{fence}{flat}{fence}" if fence == "`" else f"{fence} {flat} {fence}"


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    body = [f"| {' | '.join(row)} |" for row in rows]
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *body, ""] if body else []


def _contents(catalog: Catalog) -> list[str]:
    rows = []
    for table in catalog.tables:
        link = f"[{_text(str(table.ref))}](#{anchor(str(table.ref))})"
        rows.append((link, str(len(table.columns)), _text(table.comment or "")))
    for view in catalog.views:
        link = f"[{_text(str(view.ref))}](#{anchor(str(view.ref))})"
        rows.append((f"{link} (view)", str(len(view.columns)), _text(view.comment or "")))
    return _rows(("Table", "Columns", "Description"), rows)


def _table(table: Table, lookup: Lookup) -> list[str]:
    lines = [f"## {_text(str(table.ref))}", ""]
    if table.comment:
        lines += [_text(table.comment), ""]
    keys = dict.fromkeys(table.primary_key.columns if table.primary_key else (), "PK")
    for key in table.foreign_keys:
        for name in key.columns:
            keys[name] = f"{keys[name]}, FK" if name in keys else "FK"
    lines += _rows(
        ("Column", "Type", "Null", "Key", "Default", "Description"),
        ((_text(column.name), _code(column.type.spelling), "yes" if column.nullable else "no", keys.get(column.name, ""),
          _default(column), _text(column.comment or "")) for column in table.columns),
    )  # fmt: skip
    lines += _relations(table, lookup)
    lines += _bullets("Unique", (f"({_names(unique.columns)})" for unique in table.uniques))
    lines += _bullets("Checks", (_code(check.expression) for check in table.checks))
    lines += _bullets("Indexes", (_index(table, number) for number in range(len(table.indexes))))
    lines += _bullets("Triggers", (f"{_text(t.name)} ({t.timing} {' or '.join(t.events)})" for t in table.triggers))
    lines += _bullets("Policies", (f"{_text(policy.name)} ({policy.command})" for policy in table.policies))
    return lines


def _default(column: Column) -> str:
    if column.generated:
        return f"generated: {_code(column.generated.expression)}"
    if column.identity:
        return "numbered by itself"
    return _code(column.default) if column.default is not None else ""


def _names(columns: Iterable[str]) -> str:
    return ", ".join(_text(name) for name in columns)


def _target(key: ForeignKey) -> str:
    name = ".".join(part for part in key.table if part)
    return f"[{_text(name)}](#{anchor(name)}) ({_names(key.referenced)})"


def _relations(table: Table, lookup: Lookup) -> list[str]:
    out = (
        f"({_names(key.columns)}) → {_target(key)}"
        + (f", on delete {key.on_delete}" if key.on_delete != "no action" else "")
        for key in table.foreign_keys
    )
    held = (
        f"[{_text(str(child.ref))}](#{anchor(str(child.ref))}) ({_names(key.columns)})"
        for child, key in lookup.referencing(table)
    )
    return _bullets("References", out) + _bullets("Referenced by", held)


def _index(table: Table, number: int) -> str:
    index = table.indexes[number]
    parts = ", ".join(
        (_text(part.column) if part.column else _code(part.expression or ""))
        + (" descending" if part.descending else "")
        for part in index.parts
    )
    unique = "unique, " if index.unique else ""
    where = f", where {_code(index.predicate)}" if index.predicate else ""
    return f"{_text(index.name)} ({unique}{index.method}): {parts}{where}"


def _bullets(title: str, items: Iterable[str]) -> list[str]:
    listed = [f"- {item}" for item in items]
    return [f"**{title}**", "", *listed, ""] if listed else []


def _view(view: View) -> list[str]:
    kind = "Materialised view" if view.materialized else "View"
    lines = [f"## {_text(str(view.ref))}", "", f"{kind}. {_text(view.comment or '')}".rstrip(), ""]
    lines += _rows(
        ("Column", "Type", "Description"),
        ((_text(c.name), _code(c.type.spelling), _text(c.comment or "")) for c in view.columns),
    )
    return [*lines, "```sql", view.definition.replace("```", "` ` `"), "```", ""]


def _types(catalog: Catalog) -> list[str]:
    enums = [
        f"{_text(f'{e.namespace}.{e.name}')}: {', '.join(_code(label) for label in e.labels)}" for e in catalog.enums
    ]
    domains = [f"{_text(f'{d.namespace}.{d.name}')}: {_code(d.type.spelling)}" for d in catalog.domains]
    lines = [*_bullets("Enums", enums), *_bullets("Domains", domains)]
    return ["## Types", "", *lines] if lines else []
