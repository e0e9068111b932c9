"""Rules on suppressions; the review applies suppressions itself and calls these."""
