"""One table that holds the codes of everything: countries, order states and colours, told apart by a column.

## Why
When all lists of codes share a table, a foreign key to it can't say *which* list: an order's state may point at the
row for France, and nothing refuses it. One type and one length must fit every code, and no list can have a column of
its own.

Reported are tables of hardly more than a kind (`type`, `category`, `domain` …), a code and a text, whose name says
that it holds lookups, or that foreign keys of several different names point at. The kinds are told from the rows.
Where two or more foreign keys of different meaning rest on it, it is a warning.

## Bad
```sql
CREATE TABLE lookups (id integer PRIMARY KEY, category varchar(40) NOT NULL, code varchar(40) NOT NULL, description varchar(200));
```

## Good
```sql
CREATE TABLE countries (code varchar(2) PRIMARY KEY, name varchar(80) NOT NULL);
CREATE TABLE order_states (code varchar(20) PRIMARY KEY, name varchar(80) NOT NULL);
```

## Fix
None to run: make one table for each kind and point each foreign key at its own.
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import Question, TopValues, Values
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import stem, word_set, words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import base_type, is_boolean, is_self_numbering, own_tables

_KIND = word_set("category class codeset codetype domain group kind list listname lookup namespace set table type")
_LOOKUPS = word_set("lookup codelist codeset codevalue refcode refdata dictionary dict enumeration constant")
_LOOKUP_PAIRS = (
    ("code", "value"), ("code", "list"), ("code", "table"), ("reference", "data"), ("reference", "code"), ("ref", "data"),
    ("ref", "code"), ("common", "code"), ("master", "code"), ("list", "item"), ("list", "value"), ("enum", "value"),
    ("type", "code"), ("general", "code"), ("system", "code"), ("lookup", "value"), ("lookup", "code"), ("drop", "down"),
)  # fmt: skip
_CONTENT = word_set(
    "abbreviation active at by code color colour created default deleted description display en end ended from full id is key label "
    "lang language long meaning modified name note on order parent position rank remark sequence short sort start status "
    "symbol text title to translation until updated valid value version visible"
)
_STRUCTURE = ("id", "no", "uuid")


class _Lookup(msgspec.Struct, frozen=True):
    """A table of many lists, and the column that tells them apart."""

    table: Table
    kind: Column
    uses: dict[str, list[Ref]]


class OneTrueLookupTable(Rule):
    """Finds tables that hold the codes of everything."""

    code = "D005"
    group = "design"
    severity = "note"
    harm = "data"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (TopValues(found.table.ref, found.kind.name) for found in _lookups(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for found in _lookups(subject):
            table, question = found.table, TopValues(found.table.ref, found.kind.name)
            answer = subject.facts.ask(question, Values)
            if answer and answer.filled and answer.distinct < 2:
                continue
            evidence = [Evidence(f"{table.ref} has the columns {listed([column.name for column in table.columns])}.")]
            if answer and answer.filled:
                top = tuple((value, str(times)) for value, times in answer.values)
                text = f"{count(answer.distinct, 'list')} in {looked_at(answer)}."
                evidence.append(seen(text, answer, top, (found.kind.name, "rows")))
            else:
                evidence.append(unchecked(subject, question))
            references = [ref for refs in found.uses.values() for ref in refs]
            several = len(found.uses) > 1
            if references:
                evidence.append(Evidence(f"Foreign keys point at it from {listed([str(ref) for ref in references])}."))
            yield self.finding(
                table.ref,
                f"{table.ref} holds the codes of many lists, told apart by {found.kind.name}"
                + (", so no foreign key to it can say which list is meant." if several else "."),
                *evidence,
                help="Give each list a table of its own, or an enum or check where it is short and fixed.",
                severity="warning" if several else None,
                related=references,
            )


def _lookups(subject: Subject) -> Iterator[_Lookup]:
    for table in own_tables(subject.catalog):
        if not 3 <= len(table.columns) <= 14:
            continue
        kind = next((column for column in table.columns if _tells_lists(subject, table, column)), None)
        if kind is None or not all(column is kind or _is_content(table, column) for column in table.columns):
            continue
        uses = _uses(subject, table)
        named = stem(table.name)
        if _LOOKUPS.intersection(named) or any(pair == named[-2:] for pair in _LOOKUP_PAIRS) or len(uses) > 2:
            yield _Lookup(table, kind, uses)


def _tells_lists(subject: Subject, table: Table, column: Column) -> bool:
    """Whether a column says of which list a row is."""
    named = words(column.name)
    if not named or not (
        base_type(subject, column.type).is_text or column.type.kind == "enum" or named[-1] in _STRUCTURE
    ):
        return False
    core = named[:-1] if len(named) > 1 and named[-1] in (*_STRUCTURE, "name", "code") else named
    return core[-1] in _KIND and not is_self_numbering(table, column)


def _is_content(table: Table, column: Column) -> bool:
    """Whether a column is what any entry of a list has: a code, a text, its place, whether it is in use."""
    named = set(words(column.name)) - set(stem(table.name)) - _KIND
    return named <= _CONTENT or is_boolean(column) or column.type.is_temporal or is_self_numbering(table, column)


def _uses(subject: Subject, table: Table) -> dict[str, list[Ref]]:
    """The foreign keys that point at the table from others, by the word that says what they mean."""
    found: dict[str, list[Ref]] = {}
    for child, key in subject.lookup.referencing(table):
        if child is not table:
            meaning = "".join(word for word in stem(key.columns[-1]) if word not in (*_STRUCTURE, "code", "fk"))
            found.setdefault(meaning, []).append(child.column_ref(key.columns[-1]))
    return found
