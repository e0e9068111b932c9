"""How much of a machine it takes: orders of magnitude with their assumptions, to be measured before they are believed."""

from __future__ import annotations

import msgspec

from dbwright.choose.requirements import Requirements

_INDEXES = 0.5
"""Indexes and empty space beside the rows, as a share of them: an assumption for a schema with a few indexes a table."""
_HOT = 0.1
"""The share of the data that is read again and again: an assumption."""
_COPIES = {"cassandra": 3, "cockroachdb": 3, "tidb": 3, "yugabytedb": 3, "mongodb": 3, "sqlite": 1, "duckdb": 1}
_IN_MEMORY = ("redis",)
_BUSY = 0.005
"""Seconds that a short transaction holds a connection: an assumption."""
_LITTLE = "Little, A Proof for the Queuing Formula L = λW, Operations Research 9(3), 1961"


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """One quantity, and how it was come by."""

    what: str
    value: str
    how: str


def estimate(requirements: Requirements, product: str) -> tuple[Estimate, ...]:
    """What a product would need; only what follows from the answers that were given."""
    found = []
    size = requirements.final_gb
    copies = _COPIES.get(product, 2)
    if size is not None:
        whole = size * (1 + _INDEXES)
        years = float(str(requirements.answers.get("years", 3.0)))
        found.append(
            Estimate(
                what="Disk for each copy",
                value=_gb(whole * 1.3),
                how=f"{_gb(size)} of rows after {years:g} years, half as much for indexes, 30 % left free",
            )
        )
        found.append(Estimate(what="Disk for all copies", value=_gb(whole * 1.3 * copies), how=f"{copies} copies"))
        memory = whole * 1.5 if product in _IN_MEMORY else whole * _HOT
        found.append(
            Estimate(
                what="Memory",
                value=_gb(max(memory, 0.25)),
                how="all of it, half as much again for copies while it is saved"
                if product in _IN_MEMORY
                else "a tenth of rows and indexes is read again and again, and should stay in memory",
            )
        )
        found.append(
            Estimate(
                what="Time to restore a copy",
                value=_duration(whole * 1024 / 200),
                how="at 200 MB a second; measure it by restoring a backup",
            )
        )
    reads, writes = (_rate(requirements, name) for name in ("reads_per_second", "writes_per_second"))
    if reads is not None or writes is not None:
        rate = (reads or 0) + (writes or 0)
        found.append(
            Estimate(
                what="Connections busy at once",
                value=f"{max(1, round(rate * _BUSY)):,}",
                how=f"{rate:,.0f} a second, {_BUSY * 1000:g} ms each ({_LITTLE}); pool them",
            )
        )
    row = requirements.answers.get("row_bytes")
    if writes and isinstance(row, float) and row:
        daily = writes * row * 86_400 / 1024**3
        found.append(
            Estimate(
                what="Written a day, at most",
                value=_gb(daily),
                how=f"{writes:,.0f} writes a second of {row:,.0f} bytes, all day; logs and backups grow by as much",
            )
        )
    return tuple(found)


def _rate(requirements: Requirements, name: str) -> float | None:
    value = requirements.answers.get(name)
    return value if isinstance(value, float) else None


def _gb(size: float) -> str:
    if size >= 1000:
        return f"{size / 1000:,.1f} TB"
    return f"{size:,.0f} GB" if size >= 10 else f"{size:,.1f} GB"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:,.0f} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7200 else f"{seconds / 3600:,.1f} h"
