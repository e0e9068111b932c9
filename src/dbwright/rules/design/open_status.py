"""A text column for a status or a kind with a handful of values, which accepts any text.

## Why
One typing error, one "Shipped" beside "shipped", and rows fall out of every list that asks for the right value. An
enum, a check or a table of allowed values with a foreign key says what may stand there, to the database and to
whoever reads the schema.

## Bad
```sql
CREATE TABLE orders (id integer PRIMARY KEY, status varchar(20) NOT NULL);
```

## Good
```sql
CREATE TABLE orders (
  id integer PRIMARY KEY,
  status varchar(20) NOT NULL CHECK (status IN ('open', 'paid', 'shipped'))
);
```

## Fix
Adds a check with the values that are there. It is marked unsafe because a value that the application may store
tomorrow would be refused: look through the list first.

## Options
- `most-values` (default 12): with more distinct values the column is taken for free text.
- `least-rows` (default 12): with fewer filled rows the values are not listed, and only `status` and `state` are
  noted.

## References
- PostgreSQL, [Enumerated types](https://www.postgresql.org/docs/current/datatype-enum.html)
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Question, TopValues, Values
from dbwright.catalog.objects import Check, Column, Table
from dbwright.change.operations import AddCheck
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import stem, word_set, words
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._references import implied_references
from dbwright.rules.design._tables import own_tables

_KINDS = word_set("gender kind level mode phase priority role severity sex stage state status tier type visibility")
_OPEN_TYPES = word_set(
    "card claim class content data document entity event file image job media mime model object schema"
)
"""Words before "type" whose values others define."""
_ADDRESS = word_set("address city country county postal postcode province street town zip zipcode")


class OpenStatus(Rule):
    """Finds enumerations that are stored as free text."""

    code = "C003"
    group = "constraints"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (self._question(subject, table, column) for table, column in _candidates(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column in _candidates(subject):
            question = self._question(subject, table, column)
            values = subject.facts.ask(question, Values)
            if values is None or values.filled < int(subject.option("least-rows", 12)):
                if words(column.name) in (("status",), ("state",)):
                    yield self._unseen(table, column, self._few(subject, question, values))
            elif _are_numbers(values):
                continue
            elif values.distinct <= len(values.values) and (values.distinct * 4 <= values.filled or _variants(values)):
                yield self._finding(subject, table, column, values)

    def _question(self, subject: Subject, table: Table, column: Column) -> TopValues:
        return TopValues(table.ref, column.name, int(subject.option("most-values", 12)))

    def _few(self, subject: Subject, question: TopValues, values: Values | None) -> Evidence:
        if values is None or not values.filled:
            return unchecked(subject, question)
        return seen(
            f"Only {count(values.filled, 'row')} {'has' if values.filled == 1 else 'have'} a value, too few to tell which are meant.",
            values,
        )

    def _unseen(self, table: Table, column: Column, evidence: Evidence) -> Finding:
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} accepts any text: no enum, check or foreign key says which values it may have.",
            evidence,
            help="List the allowed values in an enum, a check, or a table of their own.",
            severity="note",
        )

    def _finding(self, subject: Subject, table: Table, column: Column, values: Values) -> Finding:
        variants = _variants(values)
        rows = tuple((value, str(times)) for value, times in values.values)
        told = count(values.distinct, "value stands", "different values stand")
        message = f"{table.ref}.{column.name} accepts any text, though only {told} in {count(values.filled, 'row')}"
        message += f", and {listed([f'“{each}”' for each in variants[0]])} seem to be the same." if variants else "."
        name = new_name(subject, "check", table, (column.name,))
        check = Check(
            expression=f"{subject.quote(column.name)} IN ({', '.join(_literal(subject, value) for value, _ in values.values)})",
            name=name,
        )
        help_ = "List the allowed values in an enum, a check, or a table of their own."
        if variants:
            help_ = "Bring the variants to one spelling, then list the allowed values in an enum or a check."
        return self.finding(
            table.column_ref(column.name),
            message,
            seen(f"{count(values.distinct, 'value')} in {looked_at(values)}.", values, rows, (column.name, "rows")),
            help=help_,
            fix=Fix(
                f"Allow only these values in {table.name}.{column.name}",
                "display" if variants else "unsafe",
                (AddCheck(target=table.ref, check=check),),
            ),
            severity="error" if variants else "note" if values.distinct == 1 or _are_classes(column, values) else None,
        )


def _are_numbers(values: Values) -> bool:
    """Whether the values are codes that another standard lists, such as HTTP's."""
    return bool(values.values) and all(value.strip().isdigit() for value, _ in values.values)


def _are_classes(column: Column, values: Values) -> bool:
    """Whether a framework keeps the names of its classes here: the code is the list of what is allowed."""
    named = all(re.fullmatch(r"([A-Z]\w*)(::[A-Z]\w*)*", value) for value, _ in values.values)
    return (
        words(column.name)[-1:] == ("type",)
        and named
        and any(value[1:] != value[1:].upper() for value, _ in values.values)
    )


def _candidates(subject: Subject) -> Iterator[tuple[Table, Column]]:
    """The text columns whose names say that they hold one of a few values, and that nothing limits."""
    implied = {(each.table.ref, each.column.name) for each in implied_references(subject)}
    for table in own_tables(subject.catalog):
        referring = {name for key in table.foreign_keys for name in key.columns}
        keys = {name for key in table.keys if len(key) == 1 for name in key}
        for column in table.columns:
            if (
                column.type.kind not in ("char", "varchar", "text")
                or column.generated
                or column.name in referring | keys
            ):
                continue
            if (table.ref, column.name) in implied or _is_limited(table, column):
                continue
            if _names_a_kind(table, column):
                yield table, column


def _names_a_kind(table: Table, column: Column) -> bool:
    named = words(column.name)
    if not named or named[-1] not in _KINDS:
        return False
    if named[-1] == "type" and (_OPEN_TYPES.intersection(named[:-1]) or _has_identifier(table, named[:-1])):
        return False
    if named[-1] == "state":
        beside = {word for other in table.columns for word in words(other.name)} | set(stem(table.name))
        return not _ADDRESS.intersection(beside)
    return True


def _has_identifier(table: Table, noun: tuple[str, ...]) -> bool:
    """Whether the column is the first half of a polymorphic pair."""
    return bool(noun) and any(words(other.name) == (*noun, "id") for other in table.columns)


def _is_limited(table: Table, column: Column) -> bool:
    """Whether an enforced check looks at the column."""
    pattern = re.compile(rf"(?<!\w){re.escape(column.name)}(?!\w)", re.IGNORECASE)
    return any(check.enforced and pattern.search(check.expression) for check in table.checks)


def _variants(values: Values) -> list[list[str]]:
    """Groups of values that differ only in case, blanks or separators."""
    groups: dict[str, list[str]] = {}
    for value, _ in values.values:
        groups.setdefault(re.sub(r"[\s_\-]+", "", value).casefold(), []).append(value)
    return [group for group in groups.values() if len(group) > 1]


def _literal(subject: Subject, value: str) -> str:
    escaped = value.replace("'", "''")
    return "'" + (escaped.replace("\\", "\\\\") if subject.engine == "mysql" else escaped) + "'"
