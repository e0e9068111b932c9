"""MySQL's and MariaDB's plans as ours: EXPLAIN in its table form, which both have and which does not run the query."""

from dbwright.catalog.query_plans import Access, PlanStep, QueryPlan
from dbwright.engines.base import Session
from dbwright.engines.relating.aliases import aliases

_LOOKUPS = ("const", "system", "eq_ref")


def explain(session: Session, sql: str, *, as_if_large: bool = False) -> QueryPlan:
    """The plan of a query. as_if_large changes nothing here: MySQL has no such switch, and prefers indexes anyway."""
    # MySQL 9 writes a tree unless it is asked for the table; MariaDB knows no word for the table, which it always writes.
    asked = f"EXPLAIN {'' if _is_mariadb(session) else 'FORMAT=TRADITIONAL '}{sql}"
    names = session.column_names(asked)
    rows = [dict(zip(map(str.lower, names), row, strict=True)) for row in session.query(asked)]
    real = aliases(sql, "mysql")
    text = "\n".join("  ".join(f"{name}={value}" for name, value in row.items() if value is not None) for row in rows)
    steps = tuple(step for row in rows for step in _steps(row, real))
    return QueryPlan(engine="mysql", sql=sql, steps=steps, text=text)


def _is_mariadb(session: Session) -> bool:
    return "mariadb" in str(session.query("SELECT version()")[0][0]).lower()


def _steps(row: dict[str, object], real: dict[str, str]) -> list[PlanStep]:
    alias = str(row["table"]) if row.get("table") is not None else None
    kind, extra = str(row.get("type") or ""), str(row.get("extra") or "")
    rows = row.get("rows")
    made = []
    if alias and not alias.startswith("<"):
        made.append(
            PlanStep(
                access=_access(kind, extra, row.get("key")),
                label=kind,
                table=real.get(alias, alias),
                alias=alias,
                index=str(row["key"]) if row.get("key") is not None else None,
                whole=kind in ("ALL", "index"),
                rows=float(str(rows)) if rows is not None else None,
                detail=extra,
            )
        )
    made += [PlanStep(access="other", label=word) for word in ("Using filesort", "Using temporary") if word in extra]
    return [_sorting(step) for step in made]


def _access(kind: str, extra: str, key: object) -> Access:
    if kind == "ALL":
        return "sequential scan"
    if kind in _LOOKUPS:
        return "key lookup"
    if key is None:
        return "other"
    return "index only scan" if "Using index" in extra.replace("Using index condition", "") else "index scan"


def _sorting(step: PlanStep) -> PlanStep:
    """A filesort under the word that every engine's sort has."""
    return PlanStep(access="other", label="Sort (filesort)") if step.label == "Using filesort" else step
