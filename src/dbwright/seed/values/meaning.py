"""What a column is for, told from its name, its table, its type and its comment."""

from __future__ import annotations

from functools import cache

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column
from dbwright.catalog.types import Type
from dbwright.relationships.words import singular, word_set, words
from dbwright.seed.values.phrases import COMMENT_MEANINGS, KINDS, PEOPLE, PHRASES, QUALIFIERS, TABLES, UNITS

_FLAGS = word_set("is has can was should allow allows enable enabled disable disabled use uses needs requires ist hat")


def meaning_of(table: Table, column: Column, type_: Type) -> tuple[tuple[str, ...], str] | None:
    """The prefix of a column and what it is for: (("billing",), "city"). None where nothing tells.

    type_: the column's type with domains taken apart.
    """
    found = _by_name(words(column.name), tuple(singular(word) for word in words(table.name)))
    if found and fits(found[1], type_):
        return found
    if column.comment:
        spoken = words(column.comment)
        for size in (3, 2, 1):
            for start in range(len(spoken) - size + 1):
                meaning = PHRASES.get(" ".join(spoken[start : start + size]))
                if meaning in COMMENT_MEANINGS and fits(meaning, type_):
                    return (), meaning
    return None


def fits(meaning: str, type_: Type) -> bool:
    """Whether values of a meaning can stand in a column of a type."""
    kinds = KINDS.get(meaning, ("text",))
    if type_.is_text:
        return "text" in kinds or "any text" in kinds
    if type_.kind in ("untyped", "other") and type_.user_type is None:
        return "text" in kinds
    if type_.kind in ("integer", "decimal", "float", "money"):
        return "number" in kinds
    if type_.kind in ("date", "timestamp"):
        return "time" in kinds
    return type_.kind in kinds


def _by_name(column: tuple[str, ...], table: tuple[str, ...]) -> tuple[tuple[str, ...], str] | None:
    if not column:
        return None
    if column[0] in _FLAGS and len(column) > 1:
        return (), "yes_or_no"
    while len(column) > 1 and column[-1] in UNITS:
        column = column[:-1]
    own = column
    while len(own) > 1 and own[0] in table:
        own = own[1:]
    if len(own) == 1 and (special := _of_table(own[0], table)):
        return (), special
    for spoken in (own, column):
        if meaning := PHRASES.get(" ".join(spoken)) or PHRASES.get("".join(spoken)):
            return (_prefix(spoken[:1]) if len(spoken) > 1 and spoken[0] in QUALIFIERS else ()), meaning
        for start in range(1, len(spoken)):
            rest = spoken[start:]
            meaning = PHRASES.get(" ".join(rest))
            if meaning:
                if len(rest) == 1 and rest[0] in ("name", "title", "code", "number", "value", "type", "label"):
                    meaning = _of_table(rest[0], tuple(singular(word) for word in spoken[:start])) or meaning
                return _prefix(spoken[:start]), meaning
        for stop in range(len(spoken) - 1, 0, -1):
            meaning = PHRASES.get(" ".join(spoken[:stop]))
            if meaning and all(word.isdigit() or word in QUALIFIERS for word in spoken[stop:]):
                return _prefix(spoken[stop:]), meaning
    return None


def _prefix(spoken: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in spoken if not word.isdigit())


@cache
def _of_table(word: str, table: tuple[str, ...]) -> str | None:
    """What "name", "title" or "code" means in a table: the name of a person, of a company, of a country …"""
    if word in ("name", "title", "label", "bezeichnung", "nom", "nombre", "code", "description"):
        if word == "title" and table and table[-1] in PEOPLE:
            return "job"
        for noun in reversed(table):
            found = TABLES.get((noun, "code" if word == "code" else "name"))
            if found and not (word in ("title", "description") and found in ("full_name", "company", "country")):
                return found if word != "description" else None
    return None
