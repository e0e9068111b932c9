"""Values by meaning: what a column is for, told from its name, type, comment and table, and values that look like it."""

from dbwright.seed.values.table import values_for

__all__ = ["values_for"]
