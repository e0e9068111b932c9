"""One direction of a revision as what is run: units, each of which is done whole or not at all wherever the engine can."""

import re
from collections import OrderedDict
from collections.abc import Sequence
from typing import Literal

import msgspec

from dbwright.catalog.objects import Catalog
from dbwright.change.actions import Action
from dbwright.engines.base import Engine, Statement
from dbwright.errors import SyntaxFault
from dbwright.migrate.headers import is_repeated, read_headers
from dbwright.migrate.revision import Revision
from dbwright.readers.sql.actions import parse_actions
from dbwright.readers.sql.execute import dialect_of
from dbwright.readers.sql.split import split

_ROWS_ONLY = frozenset(("insert", "update", "delete", "select", "copy", "set", "reset"))
_CONCURRENT = frozenset(("create index", "drop index", "reindex", "detach partition"))
"""What cannot be told by the catalog alone where the index that is dropped is made by an earlier revision."""

_BEGINS = re.compile(r"(?:BEGIN(?!\s+NOT\s+ATOMIC\b)|START\s+TRANSACTION)\b", re.IGNORECASE)
_COMMITS = re.compile(r"(?:COMMIT|END)\b(?!\s+PREPARED)", re.IGNORECASE)
_ROLLS_BACK = re.compile(r"(?:ROLLBACK|ABORT)\b(?!\s+(?:WORK\s+|TRANSACTION\s+)?TO\b)", re.IGNORECASE)
_SETS = re.compile(
    r"(?:SET(?!\s+(?:LOCAL|CONSTRAINTS|TRANSACTION)\b)|RESET|USE|PRAGMA|DISCARD)\b"
    r"|SELECT\s+(?:pg_catalog\.)?set_config\s*\(",
    re.IGNORECASE,
)
_KEYS_OFF = re.compile(r"PRAGMA\s+foreign_keys\s*(?:=|\()\s*'?(?:OFF|0|NO|FALSE)\b", re.IGNORECASE)
_KEYS = re.compile(r"PRAGMA\s+foreign_keys\s*(?:=|\()", re.IGNORECASE)


class Unit(msgspec.Struct, frozen=True):
    """Statements that belong together. atomic: they run in one transaction, with the record that they were done.

    repeated: one statement that is run, each time committed by itself, until it changes no row any more.
    """

    statements: tuple[Statement, ...]
    atomic: bool
    repeated: bool = False


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """What is run for one direction of a revision.

    actions: what each statement says, in the order of `statements`. whole: it is one transaction.
    reasons: sentences on why it is not. changes_session: it sets what would hold for the revisions after it too.
    keys_off: foreign keys are switched off around it (SQLite's rebuild of a table).
    """

    units: tuple[Unit, ...]
    actions: tuple[tuple[Action, ...], ...] = ()
    whole: bool = True
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    changes_session: bool = False
    keys_off: bool = False

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements in their order."""
        return tuple(statement for unit in self.units for statement in unit.statements)


_Read = tuple[Catalog | None, Script]
_READ: OrderedDict[tuple[Revision, str, str], _Read] = OrderedDict()
_KEPT = 2_000
"""Scripts read once are asked for again and again: to see what they do, what they lose, and to run them."""


def script_of(
    revision: Revision, direction: Literal["up", "down"], engine: Engine, catalog: Catalog | None = None
) -> Script:
    """The script of one direction of a revision; it is read once for a catalog. See `read_script`."""
    key = (revision, direction, engine.name)
    known = _READ.get(key)
    if known is None or known[0] is not catalog:
        known = _READ[key] = (catalog, read_script(revision, direction, engine, catalog))
        while len(_READ) > _KEPT:
            _READ.popitem(last=False)
    return known[1]


def read_script(
    revision: Revision, direction: Literal["up", "down"], engine: Engine, catalog: Catalog | None = None
) -> Script:
    """The statements of a revision's SQL, and how they are run. catalog: what the database holds, for its version's abilities.

    Raises SyntaxFault, with file and line, for text that cannot be split and for transactions that are left open.
    """
    text = (revision.up if direction == "up" else revision.down) or ""
    path = (revision.up_path if direction == "up" else revision.down_path) or revision.up_path
    dialect = dialect_of(engine)
    notes: list[str] = []
    written = tuple(split(text, dialect, path or None, notes))
    blocks = _blocks(written, path)
    keys_off = dialect == "sqlite" and any(_KEYS_OFF.match(each.text) for each in written)
    if dialect == "sqlite":  # whether foreign keys count is decided before a transaction begins
        blocks = [[each for each in block if not _KEYS.match(each.text)] for block in blocks]
    kept = [each for block in blocks for each in block]
    namespace = _usual_namespace(catalog) if dialect == "postgres" else ""
    actions = {id(each): parse_actions(each.text, dialect, namespace=namespace) for each in kept}
    alone = {id(each): _why_alone(each, actions[id(each)], engine, catalog) for each in kept}
    lines = text.split("\n")
    repeated = {id(each) for each in kept if each.path in (path, None) and is_repeated(lines, each.line)}
    alone |= {id(each): f"{place(each)} is repeated, a batch at a time" for each in kept if id(each) in repeated}
    reasons = [reason for each in kept if (reason := alone[id(each)])]
    wants = read_headers(text, path).transactional and revision.transactional
    rows_only = all(action.kind in _ROWS_ONLY for found in actions.values() for action in found)
    if not wants:
        reasons.insert(0, "it is run without one")
    elif not engine.transactional_ddl and not rows_only:
        reasons.insert(0, f"{engine.title} commits every change of the schema by itself")
    whole = not reasons
    if whole:
        units = [Unit(tuple(kept), True)] if kept else []
    else:
        units = [
            msgspec.structs.replace(unit, repeated=id(unit.statements[0]) in repeated)
            for block in blocks
            for unit in _units(block, alone, actions, engine, one=len(block) > 1)
        ]
    return Script(
        units=tuple(units),
        actions=tuple(actions[id(each)] for each in kept),
        whole=whole,
        reasons=tuple(dict.fromkeys(reasons)),
        notes=tuple(notes),
        changes_session=any(_SETS.match(each.text) for each in kept),
        keys_off=keys_off,
    )


def _usual_namespace(catalog: Catalog | None) -> str:
    """The schema that plain names mean: the one that was read, where only one was (a tenant's)."""
    read = [each.name for each in catalog.namespaces] if catalog else []
    return read[0] if len(read) == 1 else "public"


def place(statement: Statement) -> str:
    """Where a statement stands, and its beginning, for people."""
    words = " ".join(statement.text.split())
    shown = words if len(words) <= 70 else f"{words[:69]}…"
    file = (statement.path or "").rpartition("/")[2]
    return f"{file}:{statement.line} ({shown})" if file else f"line {statement.line} ({shown})"


def _blocks(statements: Sequence[Statement], path: str) -> list[list[Statement]]:
    """The statements without BEGIN and COMMIT: those between them as one block, every other one as a block of its own."""
    blocks: list[list[Statement]] = []
    opened: Statement | None = None
    for each in statements:
        if _BEGINS.match(each.text):
            if opened is not None:
                raise _fault(each, path, "A transaction is begun inside of another.")
            opened = each
            blocks.append([])
        elif _ROLLS_BACK.match(each.text):
            raise _fault(
                each, path, "A migration cannot roll back a transaction: what it leaves out does not belong in it."
            )
        elif _COMMITS.match(each.text):
            if opened is None:
                raise _fault(each, path, "A transaction is committed that was not begun.")
            opened = None
        elif opened is not None:
            blocks[-1].append(each)
        else:
            blocks.append([each])
    if opened is not None:
        raise _fault(opened, path, "The transaction that is begun here is never committed.")
    return [block for block in blocks if block]


def _fault(statement: Statement, path: str, message: str) -> SyntaxFault:
    return SyntaxFault(
        message,
        path=statement.path or path,
        line=statement.line,
        column=statement.column,
        hint="dbwright runs a migration in one transaction by itself wherever that is possible; BEGIN and COMMIT can be left out.",
    )


def _why_alone(statement: Statement, actions: Sequence[Action], engine: Engine, catalog: Catalog | None) -> str:
    """Why a statement cannot run inside a transaction where changes of the schema can; empty where it can."""
    if not engine.transactional_ddl:
        return ""
    concurrent = any(each.kind in _CONCURRENT and "concurrently" in each.words for each in actions)
    effect = engine.predict(actions, catalog or Catalog(engine=engine.name))
    return "" if effect.transactional and not concurrent else f"{place(statement)} cannot run inside a transaction"


def _units(
    block: Sequence[Statement],
    alone: dict[int, str],
    actions: dict[int, tuple[Action, ...]],
    engine: Engine,
    *,
    one: bool,
) -> list[Unit]:
    def rolls_back(each: Statement) -> bool:
        rows = all(action.kind in _ROWS_ONLY for action in actions[id(each)])
        return not alone[id(each)] and (rows or engine.transactional_ddl)

    if one and all(rolls_back(each) for each in block):
        return [Unit(tuple(block), True)]
    return [Unit((each,), rolls_back(each)) for each in block]
