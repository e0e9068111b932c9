"""Copies of a database that nobody can be found in: a consistent subset, each column treated, and the proof that nothing leaked."""
