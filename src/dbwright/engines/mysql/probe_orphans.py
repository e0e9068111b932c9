"""Rows whose reference leads nowhere, counted in SQL."""

from dataclasses import dataclass

from dbwright.catalog.facts import CountOrphans
from dbwright.catalog.objects import Column, Table
from dbwright.engines.mysql.dialect import as_text, mixed
from dbwright.engines.mysql.words import tick


@dataclass(frozen=True)
class OrphanQueries:
    """count gives rows, rows without NULLs, and orphans among them; examples lists distinct values, without a LIMIT."""

    count: str
    examples: str


def orphans(question: CountOrphans, source: str, columns: dict[str, Column], parent: Table) -> OrphanQueries:
    """The queries over a source of child rows, which has its own name as alias or is the table itself."""
    child = source if source.endswith("`") and not source.startswith("(") else None
    inner = f"SELECT * FROM {child}" if child else source.rpartition(" AS ")[0].strip()[1:-1]
    names = ", ".join(tick(name) for name in question.columns)
    inner = inner.replace("SELECT *", f"SELECT {names}", 1) if child else inner
    filled = " AND ".join(f"c.{tick(name)} IS NOT NULL" for name in question.columns)
    pairs = list(zip(question.columns, question.parent_columns, strict=True))
    matches = " AND ".join(_equal(columns[own], parent.column(other)) for own, other in pairs)
    place = ".".join(tick(part) for part in (parent.namespace, parent.name) if part)
    if len(pairs) == 1 and mixed(columns[pairs[0][0]], parent.column(pairs[0][1])):
        # Converted values have no index; a list of them is hashed once, where EXISTS would read it for every row.
        other = tick(pairs[0][1])
        nowhere = (
            f"{as_text(f'c.{tick(pairs[0][0])}')} NOT IN"
            f" (SELECT {as_text(f'dbwright_p.{other}')} FROM {place} dbwright_p WHERE dbwright_p.{other} IS NOT NULL)"
        )
    else:
        nowhere = f"NOT EXISTS (SELECT 1 FROM {place} dbwright_p WHERE {matches})"
    count = (
        f"SELECT COUNT(*), COALESCE(SUM(CASE WHEN {filled} THEN 1 ELSE 0 END), 0),"
        f" COALESCE(SUM(CASE WHEN {filled} AND {nowhere} THEN 1 ELSE 0 END), 0) FROM ({inner}) c"
    )
    shown = ", ".join(f"c.{tick(name)}" for name in question.columns)
    return OrphanQueries(count, f"SELECT DISTINCT {shown} FROM ({inner}) c WHERE {filled} AND {nowhere}")


def _equal(own: Column, other: Column | None) -> str:
    left, right = f"c.{tick(own.name)}", f"dbwright_p.{tick(other.name if other else '')}"
    return f"{as_text(left)} = {as_text(right)}" if mixed(own, other) else f"{left} = {right}"
