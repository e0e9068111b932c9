"""Carrying the lists of one written row over: their items are written, taken away, and compared where rows share them."""

from dbwright.normalize.migration.shape import Piece, Shape


def listed(shape: Shape, piece: Piece, *, changed: bool = False) -> str:
    """Write the items of a row's lists, where they are not there already. changed: only those of a list that is another now."""
    sql, unfolds = shape.sql, piece.unfolds
    values = [[f"NEW.{sql.quote(each)}" for each in columns] for columns in unfolds.columns]
    key = [shape.value(piece, each, "NEW.") for each in piece.key]
    there = f"SELECT 1 FROM {shape.place(piece)} AS t WHERE {shape.match(piece, 't.', 'NEW.')}"
    columns = (*piece.key, unfolds.ordinal, *unfolds.targets)
    taken = ", ".join([*key, "i.ordinal", *(f"i.v{place}" for place in range(len(unfolds.targets)))])
    present = shape.present(piece, "NEW.")
    conditions = [present] if present else []
    if changed:
        conditions.append(f"NOT ({shape.unchanged([*shape.sources(piece), *lists_of(piece)])})")
    where = " AND ".join([*conditions, f"NOT EXISTS ({there})"])
    select = f"SELECT {taken} FROM ({sql.items(unfolds, values)}) AS i WHERE {where}"
    return f"INSERT INTO {shape.place(piece)} ({sql.columns(columns)}) {select}"


def unlisted(shape: Shape, piece: Piece) -> list[str]:
    """Take away the items where a list, or what it belongs to, changed."""
    lists = lists_of(piece)
    if shape.is_shared(piece):
        # The thing that they belong to may have other rows: its list changes only where it is still what it was.
        held = held_as(shape, piece, "OLD.")
        where = f"{shape.unchanged(shape.sources(piece))} AND NOT ({shape.unchanged(lists)}) AND {held}"
        return [f"DELETE FROM {shape.place(piece)} WHERE {where} AND {shape.match(piece, '', 'NEW.')}"]
    same = shape.unchanged([*shape.sources(piece), *lists])
    return [
        f"DELETE FROM {shape.place(piece)} WHERE NOT ({same}) AND {shape.match(piece, '', row)}"
        for row in ("OLD.", "NEW.")
    ]


def contradicted(shape: Shape, piece: Piece, *, changed: bool) -> str:
    """The condition that the thing a shared list belongs to is there, with another list than the row has."""
    owner = shape.owner(piece)
    there = f"SELECT 1 FROM {shape.place(owner)} AS t WHERE {shape.match(owner, 't.', 'NEW.')}"
    found = f"EXISTS ({there}) AND NOT ({held_as(shape, piece, 'NEW.')})"
    if not changed:
        return found
    same_thing = shape.unchanged(shape.sources(piece))
    return f"{found} AND NOT ({same_thing} AND ({shape.unchanged(lists_of(piece))} OR {held_as(shape, piece, 'OLD.')}))"


def lists_of(piece: Piece) -> list[str]:
    """The columns of the source whose items a part holds."""
    return [each for columns in piece.unfolds.columns for each in columns]


def held_as(shape: Shape, piece: Piece, row: str) -> str:
    """Whether the items that are there are those of a row."""
    sql, unfolds = shape.sql, piece.unfolds
    pairs = []
    for repetition, columns in enumerate(unfolds.columns):
        for target, name in enumerate(columns):
            column = shape.source.column(name)
            items = sql.joined(unfolds, shape.place(piece), shape.match(piece, "u.", row), repetition, target, column)
            if sql.engine == "mysql":  # which reads a table that it changes only behind another SELECT
                items = f"(SELECT w.v FROM (SELECT {items} AS v) AS w)"
            pairs.append((items, f"{row}{sql.quote(name)}", column))
    return sql.all_same(pairs)
