"""A test kit for pytest: databases thrown away or copied for each test, rows made up, schemas, plans and queries asserted.

The fixtures come with the package; nothing has to be imported: `throwaway`, `database`, `rolled_back_database`, `queries`,
`migration_test`, `migration_revision`, `open_migrations`.
"""

from dbwright.testing.databases import Database, Template, migrated, scripted, throwaway
from dbwright.testing.migrations import MigrationTest, open_migration_test
from dbwright.testing.queries import QueryLog, listening

__all__ = [
    "Database",
    "MigrationTest",
    "QueryLog",
    "Template",
    "listening",
    "migrated",
    "open_migration_test",
    "scripted",
    "throwaway",
]
