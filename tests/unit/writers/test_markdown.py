"""The data dictionary: everything is in it, and odd names stay text."""

import re

import pytest

from dbwright.catalog.objects import Catalog
from dbwright.readers.sql.scan import Dialect
from dbwright.writers.markdown import write
from tests.support.kitchen import kitchen
from tests.support.scratches import scratch_of

ENGINES = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("postgres", "mysql", "sqlite")]


def escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)


def sections(text: str) -> dict[str, str]:
    """The text of each section by its heading."""
    parts = re.split(r"^## (.*)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture(params=ENGINES)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    name: Dialect = request.param
    with scratch_of(name) as scratch:
        return kitchen(scratch, name)


def test_every_table_column_and_key_is_there(catalog: Catalog) -> None:
    found = sections(write(catalog))
    for table in catalog.tables:
        text = found[escaped(str(table.ref))]
        for column in table.columns:
            assert f"\n| {escaped(column.name)} | " in text
        for key in table.foreign_keys:
            assert f"({', '.join(escaped(each) for each in key.columns)}) → [" in text
        for index in table.indexes:
            assert f"- {escaped(index.name)} (" in text
        assert text.count("| PK") + text.count("PK, FK |") >= (1 if table.primary_key else 0)
        assert ("**Checks**" in text) == bool(table.checks)
        assert ("**Unique**" in text) == bool(table.uniques)
    for view in catalog.views:
        assert escaped(str(view.ref)) in found


def test_every_row_of_a_table_has_as_many_cells_as_its_head(catalog: Catalog) -> None:
    width = 0
    for line in write(catalog).splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not width or not cells or cells == width, line
        width = cells


def test_every_link_leads_to_a_heading(catalog: Catalog) -> None:
    text = write(catalog)
    headings = re.findall(r"^## (.*)$", text, flags=re.MULTILINE)
    plain = [re.sub(r"\\(.)", r"\1", heading) for heading in headings]
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= anchors


def test_an_empty_catalog_is_a_page_too() -> None:
    assert write(Catalog(engine="sqlite")) == "# Data dictionary\n"
