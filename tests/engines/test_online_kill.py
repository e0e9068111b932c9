"""A run that is killed at random moments while an application writes, and run again, comes to the right end."""

import random

import pytest

from bench.online_kill import subjects, trial
from tests.support.scratches import ENGINES, scratch_of


@pytest.mark.parametrize("name", [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ENGINES])
@pytest.mark.parametrize("place", range(3))
def test_no_row_is_lost(name: str, place: int) -> None:
    with scratch_of(name):
        subject = subjects(name)[place]
        outcome = trial(name, subject, kills=2, rows=1500, chance=random.Random())
    assert outcome.wrong == ()
