"""What the JSON documents of a column look like at their top level."""

from typing import Any

from dbwright.catalog.facts import Answer, JsonKeys
from dbwright.engines.mysql.dialect import as_text
from dbwright.engines.relating.dialect import CannotAsk, term, times
from dbwright.engines.relating.json_keys import documents

_MOST = 1_000
"""Keys and types fetched: documents whose keys are values would have any number."""


def json_keys(question: JsonKeys, rows: Any) -> Answer:
    """Texts that are no JSON are left out. MariaDB's JSON is text."""
    if not rows.dialect.lists_keys:
        raise CannotAsk(f"{rows.dialect.title} cannot list the keys of JSON documents.")
    column = term(rows, "t", rows.table, question.column)
    document = as_text(column.sql) if column.column.type.is_text else column.sql
    valid = f"COALESCE(JSON_VALID({document}), 0) = 1"
    is_object = f"CASE WHEN {valid} THEN JSON_TYPE({document}) = 'OBJECT' END"
    value = "JSON_TYPE(JSON_EXTRACT(t.document, CONCAT('$.', JSON_QUOTE(k.name))))"

    def keys(source: str) -> str:
        objects = f"(SELECT {document} AS document FROM {source} WHERE {is_object}) AS t"
        listed = "JSON_TABLE(JSON_KEYS(t.document), '$[*]' COLUMNS (name varchar(255) PATH '$')) AS k"
        return (
            f"SELECT k.name, {_named(value)}, COUNT(*) FROM {objects}, {listed}"
            f" GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT {_MOST}"
        )

    source = rows.source("t", (question.column,))
    counts = rows.ask(f"SELECT COUNT(*), {times(valid)}, {times(is_object)} FROM {source}")[0]
    return documents(rows, keys(f"{rows.dialect.place(rows.table)} AS t"), counts, rows.ask(keys(source)))


def _named(type_: str) -> str:
    return (
        f"CASE {type_} WHEN 'INTEGER' THEN 'number' WHEN 'UNSIGNED INTEGER' THEN 'number' WHEN 'DOUBLE' THEN 'number'"
        f" WHEN 'DECIMAL' THEN 'number' ELSE LOWER({type_}) END"
    )
