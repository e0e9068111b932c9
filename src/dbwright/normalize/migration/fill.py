"""The statements that carry many rows at once: into the parts, back into the old table, and the comparison of both."""

from collections.abc import Mapping, Sequence

from dbwright.catalog.objects import Table
from dbwright.normalize.migration.dialect import Dialect
from dbwright.normalize.migration.shape import Piece, Shape

_ROW = "s."


def into_parts(shape: Shape, condition: str, *, key: Sequence[str]) -> list[str]:
    """Carry the rows that meet a condition over; those that are there already are left alone.

    key: of the source, that the parts have too; without one the rows may repeat, and the parts must be empty.
    """
    source = shape.source_place
    rows = source if condition == "1 = 1" else f"(SELECT * FROM {source} WHERE {condition})"
    shared = [_shared(shape, piece, rows) for piece in shape.parents]
    own = [_own(shape, shape.root, rows, key)] if shape.root else []
    return [*shared, *own, *(_list(shape, piece, rows, key) for piece in shape.lists)]


def held_still(shape: Shape, condition: str) -> str:
    """A query that keeps others from changing rows until they are carried over; empty where nobody else writes meanwhile."""
    sql = shape.sql
    if sql.engine == "sqlite":
        return ""
    lock = "FOR SHARE" if sql.engine == "postgres" else "LOCK IN SHARE MODE"
    return f"SELECT 1 FROM {shape.source_place} WHERE {condition} {lock}"


def counted_on(sql: Dialect, table: Table, before: str, names: Mapping[str, str]) -> list[str]:
    """Let the numbers of a table go on where those of another stand, and after the largest that was written.

    before: the other as it stands in SQL; names: its columns by those of the table that were given their values.
    """
    found = []
    place = sql.place(table.namespace, table.name)
    for column in table.columns:
        if column.identity is None or column.name not in names:
            continue
        if sql.engine == "postgres":
            sequence = f"pg_get_serial_sequence({sql.text(place)}, {sql.text(column.name)})"
            other = f"pg_get_serial_sequence({sql.text(before)}, {sql.text(names[column.name])})"
            largest = f"(SELECT max({sql.quote(column.name)}) FROM {place})"
            last = f"greatest(pg_sequence_last_value({other}::regclass), {largest})"
            found.append(f"SELECT setval({sequence}, n.last) FROM (SELECT {last} AS last) AS n WHERE n.last > 0")
        elif sql.engine == "sqlite" and column.identity.generation == "autoincrement":
            last = f"(SELECT max(seq) FROM sqlite_sequence WHERE name IN ({sql.text(table.name)}, {sql.text(before)}))"
            found.append(f"UPDATE sqlite_sequence SET seq = {last} WHERE name = {sql.text(table.name)}")
    return found


def guard(sql: Dialect, name: str, query: str) -> list[str]:
    """Statements that fail where a query has rows. name: of the table whose rows it compares with those of its parts."""
    if sql.engine == "postgres":
        message = sql.text(f"{name} and its parts do not hold the same rows: nothing was switched")
        raised = f"RAISE EXCEPTION USING MESSAGE = {message}, DETAIL = 'The first that differs: ' || differing::text;"
        first = f"SELECT * INTO differing FROM ({query}) AS d LIMIT 1"
        body = f"DECLARE differing record; BEGIN {first}; IF FOUND THEN {raised} END IF; END"
        return [f"DO $guard$ #variable_conflict use_column\n{body} $guard$"]
    place = sql.quote(sql.fitting(name, "_and_its_parts"))
    said = sql.quote("the table and its parts hold different rows: not switched")  # the name is all that is told
    check = f"differing_rows integer, CONSTRAINT {said} CHECK (differing_rows = 0)"
    counted = f"SELECT count(*) AS differing_rows FROM ({query}) AS differing"
    if sql.engine == "mysql":  # one statement, since a run that stopped goes on in another session
        return [f"CREATE TEMPORARY TABLE {place} ({check}) AS {counted}", f"DROP TEMPORARY TABLE IF EXISTS {place}"]
    return [f"CREATE TEMPORARY TABLE {place} ({check})", f"INSERT INTO {place} {counted}", f"DROP TABLE {place}"]


def written_back(sql: Dialect, source: Table, kept: str, view: str, key: Sequence[str]) -> list[str]:
    """Make the kept table what the view shows: what was written since the switch goes back.

    key: what tells its rows apart; without one all rows are written anew.
    """
    columns = [each for each in source.columns if each.generated is None]
    names = [each.name for each in columns]
    if not key:
        return [f"DELETE FROM {kept}", _insert(sql, source, kept, names, f"SELECT {sql.columns(names)} FROM {view}")]
    same = sql.all_same([(f"v.{sql.quote(each.name)}", f"{kept}.{sql.quote(each.name)}", each) for each in columns])
    found = " AND ".join(f"v.{sql.quote(each)} = {kept}.{sql.quote(each)}" for each in key)
    there = " AND ".join(f"b.{sql.quote(each)} = v.{sql.quote(each)}" for each in key)
    missing = (
        f"SELECT {sql.columns(names, 'v.')} FROM {view} AS v WHERE NOT EXISTS (SELECT 1 FROM {kept} AS b WHERE {there})"
    )
    return [
        f"DELETE FROM {kept} WHERE NOT EXISTS (SELECT 1 FROM {view} AS v WHERE {found} AND {same})",
        _insert(sql, source, kept, names, missing),
    ]


def refilled(sql: Dialect, source: Table, kept: Table, view: str) -> list[str]:
    """Fill the kept table, which was just made again, from the view."""
    columns = [each.name for each in source.columns if each.generated is None]
    place = sql.place(kept.namespace, kept.name)
    return [_insert(sql, source, place, columns, f"SELECT {sql.columns(columns)} FROM {view}")]


def _insert(sql: Dialect, table: Table, place: str, columns: Sequence[str], select: str) -> str:
    always = any(each.identity and each.identity.generation == "always" for each in table.columns)
    overriding = " OVERRIDING SYSTEM VALUE" if always and sql.engine == "postgres" else ""
    return f"INSERT INTO {place} ({sql.columns(columns)}){overriding} {select}"


# ---------------------------------------------------------------- into the parts


def _shared(shape: Shape, piece: Piece, rows: str) -> str:
    values = ", ".join(shape.value(piece, each, _ROW) for each in piece.written)
    where = " AND ".join([*_present(shape, piece), _missing(shape, piece)])
    # PostgreSQL has types without equality; and one row for each key is all that fits.
    keys = ", ".join(shape.value(piece, each, _ROW) for each in piece.key)
    distinct = f"DISTINCT ON ({keys})" if shape.sql.engine == "postgres" and piece.key else "DISTINCT"
    select = f"SELECT {distinct} {values} FROM {rows} AS s WHERE {where}"
    return shape.sql.insert_missing(shape.place(piece), piece.written, select)


def _own(shape: Shape, root: Piece, rows: str, key: Sequence[str]) -> str:
    values = ", ".join(shape.value(root, each, _ROW) for each in root.written)
    repeats = root.part.surrogate is not None and not key
    where = "" if repeats else f" WHERE {_missing(shape, root)}"
    return _insert(shape.sql, root.table, shape.place(root), root.written, f"SELECT {values} FROM {rows} AS s{where}")


def _list(shape: Shape, piece: Piece, rows: str, key: Sequence[str]) -> str:
    sql, unfolds = shape.sql, piece.part.unfolds
    assert unfolds is not None
    values = [[f"{_ROW}{sql.quote(each)}" for each in columns] for columns in unfolds.columns]
    own = [shape.value(piece, each, _ROW) for each in piece.key]
    where = " AND ".join([*_present(shape, piece), _missing(shape, piece)])
    distinct = "" if set(shape.sources(piece)) == set(key) else "DISTINCT "
    target = f"INSERT INTO {shape.place(piece)} ({sql.columns((*piece.key, unfolds.ordinal, *unfolds.targets))})"
    if unfolds.kind in ("numbered", "group"):
        queries = []
        for number, each in enumerate(values, 1):
            some = " OR ".join(f"{value} IS NOT NULL" for value in each)
            taken = ", ".join([*own, str(number), *each])
            queries.append(f"SELECT {distinct}{taken} FROM {rows} AS s WHERE {where} AND ({some})")
        return f"{target} {' UNION ALL '.join(queries)}"
    items, ordinal, value = sql.each_item(unfolds, values[0][0])
    taken = ", ".join([*own, ordinal, value])
    return (
        f"{target} SELECT {distinct}{taken} FROM {rows} AS s CROSS JOIN {items} AS u{sql.item_columns(unfolds)}"
        f" WHERE {where} AND {values[0][0]} IS NOT NULL"
    )


def _present(shape: Shape, piece: Piece) -> list[str]:
    present = shape.present(piece, _ROW)
    return [present] if present else []


def _missing(shape: Shape, piece: Piece) -> str:
    # With OFFSET 0 PostgreSQL asks the index for each row, where it would read the whole part again for each range.
    by_index = " OFFSET 0" if shape.sql.engine == "postgres" and piece.table.keys else ""
    return f"NOT EXISTS (SELECT 1 FROM {shape.place(piece)} AS t WHERE {shape.match(piece, 't.', _ROW)}{by_index})"
