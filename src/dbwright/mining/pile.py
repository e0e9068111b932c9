"""Left sides that wait, by size."""

from dbwright.mining.transversals import Lefts


class Pile:
    """Left sides of several sizes, and how much they hold."""

    def __init__(self) -> None:
        self._by_size: dict[int, list[Lefts]] = {}
        self.count = 0
        self.held = 0

    def put(self, lefts: Lefts) -> None:
        """Add left sides of one size."""
        if len(lefts):
            self._by_size.setdefault(lefts.size, []).append(lefts)
            self.count += len(lefts)
            self.held += lefts.held

    def take(self, many: int, *, short: bool) -> Lefts:
        """Some left sides, at most so many, of one size: the shortest or the longest."""
        size = min(self._by_size) if short else max(self._by_size)
        lefts = self._by_size[size].pop()
        if not self._by_size[size]:
            del self._by_size[size]
        self.count -= len(lefts)
        self.held -= lefts.held
        self.put(lefts.part(slice(many, None)))
        return lefts.part(slice(many))

    def all(self) -> list[Lefts]:
        """All left sides."""
        return [lefts for several in self._by_size.values() for lefts in several]
