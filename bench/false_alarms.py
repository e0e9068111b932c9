"""How many findings at warning or above an expert would call wrong, on large schemas and on the samples.

    python -m bench.false_alarms [--only TEXT] [--show]

The schemas in bench/schemas are built on scratch servers, filled with made-up rows and reviewed with the recommended rules;
so are the samples (DBWRIGHT_SAMPLES, or ../shared/samples/schemas). Every finding is looked up in bench/schemas/judged.toml,
where an experienced reviewer's judgement of it stands; those without one are named. --show prints the findings in full.
"""

import argparse
import os
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench.schemas.fill import fill
from dbwright.app.check import check_catalog
from dbwright.app.review import Request, review
from dbwright.app.select import select_rules
from dbwright.engines.base import Budget, Statement
from dbwright.engines.registry import engine
from dbwright.errors import DbwrightError
from dbwright.finding import Finding, at_or_above
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split

HERE = Path(__file__).resolve().parent / "schemas"
SCHEMAS: tuple[tuple[str, Dialect], ...] = (
    ("hosting_pg", "postgres"),
    ("store_mysql", "mysql"),
    ("erp_sqlite", "sqlite"),
)
ROWS = 300


class Reviewed(msgspec.Struct, frozen=True):
    """One schema's findings at warning or above."""

    name: str
    tables: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


def main() -> None:
    """Review, compare with the judgements, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", help="only schemas whose name holds this")
    parser.add_argument("--show", action="store_true", help="print every finding with its evidence")
    options = parser.parse_args()
    judged = judgements()
    totals: Counter[str] = Counter()
    unjudged: list[str] = []
    for each in [*_own(options.only), *_samples(options.only)]:
        totals += _print(each, judged, unjudged, show=options.show)
    if unjudged:
        print(f"\nUnjudged ({len(unjudged)}):")
        print(*unjudged, sep="\n")
    known = totals["right"] + totals["wrong"]
    share = f"{totals['wrong'] / known:.1%}" if known else "none"
    print(
        f"\n{known + totals['unjudged']} findings at warning or above: {totals['right']} judged right, "
        f"{totals['wrong']} wrong ({share}), {totals['unjudged']} not judged"
    )


def judgements() -> dict[tuple[str, str, str], str]:
    """What was judged, by schema, code and target: "right" or "wrong"."""
    with (HERE / "judged.toml").open("rb") as file:
        entries = tomllib.load(file).get("finding", [])
    return {(each["schema"], each["code"], each["target"]): each["judged"] for each in entries}


def target(finding: Finding) -> str:
    """A finding's target as the judgements spell it: without the namespace, which the scratch server chose."""
    return ".".join(part for part in finding.target.path[1:] if part) or finding.target.kind


def _own(only: str) -> Iterator[Reviewed]:
    """The schemas of this folder, built and filled."""
    for name, dialect in SCHEMAS:
        if only in name:
            yield _filled(name, dialect)


def _filled(name: str, dialect: Dialect) -> Reviewed:
    chosen = engine(dialect)
    with chosen.scratch() as scratch, scratch.open() as session:
        session.execute(split((HERE / f"{name}.sql").read_text(encoding="utf-8"), dialect))
        fill(session, chosen, session.inspect().catalog, rows=ROWS)
        if dialect != "sqlite":
            tables = session.inspect().catalog.tables
            for table in tables:
                what = "ANALYZE" if dialect == "postgres" else "ANALYZE TABLE"
                session.execute([Statement(text=f"{what} {chosen.quote(table.name)}")])
        catalog = session.inspect().catalog
        checked = check_catalog(
            catalog, chosen, rules=select_rules((), ()), session=session, budget=Budget(seconds=120.0)
        )
    return Reviewed(name, len(catalog.tables), _harmful(checked.findings), checked.notes)


def _samples(only: str) -> Iterator[Reviewed]:
    """The samples with the rows they come with."""
    folder = Path(os.environ.get("DBWRIGHT_SAMPLES", HERE.parent.parent.parent / "shared" / "samples" / "schemas"))
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    if not paths:
        print(f"!! The samples are skipped: there is no folder {folder} (set DBWRIGHT_SAMPLES).\n")
    for path in paths:
        if only not in path.stem:
            continue
        try:
            outcome = review(Request(source=str(path), fail_on="never", seconds=120.0, own_rules=False))
        except DbwrightError as error:
            print(f"!! {path.stem} is skipped: {error.message}\n")
            continue
        yield Reviewed(path.stem, len(outcome.catalog.tables), _harmful(outcome.all_findings))


def _harmful(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(each for each in findings if at_or_above(each.severity, "warning"))


def _print(each: Reviewed, judged: dict[tuple[str, str, str], str], unjudged: list[str], *, show: bool) -> Counter[str]:
    """One schema's findings by rule with their judgements; what was not judged is added to the list."""
    print(f"{each.name}: {each.tables} tables, {len(each.findings)} findings at warning or above")
    for note in each.notes:
        print(f"   not checked: {note}")
    by_rule: dict[str, Counter[str]] = {}
    for finding in each.findings:
        said = judged.get((each.name, finding.code, target(finding)), "unjudged")
        by_rule.setdefault(f"{finding.code} {finding.rule}", Counter())[said] += 1
        if said == "unjudged":
            unjudged.append(f"   {each.name} {finding.code} {target(finding)}: {finding.message}")
        if show:
            _show(finding, said)
    for rule, counts in sorted(by_rule.items()):
        print(f"   {rule:40} " + ", ".join(f"{number} {said}" for said, number in sorted(counts.items())))
    return sum(by_rule.values(), Counter())


def _show(finding: Finding, said: str) -> None:
    print(f" - {finding.severity} {finding.code} {target(finding)} [{said}]\n     {finding.message}")
    for evidence in finding.evidence:
        print(f"     · {evidence.summary}")
        for row in evidence.rows[:3]:
            print(f"         {row}")


if __name__ == "__main__":
    main()
