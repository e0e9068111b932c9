"""What one clause of an ALTER TABLE needs from the server."""

import re
from collections.abc import Sequence

from dbwright.catalog.objects import Catalog, Check, ForeignKey, PrimaryKey, Table
from dbwright.change.actions import Action
from dbwright.engines.mysql import needs_columns as columns
from dbwright.engines.mysql.need import COPY, IN_PLACE, INSTANT, REBUILD, Need
from dbwright.engines.mysql.product import Product

_REBUILDING = frozenset(("ROW_FORMAT", "KEY_BLOCK_SIZE", "PAGE_COMPRESSED", "PAGE_COMPRESSION_LEVEL", "TABLESPACE"))
_VERSIONING = frozenset((word, what) for word in ("ADD", "DROP") for what in ("SYSTEM", "PERIOD"))
_COPYING = frozenset(("ENCRYPTION", "ENCRYPTED", "COMPRESSION", "DATA DIRECTORY", "INDEX DIRECTORY", "UNION"))


def need(action: Action, table: Table, catalog: Catalog, product: Product, among: Sequence[Action]) -> Need:
    """The need of a clause; among: all clauses of its statement."""
    match action.kind:
        case "add column":
            found = columns.added(action, table, product)
        case "drop column":
            found = columns.dropped(action.name or "", table, product)
        case "rename column":
            found = columns.renamed(action.name or "", table, catalog, product)
        case "change column" | "alter type":
            found = columns.changed(action, table, catalog, product)
        case "set default" | "drop default":
            found = Need(_instant(product), IN_PLACE)
        case "alter table" if "column" in action.words:
            found = Need(_instant(product), IN_PLACE)
        case "create index":
            found = _index(action, table, among)
        case "drop index":
            found = _index_dropped(action, table, product)
        case "rename index" | "alter index":
            found = Need(_metadata(product))
        case "add constraint":
            found = _constraint(action, table, product, among)
        case "drop constraint":
            found = _constraint_dropped(action, table, product, among)
        case "alter constraint":
            off = "not enforced" in action.words
            found = Need(INSTANT) if off else Need(COPY, COPY, why="MySQL checks all rows while it copies them")
        case "rename table":
            found = Need(_instant(product))
        case "convert charset":
            found = columns.converted(action, table, product)
        case "change engine":
            found = _engine(action, table)
        case "rebuild table" | "add partition" | "drop partition" | "truncate":
            found = _rebuilt(action, table, product)
        case "alter table" if (action.name or "").upper() in _REBUILDING:
            found = Need(REBUILD, REBUILD, why=f"{(action.name or '').upper()} changes how the rows are stored")
        case "alter table" if (action.name or "").upper() in _COPYING:
            found = Need(COPY, COPY, why=f"{(action.name or '').upper()} changes where or how the rows are stored")
        case "alter table" if action.name is None or (action.name, action.to) in _VERSIONING:
            found = Need(COPY, COPY, why="it changes what every row holds")
        case "alter table" if (action.name or "").upper() in ("CHARSET", "COLLATE", "CHARACTER SET"):
            with_columns = any(each.kind == "change column" for each in among)
            found = Need(IN_PLACE if with_columns else _metadata(product))
        case "alter table":
            found = Need(_metadata(product))
        case _:
            found = Need(COPY, COPY, no_clause=True)
    if not is_innodb(table):
        kept = action.kind in _METADATA or (
            action.kind == "change column" and columns.is_metadata(action, table, product)
        )
        return (
            Need(INSTANT, INSTANT)
            if kept
            else Need(COPY, COPY, why=f"the engine {table.options['engine']} copies a table to change it")
        )
    return found


_METADATA = frozenset(("rename column", "set default", "drop default", "alter table", "rename index", "alter index"))


def is_innodb(table: Table) -> bool:
    """Whether a table is InnoDB's, which alone changes tables in place."""
    return table.options.get("engine", "InnoDB").lower() == "innodb"


def _instant(product: Product) -> int:
    """What needs no work at all, since there is INSTANT."""
    return INSTANT if product.has(mysql=(8, 0, 12), mariadb=(10, 3, 2)) else IN_PLACE


def _metadata(product: Product) -> int:
    """What MariaDB calls INSTANT and MySQL INPLACE although it touches no row."""
    return INSTANT if product.has(mariadb=(10, 3, 2)) else IN_PLACE


# ---------------------------------------------------------------- indexes and constraints


def _index(action: Action, table: Table, among: Sequence[Action]) -> Need:
    index = action.index
    method = index.method if index else "btree"
    if method == "fulltext" or "fulltext" in action.words:
        if sum(each.index is not None and each.index.method == "fulltext" for each in among) > 1:
            return Need(COPY, COPY, why="InnoDB builds one full-text index at a time")
        others = any(each.method == "fulltext" for each in table.indexes)
        if others or table.column("FTS_DOC_ID"):
            return Need(
                IN_PLACE, shared=True, builds=True, own_fulltext=True, why="a full-text index is built under a lock"
            )
        why = "the first full-text index of a table adds a hidden column, under a lock"
        return Need(REBUILD, REBUILD, shared=True, builds=True, own_fulltext=True, why=why)
    if method == "spatial" or "spatial" in action.words:
        return Need(IN_PLACE, shared=True, builds=True, why="a spatial index is built under a lock")
    computed = {each.name for each in among if each.kind == "add column" and each.column and each.column.generated}
    if index and any(part.expression or part.column in computed for part in index.parts):
        return Need(IN_PLACE, shared=True, builds=True, why="an index over a new expression is built under a lock")
    whole = index is not None and index.unique and all(part.column and not part.prefix_length for part in index.parts)
    if index and whole and _becomes_the_key(table, [column or "" for column in index.columns]):
        return _NEW_ORDER
    return Need(IN_PLACE, builds=True)


def _index_dropped(action: Action, table: Table, product: Product) -> Need:
    if action.name in columns.implicit_keys(table):
        return Need(COPY, COPY, why="InnoDB uses this unique index as the primary key")
    return Need(IN_PLACE, breaks=not product.mariadb)


def _constraint(action: Action, table: Table, product: Product, among: Sequence[Action]) -> Need:
    match action.constraint:
        case PrimaryKey():
            return Need(REBUILD, REBUILD, builds=True, why="a primary key is the order in which the rows are stored")
        case ForeignKey():
            why = "a foreign key is checked while the table is copied, unless foreign_key_checks is off"
            return Need(COPY, COPY, why=why)
        case Check(enforced=enforced):
            if not product.mariadb and product.version < (8, 0, 16):
                return Need(INSTANT, INSTANT)  # older ones read checks and forget them
            if not enforced or "not enforced" in action.words:
                return Need(INSTANT, IN_PLACE)
            if product.mariadb and "inline" in action.words:
                return Need(_instant(product))
            return Need(COPY, COPY, why="a check is tried on all rows while the table is copied")
    if _becomes_the_key(table, getattr(action.constraint, "columns", ())):
        return _NEW_ORDER
    return Need(IN_PLACE, builds=True)


_NEW_ORDER = Need(
    REBUILD, REBUILD, builds=True, why="InnoDB takes a unique index over columns that are NOT NULL as the primary key"
)


def _becomes_the_key(table: Table, made: Sequence[str]) -> bool:
    """Whether a new unique index orders the rows of a table that has no primary key."""
    if table.primary_key or columns.implicit_keys(table):
        return False
    found = [table.column(name) for name in made]
    return bool(found) and all(column is not None and not column.nullable for column in found)


def _constraint_dropped(action: Action, table: Table, product: Product, among: Sequence[Action]) -> Need:
    if "primary key" in action.words:
        again = any(each.kind == "add constraint" and isinstance(each.constraint, PrimaryKey) for each in among)
        if again:
            return Need(REBUILD, REBUILD, why="a primary key is the order in which the rows are stored")
        return Need(COPY, COPY, why="a primary key is dropped by copying the table")
    if "foreign key" in action.words or any(key.name == action.name for key in table.foreign_keys):
        return Need(_metadata(product))
    if "check" not in action.words and any(unique.name == action.name for unique in table.uniques):
        return _index_dropped(action, table, product)
    return Need(_instant(product))


# ---------------------------------------------------------------- the whole table


def _engine(action: Action, table: Table) -> Need:
    own = table.options.get("engine", "InnoDB").lower()
    if (action.to or "").lower() == own == "innodb":
        return Need(REBUILD, REBUILD, why="it is asked to rebuild the table")
    return Need(COPY, COPY, why=f"the table moves from {table.options.get('engine', 'InnoDB')} to {action.to}")


def _rebuilt(action: Action, table: Table, product: Product) -> Need:
    """Rebuilding, ordering, and the work on partitions."""
    words = action.words
    if action.kind == "rebuild table" and "order by" in words:
        return Need(COPY, COPY, why="the rows are sorted into a copy")
    if action.kind == "rebuild table" and ("partition by" in words or "remove partition" in words):
        return Need(COPY, COPY, shared=True, no_clause=True, why="all rows move into other partitions")
    if action.kind in ("add partition", "drop partition"):
        hashed = table.partitioning is not None and re.search(r"hash|key", table.partitioning.strategy) is not None
        if hashed:
            return Need(
                REBUILD, REBUILD, shared=True, no_clause=True, why="the rows are dealt out anew over the partitions"
            )
        return Need(IN_PLACE, no_clause=True)
    if action.kind == "truncate":
        return Need(INSTANT, no_clause=True)
    if any(word.endswith(" partition") for word in words):
        return Need(REBUILD, REBUILD, shared=True, no_clause=True, why="the rows of the partitions are written again")
    return Need(REBUILD, REBUILD, why="it is asked to rebuild the table")
