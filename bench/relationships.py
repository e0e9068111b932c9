"""How many references are found again on schemas whose declared foreign keys were taken away, and how many are wrong.

    python -m bench.relationships [--threshold 0.7] [--only TEXT]

The foreign keys are taken out of the catalog, and with them every index over just their columns, which may exist for them
alone. Then the references are looked for by the data only, by names only, by both, and by both with the joins of views,
routines and triggers. Schemas: the samples (DBWRIGHT_SAMPLES, or ../shared/samples/schemas), and those in examples/ and bench/schemas/.
Schemas without rows are filled by bench/filler.py or bench/schemas/fill.py, which is said.
"""

import argparse
import os
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import msgspec

from bench.filler import fill
from bench.schemas.fill import fill as fill_large
from dbwright.app.joins import joins_of
from dbwright.app.sources import open_any
from dbwright.catalog.facts import Facts, key_of
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Budget, Engine, Session, Statement
from dbwright.engines.registry import engine
from dbwright.errors import DbwrightError, Unavailable
from dbwright.relationships.find import THRESHOLD, candidates, proposals, questions
from dbwright.relationships.tables import own_tables

HERE = Path(__file__).resolve().parent.parent
MODES = ("data", "names", "both", "+ joins")
BY_TYPE_ALONE = 20_000
"""With the data only there is nothing else to go by, so that all pairs are tried; with names the rule tries this many: """
BY_TYPE = 100

TRUE_BUT_UNDECLARED = frozenset(
    (
        "payment.customer_id → customer.customer_id",
        "payment.rental_id → rental.rental_id",
        "payment.staff_id → staff.staff_id",
        "store.manager_staff_id → staff.staff_id",
        "film_text.film_id → film.film_id",
        "orders.customer_id → customers.id",
    )
)
"""Proposals that the samples don't declare and that are right all the same, judged by reading their schemas: pagila declares the
first three on six of its seven partitions, sakila the fourth and keeps the fifth by triggers, our bookshop leaves out the last
on purpose. Those of our large schemas stand in bench/schemas/undeclared.toml. The table counts them as wrong; its last line
doesn't."""

Reference = tuple[Ref, Ref]
Opened = AbstractContextManager[tuple[Catalog, Session, str]]


class Found(msgspec.Struct, frozen=True):
    """What one mode found: right, wrong and missed references."""

    right: int
    wrong: tuple[str, ...]
    missed: tuple[str, ...]


# ---------------------------------------------------------------- the schemas


@contextmanager
def opened(
    path: Path, dialect: str | None, fill: Callable[[Session, Engine, Catalog], object] = fill
) -> Iterator[tuple[Catalog, Session, str]]:
    """A schema with its rows; filled where it has none."""
    with open_any(str(path), dialect=dialect) as source:
        catalog, chosen, session = source.catalog, source.engine, source.session
        if session is not None and any(stats.rows > 0 for stats in session.measure(catalog).tables.values()):
            yield catalog, session, ""
            return
    with chosen.scratch() as scratch, scratch.open() as session:
        bare = msgspec.structs.replace(catalog, roles=(), grants=())
        session.execute(Statement(text=text) for text in chosen.emit(bare))
        catalog = session.inspect().catalog
        fill(session, chosen, catalog)
        if chosen.name == "postgres":
            session.execute([Statement(text="ANALYZE")])
        yield catalog, session, "filled by us"


@contextmanager
def built(example: str, dialect: str) -> Iterator[tuple[Catalog, Session, str]]:
    """One of our example databases, corrected, with its rows."""
    from examples.build import statements

    with engine(dialect).scratch() as scratch, scratch.open() as session:
        session.execute(statements(example, "corrected", dialect))
        yield session.inspect().catalog, session, ""


def schemas(only: str) -> Iterator[tuple[str, Opened]]:
    """Every schema's name, with the context that opens it."""
    folder = Path(os.environ.get("DBWRIGHT_SAMPLES", HERE.parent / "shared" / "samples" / "schemas"))
    samples = sorted(folder.iterdir()) if folder.is_dir() else []
    if not samples:
        print(f"!! The samples are skipped: there is no folder {folder} (set DBWRIGHT_SAMPLES).\n")
    for path in samples:
        if only in path.name:
            yield path.name, opened(path, None)
    for example in sorted(path.parent.name for path in (HERE / "examples").glob("*/rows.py")):
        for dialect in ("postgres", "mysql", "sqlite"):
            if only in f"{example} {dialect}" and (HERE / "examples" / example / "corrected.sql").exists():
                yield f"{example} {dialect}", built(example, dialect)
    for path in sorted((HERE / "examples").glob("**/*.sql")):
        if not (path.parent / "rows.py").exists() and only in str(path.relative_to(HERE / "examples")):
            written_for = "sqlite" if path.parent.name == "awkward" else None
            yield str(path.relative_to(HERE / "examples")), opened(path, written_for)
    for path in sorted((HERE / "bench" / "schemas").glob("*.sql")):
        if only in path.name:
            suffix = path.stem.rpartition("_")[2]
            yield path.name, opened(path, "postgres" if suffix == "pg" else suffix, fill_large)


# ---------------------------------------------------------------- taking away and finding again


def declared(catalog: Catalog) -> set[Reference]:
    """The foreign keys of one column; those that all partitions declare count for their parent."""
    found: set[Reference] = set()
    for table in own_tables(catalog):
        parts = [
            each
            for each in catalog.tables
            if each.partition_of and each.partition_of.table == (table.namespace, table.name)
        ]
        shared = [set(_references(each, table)) for each in parts]
        found |= {*_references(table, table), *(set.intersection(*shared) if shared else ())}
    return found


def _references(table: Table, shown: Table) -> Iterator[Reference]:
    for key in table.foreign_keys:
        if len(key.columns) == 1 and key.referenced:
            yield shown.column_ref(key.columns[0]), Ref("column", (*key.table, key.referenced[0]))


def without_references(catalog: Catalog) -> Catalog:
    """The catalog without foreign keys, and without the indexes over just their columns."""
    return msgspec.structs.replace(catalog, tables=tuple(map(_stripped, catalog.tables)))


def _stripped(table: Table) -> Table:
    columns = {key.columns for key in table.foreign_keys}
    left = tuple(each for each in table.indexes if each.unique or each.columns not in columns)
    return msgspec.structs.replace(table, foreign_keys=(), indexes=left)


def recover(catalog: Catalog, session: Session, mode: str, threshold: float) -> Found:
    """Look for the references in one mode, and compare them with those declared."""
    truth, bare = declared(catalog), without_references(catalog)
    use_names, use_data = mode != "data", mode != "names"
    facts = session.measure(bare) if use_data else Facts()
    if mode == MODES[-1]:
        facts.joins = joins_of(catalog)
    most = 0 if not use_data else BY_TYPE if use_names else BY_TYPE_ALONE
    pairs = candidates(bare, facts, use_names=use_names, most_by_type=most)
    if use_data:
        asked = sorted(set(questions(pairs, use_names=use_names)), key=key_of)
        facts.answers = session.answer(bare, facts, asked, Budget(seconds=600, seconds_each=60))
    found = proposals(pairs, facts, threshold=threshold, use_names=use_names, use_data=use_data)
    proposed = {(each.candidate.ref, each.candidate.key.ref): each for each in found}
    return Found(
        right=len(truth & proposed.keys()),
        wrong=tuple(
            f"{ref} → {key} ({each.probability:.0%})"
            for (ref, key), each in sorted(proposed.items())
            if (ref, key) not in truth
        ),
        missed=tuple(f"{ref} → {key}" for ref, key in sorted(truth - proposed.keys())),
    )


# ---------------------------------------------------------------- the table


def _shown(found: Found) -> str:
    made, wanted = found.right + len(found.wrong), found.right + len(found.missed)
    precision = f"{found.right / made:4.0%}" if made else "   –"
    return f"{precision} {found.right / wanted:4.0%}" if wanted else f"{precision}    –"


def _sum(founds: list[Found]) -> Found:
    return Found(
        sum(each.right for each in founds),
        tuple(text for each in founds for text in each.wrong),
        tuple(text for each in founds for text in each.missed),
    )


def _without_judged(found: Found) -> Found:
    """The same without the wrong ones that are right."""
    large = tomllib.loads((HERE / "bench" / "schemas" / "undeclared.toml").read_text(encoding="utf-8"))
    right = TRUE_BUT_UNDECLARED.union(*large.values())
    wrong = tuple(text for text in found.wrong if text.replace("public.", "").rpartition(" (")[0] not in right)
    return Found(found.right + len(found.wrong) - len(wrong), wrong, found.missed)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--threshold", type=float, default=THRESHOLD, help="the probability from which on one is proposed"
    )
    parser.add_argument("--only", default="", help="schemas whose name holds this text")
    options = parser.parse_args()
    print(f"Precision and recall, proposals of {options.threshold:.0%} and more\n")
    print(f"{'schema':<28} {'keys':>4}  " + "  ".join(f"{mode:^9}" for mode in MODES))
    all_found: dict[str, list[Found]] = {mode: [] for mode in MODES}
    details: list[str] = []
    for name, context in schemas(options.only):
        try:
            with context as (catalog, session, note):
                count = len(declared(catalog))
                if not count:
                    continue
                founds = {mode: recover(catalog, session, mode, options.threshold) for mode in MODES}
        except (DbwrightError, Unavailable) as error:
            print(f"{name:<28} !! skipped: {error.message}")
            continue
        print(f"{name:<28} {count:>4}  " + "  ".join(_shown(founds[mode]) for mode in MODES) + f"  {note}", flush=True)
        for mode, found in founds.items():
            all_found[mode].append(found)
            if mode != "data":
                details += [f"  {name}, {mode}: wrong {text}" for text in found.wrong]
                details += [f"  {name}, {mode}: missed {text}" for text in found.missed]
    total = {mode: _sum(founds) for mode, founds in all_found.items()}
    keys = total["both"].right + len(total["both"].missed)
    print(f"{'together':<28} {keys:>4}  " + "  ".join(_shown(total[mode]) for mode in MODES))
    judged = {mode: _without_judged(found) for mode, found in total.items()}
    print(f"{'with the judged ones right':<33}  " + "  ".join(_shown(judged[mode]) for mode in MODES))
    print("\nWrong and missed, but for those of the data alone:")
    print("\n".join(details) or "  none")


if __name__ == "__main__":
    main()
