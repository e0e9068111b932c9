"""Results of whole queries that are kept by filling them anew: materialised views, and tables beside a view that tells the query."""

from collections.abc import Mapping, Sequence

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Index, KeyPart, Table, View
from dbwright.catalog.parts import Column
from dbwright.catalog.types import Type
from dbwright.change.operations import CreateIndex, CreateObject, CreateTable, Operation
from dbwright.denormalize.kinds import Fill, Kept
from dbwright.denormalize.words import Words

SOURCE = "_kept_source"
"""What the name of the view ends with that tells the query of a table."""


def materialized(
    words: Words, path: tuple[str, str], query: str, columns: Sequence[str], unique: Sequence[str], text: str
) -> Kept:
    """PostgreSQL's own materialised view. unique: the columns by which its rows are told, so that it can be refreshed while it
    is read; empty where there are none."""
    namespace, name = path
    view = View(namespace=namespace, name=name, definition=query, materialized=True)
    made: list[Operation] = [CreateObject(target=view.ref, object=view)]
    if unique:
        parts = tuple(KeyPart(column=each) for each in unique)
        index = Index(name=words.free(namespace, f"{name}_key"), parts=parts, unique=True)
        made.append(CreateIndex(target=view.ref, index=index))
    return _of_view(words, path, query, columns, unique=bool(unique), made=tuple(made), text=text)


def existing(words: Words, view: View) -> Kept:
    """A materialised view that is there."""
    unique = any(
        index.unique and index.valid and index.predicate is None and all(part.column for part in index.parts)
        for index in view.indexes
    )
    names = [column.name for column in view.columns]
    return _of_view(words, (view.namespace, view.name), view.definition, names, unique=unique, made=(), text="")


def _of_view(
    words: Words, path: tuple[str, str], query: str, columns: Sequence[str], *, unique: bool,
    made: tuple[Operation, ...], text: str,
) -> Kept:  # fmt: skip
    place = words.named(*path)
    names = [words.quote(each) for each in columns]
    how = "CONCURRENTLY " if unique else ""
    limits = ["It is as old as its last refresh: run `dbwright denormalize URL --refresh` when that is too old."]
    if not unique:
        limits.append(
            "It has no unique index, so nobody can read it while it is refreshed; name its key with --unique."
        )
    target = Ref("view", path)
    return Kept(
        kind="materialized",
        name=str(target),
        target=target,
        what=" ".join(query.rstrip(";").split()),
        text=text,
        columns=made,
        repairs=(Fill(f"REFRESH MATERIALIZED VIEW {how}{place}", f"Refresh {target}"),),
        drift=_differing(place, query.rstrip(";"), names),
        keys=tuple(columns),
        held=("rows",),
        limits=tuple(limits),
        read_before=query.rstrip(";"),
        read_after=f"SELECT {', '.join(names)} FROM {place}",
        by_command=True,
    )


def whole(words: Words, path: tuple[str, str], query: str, types: Mapping[str, Type] | None, text: str = "") -> Kept:
    """A table that a command fills anew, and a view that tells from what. types: of its columns; None where both are there."""
    namespace, name = path
    target = Ref("table", path)
    source = View(namespace=namespace, name=f"{name}{SOURCE}", definition=query)
    made: list[Operation] = []
    names = list(types or {})
    if text:
        columns = tuple(Column(name=each, type=type_) for each, type_ in (types or {}).items())
        made = [
            CreateObject(target=source.ref, object=source),
            CreateTable(target=target, table=Table(namespace=namespace, name=name, columns=columns)),
        ]
    listed = ", ".join(words.quote(each) for each in names)
    place, from_ = words.named(*path), words.named(namespace, source.name)
    fill = Fill(f"INSERT INTO {place} ({listed}) SELECT {listed} FROM {from_}", f"Fill {target}")
    return Kept(
        kind="materialized",
        name=str(target),
        target=target,
        what=" ".join(query.split()),
        text=text,
        columns=tuple(made),
        fills=(fill,),
        repairs=(Fill(f"DELETE FROM {place}", f"Empty {target}"), fill),
        drift=_differing(place, f"SELECT {listed} FROM {from_}", [words.quote(each) for each in names]),
        keys=tuple(names),
        held=("rows",),
        limits=("It is as old as its last refresh: run `dbwright denormalize URL --refresh` when that is too old.",),
        read_before=query,
        read_after=f"SELECT {listed} FROM {place}",
        by_command=True,
    )


def found_whole(words: Words, catalog: Catalog) -> list[Kept]:
    """The tables that are filled by a command, told by the views beside them."""
    tables = {(table.namespace, table.name): table for table in catalog.tables}
    found = []
    for view in catalog.views:
        table = tables.get((view.namespace, view.name.removesuffix(SOURCE))) if view.name.endswith(SOURCE) else None
        if table is not None:
            types = {column.name: column.type for column in table.columns}
            found.append(whole(words, (table.namespace, table.name), view.definition, types))
    return found


def _differing(place: str, query: str, names: Sequence[str]) -> str:
    """Rows that are there more or less often than the query gives them; NULL is a value like others."""
    listed = ", ".join(f"{name} AS k{n}" for n, name in enumerate(names))
    keys = ", ".join(f"b.k{n}" for n in range(len(names)))
    return (
        f"SELECT {keys}, sum(b.h0) AS h0, sum(b.t0) AS t0 FROM (SELECT {listed}, 1 AS h0, 0 AS t0 FROM {place} UNION ALL"
        f" SELECT {listed}, 0 AS h0, 1 AS t0 FROM ({query}) AS q) AS b GROUP BY {keys} HAVING sum(b.h0) <> sum(b.t0)"
    )
