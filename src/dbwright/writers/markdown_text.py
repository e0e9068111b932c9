"""Names and texts of a database as Markdown that shows them as they are."""

import re
from collections.abc import Callable, Iterable, Sequence

from dbwright.catalog.names import Ref

Link = Callable[[Ref], str | None]
"""The address of a table's or a view's own place, or None where it has none."""


def text(words: str) -> str:
    """Text that stays text in Markdown, on one line of a table."""
    escaped = re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", words)
    return " ".join(escaped.split())


def code(words: str) -> str:
    """Code in a cell of a table; a bar must be escaped even in code."""
    flat = " ".join(words.split()).replace("|", "\\|")
    fence = "``" if "`" in flat else "`"
    return f"{fence}{flat}{fence}" if fence == "`" else f"{fence} {flat} {fence}"


def names(columns: Iterable[str]) -> str:
    """Columns, one after the other."""
    return ", ".join(text(name) for name in columns)


def linked(ref: Ref, link: Link) -> str:
    """An object's name, leading to its place where it has one."""
    address = link(ref)
    return f"[{text(str(ref))}]({address})" if address else text(str(ref))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table of cells that are Markdown already, and a blank line; nothing where there are no rows."""
    body = [f"| {' | '.join(row)} |" for row in rows]
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *body, ""] if body else []


def bullets(title: str, items: Iterable[str]) -> list[str]:
    """A title with a list of items that are Markdown already; nothing where there are none."""
    listed = [f"- {item}" for item in items]
    return [f"**{title}**", "", *listed, ""] if listed else []


def fenced(content: str, language: str = "sql") -> list[str]:
    """A block of code, whatever marks stand in it."""
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", content, fence, ""]
