"""The answer made of what an engine counted in its JSON documents."""

from collections.abc import Iterable
from typing import Any

from dbwright.catalog.facts import Documents, JsonKey
from dbwright.engines.relating.dialect import Rows

MOST_KEYS = 50


def documents(rows: Rows, sql: str, counts: Iterable[Any], keys: Iterable[tuple[Any, ...]]) -> Documents:
    """counts: rows looked at, documents, objects. keys: name, type, number of documents; any order."""
    looked_at, filled, objects = (int(each or 0) for each in counts)
    found: dict[str, dict[str, int]] = {}
    for name, type_, count in keys:
        types = found.setdefault(str(name), {})
        types[str(type_)] = types.get(str(type_), 0) + int(count)
    listed = [
        JsonKey(name=name, count=sum(types.values()), types=tuple(sorted(types, key=lambda each: (-types[each], each))))
        for name, types in found.items()
    ]
    listed.sort(key=lambda each: (-each.count, each.name))
    return Documents(
        rows=looked_at,
        sampled=rows.sampled,
        sql=sql,
        filled=filled,
        objects=objects,
        keys=tuple(listed[:MOST_KEYS]),
    )
