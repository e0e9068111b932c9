"""Every design's templates, rendered for every engine and every value of its options."""

from collections.abc import Iterator

import pytest

from dbwright.app.new import Made, Request, make
from dbwright.designs.base import ENGINES, load, names
from dbwright.designs.render import render
from dbwright.designs.tables import Known, learn
from dbwright.errors import UsageError


def kinds() -> Iterator[tuple[str, str, dict[str, str]]]:
    for name in names():
        options = load(name).options
        for engine in ENGINES:
            yield name, engine, {}
            yield from ((name, engine, {each.name: value}) for each in options for value in each.choices[1:3])


def made(name: str, engine: str, choices: dict[str, str]) -> Made:
    try:
        return make(Request(design=name, engine=engine, options=choices))
    except UsageError as not_made:
        pytest.skip(not_made.message)


@pytest.mark.parametrize(
    ("name", "engine", "choices"),
    [pytest.param(*kind, id="-".join((*kind[:2], *kind[2].values()))) for kind in kinds()],
)
def test_a_project(name: str, engine: str, choices: dict[str, str]) -> None:
    project = made(name, engine, choices)
    no_template_is_left(project)
    if not project.others:  # what further folders lead to is not in the catalog
        blocks_are_told_the_columns_of_the_tables(project)
    again = render(load(name), engine, choices)
    assert [each.up for each in again.revisions] == [each.up for each in project.rendered.revisions]


def no_template_is_left(project: Made) -> None:
    texts = {**project.files, **{version: up + down for version, _, up, down in project.migrations}}
    assert [path for path, text in texts.items() if "{%" in text or "\x00" in text or "\x01" in text] == []


def blocks_are_told_the_columns_of_the_tables(project: Made) -> None:
    """A line of a template that is indented otherwise is no column to `learn`, and a trigger made from it would lack it."""
    learned: dict[str, Known] = {}
    for revision in project.rendered.revisions:
        learn(revision.up, learned)
    for table in project.catalog.tables:
        if table.name in learned and table.partition_of is None:
            assert learned[table.name].columns == [column.name for column in table.columns]
            assert table.primary_key is None or learned[table.name].key == table.primary_key.columns
