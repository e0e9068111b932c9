"""Which statements of a script run in one transaction, and under which timeouts, told from its text."""

import re
from collections.abc import Sequence

import msgspec

from dbwright.change.actions import Action

RUNNERS_WITH_TIMEOUTS = frozenset(("dbwright",))
"""What sets lock_timeout and statement_timeout by itself before it runs anything."""

_LOCK = frozenset(("lock_timeout", "lock_wait_timeout", "innodb_lock_wait_timeout"))
_STATEMENT = frozenset(("statement_timeout", "transaction_timeout", "max_statement_time", "max_execution_time"))
_OFF = re.compile(r"'?\s*(?:0+(?:\.0*)?\s*[a-z]*|default)\s*'?", re.IGNORECASE)
_BY_FUNCTION = re.compile(r"set_config\s*\(\s*'(\w+)'\s*,\s*'([^']*)'\s*,\s*(true|false)", re.IGNORECASE)
_FOR_ONE = re.compile(r"^\s*SET\s+STATEMENT\b(.*?)\bFOR\b", re.IGNORECASE | re.DOTALL)
_WAIT = re.compile(r"\b(?:WAIT\s+\d+|NOWAIT)\b", re.IGNORECASE)
_NO_DDL = frozenset(
    ("insert", "update", "delete", "select", "copy", "begin", "commit", "rollback", "savepoint", "set", "reset", "call")
)


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """Where a statement stands: its transaction (None: alone), and whether it waits and runs for a limited time only."""

    transaction: int | None = None
    lock_timeout: bool = False
    statement_timeout: bool = False


class _State(msgspec.Struct):
    transaction: int | None = None
    last: int = 0
    for_session: set[str] = msgspec.field(default_factory=set)
    for_transaction: dict[str, bool] = msgspec.field(default_factory=dict)

    def begin(self) -> None:
        self.last += 1
        self.transaction = self.last

    def end(self) -> None:
        self.transaction = None
        self.for_transaction.clear()

    def is_limited(self, names: frozenset[str]) -> bool:
        return any(self.for_transaction.get(name, name in self.for_session) for name in names)


def settings_of(
    script: Sequence[tuple[str, Sequence[Action]]], dialect: str, *, in_one_transaction: bool, runner: str = ""
) -> list[Setting]:
    """For each statement, given as its text and actions, its transaction and timeouts.

    in_one_transaction: the runner opens one before the script and commits it after.
    MySQL and MariaDB commit before and after each change of the schema, whatever was begun.
    """
    state = _State()
    if runner in RUNNERS_WITH_TIMEOUTS:
        state.for_session |= {"lock_timeout", "statement_timeout"}
    if in_one_transaction:
        state.begin()
    found = []
    for text, actions in script:
        kinds = {action.kind for action in actions}
        commits_itself = dialect == "mysql" and not kinds <= _NO_DDL
        if commits_itself:
            state.end()
        if "begin" in kinds and state.transaction is None:
            state.begin()
        own = _FOR_ONE.match(text)
        lock = state.is_limited(_LOCK) or (own is not None and any(name in own[1].lower() for name in _LOCK))
        lock = lock or (commits_itself and dialect == "mysql" and _WAIT.search(text) is not None)
        statement = state.is_limited(_STATEMENT) or (
            own is not None and any(name in own[1].lower() for name in _STATEMENT)
        )
        found.append(Setting(transaction=state.transaction, lock_timeout=lock, statement_timeout=statement))
        for action in actions:
            _follow(state, action)
        for name, value, local in _BY_FUNCTION.findall(text):
            _set(state, name, value, local=local.lower() == "true")
        if commits_itself and in_one_transaction:
            state.begin()
    return found


def _follow(state: _State, action: Action) -> None:
    match action.kind:
        case "commit":
            state.end()
        case "rollback" if not action.name and "to savepoint" not in action.words:
            state.end()
        case "set" if action.name:
            _set(state, action.name, action.to or "", local="local" in action.words)
        case "reset":
            names = {action.name.lower()} if action.name and action.name.lower() != "all" else _LOCK | _STATEMENT
            state.for_session -= names
            for name in names:
                state.for_transaction.pop(name, None)


def _set(state: _State, name: str, value: str, *, local: bool) -> None:
    plain = name.lower().removeprefix("@@").removeprefix("session.")
    if plain not in _LOCK | _STATEMENT:
        return
    limited = not _OFF.fullmatch(value.strip())
    if local:
        if state.transaction is not None:  # outside of a transaction it does nothing
            state.for_transaction[plain] = limited
    elif limited:
        state.for_session.add(plain)
    else:
        state.for_session.discard(plain)
