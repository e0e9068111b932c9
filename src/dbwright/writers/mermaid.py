"""The catalog as a Mermaid entity-relationship diagram."""

import re
from collections.abc import Callable, Iterable, Iterator

from dbwright.catalog.objects import Catalog, Column, ForeignKey, Table
from dbwright.writers.shown import folded, is_many, is_optional, marks, printable, short_type

_NO_WORD = re.compile(r"[^A-Za-z0-9_\u00c0-\uffff]+")
_NO_TYPE = re.compile(r"[^A-Za-z0-9_()\[\]\u00c0-\uffff]+")
_LOOK_ALIKES = str.maketrans({'"': "″", "\\": "＼", "%": "％", "#": "＃", "<": "‹", ">": "›"})
_MARKS = {"PK": "PK", "FK": "FK", "U": "UK"}


def _all(table: Table) -> Iterable[Column]:
    return table.columns


def write(catalog: Catalog, columns: Callable[[Table], Iterable[Column]] = _all) -> str:
    """An `erDiagram`. Mermaid's column names and types are plain words, so that others stand beside it as a comment.

    columns: those of a table that are shown.
    """
    tables = sorted(folded(catalog)[0], key=lambda table: (table.namespace, table.name))
    several = len({table.namespace for table in tables}) > 1
    lines = ["erDiagram"]
    for table in tables:
        lines += _entity(table, tuple(columns(table)), several)
    for table in tables:
        lines += [f"    {_relation(table, key, several)}" for key in table.foreign_keys]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A string of Mermaid. It has no escape for signs that mean something to it or to HTML, so that look-alikes stand in."""
    return f'"{printable(text).translate(_LOOK_ALIKES) or " "}"'


def _name(namespace: str, name: str, several: bool) -> str:
    return _quoted(f"{namespace}.{name}" if namespace and several else name)


def _word(text: str, otherwise: str) -> str:
    """A plain word that begins with a letter."""
    word = _NO_WORD.sub("_", text).strip("_")
    return word if word[:1].isalpha() else f"{otherwise}_{word}".rstrip("_")


def _entity(table: Table, columns: tuple[Column, ...], several: bool) -> Iterator[str]:
    name = _name(table.namespace, table.name, several)
    if not columns:
        yield f"    {name}"
        return
    yield f"    {name} {{"
    taken: set[str] = set()
    marked = marks(table)
    for column in columns:
        word = _unique(_word(column.name, "column"), taken)
        keys = ", ".join(_MARKS[mark] for mark in marked[column.name])
        notes = [f"is {column.name}" if word != column.name else "", "" if column.nullable else "not null"]
        note = ", ".join(filter(None, notes))
        kind = _type(short_type(column))
        yield "        " + " ".join(filter(None, (kind, word, keys, _quoted(note) if note else "")))
    yield "    }"


def _type(spelling: str) -> str:
    """A type as Mermaid can read it: letters, digits and brackets, and for a comma its look-alike."""
    word = _NO_TYPE.sub("_", spelling.replace("(…)", "").replace(",", "‚")).strip("_")
    return word if word[:1].isalpha() else f"type_{word}".rstrip("_")


def _unique(word: str, taken: set[str]) -> str:
    found, count = word, 2
    while found in taken:
        found, count = f"{word}_{count}", count + 1
    taken.add(found)
    return found


def _relation(table: Table, key: ForeignKey, several: bool) -> str:
    parent, child = _name(*key.table, several), _name(table.namespace, table.name, several)
    ends = f"{'|o' if is_optional(table, key) else '||'}--{'o{' if is_many(table, key) else 'o|'}"
    return f"{parent} {ends} {child} : {_quoted(', '.join(key.columns))}"
