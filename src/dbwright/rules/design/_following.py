"""Triggers that keep a copy like its original, in each engine's own words."""

from dbwright.change.operations import Operation
from dbwright.denormalize.copies import CopyWriter
from dbwright.denormalize.kinds import Copy as Kept
from dbwright.rules.base import Subject
from dbwright.rules.design._copies import Copy
from dbwright.rules.design._new_names import trigger_words
from dbwright.rules.design._trigger_operations import definitions


class Follower:
    """The triggers on both tables of a copy, and the statement that copies everything anew."""

    def __init__(self, subject: Subject, copy: Copy) -> None:
        kept = Kept(child=copy.child, column=copy.target, parent=copy.parent, source=copy.source, key=copy.key)
        self._writer = CopyWriter(trigger_words(subject), kept)

    def operations(self) -> tuple[Operation, ...]:
        """Creating the triggers, with the functions of PostgreSQL; empty where the engine can't keep it by triggers."""
        return () if self._writer.refusal else tuple(self._writer.operations())

    def statements(self) -> tuple[str, ...]:
        """What the operations make, as they are written, and after it the statement that copies anew."""
        return (*definitions(self.operations()), self._writer.recopy())
