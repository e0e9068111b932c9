"""A PostgreSQL login without power over its server, for scripts that may come from anywhere.

What a script names can be checked, what a DO block puts together at run time cannot. So on servers that dbwright started for
itself, scripts run as a role that owns the scratch database and nothing else: no programs, no files, no other databases.
"""

import secrets
from contextlib import suppress

import msgspec

from dbwright.engines.base import Engine, Scratch, Session, Statement
from dbwright.engines.url import Url
from dbwright.errors import ConnectionFault, ExecutionFault

_BY_ADMINISTRATOR = (
    ("CREATE", "EXTENSION"),
    ("COMMENT", "ON", "EXTENSION"),
    ("CREATE", "EVENT", "TRIGGER"),
    ("ALTER", "EVENT", "TRIGGER"),
    ("COMMENT", "ON", "EVENT", "TRIGGER"),
    ("CREATE", "FOREIGN", "DATA", "WRAPPER"),
    ("CREATE", "TEXT", "SEARCH", "TEMPLATE"),
    ("CREATE", "TEXT", "SEARCH", "PARSER"),
)


class Sandbox:
    """The two logins: the script's, and the administrator's for what only that may do and that runs no code of the script."""

    def __init__(self, engine: Engine, scratch: Scratch) -> None:
        self._administrator = scratch.open()
        self._members: set[str] = set()
        try:
            self.url = self._make_role(scratch.url)
            self.session: Session = engine.connect(self.url, read_only=False)
        except BaseException:
            self._administrator.close()
            raise

    def _make_role(self, url: Url) -> Url:
        self.role = f"dbwright_script_{secrets.token_hex(6)}"
        password = secrets.token_hex(16)
        database = url.database.replace('"', '""')
        for text in (
            f"CREATE ROLE {self.role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{password}'",
            f'ALTER DATABASE "{database}" OWNER TO {self.role}',
        ):
            self._run(text)
        if self._administrator.version < (15,):
            self._run(f"ALTER SCHEMA public OWNER TO {self.role}")
        else:
            self._run(f"GRANT SET ON PARAMETER session_replication_role TO {self.role}")
        return msgspec.structs.replace(url, user=self.role, password=password)

    def _run(self, text: str) -> None:
        self._administrator.execute([Statement(text=text)])

    def is_for_administrator(self, head: tuple[str, ...]) -> bool:
        """Whether a statement that begins so needs the administrator: it runs no expression of the script."""
        if head[:1] == ("ALTER",) and "OWNER" in head:
            return True
        return any(head[: len(words)] == words for words in _BY_ADMINISTRATOR)

    def run_as_administrator(self, statement: Statement) -> list[str]:
        """Run a statement as the administrator, with names looked up as the script has them. Raises ExecutionFault."""
        with suppress(ExecutionFault):
            shown = self.session.query("SELECT current_setting('search_path')")
            path = str(shown[0][0]).replace("'", "''")
            self._administrator.query(f"SELECT set_config('search_path', '{path}', false)")
        return self._administrator.execute([statement])

    def make_member_role(self, name: str) -> None:
        """A role that the script names and that is not there, without login; the script may act for it."""
        quoted = '"' + name.replace('"', '""') + '"'
        if name.lower().startswith("pg_"):
            raise ExecutionFault(f"The role {name} belongs to the server.")
        self._run(f"CREATE ROLE {quoted} NOLOGIN")
        self._run(f"GRANT {quoted} TO {self.role}")

    def open(self, engine: Engine) -> Session:
        """A new session of the script's login."""
        return engine.connect(self.url, read_only=False)

    def close(self) -> None:
        """End both sessions."""
        with suppress(ConnectionFault):
            self.session.close()
        self._administrator.close()
