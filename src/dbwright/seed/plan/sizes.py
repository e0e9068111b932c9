"""How many rows a table gets: what was said, or what its place in the schema suggests, as far as its keys go."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dbwright.catalog.objects import Table
from dbwright.seed.base import Settings
from dbwright.seed.keys.links import hint_for
from dbwright.seed.plan.base import Path

USUAL = 1_000
_LOOKED_UP = 20
_CHILDREN = 3
_FEW = re.compile(
    r"(?:^|_)(?:country|countries|currency|currencies|language|languages|locale|locales|timezone|timezones|status|statuses|"
    r"type|types|kind|kinds|category|categories|role|roles|permission|permissions|unit|units|plan|plans|region|regions|state|"
    r"states|department|departments|warehouse|warehouses|store|stores|priority|priorities|level|levels|genre|genres|tax_class|"
    r"setting|settings|tag|tags|brand|brands)$",
    re.IGNORECASE,
)


def wanted_rows(
    table: Table, settings: Settings, sizes: Mapping[Path, int], referring: Sequence[int]
) -> tuple[int, bool]:
    """How many rows a table should have, and whether somebody said so about this table.

    sizes: of the tables before it. referring: what was said of the tables that refer to it, an empty list where nothing
    refers to it, 0 for a table that nothing was said of.
    """
    hint = settings.table((table.namespace, table.name))
    path = (table.namespace, table.name)
    if hint.rows is not None:
        return _scaled(hint.rows, settings), settings.scale == 1.0
    for key in table.foreign_keys:
        relation = hint_for(hint, key)
        if relation.per_parent is not None and key.table in sizes and key.table != path:
            parents = sizes[key.table] * (1.0 - (relation.childless or 0.0))
            return max(round(relation.per_parent * parents), 1), False
    if settings.rows is not None:
        return _scaled(settings.rows, settings), False
    outer = [key for key in table.foreign_keys if key.table != path]
    if not outer and referring and _FEW.search(table.name):
        return _scaled(_LOOKED_UP, settings), False
    least = max(referring, default=0) // _CHILDREN
    if not outer and referring and len(table.columns) <= 4 and not least:
        return _scaled(_LOOKED_UP, settings), False
    return _scaled(max(USUAL * (3 if len(outer) >= 2 else 2 if outer else 1), least), settings), False


def _scaled(rows: int, settings: Settings) -> int:
    return max(1, round(rows * settings.scale)) if rows > 0 and settings.scale > 0 else 0
