"""A review by hand, with names and values that formats must not stumble over."""

from datetime import UTC, datetime

import pytest

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Index, KeyPart, PrimaryKey, Table, View
from dbwright.catalog.types import Type
from dbwright.finding import Evidence, Finding, Fix, Location, Touched
from dbwright.report.base import Report, RuleInfo, SourceInfo, summarize

NASTY = "<script>alert(\"x\")</script> & 'y' 🦆"
NUMBER = Type("integer", "bigint", bits=64)


def table(name: str, *columns: str, key: str | None = "id", refers: dict[str, str] | None = None) -> Table:
    """A table of the namespace public, each foreign key by its column and the table that it names."""
    return Table(
        namespace="public",
        name=name,
        columns=tuple(Column(name=column, type=NUMBER, nullable=column != "id") for column in columns),
        primary_key=PrimaryKey(columns=(key,)) if key else None,
        foreign_keys=tuple(
            ForeignKey(columns=(column,), table=("public", parent), referenced=("id",))
            for column, parent in (refers or {}).items()
        ),
        indexes=(Index(name=f"{name}_ix", parts=(KeyPart(column=columns[0]),)),),
    )


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog(
        engine="postgres",
        name="shop",
        tables=(
            table("customers", "id", "password"),
            table("orders", "id", "customer_id", "gone_id", refers={"customer_id": "customers", "gone_id": "nowhere"}),
            table(NASTY, "id", NASTY, key=None),
        ),
        views=(
            View(namespace="public", name="totals", definition="SELECT 1", columns=(Column(name="n", type=NUMBER),)),
        ),
    )


@pytest.fixture(scope="session")
def findings() -> tuple[Finding, ...]:
    orders = Ref("table", ("public", "orders"))
    return (
        Finding(
            code="T001",
            rule="money-in-float",
            severity="note",
            target=orders.child("column", "customer_id"),
            message="A note: 100% sure,\nwith a second line.",
            location=Location("db/my schema.sql", 14, 3),
        ),
        Finding(
            code="R002",
            rule="missing-foreign-key",
            severity="warning",
            target=orders.child("column", "customer_id"),
            message="No foreign key guards the column.",
            evidence=(
                Evidence(
                    "2 values have no row in customers.",
                    basis="data",
                    rows_examined=4200,
                    columns=("customer_id", "rows"),
                    rows=(("9001", "7"), (None, "5")),
                    sql="SELECT 1",
                ),
                Evidence("The first rows only.", basis="data", proved=False, rows_examined=100),
            ),
            fix=Fix("Declare it.", "unsafe", (), ("ALTER TABLE orders ADD x", "ALTER TABLE orders VALIDATE x;")),
            related=(Ref("table", ("public", "customers")),),
            harm="data",
            touched=Touched(rows=7, bytes=120_000),
            probability=0.93,
        ),
        Finding(
            code="K001",
            rule="no-primary-key",
            severity="error",
            target=Ref("table", ("public", NASTY)),
            message=f"{NASTY} has no primary key.\x1b[31m",
            evidence=(Evidence("Permission denied.", basis="unchecked"),),
            help="Add one.",
            harm="data",
        ),
        Finding(
            code="S003",
            rule="grant-to-public",
            severity="note",
            target=Ref("namespace", ("",)),
            message="All may write.",
            harm="access",
        ),
    )


@pytest.fixture(scope="session")
def report(catalog: Catalog, findings: tuple[Finding, ...]) -> Report:
    rules = {
        finding.code: RuleInfo(
            name=finding.rule,
            group="keys" if finding.code == "K001" else "types",
            severity=finding.severity,
            title=f"Finds {finding.rule}.",
            page=f"Finds *{finding.rule}*.\n\n## Why\n\n- one `a < b`\n- two\n\n## Bad\n\n```sql\nSELECT 1 < 2;\n```",
        )
        for finding in findings
    }
    return Report(
        findings=findings,
        source=SourceInfo(
            shown="postgres://app@db/shop",
            kind="live",
            engine="postgres",
            version="16.4",
            how="Read in a read-only transaction.",
            tables=3,
            columns=7,
            rows=1_234_567,
            notes=("The namespace billing could not be read.",),
        ),
        summary=summarize(findings, suppressed=3, baseline=2, rules_run=31, unchecked=("A question was too slow.",)),
        rules={**rules, "N001": RuleInfo(name="naming", page="Finds names.")},
        catalog=catalog,
        generated_at=datetime(2026, 11, 21, 13, 5, tzinfo=UTC),
    )


@pytest.fixture(scope="session")
def empty(report: Report) -> Report:
    return Report(findings=(), source=report.source, summary=summarize(()))
