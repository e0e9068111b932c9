"""Views and materialised views → their SQL."""

from collections.abc import Iterator

from dbwright.catalog.objects import View
from dbwright.engines.postgres.ddl_columns import index_sql, settings_sql
from dbwright.engines.postgres.ddl_tables import column_settings, index_settings
from dbwright.engines.postgres.words import identifier, qualified

_NOT_PARAMETERS = ("tablespace", "access method", "cluster on")


def create_view(view: View) -> Iterator[str]:
    """CREATE VIEW or CREATE MATERIALIZED VIEW with its indexes."""
    name = qualified(view.namespace, view.name)
    parameters = {name: value for name, value in view.options.items() if name not in _NOT_PARAMETERS}
    words = ["CREATE"]
    if view.temporary:
        words.append("TEMPORARY")
    words.append("MATERIALIZED VIEW" if view.materialized else "VIEW")
    words.append(name)
    if "access method" in view.options:
        words.append(f"USING {identifier(view.options['access method'])}")
    if parameters:
        words.append(f"WITH ({settings_sql(parameters)})")
    if "tablespace" in view.options:
        words.append(f"TABLESPACE {identifier(view.options['tablespace'])}")
    text = f"{' '.join(words)} AS\n{view.definition}"
    if view.materialized and not view.populated:
        text += "\nWITH NO DATA"
    yield text
    for index in view.indexes:
        yield index_sql(view.namespace, view.name, index)
        yield from index_settings(view.namespace, index)
    if "cluster on" in view.options:
        yield f"ALTER MATERIALIZED VIEW {name} CLUSTER ON {identifier(view.options['cluster on'])}"


def view_settings(view: View) -> Iterator[str]:
    """Defaults of a view's columns, statistics targets of a materialised one's."""
    word = "MATERIALIZED VIEW" if view.materialized else "VIEW"
    name = qualified(view.namespace, view.name)
    for column in view.columns:
        if column.default is not None:
            yield f"ALTER VIEW {name} ALTER COLUMN {identifier(column.name)} SET DEFAULT {column.default}"
        if view.materialized:
            yield from column_settings(f"ALTER {word} {name}", column)
