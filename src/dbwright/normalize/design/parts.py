"""From sets of columns to tables as they are to be made: named, with types, keys, foreign keys and indexes."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from dbwright.catalog.objects import Column, ForeignKey, Index, KeyPart, PrimaryKey, Table, Unique
from dbwright.catalog.profiles import TableProfile
from dbwright.engines.base import Engine
from dbwright.normalize.design.carried_over import carried_over
from dbwright.normalize.design.components import Component
from dbwright.normalize.design.identifiers import Column as Known
from dbwright.normalize.design.identifiers import identifier
from dbwright.normalize.design.part_names import Style, column_names, free, thing
from dbwright.normalize.design.part_types import numbered, part_column
from dbwright.normalize.design.proposal import Part
from dbwright.relationships.words import singular, words

LONG_KEY = 24
"""Characters from which on, on average, a text is too long to stand in every row that refers to it."""


class Draft(msgspec.Struct, kw_only=True):
    """A part before it is a table. about: the words of its thing. called: its columns' names by those of the source.

    root: whether the rows of the source live on in it. surrogate: the column that the engine numbers. references: for each column
    that leads to a surrogate, the draft and the columns of the source that it stands for.
    """

    component: Component
    about: tuple[str, ...]
    name: str
    called: dict[str, str]
    root: bool = False
    surrogate: str | None = None
    references: dict[str, "tuple[Draft, tuple[str, ...]]"] = {}

    def sources(self) -> tuple[str, ...]:
        """The columns of the source that it holds itself."""
        return tuple(self.called)


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """What the tables are drawn with. table: the source. keep: it is a table of the engine that the parts are made in.

    keyless: nothing is known to tell its rows apart, so that they get numbers.
    """

    table: Table
    columns: Mapping[str, Known]
    profile: TableProfile | None
    engine: Engine
    style: Style
    taken: frozenset[str] = frozenset()
    keep: bool = False
    keyless: bool = False
    surrogates: str = "auto"


def draw(components: Sequence[Component], drawing: Drawing) -> tuple[Part, ...]:
    """The parts, parents before children."""
    drafts = _drafts(components, drawing)
    _number(drafts, drawing)
    parents = {id(draft): _parents(draft, drafts) for draft in drafts}
    root = next((draft.called for draft in drafts if draft.root), {})
    return tuple(_part(draft, parents[id(draft)], drawing, root) for draft in _parents_first(drafts, parents))


# ---------------------------------------------------------------- names


def _drafts(components: Sequence[Component], drawing: Drawing) -> list[Draft]:
    order = {each.name: place for place, each in enumerate(drawing.table.columns)}
    wholes = [each for each in components if each.whole]
    root = max(
        wholes,
        key=lambda each: (len(each.attributes), -order[min(each.attributes, key=order.__getitem__)]),
        default=None,
    )
    taken, reserved = set(drawing.taken), drawing.engine.reserved()
    listed = {
        id(each): [*each.key, *(name for name in order if name in each.attributes and name not in each.key)]
        for each in components
    }
    abouts = {id(each): _about(each, listed[id(each)], drawing) for each in components if each is not root}
    own = tuple(words(drawing.table.name))
    texts = {column.name for column in drawing.table.columns if not column.type.is_number}
    drafts = []
    if root is not None:
        # A table "orders" of order lines gives its name to the orders.
        taken_by_another = any(_singular(about) == _singular(own) for about in abouts.values())
        name = _of_rows(root, drawing) if taken_by_another else drawing.table.name
        name = free(name, taken, drawing.style)
        taken.add(name)
        called = {each: each for each in order if each in root.attributes}
        drafts.append(Draft(component=root, about=tuple(words(name)), name=name, called=called, root=True))
    for component in components:
        if component is root:
            continue
        about = abouts[id(component)]
        name = drawing.style.table(about)
        if name.lower() in reserved:
            other = msgspec.structs.replace(drawing.style, plurals=not drawing.style.plurals).table(about)
            name = other if other.lower() not in reserved else drawing.style.join((*own, *about))
        name = free(_short(name, drawing.engine), taken, drawing.style, own)
        taken.add(name)
        called = dict(column_names(listed[id(component)], component.key, about, drawing.style, reserved, texts))
        drafts.append(Draft(component=component, about=about, name=name, called=called))
    return drafts


def _short(name: str, engine: Engine) -> str:
    """A name that leaves room for a number and for the names of its indexes."""
    limit = (engine.name_limit() or 64) - 8
    return name if len(name.encode()) <= limit else name.encode()[:limit].decode(errors="ignore")


def _about(component: Component, listed: Sequence[str], drawing: Drawing) -> tuple[str, ...]:
    """What a part is about; where nothing tells, the columns of its key say it."""
    about = thing(component.key, [each for each in listed if each not in component.key])
    if not about or (component.because is None and len(component.key) > 1):
        about = _joined(component.key, drawing) if len(component.key) > 1 else (about or words(component.key[0]))
    return about or ("part",)


def _of_rows(root: Component, drawing: Drawing) -> str:
    """A name for what a row of the source is, where the source's own name says something else: order_lines."""
    own = _singular(words(drawing.table.name))
    rest = [word for word in _singular(_joined(root.key, drawing)) if word not in own]
    return drawing.style.table((*own, *(rest or ["row"])))


def _singular(named: Sequence[str]) -> tuple[str, ...]:
    return tuple(singular(word) for word in named)


def _joined(key: Sequence[str], drawing: Drawing) -> tuple[str, ...]:
    """What a table of nothing but references is about: both things (course_teachers)."""
    found: list[str] = []
    for name in key:
        found += [word for word in drawing.columns[name].noun if word not in found]
    return tuple(found[:4]) or tuple(words(drawing.table.name))


# ---------------------------------------------------------------- surrogate keys


def _number(drafts: Sequence[Draft], drawing: Drawing) -> None:
    """Give those parts a number for a key whose own key is a bad one to refer to."""
    for draft in drafts:
        if draft.root and drawing.keyless:
            draft.surrogate = free(drawing.style.join(("id",)), draft.called.values(), drawing.style)
    if drawing.surrogates == "never":
        return
    for draft in drafts:
        key = draft.component.key
        if draft.component.whole or draft.component.because is None or not _wants_number(key, drawing):
            continue
        holders = [each for each in drafts if each is not draft and set(key) <= each.called.keys()]
        in_keys = any(set(key) & set(each.component.key) for each in holders)
        if in_keys or not holders:
            continue
        wanted = "id" if drawing.style.key == "id" else "_".join((*draft.about, "id"))
        draft.surrogate = free(drawing.style.join(words(wanted)), draft.called.values(), drawing.style)
        for holder in holders:
            column = free(drawing.style.join((*draft.about, "id")), holder.called.values(), drawing.style)
            for name in key:
                del holder.called[name]
            holder.references = {**holder.references, column: (draft, key)}


def _wants_number(key: Sequence[str], drawing: Drawing) -> bool:
    if drawing.surrogates == "always":
        return not (len(key) == 1 and identifier(drawing.columns[key[0]]) == 1.0)
    if len(key) > 2:
        return True
    for name in key:
        column = drawing.columns[name]
        is_text = column.type is None or column.type.is_text
        if column.nulls and len(key) > 1:
            return True
        if is_text and identifier(column) < 0.5 and (column.length is None or column.length > 3) and len(key) == 1:
            return not _is_code(column)
        if is_text and (column.length or 0) > LONG_KEY:
            return True
    return False


def _is_code(column: Known) -> bool:
    """Short texts that stand for themselves: codes, symbols, postal codes."""
    named = set(words(column.name))
    return (
        bool(named & {"code", "iso", "zip", "sku", "isbn", "ean", "symbol", "currency", "postal"})
        and (column.length or 0) <= 16
    )


# ---------------------------------------------------------------- foreign keys


def _parents(draft: Draft, drafts: Sequence[Draft]) -> list[tuple[tuple[str, ...], Draft]]:
    """The parts that it refers to, with its columns (by their new names) that do. Only the nearest: those behind them are left out."""
    found: list[tuple[tuple[str, ...], Draft]] = []
    for column, (parent, _) in draft.references.items():
        found.append(((column,), parent))
    for other in drafts:
        key = other.component.key
        if other is draft or other.surrogate is not None or other.component.whole:
            continue
        if set(key) <= draft.called.keys() and not (key == draft.component.key and _before(draft, other)):
            found.append((tuple(draft.called[name] for name in key), other))
    return found


def _before(draft: Draft, other: Draft) -> bool:
    """Of two parts with one key, the one that is not the parent of the other."""
    return (len(draft.called), draft.name) >= (len(other.called), other.name)


def _parents_first(drafts: Sequence[Draft], parents: Mapping[int, list[tuple[tuple[str, ...], Draft]]]) -> list[Draft]:
    ordered: list[Draft] = []
    left = list(drafts)
    while left:
        ready = [
            each for each in left if not any(parent in left and parent is not each for _, parent in parents[id(each)])
        ]
        for each in ready or left[:1]:
            ordered.append(each)
            left.remove(each)
    return ordered


# ---------------------------------------------------------------- tables


def _part(
    draft: Draft, parents: Sequence[tuple[tuple[str, ...], Draft]], drawing: Drawing, root: Mapping[str, str]
) -> Part:
    source, engine = drawing.table, drawing.engine
    component = draft.component
    is_root = draft.root
    natural = () if draft.root and drawing.keyless else _new_names(component.key, draft)
    keyed = {name for columns, _ in parents for name in columns} | {each for key in component.others for each in key}
    in_key = set(component.key) if natural or not draft.root else set()
    columns: list[Column] = [numbered(draft.surrogate, engine)] if draft.surrogate else []
    for name, called in draft.called.items():
        column = part_column(
            source, name, called, drawing.profile, engine,
            in_key=name in in_key and _is_there(name, draft, drawing), keep=drawing.keep, numbers=is_root,
        )  # fmt: skip
        columns.append(column)
    if engine.name == "mysql" and not drawing.keep:
        columns = [_indexable(each, keyed, draft, drawing) for each in columns]
    for reference, (_, sources) in draft.references.items():
        nullable = any(not _no_nulls(name, drawing) for name in sources)
        columns.append(Column(name=reference, type=numbered(reference, engine).type, nullable=nullable))
    primary = (draft.surrogate,) if draft.surrogate else natural
    nullable_key = not _tells_apart(draft, drawing)
    if (
        is_root
        and source.primary_key is not None
        and set(source.primary_key.columns) <= {each.name for each in columns}
    ):
        primary = source.primary_key.columns
    others = [_new_names(key, draft) for key in component.others if set(key) <= draft.called.keys()]
    if draft.surrogate or (is_root and set(primary) != set(natural)):
        others.insert(0, natural)
    foreign = tuple(
        ForeignKey(
            columns=columns_,
            table=(source.namespace, parent.name),
            referenced=(parent.surrogate,) if parent.surrogate else _new_names(parent.component.key, parent),
            on_delete="restrict",
        )
        for columns_, parent in parents
        if _tells_apart(parent, drawing)
    )
    table = Table(
        namespace=source.namespace,
        name=draft.name,
        columns=tuple(columns),
        primary_key=PrimaryKey(columns=primary) if primary and not nullable_key else None,
        uniques=tuple(Unique(columns=key) for key in dict.fromkeys(others) if key and key != primary),
        foreign_keys=foreign,
        indexes=_indexes(draft.name, foreign, primary, engine),
        options=source.options if drawing.keep else {},
        owner=source.owner if drawing.keep else None,
    )
    if drawing.keep:
        table = carried_over(table, source, draft.called, root, engine)
    rows = _rows(draft, drawing)
    return Part(
        table=table,
        source_columns={called: name for name, called in draft.called.items()},
        natural_key=natural,
        surrogate=draft.surrogate,
        because=component.because,
        rows=rows,
        bytes=bytes_of(draft.called, rows, drawing, len(draft.references) + bool(draft.surrogate)),
        keeps_name=is_root,
        references=tuple((column, parent.name, sources) for column, (parent, sources) in draft.references.items()),
    )


def _new_names(key: Sequence[str], draft: Draft) -> tuple[str, ...]:
    """A key by the part's own names; a surrogate reference stands for the columns that it took the place of."""
    stands = {name: column for column, (_, sources) in draft.references.items() for name in sources}
    return tuple(dict.fromkeys(draft.called.get(name) or stands.get(name, name) for name in key))


def _no_nulls(name: str, drawing: Drawing) -> bool:
    column, known = drawing.table.column(name), drawing.columns.get(name)
    return (column is not None and not column.nullable) or (known is not None and known.nulls == 0)


def _is_there(name: str, draft: Draft, drawing: Drawing) -> bool:
    """Whether a column of a key has a value in every row of the part: rows without one have nothing to stand in it for."""
    return _no_nulls(name, drawing) or (not draft.component.whole and len(draft.component.key) == 1)


def _tells_apart(draft: Draft, drawing: Drawing) -> bool:
    """Whether the key of a part can be one that others refer to."""
    return bool(draft.surrogate) or all(_is_there(name, draft, drawing) for name in draft.component.key)


def _indexable(column: Column, keyed: set[str], draft: Draft, drawing: Drawing) -> Column:
    source = next((name for name, called in draft.called.items() if called == column.name), None)
    if source is None or (column.name not in keyed and source not in keyed):
        return column
    made = part_column(drawing.table, source, column.name, drawing.profile, drawing.engine, in_key=True, keep=False)
    return msgspec.structs.replace(made, nullable=column.nullable)


def _indexes(name: str, foreign: Sequence[ForeignKey], primary: Sequence[str], engine: Engine) -> tuple[Index, ...]:
    """One for each foreign key whose columns no key begins with; MySQL makes them itself."""
    if engine.name == "mysql":
        return ()
    return tuple(
        Index(name=f"{name}_{'_'.join(key.columns)}_idx", parts=tuple(KeyPart(column=each) for each in key.columns))
        for key in foreign
        if tuple(primary[: len(key.columns)]) != key.columns
    )


# ---------------------------------------------------------------- sizes


def _rows(draft: Draft, drawing: Drawing) -> int | None:
    if drawing.profile is None:
        return None
    if draft.component.whole:
        return drawing.profile.rows
    key = draft.component.key
    counts = [drawing.columns[name].distinct for name in key]
    return counts[0] if len(key) == 1 else None


def bytes_of(names: Iterable[str], rows: int | None, drawing: Drawing, numbers: int = 0) -> int | None:
    """What the values of some columns of the source take in so many rows, with so many numbers beside them."""
    profile = drawing.profile
    if rows is None or profile is None or not profile.rows:
        return None
    each = 8.0 * numbers
    for name in names:
        column = profile.column(name)
        if column is None or column.bytes is None:
            return None
        each += column.bytes / profile.rows
    return round(rows * each)
