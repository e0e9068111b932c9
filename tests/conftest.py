"""Fixtures that give a test an empty database, and the list at the end of what could not be tested here."""

from collections import Counter
from collections.abc import Iterator

import pytest

from dbwright.engines.base import Scratch
from dbwright.engines.redis.scratch import scratch as redis
from dbwright.engines.url import Url
from tests.support.missing import described
from tests.support.mongodb import mongodb_server
from tests.support.scratches import ENGINES, opened_or_missing, scratch_of, use_test_urls

_FIXTURE_MARKS = {f"{name}_scratch": name for name in (*ENGINES, "redis")} | {"mongodb_url": "mongodb"}


def pytest_configure(config: pytest.Config) -> None:
    """Know the servers that were given, and a mark for the engine that needs none."""
    use_test_urls()
    config.addinivalue_line("markers", "sqlite: needs SQLite, which is always there")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the engines whose databases it asks for, so that `-m "not mysql"` works."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if mark := _FIXTURE_MARKS.get(fixture):
                item.add_marker(mark)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what was skipped, by name, with the reason and the number of tests."""
    skipped: Counter[tuple[str, str]] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        skipped[described(reason)] += 1
    if not skipped:
        return
    terminalreporter.section("not tested here", yellow=True, bold=True)
    for (what, why), count in sorted(skipped.items()):
        tests = f"{count} test{'' if count == 1 else 's'} skipped"
        terminalreporter.line(f"{what}: {tests}" if not why else f"{what}: {tests}, because: {why}")


@pytest.fixture(params=[pytest.param(name, marks=getattr(pytest.mark, name)) for name in ENGINES])
def scratch(request: pytest.FixtureRequest) -> Iterator[Scratch]:
    """An empty database, once for each relational engine."""
    with scratch_of(request.param) as opened:
        yield opened


@pytest.fixture
def postgres_scratch() -> Iterator[Scratch]:
    """An empty PostgreSQL database."""
    with scratch_of("postgres") as opened:
        yield opened


@pytest.fixture
def mysql_scratch() -> Iterator[Scratch]:
    """An empty MySQL or MariaDB database."""
    with scratch_of("mysql") as opened:
        yield opened


@pytest.fixture
def sqlite_scratch() -> Iterator[Scratch]:
    """An empty SQLite database."""
    with scratch_of("sqlite") as opened:
        yield opened


@pytest.fixture
def redis_scratch() -> Iterator[Scratch]:
    """An empty Redis database."""
    with opened_or_missing("redis", redis) as opened:
        yield opened


@pytest.fixture(scope="session")
def mongodb_url() -> Iterator[Url]:
    """A server that speaks MongoDB's protocol, started once for all tests of the process."""
    with opened_or_missing("mongodb", mongodb_server) as url:
        yield url
