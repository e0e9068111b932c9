"""Tables whose rows are kept in the order of the primary key, so that its width and order matter to every index."""

from dbwright.catalog.objects import Table
from dbwright.rules.base import Subject


def is_clustered(subject: Subject, table: Table) -> bool:
    """Whether the rows are kept in the primary key: InnoDB, and WITHOUT ROWID in SQLite."""
    if subject.engine == "mysql":
        return table.options.get("engine", "InnoDB").lower() == "innodb"
    return subject.engine == "sqlite" and table.without_rowid
