"""What a prepared seeding will do, as data for a report."""

import msgspec

from dbwright.app.seed.prepare import Prepared
from dbwright.seed.plan.base import SeedPlan


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """One table before the run. wanted: the rows that were asked for. before: rows that are there."""

    table: str
    rows: int
    wanted: int
    before: int = 0
    notes: tuple[str, ...] = ()


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """What will be written. emptied, references: tables and their rows, deleted and upserted before. resumed: whether a run goes on."""

    shown: str
    seed: int
    tables: tuple[Planned, ...]
    left_out: dict[str, str] = {}
    emptied: dict[str, int] = {}
    references: dict[str, int] = {}
    impossible: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    resumed: bool = False


def foreseen(prepared: Prepared) -> Foreseen:
    """What a prepared seeding will do."""
    plan: SeedPlan = prepared.made
    return Foreseen(
        shown=prepared.url.shown,
        seed=plan.settings.seed,
        tables=tuple(
            Planned(
                table=str(each.table.ref),
                rows=each.rows,
                wanted=each.rows if each.wanted is None else each.wanted,
                before=each.before,
                notes=each.notes,
            )
            for each in plan.tables
        ),
        left_out={".".join(part for part in each.table if part): each.reason for each in plan.left_out},
        emptied={str(table.ref): rows for table, rows in prepared.emptied},
        references={str(each.table.ref): len(each.rows) for each in prepared.references},
        impossible=tuple((each.where, each.sentence) for each in plan.impossible),
        notes=(*prepared.notes, *prepared.learned, *plan.notes),
        resumed=prepared.kept is not None,
    )


def sample(prepared: Prepared, rows: int) -> str:
    """The first rows of each table, as CSV under its name."""
    import polars as pl

    from dbwright.seed.maker import Maker

    maker, parts = Maker(prepared.made), []
    for table in prepared.made.tables:
        frame = maker.frame(table, 0, min(rows, table.rows))
        if table.later:
            later = maker.later_frame(table, 0, frame.height)
            frame = frame.with_columns(later[name] for name in table.later)
        text = frame.with_columns(pl.selectors.binary().bin.encode("hex")).write_csv()
        parts.append(f"{table.table.ref}\n{text}".rstrip())
    return "\n\n".join(parts)
