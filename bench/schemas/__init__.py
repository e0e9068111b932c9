"""Schemas in the style of large public applications, and rows for them: what reviews are measured on.

Each `.sql` file is one schema in one engine's SQL, written as such an application's own developers might, with no fault planted.
"""
