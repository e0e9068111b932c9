"""Telephone numbers that nobody has.

Where a country keeps numbers for films and books, they are taken: Germany's by the Bundesnetzagentur, France's by ARCEP,
the United Kingdom's by Ofcom, Australia's by ACMA, Ireland's by ComReg. In North America the area code 555 is given to
nobody; everywhere else the area code 000 stands, which no numbering plan has.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.pieces import Pieces, digits, run
from dbwright.seed.values.somewhere import Somewhere
from dbwright.seed.values.source import Source

_RESERVED: dict[str, tuple[str, ...]] = {
    "1": ("555-",),
    "44": ("1632 960", "7700 900", "20 7946 0", "161 496 0", "117 496 0", "131 496 0"),
    "49": ("30 23125", "69 90009", "40 66969", "221 4710", "89 99998"),
    "33": ("1 99 00 ", "2 61 91 ", "3 53 01 ", "4 65 71 ", "5 36 49 ", "6 39 98 "),
    "61": ("2 5550 ", "2 7010 ", "3 5550 ", "3 7010 ", "7 5550 ", "8 5550 ", "8 7010 "),
    "353": ("20 91",),
}
"""Calling code → beginnings of reserved numbers."""
_AFTER = {"1": 7, "44": 3, "49": 3, "33": 4, "61": 4, "353": 4}
"""Calling code → digits that are made up behind such a beginning; 6 for the others."""
_EMPTY, _THREE, _THREE_AND_DASH, _FOUR = (0, 1), (1, 1_000), (1_001, 1_000), (2_001, 10_000)
_RUNS = {3: (_THREE, _EMPTY), 4: (_EMPTY, _FOUR), 6: (_THREE, _THREE), 7: (_THREE_AND_DASH, _FOUR)}
"""So many digits → where the two runs that make them stand in `Phones.runs`, and how many of each there are."""
_ROOM = 20


def phones(asked: Asked) -> Source | None:
    """Telephone numbers of the row's country, in the international form; digits alone in short columns."""
    room = asked.room
    if room is not None and room < 11:
        return Pieces("5", *run("digits", room - 1)) if room >= 5 else None
    return Phones(asked, compact=room is not None and room < _ROOM)


class Phones:
    """Numbers by country: "+49 30 23125123". compact: without anything but digits behind the plus."""

    def __init__(self, asked: Asked, *, compact: bool) -> None:
        self.somewhere = Somewhere(asked, ("country", "country_code", "city"))
        self.needs = self.somewhere.needs
        frame = self.somewhere.places.frame
        codes = frame["calling_code"].unique(maintain_order=True).to_list()
        starts: list[str] = []
        forms: list[int] = []
        first: dict[str, int] = {}
        for code in codes:
            first[code] = len(starts)
            for start in _RESERVED.get(code, ("000 ",)):
                text = f"+{code}{'-' if code == '1' else ' '}{start}"
                starts.append("+" + "".join(sign for sign in text if sign.isdigit()) if compact else text)
                forms.append(_AFTER.get(code, 6))
        self.starts = pl.Series(starts)
        self.first = np.array([first[code] for code in frame["calling_code"]], dtype=np.uint64)
        self.count = np.array([len(_RESERVED.get(code, " ")) for code in frame["calling_code"]], dtype=np.uint64)
        self.upper, self.lower = (np.array([_RUNS[form][half] for form in forms], dtype=np.uint64) for half in (0, 1))
        between = "" if compact else "-"
        self.runs = pl.concat([pl.Series([""]), digits(3), digits(3) + between, digits(4)]).rechunk()
        three = digits(3)
        self.others = Pieces("+1-555-", three, "-", three, "-", three)
        if compact:
            self.others = Pieces("+1555", *run("digits", min((asked.room or 20) - 5, 9)))
        self.capacity: int | None = self.others.capacity

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random numbers."""
        place = self.somewhere.at(rows, draw, given)
        bits = draw.of("number").bits(rows)
        start = (self.first[place] + (bits >> np.uint64(48)) % self.count[place]).astype(np.int64)
        parts = [self.starts.gather(start)]
        for half, shift in ((self.upper, np.uint64(0)), (self.lower, np.uint64(24))):
            beginning, size = half[start].T
            chosen = beginning + (((bits >> shift) & np.uint64(0xFFFFFF)) * size >> np.uint64(24))
            parts.append(self.runs.gather(chosen.astype(np.int64)))
        return pl.select(pl.concat_str(parts)).to_series()

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Different numbers of the area code that nobody has."""
        return self.others.nth(numbers, draw, given)
