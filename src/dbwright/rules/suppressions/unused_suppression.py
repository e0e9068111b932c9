"""A suppression that suppresses nothing.

## Why

A suppression outlives the fault that it was written for. Later it hides a new fault of the same kind, and nobody
remembers why it is there. So it must go when the fault has gone.

## Bad

```sql
-- dbwright: ignore K001 (a log that is only appended to)
CREATE TABLE orders (id bigint PRIMARY KEY);
```

## Good

```sql
CREATE TABLE orders (id bigint PRIMARY KEY);
```

## Fix

Delete the comment, or the `[[suppress]]` entry in the configuration.
"""

from dbwright.rules.suppressions._suppression import SuppressionRule


class UnusedSuppression(SuppressionRule):
    """Finds suppressions that hide nothing."""

    code = "U001"
    fault = "suppresses nothing"
    advice = "Delete it; if it is kept it will hide the next fault of its kind."
