"""Scratch databases for tests, by the name of their engine."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine
from dbwright.errors import Unavailable
from tests.support.missing import missing

ENGINES = ("postgres", "mysql", "sqlite")
_FAILED: dict[str, str] = {}
_T = TypeVar("_T")


def use_test_urls() -> None:
    """Take the servers for scratch databases from DBWRIGHT_TEST_<ENGINE>_URL where those are set."""
    for name in ("POSTGRES", "MYSQL", "REDIS"):
        if given := os.environ.get(f"DBWRIGHT_TEST_{name}_URL"):
            os.environ[f"DBWRIGHT_SCRATCH_{name}_URL"] = given


def scratch_of(name: str, version: str | None = None) -> AbstractContextManager[Scratch]:
    """An empty database of an engine; the test is skipped, or fails where all are required, if there is none."""
    what = f"{name} {version}" if version else name
    return opened_or_missing(what, lambda: engine(name).scratch(version=version))


@contextmanager
def opened_or_missing(what: str, open_it: Callable[[], AbstractContextManager[_T]]) -> Iterator[_T]:
    """What a context manager gives; the test is skipped, or fails where all are required, if it is not to be had."""
    if reason := _FAILED.get(what):
        missing(what, reason)
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(open_it())
        except Unavailable as error:
            # Asked once a process: the answer takes its time and stays the same.
            _FAILED[what] = error.message
        if what in _FAILED:
            missing(what, _FAILED[what])
        yield opened
