"""The settings of the seeder from TOML: what is read, what environments lay over it, and errors with their lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.errors import UsageError
from dbwright.seed.base import ColumnHint, RelationHint, Settings, TableHint
from dbwright.seed.settings_file import read_settings
from dbwright.seed.toml_lines import line_of

FILE = """
seed = 7
locale = "de"
until = 2025-06-30

[tables.orders]
rows = 50_000
reference = [{ id = 1, name = "first" }]

[tables.orders.columns.status]
values = { paid = 0.8, open = 0.2 }

[tables."shop.items".columns."a b"]
since = 2024-01-01
until = "-2 days"
lowest = 3

[tables.orders.relations.customer_id]
skew = "zipf"
strength = 1.2

[environments.test]
rows = 20
scale = 0.5

[environments.test.tables.orders]
rows = 5

[environments.test.tables.orders.columns.status]
values = ["paid"]
"""


def test_a_file_is_read() -> None:
    assert read_settings(FILE, "seed.toml") == Settings(
        seed=7,
        locale="de",
        until="2025-06-30T00:00:00+00:00",
        tables={
            "orders": TableHint(
                rows=50_000,
                reference=[{"id": 1, "name": "first"}],
                columns={"status": ColumnHint(values={"paid": 0.8, "open": 0.2})},
                relations={"customer_id": RelationHint(skew="zipf", strength=1.2)},
            ),
            "shop.items": TableHint(columns={"a b": ColumnHint(since="2024-01-01", until="-2 days", lowest=3)}),
        },
    )


def test_an_environment_lies_over_the_rest() -> None:
    found = read_settings(FILE, "seed.toml", "test")
    assert (found.seed, found.rows, found.scale, found.environment) == (7, 20, 0.5, "test")
    orders = found.tables["orders"]
    assert orders.rows == 5
    assert orders.columns["status"] == ColumnHint(values=["paid"])
    assert orders.relations["customer_id"].skew == "zipf"
    assert "shop.items" in found.tables


def test_an_empty_file_and_one_with_a_mark_say_nothing() -> None:
    assert read_settings("", "seed.toml") == Settings()
    assert read_settings("\ufeffseed = 2", "seed.toml").seed == 2


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("rows = -1", 1, "must not be negative"),
        ('seed = 1\nrows = "many"', 2, "Expected `int`"),
        ("\n\nrow = 1", 3, '"row" is no setting'),
        ("scale = 0", 1, "above 0"),
        ('locale = "xx"', 1, 'locale "xx"'),
        ('until = "soon"', 1, "no point in time"),
        ("tables = 3", 1, "must be a table"),
        ("[tables]\na = 1", 2, "must be a table"),
        ("[tables.a]\nrow = 1", 2, '"row" is no setting here'),
        ("[tables.a]\nrows = -5", 2, "must not be negative"),
        ('[tables.a]\nrows = 1\n[tables.a.columns.b]\nmeaning = "emial"', 4, 'no meaning "emial"'),
        ("[tables.a.columns.b]\nnulls = 2", 2, "from 0 to 1"),
        ("[tables.a.columns.b]\nnulz = 2", 2, '"nulz" is no setting here'),
        ("[tables.a.columns.b]\nvalues = 3", 2, "Expected"),
        ("[tables.a.columns.b]\ngrowth = 0", 2, "above 0"),
        ("[tables.a.columns.b]\ncorrelate = { c = 3 }", 2, "from -1 to 1"),
        ('[tables.a.columns.b]\nhours = "night"', 2, 'no hours "night"'),
        ('[tables.a.columns.b]\nsince = "gestern"', 2, "no point in time"),
        ('[tables.a.columns.b]\npattern = "a"\nconstant = 1', 1, "cannot both"),
        ('[tables.a.columns]\nb = { distribution = "flat" }', 2, 'no distribution "flat"'),
        ('[tables.a.relations.b]\nskew = "steep"', 2, 'no skew "steep"'),
        ("[tables.a.relations.b]\nchildless = 1.0", 2, "childless"),
        ('[environments.dev]\nlocale = "de"\n[environments.test]\nrows = "a"', 4, "Expected `int`"),
        ("[environments]\ndev = 1", 2, "must be a table"),
    ],
)
def test_mistakes_are_named_with_their_line(text: str, line: int, sentence: str) -> None:
    with pytest.raises(UsageError) as error:
        read_settings(text, "seed.toml")
    assert str(error.value).startswith(f"seed.toml:{line}: ")
    assert sentence in str(error.value)


def test_mistakes_in_the_chosen_environment_are_found_there() -> None:
    text = (
        "[tables.a]\nrows = 1\n[environments.dev.tables.a]\nrows = 1\n[environments.dev.tables.a.columns.b]\nnulls = 3"
    )
    with pytest.raises(UsageError, match=r"seed\.toml:6: "):
        read_settings(text, "seed.toml", "dev")


def test_what_is_no_toml_and_no_environment_is_said() -> None:
    with pytest.raises(UsageError, match="not valid TOML"):
        read_settings("rows = = 1", "seed.toml")
    with pytest.raises(UsageError, match='no environment "prod"') as error:
        read_settings(FILE, "seed.toml", "prod")
    assert "test" in (error.value.hint or "")


@given(
    st.text(alphabet="ab.=[]{}\"'#\n 1-_"),
    st.lists(st.sampled_from(["a", "b", "tables", "a b"]), min_size=1, max_size=4),
)
def test_any_text_may_be_searched_for_a_line(text: str, path: list[str]) -> None:
    line = line_of(text, tuple(path))
    assert line is None or 1 <= line <= len(text.splitlines())
