"""Addresses of computers and network cards that are nobody's on the internet."""

from __future__ import annotations

import polars as pl

from dbwright.seed.values.asked import Asked
from dbwright.seed.values.pieces import Pieces
from dbwright.seed.values.source import Source


def network(asked: Asked) -> Source:
    """Addresses of private and documentation networks, and of network cards."""
    spelling = asked.type.spelling
    if asked.meaning == "mac" or spelling.startswith("macaddr"):
        return hardware_addresses(8 if spelling == "macaddr8" else 6)
    if asked.meaning == "ip_6" or spelling == "inet6":
        return addresses_6()
    return addresses()


def addresses() -> Pieces:
    """IPv4 addresses of the private network 10.0.0.0/8 (RFC 1918): nobody's on the internet."""
    octets = pl.Series([str(number) for number in range(1, 255)])
    return Pieces("10.", octets, ".", octets, ".", octets)


def addresses_6() -> Pieces:
    """IPv6 addresses of the network for documentation 2001:db8::/32 (RFC 3849)."""
    groups = pl.Series([f"{number:x}" for number in range(1, 65_536)])
    return Pieces("2001:db8::", groups, ":", groups)


def hardware_addresses(count: int) -> Pieces:
    """Locally administered addresses of network cards, 02:…"""
    pairs = pl.Series([f"{number:02x}" for number in range(256)])
    parts: list[str | pl.Series] = ["02"]
    for _ in range(count - 1):
        parts += [":", pairs]
    return Pieces(*parts)
