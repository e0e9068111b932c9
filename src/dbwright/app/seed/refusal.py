"""What the database refused: whether it lies in a row, which another draw may get right, and how it is told."""

import polars as pl

from dbwright.errors import ExecutionFault

_POSTGRES = ("22", "23", "27", "44", "P0")
"""Classes of SQLSTATE: data exceptions, integrity constraints, triggers' changes, WITH CHECK OPTION, RAISE in PL/pgSQL."""

_MYSQL_CODES = """
    1022 1048 1062 1169 1216 1217 1264 1265 1292 1364 1365 1366 1367 1369 1406 1411 1416 1451 1452 1526 1557 1586 1644 1690
    1748 3140 3141 3156 3617 3732 3751 3819 3820 4025 4161
"""
_MYSQL = frozenset(_MYSQL_CODES.split())
_SQLITE = ("SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG", "SQLITE_RANGE")


def lies_in_a_row(engine: str, fault: ExecutionFault) -> bool:
    """Whether a fault is about values: constraints, types, triggers that raise; not privileges, space, limits or syntax."""
    match engine:
        case "postgres":
            return fault.code.startswith(_POSTGRES) or (fault.code == "42501" and "row-level security" in fault.message)
        case "mysql":
            # A trigger's SIGNAL may have any SQLSTATE of its own, and comes with this number.
            return fault.code in _MYSQL
    return fault.code.startswith(_SQLITE)


_LONG, _COLUMNS = 60, 20


def described(table: str, row: int, frame: pl.DataFrame, fault: ExecutionFault, tried: int) -> ExecutionFault:
    """What the database said, with the row that it said it of. tried: how many others were drawn in its place."""
    values = [f"{name} = {_value(frame[name][0])}" for name in frame.columns[:_COLUMNS]]
    more = f", and {frame.width - _COLUMNS} more" if frame.width > _COLUMNS else ""
    others = f", and {tried} others drawn in its place" if tried else ""
    return ExecutionFault(
        f"{table} does not take row {row:,} of this run{others}. {fault.message} The row: {', '.join(values)}{more}.",
        statement=fault.statement,
        code=fault.code,
        hint="Say in the settings file what its columns may hold, or leave the table out; rows before it are written.",
    )


def _value(value: object) -> str:
    shown = "NULL" if value is None else repr(value) if isinstance(value, str | bytes) else str(value)
    return shown if len(shown) <= _LONG else f"{shown[:_LONG]}…"
