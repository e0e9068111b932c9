"""Build the example shop on SQLite, and on PostgreSQL where one can be had, review it, and write the pages.

Run by `make review`. The faults are planted, so findings are what should come out: the exit status is 0 when all were found.
"""

import argparse
import sys
from pathlib import Path

from dbwright.app.draw import with_diagram
from dbwright.app.review import Outcome, Request, review
from dbwright.engines.registry import engine
from dbwright.engines.url import format_url
from dbwright.errors import DbwrightError, Unavailable
from dbwright.report.formats import render
from examples.build import planted, statements


def build_and_review(example: str, variant: str, dialect: str) -> tuple[Outcome, str]:
    """Build an example in a scratch database and review it there; returns the outcome and where the database came from."""
    with engine(dialect).scratch() as scratch:
        with scratch.open() as session:
            session.execute(statements(example, variant, dialect))
        outcome = review(Request(source=format_url(scratch.url)))
        return outcome, scratch.origin


def missed(outcome: Outcome, example: str, dialect: str) -> list[str]:
    """The planted faults that the review did not find."""
    found = {(each.code, str(ref)) for each in outcome.report.findings for ref in (each.target, each.target.table)}
    bare = {(code, name.removeprefix("public.")) for code, name in found}
    return [f"{code} at {target}" for code, target in planted(example, dialect) if (code, target) not in bare]


def main() -> int:
    """Review the faulty shop on each engine that can be had."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--output", default="build/review", help="folder for the pages")
    arguments.add_argument("--engines", default="sqlite,postgres")
    options = arguments.parse_args()
    status = 0
    for dialect in options.engines.split(","):
        title = engine(dialect).title
        try:
            outcome, origin = build_and_review("shop", "faulty", dialect)
        except Unavailable as error:
            print(f"\n== The shop on {title}: skipped. {error.message}", file=sys.stderr)
            continue
        print(f"\n== The shop on {title} ({origin})\n")
        print(render(outcome.report, "text", colour=sys.stdout.isatty()))
        page = Path(options.output) / f"shop-{dialect}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(render(with_diagram(outcome.report), "html"), encoding="utf-8")
        left = missed(outcome, "shop", dialect)
        print(f"Planted faults found: {len(planted('shop', dialect)) - len(left)} of {len(planted('shop', dialect))}.")
        print(f"The page: {page}")
        if left:
            print(f"Not found: {', '.join(left)}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DbwrightError as failure:
        print(f"error: {failure.message}", file=sys.stderr)
        sys.exit(2)
