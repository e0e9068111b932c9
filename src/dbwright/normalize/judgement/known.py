"""What is known of a table whose dependencies are judged, prepared for many questions."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations

from dbwright.catalog.dependencies import Attributes, Discovery, Functional, Standing, UniqueColumns
from dbwright.catalog.objects import Table
from dbwright.catalog.profiles import TableProfile
from dbwright.normalize.judgement.key_likeness import REFERS, Reason, base, key_likeness
from dbwright.relationships.vocabulary import ENDINGS
from dbwright.relationships.words import stem, word_set

NAMED_AFTER = 2.0
NUMBERED_PART = 4.5
PART_NUMBERS = word_set(
    "index item line linea ligne no nr number numero order ordinal part pos position rank row seq sequence step version zeile"
)
"""Last words of columns that count the parts of one thing: the lines of an order."""
_FEW = 5
"""Up to so many columns, all of their parts are looked up."""
SOUND_KEY = 1.0
"""A column at least this likely a key by its name and values may explain others."""


def _common_words(names: Collection[tuple[str, ...]]) -> frozenset[str]:
    """The words that nearly all names of a table share ("column1", "column2"), which say nothing of any of them."""
    counted = Counter(word for name in names for word in set(name))
    return frozenset(word for word, count in counted.items() if count >= 4 and 4 * count > 3 * len(names))


def _without(words: tuple[str, ...], common: frozenset[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in common)


class Known:
    """Names, values, declarations and dependencies of one table."""

    def __init__(
        self, discovery: Discovery, profile: TableProfile | None, table: Table | None, groups: Mapping[Attributes, int]
    ) -> None:
        self.place = {name: at for at, name in enumerate(discovery.columns)}
        self.rows = profile.rows if profile is not None else discovery.rows
        self.table = table
        self._name = discovery.table.name
        self._groups = groups
        self._profiles = {each.name: each for each in profile.columns} if profile is not None else {}
        self._nulls_equal = discovery.nulls == "equal"
        self.unique: list[Attributes] = []
        self._right: dict[Attributes, set[str]] = {}
        self._lefts: dict[str, list[Attributes]] = {}
        for each in discovery.found:
            if each.standing is Standing.REFUTED:
                continue
            if isinstance(each.dependency, UniqueColumns) and not each.against:
                self.unique.append(each.dependency.columns)
            elif isinstance(each.dependency, Functional):
                for right in each.dependency.right:
                    self._right.setdefault(each.dependency.left, set()).add(right)
                    self._lefts.setdefault(right, []).append(each.dependency.left)
        stems = {name: stem(name) for name in self.place}
        common = _common_words(stems.values())
        self._stem = {name: _without(words, common) for name, words in stems.items()}
        self._base = {name: _without(stem("_".join(base(name))), common) if base(name) else () for name in self.place}
        self._likeness = {name: self._of_column(name) for name in self.place}
        self._weights = {name: sum(weight for _, weight in reasons) for name, reasons in self._likeness.items()}
        self._owners: dict[str, list[tuple[int, str]]] = {}
        self._reach: dict[Attributes, Attributes] = {}
        self._wholes: dict[Attributes, Attributes] = {}
        self._singles = {name: frozenset((name,)) for name in self.place}
        self._is_unique: dict[Attributes, bool] = {}
        self._equals: dict[Attributes, list[str]] = {}
        self._ranks: dict[str, tuple[float, int, int]] = {}
        self._outdone: dict[str, bool] = {}

    # ------------------------------------------------------------ columns

    def _of_column(self, name: str) -> list[Reason]:
        column = self.table.column(name) if self.table is not None else None
        reasons = key_likeness(name, self._profiles.get(name), column)
        for key in self.table.foreign_keys if self.table is not None else ():
            if key.columns == (name,):
                reasons.append((f"refers to {key.table[1]}", REFERS))
        own = self._stem[name]
        after = [
            other
            for other in self._right.get(frozenset((name,)), ())
            if len(self._stem[other]) > len(own) and self._stem[other][: len(own)] == own
        ]
        if own and after and own[-1] not in ENDINGS:
            reasons.append((f"gives {len(after)} other column{'s' if len(after) > 1 else ''} the name", NAMED_AFTER))
        return reasons

    def single(self, name: str) -> Attributes:
        """One column as a set."""
        return self._singles[name]

    def likeness(self, name: str) -> float:
        """The weight for a column's being a key of something."""
        return self._weights[name]

    def distinct(self, name: str) -> int | None:
        """How many values a column has, NULL one of them where it is one."""
        found = self._profiles.get(name)
        if found is None:
            return None
        return found.distinct + ((1 if self._nulls_equal else found.nulls) if found.nulls else 0)

    def sameness(self, name: str) -> float:
        """How likely two rows at random agree on a column: below 1, so that its logarithm can be divided by."""
        found, distinct = self._profiles.get(name), self.distinct(name)
        if found is None or not distinct or not self.rows:
            return 0.5
        counts = [count for _, count in found.top] + ([found.nulls] if found.nulls else [])
        left = max(0, self.rows - sum(counts))
        others = max(1, distinct - len(counts))
        share = sum((count / self.rows) ** 2 for count in counts) + others * (left / others / self.rows) ** 2
        return min(0.99, max(1e-6, share))

    def base(self, name: str) -> tuple[str, ...]:
        """What the column is named for, as stems."""
        return self._base[name]

    def shares(self, noun: tuple[str, ...], name: str) -> int:
        """2 where a column's name begins with a noun, 1 where it holds a word of it, 0 else."""
        other = self._stem[name]
        if other[: len(noun)] == noun and len(other) > len(noun):
            return 2
        if (
            len(noun) == 1
            and other
            and other[0].startswith(noun[0])
            and len(noun[0]) >= 3
            and len(other[0]) > len(noun[0])
        ):
            return 1
        return 1 if any(len(word) > 2 and word in other for word in noun) else 0

    def beginning(self, name: str, other: str) -> int:
        """How many words two names have in common from their beginning."""
        shared = 0
        for a, b in zip(self._stem[name], self._stem[other], strict=False):
            if a != b:
                break
            shared += 1
        return shared

    def named_for_another(self, left: Attributes, right: str, *, words_at_least: int = 1) -> str:
        """The key of something else that a column's name begins with, by at least so many words; "" where there is none."""
        for count, name in self._named_for(right):
            if count >= words_at_least and name not in left:
                return name
        return ""

    def _named_for(self, right: str) -> list[tuple[int, str]]:
        """The keys whose noun a column's name begins with, with its count of words, the longest first."""
        if right not in self._owners:
            found = (
                (len(self._base[name]), name)
                for name in self.place
                if name != right and self._base[name] and self.likeness(name) >= SOUND_KEY
            )
            self._owners[right] = sorted(
                (each for each in found if self.shares(self._base[each[1]], right) == 2), reverse=True
            )
        return self._owners[right]

    # ------------------------------------------------------------ left sides

    def ordered(self, names: Iterable[str]) -> list[str]:
        """Names in the order of the table."""
        return sorted(names, key=lambda name: self.place.get(name, 0))

    def shown(self, names: Iterable[str]) -> str:
        """Names as a part of a sentence."""
        return ", ".join(self.ordered(names))

    def parts_of_key(self, columns: Attributes) -> list[Reason]:
        """The reasons why several columns may be the key of a part of something: its key, and what tells its parts apart."""
        parts = [name for name in self.ordered(columns) if self._numbers_parts(name)]
        whole = [name for name in self.ordered(columns) if name not in parts and self.likeness(name) >= SOUND_KEY]
        if len(parts) == 1 and len(whole) == len(columns) - 1 > 0:
            return [(f"{parts[0]} numbers the parts of what {', '.join(whole)} is of", NUMBERED_PART)]
        return self.left_side(columns)

    def _numbers_parts(self, name: str) -> bool:
        """Whether a column is named as one that counts the parts of something: line, line_no, position."""
        named = self._stem[name]
        if len(named) > 1 and named[-1] in ENDINGS:
            return named[-2] in PART_NUMBERS and self.likeness(name) < SOUND_KEY
        return bool(named) and named[-1] in PART_NUMBERS and self.likeness(name) < SOUND_KEY

    def left_side(self, left: Attributes) -> list[Reason]:
        """The reasons why a left side may be a key: of several columns the least likely counts most."""
        ranked = sorted(self.ordered(left), key=self.likeness)
        if len(ranked) == 1:
            return [(f"{ranked[0]} {told}", weight) for told, weight in self._likeness[ranked[0]]]
        worst = [(f"{ranked[0]} {told}", weight) for told, weight in self._likeness[ranked[0]]]
        rest = sum(min(1.0, self.likeness(name)) for name in ranked[1:]) / 2
        return [*worst, (f"the other columns on the left ({', '.join(ranked[1:])})", rest)]

    def combinations(self, left: Attributes) -> float | None:
        """How many different combinations of values a left side has: counted, or expected where its columns are independent."""
        if left in self._groups:
            return self._groups[left]
        if self.is_unique(left):
            return self.rows
        product = 1.0
        for name in left:
            distinct = self.distinct(name)
            if distinct is None:
                return None
            product *= max(1, distinct)
        if len(left) == 1 or not self.rows:
            return product
        return max(1.0, product * -math.expm1(-self.rows / product))

    def is_unique(self, left: Attributes) -> bool:
        """Whether no two rows agree on the columns."""
        if left not in self._is_unique:
            self._is_unique[left] = any(key <= left for key in self.unique)
        return self._is_unique[left]

    def is_declared_key(self, left: Attributes) -> bool:
        """Whether the table declares the columns unique, not NULL."""
        return self.table is not None and any(frozenset(key) == left for key in self.table.keys)

    def determined(self, left: Attributes) -> int:
        """How many columns depend on just these."""
        return len(self._right.get(left, ()))

    def right_of(self, left: Attributes) -> Attributes:
        """The columns that depend on a left side or on a part of it."""
        if left not in self._reach:
            found: set[str] = set()
            if len(left) <= _FEW:
                for size in range(1, len(left) + 1):
                    for part in combinations(left, size):
                        found |= self._right.get(frozenset(part), set())
            else:
                for known, rights in self._right.items():
                    if known and known <= left:
                        found |= rights
            self._reach[left] = frozenset(found)
        return self._reach[left]

    def determines(self, left: Iterable[str], right: Iterable[str]) -> bool:
        """Whether all of `right` depends on `left`, directly."""
        left = left if isinstance(left, frozenset) else frozenset(left)
        whole = self._wholes.get(left)
        if whole is None:
            whole = frozenset(self.place) if self.is_unique(left) else left | self.right_of(left)
            self._wholes[left] = whole
        return whole.issuperset(right)

    def between_follow(self, left: str, right: str) -> bool:
        """Whether every column between two depends on the left one."""
        low, high = sorted((self.place[left], self.place[right]))
        return all(
            low >= at or at >= high or name in self.right_of(frozenset((left,))) for name, at in self.place.items()
        )

    def rank(self, name: str) -> tuple[float, int, int]:
        """Which of several columns that stand one to one is rather the key of what they describe: the greatest."""
        if name not in self._ranks:
            noun = self._base[name]
            named = sum(
                bool(noun) and self.shares(noun, other) == 2 for other in self._right.get(frozenset((name,)), ())
            )
            self._ranks[name] = round(self.likeness(name), 2), named, -self.place[name]
        return self._ranks[name]

    def equals(self, left: Attributes) -> list[str]:
        """The columns that stand one to one with a left side, not those of it."""
        if left not in self._equals:
            others = self.ordered(self.right_of(left) - left)
            self._equals[left] = [name for name in others if self.determines(self._singles[name], left)]
        return self._equals[left]

    def is_outdone(self, name: str) -> bool:
        """Whether another column stands one to one with this one and is rather the key."""
        if name not in self._outdone:
            self._outdone[name] = any(self.rank(other) > self.rank(name) for other in self.equals(frozenset((name,))))
        return self._outdone[name]

    def chances(self, left: Attributes, right: str) -> float | None:
        """How often the rows could have spoken against left → right and did not.

        Where something else, that looks like a key, determines both sides, only as often as two of its values share one of the left
        side: whatever belongs to one customer is equal in all of the customer's rows, be it a key or not.
        """
        distinct = self.combinations(left)
        if distinct is None:
            return None
        least = self.rows - distinct
        for other in self._lefts.get(right, ()):
            if len(other) != 1 or other <= left:
                continue
            (name,) = other
            if self._weights[name] < SOUND_KEY or self.is_unique(other) or not self.determines(other, left):
                continue
            if self.determines(left, other):
                if len(left) > 1:
                    return 0.0
                continue
            finer = self.combinations(other)
            if finer is not None and finer >= distinct:
                least = min(least, finer - distinct)
        return max(0.0, least)
