"""What keeps rows out of a database that should not get any."""

import pytest

from dbwright.app.seed.guard import check_environment, check_rows, listed
from dbwright.engines.url import parse_url
from dbwright.errors import Refused, UsageError


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u@db.prod.example/shop",
        "mysql://u@host/shop_production",
        "sqlite:////var/live.db",
        "postgresql://u@prod-db-1/x",
    ],
)
def test_names_of_production_are_refused_unless_allowed(url: str) -> None:
    with pytest.raises(Refused, match="production"):
        check_environment(parse_url(url), None, ())
    check_environment(parse_url(url), None, ("production",))


@pytest.mark.parametrize(
    "url", ["postgresql://u@host/products", "sqlite:///prod/reproduce.db", "mysql://u@host/delivery"]
)
def test_words_that_only_contain_such_a_name_are_none(url: str) -> None:
    check_environment(parse_url(url), "staging", ())


@pytest.mark.parametrize("environment", ["prod", "Production", "LIVE"])
def test_a_production_environment_is_refused(environment: str) -> None:
    with pytest.raises(Refused, match=environment):
        check_environment(parse_url("sqlite:///a.db"), environment, ())


def test_rows_in_the_way() -> None:
    check_rows({}, "empty", ())
    check_rows({"a": 1}, "append", ())
    with pytest.raises(Refused, match=r"a \(1,000\)"):
        check_rows({"a": 1000}, "empty", ("data-loss",))
    with pytest.raises(Refused, match="would be deleted"):
        check_rows({"a": 1}, "empty-first", ("production",))
    check_rows({"a": 1}, "empty-first", ("data-loss", "production"))
    with pytest.raises(UsageError):
        check_rows({}, "empty", ("everything",))


def test_long_lists_are_cut() -> None:
    shown = listed({f"t{number}": number for number in range(1000)})
    assert shown.endswith("and 992 more")
    assert len(shown) < 200
