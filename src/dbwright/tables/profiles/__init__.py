"""Profiles of tables: counted value by value where that is cheap, by sketches where it is not, from a sample where time is over."""
