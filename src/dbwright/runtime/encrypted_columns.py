"""SQLAlchemy types for encrypted columns and their blind indexes."""

import unicodedata
from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

from dbwright.runtime.encryption import INDEX_LENGTH, OVERHEAD, Form, KeyRing


class Encrypted(TypeDecorator[str]):
    """A text that stands in the database sealed. column: "users.email". length: the most bytes of the text in UTF-8, for MySQL.

    Two equal texts are sealed differently unless the form is "deterministic"; look them up by a BlindIndex.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, keys: KeyRing, column: str, *, form: Form = "random", length: int = 1000) -> None:
        super().__init__(length + OVERHEAD)
        self.keys, self.column, self.form = keys, column, form

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:
        """Seal what is written or compared."""
        return None if value is None else self.keys.seal(value.encode(), self.column, self.form)

    def process_result_value(self, value: Any, dialect: Any) -> str | None:
        """Open what is read."""
        return None if value is None else self.keys.open(bytes(value), self.column).decode()


class BlindIndex(TypeDecorator[str]):
    """The blind index of a text: given a text, it stores and compares its HMAC; reading gives the HMAC's hexadecimal digits.

    Texts that differ in case, outer blanks or Unicode form alone are the same, unless `exact`.

        session.scalars(select(User).where(User.email_index == "Anna@example.com"))
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, keys: KeyRing, column: str, *, exact: bool = False) -> None:
        super().__init__(INDEX_LENGTH)
        self.keys, self.column, self.exact = keys, column, exact

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:
        """Compute the index of what is written or compared."""
        if value is None:
            return None
        text = value if self.exact else unicodedata.normalize("NFKC", value).strip().casefold()
        return self.keys.index(text.encode(), self.column)

    def process_result_value(self, value: Any, dialect: Any) -> str | None:
        """The digits of what is stored."""
        return None if value is None else bytes(value).hex()
