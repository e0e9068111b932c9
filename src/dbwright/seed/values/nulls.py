"""How often a column that may be NULL is."""

from __future__ import annotations

from dbwright.seed.values.asked import Asked

_BY_MEANING = {
    "middle_name": 0.7, "address_2": 0.75, "salutation": 0.4, "initials": 0.3, "death_date": 0.9, "image_url": 0.3,
    "phone": 0.1, "email": 0.02, "first_name": 0.01, "last_name": 0.01, "full_name": 0.02, "discount": 0.5,
}  # fmt: skip
_BY_WORD = {
    "deleted": 0.93, "archived": 0.9, "cancelled": 0.9, "canceled": 0.9, "revoked": 0.9, "banned": 0.97, "suspended": 0.95,
    "refunded": 0.93, "terminated": 0.85, "failed": 0.9, "locked": 0.95, "blocked": 0.95, "merged": 0.95, "expired": 0.7,
    "fax": 0.7, "parent": 0.2, "middle": 0.7, "comment": 0.5, "notes": 0.6, "note": 0.6, "original": 0.6, "error": 0.9,
    "updated": 0.0, "created": 0.0, "modified": 0.0, "changed": 0.0, "returned": 0.3, "delivered": 0.2, "shipped": 0.15,
}  # fmt: skip
_ELSE = 0.08


def null_share(asked: Asked) -> float:
    """The share of NULL, from 0 to 1; 0 where the column, its key or its checks allow none."""
    column, table = asked.column, asked.table
    in_key = table.primary_key is not None and column.name in table.primary_key.columns
    if not column.nullable or in_key or not asked.limit.nullable:
        return 0.0
    if asked.hint.nulls is not None:
        return min(max(asked.hint.nulls, 0.0), 1.0)
    if asked.hint.constant is not None or asked.hint.unique:
        return 0.0
    if asked.type.is_temporal or asked.type.is_text or asked.meaning is None:
        for word in asked.words:
            if word in _BY_WORD:
                return _BY_WORD[word]
    return _BY_MEANING.get(asked.meaning or "", _ELSE)
