"""Small changes to catalogs, each of which leaves a catalog that could exist: what stood on a dropped thing goes with it."""

from collections.abc import Callable, Iterable
from random import Random
from typing import TypeVar

from hypothesis import strategies as st
from msgspec.structs import replace

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import (
    Catalog,
    Check,
    Column,
    Enum,
    ForeignKey,
    Grant,
    Index,
    KeyPart,
    Policy,
    PrimaryKey,
    Routine,
    Sequence,
    Table,
    Trigger,
    Unique,
    View,
)
from dbwright.catalog.types import Type
from dbwright.change.needs import relations_of
from dbwright.change.operations import RenameColumn, RenameTable
from tests.support.schemas import Dialect, catalogs

_NAMES = ("one", "two", "three", "four", "Five", 'si"x', "se.ven")
_TYPES = (
    Type("integer", "integer", bits=32),
    Type("integer", "bigint", bits=64),
    Type("varchar", "character varying(20)", length=20),
    Type("text", "text"),
    Type("date", "date"),
)
_KEYS = tuple(f"key {number}" for number in range(12))
_T = TypeVar("_T")
Mutation = Callable[[Random, Catalog, str], Catalog]


@st.composite
def mutated(draw: st.DrawFn, catalog: Catalog, dialect: Dialect, *, most: int = 8) -> Catalog:
    """The catalog after some random changes."""
    return changed(Random(draw(st.integers(0, 2**32))), catalog, dialect, draw(st.integers(0, most)))


def changed(random: Random, catalog: Catalog, dialect: Dialect, times: int) -> Catalog:
    """The catalog after so many random changes."""
    known = _mutations(dialect)
    for _ in range(times):
        catalog = random.choice(known)(random, catalog, dialect.namespace)
    return catalog


@st.composite
def pairs(draw: st.DrawFn, dialect: Dialect) -> tuple[Catalog, Catalog]:
    """Two catalogs that have something in common, with objects of every kind that the engine has."""
    old = draw(mutated(draw(catalogs(dialect)), dialect, most=40))
    return old, draw(mutated(old, dialect, most=30))


def _mutations(dialect: Dialect) -> list[Mutation]:
    found: list[Mutation] = [
        add_table, add_table, drop_table, rename_table, add_column, add_column, drop_column, rename_column, move_column, change_column,
        change_key, change_unique, change_check, change_index, change_foreign_key, change_view, drop_view,
        change_trigger, change_comment,
    ]  # fmt: skip
    if dialect.engine != "sqlite":
        found += [change_routine, change_grant]
    if dialect.engine == "postgres":
        found += [change_enum, change_sequence, change_policy, materialize, table_to_view, use_enum, drop_enum]
    return found


# ---------------------------------------------------------------- tools


def _pick(random: Random, each: Iterable[_T]) -> _T | None:
    listed = sorted(each, key=str)
    return random.choice(listed) if listed else None


def _with(catalog: Catalog, table: Table) -> Catalog:
    kept = tuple(table if each.ref == table.ref else each for each in catalog.tables)
    return replace(catalog, tables=kept)


def _free(random: Random, catalog: Catalog) -> str | None:
    taken = {
        each.name.casefold() for field in ("tables", "views", "sequences", "enums") for each in getattr(catalog, field)
    }
    return _pick(random, (name for name in _NAMES if name.casefold() not in taken))


def _free_index(catalog: Catalog, random: Random) -> str | None:
    taken = {index.name for holder in catalog.tables for index in holder.indexes}
    taken |= {index.name for view in catalog.views for index in view.indexes}
    taken |= {unique.name or "" for table in catalog.tables for unique in table.uniques}
    return _pick(random, (name for name in ("i1", "i2", "i3", "i4", "i5") if name not in taken))


def _without_views_on(catalog: Catalog, path: tuple[str, str]) -> Catalog:
    gone = {Ref("table", path), Ref("view", path)}
    while True:
        more = {view.ref for view in catalog.views if gone & set(view.depends_on)} - gone
        if not more:
            break
        gone |= more
    kept = tuple(view for view in catalog.views if view.ref not in gone)
    grants = tuple(grant for grant in catalog.grants if grant.on not in gone - {Ref("table", path), Ref("view", path)})
    return replace(catalog, views=kept, grants=grants)


def _settle(catalog: Catalog) -> Catalog:
    """Foreign keys whose parent, or the key that they point at, is gone go too."""

    def keyed(key: ForeignKey) -> bool:
        parent = next((each for each in catalog.tables if (each.namespace, each.name) == key.table), None)
        return parent is not None and sorted(key.referenced) in [sorted(columns) for columns in parent.keys]

    tables = tuple(
        replace(table, foreign_keys=tuple(key for key in table.foreign_keys if keyed(key))) for table in catalog.tables
    )
    return replace(catalog, tables=tables)


# ---------------------------------------------------------------- tables


def add_table(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    name = _free(random, catalog)
    if name is None:
        return catalog
    taken = {table.primary_key.name for table in catalog.tables if table.primary_key}
    key = _pick(random, {f"{name}_pk", f"{name}_key", *_KEYS} - taken)
    columns = (Column(name="id", type=_TYPES[0], nullable=False), Column(name="one", type=random.choice(_TYPES)))
    table = Table(namespace=namespace, name=name, columns=columns, primary_key=PrimaryKey(columns=("id",), name=key))
    return replace(catalog, tables=(*catalog.tables, table))


def drop_table(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    table = _pick(random, catalog.tables)
    if table is None:
        return catalog
    catalog = _without_views_on(catalog, (namespace, table.name))
    sequences = tuple(each for each in catalog.sequences if not each.owned_by or each.owned_by[:2] != table.ref.path)
    dropped = {each.name for each in catalog.sequences} - {each.name for each in sequences}
    kept = tuple(_without_defaults(each, dropped) for each in catalog.tables if each is not table)
    grants = tuple(grant for grant in catalog.grants if grant.on != table.ref)
    return _settle(replace(catalog, tables=kept, grants=grants, sequences=sequences))


def _without_defaults(table: Table, sequences: set[str]) -> Table:
    def column(each: Column) -> Column:
        gone = each.default and any(f"nextval('public.{name}'" in each.default for name in sequences)
        return replace(each, default=None) if gone else each

    return replace(table, columns=tuple(column(each) for each in table.columns))


def rename_table(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    table, name = _pick(random, catalog.tables), _free(random, catalog)
    if table is None or name is None:
        return catalog
    catalog = _without_views_on(catalog, (namespace, table.name))
    return RenameTable(target=table.ref, to=(namespace, name)).apply(catalog)


def change_comment(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    table = _pick(random, catalog.tables)
    return _with(catalog, replace(table, comment=random.choice((None, "x", "it's")))) if table else catalog


# ---------------------------------------------------------------- columns


def add_column(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    table = _pick(random, catalog.tables)
    if table is None:
        return catalog
    taken = {column.name.casefold() for column in table.columns}
    name = _pick(random, (name for name in _NAMES if name.casefold() not in taken))
    if name is None:
        return catalog
    place = random.randrange(len(table.columns) + 1)
    column = Column(name=name, type=random.choice(_TYPES), nullable=random.random() < 0.5)
    return _with(catalog, replace(table, columns=(*table.columns[:place], column, *table.columns[place:])))


def drop_column(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    table = _pick(random, (table for table in catalog.tables if len(table.columns) > 1))
    if table is None:
        return catalog
    name = random.choice(table.columns).name
    catalog = _without_views_on(catalog, (namespace, table.name))
    key = table.primary_key
    changed = replace(
        table,
        columns=tuple(column for column in table.columns if column.name != name),
        primary_key=None if key and name in key.columns else key,
        uniques=tuple(unique for unique in table.uniques if name not in unique.columns),
        foreign_keys=tuple(each for each in table.foreign_keys if name not in each.columns),
        checks=tuple(check for check in table.checks if name not in check.expression),
        indexes=tuple(index for index in table.indexes if not _reads(index, name)),
        policies=(),
    )
    sequences = tuple(each for each in catalog.sequences if each.owned_by != (namespace, table.name, name))
    dropped = {each.name for each in catalog.sequences} - {each.name for each in sequences}
    catalog = _settle(replace(_with(catalog, changed), sequences=sequences))
    return replace(catalog, tables=tuple(_without_defaults(each, dropped) for each in catalog.tables))


def _reads(index: Index, name: str) -> bool:
    texts = [index.predicate, *(part.expression for part in index.parts)]
    return name in index.columns or any(name in text for text in texts if text)


def rename_column(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    table = _pick(random, catalog.tables)
    if table is None:
        return catalog
    taken = {column.name.casefold() for column in table.columns}
    name = _pick(random, (name for name in _NAMES if name.casefold() not in taken))
    if name is None:
        return catalog
    catalog = _with(catalog, replace(table, policies=()))
    return RenameColumn(target=table.column_ref(random.choice(table.columns).name), to=name).apply(catalog)


def move_column(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    table = _pick(random, catalog.tables)
    if table is None:
        return catalog
    columns = list(table.columns)
    random.shuffle(columns)
    return _with(catalog, replace(table, columns=tuple(columns)))


def change_column(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    table = _pick(random, catalog.tables)
    if table is None:
        return catalog
    place = random.randrange(len(table.columns))
    column = table.columns[place]
    in_key = table.primary_key is not None and column.name in table.primary_key.columns
    match random.randrange(4):
        case 0 if not in_key:
            column = replace(column, nullable=not column.nullable)
        case 1 if not column.identity:
            column = replace(column, type=random.choice(_TYPES), default=None)
        case 2 if not column.identity:
            column = replace(column, default=random.choice((None, "1", "2")))
        case _:
            column = replace(column, comment=random.choice((None, "a comment")))
    return _with(catalog, replace(table, columns=(*table.columns[:place], column, *table.columns[place + 1 :])))


# ---------------------------------------------------------------- keys, checks and indexes


def change_key(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    table = _pick(random, catalog.tables)
    if table is None:
        return catalog
    if table.primary_key and random.random() < 0.5:
        return _settle(_with(catalog, replace(table, primary_key=None)))
    chosen = tuple(column.name for column in random.sample(list(table.columns), min(len(table.columns), 2)))
    columns = tuple(replace(column, nullable=False) if column.name in chosen else column for column in table.columns)
    taken = {each.primary_key.name for each in catalog.tables if each.primary_key and each is not table}
    name = _pick(random, {f"{table.name}_pk", f"{table.name}_pkey", *_KEYS} - taken)
    key = PrimaryKey(columns=chosen, name=name)
    return _settle(_with(catalog, replace(table, columns=columns, primary_key=key)))


def change_unique(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    table, name = _pick(random, catalog.tables), _free_index(catalog, random)
    if table is None or name is None:
        return catalog
    if table.uniques and random.random() < 0.5:
        return _settle(_with(catalog, replace(table, uniques=table.uniques[1:])))
    columns = tuple(column.name for column in random.sample(list(table.columns), 1))
    return _with(catalog, replace(table, uniques=(*table.uniques, Unique(columns=columns, name=name))))


def change_check(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    table = _pick(random, catalog.tables)
    if table is None:
        return catalog
    if table.checks and random.random() < 0.5:
        return _with(catalog, replace(table, checks=table.checks[:-1]))
    taken = {check.name for each in catalog.tables for check in each.checks}
    name = _pick(random, (name for name in ("c1", "c2", "c3") if name not in taken))
    check = Check(name=name, expression=f'"{random.choice(table.columns).name}" is not null')
    return _with(catalog, replace(table, checks=(*table.checks, check))) if name else catalog


def change_index(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    shown: list[Table | View] = [*catalog.tables, *(view for view in catalog.views if view.materialized)]
    holder = _pick(random, shown)
    if holder is None:
        return catalog
    if holder.indexes and random.random() < 0.5:
        changed = replace(holder, indexes=holder.indexes[1:])
    else:
        name = _free_index(catalog, random)
        if name is None or not holder.columns:
            return catalog
        index = Index(
            name=name, parts=(KeyPart(column=random.choice(holder.columns).name),), unique=random.random() < 0.3
        )
        changed = replace(holder, indexes=(*holder.indexes, index))
    if isinstance(changed, Table):
        return _settle(_with(catalog, changed))
    return replace(catalog, views=tuple(changed if each is holder else each for each in catalog.views))


def change_foreign_key(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    child, parent = _pick(random, catalog.tables), _pick(random, (table for table in catalog.tables if table.keys))
    if child is None or parent is None:
        return catalog
    if child.foreign_keys and random.random() < 0.4:
        return _with(catalog, replace(child, foreign_keys=child.foreign_keys[1:]))
    taken = {key.name for table in catalog.tables for key in table.foreign_keys}
    name = _pick(random, (name for name in ("f1", "f2", "f3", "f4") if name not in taken))
    referenced = random.choice(parent.keys)
    if name is None or len(referenced) > len(child.columns):
        return catalog
    columns = tuple(column.name for column in random.sample(list(child.columns), len(referenced)))
    key = ForeignKey(name=name, columns=columns, table=(parent.namespace, parent.name), referenced=referenced)
    return _with(catalog, replace(child, foreign_keys=(*child.foreign_keys, key)))


# ---------------------------------------------------------------- views


def change_view(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    """A new view, or another definition of one that nothing stands on."""
    under = _pick(random, relations_of(catalog))
    if under is None or not under.columns:
        return catalog
    column = random.choice(under.columns)
    definition = f'SELECT "{column.name}" FROM "{under.name}"'
    used = {ref for view in catalog.views for ref in view.depends_on}
    loose = [view for view in catalog.views if view.ref not in used and view.ref != under.ref]
    shown = (replace(column, default=None, identity=None, nullable=True),)
    if loose and random.random() < 0.5:
        old = random.choice(loose)
        changed = replace(old, definition=definition, columns=shown, depends_on=(under.ref,), indexes=())
        return replace(catalog, views=tuple(changed if view is old else view for view in catalog.views))
    name = _free(random, catalog)
    if name is None:
        return catalog
    view = View(namespace=namespace, name=name, definition=definition, columns=shown, depends_on=(under.ref,))
    return replace(catalog, views=(*catalog.views, view))


def drop_view(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    view = _pick(random, catalog.views)
    if view is None:
        return catalog
    catalog = _without_views_on(catalog, (namespace, view.name))
    grants = tuple(grant for grant in catalog.grants if grant.on != view.ref)
    return replace(catalog, views=tuple(each for each in catalog.views if each is not view), grants=grants)


def materialize(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    view = _pick(random, catalog.views)
    if view is None:
        return catalog
    changed = replace(view, materialized=not view.materialized, indexes=())
    return replace(catalog, views=tuple(changed if each is view else each for each in catalog.views))


def table_to_view(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    """A view in the place of a table; views on it stay, and read it from now on."""
    table = _pick(random, catalog.tables)
    if table is None or any(each.owned_by and each.owned_by[:2] == table.ref.path for each in catalog.sequences):
        return catalog
    shown = tuple(Column(name=column.name, type=column.type) for column in table.columns)
    view = View(namespace=namespace, name=table.name, definition="SELECT 1", columns=shown)
    views = tuple(
        replace(each, depends_on=tuple(view.ref if ref == table.ref else ref for ref in each.depends_on))
        for each in catalog.views
    )
    grants = tuple(grant for grant in catalog.grants if grant.on != table.ref)
    tables = tuple(each for each in catalog.tables if each is not table)
    return _settle(replace(catalog, tables=tables, views=(*views, view), grants=grants))


# ---------------------------------------------------------------- routines, triggers, policies, types, sequences, grants


def change_routine(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    used = " ".join(trigger.definition for table in catalog.tables for trigger in table.triggers)
    loose = [routine for routine in catalog.routines if f"{routine.name}()" not in used]
    if loose and random.random() < 0.3:
        gone = random.choice(loose)
        return replace(catalog, routines=tuple(each for each in catalog.routines if each is not gone))
    name = random.choice(("do_it", "do_more"))
    kept = tuple(each for each in catalog.routines if each.name != name)
    routine = Routine(namespace=namespace, name=name, definition=f"CREATE FUNCTION {name}() -- {random.randrange(3)}")
    return replace(catalog, routines=(*kept, routine))


def change_trigger(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    table = _pick(random, catalog.tables)
    if table is None:
        return catalog
    if table.triggers and random.random() < 0.5:
        return _with(catalog, replace(table, triggers=table.triggers[1:]))
    taken = {trigger.name for each in catalog.tables for trigger in each.triggers}
    name = _pick(random, (name for name in ("t1", "t2") if name not in taken))
    routine = _pick(random, catalog.routines)
    called = f"EXECUTE FUNCTION {routine.name}()" if routine else "BEGIN END"
    if name is None:
        return catalog
    trigger = Trigger(name=name, timing="before", events=("insert",), definition=f"CREATE TRIGGER {name} {called}")
    return _with(catalog, replace(table, triggers=(*table.triggers, trigger)))


def change_policy(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    table = _pick(random, catalog.tables)
    if table is None:
        return catalog
    kept = tuple(policy for policy in table.policies if policy.name != "p")
    policy = Policy(name="p", using=f'"{random.choice(table.columns).name}" IS NOT NULL')
    return _with(catalog, replace(table, policies=random.choice((kept, (*kept, policy)))))


def change_enum(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    name = random.choice(("mood", "size"))
    kept = tuple(each for each in catalog.enums if each.name != name)
    labels = tuple(random.sample(("a", "b", "c", "d"), random.randrange(1, 4)))
    return replace(catalog, enums=(*kept, Enum(namespace=namespace, name=name, labels=labels)))


def use_enum(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    enum = _pick(random, catalog.enums)
    catalog = add_column(random, catalog, namespace) if enum else catalog
    table = _pick(random, catalog.tables)
    if enum is None or table is None:
        return catalog
    place = random.randrange(len(table.columns))
    column = table.columns[place]
    if column.identity:
        return catalog
    type_ = Type("enum", enum.name, values=enum.labels, user_type=(namespace, enum.name))
    column = replace(column, type=type_, default=None)
    return _with(catalog, replace(table, columns=(*table.columns[:place], column, *table.columns[place + 1 :])))


def drop_enum(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    enum = _pick(random, catalog.enums)
    if enum is None:
        return catalog

    def plain(column: Column) -> Column:
        uses = column.type.user_type == (namespace, enum.name)
        return replace(column, type=_TYPES[3], default=None) if uses else column

    tables = tuple(replace(table, columns=tuple(plain(each) for each in table.columns)) for table in catalog.tables)
    views = tuple(replace(view, columns=tuple(plain(each) for each in view.columns)) for view in catalog.views)
    kept = tuple(each for each in catalog.enums if each is not enum)
    return replace(catalog, tables=tables, views=views, enums=kept)


def change_sequence(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    table = _pick(random, catalog.tables)
    if table is None:
        return catalog
    column = random.choice(table.columns)
    owned = (namespace, table.name, column.name) if random.random() < 0.5 else None
    sequence = Sequence(namespace=namespace, name="counted", increment=random.randrange(1, 3), owned_by=owned)
    kept = tuple(each for each in catalog.sequences if each.name != "counted")
    catalog = replace(catalog, sequences=(*kept, sequence))
    if column.identity or column.type.kind != "integer":
        return catalog
    counting = replace(column, default="nextval('public.counted'::regclass)")
    return _with(catalog, replace(table, columns=tuple(counting if each is column else each for each in table.columns)))


def change_grant(random: Random, catalog: Catalog, namespace: str) -> Catalog:
    holder = _pick(random, relations_of(catalog))
    if holder is None:
        return catalog
    kept = tuple(grant for grant in catalog.grants if grant.on != holder.ref)
    grant = Grant(grantee="app", privileges=random.choice((("SELECT",), ("INSERT", "SELECT"))), on=holder.ref)
    return replace(catalog, grants=random.choice((kept, (*kept, grant))))
