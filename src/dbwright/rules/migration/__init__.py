"""Rules on migrations: one file a rule."""
