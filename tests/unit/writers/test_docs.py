"""The folder of Markdown pages: complete, linked, the same every time, and harmless whatever names stand in the database."""

import posixpath
import random
import re
from pathlib import PurePosixPath, PureWindowsPath

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, ForeignKey, PrimaryKey, Table, View
from dbwright.catalog.types import Type
from dbwright.finding import Finding
from dbwright.readers.sql.scan import Dialect
from dbwright.writers.docs import MARK, Choices, write
from dbwright.writers.docs.diagrams import MOST_CHARACTERS
from dbwright.writers.docs.file_names import files, files_of_titles
from tests.support.kitchen import kitchen
from tests.support.scratches import scratch_of

ENGINES = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("postgres", "mysql", "sqlite")]
AWKWARD = (
    "../../../etc/passwd", "a/b", "a\\b", "..", ".", "", " ", "CON", "nul", "com1.x", "Users", "users", "🦆", "ä", "a\u0308",
    "a|b", "[x](y)", "`code`", "<b>", "a\nb", "a%2f", "-x", "x" * 300, "public.users", "README",
)  # fmt: skip
NUMBER = Type("integer", "bigint", bits=64)


def table(name: str, *parents: str, namespace: str = "public", comment: str | None = None) -> Table:
    columns = ("id", *(f"{parent}_id" for parent in parents))
    return Table(
        namespace=namespace,
        name=name,
        comment=comment,
        columns=tuple(Column(name=each, type=NUMBER, nullable=each != "id") for each in columns),
        primary_key=PrimaryKey(columns=("id",)),
        foreign_keys=tuple(
            ForeignKey(columns=(f"{parent}_id",), table=(namespace, parent), referenced=("id",)) for parent in parents
        ),
    )


def links(page: str) -> list[str]:
    """The addresses on a page, outside of code."""
    without_code = re.sub(r"^(`{3,}).*?^\1$", "", page, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"(?<!\\)\]\(([^)]*)\)", without_code)


def broken_links(pages: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (name, address)
        for name, page in pages.items()
        if name.endswith(".md")
        for address in links(page)
        if posixpath.normpath(posixpath.join(posixpath.dirname(name), address)) not in pages
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_each_table_and_view_has_a_page_and_every_link_leads_to_one(engine: Dialect) -> None:
    with scratch_of(engine) as scratch:
        catalog = kitchen(scratch, engine)
    pages = write(catalog, Choices(title="Kitchen"))
    partitions = sum(each.partition_of is not None for each in catalog.tables)
    assert sum(name.startswith("tables/") for name in pages) == len(catalog.tables) - partitions
    assert sum(name.startswith("views/") for name in pages) == len(catalog.views)
    assert broken_links(pages) == []
    assert all(page.startswith(MARK) and page.endswith("\n") for page in pages.values())
    assert all(f"\n# {'Kitchen' if name == 'README.md' else ''}" in page for name, page in pages.items())


def test_order_in_the_catalog_changes_nothing() -> None:
    tables = [table("a"), table("b", "a"), table("c", "a", "b"), *(table(f"t{n}", "c") for n in range(40))]
    wanted = write(Catalog(engine="postgres", tables=tuple(tables)), Choices())
    random.Random(7).shuffle(tables)
    assert write(Catalog(engine="postgres", tables=tuple(tables)), Choices()) == wanted


def test_awkward_names_stay_in_the_folder_and_apart() -> None:
    catalog = Catalog(engine="sqlite", tables=tuple(table(name, namespace="") for name in AWKWARD))
    pages = write(catalog, Choices())
    assert len(pages) == len(AWKWARD) + 1
    assert len({name.casefold() for name in pages}) == len(pages)
    assert broken_links(pages) == []


@given(st.sets(st.tuples(st.text(max_size=20), st.text(min_size=1, max_size=200)), max_size=30))
def test_every_name_gives_its_own_harmless_file(paths: set[tuple[str, str]]) -> None:
    found = files(Ref("table", path) for path in sorted(paths))
    assert len({name.casefold() for name in found.values()}) == len(paths)
    for name in found.values():
        assert re.fullmatch(r"tables/[A-Za-z0-9_][A-Za-z0-9_.-]*\.md", name)
        assert len(name) < 130
        assert ".." not in PurePosixPath(name).parts
        assert PureWindowsPath(name).stem.lower() not in ("con", "nul", "aux", "prn")


def test_plain_names_stay_as_they_are() -> None:
    refs = (Ref("table", ("public", "order_lines")), Ref("table", ("", "Album")), Ref("view", ("public", "totals")))
    assert list(files(refs).values()) == ["tables/public.order_lines.md", "tables/Album.md", "views/public.totals.md"]
    assert files_of_titles(["Orders", "My tables"], "viewpoints") == {
        "Orders": "viewpoints/orders",
        "My tables": "viewpoints/my-tables",
    }
    assert len(set(files_of_titles(["A b", "a B", "ä", "ö"], "viewpoints").values())) == 4


def test_a_table_page_tells_relations_both_ways_and_its_neighbours() -> None:
    catalog = Catalog(
        engine="postgres",
        tables=(table("users", comment="People | *all*"), table("orders", "users"), table("lines", "orders")),
        views=(
            View(
                namespace="public",
                name="totals",
                definition="SELECT '```'",
                depends_on=(Ref("column", ("public", "orders", "id")),),
            ),
        ),
    )
    pages = write(catalog, Choices())
    page = pages["tables/public.orders.md"]
    assert "- (users\\_id) → [public.users](../tables/public.users.md) (id)" in page
    assert "- [public.lines](../tables/public.lines.md) (orders\\_id)" in page
    assert "- [public.totals](../views/public.totals.md)" in page
    assert '"users" |o--o{ "orders" : "users_id"' in page
    assert '"orders" |o--o{ "lines" : "orders_id"' in page
    assert "People \\| \\*all\\*" in pages["README.md"]
    assert "````sql\nSELECT '```'\n````" in pages["views/public.totals.md"]


def test_references_to_a_missing_table_are_told_without_a_link() -> None:
    pages = write(Catalog(engine="postgres", tables=(table("orders", "gone"),)), Choices())
    assert "(gone\\_id) → public.gone (id)" in pages["tables/public.orders.md"]
    assert broken_links(pages) == []


def test_several_namespaces_and_large_schemas_get_viewpoints() -> None:
    billing = tuple(table(f"b{n}", *(["b0"] if n else []), namespace="billing") for n in range(20))
    shop = tuple(table(f"s{n}", *(["s0"] if n else []), namespace="shop") for n in range(20))
    pages = write(Catalog(engine="postgres", tables=billing + shop), Choices())
    assert {"viewpoints/schema-billing.md", "viewpoints/schema-shop.md"} <= pages.keys()
    assert {"viewpoints/around-billing-b0.md", "viewpoints/around-shop-s0.md"} <= pages.keys()
    assert broken_links(pages) == []


def test_a_diagram_that_no_viewer_draws_is_left_out_and_that_is_said() -> None:
    tables = tuple(table(f"t{n}", *(f"t{m}" for m in range(max(0, n - 4), n))) for n in range(200))
    index = write(Catalog(engine="postgres", tables=tables), Choices())["README.md"]
    assert "too many tables for one diagram" in index
    assert "```mermaid" not in index


def test_diagrams_stay_below_what_viewers_refuse() -> None:
    wide = tuple(
        msgspec.structs.replace(
            table(f"t{n}"), columns=tuple(Column(name=f"{'c' * 50}{m}", type=NUMBER) for m in range(300))
        )
        for n in range(10)
    )
    index = write(Catalog(engine="postgres", tables=wide), Choices())["README.md"]
    assert "```mermaid" in index
    assert len(index) < MOST_CHARACTERS


def test_findings_stand_at_their_table_and_the_others_in_the_index() -> None:
    catalog = Catalog(engine="postgres", tables=(table("orders"),))
    at_table = Finding(
        code="K003", rule="undeclared-candidate-key", severity="warning", probability=0.999,
        target=Ref("column", ("public", "orders", "id")), message="It is <b>unique</b>.", help="Declare it.",
    )  # fmt: skip
    elsewhere = Finding(
        code="S002", rule="granted-to-public", severity="note", target=Ref("routine", ("public", "f()")), message="All."
    )
    pages = write(catalog, Choices(findings=(at_table, elsewhere)))
    page = pages["tables/public.orders.md"]
    assert "- **warning** K003 undeclared-candidate-key, column id (99 % likely): It is \\<b\\>unique" in page
    assert page.rstrip().endswith("Declare it.")
    assert "- **note** S002 granted-to-public, routine f(): All." in pages["README.md"]
    assert "| Findings |" in pages["README.md"]
    assert "Findings" not in write(catalog, Choices())["README.md"]
