"""A catalog as a folder of Markdown pages for a repository: an index, a page for each table and view, and viewpoints."""

from dbwright.writers.docs.pages import MARK, Choices, DiagramKind, write

__all__ = ["MARK", "Choices", "DiagramKind", "write"]
