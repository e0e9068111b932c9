"""The text of a statement without what could be mistaken for SQL, and names as SQL writes them."""

import re
from collections.abc import Iterator

from dbwright.catalog.names import Ref
from dbwright.rules.migrating import Migration

_COMMENTS = r"--[^\n]*|/\*(?!!).*?\*/"
_HIDDEN = {
    "postgres": re.compile(rf"{_COMMENTS}|[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|(\$\w*\$).*?\1", re.DOTALL),
    "mysql": re.compile(rf"{_COMMENTS}|\#[^\n]*|'(?:[^'\\]|''|\\.)*'|\"(?:[^\"\\]|\"\"|\\.)*\"", re.DOTALL),
    "sqlite": re.compile(rf"{_COMMENTS}|'(?:[^']|'')*'", re.DOTALL),
}
_TOKEN = re.compile(r'"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|\w+|\S')


def bare(text: str, engine: str) -> str:
    """A statement on one line, without comments, each text in quotes emptied: safe to be searched for words."""
    pattern = _HIDDEN.get(engine, _HIDDEN["postgres"])
    return " ".join(
        pattern.sub(lambda found: " " if found[0][:2] in ("--", "/*") or found[0][0] == "#" else "''", text).split()
    )


def tokens(text: str, engine: str) -> Iterator[str]:
    """The words, quoted names and signs of a statement, in their order."""
    for found in _TOKEN.finditer(bare(text, engine)):
        yield found[0]


def unquoted(token: str) -> str:
    """The name that a token writes: without its quotes, or in lower case."""
    if token[:1] in ('"', "`", "[") and len(token) > 1:
        close = "]" if token[0] == "[" else token[0]
        return token[1:-1].replace(close * 2, close)
    return token.lower()


def written(migration: Migration, ref: Ref) -> str:
    """A table, view or other object of a schema as SQL names it."""
    return qualified(migration, ref.namespace, ref.path[1] if len(ref.path) > 1 else ref.name)


def qualified(migration: Migration, namespace: str, name: str) -> str:
    """A name with its namespace as SQL writes it; PostgreSQL's "public" is left out, as everybody leaves it out."""
    plain = namespace in ("", "public") if migration.engine == "postgres" else not namespace
    return migration.quote(name) if plain else f"{migration.quote(namespace)}.{migration.quote(name)}"


def literal(value: str) -> str:
    """A text in quotes."""
    return "'" + value.replace("'", "''") + "'"


def listed(names: list[str] | tuple[str, ...], most: int = 8) -> str:
    """Names in a sentence: "a", "a and b", "a, b and c"; beyond `most` the rest is counted."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
