"""A column, or a pair of columns, that is a key by its name and by its rows, but that nothing declares unique.

## Why
An e-mail address that two accounts share, or a product number given twice, is found out when it has done harm. An
application that looks first and inserts then cannot prevent it: two requests at the same moment both see nothing.
Only a unique key can.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(254) NOT NULL);
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(254) NOT NULL UNIQUE);
```

## Fix
Adds the unique constraint, and drops a plain index over the same columns that it makes superfluous.

## Options
- `least-rows` (default 20): with fewer rows, distinct values prove nothing, and the rule stays silent.

## References
- PostgreSQL, [Unique
  constraints](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CheckOutcome, CountDistinct, CountNotTrue, Distinct, Question, TopValues, Values
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Table, Unique
from dbwright.change.operations import AddUnique, DropIndex, Operation
from dbwright.finding import Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import same_noun, stem, word_set, words
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._tables import base_type, keeps_records, made_redundant, own_tables

_ALWAYS = word_set(
    "barcode ean gtin guid handle hostname iban imei imsi isbn isbn10 isbn13 iso2 iso3 issn login sku slug ssn upc "
    "username uuid vin"
)
"""Words that by themselves name a key, at the end of a column's name."""
_OWN = word_set("code identifier key no nr num number ref reference token")
"""Words that name a key where they stand alone or after the table's own noun (orders.order_number)."""
_PEOPLE = word_set(
    "account admin author buyer client contact customer employee member person staff student subscriber teacher user"
)
_WITHIN = word_set("code key line lineno no nr num number revision seq sequence sku slug version")
"""Words that number rows within their parent (invoice_id, line_number)."""
_FOREIGN_WORDS = word_set(
    "area bank batch card city color colour country currency customer dial error exit group house language line "
    "locale lot new old original page parent phone post postal product region related response result room sort "
    "state status street swift tax track version zip"
)


class UndeclaredCandidateKey(Rule):
    """Finds keys that the rows obey and no constraint declares."""

    code = "K003"
    group = "keys"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, columns in _candidates(subject):
            yield CountDistinct(table.ref, columns)
            if len(columns) == 1:
                if _folds_case(subject, table, columns[0]):
                    yield _lower_case(subject, table, columns[0])
                if _belongs_to_person(table, columns[0]):
                    yield TopValues(table.ref, columns[0])
            else:
                yield from (CountDistinct(table.ref, (name,)) for name in columns)

    def check(self, subject: Subject) -> Iterable[Finding]:
        told: set[Ref] = set()
        for table, columns in _candidates(subject):
            answer = subject.facts.ask(CountDistinct(table.ref, columns), Distinct)
            if len(columns) > 1 and table.column_ref(columns[-1]) in told:
                continue
            if answer is None or answer.complete < int(subject.option("least-rows", 20)):
                continue
            if answer.distinct == answer.complete:
                if len(columns) == 1 or self._pair_is_telling(subject, table, columns, answer):
                    told.add(table.column_ref(columns[-1]))
                    yield self._unique_in_the_rows(subject, table, columns, answer)
            elif (
                len(columns) == 1
                and _belongs_to_person(table, columns[0])
                and answer.distinct >= 0.95 * answer.complete
            ):
                yield self._repeated(subject, table, columns[0], answer)

    def _pair_is_telling(self, subject: Subject, table: Table, columns: tuple[str, ...], pair: Distinct) -> bool:
        """Whether both columns of a unique pair repeat often enough that the pair could have collided."""
        alone = [subject.facts.ask(CountDistinct(table.ref, (name,)), Distinct) for name in columns]
        return all(each is not None and each.distinct <= pair.complete / 2 for each in alone)

    def _unique_in_the_rows(
        self, subject: Subject, table: Table, columns: tuple[str, ...], answer: Distinct
    ) -> Finding:
        named = ", ".join(columns)
        mild = words(columns[0]) == ("external", "id")  # perhaps unique only within one of several sources
        what = f"{table.ref}.{named}" if len(columns) == 1 else f"({named}) in {table.ref}"
        evidence = [
            seen(
                f"{count(answer.distinct, 'different value')} in {count(answer.complete, 'row')} without NULL, of {looked_at(answer)}.",
                answer,
            )
        ]
        help_ = f"Declare ({named}) unique."
        if len(columns) == 1 and _folds_case(subject, table, columns[0]):
            outcome = subject.facts.ask(_lower_case(subject, table, columns[0]), CheckOutcome)
            if outcome and outcome.false:
                summary = f"{count(outcome.false, 'value')} of {columns[0]} {'holds' if outcome.false == 1 else 'hold'} capital letters."
                evidence.append(seen(summary, outcome))
                help_ += " It tells Ann@example.com from ann@example.com: store one case, or make lower(…) unique."
        operations: list[Operation] = [
            AddUnique(
                target=table.ref, unique=Unique(columns=columns, name=new_name(subject, "unique", table, columns))
            )
        ]
        operations += [DropIndex(target=table.ref.child("index", each.name)) for each in made_redundant(table, columns)]
        return self.finding(
            table.column_ref(columns[0]) if len(columns) == 1 else table.ref,
            f"{what} has the name of a key, and no two rows share a value, but nothing declares it unique.",
            *evidence,
            help=help_,
            fix=Fix(
                f"Make {named} unique in {table.name}",
                "unsafe" if answer.sampled or mild else "safe",
                tuple(operations),
            ),
            severity="note" if mild else None,
        )

    def _repeated(self, subject: Subject, table: Table, name: str, answer: Distinct) -> Finding:
        repeats = answer.complete - answer.distinct
        top = subject.facts.ask(TopValues(table.ref, name), Values)
        rows = tuple((value, str(times)) for value, times in top.values if times > 1)[:5] if top else ()
        return self.finding(
            table.column_ref(name),
            f"{table.ref}.{name} should tell one row from another, but nothing declares it unique, and "
            f"{count(repeats, 'row repeats', 'rows repeat')} the value of another.",
            seen(
                f"{count(answer.distinct, 'different value')} in {count(answer.complete, 'row')} without NULL, of {looked_at(answer)}.",
                answer,
                rows,
                (name, "rows"),
            ),
            help=f"Merge the doubled rows, then declare {name} unique.",
        )


def _candidates(subject: Subject) -> Iterator[tuple[Table, tuple[str, ...]]]:
    """Columns and pairs that look like keys by their names and types, and that no key covers."""
    for table in own_tables(subject.catalog):
        if keeps_records(table):
            continue
        keys = [set(key) for key in table.keys] + [set(index.columns) for index in table.indexes if index.unique]
        guarded = {name for index in table.indexes if index.unique for name in _in_expressions(table, index.parts)}
        referring = {name for key in table.foreign_keys for name in key.columns}
        for column in table.columns:
            if column.name in referring or column.name in guarded or not _can_be_key(subject, column):
                continue
            if not any(column.name in key for key in keys) and _is_key_name(table, column):
                yield table, (column.name,)
            if any(column.name in key and None not in key and key - {column.name} <= referring for key in keys):
                continue  # unique within one parent is what was meant
            if words(column.name)[-1:] and words(column.name)[-1] in _WITHIN and _is_plain(table, column):
                for key in table.foreign_keys:
                    parent = key.columns
                    whole = {*parent, column.name}
                    covered = any(each <= whole for each in keys if None not in each)
                    if len(parent) == 1 and not covered and not _is_nullable(table, parent[0]):
                        yield table, (parent[0], column.name)
                        break


def _in_expressions(table: Table, parts: Iterable[object]) -> Iterator[str]:
    """The columns that the expressions of a unique index mention (lower(email))."""
    text = " ".join(str(getattr(part, "expression", None) or "") for part in parts)
    yield from (column.name for column in table.columns if column.name in text)


def _is_nullable(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is None or column.nullable


def _can_be_key(subject: Subject, column: Column) -> bool:
    type_ = base_type(subject, column.type)
    if column.generated or column.identity:
        return False
    return type_.kind in ("integer", "decimal", "char", "varchar", "text", "uuid", "binary") and not type_.scale


def _is_key_name(table: Table, column: Column) -> bool:
    """Whether a column's name says that it tells one row of this table from another."""
    named = words(column.name)
    if not named:
        return False
    if _belongs_to_person(table, column.name):
        return True
    own = stem(table.name)
    qualifier = stem("_".join(named[:-1]))
    about_others = bool(_FOREIGN_WORDS.intersection(qualifier) - set(own)) or "id" in qualifier
    if named[-1] in _ALWAYS:
        return not about_others and (
            not qualifier
            or qualifier == own[-len(qualifier) :]
            or named[-1] not in ("login", "uuid", "guid", "slug", "handle", "hostname", "username")
        )
    if qualifier == ("iso",) and named[-1] in ("code", "number", "2", "3"):
        return True
    if named == ("external", "id") and column.type.kind != "integer":
        return True
    return named[-1] in _OWN and _is_plain(table, column)


def _is_plain(table: Table, column: Column) -> bool:
    """Whether the words before the last are none, or the table's own noun."""
    qualifier = stem("_".join(words(column.name)[:-1]))
    own = stem(table.name)
    return not qualifier or qualifier == own[-len(qualifier) :] or same_noun("".join(qualifier), "".join(own))


def _belongs_to_person(table: Table, name: str) -> bool:
    """Whether a column is the e-mail address or the log-in name of the people that a table lists."""
    own = stem(table.name)
    named = stem(name)
    if not own or own[-1] not in _PEOPLE:
        return False
    if named[:1] == own[-1:]:
        named = named[1:]
    return named in (
        ("email",),
        ("email", "address"),
        ("e", "mail"),
        ("username",),
        ("user", "name"),
        ("login",),
        ("login", "name"),
    )


def _folds_case(subject: Subject, table: Table, name: str) -> bool:
    """Whether the column holds e-mail addresses or log-in names, and the engine tells capitals from small letters there."""
    column = table.column(name)
    if subject.engine == "mysql" or column is None or not _belongs_to_person(table, name):
        return False
    return column.type.is_text and (column.collation or "").upper() != "NOCASE" and column.type.spelling != "citext"


def _lower_case(subject: Subject, table: Table, name: str) -> CountNotTrue:
    quoted = subject.quote(name)
    return CountNotTrue(table.ref, f"lower({quoted}) = {quoted}")
