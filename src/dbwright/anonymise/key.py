"""The secret that transformations depend on: equal values stay equal with the same key, and nobody guesses them without it."""

from __future__ import annotations

import secrets
from hashlib import blake2b


class Key:
    """Numbers that depend on a secret, on what they are for and on a value (BLAKE2b with a key, RFC 7693)."""

    def __init__(self, secret: bytes) -> None:
        self._secret = blake2b(secret, digest_size=32).digest()

    @classmethod
    def random(cls) -> Key:
        """A key for one run, which nobody knows afterwards."""
        return cls(secrets.token_bytes(32))

    def number(self, purpose: str, value: str, size: int = 16) -> int:
        """A number of `size` bytes for a value."""
        return int.from_bytes(self.digest(purpose, value, size), "big")

    def digest(self, purpose: str, value: str, size: int = 16) -> bytes:
        """`size` bytes, up to 64, for a value."""
        text = f"{purpose}\x1f{value}".encode("utf-8", "surrogatepass")
        return blake2b(text, digest_size=size, key=self._secret).digest()

    def of(self, purpose: str) -> Key:
        """A key for a part of the work; from it nothing follows about the others."""
        return Key(self.digest("key", purpose, 32))
