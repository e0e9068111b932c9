"""How many lines cross in diagrams of large schemas: all lines, and with hubs and references between clusters as badges.

    python -m bench.diagrams [--tables 120 250] [--catalog FILE …] [--scale 1000 10000]

The made-up schemas have the shape of large public applications: modules with a core table, details, lists and junctions;
some tables that nearly all others refer to; references between modules; and tables that stand alone. Catalogs of real ones
are read as JSON (`dbwright inspect SOURCE --format json`). With --scale it also times all drawings of a page.
"""

import argparse
import random
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from dbwright.app.draw import drawings
from dbwright.catalog.codec import decode
from dbwright.catalog.objects import Catalog, Column, ForeignKey, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.writers.arrange import arranged
from dbwright.writers.crossings import crossings
from dbwright.writers.diagram import WHOLE, Viewpoint

NUMBER, TEXT = Type("integer", "bigint", bits=64), Type("text", "text")
HUBS = ("users", "organisations", "currencies", "countries", "files")
MODULES = """billing catalogue chat content courses crm delivery events forum hiring inventory ledger marketing orders payroll
planning pricing projects quality reports sales search shop stock support surveys tasks taxes tickets training""".split()
DETAILS = "items notes versions lines events settings labels comments links states".split()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tables", type=int, nargs="*", default=[120, 250])
    parser.add_argument("--catalog", type=Path, nargs="*", default=[])
    parser.add_argument("--scale", type=int, nargs="*", default=[])
    options = parser.parse_args()
    catalogs = [(f"{count} tables made up", made_up(count)) for count in options.tables]
    catalogs += [(file.stem, decode(file.read_text(encoding="utf-8"))) for file in options.catalog]
    for name, catalog in catalogs:
        for way, viewpoint in (("all lines", Viewpoint(hubs=False)), ("badges", WHOLE)):
            start = time.perf_counter()
            drawn, placed = arranged(catalog, viewpoint, 120)
            count = sum(crossings(list(placed.lines))) // 2
            took = time.perf_counter() - start
            print(f"{name:<24} {way:<10} {len(drawn.lines):>5} lines {count:>7,} crossings  {took:5.1f} s", flush=True)
    for tables in options.scale:
        catalog = made_up(tables)
        start = time.perf_counter()
        drawn_all = drawings(catalog)
        took = time.perf_counter() - start
        size = sum(len(each.svg) for each in drawn_all) / 1e6
        memory = (
            sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
        )
        print(
            f"{tables:>6,} tables: {len(drawn_all)} drawings, {size:.1f} MB, in {took:.1f} s, {memory:.0f} MB of memory with Graphviz's"
        )


def made_up(tables: int, seed: int = 4) -> Catalog:
    """A schema of that many tables; the same for the same seed."""
    chance = random.Random(seed)
    found = {hub: ["name", "code"] for hub in HUBS[:3]} | {hub: ["name", *HUBS[:2]] for hub in HUBS[3:]}
    references: dict[str, list[str]] = {
        name: [each for each in columns if each in HUBS] for name, columns in found.items()
    }
    cores: list[str] = []
    for module, size in _modules(tables - len(HUBS), chance):
        inside: list[str] = []
        for at in range(size):
            name = module if at == 0 else f"{module}_{DETAILS[(at - 1) % len(DETAILS)]}{'' if at <= 10 else at // 10}"
            parents = {inside[0] if chance.random() < 0.6 else chance.choice(inside)} if inside else set()
            if inside and chance.random() < 0.35:
                parents.add(chance.choice(inside))
            if cores and chance.random() < 0.2:
                parents.add(chance.choice(cores))
            parents |= {
                hub for hub, share in zip(HUBS, (0.6, 0.3, 0.12, 0.08, 0.1), strict=True) if chance.random() < share
            }
            references[name] = [] if chance.random() < 0.08 else sorted(parents)
            inside.append(name)
        cores.append(inside[0])
    return Catalog(
        engine="postgres", name="made up", tables=tuple(_table(*each, chance) for each in sorted(references.items()))
    )


def _modules(tables: int, chance: random.Random) -> Iterator[tuple[str, int]]:
    number = 0
    while tables > 0:
        size = min(tables, chance.randint(4, 16))
        turn = number // len(MODULES)
        yield f"{MODULES[number % len(MODULES)]}{turn or ''}", size
        tables, number = tables - size, number + 1


def _table(name: str, parents: list[str], chance: random.Random) -> Table:
    plain = [
        Column(name=f"{word}", type=TEXT) for word in ("title", "state", "created_at", "note")[: chance.randint(1, 4)]
    ]
    columns = [Column(name="id", type=NUMBER, nullable=False)]
    columns += [Column(name=f"{parent}_id", type=NUMBER, nullable=chance.random() < 0.3) for parent in parents]
    keys = tuple(ForeignKey(columns=(f"{parent}_id",), table=("", parent), referenced=("id",)) for parent in parents)
    return Table(
        namespace="", name=name, columns=(*columns, *plain), primary_key=PrimaryKey(columns=("id",)), foreign_keys=keys
    )


if __name__ == "__main__":
    main()
