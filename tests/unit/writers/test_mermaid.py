import re

from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.catalog.types import Type
from dbwright.writers.mermaid import write
from tests.unit.writers.conftest import make_catalog

STRING = r'"[^"\\%#<>\n]+"'
ENTITY = re.compile(rf"    {STRING}( \{{)?")
COLUMN = re.compile(
    r"        [^\W\d][\w()\[\]\u00c0-\uffff]* [^\W\d][\w\u00c0-\uffff]*( (PK|FK|UK)(, (PK|FK|UK))*)?" + rf"( {STRING})?"
)
RELATION = re.compile(rf"    {STRING} \|[|o]--o[{{|] {STRING} : {STRING}")


def test_every_line_fits_the_grammar(shop: Catalog, nasty: Catalog, large: Catalog) -> None:
    for catalog in (shop, nasty, large):
        first, *lines = write(catalog).splitlines()
        assert first == "erDiagram"
        for line in lines:
            fits = line == "    }" or any(form.fullmatch(line) for form in (ENTITY, COLUMN, RELATION))
            assert fits, line


def test_cardinalities(shop: Catalog) -> None:
    text = write(shop)
    assert '"customers" ||--o{ "orders" : "customer_id"' in text
    assert '"customers" |o--o| "profiles" : "customer_id"' in text
    assert '"categories" |o--o{ "categories" : "parent_id"' in text


def test_keys_and_notes(shop: Catalog) -> None:
    text = write(shop)
    assert '        bigint id PK "not null"\n' in text
    assert "        bigint customer_id FK, UK\n" in text


def test_names_that_become_alike_stay_apart() -> None:
    columns = tuple(Column(name=name, type=Type("integer", "int")) for name in ("a b", "a-b", "größe", "1st"))
    text = write(make_catalog(Table(namespace="", name="t", columns=columns)))
    assert (
        '        int a_b "is a b"\n        int a_b_2 "is a-b"\n        int größe\n        int column_1st "is 1st"'
        in text
    )


def test_nothing_to_draw(empty: Catalog) -> None:
    assert write(empty) == "erDiagram\n"
