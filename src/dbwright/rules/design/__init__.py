"""Rules on the design of a schema."""
