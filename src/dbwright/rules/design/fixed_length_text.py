"""Text of a fixed length, char(n), whose values have other lengths.

## Why
`char(n)` fills every value with blanks up to n. PostgreSQL stores the blanks, ignores them in some comparisons and not
in others (`LIKE`, regular expressions, concatenation after a cast), and gains nothing in speed. MySQL strips blanks at
the end when it reads, so a blank that was meant is lost. `varchar(n)` has the same limit and none of this.

Codes that really have one length (countries, currencies, hashes) are left alone: the values are looked at, and the rule
speaks where some are shorter. Without rows it only notes char of 4 and more outside of keys, whose name and length are not
those of a code or a hash. It is a note on MySQL, and where fewer than 5 % of the values are shorter, which may be slips in
a true code.

## Bad
```sql
CREATE TABLE languages (id integer PRIMARY KEY, description char(200) NOT NULL);
```

## Good
```sql
CREATE TABLE languages (id integer PRIMARY KEY, description varchar(200) NOT NULL, iso_code char(2));
```

## Fix
Makes it varchar of the same length. Unsafe: values lose their padding, which a program might count on.

## References
- PostgreSQL wiki, [Don't use char(n)](https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_char.28n.29)
- MySQL, [The CHAR and VARCHAR types](https://dev.mysql.com/doc/refman/8.4/en/char.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CheckOutcome, CountNotTrue, Question
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import AlterColumnType
from dbwright.finding import Evidence, Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import is_fixed_part, is_key_column, own_columns
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import stem, word_set

_LENGTHS_OF_HASHES = frozenset((22, 24, 26, 27, 32, 36, 40, 44, 56, 60, 64, 96, 128))
_CODES = word_set(
    "abbreviation bic code currency digest ean flag grade guid hash hex iata iban icao initial isbn iso issn key language locale "
    "lot md5 no number pin plz postcode serial sha sha1 sha256 sku ssn status swift symbol token uuid vat vin zip"
)


class FixedLengthText(Rule):
    """Finds char(n) that is padded."""

    code = "T006"
    group = "types"
    engines = ("postgres", "mysql")
    harm = "clarity"

    def questions(self, subject: Subject) -> Iterable[Question]:
        yield from (_is_full(subject, table, column) for table, column in _candidates(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column in _candidates(subject):
            question = _is_full(subject, table, column)
            outcome = subject.facts.ask(question, CheckOutcome)
            filled = outcome.rows - outcome.unknown if outcome else 0
            if outcome and filled:
                if outcome.false:
                    are = "is" if outcome.false == 1 else "are"
                    told = f"{count(outcome.false, 'value')} of {filled:,} in {looked_at(outcome)} {are} shorter."
                    yield self._finding(subject, table, column, seen(told, outcome), outcome.false, filled)
            elif (column.type.length or 0) > 3 and not _is_code(column) and not is_key_column(table, column.name):
                yield self._finding(subject, table, column, unchecked(subject, question), 0, 0)

    def _finding(
        self, subject: Subject, table: Table, column: Column, evidence: Evidence, shorter: int, filled: int
    ) -> Finding:
        length = column.type.length or 1
        wanted = Type(
            "varchar",
            f"character varying({length})" if subject.engine == "postgres" else f"varchar({length})",
            length=length,
        )
        tied = is_fixed_part(subject, table, column) or any(
            part.opclass for index in table.indexes for part in index.parts if part.column == column.name
        )
        told = "and shorter values are padded with blanks" if shorter else "which pads every shorter value with blanks"
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} is {column.type.spelling}, {told}.",
            evidence,
            help=f"Use varchar({length}).",
            fix=None
            if tied
            else Fix(
                f"Make {column.name} varchar({length})",
                "unsafe",
                (AlterColumnType(target=table.column_ref(column.name), type=wanted),),
            ),
            severity="warning" if shorter and 20 * shorter >= filled and subject.engine == "postgres" else "note",
            touched=Touched(rows=shorter) if shorter else None,
        )


def _candidates(subject: Subject) -> Iterator[tuple[Table, Column]]:
    for table, column, _ in own_columns(subject):
        # PostgreSQL's own type "char" is a single byte and pads nothing.
        if column.type.kind == "char" and (column.type.length or 1) > 1 and column.type.spelling != '"char"':
            yield table, column


def _is_code(column: Column) -> bool:
    return column.type.length in _LENGTHS_OF_HASHES or bool(_CODES.intersection(stem(column.name)))


def _is_full(subject: Subject, table: Table, column: Column) -> CountNotTrue:
    return CountNotTrue(table.ref, f"char_length({subject.quote(column.name)}) = {column.type.length or 1}")
