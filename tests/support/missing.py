"""What a test needs and this machine may not have: skipped loudly, by name, or failed where everything must be there."""

import os
from typing import NoReturn

import pytest

PREFIX = "missing "
_TRUE = {"1", "true", "yes", "on"}


def all_required() -> bool:
    """Whether a missing engine is a failure: in continuous integration, or where DBWRIGHT_REQUIRE_ALL asks for it."""
    return any(os.environ.get(name, "").lower() in _TRUE for name in ("CI", "DBWRIGHT_REQUIRE_ALL"))


def missing(what: str, reason: str) -> NoReturn:
    """End the running test because something that it needs is not there."""
    if all_required():
        pytest.fail(f"{PREFIX}{what}: {reason}", pytrace=False)
    pytest.skip(f"{PREFIX}{what}: {reason}")


def described(skip_reason: str) -> tuple[str, str]:
    """What was missing and why, from the reason of a skipped test; the second is empty for a skip of another kind."""
    reason = skip_reason.removeprefix("Skipped: ")
    if reason.startswith(PREFIX):
        what, _, why = reason.removeprefix(PREFIX).partition(": ")
        return what, why
    return reason, ""
