"""How the server carries out an ALTER TABLE: by which algorithm, and whom its lock keeps waiting.

The table of needs follows the manuals of both products, and was tried clause by clause on MariaDB 10.11 and MySQL 9.7.
Where a version is not known to do better, the dearer way is assumed: the server takes it too.
"""

from collections.abc import Sequence
from typing import NamedTuple

from dbwright.catalog.objects import Catalog, Table
from dbwright.change.actions import Action
from dbwright.engines.mysql.need import COPY, IN_PLACE, INSTANT, REBUILD, Need
from dbwright.engines.mysql.needs import need
from dbwright.engines.mysql.needs_columns import has_virtual
from dbwright.engines.mysql.product import Product, product_of

_ASKED = {"INSTANT": INSTANT, "NOCOPY": IN_PLACE, "INPLACE": REBUILD, "COPY": COPY}


class Way(NamedTuple):
    """The way of one ALTER TABLE.

    algorithm: "INSTANT", "NOCOPY" (MariaDB), "INPLACE" or "COPY"; None for what takes no such clause.
    lock: "NONE", "SHARED" or "EXCLUSIVE". rewrites: every row is written again. builds: an index is built from all rows.
    why: what keeps it from a cheaper way, as a sentence; empty where nothing does.
    refused: the statement asks for a way that the server does not have for it.
    """

    algorithm: str | None
    lock: str
    rewrites: bool = False
    builds: bool = False
    why: str = ""
    refused: bool = False

    @property
    def is_brief(self) -> bool:
        """Whether it changes the catalog alone, so that its locks last for a moment."""
        return not self.rewrites and not self.builds

    @property
    def clause(self) -> str:
        """ALGORITHM and LOCK as they stand in the statement."""
        if self.algorithm is None:
            return ""
        if self.algorithm == "INSTANT":  # which takes no LOCK on MySQL
            return "ALGORITHM=INSTANT"
        return f"ALGORITHM={self.algorithm}, LOCK={self.lock}"


def table_at(catalog: Catalog, path: Sequence[str]) -> Table | None:
    """The table at namespace and name; longer paths name a part of it. Cheaper than an index where one table is asked for."""
    namespace, name = path[0], path[1]
    return next((table for table in catalog.tables if table.name == name and table.namespace == namespace), None)


def best_way(actions: Sequence[Action], table: Table | None, catalog: Catalog) -> Way:
    """The cheapest way that the server takes for the clauses of one ALTER TABLE (or CREATE INDEX, DROP INDEX)."""
    product = product_of(catalog)
    if table is None:
        return Way(None, "NONE")
    needs = [need(action, table, catalog, product, actions) for action in actions]
    if any(each.no_clause for each in needs):
        level = max(each.level for each in needs)
        shared = any(each.shared for each in needs)
        return Way(None, "SHARED" if shared else "NONE", rewrites=level >= REBUILD, why=_why(needs, level))
    level, why = _level(needs, actions, table, product)
    return _way(level, why, needs, table, product)


def way_of(actions: Sequence[Action], table: Table | None, catalog: Catalog) -> Way:
    """The way that a statement takes as it is written, with or without an ALGORITHM and a LOCK."""
    best = best_way(actions, table, catalog)
    options = actions[0].options if actions else {}
    asked, lock = options.get("ALGORITHM", ""), options.get("LOCK", "DEFAULT")
    if best.algorithm is None or table is None:
        return best
    if asked in _ASKED:
        level, cheapest = _ASKED[asked], _ASKED[best.algorithm]
        if level > cheapest or _is_unchecked_key(asked, actions):
            best = _asked_way(asked, best, actions, table, catalog)
        elif level < cheapest:
            best = best._replace(refused=not (asked == "NOCOPY" and not best.rewrites))
    locks = ("NONE", "SHARED", "EXCLUSIVE")
    if lock in locks and locks.index(lock) < locks.index(best.lock):
        return best._replace(refused=True)
    return best._replace(lock=lock) if lock in locks else best


def _is_unchecked_key(asked: str, actions: Sequence[Action]) -> bool:
    """A foreign key is added in place only where foreign_key_checks is off, which the clause then takes for granted."""
    return asked in ("INPLACE", "NOCOPY", "INSTANT") and any(
        action.kind == "add constraint" and type(action.constraint).__name__ == "ForeignKey" for action in actions
    )


def _asked_way(asked: str, best: Way, actions: Sequence[Action], table: Table, catalog: Catalog) -> Way:
    """A dearer way than the best one, because the statement asks for it."""
    product = product_of(catalog)
    if asked == "COPY":
        return _way(COPY, "it is asked for", [], table, product)
    kept = [action for action in actions if not _is_unchecked_key(asked, [action])]
    if len(kept) != len(actions):
        rest = best_way(kept, table, catalog) if kept else Way("INPLACE", "NONE")
        return rest._replace(algorithm=asked if rest.algorithm != "COPY" else "COPY", refused=rest.algorithm == "COPY")
    # INPLACE where INSTANT would do: MySQL then rebuilds for new and dropped columns.
    needs = [need(action, table, catalog, product, actions) for action in actions]
    rebuilds = asked == "INPLACE" and not product.mariadb and any(each.otherwise >= REBUILD for each in needs)
    return best._replace(algorithm=asked, rewrites=best.rewrites or rebuilds)


def _level(needs: Sequence[Need], actions: Sequence[Action], table: Table, product: Product) -> tuple[int, str]:
    """The dearest clause counts; INSTANT holds only where every clause has it."""
    level = max(each.level for each in needs)
    if any(each.level and each.breaks for each in needs):
        level = max(level, *(each.otherwise for each in needs))
    if level < COPY and _mixes_virtual(needs, actions, table, level, product):
        return COPY, "virtual columns are added, dropped or moved together with other changes"
    return level, _why(needs, level)


def _mixes_virtual(
    needs: Sequence[Need], actions: Sequence[Action], table: Table, level: int, product: Product
) -> bool:
    """Whether virtual columns come or go together with what InnoDB does not do beside that."""
    kinds = {action.kind for action in actions}
    if product.mariadb and has_virtual(table) and {"add column", "drop column"} <= kinds:
        return True
    virtual = [action.kind for each, action in zip(needs, actions, strict=True) if each.virtual]
    others = [
        each for each, action in zip(needs, actions, strict=True) if not each.virtual and action.kind != "create index"
    ]
    if not virtual or not others:
        return False
    if product.mariadb:
        return "add column" in virtual and any(each.places for each in others)
    return level > INSTANT or ("drop column" in virtual and "add column" in kinds)


def _why(needs: Sequence[Need], level: int) -> str:
    return next((each.why for each in needs if each.why and max(each.level, each.otherwise) >= level), "")


def _way(level: int, why: str, needs: Sequence[Need], table: Table, product: Product) -> Way:
    fulltext = any(index.method == "fulltext" for index in table.indexes)
    spatial = any(index.method == "spatial" for index in table.indexes)
    shared = any(each.shared for each in needs)
    builds = any(each.builds for each in needs)
    if level == REBUILD:
        if fulltext and not product.mariadb and not any(each.own_fulltext for each in needs):
            level, why = COPY, "a table with a full-text index cannot be rebuilt in place"
        elif fulltext or spatial or (product.mariadb and has_virtual(table, indexed=True)):
            shared = True
            why = why or "a table with a full-text, spatial or virtual index is rebuilt under a lock"
    lock = "SHARED" if shared else "NONE"
    match level:
        case _ if level == INSTANT:
            return Way("INSTANT", "NONE", builds=builds)
        case _ if level == IN_PLACE:
            return Way("NOCOPY" if product.mariadb else "INPLACE", lock, builds=builds, why=why if shared else "")
        case _ if level == REBUILD:
            return Way("INPLACE", lock, rewrites=True, builds=builds, why=why)
    # MariaDB 11.2 copies online where nothing in the table keeps it from that.
    online = product.has(mariadb=(11, 2)) and table.primary_key is not None and not table.foreign_keys
    return Way("COPY", "NONE" if online else "SHARED", rewrites=True, why=why)
