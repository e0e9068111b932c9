"""ALTER TABLE as actions, one or more a clause."""

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import PrimaryKey, Unique
from dbwright.change.actions import Action, ActionKind
from dbwright.readers.sql.actions_base import Text, action, endings, if_exists
from dbwright.readers.sql.actions_columns import added_columns, alter_column, change_column, constraint_actions
from dbwright.readers.sql.actions_mysql import alter_index, is_to_the_end, option_actions, partition_actions
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import Wrong
from dbwright.readers.sql.parse_table import is_constraint

_MODES = ("ALGORITHM", "LOCK", "WAIT", "NOWAIT")


class Clause:
    """One clause of an ALTER TABLE: its table, the words before it, and where it stands."""

    def __init__(self, text: Text, table: Ref, words: frozenset[str], cursor: Cursor) -> None:
        self.text = text
        self.table = table
        self.words = words
        self.cursor = cursor

    def action(self, kind: ActionKind, *words: str, **fields: object) -> Action:
        """An action on the table, with the words of the statement and these."""
        return action(kind, self.cursor, target=self.table, words=self.words | {*words}, **fields)


def alter_table(text: Text, cursor: Cursor, words: set[str]) -> Iterator[Action]:
    """The actions of what follows ALTER TABLE. Raises Wrong where no table is named."""
    if cursor.accept("ALL", "IN", "TABLESPACE"):
        cursor.until("SET")
        cursor.accept("SET", "TABLESPACE")
        yield action("set tablespace", cursor, to=cursor.name(), words=words | {"all"})
        return
    words = words | if_exists(cursor)
    if cursor.accept("ONLY"):
        words.add("only")
    table = text.named(cursor, "table")
    cursor.accept("*")
    clauses = list(_clauses(cursor))
    options: dict[str, str] = {}
    others = [clause for clause in clauses if not _mode(clause, options)]
    every = words | table.words
    found: list[Action] = []
    for clause in others:
        found += _read(Clause(text, table.ref, frozenset(every), clause))
    if not found:
        found = [action("alter table", cursor, target=table.ref, words=every)]
    for each in found:
        yield _with_options(each, options) if options else each


def _with_options(each: Action, options: dict[str, str]) -> Action:
    return replace(each, options={**each.options, **options})


def _clauses(cursor: Cursor) -> Iterator[Cursor]:
    """The clauses between commas; what takes a list of its own in MySQL is one with all that follows."""
    for item in cursor.items():
        if cursor.dialect == "mysql" and item.tokens and is_to_the_end(item):
            first = item.tokens[0]
            start = next(at for at in range(cursor.at, len(cursor.tokens)) if cursor.tokens[at] is first)
            yield Cursor(cursor.text, cursor.dialect, cursor.tokens[start:])
            return
        yield item


def _mode(clause: Cursor, options: dict[str, str]) -> bool:
    """Whether a clause is MySQL's ALGORITHM, LOCK or WAIT, which belong to the whole statement; puts it into the options."""
    if clause.dialect != "mysql" or clause.here.upper not in _MODES:
        return False
    while (word := clause.accept_any(*_MODES)) and not clause.done:
        clause.accept("=")
        options[word] = "" if word == "NOWAIT" else clause.take().text.strip("'\"").upper()
    if word == "NOWAIT":
        options[word] = ""
    rest = clause.tokens[clause.at :]
    clause.tokens, clause.at = rest, 0
    return not rest


def _read(clause: Clause) -> list[Action]:
    """The actions of one clause; what is not known is "alter table", what makes no sense "other"."""
    cursor = clause.cursor
    if not cursor.tokens:
        return []
    try:
        reader = _READERS.get(cursor.here.upper)
        found = list(reader(clause)) if reader else []
    except (Wrong, ValueError, IndexError):
        return [clause.action("other")]
    if found:
        return found
    cursor.at = 0
    if cursor.dialect == "mysql":
        found = list(option_actions(cursor, clause.action))
    return found or [clause.action("alter table", name=None if cursor.dialect == "mysql" else cursor.rest()[:200])]


# ---------------------------------------------------------------- ADD and DROP


def _add(clause: Clause) -> Iterator[Action]:
    cursor = clause.cursor
    cursor.take()
    if cursor.here.upper in ("PARTITION", "PERIOD", "SYSTEM"):
        if cursor.accept("PARTITION"):
            words = if_exists(cursor)
            yield clause.action("add partition", *words, name=cursor.name() if cursor.here.kind != "mark" else None)
        return
    plain = cursor.accept("COLUMN")
    words = if_exists(cursor)
    if not plain and is_constraint(cursor):
        yield from _add_constraint(clause)
        return
    items = cursor.brackets().items() if cursor.here.text == "(" else (cursor,)
    for item in items:
        yield from added_columns(clause.text, clause.table, item, clause.words | words, clause.cursor)


def _add_constraint(clause: Clause) -> Iterator[Action]:
    cursor = clause.cursor
    if cursor.dialect == "postgres":
        adopted = _adopted_index(clause)
        if adopted:
            yield adopted
            return
    yield from constraint_actions(clause.text, clause.table, cursor, clause.words)


def _adopted_index(clause: Clause) -> Action | None:
    """ADD CONSTRAINT … UNIQUE USING INDEX …: the index becomes the constraint."""
    cursor = clause.cursor
    start = cursor.at
    name = cursor.name() if cursor.accept("CONSTRAINT") else None
    primary = cursor.accept("PRIMARY", "KEY")
    if (primary or cursor.accept("UNIQUE")) and cursor.accept("USING", "INDEX"):
        index = cursor.name()
        key = PrimaryKey(columns=(), name=name or index) if primary else Unique(columns=(), name=name or index)
        return clause.action("add constraint", "using index", name=name or index, to=index, constraint=key)
    cursor.at = start
    return None


def _drop(clause: Clause) -> Iterator[Action]:
    cursor = clause.cursor
    cursor.take()
    if cursor.dialect == "mysql" and cursor.accept("PRIMARY", "KEY"):
        yield clause.action("drop constraint", "primary key", name="PRIMARY")
        return
    kinds = ["CONSTRAINT", "COLUMN"]
    if cursor.dialect == "mysql":
        kinds += ["INDEX", "KEY", "FOREIGN", "CHECK", "PARTITION", "PERIOD", "SYSTEM"]
    kind = cursor.accept_any(*kinds)
    if kind == "FOREIGN":
        cursor.accept("KEY")
    words = if_exists(cursor)
    if kind in ("PERIOD", "SYSTEM"):
        return
    if kind == "PARTITION":
        for item in cursor.items():
            yield clause.action("drop partition", *words, name=item.name())
        return
    at = cursor.here
    name = cursor.name()
    if not name:
        raise Wrong(at, "a name")
    words |= endings(cursor)
    if kind in ("INDEX", "KEY"):
        index = clause.table.child("index", name)
        yield action("drop index", cursor, target=index, table=clause.table, name=name, words=clause.words | words)
    elif kind in ("CONSTRAINT", "FOREIGN", "CHECK"):
        said = {"FOREIGN": {"foreign key"}, "CHECK": {"check"}}.get(kind, set())
        yield clause.action("drop constraint", *words, *said, name=name)
    else:
        yield clause.action("drop column", *words, name=name, columns=(name,))


# ---------------------------------------------------------------- ALTER, RENAME, MODIFY


def _alter(clause: Clause) -> Iterator[Action]:
    cursor = clause.cursor
    cursor.take()
    if cursor.dialect == "mysql" and cursor.here.upper in ("INDEX", "KEY"):
        yield alter_index(cursor, clause.table, clause.words)
    elif cursor.here.upper in ("CONSTRAINT", "CHECK") and cursor.ahead().kind in ("word", "name"):
        cursor.take()
        name = cursor.name()
        yield clause.action("alter constraint", *_enforcement(cursor), name=name)
    else:
        cursor.accept("COLUMN")
        if_exists(cursor)
        yield from alter_column(cursor, clause.action)


def _enforcement(cursor: Cursor) -> set[str]:
    if cursor.accept("NOT", "ENFORCED"):
        return {"not enforced"}
    if cursor.accept("ENFORCED"):
        return {"enforced"}
    return {cursor.rest().lower()} if not cursor.done else set()


def _rename(clause: Clause) -> Iterator[Action]:
    cursor = clause.cursor
    cursor.take()
    if cursor.accept("CONSTRAINT"):
        yield _renamed(clause, "rename constraint")
    elif cursor.dialect == "mysql" and cursor.accept_any("INDEX", "KEY"):
        old = cursor.name()
        cursor.accept("TO")
        index = clause.table.child("index", old)
        yield action("rename index", cursor, target=index, table=clause.table, name=old, to=cursor.name(),
                     words=clause.words)  # fmt: skip
    elif cursor.here.upper in ("TO", "AS", "=") and cursor.ahead().upper != "TO":
        cursor.take()
        yield clause.action("rename table", to=_new_name(clause))
    elif cursor.here.upper != "COLUMN" and cursor.dialect == "mysql" and cursor.ahead().upper != "TO":
        yield clause.action("rename table", to=_new_name(clause))
    else:
        if cursor.ahead().upper != "TO":
            cursor.accept("COLUMN")
        if_exists(cursor)
        yield _renamed(clause, "rename column")


def _renamed(clause: Clause, kind: ActionKind) -> Action:
    cursor = clause.cursor
    at = cursor.here
    old = cursor.name()
    if not old or not cursor.accept("TO"):
        raise Wrong(at, "a name and TO")
    return clause.action(kind, name=old, to=cursor.name())


def _new_name(clause: Clause) -> str:
    """The new name of a table; with its namespace where MySQL moves it to another."""
    parts = clause.cursor.path()
    return ".".join(parts) if len(parts) > 1 and parts[-2] != clause.table.path[0] else parts[-1]


def _modify(clause: Clause) -> Iterator[Action]:
    cursor = clause.cursor
    renames = cursor.take().upper == "CHANGE"
    cursor.accept("COLUMN")
    words = if_exists(cursor)
    yield from change_column(clause.text, clause.table, cursor, clause.words | words, renames=renames)


# ---------------------------------------------------------------- what concerns the whole table


def _set(clause: Clause) -> Iterator[Action]:
    cursor = clause.cursor
    reset = cursor.take().upper == "RESET"
    if cursor.here.text == "(":
        names = {item.here.text.upper(): item.tokens[-1].text for item in cursor.brackets().items() if item.tokens}
        yield clause.action("set storage", *({"reset"} if reset else ()), options=names)
    elif cursor.accept("TABLESPACE"):
        yield clause.action("set tablespace", to=cursor.name())
    elif cursor.accept("SCHEMA"):
        yield clause.action("move table", to=cursor.name())
    elif cursor.accept("ACCESS", "METHOD"):
        yield clause.action("rebuild table", "access method", to=cursor.name())
    elif cursor.accept("LOGGED"):
        yield clause.action("set logged")
    elif cursor.accept("UNLOGGED"):
        yield clause.action("set unlogged")


def _switch(clause: Clause) -> Iterator[Action]:
    """ENABLE, DISABLE, FORCE and NO FORCE."""
    cursor = clause.cursor
    on = cursor.take().upper == "ENABLE"
    if cursor.accept("ROW", "LEVEL", "SECURITY"):
        yield clause.action("enable row security" if on else "disable row security")
        return
    when = cursor.accept_any("ALWAYS", "REPLICA").lower()
    if cursor.accept("TRIGGER"):
        name = cursor.here.text.lower() if cursor.here.upper in ("ALL", "USER") else cursor.name()
        trigger = clause.table.child("trigger", name)
        yield action("enable trigger" if on else "disable trigger", cursor, target=trigger, table=clause.table, name=name,
                     words=clause.words | ({when} if when else set()))  # fmt: skip


def _force(clause: Clause) -> Iterator[Action]:
    cursor = clause.cursor
    no = cursor.accept("NO")
    if cursor.accept("FORCE", "ROW", "LEVEL", "SECURITY"):
        yield clause.action("alter table", "no force row security" if no else "force row security")
    elif not no and cursor.dialect == "mysql" and cursor.accept("FORCE"):
        yield clause.action("rebuild table", "force")
    elif no and cursor.accept("INHERIT"):
        parent = clause.text.named(cursor, "table")
        yield clause.action("alter table", "no inherit", table=parent.ref)


def _attach(clause: Clause) -> Iterator[Action]:
    cursor = clause.cursor
    attaches = cursor.take().upper == "ATTACH"
    if not cursor.accept("PARTITION"):
        return
    part = clause.text.named(cursor, "table").ref
    if attaches:
        yield clause.action("attach partition", table=part, name=part.name, to=cursor.rest())
        return
    word = cursor.accept_any("CONCURRENTLY", "FINALIZE").lower()
    yield clause.action("detach partition", *([word] if word else ()), table=part, name=part.name)


def _owner(clause: Clause) -> Iterator[Action]:
    if clause.cursor.accept("OWNER", "TO"):
        yield clause.action("owner", to=clause.cursor.name())


def _validate(clause: Clause) -> Iterator[Action]:
    if clause.cursor.accept("VALIDATE", "CONSTRAINT"):
        yield clause.action("validate constraint", name=clause.cursor.name())


def _inherit(clause: Clause) -> Iterator[Action]:
    clause.cursor.take()
    yield clause.action("alter table", "inherit", table=clause.text.named(clause.cursor, "table").ref)


def _replica(clause: Clause) -> Iterator[Action]:
    if clause.cursor.accept("REPLICA", "IDENTITY"):
        yield clause.action("alter table", "replica identity", to=clause.cursor.rest())


def _partitions(clause: Clause) -> Iterator[Action]:
    yield from partition_actions(clause.cursor, clause.action)


def _convert(clause: Clause) -> Iterator[Action]:
    cursor = clause.cursor
    if not cursor.accept("CONVERT", "TO"):
        yield from partition_actions(cursor, clause.action)
        return
    if not cursor.accept("CHARACTER", "SET"):
        cursor.accept_any("CHARSET")
    charset = cursor.name()
    collation = cursor.name() if cursor.accept("COLLATE") else ""
    yield clause.action("convert charset", to=charset, options={"COLLATE": collation} if collation else {})


_READERS: dict[str, Callable[[Clause], Iterator[Action]]] = {
    "ADD": _add,
    "DROP": _drop,
    "ALTER": _alter,
    "RENAME": _rename,
    "MODIFY": _modify,
    "CHANGE": _modify,
    "SET": _set,
    "RESET": _set,
    "ENABLE": _switch,
    "DISABLE": _switch,
    "FORCE": _force,
    "NO": _force,
    "ATTACH": _attach,
    "DETACH": _attach,
    "OWNER": _owner,
    "VALIDATE": _validate,
    "INHERIT": _inherit,
    "REPLICA": _replica,
    "CONVERT": _convert,
    **dict.fromkeys(
        "PARTITION TRUNCATE REORGANIZE EXCHANGE COALESCE ANALYZE CHECK OPTIMIZE REBUILD REPAIR DISCARD IMPORT REMOVE ORDER".split(),
        _partitions,
    ),
}
