"""Every reference design, on every engine: a review finds nothing, and its way back leaves nothing."""

from collections.abc import Iterator

import msgspec
import pytest

from dbwright.app.review import Request, review
from dbwright.change.compare import compare
from dbwright.designs.base import load, names
from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine_of
from dbwright.engines.url import format_url
from dbwright.errors import UsageError
from tests.support.designs import build, statements, tear_down

_EACH = 3
"""Options with more values than this stand for spellings of one thing: the last value is tried beside the usual one."""


class Case(msgspec.Struct, frozen=True):
    """A design with one of its options chosen otherwise than usual."""

    design: str
    choices: dict[str, str]

    def __str__(self) -> str:
        return "-".join((self.design, *(f"{name}={value}" for name, value in self.choices.items())))


def _cases() -> Iterator[Case]:
    for name in names():
        yield Case(name, {})
        for option in load(name).options:
            others = [value for value in option.choices if value != option.default]
            for value in others if len(others) < _EACH else others[-1:]:
                yield Case(name, {option.name: value})


CASES = pytest.mark.parametrize("case", list(_cases()), ids=str)


@CASES
def test_a_review_finds_nothing(scratch: Scratch, case: Case) -> None:
    with scratch.open() as session:
        try:
            build(session, case.design, **case.choices)
        except UsageError as not_made:
            pytest.skip(not_made.message)
    found = review(Request(source=format_url(scratch.url))).report.findings
    assert [f"{each.code} {each.message}" for each in found] == []


@CASES
def test_the_way_back_leaves_nothing_and_the_way_up_makes_the_same_again(scratch: Scratch, case: Case) -> None:
    with scratch.open() as session:
        before = session.inspect().catalog
        try:
            project = build(session, case.design, **case.choices)
        except UsageError as not_made:
            pytest.skip(not_made.message)
        first = session.inspect().catalog
        tear_down(session, project)
        assert not compare(session.inspect().catalog, before)
        for _, name, up, _ in project.migrations:
            session.execute(statements(engine_of(session.url).name, up, name))
        assert not compare(session.inspect().catalog, first)
