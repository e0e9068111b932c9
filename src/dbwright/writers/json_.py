"""A catalog as canonical JSON, indented for people."""

import msgspec

from dbwright.catalog.codec import encode
from dbwright.catalog.objects import Catalog


def write(catalog: Catalog) -> str:
    """The JSON that `dbwright.catalog.codec.decode` reads back; its schema is `docs/catalog.schema.json`."""
    return msgspec.json.format(encode(catalog), indent=2).decode() + "\n"
