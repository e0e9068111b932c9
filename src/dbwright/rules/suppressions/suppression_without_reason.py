"""A suppression that does not say why.

## Why

Who reads `ignore K001` in a year cannot tell a decision from an excuse. One sentence in brackets is enough, and the
review shows it beside the number of suppressed findings.

## Bad

```sql
-- dbwright: ignore K001
CREATE TABLE access_log (at timestamptz NOT NULL, line text NOT NULL);
```

## Good

```sql
-- dbwright: ignore K001 (a log that is only appended to and read by time)
CREATE TABLE access_log (at timestamptz NOT NULL, line text NOT NULL);
```

## Fix

Write the reason in brackets behind the rules, or as `reason` in the `[[suppress]]` entry.
"""

from dbwright.rules.suppressions._suppression import SuppressionRule


class SuppressionWithoutReason(SuppressionRule):
    """Finds suppressions that do not say why."""

    code = "U002"
    fault = "gives no reason"
    advice = "Write the reason in brackets behind the rules."
