"""The ids of a page's sections."""

import hashlib
import re

from dbwright.catalog.names import Ref

_NOT_SLUG = re.compile(r"[^A-Za-z0-9]+")


def anchor(ref: Ref) -> str:
    """The id of a table's or a view's section: readable, and unique even for names that differ in signs alone."""
    slug = _NOT_SLUG.sub("-", str(ref)).strip("-")[:40]
    exact = hashlib.sha256("\0".join((ref.kind, *ref.path)).encode()).hexdigest()[:8]
    return f"{ref.kind}-{slug}-{exact}"


def link(ref: Ref) -> str:
    """The address of that section within the page, for the diagram's boxes."""
    return f"#{anchor(ref)}"
