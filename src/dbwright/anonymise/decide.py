"""What is done with each column, and why: from the rules, the foreign keys, the name, the values, the type; unknown ones stay open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from dbwright.anonymise.treatments import treatment
from dbwright.catalog.lookup import Lookup, holding
from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.catalog.secret_shapes import secret_shape
from dbwright.catalog.secrets import looks_secret, words_of
from dbwright.catalog.types import Type
from dbwright.errors import UsageError
from dbwright.seed.values.meaning import meaning_of
from dbwright.seed.values.pools import folded, pool

Path = tuple[str, str]
Basis = Literal["rule", "key", "name", "values", "type", "list", "unknown"]

PERSONAL: Mapping[str, str] = {
    "first_name": "first_name", "middle_name": "first_name", "last_name": "last_name", "full_name": "full_name",
    "email": "email", "username": "username", "password": "token", "token": "token", "hash": "token", "phone": "phone",
    "street": "street", "address_2": "words", "house_number": "format", "full_address": "street", "city": "city",
    "state": "state", "postcode": "format", "latitude": "noise", "longitude": "noise", "company": "company", "bank": "company",
    "job": "job", "salary": "noise", "ip": "ip", "ip_6": "ip", "mac": "format", "user_agent": "words", "iban": "iban",
    "bic": "format", "card_number": "card", "card_last_four": "format", "tax_id": "format", "serial_number": "format",
    "orcid": "format", "birth_date": "shift", "death_date": "shift", "age": "noise", "paragraph": "words", "sentence": "words",
    "url": "url", "image_url": "url", "domain": "url", "settings": "json", "reference": "format", "coupon_code": "format",
    "initials": "format", "file_name": "words", "path": "url", "tags": "words",
}  # fmt: skip
"""Meanings that tell, or may tell, who somebody is → what is done."""

HARMLESS = frozenset(
    """
    salutation gender nationality country country_code country_code_3 continent time_zone university degree department product brand
    category tag color hex_color size sku barcode isbn issn doi price amount tax discount shipping_fee percentage rating quantity stock
    count year month weight height pixels file_size duration priority position version slug status type role payment_method
    currency language language_code mime_type http_method http_status event card_brand flag title blood_type
    """.split()
)
"""Meanings of things, and of attributes that many share."""

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+\d[\d ()./-]{6,}\d")
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?|\d{2}:\d{2}(:\d{2}(\.\d+)?)?"
)
_JSON = re.compile(r"\s*[\[{].*[\]}]\s*", re.DOTALL)
_MAIL_WITHIN = re.compile(r"[^@\s]@[^@\s]+\.[^@\s]{2}")
_LETTER = re.compile(r"[^\W\d_]{3}")
_NUMBERED = ("phone", "tax_id", "card_number", "postcode", "birth_date", "iban", "house_number", "card_last_four")
"""Meanings of persons that some keep as numbers."""
_PERSONAL_NUMBER = frozenset(
    """
    passport reisepass ausweis nhs nino personnummer bsn cpf dni nie aadhaar pesel licence license mob mobile mobil fax telefax
    kreditkarte kontonummer konto rentenversicherung sozialversicherung versicherungsnummer sv insurance
    """.split()
)
"""Words in the names of columns of numbers that tell who somebody is."""
_BIRTH = frozenset("dob birth birthday born geburt geburtsdatum geburtstag geburtsjahr naissance nacimiento".split())
_TEXT = Type(kind="text", spelling="text")
_ENOUGH = 0.2
"""Share of sampled values of one form from which on a column holds such values."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What is done with a column. treatment is None where nothing tells: the run must not begin. why: a plain sentence."""

    table: Path
    column: str
    treatment: str | None
    basis: Basis
    why: str
    options: dict[str, Any] = {}


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decided for a column. options: for the treatment."""

    treatment: str
    options: dict[str, Any] = {}


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of a file: for columns as "table.column" or "schema.table.column", and for tables that hold nothing personal."""

    columns: dict[str, Rule] = {}
    harmless: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()


def decide(catalog: Catalog, rules: Rules, samples: Mapping[tuple[Path, str], Sequence[object]]) -> list[Decision]:
    """A decision for every column that is written, in the order of the catalog.

    samples: some values of columns, without NULL. Raises UsageError for a rule on what there is not.
    """
    _check(catalog, rules)
    deciding = _Deciding(catalog, rules, samples)
    return [
        deciding.column(table, column)
        for table in holding(catalog)
        for column in table.columns
        if column.generated is None
    ]


class _Deciding:
    def __init__(self, catalog: Catalog, rules: Rules, samples: Mapping[tuple[Path, str], Sequence[object]]) -> None:
        self._lookup = Lookup(catalog)
        self._rules, self._samples = rules, samples
        self._domains = {(each.namespace, each.name): each.type for each in catalog.domains}
        self._enums = {(each.namespace, each.name) for each in catalog.enums}

    def column(self, table: Table, column: Column, seen: tuple[tuple[Path, str], ...] = ()) -> Decision:
        path = (table.namespace, table.name)
        ruled = self._ruled(table, column)
        parent = self._parent(table, column, (*seen, (path, column.name)))
        if ruled is not None:
            _must_follow(ruled, parent)
            return ruled
        if parent is not None:
            return parent
        type_ = self._type(column.type)
        name, why = self._told(table, column, type_)
        basis: Basis = "unknown" if name is None else _basis(why)
        return Decision(table=path, column=column.name, treatment=name, basis=basis, why=why)

    def _ruled(self, table: Table, column: Column) -> Decision | None:
        path = (table.namespace, table.name)
        for name in (".".join((*path, column.name)), f"{table.name}.{column.name}"):
            rule = self._rules.columns.get(name)
            if rule is not None:
                return Decision(
                    table=path,
                    column=column.name,
                    treatment=rule.treatment,
                    basis="rule",
                    why="the rules say so",
                    options=rule.options,
                )
        if {table.name, ".".join(path)} & self._rules.harmless:
            why = "the rules say that the table holds nothing personal"
            return Decision(table=path, column=column.name, treatment="keep", basis="rule", why=why)
        return None

    def _parent(self, table: Table, column: Column, seen: tuple[tuple[Path, str], ...]) -> Decision | None:
        """What is done with the key that the column refers to, so that the reference survives."""
        for key in table.foreign_keys:
            if column.name not in key.columns or (key.table, column.name) in seen:
                continue
            parent = self._lookup.table(key.table)
            referred = parent.column(key.referenced[key.columns.index(column.name)]) if parent else None
            if parent is None or referred is None:
                continue
            if ((parent.namespace, parent.name), referred.name) in seen:
                continue
            found = self.column(parent, referred, seen)
            why = f"it refers to {parent.name}.{referred.name}, and equal stays equal"
            if found.treatment is not None and not treatment(found.treatment).per_value:
                # A reference would be lost; keys are no dates of birth, so this is a rule's mistake.
                raise UsageError(
                    f"{parent.name}.{referred.name} is referred to, so it cannot be treated by {found.treatment}.",
                    hint="Choose a treatment that makes equal values of equal ones, such as format or uuid.",
                )
            return Decision(
                table=(table.namespace, table.name),
                column=column.name,
                treatment=found.treatment,
                basis="key" if found.treatment else "unknown",
                why=why if found.treatment else found.why,
                options=found.options,
            )
        return None

    def _told(self, table: Table, column: Column, type_: Type) -> tuple[str | None, str]:
        """The treatment, and why; the treatment is None where nothing tells."""
        if looks_secret(column.name) and (type_.is_text or type_.kind == "binary"):
            return "token", "its name says that it holds secrets"
        values = self._samples.get(((table.namespace, table.name), column.name), ())
        found = meaning_of(table, column, type_)
        is_key = column.name in {name for key in table.keys for name in key}
        personal = PERSONAL.get(found[1]) if found else None
        if found and personal and _possible(personal, type_) and not (is_key and type_.kind == "integer"):
            return personal, f"its name says {found[1].replace('_', ' ')}"
        if type_.is_number and (said := _person_in_number(table, column)):
            fit = type_.kind == "integer" and said != "birth date"
            return ("format", f"its name says {said}") if fit else (None, f"its name says {said}, kept as a number")
        if type_.kind == "binary":
            return None, "bytes may hold anything, a photograph of somebody too"
        if type_.kind in ("enum", "set", "boolean") or type_.user_type in self._enums:
            return "keep", "its type allows a few values only"
        if _listed(table, column):
            return "keep", "a check allows a few values only"
        if type_.is_number or type_.kind in ("date", "timestamp"):
            # SQLite takes any value in a column of any type; "infinity" is a moment of PostgreSQL.
            texts = [value for value in values if isinstance(value, str) and value.strip("-") != "infinity"]
            if any(map(_LETTER.search, texts)):
                return None, "its type is not a text, but some of its values are texts"
        if type_.is_text or type_.kind in ("untyped", "other"):
            if values and all(_MOMENT.fullmatch(str(value)) for value in values):
                return "keep", "its values are moments, and no name tells of a person"
            by_value = _form_of(values)
            named_harmless = found is not None and found[1] in HARMLESS
            if by_value is not None and not (by_value[0] == "words" and named_harmless):
                return by_value
            if any(_tells_of_somebody(str(value)) for value in values):
                return None, "some of its sampled values hold mail addresses or numbers of persons"
        if type_.kind == "uuid":
            return ("keep", "a key without meaning") if is_key else ("uuid", "its type: it may name somebody elsewhere")
        if type_.is_number or type_.kind in ("year", "bit", "interval", "range"):
            return "keep", "a number, and no name that tells of a person" if not is_key else "a key without meaning"
        if type_.is_temporal:
            return "keep", "a moment, and no name that tells of a person"
        if type_.kind == "network":
            return "ip", "its type is a network address"
        if type_.kind == "json":
            return "json", "its type is JSON, which may hold anything"
        if found and found[1] in HARMLESS:
            return "keep", f"its name says {found[1].replace('_', ' ')}"
        if values and all(map(_is_code, values)) and len(set(values)) * 4 <= len(values) and not _are_names(values):
            return "keep", "its values are short codes that repeat"
        if not values and not is_key:
            return None, "it is empty, and neither its name nor its type tells what it is for"
        return None, "neither its name, its type nor its values tell whether it is about somebody"

    def _type(self, type_: Type) -> Type:
        while type_.user_type in self._domains:
            type_ = self._domains[type_.user_type]
        return type_


def _person_in_number(table: Table, column: Column) -> str | None:
    """What a column of numbers holds of a person, as its name tells; keys too, because a person's number may be one."""
    words = frozenset(words_of(column.name))
    if words & _BIRTH:
        return "birth date"
    told = meaning_of(table, column, _TEXT)
    if told and told[1] in _NUMBERED:
        return told[1].replace("_", " ")
    return "a number of a person" if looks_secret(column.name) or words & _PERSONAL_NUMBER else None


def _must_follow(ruled: Decision, parent: Decision | None) -> None:
    """Raises UsageError for a rule that would break a reference: only emptying it, or what is done with the key itself, keeps it."""
    if parent is None or ruled.treatment in ("null", parent.treatment):
        return
    raise UsageError(
        f"The rules treat {ruled.table[1]}.{ruled.column} by {ruled.treatment}, but {parent.why}: "
        f"its key is treated by {parent.treatment or 'nothing yet'}.",
        hint="Leave the column out of the rules, or treat the key that it refers to.",
    )


def _possible(name: str, type_: Type) -> bool:
    """Whether a treatment can be done to values of a type."""
    if name in ("shift", "year"):
        return type_.is_temporal or type_.is_text
    if name in ("noise", "round"):
        return type_.is_number
    if name == "json":
        return type_.kind == "json" or type_.is_text
    if name in ("format", "phone"):
        return type_.is_text or type_.kind in ("integer", "untyped")
    if name == "ip":
        return type_.is_text or type_.kind == "network"
    if name == "token":
        return type_.is_text or type_.kind == "binary"
    return type_.is_text or type_.kind == "untyped"


def _listed(table: Table, column: Column) -> bool:
    """Whether a check names the only values: status IN ('new', 'paid')."""
    wanted = re.compile(rf"\W*{re.escape(column.name)}\W.*(\bIN\b|= ANY|\) IN)", re.IGNORECASE | re.DOTALL)
    return any(wanted.match(check.expression) for check in table.checks)


def _form_of(values: Sequence[object]) -> tuple[str, str] | None:
    """What the form of a column's values tells."""
    texts = [str(value) for value in values]
    if not texts:
        return None
    forms = (
        ("email", "mail addresses", lambda text: _MAIL.fullmatch(text)),
        ("phone", "telephone numbers", lambda text: _PHONE.fullmatch(text)),
        ("ip", "network addresses", lambda text: _ADDRESS.fullmatch(text)),
        ("url", "web addresses", lambda text: _WEB.fullmatch(text)),
        ("card", "card numbers", lambda text: secret_shape(text) == "card"),
        ("iban", "bank accounts", lambda text: secret_shape(text) == "iban"),
        ("format", "numbers of persons", lambda text: secret_shape(text) == "identity"),
        ("token", "keys of services", lambda text: secret_shape(text) == "key"),
        ("json", "JSON", lambda text: _JSON.fullmatch(text)),
        ("words", "texts of several words", lambda text: len(text.split()) >= 6),
    )
    for name, what, has in forms:
        share = sum(bool(has(text)) for text in texts) / len(texts)
        if share >= _ENOUGH:
            return name, f"{share:.0%} of its sampled values are {what}"
    return None


def _tells_of_somebody(text: str) -> bool:
    """Whether a single value is enough not to keep its column."""
    return bool(_MAIL_WITHIN.search(text) or _PHONE.search(text)) or secret_shape(text) is not None


def _is_code(value: object) -> bool:
    text = str(value)
    return len(text) <= 3 or (len(text) <= 12 and text.isupper() and text.isascii() and " " not in text)


def _are_names(values: Sequence[object]) -> bool:
    """Whether at least half of the different values are names of persons, which some write in capitals: MUELLER."""
    texts = {str(value).casefold() for value in values if len(str(value)) > 2}
    known = {
        folded(name).casefold()
        for locale in ("en", "de", "fr", "es")
        for what in ("first_name", "last_name")
        for name in pool(what, locale).to_list()
    }
    return bool(texts) and len(texts & known) * 2 >= len(texts)


def _basis(why: str) -> Basis:
    if "sampled" in why or "values are" in why:
        return "values"
    if "name says" in why:
        return "name"
    return "list" if "few values" in why else "type"


def _check(catalog: Catalog, rules: Rules) -> None:
    columns = {f"{table.name}.{column.name}" for table in catalog.tables for column in table.columns}
    columns |= {f"{table.namespace}.{table.name}.{each.name}" for table in catalog.tables for each in table.columns}
    tables = {table.name for table in catalog.tables} | {f"{each.namespace}.{each.name}" for each in catalog.tables}
    for name, rule in rules.columns.items():
        treatment(rule.treatment)
        if name not in columns:
            raise UsageError(f"The rules name a column {name} that there is not.", hint="Write it as table.column.")
    for name in rules.harmless | rules.left_out:
        if name not in tables:
            raise UsageError(f"The rules name a table {name} that there is not.")
