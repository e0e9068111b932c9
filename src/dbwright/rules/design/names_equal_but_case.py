"""Two names that differ by nothing but capitals or underscores.

## Why
`"userId"` beside `user_id` in one table, `Orders` beside `orders`: one of them is nearly always left over from a
change, and half of the programs use the wrong one. On an engine that ignores case, or a machine whose file system
does (MySQL on macOS and Windows), such a schema can't be restored at all.

## Bad
```sql
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, userid integer);
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, buyer_id integer);
```

## Fix
None to run: a person must say which of the two holds the truth. The evidence counts the rows where both have a value
and where they differ.
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountMatching, Question
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import words
from dbwright.rules.design._tables import base_type, own_tables


class NamesEqualButCase(Rule):
    """Finds names that are the same to anybody who hears them."""

    code = "N011"
    group = "names"
    harm = "data"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, one, other in _columns(subject):
            if question := _differing(subject, table, one, other):
                yield question

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, one, other in _columns(subject):
            yield self.finding(
                table.column_ref(other),
                f"{table.ref} has a column {one} and a column {other}: the same name but for {_what(one, other)}.",
                self._evidence(subject, table, one, other),
                help="Find out which of the two is used, and drop or rename the other.",
                related=(table.column_ref(one),),
            )
        for one_ref, other_ref in _relations(subject):
            yield self.finding(
                other_ref,
                f"There is {_article(one_ref)} {one_ref} and {_article(other_ref)} {other_ref}: the same name but for "
                f"{_what(one_ref.name, other_ref.name)}.",
                Evidence(f"Both stand in {one_ref.namespace or 'the same database'}."),
                help="Find out which of the two is used, and drop or rename the other.",
                related=(one_ref,),
            )

    def _evidence(self, subject: Subject, table: Table, one: str, other: str) -> Evidence:
        question = _differing(subject, table, one, other)
        if question is None:
            return Evidence(f"{one} and {other} have different types.")
        answer = subject.facts.ask(question, Counted)
        if answer is None or not answer.rows:
            return unchecked(subject, question)
        rows = count(answer.matching, "row differs", "rows differ")
        return seen(f"{rows} between the two; looked at {looked_at(answer)}.", answer)


def _columns(subject: Subject) -> Iterator[tuple[Table, str, str]]:
    """Pairs of columns of one table."""
    for table in own_tables(subject.catalog):
        first: dict[str, str] = {}
        for column in table.columns:
            heard = _heard(column.name)
            if heard and first.setdefault(heard, column.name) != column.name:
                yield table, first[heard], column.name


def _relations(subject: Subject) -> Iterator[tuple[Ref, Ref]]:
    """Pairs of tables and views of one namespace."""
    first: dict[tuple[str, str], Ref] = {}
    refs = [table.ref for table in own_tables(subject.catalog)]
    refs += [view.ref for view in subject.catalog.views if not view.temporary]
    for ref in refs:
        heard = _heard(ref.name)
        if heard and first.setdefault((ref.namespace, heard), ref) != ref:
            yield first[ref.namespace, heard], ref


def _heard(name: str) -> str:
    """A name as it sounds: its words without what joins them; other marks than underscores still tell names apart."""
    if not name.replace("_", "a").isalnum() or any(word.isdigit() for word in words(name)):
        return name.casefold()
    return "".join(words(name)).casefold()


def _what(one: str, other: str) -> str:
    return "capitals" if one.casefold() == other.casefold() else "underscores and capitals"


def _article(ref: Ref) -> str:
    return "a view" if ref.kind == "view" else "a table"


def _differing(subject: Subject, table: Table, one: str, other: str) -> CountMatching | None:
    """Asks for the rows where the two differ; None where they can't be compared."""
    first, second = table.column(one), table.column(other)
    if first is None or second is None:
        return None
    kinds = {base_type(subject, column.type).kind for column in (first, second)}
    if len(kinds) > 1 or kinds & {"json", "xml", "geometry", "other", "composite"}:
        return None
    a, b = subject.quote(one), subject.quote(other)
    expression = f"{a} <> {b} OR ({a} IS NULL) <> ({b} IS NULL)"
    key = table.primary_key.columns if table.primary_key else ()
    return CountMatching(table.ref, expression, (*key, one, other))
