"""How much a profile may cost, and what it tells meanwhile."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dbwright.tables.duck import OutOfTime

_KEPT_BACK = 0.2


@dataclass
class Effort:
    """seconds: from now on, None for no limit. exact: count every value, however many there are. tell: is told what is looked at."""

    seconds: float | None = None
    exact: bool = False
    tell: Callable[[str], None] = lambda _: None
    _start: float = field(default_factory=time.monotonic)

    def spent(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._start

    def is_over(self) -> bool:
        """Whether no time is left at all."""
        return self.seconds is not None and self.spent() >= self.seconds

    def left(self) -> float | None:
        """Seconds that are left for all rows, None for no limit; some are kept back for a sample. Raises OutOfTime."""
        if self.seconds is None:
            return None
        left = (1 - _KEPT_BACK) * self.seconds - self.spent()
        if left <= 0:
            raise OutOfTime("The time given is over.")
        return left
