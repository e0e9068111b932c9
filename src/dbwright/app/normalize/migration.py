"""A split as files of a migrations folder: one revision a stage, each with its way back."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from dbwright.app.migrate.generate import script
from dbwright.app.migrate.new import write_revision
from dbwright.app.plan import make_plan
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.change.compare import Rename
from dbwright.change.plan import Step
from dbwright.engines.base import Engine
from dbwright.migrate.versions import slug
from dbwright.normalize.design.proposal import Proposal
from dbwright.normalize.migration.dialect import Dialect
from dbwright.normalize.migration.split import Split, Stage
from dbwright.normalize.migration.stages import split

_BATCH = 1000


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A revision that is not in a folder yet: its name, and its files by their endings (".up.sql", ".down.sql", ".py")."""

    name: str
    stage: Stage
    files: dict[str, str]
    steps: tuple[Step, ...] = ()


def plan_split(proposal: Proposal, catalog: Catalog, engine: Engine) -> tuple[Split, tuple[Draft, ...]]:
    """A proposal as stages, and those as revisions. catalog: the database that holds the table.

    Raises Refused, with the reason, where the table cannot be split by a migration.
    """
    mariadb = catalog.engine == "mariadb"
    planned = split(proposal, catalog, Dialect(engine.name, engine.quote, mariadb, engine.name_limit()))
    return planned, drafts(planned, catalog, engine)


def drafts(planned: Split, catalog: Catalog, engine: Engine) -> tuple[Draft, ...]:
    """The revisions of a split. catalog: the one that it leads from."""
    found = []
    before = catalog
    for stage in planned.stages:
        name = f"{stage.name}_{slug(planned.source.name)}"
        if stage.per_range:
            found.append(Draft(name=name, stage=stage, files={".py": _in_ranges(stage, planned)}))
        else:
            up, down, steps = _texts(stage, before, engine)
            found.append(Draft(name=name, stage=stage, files={".up.sql": up, ".down.sql": down}, steps=steps))
        before = stage.goal
    return tuple(found)


def write(found: Sequence[Draft], folder: Path) -> tuple[Path, ...]:
    """Write the revisions into a folder of migrations, after those that are there."""
    return tuple(path for draft in found for path in write_revision(folder, draft.name, draft.files))


# ---------------------------------------------------------------- SQL


def _texts(stage: Stage, before: Catalog, engine: Engine) -> tuple[str, str, tuple[Step, ...]]:
    up: list[Step] = []
    down: list[Step] = []
    at = before
    for goal in stage.path or (stage.goal,):
        plan = make_plan(at, goal, engine, renames=_renames(stage, at, goal))
        up += _within(plan.up)
        down = [*_within(plan.down), *down]
        at = goal
    head = f"-- {stage.title}.\n"
    if stage.loses:
        head = f"-- dbwright: on request\n{head}-- What is lost: {stage.loses}.\n"
    if stage.name == "expand":
        # The way back drops the parts, whose rows are still where they came from.
        head = f"-- dbwright: allow data-loss\n{head}"
    whole = [*_plain(stage.before), *up, *_plain(stage.after)]
    back = [*_plain(stage.back_before), *down, *_plain(stage.back_after)]
    way_back = f"-- The way back of: {stage.title}.\n"
    if stage.quiet:
        way_back += "-- Let nothing write to the parts meanwhile: it would be lost.\n"
    return f"{head}\n{script(whole, engine)}", f"{way_back}\n{script(back, engine)}", tuple(up)


def _renames(stage: Stage, at: Catalog, goal: Catalog) -> list[Rename]:
    """Those of the stage that happen between two of its catalogs."""
    here, there = ({(each.namespace, each.name) for each in catalog.tables} for catalog in (at, goal))
    return [
        Rename(target=Ref("table", old), to=new)
        for old, new in stage.renames
        if old in here and new not in here and new in there
    ]


def _within(steps: Sequence[Step]) -> list[Step]:
    """Steps without BEGIN and COMMIT: a revision is one transaction wherever the engine can."""
    return [step for step in steps if step.sql.split()[0].upper().rstrip(";") not in ("BEGIN", "COMMIT")]


def _plain(statements: Sequence[str]) -> list[Step]:
    return [Step(sql=each) for each in statements]


# ---------------------------------------------------------------- ranges of the key


def _in_ranges(stage: Stage, planned: Split) -> str:
    key = planned.key[0] if len(planned.key) == 1 else planned.key
    namespace = f"\n    namespace={planned.source.namespace!r}," if planned.source.namespace else ""
    statements = "".join(f"    {each!r},\n" for each in stage.per_range)
    held = (
        f"# Others wait to change these rows until they are carried over.\nHELD = {stage.held_still!r}\n"
        if stage.held_still
        else ""
    )
    hold = '    batch.query(HELD.replace("{range}", batch.range))\n' if stage.held_still else ""
    return (
        f'"""{_documented(stage.title)}.\n\nRows that are there already are left alone, so it can be run again at any time.\n"""\n\n'
        "from dbwright.migrate.data import Batch, Batches\n\n"
        f"batches = Batches(\n    table={planned.source.name!r},{namespace}\n    key={key!r},\n    size={_BATCH},\n)\n\n"
        f"{held}STATEMENTS = (\n{statements})\n\n\n"
        "def up(batch: Batch) -> None:\n"
        f"{hold}"
        "    for statement in STATEMENTS:\n"
        '        batch.change(statement.replace("{range}", batch.range))\n\n\n'
        "def down(batch: Batch) -> None:\n"
        '    """Nothing to do: the way back of the revision before drops the tables."""\n'
    )


def _documented(text: str) -> str:
    """A text within three quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
