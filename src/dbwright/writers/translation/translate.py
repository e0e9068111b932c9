"""A whole catalog in another engine's dialect."""

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Enum, Namespace, View
from dbwright.engines.base import Engine
from dbwright.engines.registry import engine
from dbwright.writers.translation.expressions import translate_query
from dbwright.writers.translation.losses import Losses
from dbwright.writers.translation.naming import HOME, Names
from dbwright.writers.translation.tables import TableTranslator
from dbwright.writers.translation.trial import try_out
from dbwright.writers.translation.types import TypeTranslator

_LEFT_OUT = {
    "extensions": "extension",
    "composites": "composite type",
    "ranges": "range type",
    "routines": "routine",
    "event_triggers": "event trigger",
    "events": "scheduled event",
    "roles": "role",
}
_LIMITS = {
    "mysql": "MySQL's timestamp holds the years 1970 to 2038 only.",
    "sqlite": "SQLite does not enforce the lengths and ranges of types.",
}


def translate(catalog: Catalog, dialect: str) -> tuple[Catalog, tuple[str, ...]]:
    """The catalog in another dialect, and a sentence for each spot where something was lost or changed.

    Tables, columns, keys, checks, tree indexes and views come across; what only the source's engine can say (routines,
    triggers, policies, grants, special indexes) is left out and named. What comes across is run on a scratch database
    of the target, and what that refuses is left out and named too; where none can be had, a sentence says so.
    """
    source, target = engine(catalog.engine), engine(dialect)
    losses = Losses()
    names = Names(catalog, source, target, losses)
    enums, enum_names = _enums(catalog, target, names)
    types = TypeTranslator(catalog, target, losses, enum_names)
    tables = TableTranslator(catalog, source, target, names, types, losses)
    translated = Catalog(
        engine=target.name,
        name=catalog.name,
        namespaces=(Namespace(name=HOME[target.name]),),
        enums=enums,
        tables=tuple(t for table in catalog.tables if (t := tables.translate(table))),
        views=_views(catalog, source, target, names, losses),
    )
    _say_limits(translated, losses)
    _say_what_is_left_out(catalog, losses)
    translated = try_out(target.canonical(translated), target, losses)
    return translated, tuple(dict.fromkeys(losses.sentences))


def _enums(catalog: Catalog, target: Engine, names: Names) -> tuple[tuple[Enum, ...], dict[tuple[str, ...], str]]:
    """PostgreSQL needs a named type for each inline enum of MySQL; its name by the column's path."""
    if target.name != "postgres":
        return (), {}
    found, by_column = [], {}
    for table in catalog.tables:
        for column in table.columns:
            if column.type.kind == "enum" and column.type.values:
                ref = Ref("enum", (table.namespace, f"{table.name}_{column.name}"))
                name = names.relation(ref, ref.name)
                by_column[table.column_ref(column.name).path] = name
                found.append(Enum(namespace="public", name=name, labels=column.type.values))
    return tuple(found), by_column


def _views(catalog: Catalog, source: Engine, target: Engine, names: Names, losses: Losses) -> tuple[View, ...]:
    found = []
    for view in catalog.views:
        query = translate_query(view.definition, source.dialect, target.dialect)
        if query is None:
            losses.add(view.ref, "is left out: its query cannot be translated")
            continue
        if source.name == "postgres":
            query = query.replace("public.", "").replace('"public".', "")
        if view.materialized:
            losses.add(view.ref, "becomes an ordinary view")
        losses.fields(view.ref, view, ("options", "owner"))
        parts = [*(each.name for each in view.triggers), *(each.name for each in view.indexes)]
        for name in parts:
            losses.add(view.ref.child("index", name), "is left out, as it belongs to a view")
        if view.comment and target.name == "sqlite":
            losses.add(view.ref, "its comment is lost")
        losses.add(view.ref, "its query was translated by its text: compare its rows before you trust it")
        depends = tuple(
            Ref(ref.kind, names.tables[ref.path[0], ref.path[1]])
            for ref in view.depends_on
            if ref.path[:2] in names.tables
        )
        namespace, name = names.tables[view.namespace, view.name]
        comment = view.comment if target.name == "postgres" else None
        found.append(View(namespace=namespace, name=name, definition=query, depends_on=depends, comment=comment))
    return tuple(found)


def _say_limits(translated: Catalog, losses: Losses) -> None:
    kinds = {column.type.kind for table in translated.tables for column in table.columns if column.type.with_zone}
    if translated.engine == "sqlite" or (translated.engine == "mysql" and "timestamp" in kinds):
        losses.sentences.append(_LIMITS[translated.engine])


def _say_what_is_left_out(catalog: Catalog, losses: Losses) -> None:
    for field, noun in _LEFT_OUT.items():
        losses.sentences += [f"The {noun} {each.name} is left out." for each in getattr(catalog, field)]
    if catalog.grants:
        losses.sentences.append(f"{len(catalog.grants)} grant{'s are' if len(catalog.grants) > 1 else ' is'} left out.")
    numbered = {column.identity.sequence for table in catalog.tables for column in table.columns if column.identity}
    for sequence in catalog.sequences:
        if (sequence.namespace, sequence.name) not in numbered:
            losses.sentences.append(f"The sequence {sequence.name} is left out.")
