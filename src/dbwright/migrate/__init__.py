"""Folders of migrations: their revisions, what was applied of them, and the runner."""
