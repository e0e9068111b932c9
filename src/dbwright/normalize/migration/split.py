"""A split as data: its stages, each with the schema that it leads to and the statements to run there and on the way back."""

from typing import Literal

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog

StageName = Literal["expand", "backfill", "switch", "contract"]


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One stage.

    goal: the catalog that it leads to; path: what is planned to get there, one catalog after another, since a name must be free
    before it is given anew; empty for the goal alone.
    renames: tables that keep their rows under another name on the way, old and new.
    before, after: statements to run before and after the change of the schema; back_before, back_after: on the way back.
    per_range: statements to run for each range of the source's key, `{range}` in them standing for it; each in one transaction a range.
    held_still: a query to run before them, which keeps others from changing the rows of the range; empty where nobody can.
    quiet: its way back may lose what is written while it runs.
    loses: what is lost, in a plain sentence; empty where nothing is.
    """

    name: StageName
    title: str
    goal: Catalog
    path: tuple[Catalog, ...] = ()
    renames: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    back_before: tuple[str, ...] = ()
    back_after: tuple[str, ...] = ()
    per_range: tuple[str, ...] = ()
    held_still: str = ""
    quiet: bool = False
    loses: str = ""


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal as stages.

    source: the table; kept: its name after the switch. key: the columns whose ranges are filled; empty where all is filled at once.
    writable: whether the view takes writes. differences: the query for rows that the view and the kept table do not share.
    final: the names of the new tables at the end. readers: the views that read the source; they must be written anew before contract.
    """

    source: Ref
    kept: Ref
    key: tuple[str, ...]
    writable: bool
    stages: tuple[Stage, ...]
    differences: str
    final: tuple[Ref, ...]
    readers: tuple[Ref, ...] = ()
    notes: tuple[str, ...] = ()

    def stage(self, name: StageName) -> Stage:
        """The stage of that name."""
        return next(each for each in self.stages if each.name == name)
