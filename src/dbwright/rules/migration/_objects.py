"""What the statements of a migration speak of, and whether anybody uses it yet."""

from collections.abc import Callable, Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Table
from dbwright.change.actions import Action
from dbwright.finding import Evidence
from dbwright.rules.migrating import Migration, Moment

_MAKES_TABLES = ("create table", "create view", "create materialized view")


def existing(migration: Migration, *kinds: str) -> Iterator[tuple[Moment, Action]]:
    """The actions of these kinds on tables and views that were there before the migration.

    None on the way back (option `check-down`): it takes away what the way forward has made, as it should.
    """
    if on_the_way_back(migration):
        return
    for moment, action in migration.actions(*kinds):
        if was_there(migration, moment, action.table or action.target):
            yield moment, action


def on_the_way_back(migration: Migration) -> bool:
    """Whether the migration undoes another one, and the configuration does not ask for a look at that."""
    return migration.direction == "down" and not migration.option("check-down", False)


def was_there(migration: Migration, moment: Moment, ref: Ref | None) -> bool:
    """Whether the table or view that a Ref names or is a part of was there before the migration, so that others use it."""
    if ref is None or len(ref.path) < 2:
        return False
    table = moment.lookup.table(ref.path)
    if table is not None and table.temporary:
        return False
    if not migration.is_new(ref):
        return True
    start = migration.lookup_start
    if start.table(ref.path) is None and start.view(ref.path) is None:
        return False
    return not _made_before(migration, moment, ref)


def _made_before(migration: Migration, moment: Moment, ref: Ref) -> bool:
    """Whether an earlier statement made the object anew."""
    for earlier, action in migration.actions(*_MAKES_TABLES, "rename table"):
        if earlier is moment:
            return False
        made = (*ref.path[:1], action.to) if action.kind == "rename table" else action.target and action.target.path[:2]
        if made == ref.path[:2]:
            return True
    return False


def after(migration: Migration, moment: Moment) -> Iterator[Moment]:
    """The statements that follow one."""
    passed = False
    for each in migration.moments:
        if passed:
            yield each
        passed = passed or each is moment


def column_before(moment: Moment, action: Action, name: str | None = None) -> Column | None:
    """The column that an action names, as it is before the statement."""
    return _column(table_before(moment, action.target), name or part_of(action))


def column_after(moment: Moment, action: Action, name: str | None = None) -> Column | None:
    """The column that an action names, as it is after the statement."""
    if action.target is None or len(action.target.path) < 2:
        return None
    return _column(moment.lookup_after.table(action.target.path), name or action.to or part_of(action))


def table_before(moment: Moment, ref: Ref | None) -> Table | None:
    """The table that a Ref names or is a part of, as it is before the statement."""
    return moment.lookup.table(ref.path) if ref is not None and len(ref.path) >= 2 else None


def part_of(action: Action) -> str:
    """The name of the part (column, constraint) that an action is about; empty where it names none."""
    if action.name:
        return action.name
    if action.columns:
        return action.columns[0]
    return action.column.name if action.column else ""


def column_ref(action: Action, name: str | None = None) -> Ref:
    """The name of the column that an action is about."""
    path = action.target.path[:2] if action.target else ("", "")
    return Ref("column", (*path, name or part_of(action)))


def is_new_column(migration: Migration, table: Ref, name: str) -> bool:
    """Whether a column was added by this migration, so that nobody uses it yet. False where the table is not known."""
    held = migration.lookup_start.table(table.path) if len(table.path) > 1 else None
    if held is not None:
        return _column(held, name) is None
    return any(
        action.target is not None
        and action.target.path[:2] == table.path[:2]
        and same(migration.engine, part_of(action), name)
        for _, action in migration.actions("add column")
    )


def is_live(migration: Migration, table: Ref, *columns: str) -> bool:
    """Whether the table and columns are there before the migration under these names, so that their rows can be asked."""
    held = migration.lookup_start.table(table.path) if len(table.path) > 1 else None
    return held is not None and all(held.column(name) is not None for name in columns)


def new_columns(migration: Migration) -> Iterator[tuple[Moment, Ref, Column]]:
    """Every column that the migration makes, in new and in old tables, with its table."""
    for moment in migration.moments:
        for table, column in _new_columns_of(moment):
            yield moment, table, column


def _new_columns_of(moment: Moment) -> Iterator[tuple[Ref, Column]]:
    for action in moment.deed.actions:
        if action.kind not in ("add column", "create table") or action.target is None or len(action.target.path) < 2:
            continue
        if action.kind == "add column":
            column = column_after(moment, action) or action.column
            if column is not None:
                yield action.target.table, column
        elif (table := moment.lookup_after.table(action.target.path)) and not table_before(moment, action.target):
            for column in table.columns if not table.temporary and "as select" not in action.words else ():
                yield table.ref, column


def new_columns_by_table(
    migration: Migration, wanted: Callable[[Column], bool]
) -> Iterator[tuple[Moment, Ref, list[Column]]]:
    """The new columns of a kind, those that one statement makes in one table together: that is one decision."""
    for moment in migration.moments:
        tables: dict[Ref, list[Column]] = {}
        for table, column in _new_columns_of(moment):
            if wanted(column):
                tables.setdefault(table, []).append(column)
        for table, columns in tables.items():
            yield moment, table, columns


def same(engine: str, one: str, other: str) -> bool:
    """Whether two names mean the same part of a table: only PostgreSQL tells upper case from lower case."""
    return one == other or (engine != "postgres" and one.casefold() == other.casefold())


def rows_seen(migration: Migration, table: Ref) -> Evidence:
    """How many rows the table has, or that nobody was asked."""
    rows = migration.rows(table)
    if rows is None:
        return Evidence(
            f"How many rows {table.table} holds is not known, because no live database was asked.",
            basis="unchecked",
            proved=False,
        )
    return Evidence(f"{table.table} has {rows:,} row{'s' if rows != 1 else ''}.", basis="counters")


def _column(table: Table | None, name: str) -> Column | None:
    if table is None:
        return None
    return table.column(name) or next((each for each in table.columns if each.name.casefold() == name.casefold()), None)
