"""Rows that have the same values as another row."""

from dbwright.catalog.facts import Answer, Counted, CountRepeated
from dbwright.catalog.secrets import looks_secret
from dbwright.engines.asking import EXAMPLES
from dbwright.engines.relating.dialect import Rows, printed, term, times


def repeated(question: CountRepeated, rows: Rows) -> Answer:
    """Group the whole table by the values. Rows with a NULL among them are the same as no other."""
    dialect = rows.dialect
    terms = [term(rows, "t", rows.table, column) for column in question.columns]
    values = [
        dialect.folded(each) if question.folded and each.column.type.is_text else dialect.comparable(each)
        for each in terms
    ]
    named = ", ".join(f"{value} AS v{place}" for place, value in enumerate(values))
    all_filled = " AND ".join(f"v{place} IS NOT NULL" for place in range(len(values)))
    source = rows.source("t", question.columns)
    groups = f"SELECT {named}, count(*) AS n FROM {source} GROUP BY {', '.join(values)}"
    counts = f"coalesce(sum(n), 0), {times(all_filled, 'n')}, {times(f'{all_filled} AND n > 1', 'n')}"
    looked_at, considered, matching = rows.ask(f"SELECT {counts} FROM ({groups}) AS g")[0]
    place = f"{dialect.place(rows.table)} AS t"
    condition = " AND ".join(f"{value} IS NOT NULL" for value in values)
    grouped = f"WHERE {condition} GROUP BY {', '.join(values)} HAVING count(*) > 1 ORDER BY count(*) DESC"
    examples: tuple[tuple[str | None, ...], ...] = ()
    if matching and not any(looks_secret(column) for column in question.columns):
        shown = ", ".join(dialect.shown(each._replace(sql=value)) for each, value in zip(terms, values, strict=True))
        examples = printed(
            rows,
            rows.examples(f"SELECT {shown}, count(*) FROM {source} {grouped}, {', '.join(values)} LIMIT {EXAMPLES}"),
        )
    return Counted(
        rows=int(looked_at),
        sampled=rows.sampled,
        sql=f"SELECT {', '.join(values)}, count(*) FROM {place} {grouped}",
        matching=int(matching),
        considered=int(considered),
        examples=examples,
        example_columns=(*question.columns, "rows") if examples else (),
    )
