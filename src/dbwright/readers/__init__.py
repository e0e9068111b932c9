"""Anything that describes a database, read into a catalog."""
