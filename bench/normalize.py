"""Sample schemas joined into wide tables, taken apart again, and compared with what they were.

    python -m bench.normalize [--only TEXT] [--names prefixed|bare] [--details] [--shuffle]

For each schema, tables that nobody refers to are joined with all that they lead to (bench/wide.py), and the result is written to a
Parquet file. It is read, mined, judged and taken apart as `dbwright normalize FILE` does, without any decision of a person. A table
counts as recovered where a part has exactly its columns and one of its keys; columns that have one value in all rows say nothing of
where they belong, so a second column leaves them out. Schemas whose file begins with heldout_ are counted apart. Precision and recall
of dependencies: of those used by the proposal, how many follow from the schema's keys; and of what the keys say, how much follows
from those used. First ranks: of the 10 (and 30) most plausible dependencies, how many follow from the schema's keys.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from bench.relationships import schemas
from bench.wide import Names, Wide, wide_tables
from dbwright.app.normalize.propose import Normalised, Wanted, normalised
from dbwright.catalog.dependencies import Attributes, Functional
from dbwright.engines.registry import engine
from dbwright.errors import DbwrightError, Unavailable
from dbwright.normalize.design.proposal import Proposal
from dbwright.normalize.theory.closure import Closures
from dbwright.normalize.theory.masks import Universe

SAME_AGAIN = ("chinook_mysql", "chinook_pg", "shop mysql", "shop sqlite", "social mysql", "social sqlite")
"""The same schemas with the same rows on other engines: counting them again would weigh them more."""
HELD_OUT = "heldout_"
"""What the names of schemas begin with that nothing was fitted to: they are counted apart."""


class Score(msgspec.Struct, kw_only=True):
    """What came out for one wide table."""

    tables: int
    exact: int
    recovered: int
    parts: int
    right_used: int
    used: int
    said: int
    of_said: int
    first: dict[int, tuple[int, int]]
    seconds: float
    details: list[str]


def compare(wide: Wide, made: Normalised) -> Score:
    """A proposal beside the schema that the wide table was made of."""
    constant = {column.name for column in made.judgement.profile.columns if column.distinct + bool(column.nulls) <= 1}
    parts = _parts(made.proposal)
    absent = {column.name for column in made.judgement.profile.columns if not column.distinct}
    originals = [each for each in wide.originals if each.columns - absent]
    exact = recovered = 0
    details = []
    for original in originals:
        same = [columns == original.columns and key in original.keys for columns, key in parts]
        alike = [
            columns - constant == original.columns - constant
            and any(key - constant <= one - constant or one - constant <= key - constant for one in original.keys)
            for columns, key in parts
        ]
        exact += any(same)
        recovered += any(alike)
        if not any(alike):
            near = max(
                (columns for columns, _ in parts),
                key=lambda each: len(each & original.columns) / len(each | original.columns),
            )
            details.append(
                f"{original.role} ({original.table}): lacks {sorted(original.columns - near)}, has too {sorted(near - original.columns)}"
            )
    universe = Universe(wide.columns)
    true = Closures(universe.arrow(each) for each in wide.functional)

    def follows(each: Functional, from_: Closures) -> bool:
        return not universe.mask(each.right) & ~from_.of(universe.mask(each.left))

    used = [each.measured.dependency for each in made.used if isinstance(each.measured.dependency, Functional)]
    held = Closures(universe.arrow(each) for each in used)
    said = [
        Functional(left=one, right=frozenset((name,)))
        for original in wide.originals[1:]
        for one in original.keys[:1]
        for name in original.columns - one - constant
    ]
    ranked = [
        each.measured.dependency
        for each in made.judgement.judged
        if isinstance(each.measured.dependency, Functional) and each.measured.dependency.left
    ]
    return Score(
        tables=len(originals),
        exact=exact,
        recovered=recovered,
        parts=len(parts),
        right_used=sum(follows(each, true) for each in used),
        used=len(used),
        said=len(said),
        of_said=sum(follows(each, held) for each in said),
        first={count: (sum(follows(each, true) for each in ranked[:count]), len(ranked[:count])) for count in (10, 30)},
        seconds=made.judgement.discovery.seconds,
        details=details,
    )


def _parts(proposal: Proposal) -> list[tuple[Attributes, Attributes]]:
    """Columns and key of each part. What became a child table for its lists counts for the part that it belongs to."""
    found = [
        _of_source(part.source_columns, part.natural_key, part.references)
        for part in proposal.parts
        if not part.unfolds
    ]
    for part in proposal.parts:
        if part.unfolds:
            lists = frozenset(name for columns in part.unfolds.columns for name in columns)
            owner = frozenset(part.source_columns.values())
            found = [(columns | lists if key == owner else columns, key) for columns, key in found]
    return found


def _of_source(
    columns: dict[str, str], key: Sequence[str], references: Sequence[tuple[str, str, tuple[str, ...]]]
) -> tuple[Attributes, Attributes]:
    """A part's columns and key by the names of the source; a reference to a number stands for the columns that find it."""
    stands = {column: sources for column, _, sources in references}
    held = {*columns.values(), *(name for sources in stands.values() for name in sources)}
    named = {name for column in key for name in stands.get(column, (columns.get(column, column),))}
    return frozenset(held), frozenset(named)


def measure(wide: Wide, *, shuffle: bool = False, max_left: int = 2) -> Normalised:
    """What `dbwright normalize` proposes for a wide table in a Parquet file."""
    import polars

    from dbwright.app.dependencies.options import Options
    from dbwright.tables.open import open_tables

    columns = list(wide.columns)
    if shuffle:
        random.Random(3).shuffle(columns)
    place = {name: at for at, name in enumerate(wide.columns)}
    with tempfile.TemporaryDirectory(prefix="dbwright-bench-") as folder:
        file = Path(folder) / f"{wide.name}.parquet"
        polars.DataFrame(
            {name: _series(polars, [row[place[name]] for row in wide.rows]) for name in columns}
        ).write_parquet(file)
        with open_tables(str(file)) as sources:
            return normalised(
                sources[0],
                engine("postgres"),
                Wanted(options=Options(max_left=max_left, kinds=("functional", "unique"))),
            )


def _series(polars: object, values: list[object]) -> object:
    """One column; what has no type of its own becomes text."""
    kinds = {type(value) for value in values if value is not None}
    plain = {int, float, str, bool}
    if len(kinds) == 1 and (kinds <= plain or {each.__name__ for each in kinds} <= {"date", "datetime", "Decimal"}):
        return polars.Series(values, strict=False)  # type: ignore[attr-defined]
    return polars.Series([None if value is None else str(value) for value in values], dtype=polars.String)  # type: ignore[attr-defined]


def wides(only: str, names: Names) -> Iterator[tuple[str, Wide]]:
    """Every wide table with its schema's name."""
    for name, context in schemas(only):
        if any(name.startswith(each) for each in SAME_AGAIN) and not only:
            continue
        try:
            with context as (catalog, session, _):
                chosen = engine("mysql" if catalog.engine == "mariadb" else catalog.engine)
                yield from ((name, wide) for wide in list(wide_tables(catalog, session, chosen, names)))
        except (DbwrightError, Unavailable) as error:
            print(f"{name:<34} !! skipped: {error.message}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", help="schemas whose name holds this text")
    parser.add_argument("--names", choices=("prefixed", "bare"), action="append", help="how columns are called (both)")
    parser.add_argument("--shuffle", action="store_true", help="columns in a random order")
    parser.add_argument("--details", action="store_true", help="what was not recovered")
    options = parser.parse_args()
    for names in options.names or ("prefixed", "bare"):
        print(f"\n{names} names{', columns in a random order' if options.shuffle else ''}")
        print(
            f"{'schema: wide table':<44} {'rows':>6} {'cols':>4} {'tables':>6} {'exact':>5} {'recov.':>6} {'parts':>5} "
            f"{'prec.':>5} {'recall':>6} {'top10':>5} {'top30':>5} {'s':>5}"
        )
        scores: dict[bool, list[Score]] = {False: [], True: []}
        for name, wide in wides(options.only, names):
            started = time.monotonic()
            made = measure(wide, shuffle=options.shuffle)
            score = compare(wide, made)
            score.seconds = time.monotonic() - started
            scores[name.startswith(HELD_OUT)].append(score)
            print(_line(f"{name}: {wide.name}", len(wide.rows), len(wide.columns), score), flush=True)
            if options.details:
                print("".join(f"      {line}\n" for line in score.details), end="")
        for held_out, several in scores.items():
            if several:
                print(_line("together, held out" if held_out else "together", 0, 0, _together(several)))


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"


def _line(name: str, rows: int, columns: int, score: Score) -> str:
    return (
        f"{name[:44]:<44} {rows or '':>6} {columns or '':>4} {score.tables:>6} {_share(score.exact, score.tables):>5} "
        f"{_share(score.recovered, score.tables):>6} {score.parts:>5} {_share(score.right_used, score.used):>5} "
        f"{_share(score.of_said, score.said):>6} {_share(*score.first[10]):>5} {_share(*score.first[30]):>5} {score.seconds:>5.1f}"
    )


def _together(scores: Sequence[Score]) -> Score:
    def total(name: str) -> int:
        return sum(getattr(each, name) for each in scores)

    return Score(
        **{
            name: total(name)
            for name in ("tables", "exact", "recovered", "parts", "right_used", "used", "said", "of_said")
        },
        first={
            count: (sum(each.first[count][0] for each in scores), sum(each.first[count][1] for each in scores))
            for count in (10, 30)
        },
        seconds=sum(each.seconds for each in scores),
        details=[],
    )


if __name__ == "__main__":
    main()
