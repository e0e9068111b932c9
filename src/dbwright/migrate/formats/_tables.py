"""Reading the tables in which other tools keep their history."""

from collections.abc import Sequence
from datetime import UTC, datetime

from dbwright.engines.base import Session
from dbwright.errors import ExecutionFault


def rows_of(session: Session, table: str, columns: Sequence[str], order: str) -> list[tuple[object, ...]] | None:
    """The rows of a history table; None where there is none. The names are plain in every such tool, so nothing is quoted."""
    try:
        return session.query(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {order}")
    except ExecutionFault:
        return None


def moment(value: object) -> datetime | None:
    """A time as a driver gives it, or as SQLite keeps it: text, or milliseconds since 1970. A time without a zone is taken as UTC."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, int):
        return datetime.fromtimestamp(value / 1000, UTC)
    try:
        parsed = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
