"""PostgreSQL's plans as ours: EXPLAIN (FORMAT JSON), which does not run the query."""

from typing import Any

from dbwright.catalog.query_plans import Access, PlanStep, QueryPlan
from dbwright.engines.base import Session

_ACCESS: dict[str, Access] = {
    "Seq Scan": "sequential scan",
    "Sample Scan": "sequential scan",
    "Index Scan": "index scan",
    "Index Only Scan": "index only scan",
    "Bitmap Heap Scan": "bitmap scan",
    "Bitmap Index Scan": "bitmap scan",
    "Tid Scan": "key lookup",
}
_DETAILS = ("Index Cond", "Filter", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter", "Sort Key")


def explain(session: Session, sql: str, *, as_if_large: bool = False) -> QueryPlan:
    """The plan of a query. as_if_large: what would be done if every table were so large that an index pays."""
    with session.transaction():
        if as_if_large:
            session.query("SELECT set_config('enable_seqscan', 'off', true)")
        (found,) = session.query(f"EXPLAIN (FORMAT JSON) {sql}")[0]
        text = "\n".join(str(line) for (line,) in session.query(f"EXPLAIN {sql}"))
        if as_if_large:
            session.query("SELECT set_config('enable_seqscan', 'on', true)")
    plans: Any = found
    return QueryPlan(engine="postgres", sql=sql, steps=tuple(_step(each["Plan"]) for each in plans), text=text)


def _step(node: dict[str, Any]) -> PlanStep:
    label = str(node["Node Type"])
    access = _ACCESS.get(label, "other")
    details = (f"{name}: {_said(node[name])}" for name in _DETAILS if name in node)
    return PlanStep(
        access=access,
        label=label,
        table=node.get("Relation Name"),
        alias=node.get("Alias"),
        index=node.get("Index Name"),
        whole=access == "sequential scan" or ("Index Name" in node and "Index Cond" not in node),
        rows=node.get("Plan Rows"),
        cost=node.get("Total Cost"),
        detail="; ".join(details),
        steps=tuple(_step(each) for each in node.get("Plans", ())),
    )


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
