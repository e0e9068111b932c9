"""Spelling variants made one: the same expression gives the same text, however it was spaced, quoted or capitalised."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from dbwright.catalog.objects import Catalog, Column, ForeignKey, Index, KeyPart, Table
from dbwright.engines.sqlite.tokens import Token, meaningful, name_of, tokens_of
from dbwright.engines.sqlite.types import type_of
from dbwright.engines.sqlite.words import RESERVED, folded, quote, quote_text

Names = Mapping[str, str]
"""A table's column names: in the form in which they are compared → as they are stored."""

_OPERATOR_WORDS = frozenset(("like", "glob", "regexp", "match", "end", "cast", "filter", "over", "true", "false"))
_SPELLED = {"==": "=", "!=": "<>"}
_BINARY_COLLATION = "BINARY"


def names_of(columns: Sequence[Column]) -> dict[str, str]:
    """The column names of a table, ready for `expression`."""
    return {folded(column.name): column.name for column in columns}


def expression(tokens: Sequence[Token], names: Names, table: str = "") -> str:
    """An expression in its canonical spelling, without outer brackets.

    Words of the grammar are in capitals, names of columns as the table spells them and without needless quotes, and
    the table's own name before a column is left out. A double-quoted text that names no column may be SQLite's
    misread string, and stays as it is.
    """
    parts = _without_own_table(_without_outer_brackets(meaningful(tokens)), names, table)
    return _joined(
        [_spelled(part, following, names) for part, following in zip(parts, [*parts[1:], None], strict=True)]
    )


def canonical_expression(text: str, names: Names, table: str = "") -> str:
    """The same, from a text."""
    return expression(tokens_of(text), names, table)


def default_expression(tokens: Sequence[Token]) -> str | None:
    """A default in its canonical spelling; None for NULL. A bare name after DEFAULT is a string to SQLite."""
    parts = _without_outer_brackets(meaningful(tokens))
    if len(parts) == 1:
        only = parts[0]
        if only.text.upper() == "NULL":
            return None
        bare = only.kind == "word" and only.text.upper() not in _CONSTANTS
        if bare or only.kind == "quoted":
            return quote_text(name_of(only))
        if only.kind == "word":
            return only.text.upper()
    return expression(parts, {})


_CONSTANTS = ("TRUE", "FALSE", "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP")


def collation(name: str | None) -> str | None:
    """A collation's canonical name: SQLite's own in capitals, None for its default."""
    if name is None or name.upper() == _BINARY_COLLATION:
        return None
    return name.upper() if name.upper() in ("NOCASE", "RTRIM") else name


def _without_outer_brackets(tokens: list[Token]) -> list[Token]:
    while len(tokens) > 2 and tokens[0].text == "(" and tokens[-1].text == ")":
        depth = 0
        for place, token in enumerate(tokens):
            depth += (token.text == "(") - (token.text == ")")
            if depth == 0 and place < len(tokens) - 1:
                return tokens
        if any(token.text == "," for token in _outermost(tokens[1:-1])):
            return tokens
        tokens = tokens[1:-1]
    return tokens


def _outermost(tokens: list[Token]) -> list[Token]:
    found, depth = [], 0
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0:
            found.append(token)
    return found


def _without_own_table(tokens: list[Token], names: Names, table: str) -> list[Token]:
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        own = (
            bool(table)
            and place + 2 < len(tokens)
            and tokens[place].kind in ("word", "quoted")
            and tokens[place + 1].text == "."
            and folded(name_of(tokens[place])) == folded(table)
            and folded(name_of(tokens[place + 2])) in names
        )
        if own:
            place += 2
        kept.append(tokens[place])
        place += 1
    return kept


def _spelled(token: Token, following: Token | None, names: Names) -> Token:
    called = following is not None and following.text == "("
    if token.kind == "quoted":
        name = name_of(token)
        stored = names.get(folded(name))
        if stored is not None:
            return Token("name", quote(stored))
        return token if token.text[0] == '"' else Token("name", quote(name))
    if token.kind == "word":
        low = token.text.lower()
        if low in RESERVED:
            return Token("word" if low not in ("cast", "raise", "if") else "name", token.text.upper())
        stored = None if called else names.get(folded(token.text))
        if stored is not None:
            return Token("name", quote(stored))
        return Token("word", token.text.upper()) if low in _OPERATOR_WORDS else Token("name", token.text)
    if token.kind == "operator":
        return Token("operator", _SPELLED.get(token.text, token.text))
    return token


def _joined(tokens: Sequence[Token]) -> str:
    text = ""
    before: Token | None = None
    sign = False
    for token in tokens:
        tight = (
            before is None
            or sign
            or before.text in ("(", ".", "~")
            or token.text in (")", ",", ".")
            or (token.text == "(" and before.kind in ("name", "quoted"))
        )
        text += token.text if tight else f" {token.text}"
        starts = before is None or before.kind == "word" or (before.kind == "operator" and before.text != ")")
        sign = token.text in ("-", "+") and starts
        before = token
    return text


# ---------------------------------------------------------------- views and triggers


def tidy(tokens: Sequence[Token]) -> str:
    """A longer text with its comments and its lines, but without stray spaces, blank lines and common indentation.

    Comments after its last word go, since where a statement ends nobody can tell whose they are.
    """
    kept = list(tokens)
    while kept and kept[-1].kind in ("space", "comment"):
        kept.pop()
    while kept and kept[0].kind == "space":
        kept.pop(0)
    breaks = [_indentation(token.text) for token in kept if token.kind == "space" and "\n" in token.text]
    least = min(breaks, default=0)
    return "".join(_space(token.text, least) if token.kind == "space" else _stripped(token) for token in kept)


def _indentation(space: str) -> int:
    return len(space.rpartition("\n")[2].expandtabs(4))


def _space(space: str, least: int) -> str:
    return "\n" + " " * (_indentation(space) - least) if "\n" in space else " "


def _stripped(token: Token) -> str:
    return token.text.rstrip() if token.kind == "comment" else token.text


# ---------------------------------------------------------------- whole catalogs


def canonical_catalog(catalog: Catalog) -> Catalog:
    """A catalog that was written by hand or parsed, in the spelling that reading a database gives."""
    tables = tuple(_table(table) for table in catalog.tables)
    views = tuple(
        msgspec.structs.replace(view, definition=tidy(tokens_of(re.sub(r"[;\s]+\Z", "", view.definition))))
        for view in catalog.views
    )
    return resolved(msgspec.structs.replace(catalog, tables=tables, views=views))


def _table(table: Table) -> Table:
    if table.kind == "virtual":
        return table
    names = names_of(table.columns)
    own = table.name
    columns = tuple(_column(column, names, own) for column in table.columns)
    key = table.primary_key
    return settled(
        msgspec.structs.replace(
            table,
            columns=columns,
            primary_key=msgspec.structs.replace(key, columns=_stored(key.columns, names)) if key else None,
            uniques=tuple(msgspec.structs.replace(u, columns=_stored(u.columns, names)) for u in table.uniques),
            foreign_keys=tuple(
                msgspec.structs.replace(k, columns=_stored(k.columns, names)) for k in table.foreign_keys
            ),
            checks=tuple(
                msgspec.structs.replace(c, expression=canonical_expression(c.expression, names, own))
                for c in table.checks
            ),
            indexes=tuple(_index(index, names, own) for index in table.indexes),
            triggers=tuple(
                msgspec.structs.replace(t, definition=tidy(tokens_of(re.sub(r"[;\s]+\Z", "", t.definition))))
                for t in table.triggers
            ),
        )
    )


def _column(column: Column, names: Names, table: str) -> Column:
    generated = column.generated
    if generated:
        generated = msgspec.structs.replace(
            generated, expression=canonical_expression(generated.expression, names, table)
        )
    default = default_expression(tokens_of(column.default)) if column.default is not None else None
    return msgspec.structs.replace(
        column,
        type=type_of(column.type.spelling),
        default=default,
        generated=generated,
        collation=collation(column.collation),
    )


def _index(index: Index, names: Names, table: str) -> Index:
    def part_of(part: KeyPart) -> KeyPart:
        if part.expression is None:
            return msgspec.structs.replace(part, column=names.get(folded(part.column or ""), part.column))
        return msgspec.structs.replace(part, expression=canonical_expression(part.expression, names, table))

    predicate = canonical_expression(index.predicate, names, table) if index.predicate else None
    return msgspec.structs.replace(index, parts=tuple(part_of(part) for part in index.parts), predicate=predicate)


def _stored(columns: tuple[str, ...], names: Names) -> tuple[str, ...]:
    return tuple(names.get(folded(column), column) for column in columns)


def rowid_alias(table: Table) -> str | None:
    """The column that is the rowid itself: a primary key of the one type INTEGER, that is not declared DESC."""
    key = table.primary_key
    if key is None or len(key.columns) != 1 or table.without_rowid or any(key.descending):
        return None
    column = table.column(key.columns[0])
    return column.name if column and column.type.spelling.upper() == "INTEGER" and not column.generated else None


def settled(table: Table) -> Table:
    """The table with what SQLite adds silently: keys that can hold no NULL."""
    key = table.primary_key
    if key is None:
        return table
    filled = key.columns if table.without_rowid or table.strict else (rowid_alias(table),)
    columns = tuple(msgspec.structs.replace(c, nullable=False) if c.name in filled else c for c in table.columns)
    return msgspec.structs.replace(table, columns=columns)


def resolved(catalog: Catalog) -> Catalog:
    """The catalog with foreign keys that name their parent as it is stored, and its columns even where they were left out."""
    parents = {folded(table.name): table for table in catalog.tables}

    def key_of(key: ForeignKey) -> ForeignKey:
        parent = parents.get(folded(key.table[1]))
        if parent is None:
            return key
        names = names_of(parent.columns)
        primary = parent.primary_key.columns if parent.primary_key else ()
        implied = primary if len(primary) == len(key.columns) else ()
        return msgspec.structs.replace(
            key, table=(parent.namespace, parent.name), referenced=_stored(key.referenced, names) or implied
        )

    tables = tuple(
        msgspec.structs.replace(table, foreign_keys=tuple(key_of(key) for key in table.foreign_keys))
        if table.foreign_keys
        else table
        for table in catalog.tables
    )
    return msgspec.structs.replace(catalog, tables=tables)
