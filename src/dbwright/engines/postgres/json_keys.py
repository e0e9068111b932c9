"""What the JSON documents of a column look like at their top level."""

from typing import Any

from dbwright.catalog.facts import Answer, JsonKeys
from dbwright.engines.relating.dialect import CannotAsk, term, times
from dbwright.engines.relating.json_keys import documents

_MOST = 1_000
"""Keys and types fetched: documents whose keys are values would have any number."""
_FIRST_WITH_IS_JSON = 16


def json_keys(question: JsonKeys, rows: Any) -> Answer:
    """Documents in a text column are read from version 16 on, which can tell them from other texts."""
    document = term(rows, "t", rows.table, question.column)
    type_ = document.column.type
    if type_.kind == "json":
        prefix = "jsonb" if type_.binary_json else "json"
        value, is_object = document.sql, f"{prefix}_typeof({document.sql}) = 'object'"
    elif type_.is_text and rows.version >= _FIRST_WITH_IS_JSON:
        prefix = "json"
        value, is_object = f"{document.sql}::json", f"{document.sql} IS JSON OBJECT"
    else:
        raise CannotAsk(f"The column {question.column} holds no JSON that PostgreSQL {rows.version} can read.")
    filled = f"{document.sql} IS NOT NULL" if type_.kind == "json" else f"{document.sql} IS JSON"

    def keys(source: str) -> str:
        inside = f"{prefix}_each(CASE WHEN {is_object} THEN {value} END) AS e"
        return (
            f"SELECT e.key, {prefix}_typeof(e.value), count(*) FROM {source}, {inside}"
            f" GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT {_MOST}"
        )

    source = rows.source("t", (question.column,))
    counts = rows.ask(f"SELECT count(*), {times(filled)}, {times(is_object)} FROM {source}")[0]
    return documents(rows, keys(f"{rows.dialect.place(rows.table)} AS t"), counts, rows.ask(keys(source)))
