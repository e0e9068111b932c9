"""How the parts of a proposal hang together: what tells their rows apart, which finds which, and how they join to the old rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dbwright.catalog.objects import Table
from dbwright.errors import Refused
from dbwright.normalize.design.proposal import Part, Proposal, Unfolded
from dbwright.normalize.migration.dialect import Dialect


@dataclass(frozen=True)
class Piece:
    """One part with its place in the split.

    key: the columns, of the part, that tell its rows apart, without the ordinal of a list. dependents: its other columns that come
    from the source, references among them. alias: its name in the view.
    """

    part: Part
    alias: str
    key: tuple[str, ...]
    dependents: tuple[str, ...]

    @property
    def table(self) -> Table:
        return self.part.table

    @property
    def unfolds(self) -> Unfolded:
        """What its items are taken from; only for the parts that hold lists."""
        assert self.part.unfolds is not None
        return self.part.unfolds

    @property
    def written(self) -> tuple[str, ...]:
        """The columns that are filled from the source; neither numbered nor computed by the engine."""
        return (*self.key, *self.dependents)


@dataclass(frozen=True)
class Join:
    """A piece joined to those before it: pairs of expressions that must be equal; `left` where there may be no such row."""

    piece: Piece
    pairs: tuple[tuple[str, str], ...]
    left: bool
    with_nulls: bool = False


@dataclass
class Shape:
    """A proposal laid out for one engine.

    root: the part that has one row for each row of the source; None where the source is a join of parts that have fewer rows each.
    parents: the others, those that are referred to first; lists: the parts that hold the items of lists.
    place: of each part in SQL, by the part's name. source: the table as it is.
    """

    proposal: Proposal
    source: Table
    sql: Dialect
    root: Piece | None = None
    parents: list[Piece] = field(default_factory=list)
    lists: list[Piece] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    holders: dict[str, str] = field(default_factory=dict)

    # ------------------------------------------------------------ names

    @property
    def source_place(self) -> str:
        """The source in SQL."""
        return self.sql.place(self.source.namespace, self.source.name)

    def place(self, piece: Piece) -> str:
        """The part's table in SQL."""
        return self.sql.place(piece.table.namespace, piece.table.name)

    def piece(self, name: str) -> Piece:
        """The piece of a part by the name of its table."""
        everything = [*self.parents, *([self.root] if self.root else []), *self.lists]
        return next(each for each in everything if each.table.name == name)

    @property
    def pieces(self) -> list[Piece]:
        """All pieces, parents before children."""
        return [*self.parents, *([self.root] if self.root else []), *self.lists]

    # ------------------------------------------------------------ values

    def value(self, piece: Piece, column: str, row: str) -> str:
        """What a column of a part is for a row of the source; row: "NEW.", "OLD." or an alias with its dot."""
        source = piece.part.source_columns.get(column)
        if source is not None:
            return f"{row}{self.sql.quote(source)}"
        for own, parent, _ in piece.part.references:
            if own == column:
                return self._looked_up(self.piece(parent), row)
        raise Refused(f"Nothing says what the column {column} of {piece.table.ref} is filled with.")

    def _looked_up(self, parent: Piece, row: str) -> str:
        key = parent.part.surrogate or parent.key[0]
        return f"(SELECT k.{self.sql.quote(key)} FROM {self.place(parent)} AS k WHERE {self.match(parent, 'k.', row)}{self._lock(row)})"

    def _lock(self, row: str) -> str:
        return self.sql.locked if row in ("NEW.", "OLD.") else ""

    def match(self, piece: Piece, alias: str, row: str) -> str:
        """The condition that finds the part's row of a row of the source."""
        pairs = []
        for column in piece.key:
            ours, theirs = f"{alias}{self.sql.quote(column)}", self.value(piece, column, row)
            pairs.append(self.sql.equal(ours, theirs, nullable=_nullable(piece.table, column)))
        return " AND ".join(pairs) or "1 = 1"

    def of_same_thing(self, piece: Piece, alias: str, row: str) -> str:
        """The condition that finds all rows of the source that tell of the same thing as a row."""
        quote = self.sql.quote
        pairs = [
            self.sql.equal(f"{alias}{quote(each)}", f"{row}{quote(each)}", nullable=_nullable(self.source, each))
            for each in self.sources(piece)
        ]
        return " AND ".join(pairs) or "1 = 1"

    def unchanged(self, columns: Sequence[str]) -> str:
        """Whether columns of the source are the same before and after a change."""
        quote = self.sql.quote
        return self.sql.all_same(
            [(f"OLD.{quote(each)}", f"NEW.{quote(each)}", self.source.column(each)) for each in columns]
        )

    def behind(self, piece: Piece, column: str) -> tuple[str, ...]:
        """The columns of the source that say what a column of a part is."""
        source = piece.part.source_columns.get(column)
        if source is not None:
            return (source,)
        return tuple(name for own, _, names in piece.part.references if own == column for name in names)

    def is_shared(self, piece: Piece) -> bool:
        """Whether several rows of the source may have the same list."""
        return self.root is None or set(self.sources(piece)) != set(self.sources(self.root))

    def owner(self, piece: Piece) -> Piece:
        """The piece that the items of a list belong to."""
        sources = set(self.sources(piece))
        return next(each for each in self.pieces if each.part.unfolds is None and set(self.sources(each)) == sources)

    def present(self, piece: Piece, row: str) -> str:
        """The condition that a row of the source has a row in the part at all; empty where every one has."""
        if piece is self.root:
            return ""
        columns = [self.source.column(name) for name in self.sources(piece)]
        if not columns or any(each is not None and not each.nullable for each in columns):
            return ""
        return "(" + " OR ".join(f"{row}{self.sql.quote(each.name)} IS NOT NULL" for each in columns if each) + ")"

    def sources(self, piece: Piece) -> tuple[str, ...]:
        """The columns of the source behind the key of a part."""
        return tuple(dict.fromkeys(name for column in piece.key for name in self.behind(piece, column)))

    # ------------------------------------------------------------ the old rows

    def view(self) -> str:
        """The query that joins the parts back to the rows and columns of the source."""
        quote = self.sql.quote
        selected = [f"{self.holders[each.name]} AS {quote(each.name)}" for each in self.source.columns]
        first = self.joins[0].piece
        lines = [f"SELECT {', '.join(selected)}", f"FROM {self.place(first)} AS {first.alias}"]
        for join in self.joins[1:]:
            pairs = join.pairs
            on = " AND ".join(self.sql.equal(a, b, nullable=join.with_nulls) for a, b in pairs)
            lines.append(
                f"{'LEFT ' if join.left else ''}JOIN {self.place(join.piece)} AS {join.piece.alias} ON {on or '1 = 1'}"
            )
        return "\n".join(lines)


def shape_of(proposal: Proposal, source: Table, sql: Dialect) -> Shape:
    """Lay out a proposal. Raises Refused where a column of the source is in no part, or a part joins with no other."""
    shape = Shape(proposal, source, sql)
    plain = [part for part in proposal.parts if part.unfolds is None]
    root = _root(plain, source)
    for number, part in enumerate(plain):
        piece = _piece(part, f"t{number}")
        if part is root:
            shape.root = piece
        else:
            shape.parents.append(piece)
    shape.lists = [_piece(part, f"u{number}") for number, part in enumerate(proposal.parts) if part.unfolds is not None]
    _join(shape)
    _hold_lists(shape)
    missing = [column.name for column in source.columns if column.name not in shape.holders]
    if missing:
        raise Refused(f"The parts of {source.ref} hold no {', '.join(missing)}: nothing could be joined back.")
    return shape


def _root(parts: list[Part], source: Table) -> Part | None:
    """The part that has one row a row of the source: it keeps the name, or its key is a key of the source."""
    for part in parts:
        if part.keeps_name:
            return part
    keys = [frozenset(key) for key in source.keys]
    for part in reversed(parts):
        named = frozenset(part.source_columns.get(each, each) for each in part.natural_key)
        if named in keys:
            return part
    return None


def _piece(part: Part, alias: str) -> Piece:
    ordinal = part.unfolds.ordinal if part.unfolds else None
    key = tuple(each for each in part.natural_key if each not in (ordinal, part.surrogate))
    if not key and part.surrogate is None:
        key = tuple(part.source_columns)
    generated = {each.name for each in part.table.columns if each.generated is not None}
    filled = [*part.source_columns, *(own for own, _, _ in part.references)]
    dependents = tuple(dict.fromkeys(each for each in filled if each not in key and each not in generated))
    return Piece(part, alias, tuple(each for each in key if each not in generated), dependents)


def _join(shape: Shape) -> None:
    waiting = [*([shape.root] if shape.root else []), *reversed(shape.parents)]
    first = waiting.pop(0)
    shape.joins.append(Join(first, (), left=False))
    _hold(shape, first)
    while waiting:
        for piece in waiting:
            join = _joined(shape, piece)
            if join is not None:
                break
        else:
            names = ", ".join(str(each.table.ref) for each in waiting)
            raise Refused(f"Nothing joins {names} with the other parts of {shape.source.ref}.")
        shape.joins.append(join)
        waiting.remove(join.piece)
        _hold(shape, join.piece)


def _joined(shape: Shape, piece: Piece) -> Join | None:
    """How a piece joins with those that are joined already: by its number, by its key, or by what it shares with them."""
    quote = shape.sql.quote
    for before in [each.piece for each in shape.joins]:
        for own, parent, _ in before.part.references:
            if parent == piece.table.name:
                target = piece.part.surrogate or piece.key[0]
                column = before.table.column(own)
                pair = (f"{piece.alias}.{quote(target)}", f"{before.alias}.{quote(own)}")
                return Join(piece, (pair,), left=column is None or column.nullable or _is_left(shape, before))
    sources = shape.sources(piece)
    if piece.key and all(piece.part.source_columns.get(each) in shape.holders for each in piece.key):
        pairs = tuple(
            (f"{piece.alias}.{quote(each)}", shape.holders[piece.part.source_columns[each]]) for each in piece.key
        )
        nullable = any(_nullable(shape.source, each) for each in sources)
        return Join(piece, pairs, left=bool(shape.root) and nullable, with_nulls=_any_nullable(piece))
    shared = [each for each, source in piece.part.source_columns.items() if source in shape.holders]
    if not shared:
        return None
    pairs = tuple((f"{piece.alias}.{quote(each)}", shape.holders[piece.part.source_columns[each]]) for each in shared)
    return Join(piece, pairs, left=False, with_nulls=True)


def _is_left(shape: Shape, piece: Piece) -> bool:
    return any(join.piece is piece and join.left for join in shape.joins)


def _nullable(table: Table, column: str) -> bool:
    found = table.column(column)
    return found is None or found.nullable


def _any_nullable(piece: Piece) -> bool:
    return any(_nullable(piece.table, each) for each in piece.key)


def _hold(shape: Shape, piece: Piece) -> None:
    for own, source in piece.part.source_columns.items():
        shape.holders.setdefault(source, f"{piece.alias}.{shape.sql.quote(own)}")


def _hold_lists(shape: Shape) -> None:
    for piece in shape.lists:
        unfolds = piece.part.unfolds
        assert unfolds is not None
        pairs = []
        for column in piece.key:
            source = piece.part.source_columns.get(column)
            if source is not None:
                pairs.append((f"u.{shape.sql.quote(column)}", shape.holders[source]))
                continue
            parent = next((parent for own, parent, _ in piece.part.references if own == column), None)
            if parent is None:
                raise Refused(f"Nothing says which row of {shape.source.ref} an item of {piece.table.ref} belongs to.")
            owner = shape.piece(parent)
            pairs.append(
                (
                    f"u.{shape.sql.quote(column)}",
                    f"{owner.alias}.{shape.sql.quote(owner.part.surrogate or owner.key[0])}",
                )
            )
        condition = " AND ".join(f"{a} = {b}" for a, b in pairs)
        for repetition, columns in enumerate(unfolds.columns):
            for target, column in enumerate(columns):
                held = shape.source.column(column)
                shape.holders[column] = shape.sql.joined(
                    unfolds, shape.place(piece), condition, repetition, target, held
                )
