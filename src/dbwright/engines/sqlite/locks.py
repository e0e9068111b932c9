"""SQLite's locks: they are on the whole database, whichever table is concerned."""

from dbwright.catalog.names import Ref
from dbwright.change.effects import Lock

DATABASE = Ref("catalog", ("main",))
"""The database, by SQLite's own name for it."""

WRITING = Lock(DATABASE, "RESERVED", ("writes", "schema changes"))
"""One connection writes, the others may read: up to the commit, which without a write-ahead log waits for readers and
keeps new ones out for a moment."""

ALONE = Lock(DATABASE, "EXCLUSIVE", ("reads", "writes", "schema changes"))
"""Nobody else may read or write. With a write-ahead log readers go on all the same."""
