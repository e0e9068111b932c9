"""The examples: every planted fault is found on every engine, and the corrected version gets no warning."""

import pytest

from dbwright.app.review import Outcome, Request, review
from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine_of
from dbwright.engines.url import format_url
from examples.build import statements
from examples.review_shop import missed

EXAMPLES = ("shop", "social")


def reviewed(scratch: Scratch, example: str, variant: str) -> Outcome:
    with scratch.open() as session:
        session.execute(statements(example, variant, engine_of(scratch.url).name))
    return review(Request(source=format_url(scratch.url)))


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_planted_fault_is_found(scratch: Scratch, example: str) -> None:
    outcome = reviewed(scratch, example, "faulty")
    assert missed(outcome, example, engine_of(scratch.url).name) == []
    assert outcome.status == 1


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_corrected_version_gets_no_warning(scratch: Scratch, example: str) -> None:
    outcome = reviewed(scratch, example, "corrected")
    loud = [(each.code, str(each.target), each.message) for each in outcome.report.findings if each.severity != "note"]
    assert loud == []
    assert outcome.status == 0
