"""Lines of one width for a terminal: paragraphs, tables and hanging lines, coloured or not."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from dbwright.report.text import columns_of, printable, shortened

NARROWEST, WIDEST = 60, 120
_CELL, _LEAST_CELL = 32, 8
_CODES = {"error": "1;31", "warning": "33", "note": "36", "bold": "1", "faint": "2", "good": "32"}


class Page:
    """width: columns of the terminal, used between 60 and 120."""

    def __init__(self, width: int, colour: bool) -> None:
        self.width = max(NARROWEST, min(width, WIDEST))
        self.colour = colour

    def paint(self, text: str, style: str | None) -> str:
        """A text in a style, where there are colours."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colour and style and text else text

    def percent(self, share: float) -> str:
        """A probability as people read it; never 100 % for what is not certain."""
        return "> 99 %" if 0.995 <= share < 1 else "< 1 %" if 0 < share < 0.005 else f"{round(100 * share)} %"

    def wrapped(self, text: str, indent: int, *, lead: str = "", style: str | None = None) -> Iterator[str]:
        """A paragraph, its later lines below the text that follows the lead."""
        yield from self.hanging(" " * indent + lead, text, indent + len(lead), style=style)

    def hanging(self, lead: str, text: str, indent: int, *, style: str | None = None) -> Iterator[str]:
        """A paragraph behind a lead, its later lines indented."""
        shown = printable(" ".join(text.split()))
        lines = textwrap.wrap(
            shown, self.width, initial_indent=" " * len(lead), subsequent_indent=" " * indent, break_on_hyphens=False
        )
        for at, line in enumerate(lines or [" " * len(lead)]):
            yield (
                lead + self.paint(line[len(lead) :], style)
                if at == 0
                else " " * indent + self.paint(line[indent:], style)
            )

    def verbatim(self, text: str, indent: int) -> Iterator[str]:
        """Lines as they are, faint."""
        for line in text.splitlines():
            yield " " * indent + self.paint(printable(line), "faint")

    def table(
        self, header: Sequence[str], rows: Iterable[Sequence[str | None]], indent: int, *, whole: bool = False
    ) -> Iterator[str]:
        """A small aligned table. Columns that don't fit are left out and counted; or, to have it whole, the widest are shortened."""
        cells = [["NULL" if cell is None else printable(cell) for cell in row] for row in rows]
        names = [printable(name) for name in header]
        sizes = [
            min(_CELL, max([columns_of(name), 1, *(columns_of(row[at]) for row in cells if at < len(row))]))
            for at, name in enumerate(names)
        ]
        most = self.width - indent
        while whole and sum(sizes) + 2 * (len(sizes) - 1) > most and max(sizes) > _LEAST_CELL:
            sizes[sizes.index(max(sizes))] -= 1
        shown, room = 0, most - 9
        for each in sizes:
            if shown and room - each < 0 and not whole:
                break
            room -= each + 2
            shown += 1
        more = f"+{len(names) - shown} more" if shown < len(names) else ""

        def line(row: Sequence[str], style: str | None) -> str:
            parts = []
            for cell, columns in zip(row, sizes[:shown], strict=False):
                part = shortened(cell, columns)
                blank = " " * (columns - columns_of(part))
                parts.append(self.paint(part, style) + blank)
            return "  ".join(parts)

        yield (" " * indent + line(names, "faint") + (f"  {more}" if more else "")).rstrip()
        for row in cells:
            yield (" " * indent + line(row, None)).rstrip()
