"""Anonymised copies: what is decided, the rows that go along, the copy, and the proof."""
