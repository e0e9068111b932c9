"""From what was asked to a plan: settings, the schema, what the tables hold, and what an unfinished run left."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path as File

import msgspec

from dbwright.app.seed.existing import read
from dbwright.app.seed.guard import check_environment, check_rows
from dbwright.app.seed.reference import Reference, references, with_references
from dbwright.app.seed.request import Request
from dbwright.app.seed.state import Kept, State, asked
from dbwright.catalog.lookup import holding
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Engine, Session
from dbwright.engines.url import Url
from dbwright.errors import UsageError
from dbwright.readers.live import live, live_url
from dbwright.seed.base import Settings, TableHint
from dbwright.seed.keys.links import names_of
from dbwright.seed.plan.base import Existing, SeedPlan
from dbwright.seed.plan.make import columns_to_read
from dbwright.seed.plan.make import plan as make_plan

Say = Callable[[str], None]


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A plan and what it was made of.

    emptied: tables whose rows are deleted first, parents first, with how many they have. learned: sentences on what was
    learned from another database. text: of the settings file. asked: stands for schema and settings. kept: how far an
    unfinished run of the same kind came; None begins anew.
    """

    request: Request
    url: Url
    engine: Engine
    catalog: Catalog
    settings: Settings
    plan: SeedPlan | None = None
    references: tuple[Reference, ...] = ()
    emptied: tuple[tuple[Table, int], ...] = ()
    state: State
    text: str = ""
    asked: str = ""
    kept: Kept | None = None
    learned: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def made(self) -> SeedPlan:
        """The plan, once it was made."""
        if self.plan is None:
            raise LookupError("There is no plan yet.")
        return self.plan


def prepare(request: Request, say: Say = lambda _: None) -> Prepared:
    """Read the target, without writing anything, and plan.

    Raises UsageError for settings that fit nothing, Refused where rows are in the way or the target is a production database.
    """
    url = live_url(request.url)
    text = _text(request)
    settings = _settings(request, text)
    check_environment(url, settings.environment, request.allow)
    with live(url, request.namespaces or None, request.timeout) as opened:
        catalog = opened.inspection.catalog
        if not holding(catalog):
            raise UsageError(f"{url.shown} has no tables that could be filled.")
        if not request.namespaces:
            _check_names(catalog, settings, request.file or "the settings")
        settings, learned = _learned(request, catalog, settings, say)
        prepared = Prepared(
            request=request,
            url=url,
            engine=opened.engine,
            catalog=catalog,
            settings=_chosen(request, catalog, settings),
            references=references(catalog, settings, File(request.file).parent if request.file else File()),
            state=State(url, request.namespaces),
            learned=learned,
            notes=opened.inspection.notes,
            text=text,
        )
        return planned(prepared, opened.session, say)


def planned(prepared: Prepared, session: Session, say: Say = lambda _: None) -> Prepared:
    """The plan for what the target holds now, or for what it held before the unfinished run that is gone on with."""
    settings, found = prepared.settings, prepared.references
    told = asked(prepared.catalog, settings, prepared.text)
    unfinished = prepared.state.load(told)
    emptied: tuple[tuple[Table, int], ...] = ()
    if unfinished:
        kept, existing = unfinished
        settings = msgspec.structs.replace(settings, until=kept.until, now=kept.now)
    else:
        say(f"Looking at the rows of {len(holding(prepared.catalog)):,} tables")
        existing = read(session, prepared.engine, prepared.catalog, columns_to_read(prepared.catalog, settings))
        if prepared.request.where == "empty-first":
            emptied = _to_empty(prepared, existing)
            existing = _without(existing, [table for table, _ in emptied])
        existing = with_references(existing, found)
    if prepared.request.where == "fill-empty":
        settings = _only_empty(settings, existing, prepared.catalog)
    before = prepared.plan
    if before is not None and before.settings == settings and _same(before.existing, existing):
        plan = before  # it takes its time for thousands of tables
    else:
        plan = make_plan(prepared.catalog, settings, existing)
    if unfinished is None:
        check_rows(_in_the_way(plan, found, emptied), prepared.request.where, prepared.request.allow)
    return msgspec.structs.replace(
        prepared, plan=plan, emptied=emptied, asked=told, kept=unfinished[0] if unfinished else None
    )


# ---------------------------------------------------------------- settings


def _text(request: Request) -> str:
    """What the settings file says; nothing where there is none."""
    if request.file is None:
        return ""
    try:
        return File(request.file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise UsageError(f"The settings {request.file} cannot be read: {why}.") from error


def _settings(request: Request, text: str) -> Settings:
    """What the file says, and over it what was said on the command line."""
    settings = Settings(environment=request.environment)
    if request.file:
        from dbwright.seed.settings_file import read_settings

        settings = read_settings(text, request.file, request.environment)
    said = {"rows": request.rows, "scale": request.scale, "seed": request.seed, "locale": request.locale}
    given = {name: value for name, value in said.items() if value is not None}
    return msgspec.structs.replace(settings, now=datetime.now(UTC).isoformat(), **given)


def _check_names(catalog: Catalog, settings: Settings, file: str) -> None:
    """Raise UsageError where the settings speak of a table or of a reference that is not there."""
    tables = {name: table for table in catalog.tables for name in (table.name, str(table.ref))}
    for name, hint in settings.tables.items():
        if name not in tables:
            known = ", ".join(list(dict.fromkeys(table.name for table in tables.values()))[:12])
            raise UsageError(f"{file} speaks of a table {name!r}, which is not there.", hint=f"There are {known}.")
        keys = [", ".join(key.columns) for key in tables[name].foreign_keys]
        known_as = {each for key in tables[name].foreign_keys for each in names_of(key)}
        for relation in hint.relations:
            if relation not in known_as:
                raise UsageError(
                    f"{file} speaks of a relation {relation!r} of {name}, which has no such foreign key.",
                    hint=f"Its foreign keys are {', '.join(keys)}." if keys else "It has no foreign keys.",
                )


def _learned(request: Request, catalog: Catalog, settings: Settings, say: Say) -> tuple[Settings, tuple[str, ...]]:
    """The settings with what the statistics of another database tell; what the settings say of a column goes first."""
    if request.like is None:
        return settings, ()
    from dbwright.seed.like import learn

    say("Learning from the statistics of the other database")
    with live(live_url(request.like), request.namespaces or None, request.timeout) as other:
        found, said = learn(other.session, catalog, settings, request.like_categories)
    return found, tuple(f"Learned of {each}" for each in said)


def _chosen(request: Request, catalog: Catalog, settings: Settings) -> Settings:
    """The settings with the tables and numbers of rows that were named on the command line."""
    tables = dict(settings.tables)
    names = {str(table.ref): table for table in holding(catalog)}

    def hint_for(name: str) -> str:
        found = [each for each, table in names.items() if name in (each, table.name)]
        if len(found) == 1:
            return found[0]
        known = f"It has {', '.join(list(names)[:12])}." if not found else f"Say which: {', '.join(found)}."
        raise UsageError(f"There is {'no table' if not found else 'more than one table'} {name!r}.", hint=known)

    chosen = {hint_for(name) for name in (*request.tables, *request.rows_of)} if request.tables else None
    for name, table in names.items():
        if chosen is not None and name not in chosen:
            tables[name] = msgspec.structs.replace(_hint(settings, table), skip=True)
    for name, rows in request.rows_of.items():
        full = hint_for(name)
        tables[full] = msgspec.structs.replace(_hint(settings, names[full]), rows=rows, skip=False)
    return msgspec.structs.replace(settings, tables=tables)


def _only_empty(settings: Settings, existing: Existing, catalog: Catalog) -> Settings:
    """The settings with the tables that hold rows passed over; others may refer to their rows."""
    tables = dict(settings.tables)
    for table in holding(catalog):
        if existing.rows.get((table.namespace, table.name)):
            tables[str(table.ref)] = msgspec.structs.replace(_hint(settings, table), skip=True)
    return msgspec.structs.replace(settings, tables=tables)


def _hint(settings: Settings, table: Table) -> TableHint:
    return settings.table((table.namespace, table.name))


# ---------------------------------------------------------------- rows that are in the way


def _to_empty(prepared: Prepared, existing: Existing) -> tuple[tuple[Table, int], ...]:
    """The tables that are to be filled and hold rows, also where these rows are all that they can hold."""
    chosen = [each for each in holding(prepared.catalog) if not _hint(prepared.settings, each).skip]
    plan = make_plan(prepared.catalog, prepared.settings, _without(existing, chosen))
    held = [(each.table, existing.rows.get(each.path, 0)) for each in plan.tables]
    return tuple((table, rows) for table, rows in held if rows)


def _same(one: Existing, other: Existing) -> bool:
    """Whether two looks at the target found the same rows."""
    if one.rows != other.rows or one.keys.keys() != other.keys.keys():
        return False
    return all(frame.equals(other.keys[path]) for path, frame in one.keys.items())


def _without(existing: Existing, tables: Sequence[Table]) -> Existing:
    gone = {(table.namespace, table.name) for table in tables}
    return Existing(
        rows={path: rows for path, rows in existing.rows.items() if path not in gone},
        keys={path: keys for path, keys in existing.keys.items() if path not in gone},
    )


def _in_the_way(plan: SeedPlan, found: Sequence[Reference], emptied: Sequence[tuple[Table, int]]) -> dict[str, int]:
    """Tables that are to be filled and hold rows which are no reference data, or that are to be emptied."""
    known = {each.table.ref for each in found}
    held = {str(each.table.ref): each.before for each in plan.tables if each.before and each.table.ref not in known}
    return {str(table.ref): rows for table, rows in emptied} or held
