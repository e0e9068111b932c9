"""What `bench.seed` measures beside `dbwright seed`: Faker with executemany, Mimesis with COPY, and the copying of prepared rows.

    python -m bench.seed_beside faker|mimesis|keep|prepared URL ROWS [FOLDER [SETTINGS.toml SCALE]]

`keep` writes the rows that `dbwright seed` would write to files, `prepared` writes such files into a database: by COPY into
PostgreSQL, by executemany into SQLite.
"""

import json
import marshal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from dbwright.engines.url import parse_url

COLUMNS = (
    "id", "first_name", "last_name", "email", "phone", "birth_date", "is_active", "balance", "city", "created_at",
)  # fmt: skip
SCHEMA = """
CREATE TABLE users (
    id bigint PRIMARY KEY,
    first_name varchar(60) NOT NULL,
    last_name varchar(60) NOT NULL,
    email varchar(120) NOT NULL UNIQUE,
    phone varchar(30),
    birth_date date NOT NULL,
    is_active boolean NOT NULL,
    balance numeric(12,2) NOT NULL CHECK (balance >= 0),
    city varchar(80) NOT NULL,
    created_at timestamp NOT NULL
)
"""
_BATCH, _PIECE = 50_000, 2**20


def faker_rows(rows: int) -> Iterator[tuple[Any, ...]]:
    """Users as Faker makes them."""
    from faker import Faker

    fake = Faker()
    Faker.seed(1)
    for number in range(rows):
        # Faker's own unique addresses run out long before a million rows.
        yield (
            number + 1, fake.first_name(), fake.last_name(), f"{number}.{fake.email()}", fake.phone_number()[:30],
            fake.date_of_birth(), fake.boolean(), fake.pydecimal(left_digits=5, right_digits=2, positive=True), fake.city(),
            fake.date_time_this_decade(),
        )  # fmt: skip


def mimesis_rows(rows: int) -> Iterator[tuple[Any, ...]]:
    """Users as Mimesis makes them."""
    from mimesis import Generic

    made = Generic(seed=1)
    for number in range(rows):
        yield (
            number + 1, made.person.first_name(), made.person.last_name(), f"{number}.{made.person.email()}",
            made.person.phone_number()[:30], made.person.birthdate(), made.development.boolean(),
            round(made.numeric.float_number(0, 10_000), 2), made.address.city(), made.datetime.datetime(start=2016, end=2025),
        )  # fmt: skip


def executemany(url: str, rows: Iterator[tuple[Any, ...]]) -> None:
    """Rows by the driver's executemany, a transaction for each fifty thousand."""
    marks = "?" if url.startswith("sqlite") else "%s"
    sql = f"INSERT INTO users VALUES ({', '.join([marks] * len(COLUMNS))})"
    connection: Any = _sqlite(url) if url.startswith("sqlite") else _postgres(url)
    with connection:
        cursor = connection.cursor()
        while some := list(islice(rows, _BATCH)):
            cursor.executemany(sql, [tuple(map(_plain, row)) for row in some] if marks == "?" else some)
            connection.commit()


def copy(url: str, rows: Iterator[tuple[Any, ...]]) -> None:
    """Rows by COPY, one after another."""
    with _postgres(url) as connection, connection.cursor() as cursor, cursor.copy("COPY users FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)


def keep(url: str, folder: Path, **asked: Any) -> None:
    """Write the rows that `dbwright seed` would write to files that `prepared` reads: exactly what the engine would be given.

    Reference rows are written to the database itself, since they are upserted, not copied.
    """
    from dbwright.app.seed.batches import batches, parts, tables_of
    from dbwright.app.seed.frames import make
    from dbwright.app.seed.prepare import prepare
    from dbwright.app.seed.reference import write as write_references
    from dbwright.app.seed.request import Request
    from dbwright.engines.postgres.bulk import plain
    from dbwright.engines.sqlite.bulk import stored
    from dbwright.seed.maker import Maker

    found = prepare(Request(url=url, where="fill-empty", **asked))
    with found.engine.connect(found.url, read_only=False) as session:
        write_references(session, found.engine, found.references)
    plan = found.made
    maker, tables, index = Maker(plan), tables_of(plan), []
    folder.mkdir(parents=True, exist_ok=True)
    for number, batch in enumerate(batches(plan.steps, tables, 50_000)):
        for part, frame in zip(parts(batch.step), make(maker, tables, batch), strict=True):
            file = f"{number:06}"
            index.append((file, list(part.table), frame.columns))
            if url.startswith("sqlite"):
                (folder / file).write_bytes(marshal.dumps(stored(frame).rows()))
            else:
                plain(frame).write_csv(folder / file, include_header=False, quote_style="non_numeric")
    (folder / "index.json").write_text(json.dumps(index))


def prepared(url: str, folder: Path) -> None:
    """Write kept rows into the tables, as fast as the driver can, a transaction for each file."""
    index = json.loads((folder / "index.json").read_text())
    if url.startswith("sqlite"):
        connection = _sqlite(url)
        connection.execute("PRAGMA foreign_keys = ON")
        for file, (_, table), columns in index:
            names = ", ".join(map(_quoted, columns))
            sql = f"INSERT INTO {_quoted(table)} ({names}) VALUES ({', '.join('?' * len(columns))})"
            connection.executemany(sql, marshal.loads((folder / file).read_bytes()))
            connection.commit()
        connection.close()
        return
    with _postgres(url) as postgres:
        for file, path, columns in index:
            into = f"{'.'.join(map(_quoted, path))} ({', '.join(map(_quoted, columns))})"
            with (
                postgres.cursor() as cursor,
                cursor.copy(f"COPY {into} FROM STDIN (FORMAT csv)") as stream,
                (folder / file).open("rb") as held,
            ):
                while piece := held.read(_PIECE):
                    stream.write(piece)
            postgres.commit()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _sqlite(url: str) -> sqlite3.Connection:
    return sqlite3.connect(parse_url(url).database)


def _postgres(url: str) -> Any:
    import psycopg

    given = parse_url(url)
    place = {"host": given.host, "port": given.port, "user": given.user, "dbname": given.database, **given.options}
    return psycopg.connect(**{name: value for name, value in place.items() if value})  # type: ignore[arg-type]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat(" ")[:26]
    return value if isinstance(value, int | float | str | None) else str(value)


def main() -> None:
    """Run one of them."""
    what, url, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
    folder = Path(sys.argv[4]) if len(sys.argv) > 4 else Path()
    asked = {"file": sys.argv[5], "scale": float(sys.argv[6])} if len(sys.argv) > 6 else {"rows": rows}
    ways: dict[str, Callable[[], None]] = {
        "faker": lambda: executemany(url, faker_rows(rows)),
        "mimesis": lambda: (executemany if url.startswith("sqlite") else copy)(url, mimesis_rows(rows)),
        "keep": lambda: keep(url, folder, **asked),
        "prepared": lambda: prepared(url, folder),
    }
    ways[what]()


if __name__ == "__main__":
    main()
