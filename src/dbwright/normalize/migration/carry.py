"""The statements that carry one written row of the source over into the parts: the heart of both kinds of triggers.

They run in the order given. A write that contradicts what other rows say ("order 7 says that customer 5 lives in Bonn, while
customer 5 lives in Berlin") is refused, never settled silently. A changed fact is changed where it is kept now: once, for all
rows that share it.

While the source is still there (`beside`), it says what is true: a fact that none of its rows has any more gives way to a new
one, and a row that was not carried over yet is carried over by its first change. Behind the view the parts say what is true.
"""

from dataclasses import dataclass

from dbwright.normalize.migration.carry_lists import contradicted, listed, unlisted
from dbwright.normalize.migration.shape import Piece, Shape


@dataclass(frozen=True)
class Refusal:
    """Stop the write with a message where the condition is true. first: what may settle it, and is tried before."""

    condition: str
    message: str
    first: str = ""


Carried = str | Refusal


def inserted(shape: Shape, *, beside: bool) -> list[Carried]:
    """What a new row of the source writes; parents first."""
    found = _contradicted_lists(shape, changed=False)
    for piece in shape.parents:
        found += _ensured(shape, piece, beside=beside, changed=False)
    if shape.root is not None:
        if shape.sql.engine == "sqlite":  # where REPLACE INTO takes the old row away without a word to the triggers
            found += deleted(shape, "NEW.")[: None if beside else -1]
        found.append(_root_insert(shape, shape.root))
    return [*found, *(listed(shape, piece) for piece in shape.lists)]


def updated(shape: Shape, *, beside: bool) -> list[Carried]:
    """What a changed row of the source writes: facts are changed in place, new ones added, and the row itself follows."""
    found = _contradicted_lists(shape, changed=True)
    for piece in shape.parents:
        if piece.dependents:
            found.append(_changed_fact(shape, piece))
        found += _ensured(shape, piece, beside=beside, changed=True)
    for piece in shape.lists:
        found += unlisted(shape, piece)  # before the row's key may change under them
    root = shape.root
    if root is not None:
        columns = [each for each in root.written if each in _settable(root, numbered=False)]
        if columns:
            values = ", ".join(f"{shape.sql.quote(each)} = {shape.value(root, each, 'NEW.')}" for each in columns)
            found.append(f"UPDATE {shape.place(root)} SET {values} WHERE {shape.match(root, '', 'OLD.')}")
        if beside:
            found.append(_root_insert(shape, root, missing=True))
    return [*found, *(listed(shape, piece, changed=not beside) for piece in shape.lists)]


def deleted(shape: Shape, row: str = "OLD.") -> list[Carried]:
    """What a deleted row of the source deletes: itself and its lists. The facts that it shared stay."""
    if shape.root is None:
        return []
    own = [each for each in shape.lists if not shape.is_shared(each)]
    return [f"DELETE FROM {shape.place(piece)} WHERE {shape.match(piece, '', row)}" for piece in (*own, shape.root)]


# ---------------------------------------------------------------- the parts that are shared


def _ensured(shape: Shape, piece: Piece, *, beside: bool, changed: bool) -> list[Carried]:
    """Add the fact where it is not there, and refuse the row where another one is."""
    sql = shape.sql
    present = shape.present(piece, "NEW.")
    conditions = [present] if present else []
    there = f"SELECT 1 FROM {shape.place(piece)} AS t WHERE {shape.match(piece, 't.', 'NEW.')}"
    values = ", ".join(shape.value(piece, each, "NEW.") for each in piece.written)
    where = " AND ".join([*conditions, f"NOT EXISTS ({there})"])
    found: list[Carried] = [
        sql.insert_missing(shape.place(piece), piece.written, f"SELECT {values}{sql.dual} WHERE {where}")
    ]
    if piece.dependents:
        different = f"EXISTS ({there} AND ({_different(shape, piece, changed=changed)}){sql.locked})"
        given_way = _given_way(shape, piece) if beside else ""
        found.append(Refusal(" AND ".join([*conditions, different]), _contradiction(shape, piece), given_way))
    facts = [each for each in piece.dependents if each in piece.part.source_columns]
    if present and facts:
        said = " OR ".join(f"{shape.value(piece, each, 'NEW.')} IS NOT NULL" for each in facts)
        found.append(Refusal(f"NOT {present} AND ({said})", _of_nothing(shape, piece)))
    return found


def _different(shape: Shape, piece: Piece, *, changed: bool) -> str:
    """Whether the part, as t, says something else than the row. changed: of a changed row only what was changed counts."""
    sql, found = shape.sql, []
    for each in piece.dependents:
        pair = (f"t.{sql.quote(each)}", shape.value(piece, each, "NEW."), piece.table.column(each))
        differs = f"NOT ({sql.all_same([pair])})"
        if changed:
            kept = [*shape.sources(piece), *shape.behind(piece, each)]
            differs = f"({differs} AND NOT ({shape.unchanged(kept)}))"
        found.append(differs)
    return " OR ".join(found)


def _given_way(shape: Shape, piece: Piece) -> str:
    """Replace a fact that no row of the source has any more."""
    sql = shape.sql
    pairs = [(sql.quote(each), shape.value(piece, each, "NEW."), piece.table.column(each)) for each in piece.dependents]
    values = ", ".join(f"{own} = {value}" for own, value, _ in pairs)
    behind = list(dict.fromkeys(name for each in piece.dependents for name in shape.behind(piece, each)))
    said = sql.all_same(
        [(f"o.{sql.quote(each)}", f"NEW.{sql.quote(each)}", shape.source.column(each)) for each in behind]
    )
    others = (
        f"SELECT 1 FROM {shape.source_place} AS o WHERE {shape.of_same_thing(piece, 'o.', 'NEW.')} AND NOT ({said})"
    )
    unsaid = f"CASE WHEN {sql.all_same(pairs)} THEN 1 = 0 ELSE NOT EXISTS ({others}) END"
    return f"UPDATE {shape.place(piece)} SET {values} WHERE {shape.match(piece, '', 'NEW.')} AND {unsaid}"


def _changed_fact(shape: Shape, piece: Piece) -> str:
    """A fact about the same thing says something else now: change it where it is kept, unless that has happened already.

    Only what was changed is changed, and only while it is what it was: of two rows of one statement that say different things
    about the same, the second is refused.
    """
    sql = shape.sql
    values, still = [], []
    for each in piece.dependents:
        unchanged = shape.unchanged(shape.behind(piece, each))
        own, new, old = sql.quote(each), shape.value(piece, each, "NEW."), shape.value(piece, each, "OLD.")
        values.append(
            f"{own} = CASE WHEN {unchanged} THEN {own} ELSE {new} END"
            if len(piece.dependents) > 1
            else f"{own} = {new}"
        )
        still.append(f"({unchanged} OR {sql.all_same([(own, old, piece.table.column(each))])})")
    behind = dict.fromkeys(name for each in piece.dependents for name in shape.behind(piece, each))
    return (
        f"UPDATE {shape.place(piece)} SET {', '.join(values)} WHERE {shape.unchanged(shape.sources(piece))}"
        f" AND NOT ({shape.unchanged(list(behind))}) AND {shape.match(piece, '', 'NEW.')} AND {' AND '.join(still)}"
    )


def _contradicted_lists(shape: Shape, *, changed: bool) -> list[Carried]:
    """Lists that several rows share must be the same in all of them."""
    return [
        Refusal(contradicted(shape, piece, changed=changed), _contradiction(shape, piece))
        for piece in shape.lists
        if shape.is_shared(piece)
    ]


def _contradiction(shape: Shape, piece: Piece) -> str:
    key = " and ".join(shape.sources(piece))
    return f"{shape.source.name}: this row says of its {key} something else than {piece.table.name} does"


def _of_nothing(shape: Shape, piece: Piece) -> str:
    key = " and ".join(shape.sources(piece))
    return f"{shape.source.name}: a row without {key} has nothing that {piece.table.name} could say something of"


# ---------------------------------------------------------------- the row itself


def _root_insert(shape: Shape, root: Piece, *, missing: bool = False) -> str:
    sql = shape.sql
    columns = [each for each in root.written if each in _settable(root)]
    values = ", ".join(shape.value(root, each, "NEW.") for each in columns)
    always = any(each.identity and each.identity.generation == "always" for each in root.table.columns)
    overriding = " OVERRIDING SYSTEM VALUE" if always and sql.engine == "postgres" else ""
    there = f"SELECT 1 FROM {shape.place(root)} AS t WHERE {shape.match(root, 't.', 'NEW.')}"
    where = f"{sql.dual} WHERE NOT EXISTS ({there})" if missing else ""
    return f"INSERT INTO {shape.place(root)} ({sql.columns(columns)}){overriding} SELECT {values}{where}"


def _settable(piece: Piece, *, numbered: bool = True) -> set[str]:
    """The columns that may be given a value; numbered: also those that the engine alone numbers, which never change."""
    return {
        each.name
        for each in piece.table.columns
        if each.generated is None and (numbered or not each.identity or each.identity.generation != "always")
    }
