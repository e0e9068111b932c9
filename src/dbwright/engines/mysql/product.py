"""Which product and version a catalog is for, and what that one can do."""

from typing import NamedTuple

from dbwright.catalog.objects import Catalog

Version = tuple[int, ...]

_OLDEST: dict[str, Version] = {"mysql": (8, 0, 12), "mariadb": (10, 6, 0)}
"""What is assumed of a catalog that came from no server."""


class Product(NamedTuple):
    """MySQL or MariaDB in one version."""

    mariadb: bool
    version: Version

    @property
    def title(self) -> str:
        """The name that people know it by."""
        return "MariaDB" if self.mariadb else "MySQL"

    @property
    def shown(self) -> str:
        """The name with its version."""
        return f"{self.title} {'.'.join(map(str, self.version))}"

    def has(self, *, mysql: Version | None = None, mariadb: Version | None = None) -> bool:
        """Whether it is at least that version; None where the product has it in no version."""
        since = mariadb if self.mariadb else mysql
        return since is not None and self.version >= since

    @property
    def renames_columns(self) -> bool:
        """RENAME COLUMN; CHANGE COLUMN needs the whole definition."""
        return self.has(mysql=(8, 0), mariadb=(10, 5, 2))

    @property
    def renames_indexes(self) -> bool:
        """RENAME INDEX."""
        return self.has(mysql=(5, 7), mariadb=(10, 5, 2))

    @property
    def hides_indexes(self) -> bool:
        """INVISIBLE, or IGNORED, indexes."""
        return self.has(mysql=(8, 0), mariadb=(10, 6))

    @property
    def replaces(self) -> bool:
        """CREATE OR REPLACE for triggers, routines and events."""
        return self.mariadb

    @property
    def row_versions(self) -> int | None:
        """How often columns can be added or dropped INSTANT before a table must be rebuilt; None without such a limit."""
        if self.mariadb or self.version < (8, 0, 29):
            return None
        return 255 if self.version >= (9, 1) else 64


def product_of(catalog: Catalog) -> Product:
    """The product that a catalog was read from, or is meant for."""
    mariadb = catalog.engine == "mariadb"
    return Product(mariadb, catalog.version or _OLDEST["mariadb" if mariadb else "mysql"])
