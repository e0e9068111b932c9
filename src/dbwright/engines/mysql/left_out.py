"""Statements of a script that a session does not run: the client's own, those for the whole server, those that leave the database."""

import re

from dbwright.engines.base import Statement

_LEAVES = re.compile(r"\s*(?:(use)\b|(?:create|drop|alter)\s+(?:database|schema)\b)", re.IGNORECASE)
_ALTERS_ITSELF = re.compile(
    r"\s*alter\s+(?:database|schema)\s+(?:default\s+)?(?:character|charset|collate)\b", re.IGNORECASE
)
_CLIENT = re.compile(r"\s*(?:source|\\\.|\\!|system|tee|notee|pager|charset|delimiter)\s", re.IGNORECASE)
_SERVER_WIDE = re.compile(
    r"\s*(?:set\s+(?:global|persist)\b|set\s+@@(?:global|persist)|shutdown\b|restart\b|kill\b|flush\b|reset\b|purge\b"
    r"|change\s+(?:master|replication)|start\s+(?:slave|replica)|stop\s+(?:slave|replica)|install\b|uninstall\b)",
    re.IGNORECASE,
)
_LOADS = re.compile(r"\s*load\s+(?:data|xml)\b", re.IGNORECASE)
_ACCOUNTS = re.compile(r"\s*(?:grant|revoke|set\s+default\s+role)\b", re.IGNORECASE)
_COMMENT = re.compile(r"\s*(?:/\*(?![!M]).*?\*/|--\s[^\n]*|--$|#[^\n]*)", re.DOTALL)
_CONDITIONAL = re.compile(r"\s*/\*(?:M?!)\d*\s?")


def _beginning(text: str) -> str:
    """The statement from its first word on: without leading comments, inside a version comment (/*!40101 …)."""
    while match := _COMMENT.match(text):
        text = text[match.end() :]
    match = _CONDITIONAL.match(text)
    return text[match.end() :] if match else text.lstrip()


def reason_to_skip(text: str, *, bound: bool) -> str | None:
    """Why a statement is not run, or None; bound: the session keeps to the one database that its URL names."""
    start = _beginning(text)
    if not start or start in ("*/", ";"):
        return "it is empty" if not text.strip() else "it is a comment"
    if _CLIENT.match(start):
        return "it is a command of the mysql client"
    if _SERVER_WIDE.match(start):
        return "it changes the whole server"
    if _LOADS.match(start):
        return "it loads a file"
    if bound and _LEAVES.match(start) and not _ALTERS_ITSELF.match(start):
        return "the statements run in the one database that the URL names"
    return None


def about_accounts(text: str) -> bool:
    """Whether a statement grants or revokes."""
    return _ACCOUNTS.match(_beginning(text)) is not None


def place(statement: Statement) -> str:
    """Where a statement stands and how it begins, for a note."""
    words = " ".join(statement.text.split())
    shown = words if len(words) <= 60 else f"{words[:60]}…"
    return f"{statement.path or 'Line'}{':' if statement.path else ' '}{statement.line} ({shown})"
