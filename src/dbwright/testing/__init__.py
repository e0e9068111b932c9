"""Tests of migrations for pytest: step through every revision, up and down, with rows put in before and checked after.

The fixtures `migration_test` and `migration_revision` come with the package; nothing has to be imported.
"""

from dbwright.testing.migrations import MigrationTest, open_migration_test

__all__ = ["MigrationTest", "open_migration_test"]
