"""SQL files run on a scratch database, which stays open so that the rows that the files inserted can be asked."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Engine, Scratch, Session, Statement
from dbwright.errors import ExecutionFault, SyntaxFault
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.mysql_names import databases_in, fitted
from dbwright.readers.sql.safety import reason_to_leave_out
from dbwright.readers.sql.sandbox import Sandbox
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.suppressions import place_in

_MISSING_ROLE = re.compile(r'role "(.+?)" does not exist')
_NEAR = re.compile(r"near '(.*?)' at line (\d+)", re.DOTALL)
_NEAR_TOKEN = re.compile(r'near "(.*?)"', re.DOTALL)
_UNKNOWN_COLLATION = re.compile(r"\b(utf8mb4|utf8mb3|utf8)_(?:[a-z]+_)?0900_\w+")
_COPY_LINE = re.compile(r"^COPY .*, line (\d+)", re.MULTILINE)
_ABOUT_RIGHTS = ("42501", "1227", "1044", "1142")
_NOT_THERE_YET = frozenset(("42P01", "42704", "42883", "3F000", "1146", "1824", "1005", "1215"))
_TRANSACTION = re.compile(r"(?:BEGIN|START\s+TRANSACTION|COMMIT|END|SAVEPOINT|RELEASE)\b", re.IGNORECASE)
_HARMLESS_HEADS = frozenset(("SET", "RESET", "GRANT", "REVOKE", "ANALYZE", "OPTIMIZE", "SECURITY", "SHOW"))


class Executed(msgspec.Struct, frozen=True):
    """What the scripts made: a session on it, its catalog, notes on what was left out, and where the scratch came from.

    runner: what ran them, for more statements of the same kind.
    """

    session: Session
    catalog: Catalog
    notes: tuple[str, ...]
    origin: str
    runner: "Runner"


class CannotExecute(Exception):
    """The scratch database cannot hold what the scripts are for, though nothing says that they are wrong; with a sentence why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LeftOut:
    """The notes on statements that were not run, gathered so that a hundred alike make one sentence."""

    def __init__(self) -> None:
        self._by_reason: dict[str, list[str]] = {}
        self._others: list[str] = []

    def add(self, statement: Statement, reason: str) -> None:
        """A statement was left out for a reason."""
        # Strings stay out: they may be passwords.
        words = " ".join(re.split(r"['\"]", statement.text[:200])[0].split()[:6])
        shown = words if len(words) <= 50 else f"{words[:49]}…"
        self._by_reason.setdefault(reason, []).append(f"{_place(statement)} ({shown})")

    def say(self, note: str) -> None:
        """Something else is to be told, once."""
        if note not in self._others:
            self._others.append(note)

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence for each reason."""
        sentences = []
        for reason, places in self._by_reason.items():
            shown = ", ".join(places[:3]) + (f" and {len(places) - 3:,} more" if len(places) > 3 else "")
            what = "A statement was" if len(places) == 1 else f"{len(places):,} statements were"
            sentences.append(f"{what} left out because {reason}: {shown}.")
        return (*self._others, *sentences)


def _place(statement: Statement) -> str:
    return f"{statement.path}:{statement.line}" if statement.path else f"line {statement.line}"


@contextmanager
def executed(
    statements: Sequence[Statement],
    engine: Engine,
    namespaces: Sequence[str] | None = None,
    *,
    version: str | None = None,
) -> Iterator[Executed]:
    """Run scripts on a scratch database and read back what they made. version: of the scratch server; any where None.

    Raises SyntaxFault, with file, line and column, for a statement that the engine refuses; Unavailable where there is no
    scratch database; CannotExecute where only the scratch server is to blame.
    """
    left_out = LeftOut()
    with engine.scratch(version=version) as scratch:
        runner = Runner(engine, scratch, left_out)
        try:
            runner.run(statements)
            session = runner.fresh_session()
            try:
                inspection = session.inspect(namespaces)
                catalog = msgspec.structs.replace(inspection.catalog, name="")  # the scratch's own name says nothing
                yield Executed(session, catalog, (*left_out.notes, *inspection.notes), scratch.origin, runner)
            finally:
                session.close()
        finally:
            runner.close()


class Runner:
    """Runs statements and knows at each fault which of them it was."""

    _current: Statement

    def __init__(self, engine: Engine, scratch: Scratch, left_out: LeftOut) -> None:
        self._engine = engine
        self._scratch = scratch
        self._left_out = left_out
        self._dialect = dialect_of(engine)
        self._is_mariadb = "mariadb" in scratch.origin.lower()
        self._missing_extensions: list[str] = []
        own = getattr(scratch, "own_server", False)
        self._sandbox = Sandbox(engine, scratch) if self._dialect == "postgres" and own else None
        self.session: Session = self._sandbox.session if self._sandbox else scratch.open()

    def run(self, statements: Sequence[Statement]) -> None:
        """Run all statements that may run."""
        if self._dialect == "mysql":
            databases = databases_in(statements)
            if len(databases) > 1:
                self._left_out.say(f"The script makes several databases ({', '.join(databases)}); all went into one.")
            statements = fitted(statements)
        in_files = len({statement.path for statement in statements}) > 1
        wanted = deque[Statement]()
        for statement in statements:
            reason = reason_to_leave_out(statement.text, self._dialect)
            if reason:
                self._left_out.add(statement, reason)
            elif not (_TRANSACTION.match(statement.text) and (in_files or self._dialect == "postgres")):
                wanted.append(statement)
        self._run_later(self._run_all(wanted, may_wait=in_files))

    def _run_later(self, waiting: list[Statement]) -> None:
        """Run what needs objects of later files, for as long as that gets any further."""
        if waiting:
            places = ", ".join(_place(statement) for statement in waiting[:3])
            more = f" and {len(waiting) - 3:,} more" if len(waiting) > 3 else ""
            self._left_out.say(f"Run after the other files, since they need what those make: {places}{more}.")
        while waiting:
            left = self._run_all(deque(waiting), may_wait=True)
            if len(left) == len(waiting):
                self._run_all(deque(left[:1]), may_wait=False)
                left = left[1:]
            waiting = left

    def _run_all(self, wanted: deque[Statement], *, may_wait: bool) -> list[Statement]:
        """Run statements; returns those that have to wait for what later files may make. Raises SyntaxFault."""
        waiting: list[Statement] = []
        mended: Statement | None = None
        while wanted:
            try:
                if self.needs_administrator(wanted[0]):
                    self._current = wanted.popleft()
                    notes = self.run_as_administrator(self._current)
                else:
                    notes = self.session.execute(self._batch(wanted))
                for note in notes:
                    self._left_out.say(note)
            except ExecutionFault as fault:
                failed = self._current
                changed = self.mended(failed, fault) if failed is not mended else None
                if changed is not None:
                    mended = changed
                    wanted.appendleft(changed)
                elif may_wait and (fault.code in _NOT_THERE_YET or "no such table" in fault.message):
                    waiting.append(failed)
                elif not self._may_fail(failed, _head(failed.text, self._dialect), fault):
                    raise self._syntax_fault(failed, fault) from fault
        return waiting

    def _batch(self, wanted: deque[Statement]) -> Iterator[Statement]:
        """What the script's session runs next, in one go so that its transactions hold; the last one given is `_current`."""
        while wanted and not self.needs_administrator(wanted[0]):
            self._current = wanted.popleft()
            yield self._current

    def needs_administrator(self, statement: Statement) -> bool:
        """Whether a statement is not the script's login's to run."""
        return self._sandbox is not None and self._sandbox.is_for_administrator(_head(statement.text, self._dialect))

    def run_as_administrator(self, statement: Statement) -> list[str]:
        """Run a statement of that kind. Raises ExecutionFault."""
        return self._sandbox.run_as_administrator(statement) if self._sandbox else self.session.execute([statement])

    def mended(self, statement: Statement, fault: ExecutionFault) -> Statement | None:
        """The statement as it can run after all: the role it names made, a collation that MariaDB lacks replaced."""
        role = _MISSING_ROLE.search(fault.message)
        if role and self._sandbox:
            try:
                self._sandbox.make_member_role(role[1])
            except ExecutionFault:
                return None
            self._left_out.say(f"The role {role[1]} is not on the scratch server; it was made there, empty.")
            return statement
        if self._is_mariadb and fault.code == "1273" and _UNKNOWN_COLLATION.search(statement.text):
            self._left_out.say(
                "MariaDB lacks MySQL's collations of Unicode 9.0 (…_0900_…); they were read as …_unicode_520_ci."
            )
            text = _UNKNOWN_COLLATION.sub(r"\1_unicode_520_ci", statement.text)
            return msgspec.structs.replace(statement, text=text)
        return None

    def _may_fail(self, statement: Statement, head: tuple[str, ...], fault: ExecutionFault) -> bool:
        """Whether a fault says nothing of the schema; it is noted then. Raises CannotExecute where the scratch is to blame."""
        said = _said(fault)
        if head[:2] == ("CREATE", "EXTENSION"):
            name = next((word for word in head[2:] if word not in ("IF", "NOT", "EXISTS")), "")
            self._missing_extensions.append(name.lower())
            self._left_out.add(statement, f"the scratch server does not have it ({said})")
            return True
        if head[:3] == ("CREATE", "SCHEMA", "PUBLIC"):
            return True
        if fault.code in _ABOUT_RIGHTS:
            self._left_out.add(statement, f"a script has no right to it on the scratch server ({said})")
            return True
        if head[:1] and head[0] in _HARMLESS_HEADS and not _is_syntax(fault):
            self._left_out.add(statement, f"the scratch server refused it ({said})")
            return True
        if head[:1] == ("ALTER",) and "OWNER" in head and _MISSING_ROLE.search(fault.message):
            self._left_out.add(statement, "its role is not on the scratch server")
            return True
        if self._missing_extensions:
            missing = ", ".join(self._missing_extensions)
            raise CannotExecute(f"the scratch server lacks the extension {missing}, and {_place(statement)} needs it")
        if self._is_mariadb and _is_syntax(fault) and _parses(statement):
            raise CannotExecute(f"the scratch server is MariaDB, which refused {_place(statement)}; MySQL may take it")
        return False

    def _syntax_fault(self, statement: Statement, fault: ExecutionFault) -> SyntaxFault:
        offset = _offset(statement, fault, self._dialect)
        line, column = place_in(statement, offset)
        message = fault.message.rstrip(".") + "."
        if statement.copy_data is not None and (row := _COPY_LINE.search(_context(fault))):
            line, column = place_in(statement, len(statement.text))[0] + int(row[1]), 1
        at_end = offset >= len(statement.text.rstrip()) and _is_syntax(fault)
        return SyntaxFault(message, path=statement.path, line=line, column=column,
                           expected="the rest of the statement" if at_end else None, hint=fault.hint)  # fmt: skip

    def fresh_session(self) -> Session:
        """A session without what the script has set: search path, modes, temporary tables."""
        return self._sandbox.open(self._engine) if self._sandbox else self._scratch.open()

    def close(self) -> None:
        """End the script's session."""
        self.session.close()
        if self._sandbox:
            self._sandbox.close()


def dialect_of(engine: Engine) -> Dialect:
    """The dialect that an engine's scripts are split by."""
    if engine.name in ("mysql", "sqlite"):
        return "mysql" if engine.name == "mysql" else "sqlite"
    return "postgres"


def _head(text: str, dialect: Dialect) -> tuple[str, ...]:
    """The first words of a statement in upper case, names among them."""
    first = re.match(r"\w*", text)
    word = first[0].upper() if first else ""
    if word not in ("CREATE", "ALTER", "COMMENT"):
        return (word,)
    tokens = Cursor(text, dialect).tokens
    if word == "ALTER":
        return tuple(token.upper for token in tokens)
    return tuple(token.text.strip('"').upper() for token in tokens[:8])


def _said(fault: ExecutionFault) -> str:
    """What the engine said, to stand inside another sentence."""
    return fault.message.removeprefix("PostgreSQL refused a statement: ").rstrip(".")


def _context(fault: ExecutionFault) -> str:
    """Where PostgreSQL was when it failed ("COPY t, line 2, column a"), which the driver's error tells."""
    return str(getattr(getattr(fault.__cause__, "diag", None), "context", None) or "")


def _is_syntax(fault: ExecutionFault) -> bool:
    return fault.code in ("42601", "1064") or "syntax error" in fault.message or "incomplete input" in fault.message


def _parses(statement: Statement) -> bool:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        return not isinstance(sqlglot.parse_one(statement.text, dialect="mysql"), exp.Command)
    except SqlglotError:
        return False


def _offset(statement: Statement, fault: ExecutionFault, dialect: Dialect) -> int:
    """The character of the statement that a fault is about; 0 where it does not say."""
    if fault.offset is not None:
        return max(0, min(fault.offset, len(statement.text)))
    if near := _NEAR.search(fault.message):
        starts = [0, *(match.end() for match in re.finditer("\n", statement.text))]
        start = starts[min(int(near[2]), len(starts)) - 1]
        if not near[1]:
            return len(statement.text)
        return max(statement.text.find(near[1][:60], start), start)
    if "incomplete input" in fault.message:
        return len(statement.text)
    if near := _NEAR_TOKEN.search(fault.message):
        tokens = [token for token in Cursor(statement.text, dialect).tokens if token.text == near[1]]
        return tokens[0].start if len(tokens) == 1 else 0
    return 0
