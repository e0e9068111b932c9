"""What must differ in a table: its primary key, unique constraints and unique indexes in one form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from dbwright.catalog.objects import Index, Table

_CASE = re.compile(
    r"\(*\s*case\s+when\s+(.+?)\s+then\s+(.+?)(?:\s+else\s+null(?:::[\w ]+)?)?\s+end\s*\)*\Z", re.IGNORECASE | re.DOTALL
)
_IF = re.compile(r"\(*\s*if\s*\((.+),\s*([^,()]+?)\s*,\s*null\s*\)\s*\)*\Z", re.IGNORECASE | re.DOTALL)
"""Expressions that are NULL for the rows that a key does not mean: the way to a partial key where an engine has none."""
_WORD = re.compile(r"(?:'(?:[^']|'')*'|\"(?:[^\"]|\"\")+\"|`(?:[^`]|``)+`|\[[^\]]+\]|[^\W\d][\w$]*)(\s*\()?")
_QUOTES = '"`['
_SAME_FOR_ALL = re.compile(r"\b(?:least|greatest|min|max)\s*\(", re.IGNORECASE)


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """Columns that together must differ from row to row.

    columns: all that it reads, those of its expressions too. what: for sentences ("the primary key").
    plain: whether it is made of columns alone; expressions tell values apart less well than their columns do.
    either_way: pairs count the same in both orders (least(a, b), greatest(a, b)).
    predicate: only rows for which it holds count. nulls_differ: rows with NULL in a column never clash.
    overlaps: the last column is a range that must not overlap (WITHOUT OVERLAPS).
    prefixes: by column, how many characters count.
    """

    columns: tuple[str, ...]
    what: str
    primary: bool = False
    plain: bool = True
    either_way: bool = False
    predicate: str | None = None
    nulls_differ: bool = True
    overlaps: bool = False
    prefixes: dict[str, int] = {}


def required_keys(table: Table) -> list[Key]:
    """The keys of a table, those with fewer columns first, as they settle the wider ones."""
    keys = sorted(_keys(table), key=lambda key: (len(key.columns), not key.primary, key.predicate is not None))
    found: dict[tuple[frozenset[str], str | None, bool], Key] = {}
    for key in keys:
        if key.columns:
            found.setdefault((frozenset(key.columns), key.predicate, key.overlaps), key)
    return list(found.values())


def columns_in(text: str, table: Table) -> tuple[str, ...]:
    """The columns that an expression names, whatever it does with them; generated ones by those they come from."""
    known = {column.name.casefold(): column.name for column in table.columns}
    names: dict[str, None] = {}
    for match in _WORD.finditer(text):
        word = match[0]
        if word[0] == "'" or (match[1] is not None and word[0] not in _QUOTES):
            continue
        name = word[1:-1].replace(word[-1] * 2, word[-1]) if word[0] in _QUOTES else word
        if name.casefold() in known:
            names.update(dict.fromkeys(_base(known[name.casefold()], table)))
    return tuple(names)


def _base(name: str, table: Table, depth: int = 0) -> tuple[str, ...]:
    column = table.column(name)
    if column is None or column.generated is None or depth > 10:
        return (name,)
    text, others = column.generated.expression, [each for each in table.columns if each.name != name]
    return columns_in(text, msgspec.structs.replace(table, columns=tuple(others)))


def _keys(table: Table) -> Iterator[Key]:
    primary = table.primary_key
    if primary:
        lengths = zip(primary.columns, primary.prefix_lengths, strict=False)
        key = Key(
            columns=primary.columns,
            what="the primary key",
            primary=True,
            nulls_differ=False,
            overlaps=primary.without_overlaps,
            prefixes={name: length for name, length in lengths if length},
        )
        yield _resolved(table, key, [(name, None) for name in primary.columns])
    for unique in table.uniques:
        what = f"the unique constraint {unique.name}" if unique.name else "a unique constraint"
        key = Key(
            columns=unique.columns, what=what, nulls_differ=unique.nulls_distinct, overlaps=unique.without_overlaps
        )
        yield _resolved(table, key, [(name, None) for name in unique.columns])
    for index in table.indexes:
        if index.unique and index.valid:
            yield _of_index(table, index)


def _of_index(table: Table, index: Index) -> Key:
    texts = [part.expression for part in index.parts if part.expression]
    key = Key(
        columns=(),
        what=f"the unique index {index.name}",
        plain=not texts,
        either_way=sum(bool(_SAME_FOR_ALL.match(text.strip("( "))) for text in texts) >= 2,
        predicate=index.predicate,
        nulls_differ=index.nulls_distinct,
        prefixes={part.column: part.prefix_length for part in index.parts if part.column and part.prefix_length},
    )
    return _resolved(table, key, [(part.column, part.expression) for part in index.parts])


def _resolved(table: Table, key: Key, parts: Sequence[tuple[str | None, str | None]]) -> Key:
    """A key with the columns that its expressions and generated columns are computed from, and what they ask of rows."""
    names: dict[str, None] = {}
    conditions = [key.predicate] if key.predicate else []
    plain = key.plain
    for name, text in parts:
        column = table.column(name) if name else None
        expression = column.generated.expression if column is not None and column.generated is not None else text
        if expression is None:
            names[name or ""] = None
            continue
        case = (_CASE.match(expression) or _IF.match(expression)) if key.nulls_differ else None
        if case is not None:
            conditions.append(case[1])
            names.update(dict.fromkeys(columns_in(case[2], table)))
        else:
            plain = False
            names.update(dict.fromkeys(columns_in(expression, table)))
    predicate = (
        " AND ".join(f"({each})" for each in conditions) if len(conditions) > 1 else next(iter(conditions), None)
    )
    return replace(key, columns=tuple(names), plain=plain, predicate=predicate)
