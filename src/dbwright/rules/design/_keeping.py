"""Triggers that keep a counter right, in each engine's own words."""

from dbwright.change.operations import Operation
from dbwright.denormalize.kinds import Condition, Total
from dbwright.denormalize.totals import writer
from dbwright.rules.base import Subject
from dbwright.rules.design._counters import Counter
from dbwright.rules.design._new_names import trigger_words
from dbwright.rules.design._soft_deletes import living
from dbwright.rules.design._trigger_operations import definitions


class Keeper:
    """The triggers on both tables of a counter, and the statement that counts everything anew."""

    def __init__(self, subject: Subject, counter: Counter) -> None:
        self._writer = writer(trigger_words(subject), _total(subject, counter), subject.lookup)

    def operations(self) -> tuple[Operation, ...]:
        """Creating the triggers, with the functions of PostgreSQL; empty where the engine can't keep it by triggers."""
        return () if self._writer.refusal else tuple(self._writer.operations())

    def statements(self) -> tuple[str, ...]:
        """What the operations make, as they are written, and after it the recount; empty where there are no triggers."""
        texts = definitions(self.operations())
        return (*texts, self.recount()) if texts else ()

    def recount(self) -> str:
        """The statement that sets the counter of every row that is wrong."""
        return self._writer.recount()


def _total(subject: Subject, counter: Counter) -> Total:
    mark = counter.child.column(counter.living) if counter.living else None
    condition = None
    if mark is not None:
        condition = Condition(
            living(mark, subject.quote), (mark.name,), lambda row: living(mark, subject.quote, f"{row}.")
        )
    return Total(
        parent=counter.parent,
        column=counter.target,
        child=counter.child,
        key=counter.key,
        function="sum" if counter.of else "count",
        of=counter.child.column(counter.of) if counter.of else None,
        condition=condition,
    )
