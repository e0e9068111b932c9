"""Files as their plain bytes, packed (.gz, .bz2, .xz) or not."""

import bz2
import codecs
import gzip
import io
import lzma
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from dbwright.errors import SourceError

PACKED: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_BLOCK = 1 << 20


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked. Raises SourceError where it cannot be read."""
    open_packed = PACKED.get(path.suffix.lower())
    try:
        with open_packed(path, "rb") if open_packed else path.open("rb") as file:
            yield cast(BinaryIO, file)
    except (EOFError, gzip.BadGzipFile, lzma.LZMAError) as error:
        raise SourceError(f"{path} is damaged: {error}.") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}.") from error


def is_packed(path: Path) -> bool:
    """Whether the file is packed."""
    return path.suffix.lower() in PACKED


def unpacked(path: Path, encoding: str, target: Path, *, line_ends: bool = False) -> Path:
    """The file's text written to a new file as UTF-8. line_ends: all of them made alike; else they stay as they are."""
    decoder: codecs.IncrementalDecoder | io.IncrementalNewlineDecoder
    if line_ends:
        decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)
    else:
        decoder = codecs.getincrementaldecoder(encoding)("replace")
    with opened(path) as file, target.open("w", encoding="utf-8", newline="") as written:
        while block := file.read(_BLOCK):
            written.write(decoder.decode(block))
        written.write(decoder.decode(b"", True))
    return target


def line_at(path: Path, places: list[int]) -> list[int]:
    """The number of the line, counting from 1, that begins at each of these bytes (ascending)."""
    found: list[int] = []
    lines, read = 1, 0
    with opened(path) as file:
        for place in places:
            while read < place:
                block = file.read(min(_BLOCK, place - read))
                if not block:
                    break
                lines, read = lines + block.count(b"\n"), read + len(block)
            found.append(lines)
    return found
