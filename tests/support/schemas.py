"""Hypothesis strategies for schemas that every relational engine can hold: odd names, cyclic keys, checks and indexes."""

from typing import NamedTuple

from hypothesis import strategies as st

from dbwright.catalog.objects import (
    Action,
    Catalog,
    Check,
    Column,
    ForeignKey,
    Identity,
    Index,
    KeyPart,
    Namespace,
    PrimaryKey,
    Table,
    Unique,
)
from dbwright.catalog.types import Type
from dbwright.engines.registry import engine

_PLAIN = ("id", "name", "created", "total", "code", "amount", "state", "parent", "notes", "kind")
_ODD = (
    "order", "select", "Group", "User Name", 'qu"ote', "it's", "back`tick", "back\\slash", "naïve", "дата", "表の名前", "a.b",
    "semi;colon", "100%", "%s", "--dash", "/*star*/", "[bracket]", "$1", ":bound", "?", "x" * 40, "1st", "line\nbreak", "@at",
    "{brace}", "#hash", " leading",
)  # fmt: skip
_EMOJI = ("emoji 😀",)  # MySQL holds no such character in names and comments
_COMMENTS = ("plain", 'it\'s; a "comment" -- /* with */ é表 \\ `all`', "two\nlines", "100% {x} $1 :b ?")
_ACTIONS: tuple[Action, ...] = ("no action", "cascade", "restrict")


class Dialect(NamedTuple):
    """What differs between the engines in what a portable schema may hold."""

    engine: str
    namespace: str
    identity: Identity
    names: tuple[str, ...]
    comments: tuple[str, ...] = _COMMENTS
    predicates: bool = True
    expressions: bool = True


DIALECTS = {
    "postgres": Dialect(
        "postgres", "public", Identity(generation="by default"), _PLAIN + _ODD + _EMOJI, (*_COMMENTS, *_EMOJI)
    ),
    "mysql": Dialect(
        "mysql", "", Identity(generation="auto_increment"), _PLAIN + _ODD, predicates=False, expressions=False
    ),
    "sqlite": Dialect("sqlite", "", Identity(generation="autoincrement"), _PLAIN + _ODD + _EMOJI, comments=()),
}


@st.composite
def catalogs(draw: st.DrawFn, dialect: Dialect, *, largest: int = 4) -> Catalog:
    """A catalog of up to `largest` tables whose foreign keys may point anywhere, at themselves and in circles too."""
    names = draw(_names(dialect, 1, largest))
    tables = [draw(_table(dialect, name, number)) for number, name in enumerate(names)]
    tables = [_with_foreign_keys(draw, dialect, table, tables, number) for number, table in enumerate(tables)]
    namespaces = (Namespace(name=dialect.namespace),) if dialect.namespace else ()
    return Catalog(engine=dialect.engine, namespaces=namespaces, tables=tuple(tables))


def _names(dialect: Dialect, at_least: int, at_most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(dialect.names), min_size=at_least, max_size=at_most, unique_by=str.casefold)


def _type(dialect: Dialect, **logical: object) -> Type:
    plain = Type(spelling="", **logical)  # type: ignore[arg-type]  # the literals below are the logical kinds
    return Type(**{**logical, "spelling": engine(dialect.engine).spell(plain)})  # type: ignore[arg-type]  # as above


_KEYABLE: tuple[dict[str, object], ...] = (
    {"kind": "integer", "bits": 16},
    {"kind": "integer", "bits": 32},
    {"kind": "integer", "bits": 64},
    {"kind": "varchar", "length": 60},
    {"kind": "decimal", "precision": 12, "scale": 3},
    {"kind": "date"},
)
_OTHERS: tuple[dict[str, object], ...] = (
    {"kind": "boolean"},
    {"kind": "char", "length": 3},
    {"kind": "text"},
    {"kind": "float", "bits": 64},
    {"kind": "timestamp", "precision": 6},
    {"kind": "time"},
    {"kind": "binary", "length": 16, "variable": True},
    {"kind": "json", "binary_json": True},
    {"kind": "uuid"},
)
_LITERALS = {
    "integer": ("0", "7", "-1"),
    "varchar": ("''", "'it''s'", "'100% ; -- \"x\"'", "'naïve 表'"),
    "decimal": ("1.500",),
}


@st.composite
def _column(draw: st.DrawFn, dialect: Dialect, name: str) -> Column:
    logical = draw(st.sampled_from(_KEYABLE + _OTHERS))
    literals = _LITERALS.get(str(logical["kind"]), ())
    return Column(
        name=name,
        type=_type(dialect, **logical),
        nullable=draw(st.booleans()),
        default=draw(st.sampled_from((None, *literals))),
        comment=draw(_comment(dialect)),
    )


def _comment(dialect: Dialect) -> st.SearchStrategy[str | None]:
    return st.sampled_from((None, *dialect.comments))


@st.composite
def _table(draw: st.DrawFn, dialect: Dialect, name: str, number: int) -> Table:
    columns = [draw(_column(dialect, each)) for each in draw(_names(dialect, 1, 5))]
    keyable = [column.name for column in columns if column.type.kind in {each["kind"] for each in _KEYABLE}]
    key: PrimaryKey | None = None
    match draw(st.sampled_from(("none", "identity", "natural"))):
        case "identity" if columns[0].type.kind != "json":
            first = Column(
                name=columns[0].name,
                type=_type(dialect, kind="integer", bits=64),
                nullable=False,
                identity=dialect.identity,
            )
            columns[0] = first
            keyable = [first.name, *(each for each in keyable if each != first.name)]
            key = PrimaryKey(columns=(first.name,))
        case "natural" if keyable:
            chosen = tuple(draw(st.permutations(keyable))[:2])
            columns = [_required(column) if column.name in chosen else column for column in columns]
            key = PrimaryKey(columns=chosen)
        case _:
            pass
    return Table(
        namespace=dialect.namespace,
        name=name,
        columns=tuple(columns),
        primary_key=key,
        uniques=draw(_uniques(keyable, number)),
        checks=draw(_checks(dialect, columns, number)),
        indexes=draw(_indexes(dialect, columns, keyable, number)),
        comment=draw(_comment(dialect)),
    )


def _required(column: Column) -> Column:
    return Column(name=column.name, type=column.type, nullable=False, comment=column.comment)


@st.composite
def _uniques(draw: st.DrawFn, keyable: list[str], number: int) -> tuple[Unique, ...]:
    if not keyable or not draw(st.booleans()):
        return ()
    return (Unique(name=f'uq {number} "it\'s"', columns=tuple(draw(st.permutations(keyable))[:2])),)


@st.composite
def _checks(draw: st.DrawFn, dialect: Dialect, columns: list[Column], number: int) -> tuple[Check, ...]:
    numbers = [column.name for column in columns if column.type.kind in ("integer", "decimal") and not column.identity]
    texts = [column.name for column in columns if column.type.kind == "varchar"]
    quote = engine(dialect.engine).quote
    written = [f"{quote(name)} >= 0 and {quote(name)} <> 13" for name in numbers]
    written += [f"{quote(name)} in ('a', 'it''s', 'ü;')" for name in texts]
    if not written:
        return ()
    chosen = draw(st.lists(st.sampled_from(written), max_size=2, unique=True))
    return tuple(Check(name=f"ck_{number}_{place}", expression=each) for place, each in enumerate(chosen))


@st.composite
def _indexes(
    draw: st.DrawFn, dialect: Dialect, columns: list[Column], keyable: list[str], number: int
) -> tuple[Index, ...]:
    if not keyable:
        return ()
    quote = engine(dialect.engine).quote
    found: list[Index] = []
    for place in range(draw(st.integers(0, 2))):
        parts = [KeyPart(column=name, descending=draw(st.booleans())) for name in draw(st.permutations(keyable))[:2]]
        texts = [column.name for column in columns if column.type.kind == "varchar"]
        if dialect.expressions and texts and draw(st.booleans()):
            parts[-1] = KeyPart(expression=f"lower({quote(texts[0])})")
        predicate = f"{quote(keyable[0])} is not null" if dialect.predicates and draw(st.booleans()) else None
        name = draw(st.sampled_from((f"ix_{number}_{place}", f'ix {number} {place} "表" `;')))
        found.append(Index(name=name, parts=tuple(parts), unique=draw(st.booleans()), predicate=predicate))
    return tuple(found)


def _with_foreign_keys(draw: st.DrawFn, dialect: Dialect, table: Table, tables: list[Table], number: int) -> Table:
    """The table with up to two columns more that point at a single-column primary key of any table."""
    parents = [parent for parent in tables if parent.primary_key and len(parent.primary_key.columns) == 1]
    columns, keys = list(table.columns), list(table.foreign_keys)
    for place in range(draw(st.integers(0, 2)) if parents else 0):
        parent = draw(st.sampled_from(parents))
        assert parent.primary_key
        target = parent.column(parent.primary_key.columns[0])
        assert target
        column = Column(name=f"to {place}", type=target.type, nullable=True)
        action: Action = draw(st.sampled_from((*_ACTIONS, "set null")))
        columns.append(column)
        keys.append(
            ForeignKey(
                name=f"fk {number}_{place} é",
                columns=(column.name,),
                table=(parent.namespace, parent.name),
                referenced=parent.primary_key.columns,
                on_delete=action,
                on_update=draw(st.sampled_from(_ACTIONS)),
            )
        )
    return Table(**{**_fields(table), "columns": tuple(columns), "foreign_keys": tuple(keys)})  # type: ignore[arg-type]  # its own fields


def _fields(table: Table) -> dict[str, object]:
    return {field: getattr(table, field) for field in table.__struct_fields__}
