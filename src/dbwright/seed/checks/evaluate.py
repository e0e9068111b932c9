"""Terms → polars expressions with SQL's three-valued logic: what a condition is for each row of a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import polars as pl

from dbwright.catalog.objects import Table
from dbwright.catalog.types import Type
from dbwright.seed.checks.checked import Kind
from dbwright.seed.checks.constants import constant_as, interval_of
from dbwright.seed.checks.terms import Call, Constant, Name, NotRead, Term, columns_of
from dbwright.seed.checks.type_limits import Types

NUMBERS = ("integer", "decimal", "float")
DTYPES: dict[Kind, Any] = {
    "boolean": pl.Boolean, "integer": pl.Int64, "float": pl.Float64, "text": pl.String, "binary": pl.Binary, "date": pl.Date,
    "time": pl.Time, "timestamp": pl.Datetime("us"), "instant": pl.Datetime("us", "UTC"), "interval": pl.Duration("us"),
    "json": pl.String, "array": pl.String, "range": pl.String, "null": pl.Boolean, "decimal": pl.Decimal(38, 10),
}  # fmt: skip
_KINDS: dict[str, Kind] = {
    "boolean": "boolean", "integer": "integer", "decimal": "decimal", "float": "float", "char": "text", "varchar": "text",
    "text": "text", "binary": "binary", "date": "date", "time": "time", "timestamp": "timestamp", "year": "integer",
    "uuid": "text", "json": "json", "xml": "other", "array": "array", "enum": "text", "set": "text", "range": "range",
}  # fmt: skip
_SQLITE: dict[str, Kind] = {
    "decimal": "float",
    "boolean": "integer",
    "date": "text",
    "time": "text",
    "timestamp": "text",
}


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an expression, ready to be computed.

    scale: digits after the point of a decimal. constant: the Python value, where it is one and `is_constant` says so.
    plain: a literal that takes the kind of what it stands beside. any_case: whether texts that differ in case alone are equal;
    None where the other side decides. explicit: it was said by COLLATE. labels: of an enum, whose order counts. type: of a column.
    """

    expr: pl.Expr
    kind: Kind
    scale: int = 0
    constant: Any = None
    is_constant: bool = False
    plain: bool = False
    any_case: bool | None = None
    explicit: bool = False
    padded: bool = False
    labels: tuple[str, ...] = ()
    type: Type | None = None


Function = Callable[["Evaluator", Sequence[Value]], Value]


class Evaluator:
    """From terms over the columns of one table to expressions.

    now: the moment that CURRENT_TIMESTAMP stands for, in UTC.
    """

    def __init__(self, table: Table, types: Types, now: datetime) -> None:
        self.table, self.types, self.now, self.engine = table, types, now, types.engine
        self._columns: dict[str, Value] = {}
        self._moments = {
            column.name: kind
            for column in table.columns
            if (kind := types.base(column.type).kind) in ("date", "time", "timestamp")
        }

    # ------------------------------------------------------------ what others call

    def condition(self, term: Term) -> Callable[[pl.DataFrame], pl.Series]:
        """The function from rows to true, false and NULL that a condition is. Raises NotRead where it cannot be evaluated."""
        over = self._over_rows(self.truth(self.value(term)).expr)
        try:
            over(pl.DataFrame({"row": [0]}))
        except pl.exceptions.PolarsError as error:
            raise NotRead("its parts do not fit together here") from error
        return over

    def series(self, term: Term) -> tuple[Callable[[pl.DataFrame], pl.Series], Value]:
        """The function from rows to values that a term is, and what it is made of. Raises NotRead."""
        value = self.value(term)
        return self._over_rows(value.expr), value

    def computed(self, term: Term) -> Term:
        """A term without columns as the constant that it is, at the moment that counts as now; any other as it was."""
        if not isinstance(term, Call) or columns_of(term):
            return term
        try:
            over, value = self.series(term)
            if value.kind not in (*NUMBERS, "text", "date", "time", "timestamp", "instant", "boolean"):
                return term
            return Constant(over(pl.DataFrame({"row": [0]}))[0], value.kind)
        except (NotRead, pl.exceptions.PolarsError):
            return term

    def _over_rows(self, expr: pl.Expr) -> Callable[[pl.DataFrame], pl.Series]:
        roots = tuple(dict.fromkeys(expr.meta.root_names()))

        def over(frame: pl.DataFrame) -> pl.Series:
            missing = [name for name in roots if name not in frame.columns]
            if missing:
                frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in missing)
            texts = [name for name in roots if name in self._moments and frame.schema[name] == pl.String]
            if texts:  # which polars does not cast
                frame = frame.with_columns(_read(name, self._moments[name]) for name in texts)
            found = frame.select(expr.alias("found"))["found"]
            return (
                found
                if len(found) == frame.height
                else pl.repeat(found[0], frame.height, eager=True, dtype=found.dtype)
            )

        return over

    # ------------------------------------------------------------ terms

    def value(self, term: Term) -> Value:
        """The value that a term is. Raises NotRead."""
        from dbwright.seed.checks.functions import FUNCTIONS

        if isinstance(term, Constant):
            return self.constant(term)
        if isinstance(term, Name):
            return self.column(term.column)
        function = FUNCTIONS.get(term.function)
        if function is None:
            raise NotRead(f"{term.function} is not understood here")
        value = function(self, [self.value(each) for each in term.arguments])
        if self.engine == "sqlite" and not value.explicit and term.function not in ("cast", "likely"):
            return msgspec.structs.replace(value, any_case=None)  # only columns themselves have a collation there
        return value

    def constant(self, constant: Constant) -> Value:
        """A constant."""
        value, kind = constant.value, constant.kind
        if value is None:
            return Value(expr=pl.lit(None, dtype=pl.Boolean), kind="null", is_constant=True)
        if kind == "interval":
            return Value(
                expr=pl.lit(interval_of(value).about).cast(pl.Duration("us")),
                kind="interval",
                constant=interval_of(value),
                is_constant=True,
            )
        if kind == "boolean" and self.engine != "postgres":
            value, kind = int(value), "integer"
        if kind == "decimal" and self.engine == "sqlite":
            value, kind = float(value), "float"
        if kind == "decimal":
            return self.decimal_constant(Decimal(value))
        if kind not in DTYPES:
            return Value(expr=pl.lit(None), kind="other", constant=value, is_constant=True)
        if kind == "integer" and not -(2**63) <= value < 2**63:
            return self.decimal_constant(Decimal(value))
        return Value(
            expr=pl.lit(value, dtype=DTYPES[kind]), kind=kind, constant=value, is_constant=True, plain=kind == "text"
        )

    @staticmethod
    def decimal_constant(value: Decimal) -> Value:
        """A decimal with the digits that it is written with."""
        scale = max(0, -int(value.as_tuple().exponent))
        if len(value.as_tuple().digits) > 38 or scale > 30:
            raise NotRead("a number of so many digits")
        return Value(
            expr=pl.lit(value).cast(pl.Decimal(38, scale)),
            kind="decimal",
            scale=scale,
            constant=value,
            is_constant=True,
        )

    def column(self, name: str) -> Value:
        """A column, found by its name in any case where the engine does so."""
        if name not in self._columns:
            column = self.table.column(name) or next(
                (each for each in self.table.columns if each.name.casefold() == name.casefold()), None
            )
            if column is None:
                raise NotRead(f"there is no column {name}")
            self._columns[name] = self._column(column.name, self.types.base(column.type), column.collation)
        return self._columns[name]

    def _column(self, name: str, type_: Type, collation: str | None) -> Value:
        kind = _KINDS.get(type_.kind, "other")
        if self.engine == "sqlite":
            kind = _SQLITE.get(type_.kind, kind)
        elif type_.kind == "boolean" and self.engine == "mysql":
            kind = "integer"
        elif type_.kind == "timestamp" and type_.with_zone and self.engine == "postgres":
            kind = "instant"
        elif type_.spelling.lower() == "citext":
            kind = "text"
        if type_.kind == "json" and self.engine == "sqlite":
            kind = "text"
        source, scale = pl.col(name), 0
        if kind == "other":
            return Value(expr=source, kind=kind, type=type_)
        if kind == "decimal":
            scale = (
                type_.scale
                if type_.scale is not None
                else (0 if type_.precision is not None or self.engine == "mysql" else 10)
            )
            expr = source.cast(pl.Decimal(38, scale), strict=False)
        elif kind == "float" and type_.kind == "float" and type_.bits == 32 and self.engine != "sqlite":
            expr = source.cast(pl.Float32, strict=False).cast(pl.Float64)
        elif kind == "integer" and type_.unsigned and type_.bits == 64:
            expr = source.cast(pl.Int128, strict=False)
        elif kind == "text" and type_.is_temporal:
            expr = _as_sqlite_writes(name, type_)
        else:
            expr = source.cast(DTYPES[kind], strict=False)
        padded = type_.kind == "char" and self.engine == "postgres"
        return Value(
            expr=expr.str.strip_chars_end(" ") if padded else expr,
            kind=kind,
            scale=scale,
            any_case=self._any_case(type_, collation) if kind == "text" else None,
            padded=padded or (self.engine == "mysql" and kind == "text"),
            labels=(self.types.labels(type_) or ()) if self.engine == "postgres" else (),
            type=type_,
        )

    def _any_case(self, type_: Type, collation: str | None) -> bool:
        if self.engine == "mysql":
            return not (collation or "").lower().endswith(("_bin", "_cs", "binary"))
        return type_.spelling.lower() == "citext" or (collation or "").lower() == "nocase"

    # ------------------------------------------------------------ kinds

    def truth(self, value: Value) -> Value:
        """A value as a condition: numbers other than 0 are true where the engine has it so."""
        if value.kind in ("boolean", "null"):
            return value
        if value.kind in NUMBERS and self.engine != "postgres":
            return Value(expr=value.expr != 0, kind="boolean")
        raise NotRead(f"a value of the kind {value.kind} as a condition")

    def number(self, value: Value) -> Value:
        """A value as a number; conditions are 0 and 1 where the engine has it so."""
        if value.kind in NUMBERS or value.kind == "null":
            return value
        if value.kind == "boolean" and self.engine != "postgres":
            return Value(expr=value.expr.cast(pl.Int64), kind="integer")
        if value.plain:
            kind: Kind = "decimal" if self.engine != "sqlite" else "float"
            return self.constant(Constant(constant_as(value.constant, kind, engine=self.engine), kind))
        raise NotRead(f"a value of the kind {value.kind} as a number")

    def alike(self, left: Value, right: Value) -> tuple[Value, Value]:
        """Two values made comparable. Raises NotRead where the engine would do something that is not known here."""
        if left.kind == "null" or right.kind == "null":
            return left, right
        if left.plain and not right.plain:
            right, left = self.alike(right, left)
            return left, right
        if right.plain and left.kind not in ("text", "other"):
            if left.kind == "boolean" and self.engine != "postgres":
                left = self.number(left)
            if left.kind == "interval":
                return left, self.constant(Constant(right.constant, "interval"))
            kind: Kind = "decimal" if left.kind == "integer" and self.engine != "postgres" else left.kind
            if left.kind == "date" and self.engine == "mysql":
                kind = "timestamp"
            return self.alike(
                left, self.constant(Constant(constant_as(right.constant, kind, engine=self.engine), kind))
            )
        if {left.kind, right.kind} <= {*NUMBERS, "boolean"} and left.kind != right.kind:
            left, right = self.number(left), self.number(right)
        if left.kind == right.kind:
            if left.kind in ("other", "json", "array", "range"):
                raise NotRead(f"comparing values of the kind {left.kind}")
            return left, right
        if {left.kind, right.kind} <= set(NUMBERS):
            if "float" in (left.kind, right.kind):
                return tuple(Value(expr=each.expr.cast(pl.Float64), kind="float") for each in (left, right))  # type: ignore[return-value] # a pair
            return left, right
        moments = ("date", "timestamp", "instant")
        if left.kind in moments and right.kind in moments:
            target = max(left.kind, right.kind, key=moments.index)
            return self.as_moment(left, target), self.as_moment(right, target)
        raise NotRead(f"comparing {left.kind} with {right.kind}")

    @staticmethod
    def as_moment(value: Value, kind: Kind) -> Value:
        """A date or a timestamp as another one; without a zone it is taken to be in UTC."""
        if value.kind == kind:
            return value
        expr = value.expr
        if kind == "instant":
            expr = expr.cast(DTYPES["timestamp"]).dt.replace_time_zone("UTC")
        elif value.kind == "instant":
            expr = expr.dt.replace_time_zone(None).cast(DTYPES[kind])
        else:
            expr = expr.cast(DTYPES[kind])
        return Value(expr=expr, kind=kind)


def _read(name: str, kind: str) -> pl.Expr:
    """Dates and times that a frame holds as texts."""
    text = pl.col(name).str.replace("T", " ", literal=True)
    if kind == "time":
        return text.str.to_time("%H:%M:%S%.f", strict=False).alias(name)
    if kind == "date":
        return text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).alias(name)
    return text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us").alias(name)


def _as_sqlite_writes(name: str, type_: Type) -> pl.Expr:
    """Dates and times as the texts that stand in SQLite's columns."""
    if type_.kind == "date":
        return pl.col(name).cast(pl.Date, strict=False).dt.strftime("%Y-%m-%d")
    if type_.kind == "time":
        return pl.col(name).cast(pl.Time, strict=False).dt.strftime("%H:%M:%S")
    moment = pl.col(name).cast(pl.Datetime("us"), strict=False)
    whole = moment.dt.strftime("%Y-%m-%d %H:%M:%S")
    return pl.when(moment.dt.microsecond() == 0).then(whole).otherwise(moment.dt.strftime("%Y-%m-%d %H:%M:%S%.6f"))
