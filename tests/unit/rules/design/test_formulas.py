"""Which formulas the names of a table's columns suggest."""

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Column, Generated, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.rules.base import Subject
from dbwright.rules.design._formulas import formulas

NUMBER = Type("decimal", "numeric(12,2)", precision=12, scale=2)
TEXT = Type("text", "text")


def _shown(columns: str, type_: Type = NUMBER, computed: str = "") -> list[str]:
    table = Table(
        namespace="",
        name="orders",
        columns=(
            Column(name="id", type=Type("integer", "integer", bits=64), nullable=False),
            *(
                Column(name=name, type=type_, generated=Generated(expression="1") if name == computed else None)
                for name in columns.split()
            ),
        ),
        primary_key=PrimaryKey(columns=("id",)),
    )
    catalog = Catalog(engine="postgres", tables=(table,))
    subject = Subject(catalog=catalog, lookup=Lookup(catalog), engine="postgres")
    return [formula.shown for formula in formulas(subject, table)]


def test_a_total_is_its_parts_and_perhaps_one_of_them_less() -> None:
    found = _shown("subtotal tax shipping discount total")
    assert found[0] == "total = subtotal + tax + shipping - discount"
    assert "total = subtotal + tax + shipping" in found


def test_a_line_is_quantity_times_price_perhaps_less_a_discount() -> None:
    assert _shown("quantity unit_price line_total") == ["line_total = quantity × unit_price"]
    found = _shown("qty price discount_amount amount")
    assert "amount = qty × price - discount_amount" in found


def test_rates_are_no_amounts() -> None:
    assert not any("tax_rate" in each for each in _shown("subtotal tax_rate total"))
    assert not any("discount_percent" in each for each in _shown("subtotal discount_percent total"))


def test_profits_and_balances() -> None:
    assert "profit = revenue - cost" in _shown("revenue cost profit")
    assert "balance = total - paid" in _shown("total paid balance")


def test_full_names() -> None:
    found = _shown("first_name last_name full_name", TEXT)
    assert found == ["full_name = first_name + ' ' + last_name", "full_name = last_name + ', ' + first_name"]


def test_what_the_database_computes_is_no_target() -> None:
    assert _shown("quantity unit_price line_total", computed="line_total") == []


def test_a_wide_table_asks_no_more_than_a_dozen() -> None:
    many = " ".join(f"{word}_total" for word in ["order", "line", "cart", "net", "gross", "item", "invoice"])
    assert len(_shown(f"quantity unit_price subtotal tax shipping handling fee discount {many}")) <= 12


def test_names_without_a_formula_ask_nothing() -> None:
    assert _shown("height width depth") == []
    assert _shown("") == []
