"""The tables of a schema by the words in their names and in the names of their keys."""

from collections.abc import Iterator

import msgspec

from dbwright.catalog.objects import Table
from dbwright.relationships.likeness import Nouns, folded
from dbwright.relationships.schema import Key, Schema
from dbwright.relationships.vocabulary import GENERIC_KEYS, NOTATION, TABLE_MARKS
from dbwright.relationships.words import common_prefix, singular, stem, words

# How the column's noun meets the table's.
WHOLE = 6.5
INFLECTED = 5.5
END_OF_TABLE = 4.5
ABBREVIATED = 4.5
SPELLED_OUT = 4.0

MOST_NAMESAKES = 12
"""A word that more tables share means none of them."""
_SHORTEST_KEY_NAME = 4


class Named(msgspec.Struct, frozen=True, eq=False):
    """A table that a name may mean."""

    place: int
    weight: float
    told: str


class _Near(msgspec.Struct, frozen=True, eq=False):
    """Look-ups within one namespace: tables by their nouns, by the ends of their nouns, and keys by their names."""

    nouns: Nouns
    endings: Nouns
    keys: dict[str, list[Key]]


class NamedTables:
    """Look-ups from words to tables and keys, first within a namespace, then everywhere; built once for a schema.

    own: the words of each table without those that say only what part of the system it is. place: of a table in the schema.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._nouns = Nouns()
        self._endings = Nouns()
        self._keys: dict[str, list[Key]] = {}
        self._near: dict[str, _Near] = {}
        self.own: list[tuple[str, ...]] = []
        self._whole: list[tuple[str, ...]] = []
        self._full = [stem(table.name) for table in schema.tables]
        self._by_full = {(table.namespace, self._full[place]): place for place, table in enumerate(schema.tables)}
        self._column_prefixes = [_column_prefix(table) for table in schema.tables]
        parts = _shared_prefixes(schema.tables)
        prefix = common_prefix(tuple(table.name for table in schema.tables))
        one = len({table.namespace for table in schema.tables}) < 2
        for place, table in enumerate(schema.tables):
            everywhere = _Near(self._nouns, self._endings, self._keys)
            near = self._near.setdefault(table.namespace, everywhere if one else _Near(Nouns(), Nouns(), {}))
            full = self._full[place]
            whole = full[len(prefix) :] if full[: len(prefix)] == stem("_".join(prefix)) else full
            bare = _without_marks(whole, TABLE_MARKS | parts)
            self.own.append(bare)
            self._whole.append(_without_marks(whole, TABLE_MARKS))
            for scope in (near,) if one else (near, everywhere):
                for noun in {"".join(full), "".join(bare)}:
                    scope.nouns.add(noun, place)
                for start in range(1, len(bare)):
                    scope.endings.add("".join(bare[start:]), place)
            for key in schema.keys[place]:
                for named in {words(key.column.name), self.without_prefix(place, words(key.column.name))}:
                    joined = folded("".join(named))
                    if len(joined) >= _SHORTEST_KEY_NAME and not set(named) <= GENERIC_KEYS:
                        for scope in (near,) if one else (near, everywhere):
                            known = scope.keys.setdefault(joined, [])
                            if key not in known[-2:]:
                                known.append(key)

    def is_known(self, noun: str) -> bool:
        """Whether some table has the noun for a name, in any form."""
        return bool(self._nouns.whole(noun) or self._nouns.inflected(noun) or self._nouns.abbreviated(noun))

    def is_table(self, noun: str) -> bool:
        """Whether some table is called exactly so."""
        return bool(self._nouns.whole(noun))

    def keys(self, place: int, name: tuple[str, ...]) -> list[Key]:
        """The keys of that name, as the table at that place sees them; none where too many share it."""
        joined = folded("".join(name))
        found = self._near[self._schema.tables[place].namespace].keys.get(joined) or self._keys.get(joined, [])
        return found if len(found) <= MOST_NAMESAKES else []

    def is_key(self, word: str) -> bool:
        """Whether some key is called so."""
        return folded(word) in self._keys

    def without_prefix(self, place: int, named: tuple[str, ...]) -> tuple[str, ...]:
        """The words without the one that all columns of the table begin with (o_orderdate)."""
        return named[1:] if len(named) > 1 and named[0] == self._column_prefixes[place] else named

    def is_own(self, place: int, base: tuple[str, ...]) -> bool:
        """Whether words name the table that the column stands in."""
        nouns = {"".join(stem("_".join(base))), singular(base[-1])}
        if self.own[place][-1:] == (singular(base[-1]),):
            return True
        known = self._near[self._schema.tables[place].namespace].nouns
        look_ups = (known.whole, known.inflected, known.abbreviated, known.spelled_out)
        return any(place in look_up(noun) for noun in nouns for look_up in look_ups)

    def is_beside(self, place: int, other: int) -> bool:
        """Whether two tables belong to the same part of the system by the first words of their names."""
        ours, theirs = self._full[place], self._full[other]
        return place != other and len(ours) > 1 and len(theirs) > 1 and ours[0] == theirs[0]

    def beginnings(self, place: int) -> list[int]:
        """The tables whose whole names the name of a table begins with: catalog_product for catalog_product_text."""
        full, namespace = self._full[place], self._schema.tables[place].namespace
        found = (self._by_full.get((namespace, full[:end])) for end in range(1, len(full)))
        return [each for each in found if each is not None]

    def is_free(self, place: int, before: tuple[str, ...]) -> bool:
        """Whether words before a noun say nothing: none, the prefix of all columns, or a notation of types."""
        return all(word == self._column_prefixes[place] or word in NOTATION for word in before)

    def named(self, place: int, noun: tuple[str, ...], has_ending: bool) -> Iterator[Named]:
        """The tables that have the noun for a name, a form of it, or an abbreviation; the nearest likeness only."""
        word = "".join(singular(each) for each in noun)
        near = self._near[self._schema.tables[place].namespace]
        for scope in (near, _Near(self._nouns, self._endings, self._keys)):
            likenesses = [(scope.nouns.whole, WHOLE, "names the table {}")]
            if has_ending:
                likenesses += [
                    (scope.nouns.inflected, INFLECTED, "names the table {} in another form of the word"),
                    (scope.endings.whole, END_OF_TABLE, "names the last word of the table {}"),
                    (scope.nouns.abbreviated, ABBREVIATED, "abbreviates the name of the table {}"),
                    (scope.nouns.spelled_out, SPELLED_OUT, "spells out the name of the table {}"),
                ]
            for look_up, weight, told in likenesses:
                found = look_up(word)
                if found and len(found) <= MOST_NAMESAKES:
                    for each in self._nearest(place, found):
                        yield Named(each, weight, told.format(self._schema.tables[each].ref))
                    return
            if scope.nouns is self._nouns:
                return

    def _nearest(self, place: int, found: list[int]) -> list[int]:
        """Of several tables of one noun, those that are called just so: "posts" is meant before "forum_posts", unless the
        column stands in the forum too."""
        if len(found) < 2:
            return found
        alone = [each for each in found if len(self._whole[each]) == len(self.own[each])]
        part = self._whole[place][:1]
        beside = [each for each in found if each not in alone and self._whole[each][:1] == part]
        return alone + beside or found


def _without_marks(named: tuple[str, ...], marks: frozenset[str]) -> tuple[str, ...]:
    """The words of a table without those that only say that it is one, or which part of the system it belongs to."""
    while len(named) > 1 and named[0] in marks:
        named = named[1:]
    while len(named) > 1 and named[-1] in TABLE_MARKS:
        named = named[:-1]
    if named and named[0].startswith("tbl") and len(named[0]) > 5:
        named = (singular(named[0][3:]), *named[1:])
    return named


def _shared_prefixes(tables: tuple[Table, ...]) -> frozenset[str]:
    """First words that three or more tables share and that name no table themselves: parts of the system (crm_customer)."""
    counts: dict[str, int] = {}
    whole: set[str] = set()
    for table in tables:
        named = stem(table.name)
        whole.add("".join(_without_marks(named, TABLE_MARKS)))
        if len(named) > 1:
            counts[named[0]] = counts.get(named[0], 0) + 1
    return frozenset(word for word, times in counts.items() if times >= 3 and word not in whole)


def _column_prefix(table: Table) -> str | None:
    """The word that most columns of a table begin with, such as its abbreviation; None where there is none."""
    counts: dict[str, int] = {}
    for column in table.columns:
        named = words(column.name)
        if len(named) > 1:
            counts[named[0]] = counts.get(named[0], 0) + 1
    word, times = max(counts.items(), key=lambda each: each[1], default=("", 0))
    return word if times >= 3 and times >= 0.7 * len(table.columns) else None
