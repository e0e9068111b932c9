"""The kinds of dependencies that can be looked for, by the names that options and files use."""

KINDS = (
    "unique",
    "functional",
    "approximate",
    "conditional",
    "multivalued",
    "join",
    "derived",
    "ordered",
)
"""In the order in which they are looked for, and stand in a discovery."""
