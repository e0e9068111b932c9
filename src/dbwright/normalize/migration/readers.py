"""What reads the source besides those who write it: views, which must go on, and routines, which nobody can rewrite for them."""

import re

from msgspec.structs import replace

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table, View
from dbwright.normalize.design.expressions import mentioned
from dbwright.normalize.migration.dialect import Dialect


def reading(source: Table, catalog: Catalog) -> tuple[View, ...]:
    """The views that read a table, directly or through other views."""
    found: dict[Ref, View] = {}
    while True:
        known = {source.ref.path[:2], *(ref.path[:2] for ref in found)}
        more = [
            each
            for each in catalog.views
            if each.ref not in found and known & {ref.path[:2] for ref in each.depends_on}
        ]
        if not more:
            return tuple(found.values())
        found |= {each.ref: each for each in more}


def led_to_view(view: View, source: Table) -> View:
    """A view that reads the source's name when that belongs to a view."""
    to = Ref("view", source.ref.path)
    return replace(view, depends_on=tuple(to if each == source.ref else each for each in view.depends_on))


def routines_naming(source: Table, catalog: Catalog) -> list[str]:
    """Routines and triggers of other tables whose text names a table; their engines know of no dependence."""
    named = [source.name]
    found = [str(each.ref) for each in catalog.routines if mentioned(_spread(each.definition), named)]
    for table in catalog.tables:
        if table.ref != source.ref:
            found += [
                f"{table.ref}.{each.name}" for each in table.triggers if mentioned(_spread(each.definition), named)
            ]
    return sorted(found)


def _spread(text: str) -> str:
    """A body is a text within a text, and its names stand behind dots too."""
    return re.sub(r"['.($]", " ", text)


def nobody_reads(sql: Dialect, source: Table, kept: str) -> list[str]:
    """Statements that fail, with a sentence that names them, where something still reads the view that has the source's name.

    PostgreSQL knows it; the others find the name in the text of views and triggers. kept: the source's name since the switch.
    """
    view = sql.place(source.namespace, source.name)
    message = f"{source.name} is still read: write that anew over the parts first, by "
    if sql.engine == "postgres":
        readers = (
            "SELECT string_agg(DISTINCT c.oid::regclass::text, ', ') INTO readers FROM pg_depend AS d"
            " JOIN pg_rewrite AS r ON r.oid = d.objid JOIN pg_class AS c ON c.oid = r.ev_class"
            f" WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = {sql.text(view)}::regclass AND c.oid <> d.refobjid"
        )
        raised = f"RAISE EXCEPTION USING MESSAGE = {sql.text(message)} || readers;"
        refused = f"IF readers IS NOT NULL THEN {raised} END IF;"
        return [
            f"DO $guard$ #variable_conflict use_column\n DECLARE readers text; BEGIN {readers}; {refused} END $guard$"
        ]
    if sql.engine == "mysql":
        name = source.name.replace("`", "``").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        query = (
            f"FROM information_schema.views WHERE table_schema = DATABASE() AND table_name <> {sql.text(source.name)}"
            f" AND view_definition LIKE {sql.text(f'%.`{name}`%')}"
        )
        place = sql.quote(sql.fitting(source.name, "_readers"))
        return [
            f"CREATE TEMPORARY TABLE {place} ({_check(sql)}) AS SELECT count(*) AS readers {query}",
            f"DROP TEMPORARY TABLE IF EXISTS {place}",
        ]
    word = re.sub(r"([\[\]*?])", r"[\1]", source.name.lower())
    ours = f"({sql.text(source.name.lower())}, {sql.text(kept.lower())})"
    query = (
        f"FROM sqlite_schema WHERE type IN ('view', 'trigger') AND lower(name) NOT IN {ours} AND lower(tbl_name) NOT IN {ours}"
        f" AND ' ' || lower(sql) || ' ' GLOB {sql.text(f'*[^a-z0-9_]{word}[^a-z0-9_]*')}"
    )
    place = sql.quote(f"{source.name}_readers")
    return [
        f"CREATE TEMPORARY TABLE {place} ({_check(sql)})",
        f"INSERT INTO {place} SELECT count(*) {query}",
        f"DROP TABLE {place}",
    ]


def _check(sql: Dialect) -> str:
    """The name of a check is all that these engines say when it fails."""
    said = sql.quote("a view or trigger still reads it: write that anew first")
    return f"readers integer, CONSTRAINT {said} CHECK (readers = 0)"
