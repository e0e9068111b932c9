"""The carrying statements as triggers: on the source while both live, and in place of the view's writes after the switch."""

import re
from collections.abc import Sequence

from dbwright.catalog.objects import Column, Routine, Trigger
from dbwright.normalize.design.expressions import renamed
from dbwright.normalize.migration.carry import Carried, Refusal, deleted, inserted, updated
from dbwright.normalize.migration.carry_lists import held_as, lists_of
from dbwright.normalize.migration.shape import Shape

_EVENTS = ("insert", "update", "delete")


def source_triggers(
    shape: Shape, name: str, path: Sequence[str], place: str
) -> tuple[tuple[Routine, ...], tuple[Trigger, ...]]:
    """The triggers on the source that carry every write into the parts.

    name: what they are called, with endings. path: the schemas in which PostgreSQL looks for operators. place: of the source.
    """
    bodies = {"insert": inserted(shape, beside=True), "update": updated(shape, beside=True), "delete": deleted(shape)}
    return _made(shape, name, place, "after", bodies, path)


def view_triggers(shape: Shape, name: str, path: Sequence[str]) -> tuple[tuple[Routine, ...], tuple[Trigger, ...]]:
    """The triggers of the view that carry its writes into the parts; none on MySQL, whose views have no triggers."""
    if shape.sql.engine == "mysql":
        return (), ()
    bodies = {"insert": inserted(shape, beside=False), "update": updated(shape, beside=False), "delete": deleted(shape)}
    filled = {event: _filled_in(shape, event, bodies[event]) for event in _EVENTS}
    return _made(shape, name, shape.source_place, "instead of", filled, path)


# ---------------------------------------------------------------- what the engine would have filled in


def _filled_in(shape: Shape, event: str, carried: list[Carried]) -> list[Carried]:
    """A view numbers nothing and computes nothing, and SQLite's have no defaults: what a row of it lacks is put in its place."""
    values = _values(shape, event)
    if shape.sql.engine == "postgres":  # whose functions can change the row
        filled = [f"NEW.{shape.sql.quote(name)} := {value}" for name, value in values]
        return [*filled, *([] if event == "insert" else _as_it_was(shape, event)), *carried]
    found = list(carried)
    for name, value in reversed(values):
        found = [_replaced(each, f"NEW.{shape.sql.quote(name)}", f"({value})") for each in found]
    number = _numbered_by_sqlite(shape)
    if event == "insert" and number is not None and shape.root is not None:
        # The row has its number once it is there: the largest one. Its lists follow it.
        own, place = shape.sql.quote(number), shape.place(shape.root)
        key = f"NEW.{shape.sql.quote(shape.root.part.source_columns[number])}"
        last = f"coalesce({key}, (SELECT max({own}) FROM {place}))"
        lists = len(shape.lists)
        found[len(found) - lists :] = [_replaced(each, key, last) for each in found[len(found) - lists :]]
    return found


def _as_it_was(shape: Shape, event: str) -> list[Carried]:
    """Lock the row, which is that of the statement's beginning: behind a view PostgreSQL does not look again whether it still is."""
    root = shape.root
    assert root is not None
    sql = shape.sql
    message = sql.text(f"{shape.source.name}: another transaction has changed this row meanwhile")
    raised = f"RAISE EXCEPTION USING MESSAGE = {message}, ERRCODE = 'serialization_failure';"
    there = f"SELECT 1 FROM {shape.place(root)} AS t WHERE {shape.match(root, 't.', 'OLD.')}"
    pairs = [
        (f"t.{sql.quote(each)}", shape.value(root, each, "OLD."), root.table.column(each)) for each in root.dependents
    ]
    locked = f"PERFORM{there.removeprefix('SELECT')} AND {sql.all_same(pairs)} FOR UPDATE"
    found: list[Carried] = [
        f"{locked}; IF NOT FOUND THEN IF EXISTS ({there}) THEN {raised} END IF; RETURN NULL; END IF"
    ]
    for piece in shape.lists if event == "update" else ():
        if not shape.is_shared(piece):
            other = f"NOT ({shape.unchanged(lists_of(piece))}) AND NOT ({held_as(shape, piece, 'OLD.')})"
            found.append(f"IF {other} THEN {raised} END IF")
    return found


def _numbered_by_sqlite(shape: Shape) -> str | None:
    """The column that is SQLite's own number of a row of the root."""
    key = shape.root.table.primary_key if shape.root else None
    if (
        shape.root is None
        or key is None
        or len(key.columns) != 1
        or key.columns[0] not in shape.root.part.source_columns
    ):
        return None
    column = shape.root.table.column(key.columns[0])
    return column.name if column is not None and column.type.spelling.upper() == "INTEGER" else None


def _values(shape: Shape, event: str) -> list[tuple[str, str]]:
    """Columns of a written row and what they are."""
    if event == "delete":
        return []
    found: list[tuple[str, str]] = []
    computed: list[tuple[str, str]] = []
    stored = {source for piece in shape.pieces for each in piece.written for source in shape.behind(piece, each)}
    for column in shape.source.columns:
        value = f"NEW.{shape.sql.quote(column.name)}"
        given = _given(shape, column) if event == "insert" else None
        if column.generated is not None and column.name in stored:
            calls = {each.name: f"NEW.{shape.sql.quote(each.name)}" for each in shape.source.columns}
            computed.append((column.name, renamed(column.generated.expression, calls)))
        elif given is not None:
            found.append((column.name, f"coalesce({value}, {given})"))
    return [*found, *computed]


def _given(shape: Shape, column: Column) -> str | None:
    """What stands for a value left out; None where that is NULL or what the engine fills in itself."""
    if shape.sql.engine == "sqlite":
        return f"({column.default})" if column.default is not None and not column.nullable else None
    root = shape.root
    if root is None or column.identity is None:
        return None
    own = next((own for own, source in root.part.source_columns.items() if source == column.name), None)
    held = root.table.column(own) if own else None
    if own is None or held is None or held.identity is None:
        return None
    return f"nextval(pg_get_serial_sequence({shape.sql.text(shape.place(root))}, {shape.sql.text(own)}))"


def _replaced(carried: Carried, old: str, new: str) -> Carried:
    def other(text: str) -> str:
        return re.sub(rf"{re.escape(old)}(?!\w)", lambda match: new, text)

    if isinstance(carried, Refusal):
        return Refusal(other(carried.condition), carried.message, other(carried.first))
    return other(carried)


# ---------------------------------------------------------------- each engine's own words


def _made(
    shape: Shape, name: str, place: str, timing: str, bodies: dict[str, list[Carried]], path: Sequence[str]
) -> tuple[tuple[Routine, ...], tuple[Trigger, ...]]:
    if shape.sql.engine == "postgres":
        routine, trigger = _postgres(shape, name, place, timing, bodies, path)
        return (routine,), (trigger,)
    one = _sqlite if shape.sql.engine == "sqlite" else _mysql
    return (), tuple(one(shape, f"{name}_{event}", place, timing, event, bodies[event]) for event in _EVENTS)


def _trigger(name: str, timing: str, events: Sequence[str], definition: str) -> Trigger:
    return Trigger(
        name=name,
        timing="instead of" if timing == "instead of" else "after",
        events=tuple(event for event in ("insert", "update", "delete") if event in events),
        definition=definition,
    )


def _sqlite(shape: Shape, name: str, place: str, timing: str, event: str, body: Sequence[Carried]) -> Trigger:
    lines = []
    for each in body:
        if isinstance(each, Refusal):
            lines += [f"{each.first};"] if each.first else []
            lines.append(f"SELECT RAISE(ABORT, {shape.sql.text(each.message)}) WHERE {each.condition};")
        else:
            lines.append(f"{each};")
    head = f"CREATE TRIGGER {shape.sql.quote(name)} {timing.upper()} {event.upper()} ON {place} FOR EACH ROW"
    return _trigger(name, timing, (event,), f"{head} BEGIN\n  " + "\n  ".join(lines) + "\nEND")


def _mysql(shape: Shape, name: str, place: str, timing: str, event: str, body: Sequence[Carried]) -> Trigger:
    lines = []
    for each in body:
        if isinstance(each, Refusal):
            message = shape.sql.text(each.message[:120])
            refused = f"IF {each.condition} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = {message}; END IF;"
            lines.append(f"IF {each.condition} THEN {each.first}; {refused} END IF;" if each.first else refused)
        else:
            lines.append(f"{each};")
    head = f"CREATE TRIGGER {shape.sql.quote(name)} AFTER {event.upper()} ON {place} FOR EACH ROW"
    return _trigger(name, timing, (event,), f"{head} BEGIN\n  " + "\n  ".join(lines) + "\nEND")


def _postgres(
    shape: Shape, name: str, place: str, timing: str, bodies: dict[str, list[Carried]], path: Sequence[str]
) -> tuple[Routine, Trigger]:
    """Its function runs with the rights of its maker: who may write the table need not have rights on its parts."""
    sql, namespace = shape.sql, shape.source.namespace
    function = sql.place(namespace, name)
    lines = []
    for word, event in (("IF", "insert"), ("ELSIF", "update"), ("ELSIF", "delete")):
        lines.append(f"    {word} TG_OP = '{event.upper()}' THEN")
        lines += [f"        {line}" for each in bodies[event] for line in _plpgsql(shape, each)] or ["        NULL;"]
    lines.append("    END IF;")
    lines.append("    IF TG_OP = 'DELETE' THEN\n        RETURN OLD;\n    END IF;\n    RETURN NEW;")
    searched = ", ".join(sql.text(each) for each in path)
    text = (
        f"CREATE OR REPLACE FUNCTION {function}()\n RETURNS trigger\n LANGUAGE plpgsql\n SECURITY DEFINER\n"
        f" SET search_path TO {searched}\nAS $function$\nBEGIN\n" + "\n".join(lines) + "\nEND\n$function$"
    )
    routine = Routine(
        namespace=namespace,
        name=name,
        definition=text,
        returns="trigger",
        language="plpgsql",
        volatility="volatile",
        security_definer=True,
        settings={"search_path": ", ".join(sql.quote(each) for each in path)},
    )
    head = f"CREATE TRIGGER {sql.quote(name)} {timing.upper()} INSERT OR DELETE OR UPDATE ON {place}"
    return routine, _trigger(name, timing, _EVENTS, f"{head} FOR EACH ROW EXECUTE FUNCTION {function}()")


def _plpgsql(shape: Shape, carried: Carried) -> list[str]:
    if not isinstance(carried, Refusal):
        return [f"{carried};"]
    message = shape.sql.text(carried.message)
    raised = f"RAISE EXCEPTION USING MESSAGE = {message}, ERRCODE = 'integrity_constraint_violation';"
    if not carried.first:
        return [f"IF {carried.condition} THEN", f"    {raised}", "END IF;"]
    return [
        f"IF {carried.condition} THEN",
        f"    {carried.first};",
        f"    IF {carried.condition} THEN",
        f"        {raised}",
        "    END IF;",
        "END IF;",
    ]
