"""A table that stores the names of attributes in one column and their values in another.

## Why
With entity, attribute and value, every fact is a row of text: no type, no NOT NULL, no check and no foreign key can
hold for one attribute; the number 12 sorts before 9; a row of the report needs a join for each of its columns. It is
the price of attributes that users define themselves. Where the attributes are known, columns (or a JSON document)
say the same and are checked.

Settings, preferences, translations and labels are kept so for good reason and make a note at most. Where the rows
show that one column of texts holds numbers, dates or booleans beside words, it is a warning.

## Bad
```sql
CREATE TABLE products (id integer PRIMARY KEY, name varchar(80) NOT NULL);
CREATE TABLE product_attributes (
    product_id integer NOT NULL, attribute_name varchar(80) NOT NULL, attribute_value varchar(200),
    PRIMARY KEY (product_id, attribute_name), FOREIGN KEY (product_id) REFERENCES products (id)
);
```

## Good
```sql
CREATE TABLE products (id integer PRIMARY KEY, name varchar(80) NOT NULL, weight_grams integer, colour varchar(40));
```

## Fix
None to run: each attribute becomes a column of its own type; which of them are one and the same only a person knows.
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import Question, Shapes, TextShapes, TopValues, Values
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import stem, word_set, words
from dbwright.rules.design._phrases import listed, share
from dbwright.rules.design._tables import base_type, is_self_numbering, keeps_records, own_tables

_ATTRIBUTE = word_set(
    "attribute attr property prop field parameter param characteristic feature meta key option spec specification"
)
_PARAMETERS = word_set("field parameter param option")
"""Lists of names with values that are handed on as they are, such as the fields of a request."""
_NAME = word_set("name key code id type title field slug")
_VALUE = word_set("value val content")
_TYPES = word_set(
    "bool boolean char date datetime decimal double float int integer json num number numeric str string text time timestamp "
    "varchar"
)
_WANTED = word_set(
    "config configuration environment env flag i18n l10n label locale localization preference secret setting session tag translation "
    "variable"
)
_INCIDENTAL = word_set(
    "created updated modified deleted by at on id sort order position version language lang locale type data unit active is"
)
_PLURALS = {"integer": "whole numbers", "decimal": "decimal numbers", "boolean": "times yes or no"}
_TYPED_SHAPES = ("integer", "decimal", "date", "timestamp", "boolean")


class _Eav(msgspec.Struct, frozen=True):
    """A table with the columns of the attribute and of its values."""

    table: Table
    attribute: Column
    values: tuple[Column, ...]


class EntityAttributeValue(Rule):
    """Finds tables whose rows are what columns should be."""

    code = "D004"
    group = "design"
    severity = "note"
    harm = "data"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for found in _candidates(subject):
            yield TopValues(found.table.ref, found.attribute.name)
            if len(found.values) == 1 and base_type(subject, found.values[0].type).is_text:
                yield TextShapes(found.table.ref, found.values[0].name)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for found in _candidates(subject):
            table, values = found.table, [column.name for column in found.values]
            question = TopValues(table.ref, found.attribute.name)
            answer = subject.facts.ask(question, Values)
            evidence = [
                Evidence(
                    f"{found.attribute.name} names what {listed(values)} {'holds' if len(values) == 1 else 'hold'}."
                )
            ]
            if answer and answer.filled:
                top = tuple((value, str(times)) for value, times in answer.values)
                text = f"{count(answer.distinct, 'attribute')} in {looked_at(answer)}."
                evidence.append(seen(text, answer, top, (found.attribute.name, "rows")))
            else:
                evidence.append(unchecked(subject, question))
            mixed = _mixed(subject, found)
            if mixed:
                evidence.append(mixed)
            wanted = bool(_WANTED.intersection(stem(table.name)))
            yield self.finding(
                table.ref,
                f"{table.ref} keeps attributes as rows: {found.attribute.name} says which, {listed(values)} "
                f"{'holds' if len(values) == 1 else 'hold'} any value"
                + (", numbers and dates among texts." if mixed else ", so that no type or check can hold."),
                *evidence,
                help="Make the attributes that are known columns of their own types; keep the rest in one JSON column.",
                severity="warning" if mixed and not wanted else None,
                related=[table.column_ref(name) for name in (found.attribute.name, *values)],
            )


def _candidates(subject: Subject) -> Iterator[_Eav]:
    for table in own_tables(subject.catalog):
        if keeps_records(table) or len(table.columns) > 12:
            continue
        columns = [column for column in table.columns if not _is_whole_key(table, column)]
        values = tuple(column for column in columns if _is_value(column))
        attribute = next(
            (column for column in columns if _is_attribute(subject, column) and column not in values), None
        )
        if not values or attribute is None or not _has_entity(table, attribute):
            continue
        rest = [c for c in columns if c not in values and c is not attribute and not is_self_numbering(table, c)]
        own = [c for c in rest if not _is_reference(table, c) and not set(words(c.name)) & _INCIDENTAL]
        generic = words(attribute.name) in (("name",), ("key",))
        if not own and (not generic or (_ATTRIBUTE - _PARAMETERS | _WANTED).intersection(stem(table.name))):
            yield _Eav(table, attribute, values)


def _is_whole_key(table: Table, column: Column) -> bool:
    return table.primary_key is not None and table.primary_key.columns == (column.name,)


def _is_value(column: Column) -> bool:
    """Whether a column holds the value of any attribute: value, attribute_value, meta_value, or one of value_int, value_text …"""
    named = words(column.name)
    if not _VALUE.intersection(named):
        return False
    rest = set(named) - _VALUE
    return rest <= _ATTRIBUTE | {"default", "raw"} or rest <= _TYPES


def _is_attribute(subject: Subject, column: Column) -> bool:
    """Whether a column says which attribute: attribute, attribute_name, meta_key, attribute_id, name, key."""
    named = words(column.name)
    if not named or not (base_type(subject, column.type).is_text or named[-1] == "id" or column.type.kind == "enum"):
        return False
    if named[0] in _ATTRIBUTE and set(named[1:]) <= _NAME | _ATTRIBUTE:
        return True
    return len(named) == 1 and named[0] in ("name", "setting", "key")


def _has_entity(table: Table, attribute: Column) -> bool:
    """Whether something else says whose attribute it is: without that it is a plain list of settings."""
    return any(
        _is_reference(table, column) and column is not attribute and not _is_whole_key(table, column)
        for column in table.columns
    )


def _is_reference(table: Table, column: Column) -> bool:
    if any(column.name in key.columns for key in table.foreign_keys):
        return True
    named = words(column.name)
    return len(named) > 1 and named[-1] in ("id", "uuid", "no", "fk") and not is_self_numbering(table, column)


def _mixed(subject: Subject, found: _Eav) -> Evidence | None:
    """Evidence that texts hold numbers, dates or booleans beside words."""
    column = found.values[0].name
    shapes = subject.facts.ask(TextShapes(found.table.ref, column), Shapes)
    if shapes is None or shapes.filled < 20:
        return None
    typed = {shape: shapes.counts.get(shape, 0) for shape in _TYPED_SHAPES if shapes.counts.get(shape, 0)}
    total = min(sum(typed.values()), shapes.filled)
    if not typed or not 0.1 * shapes.filled <= total:
        return None
    kinds = listed([f"{number:,} {_PLURALS.get(shape, shape + 's')}" for shape, number in typed.items()])
    text = f"Of {count(shapes.filled, 'text')} in {column}, {share(total, shapes.filled)} are values of other types: {kinds}."
    return seen(text, shapes)
