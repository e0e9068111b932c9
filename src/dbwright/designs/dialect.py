"""The types and expressions that templates of designs write: one word for what the three engines spell differently."""

from collections.abc import Mapping

_TYPES: Mapping[str, tuple[str, str, str]] = {
    # a surrogate key, and a column that refers to one
    "id": ("bigint GENERATED ALWAYS AS IDENTITY", "bigint AUTO_INCREMENT", "INTEGER"),
    "key": ("bigint", "bigint", "INTEGER"),
    "integer": ("integer", "integer", "INTEGER"),
    "bigint": ("bigint", "bigint", "INTEGER"),
    "small": ("smallint", "smallint", "INTEGER"),
    # an amount in the smallest unit of its currency: exact on all three, SQLite has no decimals
    "money": ("bigint", "bigint", "INTEGER"),
    "flag": ("boolean", "boolean", "INTEGER"),
    "long": ("text", "text", "TEXT"),
    # an instant, in UTC
    "moment": ("timestamptz", "datetime(6)", "TEXT"),
    "day": ("date", "date", "TEXT"),
    "json": ("jsonb", "json", "TEXT"),
    "uuid": ("uuid", "char(36)", "TEXT"),
    "bytes": ("bytea", "varbinary(1024)", "BLOB"),
    "real": ("double precision", "double", "REAL"),
    # expressions
    "now": ("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP(6)", "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"),
    # the same for the moment of the last change: the block updated_at does the rest
    "touched": (
        "CURRENT_TIMESTAMP",
        "CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)",
        "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
    ),
    "today": ("CURRENT_DATE", "(CURRENT_DATE)", "(date('now'))"),
    "true": ("true", "true", "1"),
    "false": ("false", "false", "0"),
}


class Words:
    """`t` in a template: `{{ t.id }}`, `{{ t.text(200) }}`, `{{ t.now }}`."""

    def __init__(self, engine: str) -> None:
        self._at = ("postgres", "mysql", "sqlite").index(engine)

    def __getattr__(self, name: str) -> str:
        try:
            return _TYPES[name][self._at]
        except KeyError:
            raise AttributeError(name) from None

    def text(self, length: int) -> str:
        """A text of at most so many characters; SQLite does not limit it."""
        return (f"varchar({length})", f"varchar({length})", "TEXT")[self._at]

    def fixed(self, length: int) -> str:
        """A code of exactly so many characters: a country, a currency."""
        return (f"char({length})", f"char({length})", "TEXT")[self._at]

    def decimal(self, precision: int, scale: int) -> str:
        """A number with so many digits, so many of them after the point."""
        return (f"numeric({precision},{scale})", f"decimal({precision},{scale})", "REAL")[self._at]

    def ascii(self, length: int) -> str:
        """A code or token that letters and digits suffice for, told apart by case."""
        mysql = f"varchar({length}) CHARACTER SET ascii COLLATE ascii_bin"
        return (f"varchar({length})", mysql, "TEXT")[self._at]
