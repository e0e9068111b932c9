"""How each engine spells what is asked of rows: what makes values equal, how they travel, and a hash of them."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence

from dbwright.catalog.parts import Column
from dbwright.catalog.types import TypeKind
from dbwright.engines.base import Engine
from dbwright.errors import ExecutionFault, Unsupported

HASHES = 2**30
"""A hash of values is a whole number from 0 to below this."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)
_STOPPED = frozenset(("57014", "1317", "1969", "3024", "SQLITE_INTERRUPT"))
_LOCKED = frozenset(("55P03", "1205", "SQLITE_BUSY", "SQLITE_LOCKED"))


class Spelling(ABC):
    """One engine's. Expressions are over columns without a table's name; `prefix` ("t.") puts one before them."""

    null_safe: str
    """The operator by which NULL equals NULL."""
    grouping: str = ""
    """What follows SELECT where there will be many groups."""
    settings: tuple[str, ...] = ()
    """Statements that make values read the same whatever the server is set to."""

    def __init__(self, engine: Engine, version: Sequence[int] = ()) -> None:
        self.engine = engine
        self.version = tuple(version)

    def name(self, column: str) -> str:
        """A column's name, quoted where that is needed."""
        return self.engine.quote(column)

    @abstractmethod
    def key(self, column: Column, prefix: str = "") -> str:
        """What rows are grouped by: equal for equal values, texts by their bytes whatever the collation says."""

    @abstractmethod
    def fetched(self, column: Column, prefix: str = "") -> str:
        """The value as it is sent: a number, a truth value, bytes, or else a text that says it in one way only."""

    @abstractmethod
    def shown(self, column: Column, prefix: str = "") -> str:
        """The value as a text for people."""

    def sketched(self, column: Column) -> str | None:
        """A quick hash of one value, from 0 to below HASHES and NULL for NULL; None where the engine has none."""
        return None

    @abstractmethod
    def coded(self, column: Column) -> str:
        """A number of 60 bits or more that stands for one value: the same for equal values, NULL for NULL."""

    @abstractmethod
    def hashed(self, columns: Sequence[Column], seed: int) -> str:
        """A number from 0 to below HASHES that is the same for equal values."""

    def ordered(self, column: Column, prefix: str = "") -> str:
        """What the column is sorted by: numbers and times by their value, texts by their bytes."""
        return self.key(column, prefix)

    def extreme(self, column: Column) -> str:
        """What MIN and MAX can be taken of, different where the keys are."""
        return self.key(column)

    def same(self, one: str, other: str) -> str:
        """Whether two expressions of one type are equal, NULL being equal to NULL."""
        return f"{one} {self.null_safe} {other}"

    def equals(self, column: Column, value: str) -> str:
        """Whether a column has the value that the text says, written as `mining.held.text_of` writes it."""
        return f"{self.key(column)} = {self.engine.literal(value)}"

    def unlike(self, column: Column, formula: str) -> str:
        """Whether a column differs from a formula of standard SQL; numbers that are floats by more than rounding."""
        from dbwright.tables.formula import in_dialect

        own, other = self.key(column), f"({in_dialect(formula, self.engine.dialect)})"
        if column.type.kind in ("float", "untyped") or (self.engine.name == "sqlite" and column.type.is_number):
            near = f"abs({own} - {other}) <= 1e-9 * (abs({own}) + abs({other}))"
            return f"NOT ({own} {self.null_safe} {other} OR COALESCE({near}, 1 = 0))"
        return f"NOT ({own} {self.null_safe} {other})"


def out_of_time(fault: ExecutionFault) -> bool:
    """Whether a statement was stopped because its time was over."""
    return fault.code in _STOPPED


def locked(fault: ExecutionFault) -> bool:
    """Whether a statement gave up because another session holds a lock."""
    return fault.code in _LOCKED


# ---------------------------------------------------------------- PostgreSQL

_POSTGRES_NATIVE: frozenset[TypeKind] = frozenset(
    ("boolean", "integer", "decimal", "float", "money", "binary", "date", "time", "timestamp", "uuid", "enum", "bit")
)
_POSTGRES_SORTED: frozenset[TypeKind] = frozenset(
    ("integer", "decimal", "float", "money", "date", "time", "timestamp", "enum", "char", "varchar", "text")
)
_POSTGRES_SENT: frozenset[TypeKind] = frozenset(("boolean", "integer", "float", "binary"))
_TRIMS_SCALE = 13
_HASHES_RECORDS = 14


class PostgresSpelling(Spelling):
    """PostgreSQL. What is neither a number, a time, bytes nor an enum is compared by its text."""

    null_safe = "IS NOT DISTINCT FROM"
    settings = (
        "SET datestyle = 'ISO, YMD'",
        "SET timezone = 'UTC'",
        "SET intervalstyle = 'postgres'",
        "SET extra_float_digits = 3",
    )

    def key(self, column: Column, prefix: str = "") -> str:
        name = prefix + self.name(column.name)
        return name if column.type.kind in _POSTGRES_NATIVE else f'({name}::text COLLATE "C")'

    def fetched(self, column: Column, prefix: str = "") -> str:
        name = prefix + self.name(column.name)
        if column.type.kind in _POSTGRES_SENT:
            return name
        if column.type.kind == "decimal" and column.type.scale is None and self.version[:1] >= (_TRIMS_SCALE,):
            return f"trim_scale({name})::text"
        return f"{name}::numeric::text" if column.type.kind == "money" else f"{name}::text"

    def shown(self, column: Column, prefix: str = "") -> str:
        return f"{prefix}{self.name(column.name)}::text"

    def equals(self, column: Column, value: str) -> str:
        if column.type.kind == "binary":
            return f"'0x' || encode({self.name(column.name)}, 'hex') = {self.engine.literal(value)}"
        return super().equals(column, value)

    def extreme(self, column: Column) -> str:
        # Some types have no smallest value: truth values, and in older versions identifiers and bytes.
        return self.key(column) if column.type.kind in _POSTGRES_SORTED else f'({self.shown(column)} COLLATE "C")'

    def same(self, one: str, other: str) -> str:
        # IS NOT DISTINCT FROM can be joined by looking at every pair only; arrays are hashed, and NULLs in them are equal.
        return f"ARRAY[{one}] = ARRAY[{other}]"

    def coded(self, column: Column) -> str:
        key = self.key(column)
        plain = column.type.kind not in ("money", "bit") and self.version[:1] >= (_HASHES_RECORDS,)
        hashed = (
            f"hash_record_extended(ROW({key}), 0)" if plain else f"hashtextextended({self.fetched(column)}::text, 0)"
        )
        return f"CASE WHEN {key} IS NOT NULL THEN {hashed} END"

    def sketched(self, column: Column) -> str | None:
        return f"({self.coded(column)} & {HASHES - 1})"

    def hashed(self, columns: Sequence[Column], seed: int) -> str:
        texts = ", ".join(
            rf"coalesce({self.fetched(each) if each.type.kind == 'decimal' else self.key(each)}::text, E'\\N')"
            for each in columns
        )
        return f"(hashtextextended(concat_ws(E'\\x1f', {texts}), {seed}) & {HASHES - 1})"


# ---------------------------------------------------------------- MySQL and MariaDB

_MYSQL_NATIVE: frozenset[TypeKind] = frozenset(("boolean", "integer", "decimal", "float", "date", "time", "timestamp"))
_MYSQL_HEX: frozenset[TypeKind] = frozenset(("geometry", "vector"))
_LONGEST_SORTED = 700
"""Bytes by which values are grouped as they are; longer ones by a digest, since the server sorts by a value's beginning only."""


class MySQLSpelling(Spelling):
    """MySQL and MariaDB. Texts are compared as bytes: their collations take "a" for "A" and leave out blanks at the end."""

    null_safe = "<=>"
    grouping = " SQL_BIG_RESULT"  # sort: its temporary tables take several times as long once there are many groups
    settings = ("SET SESSION time_zone = '+00:00'",)

    def key(self, column: Column, prefix: str = "") -> str:
        name, type_ = prefix + self.name(column.name), column.type
        if type_.kind in _MYSQL_NATIVE:
            return name
        if type_.kind in ("bit", "year"):
            return f"({name} + 0)"
        if type_.kind in _MYSQL_HEX:
            return f"SHA2(HEX({name}), 256)"
        longest = type_.length if type_.kind in ("char", "varchar", "binary") else None
        if type_.kind in ("enum", "set", "uuid", "network") or (longest is not None and longest * 4 <= _LONGEST_SORTED):
            return f"CAST({name} AS BINARY)"
        return f"SHA2({f'CAST({name} AS CHAR)' if type_.kind == 'json' else f'CAST({name} AS BINARY)'}, 256)"

    def fetched(self, column: Column, prefix: str = "") -> str:
        name, kind = prefix + self.name(column.name), column.type.kind
        if kind in ("boolean", "integer", "char", "varchar", "text", "binary"):
            return name
        if kind in ("bit", "year"):
            return f"({name} + 0)"
        if kind == "float":
            return f"({name} + 0e0)"  # a 32-bit float as it is, not rounded for people
        return f"HEX({name})" if kind in _MYSQL_HEX else f"CAST({name} AS CHAR)"

    def shown(self, column: Column, prefix: str = "") -> str:
        name = prefix + self.name(column.name)
        if column.type.kind in ("binary", *_MYSQL_HEX):
            return f"HEX({name})"
        return f"({name} + 0)" if column.type.kind in ("bit", "year") else f"CAST({name} AS CHAR)"

    def ordered(self, column: Column, prefix: str = "") -> str:
        name = prefix + self.name(column.name)
        return f"CAST({name} AS BINARY)" if column.type.is_text else self.key(column, prefix)

    def unlike(self, column: Column, formula: str) -> str:
        if not column.type.is_text:
            return super().unlike(column, formula)
        from dbwright.tables.formula import in_dialect

        other = f"CAST(({in_dialect(formula, self.engine.dialect)}) AS BINARY)"
        return f"NOT ({self.ordered(column)} <=> {other})"

    def equals(self, column: Column, value: str) -> str:
        name, literal = self.name(column.name), self.engine.literal(value)
        if column.type.kind == "binary":
            return f"CONCAT('0x', LOWER(HEX({name}))) = {literal}"
        if column.type.kind == "json":
            return f"CAST(CAST({name} AS CHAR) AS BINARY) = {literal}"
        if column.type.kind in _MYSQL_HEX:
            return f"{self.shown(column)} = {literal}"
        compared = self.ordered(column) if column.type.kind not in _MYSQL_NATIVE else self.key(column)
        return f"{compared} = {literal}"

    def coded(self, column: Column) -> str:
        value = self.fetched(column) if column.type.kind == "float" else self.key(column)
        return f"CAST(CONV(LEFT(MD5({value}), 15), 16, 10) AS UNSIGNED)"

    def sketched(self, column: Column) -> str | None:
        return f"(CRC32({self.key(column)}) & {HASHES - 1})"

    def hashed(self, columns: Sequence[Column], seed: int) -> str:
        texts = ", ".join(f"COALESCE({self.key(each)}, '\\\\N')" for each in columns)
        return f"(CAST(CONV(LEFT(MD5(CONCAT_WS('|', {seed}, {texts})), 8), 16, 10) AS UNSIGNED) & {HASHES - 1})"


# ---------------------------------------------------------------- SQLite


class SqliteSpelling(Spelling):
    """SQLite. A column may hold values of any type; 1 equals 1.0 but not the text '1'."""

    null_safe = "IS"

    def key(self, column: Column, prefix: str = "") -> str:
        return f"({prefix}{self.name(column.name)} COLLATE BINARY)"

    def fetched(self, column: Column, prefix: str = "") -> str:
        return f"{prefix}{self.name(column.name)}"

    def shown(self, column: Column, prefix: str = "") -> str:
        name = f"{prefix}{self.name(column.name)}"
        return f"CASE typeof({name}) WHEN 'blob' THEN hex({name}) ELSE CAST({name} AS TEXT) END"

    def equals(self, column: Column, value: str) -> str:
        name, literal = self.name(column.name), self.engine.literal(value)
        # Where a column holds values of several types, their texts say which: 'x' and x'ff' stand in quotes (fetch.collected).
        texts = [f"({name} COLLATE BINARY)", f"('''' || {name} || '''')"]
        if column.type.kind == "timestamp":
            texts.append(f"replace({name}, 'T', ' ')")
        in_text = " OR ".join(f"{text} = {literal}" for text in texts)
        in_hex = f"{literal} IN ('0x' || lower(hex({name})), 'x''' || lower(hex({name})) || '''')"
        number = f"{name} = {value}" if _NUMBER.fullmatch(value) else f"lower(CAST({name} AS TEXT)) = {literal}"
        return f"CASE typeof({name}) WHEN 'null' THEN 0 WHEN 'text' THEN {in_text} WHEN 'blob' THEN {in_hex} ELSE {number} END"

    def coded(self, column: Column) -> str:
        name = self.name(column.name)
        return f"CASE WHEN {name} IS NOT NULL THEN dbwright_hash({2**62}, 0, {name}) END"

    def hashed(self, columns: Sequence[Column], seed: int) -> str:
        values = ", ".join(self.name(each.name) for each in columns)
        return f"dbwright_hash({HASHES}, {seed}, {values})"


_SPELLINGS: dict[str, type[Spelling]] = {
    "postgres": PostgresSpelling,
    "mysql": MySQLSpelling,
    "sqlite": SqliteSpelling,
}


def spelling_of(engine: Engine, version: Sequence[int] = ()) -> Spelling:
    """The engine's. Raises Unsupported for one whose rows cannot be looked at this way."""
    found = _SPELLINGS.get(engine.name)
    if found is None:
        raise Unsupported(engine.title, "have its tables searched for dependencies")
    return found(engine, version)
