"""`dbwright denormalize`: redundancy on purpose, planned, proved, kept true by triggers, checked, repaired, and measured."""
