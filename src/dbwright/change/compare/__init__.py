"""What differs between two catalogs."""

from dbwright.change.compare.differences import Difference, FieldChange, compare

__all__ = ["Difference", "FieldChange", "compare"]
