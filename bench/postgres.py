"""What the benchmarks on PostgreSQL share."""

from typing import TYPE_CHECKING

from dbwright.engines.url import Url

if TYPE_CHECKING:
    from sqlalchemy import Engine

_BATCH = 250


def schema(size: int) -> list[str]:
    """Statements that make so many tables of 8 columns, a key, a foreign key and two more indexes; many in each, in a few transactions."""
    statements: list[str] = []
    for first in range(0, size, _BATCH):
        text = "BEGIN;"
        for number in range(first, min(first + _BATCH, size)):
            parent = number // 2
            text += f"""
CREATE TABLE orders_{number} (
    id bigint PRIMARY KEY, parent_id bigint NOT NULL REFERENCES orders_{parent}, code varchar(40) NOT NULL,
    total numeric(12,2) DEFAULT 0, created_at timestamptz NOT NULL DEFAULT now(), status text DEFAULT 'new',
    notes text, is_open boolean NOT NULL DEFAULT true);
CREATE INDEX orders_{number}_parent ON orders_{number} (parent_id);
CREATE INDEX orders_{number}_open ON orders_{number} (created_at DESC, status) WHERE is_open;"""
        statements.append(text + "COMMIT")
    return statements


def sqlalchemy_engine(url: Url) -> "Engine":
    """SQLAlchemy's engine for a database."""
    import sqlalchemy

    place = {"host": url.host or "", "port": str(url.port or 5432), **url.options}
    made = sqlalchemy.URL.create(
        "postgresql+psycopg", username=url.user, password=url.password, database=url.database, query=place
    )
    return sqlalchemy.create_engine(made)
