"""Names that a person would choose for the tables of a proposal and for their columns.

A table is called for what its key identifies (customer_id: customers), else for the words that its columns share (customer_name,
customer_city: customers too). Singular or plural, and the case, follow the tables that are there. Within their own table columns
lose the table's name: customers(id, name, city).
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from dbwright.normalize.design.identifiers import bare
from dbwright.relationships.vocabulary import GENERIC_KEYS
from dbwright.relationships.words import plural, singular, word_set, words

Case = Literal["snake", "camel", "pascal", "upper"]

_KNOWN = {
    "zip": "postal_code", "zipcode": "postal_code", "postcode": "postal_code", "plz": "postal_code", "postal": "postal_code",
    "isbn": "book", "issn": "journal", "sku": "product", "ean": "product", "upc": "product", "asin": "product", "iban": "account",
    "vin": "vehicle", "iata": "airport", "icao": "airport", "email": "contact", "username": "user", "login": "user",
    "hostname": "host", "iso": "country", "ticker": "security", "isin": "security",
}  # fmt: skip
"""What a natural key identifies, where its own name does not say so."""
_ENDS = GENERIC_KEYS | word_set("name title label email text full long short first last abbreviation desc")
"""Last words of natural keys that say how, not what, they identify: department_name."""
_GENERIC = word_set("table data export import dump report sheet row list view raw tmp temp file flat wide all my the")


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """How a schema calls its things. key: what a key of one column is called in its own table: "id", or "customer_id" (noun)."""

    case: Case = "snake"
    plurals: bool = True
    key: Literal["id", "noun"] = "id"

    def table(self, named: Sequence[str]) -> str:
        """A table's name from the words of a thing in the singular."""
        last = plural(named[-1]) if self.plurals else named[-1]
        return self.join((*named[:-1], last))

    def join(self, named: Sequence[str]) -> str:
        """Words as one name."""
        if self.case == "snake":
            return "_".join(named)
        if self.case == "upper":
            return "_".join(named).upper()
        joined = "".join(word.capitalize() for word in named)
        return joined if self.case == "pascal" else joined[:1].lower() + joined[1:]


def style_of(
    columns: Iterable[str], tables: Iterable[str] = (), keys: Iterable[tuple[str, tuple[str, ...]]] = ()
) -> Style:
    """The style of a schema: the case of its columns; whether its tables stand in the plural, where it is not told: they do.

    keys: tables with the columns of their primary keys.
    """
    cases = Counter(_case(name) for name in columns)
    numbers: Counter[bool] = Counter()
    for name in tables:
        last = (words(name) or ("",))[-1]
        if len(last) > 2 and last.isalpha() and last not in _GENERIC and plural(last) != singular(last):
            numbers[last == plural(last)] += 1
    single = [(stem_of(table), words(key[0])) for table, key in keys if len(key) == 1]
    nouns = sum(key[:-1] == table[-len(key[:-1]) :] for table, key in single if len(key) > 1)
    return Style(
        case=cases.most_common(1)[0][0] if cases else "snake",
        plurals=numbers[True] >= numbers[False],
        key="noun" if single and nouns * 2 > len(single) else "id",
    )


def stem_of(table: str) -> tuple[str, ...]:
    """The words of a table's name in the singular."""
    return tuple(singular(word) for word in words(table))


def _case(name: str) -> Case:
    if name.isupper():
        return "upper"
    if "_" in name or name == name.lower():
        return "snake"
    return "pascal" if name[:1].isupper() else "camel"


def thing(key: Sequence[str], columns: Collection[str]) -> tuple[str, ...]:
    """What a table with that key and those other columns is about, as words in the singular; () where nothing tells.

    A role before the noun goes where the columns do without it: address_street beside customer_address_id make an address.
    """
    if len(key) == 1:
        named = bare(key[0])
        if named == tuple(words(key[0])):  # nothing said that it is an identifier: a natural key
            if len(named) > 1 and (named[-1] in _ENDS or named[-1] in _KNOWN):
                named = named[:-1]
            elif named and named[0] in _KNOWN:
                return tuple(_KNOWN[named[0]].split("_"))
        named = (*named[:-1], singular(named[-1])) if named else ()
        if len(named) == 1 and named[0] in _ENDS:
            named = ()
        for start in range(1, len(named)):
            tail = tuple(singular(word) for word in named[start:])
            if sum(_begins(name, tail) for name in columns) * 2 > len(columns):
                return named[start:]
        if named:
            return named
    shared = _shared([*columns] or [*key])
    if shared:
        return shared
    joined = [word for name in key for word in bare(name) if word not in _ENDS]
    return tuple(dict.fromkeys(joined))


def _shared(names: Sequence[str]) -> tuple[str, ...]:
    """The leading words that most names share, for two names and more."""
    if len(names) < 2:
        return ()
    counted = Counter(tuple(singular(word) for word in words(name))[:1] for name in names if len(words(name)) > 1)
    if not counted:
        return ()
    found, count = counted.most_common(1)[0]
    return found if count * 2 > len(names) and count > 1 else ()


def _begins(name: str, of: Sequence[str]) -> bool:
    return tuple(singular(word) for word in words(name))[: len(of)] == tuple(of)


def singular_name(name: str) -> str:
    """A table's name in the singular, otherwise as it is: OrderItems gives OrderItem."""
    for last in (r"[A-Z][a-z]+\Z", r"[a-z]+\Z", r"[A-Z]+\Z", r"[^\W\d_]+\Z"):
        if found := re.search(last, name):
            word = singular(found[0])
            shown = word.upper() if found[0].isupper() else word.capitalize() if found[0][:1].isupper() else word
            return name[: found.start()] + shown
    return name


def free(name: str, taken: Collection[str], style: Style, before: Sequence[str] = ()) -> str:
    """A name that nobody has yet, whatever its case: with words before it, else a number behind it."""
    used = {each.lower() for each in taken}
    if name.lower() not in used:
        return name
    if before and (longer := style.join((*before, *words(name)))).lower() not in used:
        return longer
    number = 2
    while f"{name}_{number}".lower() in used:
        number += 1
    return f"{name}_{number}"


def column_names(
    columns: Sequence[str],
    key: Sequence[str],
    about: Sequence[str],
    style: Style,
    reserved: Collection[str] = (),
    texts: Collection[str] | None = None,
) -> Mapping[str, str]:
    """What the columns of the source are called in a table about something: without its words before them.

    reserved: words in lower case that make bad names. texts: those that hold texts, and may be called "name"; None for all.
    """
    about = tuple(singular(word) for word in about)
    tails = [about[start:] for start in range(len(about))]
    called: dict[str, str] = {}
    taken: set[str] = set()
    for name in columns:
        named = words(name)
        single = tuple(singular(word) for word in named)
        short = name
        if len(key) == 1 and name == key[0] and (named[-1:] or ("",))[0] in ("id", "uuid", "guid"):
            if style.key == "id" and about and len(named) > 1:
                short = style.join(named[-1:])
        else:
            for tail in tails:
                if tail and single[: len(tail)] == tail:
                    rest = named[len(tail) :]
                    short = (
                        style.join(rest)
                        if rest and not rest[0].isdigit()
                        else style.join(("name",))
                        if not rest and (texts is None or name in texts)
                        else name
                    )
                    break
        if short.lower() in taken or short.lower() in reserved or (short != name and short in columns):
            short = name
        taken.add(short.lower())
        called[name] = short
    return called
