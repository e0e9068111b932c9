"""`dbwright dependencies` on files: found, judged, decided, asked and checked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import Ran, run

pytest.importorskip("duckdb")
pytest.importorskip("polars")

ORDERS = "order_id,customer_id,customer_name,zip,city,net,tax,total\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an export of 400 orders by 60 customers in 12 places; one of its rows spells a city otherwise."""
    monkeypatch.chdir(tmp_path)
    lines = []
    for at in range(1, 401):
        customer = at * 7919 % 60 + 1
        place = customer % 12
        city = f"City {place % 9}" if at != 77 else "somewhere"
        net = at * 31 % 997 + 1
        lines.append(f"{at},{customer},Name {customer % 50},{10_000 + place},{city},{net},{at % 7},{net + at % 7}\n")
    (tmp_path / "orders.csv").write_text(ORDERS + "".join(lines), encoding="utf-8")
    return tmp_path


def found(ran: Ran, text: str) -> dict[str, object]:
    """What the JSON output says of one dependency."""
    assert ran.status == 0, ran.err
    return next(each for table in ran.json["tables"] for each in table["found"] if each["text"] == text)


@pytest.mark.usefixtures("folder")
def test_the_meant_stand_above_the_accidents() -> None:
    ran = run("dependencies", "orders.csv")
    assert ran.status == 0, ran.err
    keys, rest = ran.out.split("Dependencies, the most plausible first")
    assert "order_id" in keys
    assert rest.index("customer_id → customer_name, zip") < rest.index("zip → city")
    assert "1 row of 400 (0.25 %) is against it" in rest
    assert "somewhere" in rest
    regular = rest.split("Other regularities")[1]
    assert all(name in regular for name in ("total", "net", "tax"))
    assert all(len(line) <= 100 for line in ran.out.splitlines())


@pytest.mark.usefixtures("folder")
def test_the_json_tells_what_is_proved() -> None:
    ran = run("dependencies", "orders.csv", "--format", "json")
    known = found(ran, "customer_id -> zip")
    assert known["standing"] == "proved"
    assert known["rows"] == 400
    price = known["price"]
    assert isinstance(price, dict)
    assert (price["repeated_rows"], price["join_rows"]) == (340, 60)
    assert price["repeated_bytes"] > 0
    bent = found(ran, "zip -> city")
    assert (bent["standing"], bent["against"], bent["error"]) == ("approximate", 1, 0.0025)


@pytest.mark.usefixtures("folder")
def test_a_decision_is_kept_and_checked() -> None:
    kept = run("dependencies", "orders.csv", "--accept", "orders: customer_id -> zip", "--accept", "key(order_id)")
    assert kept.status == 0, kept.err
    assert "accepted  customer_id → zip" in kept.out
    assert run("dependencies", "orders.csv", "--check").status == 0
    ran = run("dependencies", "orders.csv", "--accept", "zip -> city", "--reason", "the post office says so")
    assert ran.status == 0, ran.err
    checked = run("dependencies", "orders.csv", "--check")
    assert checked.status == 1
    assert "no longer holds" in checked.out
    assert "somewhere" in checked.out
    assert "the post office says so" in checked.out
    as_json = run("dependencies", "orders.csv", "--check", "--format", "json")
    assert as_json.status == 1
    assert [(each["text"], each["holds"]) for each in as_json.json["accepted"]].count(("zip -> city", False)) == 1


@pytest.mark.usefixtures("folder")
def test_a_rejected_one_is_said_to_be_so() -> None:
    ran = run("dependencies", "orders.csv", "--reject", "customer_id -> zip", "--format", "json")
    known = found(ran, "customer_id -> zip")
    assert (known["score"], known["decision"]) == (0.0, "rejected")


def test_a_lost_column_cannot_be_checked(folder: Path) -> None:
    run("dependencies", "orders.csv", "--accept", "customer_id -> zip")
    (folder / "orders.csv").write_text("order_id,customer_id\n1,2\n", encoding="utf-8")
    ran = run("dependencies", "orders.csv", "--check")
    assert ran.status == 2
    assert "zip" in ran.out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--accept", "nothing"), "arrow"),
        (("--accept", "orders: zip -> nowhere"), "nowhere"),
        (("--accept", "other: zip -> city"), "other"),
        (("--kinds", "functional,magic"), "magic"),
        (("--table", "users"), "users"),
        (("--check", "--decisions", "none.toml"), "none.toml"),
        (("--check", "--accept", "zip -> city"), "--check"),
        (("--review",), "nobody is there"),
    ],
)
def test_what_is_wrongly_asked_is_refused(arguments: tuple[str, ...], told: str) -> None:
    ran = run("dependencies", "orders.csv", *arguments)
    assert ran.status == 2
    assert told in ran.err
    assert not Path("dependencies.toml").exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("empty table", "a,b,c\n"),
        ("one row", "a,b\n1,2\n"),
        ("nothing but NULL", "a,b\n,\n,\n,\n"),
        ("equal rows", "a,b\n1,2\n1,2\n1,2\n"),
        ("odd names", 'a b,"q""x",ключ,🙂,100%\n1,2,3,4,5\n1,2,3,5,6\n2,3,4,4,7\n'),
        ("one column", "a\n1\n2\n2\n"),
    ],
)
def test_odd_tables_are_told_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("odd.csv").write_text(text, encoding="utf-8")
    ran = run("dependencies", "odd.csv", "--all", "--header")
    assert ran.status == 0, ran.err
    assert "odd (odd.csv)" in ran.out
    assert run("dependencies", "odd.csv", "--format", "json", "--header").status == 0


def test_many_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = [f"c{at}" for at in range(120)]
    rows = [",".join(str((at * 37 + row * (at % 11 + 1)) % (at % 17 + 2)) for at in range(120)) for row in range(30)]
    Path("wide.csv").write_text("\n".join([",".join(names), *rows]), encoding="utf-8")
    ran = run("dependencies", "wide.csv", "--seconds", "2", "--max-left", "1", "--kinds", "unique,functional")
    assert ran.status == 0, ran.err
    assert "120 columns" in ran.out


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")
def test_the_review_asks_and_keeps_the_answers(folder: Path) -> None:
    import pty

    terminal, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "dbwright", "dependencies", "orders.csv", "--review"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"COLUMNS": "80"},
        close_fds=True,
    )
    os.close(theirs)
    answers = iter(["n", "s", "y", "q"])
    seen, told = b"", b""
    with child:
        while part := _read(terminal):
            told += part
            seen += part
            if seen.rstrip().endswith(b"Answer:"):
                seen = b""
                os.write(terminal, next(answers, "q").encode() + b"\n")
    os.close(terminal)
    shown = told.decode()
    assert child.returncode == 0, shown
    assert "could these two rows exist together?" in shown
    kept = (folder / "dependencies.toml").read_text(encoding="utf-8")
    assert kept.count("[[accepted]]") == 1
    assert kept.count("[[rejected]]") == 1


def _read(terminal: int) -> bytes:
    """What was written to a terminal; nothing once the program has gone."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


@pytest.mark.usefixtures("folder")
def test_a_check_names_the_columns_and_rows() -> None:
    for text in ("total = net * 2", "order_id ->> zip"):
        assert run("dependencies", "orders.csv", "--accept", text, "--kinds", "unique").status == 0
    checked = run("dependencies", "orders.csv", "--check")
    assert checked.status == 1
    assert "(100 %) are against it" in checked.out
    assert "total  net  rows" in checked.out
    assert "SELECT" not in checked.out  # a query on a file can be run nowhere else
    assert "e+02" not in checked.out


@pytest.mark.usefixtures("folder")
def test_a_formula_over_what_is_not_there_is_refused() -> None:
    ran = run("dependencies", "orders.csv", "--accept", 'total = "gross" * 2')
    assert ran.status == 2
    assert "there is no column 'gross'" in ran.err


def test_what_was_rejected_stays_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = "\n".join(f"{n},{n * 7 % 20},name {n * 7 % 20},{n * 13 % 17}" for n in range(1, 400))
    Path("orders.csv").write_text(f"id,customer_id,customer_name,amount\n{lines}\n")
    told = run("review", "orders.csv", "--select", "NF3")
    assert "customer_name of orders follows from customer_id" in " ".join(told.out.split())
    assert run("dependencies", "orders.csv", "--reject", "orders: customer_id -> customer_name").status == 0
    assert "NF3" not in run("review", "orders.csv", "--select", "NF3").out
