"""What differs between two catalogs, and the operations that make one of the other."""

from dbwright.change.compare.candidates import RenameCandidate, find_candidates
from dbwright.change.compare.changes import Changes, changes
from dbwright.change.compare.differences import Difference, FieldChange, compare, only_order
from dbwright.change.compare.renames import Rename, parse_rename

__all__ = [
    "Changes",
    "Difference",
    "FieldChange",
    "Rename",
    "RenameCandidate",
    "changes",
    "compare",
    "find_candidates",
    "only_order",
    "parse_rename",
]
