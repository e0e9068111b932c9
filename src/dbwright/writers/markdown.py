"""A catalog as a data dictionary in Markdown: one page, or the parts that other pages are made of."""

import re

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Index, Table, View
from dbwright.writers.markdown_text import Link, bullets, code, fenced, linked, names, table, text


def write(catalog: Catalog) -> str:
    """One page: a list of all tables, then a section for each with columns, keys, relations, checks and indexes."""
    lookup = Lookup(catalog)
    title = f"# {text(catalog.name)}" if catalog.name else "# Data dictionary"
    lines = [title, "", *_contents(catalog)]
    for each in catalog.tables:
        lines += [f"## {text(str(each.ref))}", "", *table_body(each, lookup, _in_page)]
    for view in catalog.views:
        lines += [f"## {text(str(view.ref))}", "", *view_body(view)]
    if listed := types(catalog):
        lines += ["## Types", "", *listed]
    return "\n".join(lines).rstrip() + "\n"


def anchor(heading: str) -> str:
    """The anchor that GitHub and GitLab give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _in_page(ref: Ref) -> str:
    return f"#{anchor(str(ref))}"


def _contents(catalog: Catalog) -> list[str]:
    rows = [(linked(each.ref, _in_page), str(len(each.columns)), text(each.comment or "")) for each in catalog.tables]
    rows += [
        (f"{linked(view.ref, _in_page)} (view)", str(len(view.columns)), text(view.comment or ""))
        for view in catalog.views
    ]
    return table(("Table", "Columns", "Description"), rows)


# ---------------------------------------------------------------- a table or a view, below its heading


def table_body(each: Table, lookup: Lookup, link: Link) -> list[str]:
    """The comment, the columns, then relations, constraints, indexes, triggers and policies; link: where tables are told."""
    lines = [text(each.comment), ""] if each.comment else []
    marks = _marks(each)
    lines += table(
        ("Column", "Type", "Null", "Key", "Default", "Description"),
        ((text(column.name), code(column.type.spelling), "yes" if column.nullable else "no", marks.get(column.name, ""),
          _default(column), text(column.comment or "")) for column in each.columns),
    )  # fmt: skip
    lines += _relations(each, lookup, link)
    lines += bullets("Unique", (f"({names(unique.columns)})" for unique in each.uniques))
    lines += bullets("Checks", (code(check.expression) for check in each.checks))
    lines += bullets("Exclusions", (code(exclusion.definition) for exclusion in each.exclusions))
    lines += bullets("Indexes", (_index(index) for index in each.indexes))
    lines += bullets("Triggers", (f"{text(t.name)} ({t.timing} {' or '.join(t.events)})" for t in each.triggers))
    lines += bullets("Policies", (f"{text(policy.name)} ({policy.command})" for policy in each.policies))
    return lines


def view_body(view: View) -> list[str]:
    """What kind of view it is, its comment, its columns, and its query."""
    kind = "Materialised view" if view.materialized else "View"
    lines = [f"{kind}. {text(view.comment or '')}".rstrip(), ""]
    lines += table(
        ("Column", "Type", "Description"),
        ((text(c.name), code(c.type.spelling), text(c.comment or "")) for c in view.columns),
    )
    return [*lines, *fenced(view.definition)]


def types(catalog: Catalog) -> list[str]:
    """Enums with their labels and domains with what they are made of; nothing where there are none."""
    enums = [
        f"{text(f'{e.namespace}.{e.name}')}: {', '.join(code(label) for label in e.labels)}" for e in catalog.enums
    ]
    domains = [f"{text(f'{d.namespace}.{d.name}')}: {code(d.type.spelling)}" for d in catalog.domains]
    return [*bullets("Enums", enums), *bullets("Domains", domains)]


def _marks(each: Table) -> dict[str, str]:
    marks = dict.fromkeys(each.primary_key.columns if each.primary_key else (), "PK")
    for name in dict.fromkeys(name for key in each.foreign_keys for name in key.columns):
        marks[name] = f"{marks[name]}, FK" if name in marks else "FK"
    return marks


def _default(column: Column) -> str:
    if column.generated:
        return f"generated: {code(column.generated.expression)}"
    if column.identity:
        return "numbered by itself"
    return code(column.default) if column.default is not None else ""


def _relations(each: Table, lookup: Lookup, link: Link) -> list[str]:
    out = (f"({names(key.columns)}) → {_target(key, link)}" for key in each.foreign_keys)
    held = (f"{linked(child.ref, link)} ({names(key.columns)})" for child, key in lookup.referencing(each))
    return bullets("References", out) + bullets("Referenced by", held)


def _target(key: ForeignKey, link: Link) -> str:
    action = f", on delete {key.on_delete}" if key.on_delete != "no action" else ""
    return f"{linked(Ref('table', key.table), link)} ({names(key.referenced)}){action}"


def _index(index: Index) -> str:
    parts = ", ".join(
        (text(part.column) if part.column else code(part.expression or "")) + (" descending" if part.descending else "")
        for part in index.parts
    )
    unique = "unique, " if index.unique else ""
    where = f", where {code(index.predicate)}" if index.predicate else ""
    return f"{text(index.name)} ({unique}{index.method}): {parts}{where}"
