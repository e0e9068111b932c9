"""A catalog, written as text that others read."""
