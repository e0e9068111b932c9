"""References that column names imply: which column of which table a column without a foreign key seems to point at."""

from collections.abc import Iterator

import msgspec

from dbwright.catalog.objects import Column, Table
from dbwright.rules.base import Subject
from dbwright.rules.design._names import ACTIONS, PEOPLE, ROLES, common_prefix, plural, singular, stem, word_set, words
from dbwright.rules.design._tables import base_type, is_boolean, own_tables

_ENDINGS = word_set("code fk guid id key no nr num number ref uuid")
_IDS = word_set("fk guid id uuid")
_GENERIC_KEYS = word_set("code guid id key name no number pk slug title type uuid value")
_VENDORS = word_set(
    "amazon apple auth0 aws azure braintree ext external facebook firebase foreign gateway github gitlab google "
    "hubspot instagram legacy linkedin mailchimp microsoft oauth okta old paddle partner party paypal provider "
    "public remote salesforce sendgrid shopify slack square sso stripe telegram third tiktok twilio twitter "
    "upstream vendor zendesk"
)
"""First words of identifiers that belong to somebody else's system (stripe_customer_id)."""
_SELF = {
    ("parent",),
    ("root",),
    ("ancestor",),
    ("predecessor",),
    ("successor",),
    ("previous",),
    ("prev",),
    ("next",),
    ("reply", "to"),
    ("in", "reply", "to"),
    ("superseded", "by"),
    ("replaced", "by"),
    ("duplicate", "of"),
    ("merged", "into"),
    ("forked", "from"),
}
_ABOVE = word_set("boss friend inviter leader manager supervisor")
"""Roles that stand in the same table as those below them (employees.manager_id)."""
_CERTAIN_ROLES = word_set(
    "approver assignee author commenter creator followed followee follower inviter manager moderator owner receiver recipient "
    "reporter reviewer sender supervisor uploader"
)
"""Roles that only people play, so that with "id" behind them they are unmistakable."""
_QUALIFIERS = word_set(
    "alternate away base billing child current default delivery dest destination featured first from home invoice last main origin "
    "original parent pickup preferred previous primary return secondary shipping source target to"
)
"""Words before a noun that say which one of several it is (billing_address_id)."""
_NOT_NOUNS = word_set(
    "amount balance class click code comment count credit date day floor group hour image item key language level "
    "like line link log month name number option order page payment period phase photo point position price "
    "priority quantity rank rate rating result role score season section sequence session share shift size slot "
    "stage state status step stock tag text time title total type unit value version view visit vote week year"
)
"""Nouns that name a plain value as often as a table, so that a bare column of that name implies nothing."""


class Implied(msgspec.Struct, frozen=True):
    """A reference that a name implies. certain: the name is unmistakable even without a look at the rows."""

    table: Table
    column: Column
    parent: Table
    parent_column: Column
    certain: bool


def implied_references(subject: Subject) -> Iterator[Implied]:
    """Every reference that a name implies and no foreign key declares, where the types fit."""
    guesser = _Guesser(subject)
    for table in guesser.tables:
        declared = {name.casefold() for key in table.foreign_keys for name in key.columns}
        declared |= guesser.by_partition.get((table.namespace, table.name), set())
        for column in table.columns:
            if column.name.casefold() in declared or column.generated or is_boolean(column):
                continue
            found = guesser.guess(table, column)
            if found is not None:
                yield found


def polymorphic_type(table: Table, column: Column) -> Column | None:
    """The column that says which table a polymorphic reference points at: `x_type` beside `x_id`."""
    named = words(column.name)
    if len(named) < 2 or named[-1] not in _IDS:
        return None
    for other in table.columns:
        beside = words(other.name)
        kinds = ("type", "kind", "class", "table", "model")
        if (
            beside[:-1] == named[:-1]
            and beside[-1:]
            and beside[-1] in kinds
            and (other.type.is_text or other.type.kind == "enum")
        ):
            return other
    return None


def _declared_by_partitions(subject: Subject) -> dict[tuple[str, str], set[str]]:
    """The columns for which every partition of a table has a foreign key of its own, in lower case."""
    found: dict[tuple[str, str], set[str]] = {}
    for table in subject.catalog.tables:
        if table.partition_of:
            declared = {name.casefold() for key in table.foreign_keys for name in key.columns}
            parent = table.partition_of.table
            found[parent] = found[parent] & declared if parent in found else declared
    return found


class _Guesser:
    """Look-ups from the words of a column to tables, built once for a catalog."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.tables = list(own_tables(subject.catalog))
        self.whole: dict[str, list[Table]] = {}
        self.endings: dict[str, list[Table]] = {}
        self.keys: dict[str, list[Table]] = {}
        prefix = common_prefix(tuple(table.name for table in self.tables))
        self.by_partition = _declared_by_partitions(subject)
        for table in self.tables:
            named = stem(table.name)
            whole = {"".join(named), "".join(named[len(prefix) :])}
            for each in whole:
                self.whole.setdefault(each, []).append(table)
            for start in range(1, len(named)):
                ending = "".join(named[start:])
                if ending not in whole:
                    self.endings.setdefault(ending, []).append(table)
            if table.primary_key and len(table.primary_key.columns) == 1:
                self.keys.setdefault(table.primary_key.columns[0].casefold(), []).append(table)

    def guess(self, table: Table, column: Column) -> Implied | None:
        """The reference that one column implies."""
        named = words(column.name)
        if not named or column.identity or polymorphic_type(table, column):
            return None
        base, ending = self._parts(named)
        if not base or (len(base) > 1 and base[0] in _VENDORS) or (base[0] in _VENDORS and ending not in _IDS):
            return None
        is_whole_key = bool(table.primary_key and table.primary_key.columns == (column.name,))
        for parent, certain in self._parents(table, column, base, ending):
            if is_whole_key and (parent is table or stem(table.name)[-1:] == base[-1:]):
                return None
            key = self._key_of(parent, column, ending)
            if key is None or (parent is table and key.name == column.name) or not self._fits(column, key):
                continue
            return Implied(table, column, parent, key, certain and not is_whole_key)
        return None

    def _parts(self, named: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
        """The words that tell the parent, and the ending ("id", "code", …, or "" for none)."""
        ending = ""
        if len(named) > 1 and named[-1] in _ENDINGS:
            named, ending = named[:-1], named[-1]
            if ending == "fk" and len(named) > 1 and named[-1] == "id":
                named = named[:-1]
        elif len(named) > 1 and named[0] in ("id", "fk"):
            named, ending = named[1:], "id"
        elif (
            len(named) == 1 and named[0].endswith("id") and singular(named[0][:-2]) in self.whole and len(named[0]) > 4
        ):
            named, ending = (named[0][:-2],), "id"
        while len(named) > 1 and named[-1].isdigit():
            named = named[:-1]
        return named, ending

    def _parents(
        self, table: Table, column: Column, base: tuple[str, ...], ending: str
    ) -> Iterator[tuple[Table, bool]]:
        """Tables that the words may mean, the likeliest first, with whether that is unmistakable."""
        by_id = ending in _IDS
        if base in _SELF and (by_id or len(base) > 1 or base == ("parent",)):
            yield table, by_id and base == ("parent",)
        if ending:
            if column.name.casefold() not in _GENERIC_KEYS:
                owners = [each for each in self.keys.get(column.name.casefold(), []) if each is not table]
                if len(owners) == 1:
                    yield owners[0], True
            yield from self._named(table, base, by_id)
            for start in range(1, len(base)):
                known = set(base[:start]) <= _QUALIFIERS
                for parent, whole in self._named(table, base[start:], by_id):
                    if whole or by_id:
                        yield parent, by_id and known and (whole or parent is table)
        elif len(base) == 1 and base[0] not in _NOT_NOUNS and plural(base[0]) != base[0]:
            yield from ((parent, False) for parent, _ in self._named(table, base, False) if parent is not table)
        certain = by_id and base[-1] in _CERTAIN_ROLES
        yield from ((parent, certain) for parent in self._people(table, base))

    def _named(self, table: Table, base: tuple[str, ...], by_id: bool) -> Iterator[tuple[Table, bool]]:
        """Tables of that name; else the one table whose name ends so."""
        noun = "".join(singular(word) for word in base)
        whole = self._near(table, self.whole.get(noun, []))
        if len(whole) == 1:
            yield whole[0], by_id and whole[0] is not table
            return
        ending = self._near(table, self.endings.get(noun, []))
        if not whole and len(ending) == 1 and ending[0] is not table:
            yield ending[0], False

    @staticmethod
    def _near(table: Table, found: list[Table]) -> list[Table]:
        """Those of the table's own namespace where there are some."""
        return [each for each in found if each.namespace == table.namespace] or found

    def _people(self, table: Table, base: tuple[str, ...]) -> Iterator[Table]:
        """The tables where the person of a role or an action stands (author, created_by, ReportsTo)."""
        own = singular(stem(table.name)[-1]) if stem(table.name) else ""
        if base in (("reports", "to"), ("report", "to")):
            yield table
            return
        nouns: tuple[str, ...] = ()
        if base[-1] == "by" and len(base) > 1 and base[-2] in ACTIONS:
            nouns = PEOPLE
        elif base[-1] in ROLES:
            nouns = ROLES[base[-1]]
            if base[-1] in _ABOVE and own in nouns:
                yield table
        for noun in nouns:
            yield from (parent for parent, whole in self._named(table, (noun,), True))

    def _key_of(self, parent: Table, column: Column, ending: str) -> Column | None:
        """The parent's column that the reference holds values of."""
        single = [key[0] for key in parent.keys if len(key) == 1]
        named = [name for name in single if name.casefold() == column.name.casefold()]
        if ending and ending not in ("id", "fk"):
            named += [name for name in single if words(name)[-1:] == (ending,)]
        if named:
            return parent.column(named[0])
        if ending in ("code", "key", "no", "num", "number", "nr", "ref") or not parent.primary_key:
            return None
        return parent.column(parent.primary_key.columns[0]) if len(parent.primary_key.columns) == 1 else None

    def _fits(self, column: Column, key: Column) -> bool:
        """Whether both types hold the same kind of values."""
        families: list[str] = []
        for each in (column, key):
            type_ = base_type(self.subject, each.type)
            if type_.kind in ("integer", "uuid", "enum"):
                families.append(type_.kind)
            elif type_.kind == "decimal":
                families.append("integer" if not type_.scale else "decimal")
            elif type_.is_text:
                families.append("text")
            elif type_.kind == "binary":
                families.append(f"binary {type_.length}")
            else:
                families.append(f"none {each.name}")
        return families[0] == families[1] and not families[0].startswith("none")
