"""What the JSON documents of a column look like at their top level."""

from dbwright.catalog.facts import Answer, JsonKeys
from dbwright.engines.relating.dialect import Rows, term, times
from dbwright.engines.relating.json_keys import documents

_MOST = 1_000
"""Keys and types fetched: documents whose keys are values would have any number."""
_TYPE = """CASE e.type WHEN 'text' THEN 'string' WHEN 'integer' THEN 'number' WHEN 'real' THEN 'number'
 WHEN 'true' THEN 'boolean' WHEN 'false' THEN 'boolean' ELSE e.type END"""


def json_keys(question: JsonKeys, rows: Rows) -> Answer:
    """Texts that are no JSON are left out."""
    document = term(rows, "t", rows.table, question.column).sql
    valid = f"typeof({document}) = 'text' AND json_valid({document})"
    is_object = f"CASE WHEN {valid} THEN json_type({document}) = 'object' END"

    def keys(source: str) -> str:
        inside = f"json_each(CASE WHEN {is_object} THEN {document} END) AS e"
        return (
            f"SELECT e.key, {_TYPE}, count(*) FROM {source} CROSS JOIN {inside}"
            f" GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT {_MOST}"
        ).replace("\n", "")

    source = rows.source("t", (question.column,))
    counts = rows.ask(f"SELECT count(*), {times(valid)}, {times(is_object)} FROM {source}")[0]
    return documents(rows, keys(f"{rows.dialect.place(rows.table)} AS t"), counts, rows.ask(keys(source)))
