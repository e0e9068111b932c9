"""`dbwright normalize` from end to end: files, live tables with a migration that is proved, and relations by theory."""

import random
import sqlite3
from pathlib import Path

import pytest

from tests.support.command import run

COLUMNS = ("order_id", "line", "customer_id", "customer_name", "customer_city", "product_sku", "product_name", "price",
           "quantity", "tags", "phone1", "phone2", "phone3")  # fmt: skip


def lines() -> list[tuple[object, ...]]:
    """Order lines with all that belongs to their orders, customers and products."""
    chance = random.Random(1)
    customers = [(number, f"Name {number}", chance.choice(("Bonn", "Ulm", "Kiel"))) for number in range(1, 31)]
    phones = {number: (f"0{number}-1", f"0{number}-2" if number % 2 else None, None) for number, *_ in customers}
    products = [(f"SKU-{number:03}", f"Product {number}", chance.randint(100, 9999) / 100) for number in range(40)]
    made: list[tuple[object, ...]] = []
    for order in range(1, 201):
        customer = chance.choice(customers)
        for line in range(1, chance.randint(2, 5)):
            tags = "|".join(chance.sample(("new", "sale", "gift", "bulk"), chance.randint(1, 3)))
            made.append(
                (order, line, *customer, *chance.choice(products), chance.randint(1, 9), tags, *phones[customer[0]])
            )
    return made


@pytest.fixture
def csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "order_lines.csv"
    rows = [COLUMNS, *lines()]
    file.write_text(
        "".join(",".join("" if each is None else str(each) for each in row) + "\n" for row in rows), encoding="utf-8"
    )
    return file


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as connection:
        connection.execute(
            "CREATE TABLE orders (order_id INTEGER NOT NULL, line INTEGER NOT NULL, customer_id INTEGER NOT NULL, customer_name TEXT "
            "NOT NULL, customer_city TEXT, product_sku TEXT NOT NULL, product_name TEXT, price NUMERIC, quantity INTEGER, tags TEXT, "
            "phone1 TEXT, phone2 TEXT, phone3 TEXT, PRIMARY KEY (order_id, line))"
        )
        connection.executemany(f"INSERT INTO orders VALUES ({', '.join('?' * 13)})", lines())
    connection.close()
    return file


def test_a_file_becomes_the_tables_that_it_was_joined_from(csv: Path) -> None:
    ran = run("normalize", csv, "--format", "json")
    assert (ran.status, ran.err) == (1, "")
    (table,) = ran.json["tables"]
    assert table["joined_back"] is True
    proposal = table["proposal"]
    assert proposal["lossless"]
    found = {
        part["table"]["name"]: [column["name"] for column in part["table"]["columns"]] for part in proposal["parts"]
    }
    assert found == {
        "customers": ["id", "name", "city"],
        "products": ["sku", "name", "price"],
        "orders": ["id", "customer_id"],
        "order_lines": ["order_id", "line", "product_sku", "quantity"],
        "customer_phones": ["customer_id", "position", "phone"],
        "order_line_tags": ["order_id", "line", "position", "tag"],
    }
    assert {each["kind"] for each in proposal["anomalies"]} >= {"update", "insert"}


def test_the_text_says_what_why_and_how_sure(csv: Path) -> None:
    ran = run("normalize", csv)
    assert "6 tables. Lossless by the chase. Joined back, all" in ran.out
    assert "customers (30 rows" in ran.out
    assert "a row for each customer_id" in ran.out
    assert "stand in" in ran.out


@pytest.mark.parametrize("engine", ["postgres", "mysql", "sqlite"])
def test_the_tables_as_sql(csv: Path, engine: str) -> None:
    ran = run("normalize", csv, "--engine", engine, "--format", "sql", "--no-unfold")
    assert ran.out.count("CREATE TABLE") == 4


def test_what_a_person_rejected_is_not_used(csv: Path) -> None:
    assert run("dependencies", csv, "--max-left", 2, "--reject", "order_lines: product_sku -> price").status == 0
    ran = run("normalize", csv, "--format", "json", "--no-unfold")
    parts = {part["table"]["name"]: part["source_columns"] for part in ran.json["tables"][0]["proposal"]["parts"]}
    assert "price" not in parts["products"].values()


def test_decisions_alone(csv: Path) -> None:
    ran = run("normalize", csv, "--yes-above", 1, "--no-unfold")
    assert "It is in" in ran.out
    assert ran.status == 0
    run("dependencies", csv, "--max-left", 2, "--accept", "order_lines: customer_id -> customer_city")
    ran = run("normalize", csv, "--yes-above", 1, "--no-unfold", "--format", "json")
    parts = {part["table"]["name"]: part["source_columns"] for part in ran.json["tables"][0]["proposal"]["parts"]}
    assert sorted(parts["customers"].values()) == ["customer_city", "customer_id"]


def test_a_live_table_is_split_by_a_proved_migration(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    ran = run("normalize", database, "--write", folder)
    assert ran.status == 1, ran.out + ran.err
    assert "Proved: run up, down and up again on a scratch database" in ran.out
    assert "joined back they are the same rows" in ran.out
    assert {path.name.split("_")[1] for path in folder.glob("*_*")} == {"expand", "backfill", "switch", "contract"}


def test_files_have_no_migration(csv: Path, tmp_path: Path) -> None:
    ran = run("normalize", csv, "--write", tmp_path / "migrations")
    assert ran.status == 2
    assert "--format sql" in ran.err


def test_rows_against_what_was_accepted_are_shown_and_never_merged(database: Path, tmp_path: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE orders SET customer_city = 'Bremen' WHERE rowid = 1")
    connection.close()
    run("dependencies", database, "--accept", "orders: customer_id -> customer_city")
    ran = run("normalize", database, "--write", tmp_path / "migrations")
    assert ran.status == 2
    assert "Rows to settle first" in ran.out
    assert "Bremen" in ran.out
    assert "No migration was written" in ran.out
    assert not (tmp_path / "migrations").exists()


@pytest.mark.parametrize("rows", ["", "1,1,1,a,b,s,p,1.5,1,x,,,\n", ",,,,,,,,,,,,\n,,,,,,,,,,,,\n"])
def test_no_row_one_row_and_rows_of_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: str) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "few.csv"
    file.write_text(
        f"{','.join(COLUMNS[:10])}\n" + "\n".join(",".join(row.split(",")[:10]) for row in rows.splitlines()),
        encoding="utf-8",
    )
    ran = run("normalize", file)
    assert ran.status == 0, ran.out + ran.err
    assert "nothing is to be taken apart" in " ".join(ran.out.split())


def test_theory_alone() -> None:
    ran = run(
        "normalize",
        "--relation",
        "R(A, B, C, D)",
        "--dependency",
        "A, B -> C",
        "--dependency",
        "C -> D",
        "--format",
        "json",
    )
    assert ran.status == 0
    assert run("normalize").status == 2
    assert run("normalize", "x.csv", "--relation", "R(A)").status == 2
    assert run("normalize", "x.csv", "--dependency", "A -> B").status == 2
