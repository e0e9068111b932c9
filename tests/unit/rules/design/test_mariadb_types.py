"""Types that MariaDB has and MySQL has not."""

import pytest

from dbwright.catalog.facts import Facts, Shapes, TextShapes
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Column, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.rules.base import Subject, rule

PAGES = Table(
    namespace="",
    name="pages",
    columns=(
        Column(name="number", type=Type("integer", "int(11)", bits=32), nullable=False),
        Column(name="visit", type=Type("char", "char(36)", length=36)),
    ),
    primary_key=PrimaryKey(columns=("number",)),
)
SHAPES = Shapes(
    rows=50, filled=50, distinct=50, longest=36, counts={"uuid": 50}, examples={"uuid": ("018e2f3a-0001-7001-a001-000000000001",)}
)  # fmt: skip


@pytest.mark.parametrize(
    ("product", "version", "wanted"),
    [("mariadb", (10, 11), ["uuid"]), ("mariadb", (10, 6), []), ("mysql", (9, 7), [])],
)
def test_uuids_in_text_have_a_type_of_their_own_only_there(
    product: str, version: tuple[int, ...], wanted: list[str]
) -> None:
    catalog = Catalog(engine=product, version=version, tables=(PAGES,))
    facts = Facts(has_rows=True, answers={TextShapes(table=PAGES.ref, column="visit"): SHAPES})
    subject = Subject(catalog=catalog, lookup=Lookup(catalog), engine="mysql", facts=facts)
    found = list(rule("T002").check(subject))
    assert [each.fix.operations[0].type.spelling for each in found if each.fix] == wanted
