"""A catalog as the SQL that makes it, in the dialect of its engine."""

from dbwright.catalog.objects import Catalog
from dbwright.engines.registry import engine


def write(catalog: Catalog) -> str:
    """One script, in dependency order, that an empty database of the catalog's engine can run."""
    product = engine(catalog.engine)
    return product.script(product.emit(catalog))
