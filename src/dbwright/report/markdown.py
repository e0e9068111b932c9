"""The little of Markdown that rules' pages use, as HTML: headings, paragraphs, lists, fenced code, and marks within a line.

Everything is escaped first, so that a page can bring no markup of its own.
"""

import re
from collections.abc import Iterator
from html import escape

_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")
_EMPHASIS = re.compile(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])")
_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
_BARE_LINK = re.compile(r"&lt;(https?://[^&\s]+)&gt;")
_ITEM = re.compile(r"^\s*[-*] +")


def to_html(text: str, *, heading: int = 4) -> str:
    """Markdown as HTML; all its headings get that level."""
    return "\n".join(_blocks(text.splitlines(), heading))


def inline(text: str) -> str:
    """Marks within a line: code, strong, emphasis and links. Code keeps what stands in it."""
    pieces = _CODE.split(text)
    return "".join(f"<code>{escape(piece)}</code>" if at % 2 else _marked(piece) for at, piece in enumerate(pieces))


def _marked(text: str) -> str:
    text = escape(text)
    text = _LINK.sub(r'<a href="\2" rel="noreferrer">\1</a>', text)
    text = _BARE_LINK.sub(r'<a href="\1" rel="noreferrer">\1</a>', text)
    return _EMPHASIS.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\1</strong>", text))


def _blocks(lines: list[str], heading: int) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("```"):
            end = next((ahead for ahead in range(at + 1, len(lines)) if lines[ahead].startswith("```")), len(lines))
            yield f"<pre><code>{escape(chr(10).join(lines[at + 1 : end]))}</code></pre>"
            at = end + 1
        elif line.startswith("#"):
            yield f"<h{heading}>{inline(line.lstrip('#').strip())}</h{heading}>"
            at += 1
        elif not line.strip():
            at += 1
        else:
            end = at + 1
            while end < len(lines) and lines[end].strip() and not lines[end].startswith(("#", "```")):
                end += 1
            yield from _paragraph(lines[at:end])
            at = end


def _paragraph(lines: list[str]) -> Iterator[str]:
    """Lines that stand together: text, then perhaps items, each with the lines that go on with it."""
    first = next((at for at, line in enumerate(lines) if _ITEM.match(line)), len(lines))
    if first:
        yield f"<p>{inline(' '.join(line.strip() for line in lines[:first]))}</p>"
    items: list[str] = []
    for line in lines[first:]:
        if _ITEM.match(line):
            items.append(_ITEM.sub("", line).strip())
        else:
            items[-1] += f" {line.strip()}"
    if items:
        yield f"<ul>{''.join(f'<li>{inline(item)}</li>' for item in items)}</ul>"
