"""Ctrl-C between two batches: an interrupt in the midst of a driver's work could leave its locks held for ever."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Wish:
    """Whether somebody wishes that the run ends."""

    def __init__(self) -> None:
        self._made = False

    def make(self, number: int, frame: FrameType | None) -> None:
        """Note the wish; who makes it twice is not kept waiting."""
        if self._made:
            raise KeyboardInterrupt
        self._made = True

    def heed(self) -> None:
        """Raise KeyboardInterrupt where the wish was made."""
        if self._made:
            raise KeyboardInterrupt


@contextmanager
def stopping() -> Iterator[Wish]:
    """Ctrl-C, and SIGTERM, become a wish inside; in a thread other than the main one nothing changes."""
    wish = Wish()
    if threading.current_thread() is not threading.main_thread():
        yield wish
        return
    before = {number: signal.signal(number, wish.make) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield wish
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
