"""Rows that fit a schema: every value is a function of the seed and the number of its row."""
