"""Every error that dbwright raises on purpose.

    DbwrightError
    ├── UsageError           the command or the call was given something it cannot take
    ├── SourceError          a source could not be read
    │   ├── SyntaxFault      … because its text is wrong, at a line and column
    │   └── ConnectionFault  … because its server, file or login refused us, or went away
    ├── Unsupported          this engine, or this version of it, has no such capability
    ├── Unavailable          something needed is not installed or could not be started here
    ├── Busy                 another run of ours is at work on the same database
    ├── Refused              a change was not made, because its hazards were not allowed
    └── ExecutionFault       the database refused a statement

All of them end the command line with status 2; status 1 is kept for findings and differences.
"""

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_FAILURE = 2


class DbwrightError(Exception):
    """The root of the tree: a sentence on what happened to which object, and a hint on what to do.

    Passwords never stand in either; build messages from `Url.shown`, not from the URL itself.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DbwrightError):
    """The command or the call was given something it cannot take."""


class SourceError(DbwrightError):
    """A source of a catalog could not be read."""


class SyntaxFault(SourceError):
    """The text of a source is wrong at a known place.

    `line` and `column` count from 1; `expected` says what should have stood there, where that is known.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int = 1,
        column: int = 1,
        expected: str | None = None,
        hint: str | None = None,
    ) -> None:
        place = f"{path or '<text>'}:{line}:{column}"
        wanted = f" (expected {expected})" if expected else ""
        super().__init__(f"{place}: {message}{wanted}", hint=hint)
        self.path = path
        self.line = line
        self.column = column
        self.expected = expected


class ConnectionFault(SourceError):
    """A server, a file or a login refused us, or the connection was lost."""


class Unsupported(DbwrightError):
    """This engine, or this version of it, cannot do what was asked."""

    def __init__(self, engine: str, capability: str, *, hint: str | None = None) -> None:
        super().__init__(f"{engine} cannot {capability}.", hint=hint)
        self.engine = engine
        self.capability = capability


class Unavailable(DbwrightError):
    """A driver, a program or a server that is needed is not to be had on this machine."""


class Busy(DbwrightError):
    """Another run of dbwright is at work on the same database; nothing was done."""


class Refused(DbwrightError):
    """A change was not made, because it has hazards that were not allowed by name; nothing was done."""


class ExecutionFault(DbwrightError):
    """The database refused a statement. `code` is the engine's own error code, `statement` its text.

    `offset` is the 0-based character in the statement that the engine points at, where it points at one.
    `row`: of rows that were written in bulk, the 0-based number of the one that was refused, where the engine tells.
    """

    def __init__(
        self,
        message: str,
        *,
        statement: str = "",
        code: str = "",
        offset: int | None = None,
        row: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.statement = statement
        self.code = code
        self.offset = offset
        self.row = row
