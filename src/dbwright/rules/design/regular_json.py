"""JSON documents that all have the same keys: columns in disguise.

## Why
What every row has, with the same type, is a column. Inside a document it can't be NOT NULL, has no type, no foreign key
and hardly an index; the planner knows nothing of its values; its name is stored again in every row, and a misspelt key
is just another key.

The documents are looked at: at least 20, all of them objects, nearly all with the same keys, no more than 12, whose
values are scalars of one type each. Payloads, requests, settings and other documents that come from outside or are kept
as they are stay silent.

## Bad
```sql
CREATE TABLE products (id integer PRIMARY KEY, details json NOT NULL);
-- {"weight": 12, "color": "red"}, {"weight": 3, "color": "blue"}, …
```

## Good
```sql
CREATE TABLE products (id integer PRIMARY KEY, weight integer NOT NULL, color varchar(20) NOT NULL);
```

## Fix
A sketch that adds the columns and fills them; the old column can go when no program reads it any more.

## Options
- `rows` (default 20): the fewest documents that prove something.
- `share` (default 0.95): the share of documents that must have a key.
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Documents, JsonKey, JsonKeys, Question
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import own_columns
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import keeps_records

_KEPT_WHOLE = word_set(
    "after arg argument before body change config configuration context delta diff envelope error event extra geojson header "
    "metadata meta new old option param parameter payload preference raw request response result schema setting snapshot state "
    "template translation webhook"
)
"""Words of documents that are kept as they came, or whose keys differ by nature."""
_MOST_KEYS = 12
_TYPES = {
    "postgres": {"string": "text", "number": "numeric", "boolean": "boolean"},
    "mysql": {"string": "varchar(255)", "number": "decimal(20,6)", "boolean": "tinyint(1)"},
    "sqlite": {"string": "TEXT", "number": "NUMERIC", "boolean": "INTEGER"},
}


class RegularJson(Rule):
    """Finds JSON documents that are all alike."""

    code = "T011"
    group = "types"
    harm = "clarity"
    severity = "note"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        yield from (JsonKeys(table.ref, column.name) for table, column in _candidates(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column in _candidates(subject):
            answer = subject.facts.ask(JsonKeys(table.ref, column.name), Documents)
            if answer is None or answer.filled < int(subject.option("rows", 20)) or answer.objects < answer.filled:
                continue
            least = float(subject.option("share", 0.95)) * answer.objects
            regular = [key for key in answer.keys if key.count >= least and _is_scalar(key)]
            if 2 <= len(regular) <= _MOST_KEYS and len(regular) == len(answer.keys):
                yield self._finding(subject, table, column, answer, regular)

    def _finding(
        self, subject: Subject, table: Table, column: Column, answer: Documents, keys: list[JsonKey]
    ) -> Finding:
        rows = tuple((key.name, _type(key), f"{key.count:,}") for key in keys)
        names = listed([key.name for key in keys])
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} holds {count(answer.objects, 'document')} with the same keys ({names}): "
            "columns in disguise, without types and constraints.",
            seen(f"The keys of the documents in {looked_at(answer)}.", answer, rows, ("key", "type", "documents")),
            help="Make columns of the keys that every document has.",
            fix=_sketch(subject, table, column, keys),
        )


def _candidates(subject: Subject) -> Iterator[tuple[Table, Column]]:
    for table, column, type_ in own_columns(subject):
        checked = any(
            "json_valid" in each.expression.lower() and column.name in each.expression for each in table.checks
        )
        if (type_.kind != "json" and not (type_.is_text and checked)) or column.generated or keeps_records(table):
            continue
        if not _KEPT_WHOLE.intersection(stem(column.name)):
            yield table, column


def _type(key: JsonKey) -> str:
    return next((each for each in key.types if each != "null"), "null")


def _is_scalar(key: JsonKey) -> bool:
    """Whether the values are of one type, and neither objects nor arrays."""
    types = {"number" if each in ("integer", "real") else each for each in key.types if each != "null"}
    return len(types) == 1 and types <= {"string", "number", "boolean"}


def _sketch(subject: Subject, table: Table, column: Column, keys: list[JsonKey]) -> Fix:
    name = subject.quote
    whole, held = name(table.name), name(column.name)
    types = _TYPES[subject.engine]
    sql: list[str] = []
    for key in keys:
        spelling = types.get(_type(key), types["number"])
        sql.append(f"ALTER TABLE {whole} ADD COLUMN {name(key.name)} {spelling}")
        literal = key.name.replace("'", "''")
        path = "$." + '"' + key.name.replace('"', '\\"').replace("'", "''") + '"'
        value = {
            "postgres": f"({held} ->> '{literal}')::{spelling}",
            "mysql": f"JSON_UNQUOTE(JSON_EXTRACT({held}, '{path}'))",
            "sqlite": f"json_extract({held}, '{path}')",
        }[subject.engine]
        sql.append(f"UPDATE {whole} SET {name(key.name)} = {value}")
    return Fix(f"Make columns of the keys of {column.name}", "display", sql=tuple(sql))
