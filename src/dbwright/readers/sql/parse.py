"""SQL text as a catalog without a server: what is read where no scratch database can be had.

Definitions are read as they are written, spellings included; `engine.canonical` then makes them what the engine would print.
sqlglot is the second opinion: where our reading gets stuck and sqlglot's does too, the text is wrong; where only ours does, the
statement is listed as unread.
"""

import logging
from collections.abc import Callable, Sequence

from dbwright.catalog.objects import Catalog, Unread
from dbwright.engines.base import Statement
from dbwright.errors import SyntaxFault
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import Draft, Wrong
from dbwright.readers.sql.mysql_names import fitted
from dbwright.readers.sql.parse_alter import alter_table
from dbwright.readers.sql.parse_changes import alter_other, comment_on, drop, grant
from dbwright.readers.sql.parse_objects import CREATORS, create_table_like
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.suppressions import place_in

_NO_SCHEMA = frozenset(
    "INSERT REPLACE UPDATE DELETE MERGE SELECT WITH VALUES TABLE COPY SET RESET SHOW USE BEGIN START COMMIT END "
    "ROLLBACK SAVEPOINT RELEASE LOCK UNLOCK ANALYZE VACUUM OPTIMIZE REINDEX CLUSTER PRAGMA ATTACH DETACH DO CALL "
    "EXECUTE PREPARE DEALLOCATE DECLARE EXPLAIN DESCRIBE DESC TRUNCATE REFRESH FLUSH LOAD NOTIFY LISTEN UNLISTEN "
    "CHECKPOINT DISCARD SECURITY REASSIGN KILL CHANGE PURGE INSTALL UNINSTALL HANDLER IMPORT XA CHECK REPAIR CHECKSUM "
    "HELP ABORT FETCH MOVE CLOSE SIGNAL OPEN RETURN BINLOG".split()
)
_MODIFIERS = frozenset(
    "OR REPLACE TEMP TEMPORARY UNLOGGED GLOBAL LOCAL UNIQUE FULLTEXT SPATIAL FOREIGN MATERIALIZED RECURSIVE VIRTUAL "
    "CONSTRAINT TRUSTED PROCEDURAL DEFAULT SQL SECURITY INVOKER DEFINER ALGORITHM UNDEFINED MERGE TEMPTABLE = ONLINE "
    "OFFLINE".split()
)


def parse(statements: Sequence[Statement], dialect: Dialect) -> tuple[Catalog, tuple[str, ...]]:
    """The catalog that the statements make in an empty database, and notes in plain sentences.

    Raises SyntaxFault where a statement is wrong.
    """
    reading = Reading(dialect)
    for statement in fitted(statements) if dialect == "mysql" else statements:
        reading.add(statement)
    return reading.catalog, reading.notes


class Reading:
    """A catalog that grows statement by statement, from an empty one."""

    def __init__(self, dialect: Dialect) -> None:
        self._draft = Draft(dialect)

    def add(self, statement: Statement) -> None:
        """Read one more statement. Raises SyntaxFault where it is wrong."""
        try:
            _read(self._draft, statement)
        except Wrong as wrong:
            _judge(self._draft, statement, wrong)

    @property
    def catalog(self) -> Catalog:
        """What the statements have made so far."""
        return self._draft.freeze()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, in plain sentences."""
        notes = list(self._draft.notes)
        if self._draft.unread:
            count = len(self._draft.unread)
            what = "One statement is" if count == 1 else f"{count:,} statements are"
            notes.append(f"{what} not understood without a server and left out of the catalog.")
        return tuple(dict.fromkeys(notes))


def _read(draft: Draft, statement: Statement) -> None:
    first = statement.text[:12].split(None, 1)
    if first and first[0].upper() in ("INSERT", "COPY", "REPLACE"):
        return
    cursor = Cursor(statement.text, draft.dialect)
    at = cursor.here
    word = at.upper
    if word == "SET":
        _search_path(draft, cursor)
    elif word in _NO_SCHEMA or not cursor.tokens or at.text == "(":
        return
    elif cursor.accept("CREATE"):
        _create(draft, cursor, statement)
    elif cursor.accept("ALTER", "TABLE") or cursor.accept("ALTER", "FOREIGN", "TABLE"):
        alter_table(draft, cursor)
    elif cursor.accept("ALTER"):
        alter_other(draft, cursor)
    elif cursor.accept("DROP"):
        drop(draft, cursor)
    elif cursor.accept("COMMENT", "ON"):
        comment_on(draft, cursor)
    elif cursor.accept("GRANT"):
        grant(draft, cursor)
    elif cursor.accept("RENAME", "TABLE"):
        for item in cursor.items():
            alter_table(draft, Cursor(_as_alter(item), draft.dialect))
    elif word == "REVOKE":
        draft.unread.append(Unread(kind="revoke", name=" ".join(statement.text.split())[:60]))
    else:
        raise Wrong(at, "a statement, such as CREATE TABLE")


def _as_alter(item: Cursor) -> str:
    """RENAME TABLE a TO b, as what follows ALTER TABLE."""
    words = [token.text for token in item.tokens]
    to = [word.upper() for word in words].index("TO") if "TO" in [word.upper() for word in words] else len(words)
    return f"{''.join(words[:to])} RENAME TO {''.join(words[to + 1 :])}"


def _search_path(draft: Draft, cursor: Cursor) -> None:
    cursor.take()
    cursor.accept_any("LOCAL", "SESSION")
    if draft.dialect == "postgres" and cursor.accept("SEARCH_PATH") and cursor.accept_any("=", "TO"):
        token = cursor.here
        draft.namespace = (token.text[1:-1] if token.kind == "string" else cursor.name()) or "public"


def _create(draft: Draft, cursor: Cursor, statement: Statement) -> None:
    modifiers: set[str] = set()
    while cursor.here.upper in _MODIFIERS and cursor.here.upper:
        modifiers.add(cursor.take().upper)
    at = cursor.here
    word = cursor.take().upper
    cursor.accept("CONCURRENTLY")
    cursor.accept("IF", "NOT", "EXISTS")
    creator: Callable[[Draft, Cursor, set[str], str], None] | None = CREATORS.get(word)
    if creator is None:
        if word in ("DATABASE", "ROLE", "USER", "GROUP", "TABLESPACE"):
            return
        if at.kind != "word":
            raise Wrong(at, "what to create, such as TABLE")
        draft.unread.append(Unread(kind=word.lower(), name=" ".join(statement.text.split()[:6])[:80]))
        return
    if word == "TABLE" and create_table_like(draft, cursor, modifiers):
        return
    creator(draft, cursor, modifiers, statement.text)


def _judge(draft: Draft, statement: Statement, wrong: Wrong) -> None:
    """Whether a statement that we got stuck in is wrong: so where sqlglot gets stuck too."""
    if not wrong.certain and _sqlglot_understands(statement, draft.dialect):
        name = " ".join(statement.text.split()[:5])
        draft.unread.append(Unread(kind="statement", name=name, reason=f"expected {wrong.expected}"))
        return
    token = wrong.token
    offset = token.start if token.text else len(statement.text)
    line, column = place_in(statement, offset)
    found = f"{token.text[:40]!r} cannot stand here." if token.text else "The statement ends too early."
    raise SyntaxFault(found, path=statement.path, line=line, column=column, expected=wrong.expected) from wrong


def _sqlglot_understands(statement: Statement, dialect: Dialect) -> bool:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.ERROR)  # it warns of each statement that it keeps as plain text
    try:
        tree = sqlglot.parse_one(statement.text, dialect=dialect)
    except SqlglotError:
        return False
    finally:
        logger.setLevel(level)
    return not isinstance(tree, exp.Command | exp.Alias | exp.Column)
