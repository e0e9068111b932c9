"""The aggregate that counts the shapes of texts."""

import sqlite3
from functools import lru_cache

import msgspec

from dbwright.catalog.shapes import shapes_of
from dbwright.engines.sqlite.plans import Seen

_LONGEST_TEXT = 10_000
_EXAMPLES = 3
_cached_shapes = lru_cache(maxsize=50_000)(shapes_of)


def register_shapes(connection: sqlite3.Connection) -> None:
    """Give the connection the aggregate `dbwright_shapes`. Texts come as bytes, so that a broken encoding does no harm."""
    encoding = str(connection.execute("PRAGMA encoding").fetchone()[0])

    class ShapesOfTexts:
        """Counts shapes; its result is JSON."""

        def __init__(self) -> None:
            self.seen = Seen()

        def step(self, raw: bytes | None) -> None:
            if raw is None:
                return
            text = raw.decode(encoding, "replace")
            seen = self.seen
            seen.filled += 1
            seen.longest = max(seen.longest, len(text))
            for shape in _cached_shapes(text) if len(text) < _LONGEST_TEXT else shapes_of(text):
                seen.counts[shape] = seen.counts.get(shape, 0) + 1
                examples = seen.examples.setdefault(shape, [])
                if len(examples) < _EXAMPLES and text not in examples:
                    examples.append(text)

        def finalize(self) -> bytes:
            return msgspec.json.encode(self.seen)

    connection.create_aggregate("dbwright_shapes", 1, ShapesOfTexts)  # type: ignore[arg-type]
