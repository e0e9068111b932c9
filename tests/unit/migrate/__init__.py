"""Folders of migrations."""
