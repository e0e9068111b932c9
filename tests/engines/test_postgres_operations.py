"""Every kind of change on a real server: its steps lead to the schema that is wanted, and those of the way back to the start.

The cases stand in postgres_changes.sql. The goal is read from a database of its own; the way there is found by comparing,
taken step by step as a runner would, and read back.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from dbwright.change.compare import changes, compare
from dbwright.engines.postgres.engine import ENGINE
from dbwright.readers.sql.split import split
from tests.support.running import run
from tests.support.scratches import scratch_of

pytestmark = pytest.mark.postgres

_HEAD = re.compile(
    r"^-- (?:start (?P<start>\w+)|== (?P<name>[^,\n]+)(?:, from (?P<base>\w+))?(?:, since (?P<since>\d+))?)$", re.M
)


class Case(NamedTuple):
    """A start, what leads to the goal, and the oldest server that knows it."""

    name: str
    start: str
    goal: str
    version: int = 12


def _cases() -> Iterator[Case]:
    text = Path(__file__).with_name("postgres_changes.sql").read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    starts: dict[str | None, str] = {None: ""}
    for head, end in zip(heads, [*(each.start() for each in heads[1:]), len(text)], strict=True):
        body = text[head.end() : end]
        if head["start"]:
            starts[head["start"]] = body
            continue
        start, _, goal = body.partition("-- goal\n")
        yield Case(head["name"], starts[head["base"]] + start, goal, int(head["since"] or 12))


@pytest.mark.parametrize("case", list(_cases()), ids=lambda case: case.name)
def test_steps_lead_to_the_goal_and_back(case: Case) -> None:
    with scratch_of("postgres") as one, scratch_of("postgres") as other, one.open() as session, other.open() as wanted:
        if session.version[0] < case.version:
            pytest.skip(f"PostgreSQL {case.version} is needed for {case.name}.")
        for each in (session, wanted):
            each.execute(split(case.start, "postgres"))
        start = session.inspect().catalog
        wanted.execute(split(case.goal, "postgres"))
        goal = wanted.inspect().catalog
        assert compare(start, goal), "The case changes nothing."
        run(session, ENGINE.steps(changes(start, goal).operations, start))
        assert compare(goal, session.inspect().catalog, column_order=False) == ()
        reached = session.inspect().catalog
        run(session, ENGINE.steps(changes(reached, start).operations, reached))
        assert compare(start, session.inspect().catalog, column_order=False) == ()
