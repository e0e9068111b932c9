"""Encrypted columns with keys that the database never sees.

    keys = KeyRing.read(os.environ["COLUMN_KEYS"])          # "2:BASE64,1:BASE64", the present key first
    class User(Base):
        email: Mapped[str] = mapped_column("email_encrypted", Encrypted(keys, "users.email"))
        email_index: Mapped[str] = mapped_column(BlindIndex(keys, "users.email"), unique=True)   # `encrypted_columns.py` has the types

A value is sealed by AES-256-GCM (NIST SP 800-38D) with a random nonce, or, where equal values shall stay equal, by AES-SIV
(RFC 5297). Every column has keys of its own, derived by HKDF-SHA256 (RFC 5869) from a master key and the column's name, so that
a value moved to another column cannot be opened. A blind index is an HMAC-SHA256 of the value: equal values are found without
anything being decrypted, and nothing else is told but that they are equal.

The layout of a sealed value: one byte for the form, four for the number of the master key, then nonce and ciphertext with its tag.
"""

import base64
import binascii
import hmac
import os
import struct
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from dbwright.errors import Unavailable, UsageError

Form = Literal["random", "deterministic"]

OVERHEAD = 33
"""The most bytes by which a sealed value is longer than the value."""
INDEX_LENGTH = 32
"""The bytes of a blind index."""

_MASTER = 32
_HEAD = struct.Struct(">BI")
_FORMS: dict[Form, int] = {"random": 1, "deterministic": 2}
_NONCE = 12


class CannotOpen(UsageError):
    """A sealed value that was changed, belongs to another column, or was sealed with a key that is not there."""


class KeyRing:
    """Master keys by their numbers. New values are sealed with the present one; the others open what was sealed before.

    keys: 32 bytes each, by numbers from 0 to 2³² - 1, the present one first. index: the key of blind indexes, which cannot be
    replaced without computing all indexes anew; derived from the key of the lowest number where it is not given, so that key must
    stay in the ring then.
    """

    def __init__(self, keys: Mapping[int, bytes], *, index: bytes | None = None) -> None:
        if not keys:
            raise UsageError("A key ring needs a key.", hint="Make one with KeyRing.new_key().")
        for number, key in keys.items():
            if len(key) != _MASTER or not 0 <= number < 2**32:
                raise UsageError(f"The key {number} has {len(key)} bytes; a key has {_MASTER}, and a number below 2³².")
        self._keys = dict(keys)
        self._present = next(iter(keys))
        self._index = index or self._keys[min(self._keys)]

    def __repr__(self) -> str:
        return f"KeyRing(keys {', '.join(map(str, self._keys))})"

    @staticmethod
    def new_key() -> bytes:
        """A fresh master key."""
        return os.urandom(_MASTER)

    @classmethod
    def read(cls, text: str) -> "KeyRing":
        """The keys from a text such as "2:BASE64,1:BASE64", the present one first. Raises UsageError without telling the text."""
        keys: dict[int, bytes] = {}
        for place, part in enumerate(text.split(","), 1):
            number, _, key = part.strip().partition(":")
            try:
                keys[int(number)] = base64.b64decode(key, validate=True)
            except (ValueError, binascii.Error):
                raise UsageError(
                    f"Key {place} of the key ring is not understood.",
                    hint="Write NUMBER:BASE64, with commas between keys.",
                ) from None
        return cls(keys)

    # ------------------------------------------------------------ sealing

    def seal(self, value: bytes, column: str, form: Form = "random") -> bytes:
        """The value, sealed for a column such as "users.email"."""
        head = _HEAD.pack(_FORMS[form], self._present)
        context = head + column.encode()
        sealed: bytes
        if form == "deterministic":
            sealed = _siv(self._keys[self._present], column).encrypt(value, [context])
            return head + sealed
        nonce = os.urandom(_NONCE)
        sealed = _gcm(self._keys[self._present], column).encrypt(nonce, value, context)
        return head + nonce + sealed

    def open(self, sealed: bytes, column: str) -> bytes:
        """The value that was sealed for this column. Raises CannotOpen."""
        form, number = self._head(sealed, column)
        key = self._keys.get(number)
        if key is None:
            raise CannotOpen(f"A value of {column} was sealed with the key {number}, which is not in the key ring.")
        context, rest = sealed[: _HEAD.size] + column.encode(), sealed[_HEAD.size :]
        from cryptography.exceptions import InvalidTag

        try:
            opened: bytes
            if form == _FORMS["deterministic"]:
                opened = _siv(key, column).decrypt(rest, [context])
            else:
                opened = _gcm(key, column).decrypt(rest[:_NONCE], rest[_NONCE:], context)
        except (InvalidTag, ValueError):
            raise CannotOpen(f"A value of {column} was changed, or was sealed for another column.") from None
        return opened

    def is_old(self, sealed: bytes) -> bool:
        """Whether the value was sealed with another key than the present one, and should be sealed anew."""
        return self._head(sealed, "the column")[1] != self._present

    def index(self, value: bytes, column: str) -> bytes:
        """The blind index of a value: 32 bytes, the same for equal values of the column."""
        return hmac.digest(_derived(self._index, f"index {column}", _MASTER), value, "sha256")

    def _head(self, sealed: bytes, column: str) -> tuple[int, int]:
        if len(sealed) < _HEAD.size or sealed[0] not in _FORMS.values():
            raise CannotOpen(f"A value of {column} is not sealed.")
        form, number = _HEAD.unpack_from(sealed)
        return form, number


@cache
def _derived(key: bytes, purpose: str, length: int) -> bytes:
    try:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    except ImportError as error:
        raise Unavailable(
            "Encrypted columns need the package cryptography.", hint="pip install 'dbwright[encryption]'"
        ) from error
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"dbwright column {purpose}".encode()).derive(key)


@cache
def _gcm(key: bytes, column: str) -> Any:
    derived = _derived(key, f"AES-256-GCM {column}", 32)
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(derived)


@cache
def _siv(key: bytes, column: str) -> Any:
    derived = _derived(key, f"AES-256-SIV {column}", 64)
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(derived)
