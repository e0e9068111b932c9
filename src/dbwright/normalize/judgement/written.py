"""Every kind of dependency as one line of text, both ways: for options, files of decisions and reports.

    zip -> city                     functional; ∅ -> city where it is constant
    author ->> book                 multivalued
    ⋈(a b, b c)                     join
    key(order_id, line)             no two rows agree on the columns
    starts_at <= ends_at            never greater within a row
    id sorts created_at             order; "descending" and "strictly" may follow
    (a, b) in parent(c, d)          inclusion
    total = "price" * "quantity"    derived
    zip -> city where country = 'DE' and note is null        conditional; -> city = 'Oslo' where … for a constant

The first three are those of `notation.py`. Names that are no plain words stand in double quotes.
"""

import re
from collections.abc import Iterable, Sequence

from dbwright.catalog.dependencies import (
    Conditional,
    Dependency,
    Derived,
    Functional,
    Included,
    Multivalued,
    Ordered,
    UniqueColumns,
)
from dbwright.catalog.names import Ref
from dbwright.errors import UsageError
from dbwright.normalize.theory.notation import read_dependencies, show, show_set
from dbwright.relationships.words import word_set

_NAME = r'(?:"(?:[^"]|"")+"|[^\s,()"<>=\'.]+)'
_NAMES = rf"\(?\s*{_NAME}(?:\s*,\s*{_NAME})*\s*\)?"
_KEY = re.compile(rf"(?:key|unique)\s*\(\s*((?:{_NAME}(?:\s*,\s*|\s+))*{_NAME})?\s*\)", re.IGNORECASE)
_COMPARED = re.compile(rf"({_NAME})\s*(?:<=|≤)\s*({_NAME})")
_SORTS = re.compile(rf"({_NAME})\s+sorts\s+({_NAME})(\s+descending)?(\s+strictly)?", re.IGNORECASE)
_INCLUDED = re.compile(rf"({_NAMES})\s+(?:in|⊆)\s+((?:{_NAME}\.)*{_NAME})\s*\(({_NAMES})\)", re.IGNORECASE)
_DERIVED = re.compile(rf"({_NAME})\s*=(?![=>])\s*(\S.*)")
_PLAIN = re.compile(r"[\w$]+")
_WORDS = word_set("and in is key sorts unique where")
_ONE_NAME = re.compile(_NAME)
_CONDITION = re.compile(rf"\s*({_NAME})\s*(?:=\s*('(?:[^']|'')*')|is\s+null)\s*(?:and\b|$)", re.IGNORECASE)
_CONSTANT = re.compile(rf"(.*?(?:->|→)\s*{_NAME})\s*(?:=\s*('(?:[^']|'')*')|is\s+null)\s*", re.IGNORECASE | re.DOTALL)
_WHERE = re.compile(r"""((?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^"'])*?)\swhere\s(.*)""", re.IGNORECASE | re.DOTALL)


def written(dependency: Dependency, order: Sequence[str] = ()) -> str:
    """A dependency as one line; the columns of sets in the given order."""
    match dependency:
        case UniqueColumns(columns=columns):
            return f"key({', '.join(_name(each) for each in _ordered(columns, order))})"
        case Ordered(compared=True):
            return f"{_name(dependency.left)} <= {_name(dependency.right)}"
        case Ordered():
            how = (" descending" if dependency.descending else "") + (" strictly" if dependency.strict else "")
            return f"{_name(dependency.left)} sorts {_name(dependency.right)}{how}"
        case Included():
            parent = ".".join(_name(part) for part in dependency.parent.shown_path)
            return f"({_list(dependency.columns)}) in {parent}({_list(dependency.parent_columns)})"
        case Derived():
            return f"{_name(dependency.column)} = {dependency.formula}"
        case Conditional():
            return _conditional(dependency, order)
        case Functional() | Multivalued():
            arrow = "->" if isinstance(dependency, Functional) else "->>"
            left, right = _ordered(dependency.left, order), _ordered(dependency.right, order)
            return f"{_list(left) or '∅'} {arrow} {_list(right)}"
    return show(dependency, order)


def read_written(text: str, columns: Sequence[str], namespace: str = "") -> tuple[Dependency, ...]:
    """The dependencies in one line, over the columns of a table; functional ones with one column on the right each.

    namespace: where a parent is looked for that is named without one. Raises UsageError for what cannot be read, and for columns
    that the table does not have.
    """
    text = text.strip()
    if found := _KEY.fullmatch(text):
        return (UniqueColumns(frozenset(_known(_ONE_NAME.findall(found[1] or ""), columns, text))),)
    if found := _COMPARED.fullmatch(text):
        left, right = _known((found[1], found[2]), columns, text)
        return (Ordered(left, right, compared=True),)
    if found := _SORTS.fullmatch(text):
        left, right = _known((found[1], found[2]), columns, text)
        return (Ordered(left, right, descending=bool(found[3]), strict=bool(found[4])),)
    if found := _INCLUDED.fullmatch(text):
        return (_included(text, found[1], found[2], found[3], columns, namespace),)
    if found := _WHERE.fullmatch(text):
        return _read_conditional(text, found[1], found[2], columns)
    if (found := _DERIVED.fullmatch(text)) and "->" not in found[2] and not text.startswith(("⋈", "*")):
        (column,) = _known((found[1],), columns, text)
        quoted = set(map(_plain, re.findall(r'"(?:[^"]|"")+"', found[2])))
        words = set(re.findall(r"[^\W\d]\w*", re.sub(r"""'(?:[^']|'')*'|"(?:[^"]|"")+\"""", " ", found[2])))
        inputs = frozenset(name for name in columns if name in quoted | words)
        if unknown := sorted(quoted - set(columns)):
            raise UsageError(
                f"{text!r}: there is no column {unknown[0]!r}.", hint=f"The columns are {show_set(columns)}."
            )
        return (Derived(column, found[2].strip(), inputs, kind="formula"),)
    single: list[Dependency] = []
    for each in read_dependencies(text, columns):
        if isinstance(each, Functional):
            single += (Functional(each.left, frozenset((name,))) for name in columns if name in each.right - each.left)
        else:
            single.append(each)
    if not single:
        raise UsageError(f"{text!r} says nothing that does not always hold.")
    return tuple(single)


def same(one: Dependency, other: Dependency) -> bool:
    """Whether two dependencies say the same; of derived columns the formula tells, not what kind of formula it is."""
    if isinstance(one, Derived) and isinstance(other, Derived):
        return (one.column, one.formula) == (other.column, other.formula)
    return one == other


# ---------------------------------------------------------------- pieces


def _conditional(dependency: Conditional, order: Sequence[str]) -> str:
    left = _list(_ordered(dependency.left, order)) or "∅"
    right = _list(_ordered(dependency.right, order))
    if dependency.constant:
        right += _equals(dependency.constant[0])
    conditions = " and ".join(_name(name) + _equals(value) for name, value in dependency.condition)
    return f"{left} -> {right} where {conditions}"


def _read_conditional(text: str, arrow: str, where: str, columns: Sequence[str]) -> tuple[Dependency, ...]:
    condition: list[tuple[str, str | None]] = []
    place = 0
    while place < len(where):
        found = _CONDITION.match(where, place)
        if found is None:
            raise UsageError(
                f"{text!r}: the condition {where!r} cannot be read.",
                hint="Write: where country = 'DE' and state is null",
            )
        condition.append((_known((found[1],), columns, text)[0], _value(found[2])))
        place = found.end()
    constant: tuple[str | None, ...] = ()
    if given := _CONSTANT.fullmatch(arrow):
        arrow, constant = given[1], (_value(given[2]),)
    return tuple(
        Conditional(tuple(condition), each.left, each.right, constant)
        for each in read_written(arrow, columns)
        if isinstance(each, Functional)
    )


def _included(text: str, own: str, parent: str, theirs: str, columns: Sequence[str], namespace: str) -> Included:
    path = tuple(map(_plain, _ONE_NAME.findall(parent)))
    names, others = _known(_ONE_NAME.findall(own), columns, text), tuple(map(_plain, _ONE_NAME.findall(theirs)))
    if len(names) != len(others):
        raise UsageError(f"{text!r} has {len(names)} columns on one side and {len(others)} on the other.")
    return Included(names, Ref("table", path if len(path) > 1 else (namespace, *path)), others)


def _known(names: Iterable[str], columns: Sequence[str], text: str) -> tuple[str, ...]:
    """Names without quotes, as the table spells them. Raises UsageError for one that it does not have."""
    found = []
    for name in map(_plain, names):
        alike = [each for each in columns if each.casefold() == name.casefold()]
        if name not in columns and len(alike) != 1:
            raise UsageError(f"{text!r}: there is no column {name!r}.", hint=f"The columns are {show_set(columns)}.")
        found.append(name if name in columns else alike[0])
    return tuple(found)


def _plain(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _name(name: str) -> str:
    plain = _PLAIN.fullmatch(name) and name.casefold() not in _WORDS and show_set((name,)) == name
    return name if plain else '"' + name.replace('"', '""') + '"'


def _list(names: Sequence[str]) -> str:
    return ", ".join(map(_name, names))


def _equals(value: str | None) -> str:
    return " is null" if value is None else " = '" + value.replace("'", "''") + "'"


def _value(literal: str | None) -> str | None:
    return None if literal is None else literal[1:-1].replace("''", "'")


def _ordered(names: Iterable[str], order: Sequence[str]) -> list[str]:
    place = {name: at for at, name in enumerate(order)}
    return sorted(names, key=lambda name: (place.get(name, len(place)), name))
