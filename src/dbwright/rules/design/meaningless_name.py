"""A name that says nothing: field1, Column7, stuff, table2, untitled.

## Why
What is in `field3`, only somebody who has left knows. Everybody else reads values and guesses, and sooner or later
two programs store two different things in it.

Reported are names that tools give to what nobody named (`Column1`, `Unnamed: 0`, `Sheet1`, `new_table`), words for
anything at all (`stuff`, `misc`, `thing`, `foo`), and words such as `data`, `info`, `temp` alone where a single
number, date or short text hides behind them. A document, a file or a long text may well be called `data`; `id`,
`name` and `value` are fine. Many such columns of one table are one finding.

## Bad
```sql
CREATE TABLE answers (id integer PRIMARY KEY, field1 varchar(20), field2 varchar(20), stuff integer);
```

## Good
```sql
CREATE TABLE answers (id integer PRIMARY KEY, question varchar(20), reply varchar(20), points integer, data text);
```

## Fix
None to run: only somebody who knows what is stored can name it. A comment is a first step.
"""

import re
from collections.abc import Iterable

from dbwright.catalog.objects import Column
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._names import word_set, words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import base_type, own_tables

_COLUMN = re.compile(
    r"(field|column|col|var|variable|attr|attribute|untitled|unnamed|f|spare|reserved|custom_?field|user_?defined)_?\d{1,3}|"
    r"unnamed: ?\d+|new_?column|new_?field|untitled|\?column\?|no_?name|blah|foo|bar|baz|asdf+|qwerty|x{3,}",
    re.IGNORECASE,
)
_TABLE = re.compile(
    r"(table|sheet|tabelle|tab|query|untitled|new_?table|data|test)_?\d{1,3}|new_?table|untitled|foo|bar|baz|asdf+|qwerty|x{3,}",
    re.IGNORECASE,
)
_ANYTHING = word_set("stuff misc thing things whatever miscellaneous")
_VAGUE = word_set("data info information temp tmp dummy")


class MeaninglessName(Rule):
    """Finds names that could stand for anything."""

    code = "N014"
    group = "names"
    severity = "note"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in own_tables(subject.catalog):
            if _TABLE.fullmatch(table.name) or (set(words(table.name)) <= _ANYTHING | _VAGUE and words(table.name)):
                yield self.finding(
                    table.ref,
                    f"The name {table.name} doesn't say what the table holds.",
                    Evidence(f"{table.ref} has the columns {listed([column.name for column in table.columns])}."),
                    help="Name it for what one row of it is.",
                )
            off = [column.name for column in table.columns if _says_nothing(subject, column)]
            if not off:
                continue
            one = len(off) == 1
            yield self.finding(
                table.column_ref(off[0]) if one else table.ref,
                f"{listed(off)} of {table.ref} {'does' if one else 'do'} not say what {'it holds' if one else 'they hold'}.",
                Evidence(_declared(table.columns, off)),
                help="Name each for what it holds, or at least write that down as a comment.",
                related=() if one else [table.column_ref(name) for name in off],
            )


def _says_nothing(subject: Subject, column: Column) -> bool:
    if _COLUMN.fullmatch(column.name.strip()):
        return not column.comment
    named = words(column.name)
    if not named or column.comment:
        return False
    if set(named) <= _ANYTHING:
        return True
    type_ = base_type(subject, column.type)
    scalar = type_.is_number or type_.is_temporal or type_.kind == "boolean"
    return (
        len(named) == 1 and named[0] in _VAGUE and (scalar or (type_.kind == "varchar" and (type_.length or 999) <= 40))
    )


def _declared(columns: tuple[Column, ...], names: list[str]) -> str:
    spelled = {column.name: column.type.spelling for column in columns}
    return f"Declared as {listed([f'{name} {spelled[name]}'.rstrip() for name in names])}, without a comment."
