"""Dates, numbers, booleans, JSON, UUIDs or IP addresses that are kept as text.

## Why
Text accepts everything: 31 February, "n/a", half a JSON document. It sorts 10 before 9 and 02/01 before 01/12,
cannot be added or compared as what it is, hides from the planner how the values are spread, and takes more room. A
column of the right type refuses the wrong value on the day it is written.

Nothing is said on names alone. The filled values are looked at, and all of them must have the shape, or at least 95
%, in which case the others are counted: they are the values that the right type would have refused. Fewer than 20
filled values prove nothing.

Digits that name something instead of counting it stay text: codes, numbers of accounts, houses and documents,
telephone and postal codes, versions, hashes, keys and anything with leading zeros. A column whose name does not
speak of a quantity is reported for whole numbers only as a note.

What is reported depends on what the engine has: UUIDs on PostgreSQL and MariaDB, IP addresses on PostgreSQL; JSON and
booleans on PostgreSQL and MySQL. In SQLite, text is the recommended place for JSON and for ISO 8601 dates, so only
numbers and dates in other formats are reported.

## Bad
```sql
CREATE TABLE visits (id integer PRIMARY KEY, visited_on varchar(20), pages varchar(20));
-- visited_on: '2024-03-01', '2024-03-02', …    pages: '3', '12', '7', …
```

## Good
```sql
CREATE TABLE visits (id integer PRIMARY KEY, visited_on date, pages integer);
```

## Fix
Changes the type, where every filled value has the shape and its format is one that the engine reads without doubt.
Unsafe: programs get another type back, and rows that were not looked at may not convert. There is no fix to run
where values are in the way, or where the column is part of a key that other tables point at.

## Options
- `rows`: the fewest filled values (default 20).
- `share`: the share of filled values that must have the shape (default 0.95).
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Question, Shapes, TextShapes
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import AlterColumnType
from dbwright.finding import Finding, Fix, Severity, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._phrases import share
from dbwright.rules.design._secrets import secret_kind
from dbwright.rules.design._tables import base_type, own_tables
from dbwright.rules.design._types import proposed

_PROSE = word_set(
    "name title description comment note text body subject content message summary label caption slug path url uri link "
    "filename file address street city email bio about version release password secret"
)
"""Words of columns that hold free text or names, whatever one value may look like."""
_IDENTIFYING = word_set(
    "id code number no nr zip postal postcode plz phone telephone tel mobile cell fax sku account acct iban bic swift isbn issn "
    "ean upc gtin barcode serial ssn tin vat license licence plate passport hash digest checksum token key pin reference ref "
    "lot batch room house building apartment flat suite unit extension ext external chapter symbol ticker tracking model "
    "part case etag build revision hex color colour card cheque flight gate seat bin shelf iso naics sic duns imei imsi msisdn "
    "mac uid guid identifier ident handle username login alias setting value val data payload answer response result default "
    "min max lower upper bound range grade class type kind category level postcode cip siret siren cpf cnpj nif ean13"
)
"""Words of columns whose digits name something, or whose values are of any type."""
_QUANTITIES = word_set(
    "quantity qty count amount price total cost age weight height width length depth size score rating year month day "
    "duration stock salary balance distance hours minutes hour minute second percent percentage rate tax fee point view like "
    "population area volume temperature latitude longitude lat lng lon budget revenue page item"
)
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ISO_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d(:?\d\d)?)?")
_WITH_ZONE = re.compile(r":\d\d(\.\d+)?\s?(Z|[+-]\d\d(:?\d\d)?)$")
_PAIRS = ({"true", "false"}, {"t", "f"}, {"yes", "no"}, {"y", "n"})
_SHOWN = {
    "integer": "whole numbers",
    "decimal": "numbers",
    "boolean": "true or false",
    "date": "dates",
    "timestamp": "dates with a time",
    "uuid": "UUIDs",
    "json": "JSON documents",
    "ip": "IP addresses",
}


class TypedValuesInText(Rule):
    """Finds text columns whose values are all of another type."""

    code = "T002"
    group = "types"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, column in _candidates(subject):
            yield TextShapes(table=table.ref, column=column.name)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column in _candidates(subject):
            shapes = subject.facts.ask(TextShapes(table=table.ref, column=column.name), Shapes)
            if shapes is None or shapes.filled < subject.option("rows", 20):
                continue
            shape, matching = _shape(shapes)
            if matching >= subject.option("share", 0.95) * shapes.filled:
                severity = _judge(subject, table, column, shape, shapes, matching)
                if severity:
                    yield self._finding(subject, table, column, shape, shapes, matching, severity)

    def _finding(
        self,
        subject: Subject,
        table: Table,
        column: Column,
        shape: str,
        shapes: Shapes,
        matching: int,
        severity: Severity,
    ) -> Finding:
        others = shapes.filled - matching
        name = f"{table.ref}.{column.name}"
        values = f"{count(matching, 'filled value')} of {shapes.filled:,} in {looked_at(shapes)}"
        summary = f"{values} are {_SHOWN[shape]}" if others else (
            f"All {count(shapes.filled, 'filled value')} in {looked_at(shapes)} are {_SHOWN[shape]}"
        )  # fmt: skip
        if others:
            is_are = "is" if others == 1 else "are"
            message = (
                f"{name} keeps {_SHOWN[shape]} as text, and {count(others, 'value')} of {shapes.filled:,} "
                f"({share(others, shapes.filled)}) {is_are} none."
            )
        else:
            scope = "filled values that were sampled" if shapes.sampled else "filled values"
            message = f"{name} keeps {_SHOWN[shape]} as text: all {shapes.filled:,} {scope} are {_SHOWN[shape]}."
        examples = [
            *shapes.examples.get(shape, ()),
            *(shapes.examples.get("integer", ()) if shape == "decimal" else ()),
        ]
        iso = _is_iso(shape, examples)
        wanted = _wanted(subject, _meaning(shape, examples))
        if shape in ("date", "timestamp") and not iso:
            help_ = "Write them as ISO 8601 (2024-12-31), the one format that is read the same everywhere"
            help_ += f", in a column of type {wanted.spelling}." if wanted else "; it sorts right, too."
        else:
            help_ = f"Use {wanted.spelling}." if wanted else ""
            help_ += " First correct the values that don't fit." if others else ""
        return self.finding(
            table.column_ref(column.name),
            message,
            seen(f"{summary}.", shapes, tuple((value,) for value in examples[:3]), (column.name,)),
            help=help_.strip(),
            fix=None if others or not iso else _fix(subject, table, column, shape, examples),
            severity=severity,
            touched=Touched(rows=others) if others else None,
        )


def _candidates(subject: Subject) -> Iterator[tuple[Table, Column]]:
    for table in own_tables(subject.catalog):
        tied = {name for key in table.foreign_keys for name in key.columns}
        for column in table.columns:
            if not base_type(subject, column.type).is_text or column.generated or column.name in tied:
                continue
            if not stem(column.name) or stem(column.name)[-1] in _PROSE or _validates_json(table, column):
                continue
            if secret_kind(table, column):
                continue
            yield table, column


def _validates_json(table: Table, column: Column) -> bool:
    return any("json_valid" in check.expression.lower() and column.name in check.expression for check in table.checks)


def _shape(shapes: Shapes) -> tuple[str, int]:
    """The shape that most values have, whole numbers counting as numbers too, and how many have it."""
    counts = {shape: shapes.counts.get(shape, 0) for shape in _SHOWN}
    if counts["decimal"]:
        counts["decimal"] += counts.pop("integer")
    return max(counts.items(), key=lambda each: each[1])


def _judge(
    subject: Subject, table: Table, column: Column, shape: str, shapes: Shapes, matching: int
) -> Severity | None:
    """How bad it is that the column holds this shape; None where that is right for this column or this engine."""
    complete = matching == shapes.filled
    examples = shapes.examples.get(shape, ())
    if shape in ("integer", "decimal"):
        return _judge_numbers(table, column, shape, shapes, complete)
    if shape in ("date", "timestamp"):
        if shapes.distinct < 2 or (subject.engine == "sqlite" and _is_iso(shape, examples)):
            return None
        return "warning"
    if shape == "boolean":
        seen_values = {value.strip().lower() for value in examples}
        fits = any(seen_values <= pair for pair in _PAIRS) and shapes.distinct <= 2 and seen_values
        asks = stem(column.name)[0] in ("is", "has", "can", "should", "was")
        if not fits or not (len(seen_values) == 2 or asks):
            return None
    if _wanted(subject, shape) is None or (shape == "uuid" and shapes.distinct < 2):
        return None
    return "note" if complete and shape in ("json", "uuid", "ip") else "warning"


def _judge_numbers(table: Table, column: Column, shape: str, shapes: Shapes, complete: bool) -> Severity | None:
    named = stem(column.name)
    examples = (*shapes.examples.get("integer", ()), *shapes.examples.get("decimal", ()))
    if any(re.match(r"[+-]?0\d", value.strip()) for value in examples) or shapes.longest > 18 or shapes.distinct < 3:
        return None
    if named[-1] in _IDENTIFYING or _IDENTIFYING.intersection(named) - {"lower", "upper", "min", "max"}:
        return None
    if named[-1] in _QUANTITIES:
        return "warning"
    if not complete or shapes.distinct < 20 or _holds_settings(table):
        return None
    return "warning" if shape == "decimal" and shapes.counts.get("decimal", 0) * 2 >= shapes.filled else "note"


def _holds_settings(table: Table) -> bool:
    """Whether the table keeps names beside values of any type."""
    return any(stem(column.name)[-1:] in (("value",), ("val",)) for column in table.columns)


def _is_iso(shape: str, examples: Iterable[str]) -> bool:
    pattern = {"date": _ISO_DATE, "timestamp": _ISO_TIMESTAMP}.get(shape)
    return pattern is None or all(pattern.fullmatch(value.strip()) for value in examples)


def _wanted(subject: Subject, meaning: str) -> Type | None:
    """The engine's type for what the values mean; MariaDB has one for UUIDs, MySQL has not."""
    if meaning == "uuid" and subject.catalog.engine == "mariadb" and subject.catalog.version >= (10, 7):
        return Type("uuid", "uuid")
    return proposed(subject.engine, meaning)


def _meaning(shape: str, examples: Iterable[str]) -> str:
    zoned = shape == "timestamp" and any(_WITH_ZONE.search(value.strip()) for value in examples)
    return "timestamp with zone" if zoned else shape


def _fix(subject: Subject, table: Table, column: Column, shape: str, examples: list[str]) -> Fix | None:
    wanted = _wanted(subject, _meaning(shape, examples))
    if (
        wanted is None
        or column.type.kind == "domain"
        or column.default is not None
        or _is_pointed_at(subject, table, column)
    ):
        return None
    if any(column.name in check.expression for check in table.checks):
        return None
    using = None
    if subject.engine == "postgres":
        using = f"NULLIF(btrim({subject.quote(column.name)}), '')::{wanted.spelling}"
    elif subject.engine == "mysql" and shape in ("boolean", "timestamp"):
        return None  # needs a new column: it converts neither words nor fractions and zones by itself
    return Fix(
        f"Change {column.name} to {wanted.spelling}",
        "unsafe",
        (AlterColumnType(target=table.column_ref(column.name), type=wanted, using=using),),
    )


def _is_pointed_at(subject: Subject, table: Table, column: Column) -> bool:
    return any(column.name in key.referenced for _, key in subject.lookup.referencing(table))
