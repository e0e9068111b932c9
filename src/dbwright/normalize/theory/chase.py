"""The chase: whether tables joined back give exactly the rows that were taken apart, with the proof or the counterexample.

The tableau has one row a component, with the distinguished value "a" where the component has the attribute, and a value of its own
elsewhere. Functional dependencies make values equal, multivalued and join dependencies add rows. A row of distinguished values only
proves the join lossless; if none comes, the tableau itself is a relation that keeps all dependencies and is not the join of its parts.

Sources: A. V. Aho, C. Beeri and J. D. Ullman, "The theory of joins in relational databases" (1979); D. Maier, A. O. Mendelzon and
Y. Sagiv, "Testing implications of data dependencies" (1979).
"""

from collections.abc import Iterable, Sequence

import msgspec

from dbwright.catalog.dependencies import Attributes
from dbwright.normalize.theory.implication import Theory, theory_of
from dbwright.normalize.theory.masks import Mask, bits, largest
from dbwright.normalize.theory.relation import Relation

Row = tuple[int, ...]
"""One value an attribute; 0 is the distinguished one."""

ROWS = 4_000
"""Rows after which a chase is given up: with multivalued and join dependencies a tableau can grow exponentially."""


class Chased(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a chase.

    holds: None where the tableau grew beyond its limit first. before, after: the rows of the tableau, "a" for the distinguished value
    and "b1", "b2" … for others. steps: sentences on what was done, in order. Where `holds` is False, `after` is a counterexample:
    rows that keep all dependencies, whose parts joined back give the row of "a" that was not there.
    """

    holds: bool | None
    attributes: tuple[str, ...]
    before: tuple[tuple[str, ...], ...]
    after: tuple[tuple[str, ...], ...]
    steps: tuple[str, ...] = ()


def is_lossless(relation: Relation, components: Iterable[Iterable[str]]) -> bool | None:
    """Whether the relation is always the join of its projections on the components; None where that was not decided in time."""
    theory = theory_of(relation)
    return lossless(theory, [theory.universe.mask(each) for each in components]).holds


def chased(relation: Relation, components: Iterable[Attributes], rows: int = ROWS) -> Chased:
    """The chase of a decomposition, step by step."""
    theory = theory_of(relation)
    return lossless(theory, [theory.universe.mask(each) for each in components], rows=rows)


def lossless(theory: Theory, components: Sequence[Mask], within: Mask | None = None, rows: int = ROWS) -> Chased:
    """The chase of a join of components, on bits. Components that leave an attribute out lose rows at once.

    within: the attributes that the components must give back, where not all of them (the projection on these is then the join of
    its own projections).
    """
    wanted = theory.all if within is None else within
    parts = largest(component & wanted for component in components)
    return _Tableau(theory, parts, wanted, rows).run()


class _Tableau:
    """Rows of numbers. 0 is distinguished; other values are positive, a lower one wins when two become equal."""

    def __init__(self, theory: Theory, components: Sequence[Mask], wanted: Mask, limit: int) -> None:
        self.theory, self.limit = theory, limit
        self.width = len(theory.universe.names)
        self.positions = range(self.width)
        self.wanted = [position for position in self.positions if wanted >> position & 1]
        fresh = iter(range(1, len(components) * self.width + 1))
        self.start: list[Row] = [
            tuple(0 if component >> position & 1 else next(fresh) for position in self.positions)
            for component in components
        ]
        self.rows = list(dict.fromkeys(self.start))
        self.steps: list[str] = []
        self.products = [_both(theory.all, arrow) for arrow in theory.double] + list(theory.joins)

    def run(self) -> Chased:
        holds: bool | None = False
        while not self._won():
            if self._equal():
                continue
            grown = self._grow()
            if grown is None:
                holds = None
                break
            if not grown:
                break
        return Chased(
            holds=True if self._won() else holds,
            attributes=self.theory.universe.names,
            before=tuple(self._shown(row) for row in self.start),
            after=tuple(self._shown(row) for row in self.rows),
            steps=tuple(self.steps),
        )

    def _won(self) -> bool:
        return any(all(row[position] == 0 for position in self.wanted) for row in self.rows)

    def _equal(self) -> bool:
        """Apply all functional dependencies once; whether anything became equal."""
        changed = False
        for left, right in self.theory.arrows:
            keys = _positions(left)
            for position in _positions(right & ~left):
                first: dict[Row, int] = {}
                same: dict[int, int] = {}
                for row in self.rows:
                    key = tuple(row[each] for each in keys)
                    value = row[position]
                    other = first.setdefault(key, value)
                    if other != value:
                        _join(same, other, value)
                if same:
                    changed = True
                    self._tell(left, position, same)
                    self.rows = list(
                        dict.fromkeys(
                            (*row[:position], _root(same, row[position]), *row[position + 1 :]) for row in self.rows
                        )
                    )
        return changed

    def _tell(self, left: Mask, position: int, same: dict[int, int]) -> None:
        names = self.theory.universe
        by = ", ".join(names.ordered(left)) or "∅"
        gone = sorted(same)
        made = ", ".join(f"{_symbol(value)} becomes {_symbol(_root(same, value))}" for value in gone[:4])
        more = f" and {len(gone) - 4} more" if len(gone) > 4 else ""
        self.steps.append(f"{by} → {names.names[position]}: in {names.names[position]}, {made}{more}.")

    def _grow(self) -> bool | None:
        """Apply multivalued and join dependencies once; whether rows came; None where there would be too many."""
        grown = False
        for number, components in enumerate(self.products):
            joined = self._joined(components)
            if joined is None:
                return None
            new = joined - set(self.rows)
            if new:
                grown = True
                self.rows += sorted(new)
                said = self._said(number, components)
                self.steps.append(f"{said}: {len(new)} row{'s' if len(new) != 1 else ''} added.")
                if self._won():
                    break
        return grown

    def _said(self, number: int, components: Sequence[Mask]) -> str:
        names = self.theory.universe
        if number < len(self.theory.double):
            left, right = (", ".join(names.ordered(side)) or "∅" for side in self.theory.double[number])
            return f"{left} ↠ {right}"
        return "⋈(" + "; ".join(", ".join(names.ordered(each)) for each in components) + ")"

    def _joined(self, components: Sequence[Mask]) -> set[Row] | None:
        """The join of the projections of the rows on some components that cover all attributes."""
        known: Mask = 0
        partial: set[Row] = {(-1,) * self.width}
        for component in components:
            shared, added = _positions(component & known), _positions(component & ~known)
            by_key: dict[Row, set[Row]] = {}
            for row in self.rows:
                key = tuple(row[each] for each in shared)
                by_key.setdefault(key, set()).add(tuple(row[each] for each in added))
            joined: set[Row] = set()
            for row in partial:
                for values in by_key.get(tuple(row[each] for each in shared), ()):
                    whole = list(row)
                    for position, value in zip(added, values, strict=True):
                        whole[position] = value
                    joined.add(tuple(whole))
                if len(joined) > self.limit:
                    return None
            partial = joined
            known |= component
        return partial

    def _shown(self, row: Row) -> tuple[str, ...]:
        return tuple(_symbol(value) for value in row)


def _both(every: Mask, arrow: tuple[Mask, Mask]) -> tuple[Mask, ...]:
    left, right = arrow
    return left | right, left | (every & ~right)


def _positions(mask: Mask) -> list[int]:
    return [bit.bit_length() - 1 for bit in bits(mask)]


def _symbol(value: int) -> str:
    return f"b{value}" if value else "a"


def _root(same: dict[int, int], value: int) -> int:
    while value in same:
        value = same[value]
    return value


def _join(same: dict[int, int], one: int, other: int) -> None:
    one, other = _root(same, one), _root(same, other)
    if one != other:
        same[max(one, other)] = min(one, other)
