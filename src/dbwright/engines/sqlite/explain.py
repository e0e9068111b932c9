"""SQLite's plans as ours: EXPLAIN QUERY PLAN, read from its sentences."""

import re

from dbwright.catalog.query_plans import Access, PlanStep, QueryPlan
from dbwright.engines.base import Session
from dbwright.engines.relating.aliases import aliases

_STEP = re.compile(
    r"(?P<how>SCAN|SEARCH) (?:TABLE )?(?P<table>.+?)(?: AS (?P<alias>\S+))?"
    r"(?: USING (?P<kind>INTEGER PRIMARY KEY|(?:AUTOMATIC )?(?:PARTIAL )?(?:COVERING )?INDEX|PRIMARY KEY)"
    r"(?: (?P<index>[^(]+?))?)?(?: (?P<terms>\(.*\)))?(?P<rest> LEFT-JOIN| VIRTUAL TABLE INDEX .*)?"
)


def explain(session: Session, sql: str, *, as_if_large: bool = False) -> QueryPlan:
    """The plan of a query. as_if_large changes nothing here: without statistics SQLite takes every table for large."""
    rows = session.query(f"EXPLAIN QUERY PLAN {sql}")
    real = aliases(sql, "sqlite")
    details = [str(row[3]) for row in rows]
    return QueryPlan(
        engine="sqlite", sql=sql, steps=tuple(_step(each, real) for each in details), text="\n".join(details)
    )


def _step(detail: str, real: dict[str, str]) -> PlanStep:
    found = _STEP.fullmatch(detail)
    if found is None:
        label = f"Sort: {detail}" if "B-TREE FOR" in detail and "ORDER BY" in detail else detail
        return PlanStep(access="other", label=label)
    named, kind = found["table"], found["kind"] or ""
    return PlanStep(
        access=_access(found["how"], kind),
        label=found["how"],
        table=real.get(named, named),
        alias=found["alias"] or named,
        index=found["index"],
        whole=found["how"] == "SCAN",
        detail=detail,
    )


def _access(how: str, kind: str) -> Access:
    if "INDEX" in kind:
        return "index only scan" if "COVERING" in kind else "index scan"
    return "sequential scan" if how == "SCAN" else "key lookup"
