"""Formulas of derived columns, from standard SQL into the dialect of a store."""

from functools import lru_cache


@lru_cache(maxsize=1000)
def in_dialect(formula: str, dialect: str) -> str:
    """The formula, names quoted, as the dialect has it."""
    import sqlglot

    # PostgreSQL's dialect is the nearest to the standard: || joins texts, and "names" are quoted.
    return sqlglot.transpile(formula, read="postgres", write=dialect, identify=True)[0]
