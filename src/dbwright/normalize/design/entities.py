"""Which things the rows of a wide table tell of, and which of its columns belongs to which thing.

Most dependencies found in rows are accidents, and the true ones say the same many times over: in an export of order lines, the
line, the order and the customer all determine the customer's name. So not each dependency is judged by itself, but the columns are
shared out among the *heads*, columns that identify something. What speaks for a head is weighed in natural logarithms of likelihood:

- rows: where two heads determine a column, it belongs to the one with fewer values, for it would be a great coincidence if a
  column of the other agreed by chance in all rows of one value. The coincidence is worth (difference in values) × (nats that the
  column's values hold), so it weighs nothing between heads that hardly differ, and nothing for a column with nearly one value.
- names: customer_name belongs to customer_id.
- order: columns of one thing stand together, so a change of the head from one column to the next costs something.

The cheapest assignment in the order of the columns is found by dynamic programming (Viterbi 1967). Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec

from dbwright.catalog.dependencies import Attributes, Functional
from dbwright.normalize.design.identifiers import Column, affinity, identifier, natural
from dbwright.relationships.words import stem

NAMED = 3.0
"""What a full agreement of names is worth."""


class _Weights(msgspec.Struct, frozen=True):
    """coincidence: the most that the rows may say for one head against another. change: what a change of head costs from one column
    to the next."""

    coincidence: float
    change: float


_SCATTERED = _Weights(coincidence=4.0, change=0.3)
_IN_BLOCKS = _Weights(coincidence=2.0, change=2.5)
BLOCKS = 0.7
"""Columns stand in blocks where the head changes at most so often as it would in a random order."""

NO_COINCIDENCE = 30.0
"""From so many nats on a number that determines a text is its key, whatever it is called."""
SURE = 3.0
"""From so many nats on a dependency on a head without an identifier's name is no coincidence."""
CERTAIN = 0.9
"""A dependency at least so plausible makes its left side a head, whatever its name."""


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the rows tell of.

    head: the column or columns that tell it apart; () for what a row of the table itself is. columns: those that belong to it,
    without its head; heads of other entities among them refer to these. others: further heads that mean the same.
    confidence: 0 to 1, how clear it is that there is such a thing. named: at least half of its columns are
    named for its head.
    """

    head: tuple[str, ...]
    columns: tuple[str, ...]
    others: tuple[str, ...] = ()
    confidence: float = 1.0
    named: bool = False

    @property
    def functional(self) -> tuple[Functional, ...]:
        """What it says as dependencies: one for each column."""
        return tuple(
            Functional(left=frozenset(self.head), right=frozenset((name,))) for name in (*self.others, *self.columns)
        )


def entities(
    columns: Sequence[Column],
    functional: Iterable[Functional],
    *,
    rows: int,
    rejected: Iterable[Functional] = (),
    accepted: Iterable[Functional] = (),
    composite: Mapping[Attributes, int] | None = None,
) -> tuple[Entity, ...]:
    """Share out the columns of a table; the first entity is what the rows themselves are.

    functional: those that hold in the rows. rejected: those that a person does not believe. accepted: those that are certain, whose
    left sides are heads. composite: left sides of several columns that may be heads, with the number of their different values.
    """
    return _Sharing(columns, functional, rows, tuple(rejected), tuple(accepted), composite or {}).share()


class _Sharing:
    def __init__(
        self,
        columns: Sequence[Column],
        functional: Iterable[Functional],
        rows: int,
        rejected: tuple[Functional, ...],
        accepted: tuple[Functional, ...],
        composite: Mapping[Attributes, int],
    ) -> None:
        self.columns = {each.name: each for each in columns}
        self.order = {each.name: place for place, each in enumerate(columns)}
        self.rows = rows
        denied = {(each.left, name) for each in rejected for name in each.right}
        self.determined: dict[Attributes, set[str]] = {}
        for each in (*functional, *accepted):
            kept = {name for name in each.right - each.left if (each.left, name) not in denied}
            self.determined.setdefault(each.left, set()).update(kept)
        self.constant = self.determined.pop(frozenset(), set()) | {
            each.name for each in columns if each.distinct + bool(each.nulls) <= 1
        }
        self.fixed = {name: each.left for each in accepted for name in each.right}
        self.composite = composite
        self.weights = _SCATTERED
        for name in self.columns:
            self.determined.setdefault(frozenset((name,)), set())
        for left in list(self.determined):
            self.determined[left] |= self.constant - left

    # ------------------------------------------------------------ heads

    def values(self, head: Attributes) -> int:
        """How many different values a head has; NULL is one of them."""
        if not head:
            return self.rows
        if len(head) == 1:
            (name,) = head
            return self.columns[name].distinct + bool(self.columns[name].nulls)
        return self.composite.get(head, self.rows)

    def heads(self) -> dict[Attributes, float]:
        """The heads, each with how sure it is that it identifies something."""
        found: dict[Attributes, float] = {left: 1.0 for left in self.fixed.values() if left}
        classes = self._classes()
        scores = {name: score for name, column in self.columns.items() if (score := identifier(column)) >= 0.5}
        for members in classes:
            if self._whole(members[0]):
                continue
            chosen: list[str] = []
            for name in sorted(scores.keys() & members, key=lambda name: (-scores[name], self.order[name])):
                if not self.columns[name].distinct:
                    continue  # nothing is known of a thing that no row has
                if not any(self._same(name, other) for other in chosen) and not self._is_attribute(name, scores):
                    chosen.append(name)
                    found.setdefault(frozenset((name,)), scores[name])
        for members in classes:
            if (
                members[0] not in self.constant
                and not any(frozenset((name,)) in found for name in members)
                and not self._whole(members[0])
            ):
                best = max(members, key=lambda name: (natural(self.columns[name]), -self.order[name]))
                score = natural(self.columns[best])
                if number := self._number_of(members, found):
                    found[frozenset((number,))] = CERTAIN
                elif score > 0 and self._speaks(best, found):
                    found[frozenset((best,))] = score
        for left in self.composite:
            if left in self.determined and all(identifier(self.columns[name]) >= 0.5 for name in left):
                found.setdefault(left, 0.6)
        return found

    def _same(self, name: str, other: str) -> bool:
        """Whether two identifiers in one class mean the same thing: website_code and customer_website_id."""
        a, b = self.columns[name].noun, self.columns[other].noun
        return a == b or a[-len(b) :] == b or b[-len(a) :] == a

    def _is_attribute(self, name: str, scores: Mapping[str, float]) -> bool:
        """Whether what looks like an identifier is named as an attribute of another (customer_postal_code, customer_id)."""
        return scores[name] < 1.0 and any(
            other != name
            and scores[other] >= scores[name]
            and affinity(self.columns[name], self.columns[other]) >= 0.9
            and name in self.determined.get(frozenset((other,)), ())
            for other in scores
        )

    def _whole(self, name: str) -> bool:
        """Whether a column tells all rows apart."""
        return self.values(frozenset((name,))) >= self.rows

    def _classes(self) -> list[list[str]]:
        """Columns that determine each other, each in one class, constants in none."""
        constant = sorted(self.constant, key=self.order.__getitem__)
        classes: list[list[str]] = [constant] if constant else []
        placed: set[str] = set()
        for name in self.columns:
            if name in placed or name in self.constant:
                continue
            same = [name]
            same += [
                other
                for other in self.determined.get(frozenset((name,)), ())
                if other not in self.constant and name in self.determined.get(frozenset((other,)), ())
            ]
            placed.update(same)
            classes.append(sorted(same, key=self.order.__getitem__))
        return classes

    def _number_of(self, members: Sequence[str], heads: Mapping[Attributes, float]) -> str | None:
        """The whole number that stands one to one with a text, too often for a coincidence: a key in disguise."""
        texts = [name for name in members if (type_ := self.columns[name].type) is None or type_.is_text]
        for name in members:
            type_ = self.columns[name].type
            if not texts or type_ is None or type_.kind != "integer" or natural(self.columns[name]) <= 0:
                continue
            own = frozenset((name,))
            nearest = [head for head in heads if name in self.determined.get(head, ()) and self._may_hold(head, name)]
            least = min((self.values(head) for head in nearest), default=self.rows)
            told = [
                other
                for other in self.determined[own] - self.constant
                if self._may_hold(own, other)
                and (least - self.values(own)) * self.columns[other].nats > NO_COINCIDENCE
                and not any(
                    other in self.determined.get(head, ()) for head in heads if self.values(head) <= self.values(own)
                )
            ]
            if any(other in texts for other in told):
                return name
        return None

    def _speaks(self, name: str, heads: Mapping[Attributes, float]) -> bool:
        """Whether what a column without an identifier's name determines is no coincidence, and no attribute's of a known head."""
        own = frozenset((name,))
        nearest = [head for head in heads if name in self.determined.get(head, ()) and self._may_hold(head, name)]
        if any(affinity(self.columns[name], self._column(head)) >= 0.6 for head in nearest):
            return False
        least = min((self.values(head) for head in nearest), default=self.rows)
        strong = [
            other
            for other in self.determined.get(own, ())
            if other not in self.constant
            and self._may_hold(own, other)
            and (least - self.values(own)) * self.columns[other].nats > SURE
            and frozenset((other,)) not in heads
            and not any(
                other in self.determined.get(head, ()) for head in heads if self.values(head) <= self.values(own)
            )
        ]
        return bool(strong) and any(stem(other)[:1] == stem(name)[:1] for other in strong)

    def _column(self, head: Attributes) -> Column:
        return self.columns[min(head, key=self.order.__getitem__)]

    def _may_hold(self, head: Attributes, name: str) -> bool:
        """A row without the thing has none of its columns either (LEFT JOIN)."""
        return all(self.columns[each].nulls <= self.columns[name].nulls for each in head)

    # ------------------------------------------------------------ sharing out

    def share(self) -> tuple[Entity, ...]:
        heads = self.heads()
        owner = self._cheapest(heads)
        if self._in_blocks(owner):
            self.weights = _IN_BLOCKS
            owner = self._cheapest(heads)
        self._without_circles(owner, heads)
        held: dict[Attributes, list[str]] = {frozenset(): []} | {head: [] for head in heads}
        for name, head in owner.items():
            held[head].append(name)
        # A head without columns of its own is just a column.
        found = [Entity(head=(), columns=tuple(held.pop(frozenset())))]
        for head, names in held.items():
            if names:
                kept = tuple(sorted(names, key=self.order.__getitem__))
                found.append(
                    Entity(
                        head=tuple(sorted(head, key=self.order.__getitem__)),
                        columns=kept,
                        confidence=heads[head],
                        named=2 * sum(self._affinity(self.columns[name], head) >= 0.8 for name in kept) >= len(kept),
                    )
                )
        return tuple(found)

    def _in_blocks(self, owner: Mapping[str, Attributes]) -> bool:
        """Whether columns of one thing stand together more often than chance would have it."""
        sequence = list(owner.values())
        changes = sum(a != b for a, b in pairwise(sequence))
        sizes = Counter(sequence)
        expected = (len(sequence) - 1) * (1 - sum((size / len(sequence)) ** 2 for size in sizes.values()))
        return expected > 0 and changes <= BLOCKS * expected

    def _cheapest(self, heads: Mapping[Attributes, float]) -> dict[str, Attributes]:
        """The owner of each column, so that all costs together are least."""
        nobody: Attributes = frozenset()
        reached: dict[Attributes, tuple[float, tuple[Attributes, ...]]] = {nobody: (0.0, ())}
        names = list(self.columns)
        before: str | None = None
        for name in names:
            costs = self._costs(name, heads)
            best_before = min(reached.items(), key=lambda item: item[1][0])
            new: dict[Attributes, tuple[float, tuple[Attributes, ...]]] = {}
            for head, cost in costs.items():
                begins = before is not None and before in head  # what a reference leads to stands behind it
                change, path = best_before[1][0] + self.weights.change / (2 if begins else 1), best_before[1][1]
                if head in reached and reached[head][0] <= change:
                    change, path = reached[head]
                new[head] = (change + cost, (*path, head))
            reached, before = new, name
        _, path = min(reached.values(), key=lambda item: item[0])
        return dict(zip(names, path, strict=True))

    def _costs(self, name: str, heads: Mapping[Attributes, float]) -> dict[Attributes, float]:
        """What each possible owner of a column costs."""
        if name in self.fixed:
            return {self.fixed[name]: 0.0}
        column = self.columns[name]
        is_head = frozenset((name,)) in heads
        possible: list[Attributes] = [frozenset()]
        possible += [
            head
            for head in heads
            if name not in head
            and name in self.determined.get(head, ())
            and self._may_hold(head, name)
            and not (is_head and affinity(self._column(head), column) >= 0.9)
        ]
        least = min(self.values(head) for head in possible)
        close = {head: self._affinity(column, head) for head in possible}
        closest = max(close.values())
        return {
            head: min(self.weights.coincidence, max(0, self.values(head) - least) * column.nats)
            + NAMED * (closest - close[head])
            + (0.5 * (1 - heads[head]) if head else 0.0)
            for head in possible
        }

    def _affinity(self, column: Column, head: Attributes) -> float:
        return max((affinity(column, self.columns[name]) for name in head), default=0.0)

    def _without_circles(self, owner: dict[str, Attributes], heads: Mapping[Attributes, float]) -> None:
        """Things that refer to each other in a circle: the reference that is easiest to give up goes to another owner."""
        for _ in range(len(heads) + 1):
            circle = self._circle(owner, heads)
            if not circle:
                return
            given: list[tuple[float, str, Attributes]] = []
            for name in circle:
                costs = self._costs(name, heads)
                now = owner[name]
                barred = {head for head in costs if head and head & circle}
                for head, cost in costs.items():
                    if head != now and head not in barred:
                        given.append((cost - costs[now], name, head))
            _, name, head = min(given, key=lambda each: (each[0], self.order[each[1]]))
            owner[name] = head

    def _circle(self, owner: Mapping[str, Attributes], heads: Mapping[Attributes, float]) -> set[str]:
        for head in heads:
            for start in head:
                path = [start]
                while (above := owner[path[-1]]) and len(path) <= len(owner):
                    following = min(above, key=self.order.__getitem__)
                    if following in path:
                        return set(path[path.index(following) :])
                    path.append(following)
        return set()
