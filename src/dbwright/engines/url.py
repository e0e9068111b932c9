"""Database URLs: parsed, completed from the environment, and shown without their password."""

import os
import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import msgspec

from dbwright.errors import UsageError

_VARIABLE = re.compile(r"\$\{(\w+)\}")


class Url(msgspec.Struct, frozen=True, kw_only=True):
    """Where a database is. options: the query part. path keeps a file's path for SQLite, the database's name elsewhere."""

    scheme: str
    user: str | None = None
    password: str | None = None
    host: str | None = None
    port: int | None = None
    database: str = ""
    options: dict[str, str] = {}

    @property
    def shown(self) -> str:
        """The URL as it may be printed: the password is left out."""
        login = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{login}{self.host or ''}{port}/{self.database}"

    def __repr__(self) -> str:
        return f"Url({self.shown!r})"


def without_password(text: str) -> str:
    """Text that was meant as a URL and is none, as it may be printed: what stands before an @ behind a colon may be a password."""
    return re.sub(r":[^@]*@", ":…@", text)


def format_url(url: Url) -> str:
    """The whole URL as text, password included: for passing on, never for printing. `parse_url` reads it back."""
    query = f"?{urlencode(url.options)}" if url.options else ""
    if url.scheme == "sqlite":
        return f"sqlite:///{quote(url.database)}{query}" if url.database else f"sqlite://{query}"
    login = ""
    if url.user is not None:
        secret = f":{quote(url.password, safe='')}" if url.password is not None else ""
        login = f"{quote(url.user, safe='')}{secret}@"
    host = f"[{url.host}]" if url.host and ":" in url.host else quote(url.host or "", safe="")
    port = f":{url.port}" if url.port else ""
    return f"{url.scheme}://{login}{host}{port}/{quote(url.database, safe='')}{query}"


def parse_url(text: str) -> Url:
    """Read a URL; `${NAME}` is taken from the environment. `postgresql+psycopg://` and the like drop their driver.

    SQLite: `sqlite:///relative.db`, `sqlite:////absolute.db`, `sqlite://` for memory.
    Raises UsageError where a variable is not set or the text is no URL.
    """

    def variable(match: re.Match[str]) -> str:
        value = os.environ.get(match[1])
        if value is None:
            raise UsageError(f"The URL names ${{{match[1]}}}, which is not set in the environment.")
        return value

    text = _VARIABLE.sub(variable, text)
    scheme, separator, rest = text.partition("://")
    if not separator or not scheme:
        raise UsageError("This is not a database URL.", hint="Write it as postgresql://user@host/database.")
    scheme = scheme.partition("+")[0].lower()
    if scheme in ("sqlite", "sqlite3"):
        path, _, query = rest.partition("?")
        return Url(scheme="sqlite", database=unquote(path.removeprefix("/")), options=dict(parse_qsl(query)))
    # Python's own messages quote what they cannot read, which may be a part of the password.
    if "@" in rest and "@" not in re.split("[/?#]", rest, maxsplit=1)[0]:
        raise UsageError(
            "This is not a database URL: an @ stands after the first / ? or #.",
            hint="Write these characters of a password as %2F, %3F and %23, and @ as %40.",
        )
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        host = parts.hostname
    except ValueError:
        raise UsageError(
            "This is not a database URL: its host cannot be read.",
            hint="Write [ and ] of a password as %5B and %5D; only an IPv6 address stands in brackets.",
        ) from None
    try:
        port = parts.port
    except ValueError:
        raise UsageError(
            "This is not a database URL: its port is no number from 0 to 65535.",
            hint="Write it as postgresql://user@host:5432/database, and : / ? # @ of a password as %3A %2F %3F %23 %40.",
        ) from None
    return Url(
        scheme=scheme,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password is not None else None,
        host=unquote(host) if host else None,
        port=port,
        database=unquote(parts.path.lstrip("/")),
        options=dict(parse_qsl(parts.query)),
    )
