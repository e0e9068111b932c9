"""What the name of a column says about where it points: each table and key that it may mean, with a weight and the reason.

Weights are natural logarithms of likelihood ratios: how much likelier the name is where the column refers to that key than
where it doesn't. They are rough on purpose and hold for names in general, not for one schema.
"""

from collections.abc import Iterator

import msgspec

from dbwright.catalog.objects import Column
from dbwright.relationships.likeness import folded
from dbwright.relationships.named_tables import INFLECTED, WHOLE, Named, NamedTables
from dbwright.relationships.roles import ACTIONS, PEOPLE, ROLES
from dbwright.relationships.schema import Key, Schema
from dbwright.relationships.tables import RECORDS, polymorphic_type
from dbwright.relationships.vocabulary import (
    CERTAIN_ROLES,
    ENDINGS,
    GENERIC_NOUNS,
    GLUED,
    IDS,
    LEADS,
    MEANINGS,
    MEASURES,
    PLAIN_VALUES,
    QUALIFIERS,
    SELF,
    SUPERIORS,
    VENDORS,
)
from dbwright.relationships.words import plural, singular, stem, words

# What the column's name adds to the noun.
NO_ENDING = -2.5
PLAIN_VALUE = -3.5
OTHER_ENDING = -3.0
KNOWN_QUALIFIER = -0.3
UNKNOWN_QUALIFIER = -1.3
NOUN_FIRST = -4.5
OWN_NOUN = -4.0
# How the column's name meets the name of the key.
SAME_KEY_NAME = 6.0
SAME_KEY_NAME_TOO = 1.0
SAME_UNIQUE_NAME = 2.0
ENDS_WITH_KEY_NAME = 5.5
KEY_OF_ANOTHER = -5.0
# Who plays a role.
ROLE = 4.5
CERTAIN_ROLE = 6.0
AGENT = 3.0
LESS_LIKELY = -0.7
SAME_TABLE = 6.0
OWN_NOUN_BEHIND_SELF = 7.5
COPY_OF_ANOTHER = -3.0
PART_OF_PARENT = 0.7
PART_OF_ENTITY = 3.5
# Of several keys of one name, the one in the same part of the system (cart_payment, cart_address).
BESIDE = 1.5
# The column beside it (owner_type) says that it may point into several tables.
BESIDE_A_TYPE = -4.0

_COPIES = RECORDS | {"revision", "version"}
"""Words in the names of tables whose rows copy those of others, with their references."""
_LONG_ROLES = {"mgr": "manager", "supv": "supervisor"}
_AGENT_ENDINGS = ("er", "or", "ee", "ist", "ant")


class Hint(msgspec.Struct, frozen=True, eq=False):
    """A key that a name may mean. weight: see the module. told: why, as part of a sentence that begins with the name."""

    key: Key
    weight: float
    told: str


class Naming:
    """Reads the names of columns, against the tables and keys of one schema."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._known = NamedTables(schema)

    def hints(self, place: int, column: Column) -> list[Hint]:
        """The keys that a column of the table at that place may mean by its name, the likeliest first; [] for most columns."""
        table, named = self._schema.tables[place], words(column.name)
        if not named:
            return []
        base, ending = self._parts(named)
        if not base or (base[0] in VENDORS and (len(base) > 1 or ending not in IDS)):
            return []
        whole_key = bool(table.primary_key and table.primary_key.columns == (column.name,))
        if whole_key and (
            self._known.is_own(place, base) or self._known.is_own(place, self._known.without_prefix(place, base))
        ):
            return []
        found: dict[int, Hint] = {}
        for hint in (
            *self._by_key_name(place, column, named),
            *self._by_noun(place, column, base, ending),
            *self._by_part(place, base, ending),
        ):
            known = found.get(id(hint.key))
            if known is None or known.weight < hint.weight:
                found[id(hint.key)] = hint
        hints = [hint for hint in found.values() if hint.key.table is not table or hint.key.column.name != column.name]
        many = BESIDE_A_TYPE if hints and polymorphic_type(table, column) else 0.0
        if many:
            # owner_id beside owner_type: the role says nothing then.
            hints = [hint for hint in hints if not hint.told.startswith("is a role")]
        return sorted((self._nearer(place, hint, many) for hint in hints), key=lambda hint: -hint.weight)

    # ------------------------------------------------------------ the words of a column

    def _parts(self, named: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
        """The words that tell the parent, and the ending ("id", "code", …, or "" for none)."""
        ending = ""
        if len(named) > 1 and named[-1] in ENDINGS:
            named, ending = named[:-1], named[-1]
            if ending == "fk" and len(named) > 1 and named[-1] in ENDINGS:
                named, ending = named[:-1], named[-1]
        elif len(named) > 1 and (named[0] in LEADS or self._known.is_key(named[0])):
            named, ending = named[1:], named[0]
        elif glued := self._glued(named[-1]):
            named, ending = (*named[:-1], glued[0]), glued[1]
        while len(named) > 1 and named[-1].isdigit():
            named = named[:-1]
        return named, ending

    def _glued(self, word: str) -> tuple[str, str] | None:
        """A word without a separator taken apart: "custno" gives ("cust", "no") where a table is called so."""
        for ending in GLUED:
            rest = word.removesuffix(ending)
            if rest != word and len(rest) > 2 and self._known.is_known(singular(rest)):
                return rest, ending
        rest = word.removeprefix("id")
        return (rest, "id") if rest != word and len(rest) > 3 and self._known.is_table(singular(rest)) else None

    # ------------------------------------------------------------ by the name of the key

    def _by_key_name(self, place: int, column: Column, named: tuple[str, ...]) -> Iterator[Hint]:
        """Keys of other tables whose name the column has, or ends with."""
        table = self._schema.tables[place]
        for start in range(len(named)):
            before = named[:start]
            keys = [each for each in self._known.keys(place, named[start:]) if before or each.table is not table]
            numbered = any(key.column.identity for key in keys)
            for key in keys:
                shown = f"is the name of {key.shown}" if not before else f"ends with the name of {key.shown}"
                if not key.primary:
                    weight = SAME_UNIQUE_NAME if not before else 0.0
                elif set(named[start:]) <= GENERIC_NOUNS | IDS:
                    weight = 0.0
                elif self._known.is_free(place, before):
                    weight = SAME_KEY_NAME
                else:
                    weight = ENDS_WITH_KEY_NAME + (0.0 if set(before) <= QUALIFIERS else LESS_LIKELY)
                if numbered and not key.column.identity:
                    weight += 2 * LESS_LIKELY  # the key that numbers itself came first
                if self._is_of_another(key) and not self._is_part_of(place, key.place):
                    weight += KEY_OF_ANOTHER
                if weight and len(keys) > 1 and self._known.is_beside(place, key.place):
                    weight += BESIDE
                if weight:
                    yield Hint(key, weight, shown)
            if keys:
                return

    def _by_part(self, place: int, base: tuple[str, ...], ending: str) -> Iterator[Hint]:
        """For a noun that any table may be meant by (entity_id): the table whose name the column's own begins with."""
        if ending not in IDS or base[:1] in SELF or not set(base) <= GENERIC_NOUNS:
            return
        wholes = [
            (len(self._known.own[parent]), parent)
            for parent in self._known.beginnings(place)
            if self._schema.keys[parent]
        ]
        for _, parent in sorted(wholes)[-1:]:
            for key in self._schema.keys[parent]:
                if key.primary:
                    shown = self._schema.tables[parent].ref
                    yield Hint(key, PART_OF_ENTITY, f"stands in a table whose name begins with that of {shown}")

    def _is_of_another(self, key: Key) -> bool:
        """Whether a key is named for another table than its own: profiles.user_id refers to users itself."""
        base, ending = self._parts(words(key.column.name))
        if ending not in IDS or not base or self._known.own[key.place][-1:] == (singular(base[-1]),):
            return False
        found = (each.place for each in self._known.named(key.place, base, True) if each.weight >= WHOLE)
        return any(each != key.place and self._schema.keys[each] for each in found)

    # ------------------------------------------------------------ by the noun

    def _by_noun(self, place: int, column: Column, base: tuple[str, ...], ending: str) -> Iterator[Hint]:
        """Keys of the tables that the column's noun names."""
        for named in self._tables_of(place, base, ending):
            parent = self._schema.tables[named.place]
            for key in self._schema.keys[named.place]:
                meets = _meets(key, column, ending)
                if meets is not None:
                    same = SAME_KEY_NAME_TOO if words(key.column.name) == words(column.name) else 0.0
                    lone = parent is self._schema.tables[place] and named.told.startswith("names its own")
                    other = KEY_OF_ANOTHER if named.weight < WHOLE and self._is_of_another(key) else 0.0
                    yield Hint(key, named.weight + meets + same + other + (OWN_NOUN if lone else 0.0), named.told)

    def _tables_of(self, place: int, base: tuple[str, ...], ending: str) -> Iterator[Named]:
        """Tables that the words may mean."""
        if base in SELF and (ending in IDS or len(base) > 1 or base == ("parent",)):
            copied = COPY_OF_ANOTHER if _COPIES.intersection(self._known.own[place]) else 0.0
            yield Named(place, SAME_TABLE + copied, "means another row of the same table")
        rest = stem("_".join(base[1:]))
        if base[:1] in SELF and ending in IDS and rest and self._known.own[place][-len(rest) :] == rest:
            yield Named(place, OWN_NOUN_BEHIND_SELF, "means another row of the same table")
        if base in (("reports", "to"), ("report", "to")):
            yield Named(place, ROLE, "means another row of the same table")
            return
        for start in range(len(base)):
            before, noun = base[:start], base[start:]
            if not ending and len(noun) == 1 and plural(noun[0]) == noun[0]:
                break
            found = list(self._known.named(place, noun, bool(ending)))
            for each in found:
                weight = each.weight
                if not self._known.is_free(place, before):
                    weight += KNOWN_QUALIFIER if set(before) <= QUALIFIERS else UNKNOWN_QUALIFIER
                if not ending:
                    weight += NO_ENDING + (PLAIN_VALUE if noun[-1] in PLAIN_VALUES else 0.0)
                told = "names its own table" if each.place == place and not before else each.told
                yield Named(each.place, weight, told)
            if any(each.weight >= INFLECTED for each in found):
                break
        else:
            yield from () if ending else self._noun_first(place, base)
        yield from self._people(place, base, ending)

    def _noun_first(self, place: int, base: tuple[str, ...]) -> Iterator[Named]:
        """Tables named by the first word, as in languages that put what qualifies a noun behind it (ciudad_nacimiento)."""
        start = next((at for at in range(len(base)) if not self._known.is_free(place, base[at : at + 1])), len(base))
        if start + 1 < len(base) and base[-1] not in MEASURES | PLAIN_VALUES:
            for each in self._known.named(place, base[start : start + 1], True):
                if each.place != place:
                    told = f"begins with the noun of the table {self._schema.tables[each.place].ref}"
                    yield Named(each.place, each.weight + NOUN_FIRST, told)

    def _people(self, place: int, base: tuple[str, ...], ending: str) -> Iterator[Named]:
        """The tables where the person of a role or an action stands (author_id, created_by, cashier_id)."""
        role, weight = _LONG_ROLES.get(base[-1], base[-1]), ROLE
        nouns: tuple[str, ...] = ()
        if base[-2:-1] in (("blocked",), ("caused",)) and role == "by":
            yield Named(place, ROLE, "may mean another row of the same table")
        if role == "by" and len(base) > 1 and base[-2] in ACTIONS:
            nouns = PEOPLE
        elif role in ROLES:
            nouns = ROLES[role]
            weight = CERTAIN_ROLE if role in CERTAIN_ROLES and ending in IDS else ROLE
        elif self._may_be_a_person(role, ending):
            nouns, weight = PEOPLE, AGENT
        own = self._known.own[place][-1:]
        if role in SUPERIORS:
            same = weight + 0.5 if own and folded(own[0]) in nouns else AGENT
            yield Named(place, same, "means another row of the same table")
        for noun in nouns:
            for each in self._known.named(place, (noun,), True):
                told = f"is a role that rows of {self._schema.tables[each.place].ref} play"
                yield Named(each.place, weight + min(0.0, each.weight - WHOLE), told)
                weight += LESS_LIKELY

    def _may_be_a_person(self, word: str, ending: str) -> bool:
        """Whether a word that names no table has the form of somebody who does something (cashier_id, createdby)."""
        if word == "by":
            return True
        formed = word.endswith("by") or (bool(ending) and word.endswith(_AGENT_ENDINGS))
        return formed and len(word) > 4 and not self._known.is_table(singular(word))

    def _is_part_of(self, place: int, parent: int) -> bool:
        """Whether the name of a table begins with that of another (orders, order_items)."""
        own, theirs = self._known.own[place], self._known.own[parent]
        return parent != place and bool(theirs) and len(own) > len(theirs) and own[: len(theirs)] == theirs

    def _nearer(self, place: int, hint: Hint, weight: float) -> Hint:
        """The hint with another weight more; a parent whose name the child's begins with (orders, order_items) is likelier."""
        if self._is_part_of(place, hint.key.place):
            weight += PART_OF_PARENT
        return msgspec.structs.replace(hint, weight=hint.weight + weight) if weight else hint


def _meets(key: Key, column: Column, ending: str) -> float | None:
    """How well the ending of a column fits a key of the table that it names; None where the key is not what is meant."""
    theirs = words(key.column.name)
    same_ending = ending not in ("", "id", "fk") and MEANINGS.get(ending, ending) == MEANINGS.get(
        theirs[-1] if theirs else ""
    )
    if theirs == words(column.name) or same_ending:
        return 0.0
    if not key.primary:
        return None
    return 0.0 if not ending or ending in IDS else OTHER_ENDING
