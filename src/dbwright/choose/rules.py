"""The rules that decide, as `rules.toml` has them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from dbwright.choose.requirements import Answer, Requirements

Condition = dict[str, str | list[str]]

PRODUCTS: dict[str, str] = {
    "postgres": "PostgreSQL",
    "mysql": "MySQL / MariaDB",
    "sqlite": "SQLite",
    "mongodb": "MongoDB",
    "redis": "Redis",
    "cassandra": "Cassandra",
    "cockroachdb": "CockroachDB",
    "tidb": "TiDB",
    "yugabytedb": "YugabyteDB",
    "duckdb": "DuckDB",
}


class Says(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a rule means for some products. points: by product, or "no" where it cannot do it. source: a name of the book's sources."""

    points: dict[str, int | Literal["no"]]
    why: str
    source: str


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that speaks for some products and against others where its conditions hold."""

    name: str
    when: Condition
    says: list[Says]

    def applies(self, requirements: Requirements) -> bool:
        """Whether every condition holds. A question without an answer makes it not hold."""
        return holds(self.when, requirements)


class Helper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A second product that goes well beside some others where its conditions hold."""

    add: str
    when: Condition
    beside: list[str]
    why: str
    source: str


class RuleBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All rules and helpers. sources: addresses by the names that rules know them by."""

    sources: dict[str, str]
    rules: list[Rule]
    helpers: list[Helper]


@cache
def rule_book() -> RuleBook:
    """The rules of the package."""
    text = resources.files("dbwright.choose").joinpath("rules.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), RuleBook)


def holds(when: Condition, requirements: Requirements) -> bool:
    """Whether conditions hold for the answers that were given."""
    return all(_meets(requirements.value(name), wanted) for name, wanted in when.items())


def _meets(answer: Answer | None, wanted: str | list[str]) -> bool:
    if answer is None:
        return False
    if isinstance(answer, float):
        return isinstance(wanted, str) and (
            answer > float(wanted[1:]) if wanted[0] == ">" else answer < float(wanted[1:])
        )
    accepted = wanted if isinstance(wanted, list) else [wanted]
    given = answer if isinstance(answer, tuple) else (answer,)
    return any(each in accepted for each in given)
