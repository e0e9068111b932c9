"""What a reference design consists of, as its folder says it.

A design is a folder: `design.toml` (what it is, its parts in order, its options and decisions), `parts/NAME.sql` (one template a
part, for all engines), `seeds/NAME.sql` (reference data, written so that it can run twice), `seed.toml` (settings for
`dbwright seed`), `readme.md` (what the README says beyond the decisions) and `tests/*.py.jinja` (templates of the project's tests).
"""

import tomllib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from dbwright.errors import UsageError

ENGINES = ("postgres", "mysql", "sqlite")


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A choice that a design leaves open. default: the one taken where nothing is said.

    defaults: where an engine has another default. unavailable: why an engine does not have a choice, by "engine=choice".
    """

    name: str
    choices: tuple[str, ...]
    default: str
    help: str
    defaults: dict[str, str] = {}
    unavailable: dict[str, str] = {}


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that could have been made otherwise: what was decided, and why.

    engines: where it holds; empty for all. when: the option value that it is about, as for a part.
    """

    title: str
    why: str
    engines: tuple[str, ...] = ()
    when: str = ""


class BelowThirdNormalForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table (or a column of many) that is on purpose below the third normal form, why, and what keeps it true."""

    table: str
    why: str


class Ignored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rules of the review that a project is not held to somewhere, and why. object: a pattern over names. when: as for a part."""

    object: str
    rules: tuple[str, ...]
    why: str
    engines: tuple[str, ...] = ()
    when: str = ""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A revision of the design: its name, which is its template's, and what it brings.

    when: the option value it needs ("isolation=shared", "isolation=schema|database"). folder: the folder of migrations that it
    belongs to; a design with databases of two kinds has two.
    """

    name: str
    title: str
    when: str = ""
    folder: str = "migrations"


class Design(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reference design as `design.toml` describes it."""

    title: str
    summary: str
    parts: tuple[Part, ...]
    name: str = ""
    engines: tuple[str, ...] = ENGINES
    options: tuple[Option, ...] = ()
    decisions: tuple[Decision, ...] = ()
    below_third_normal_form: tuple[BelowThirdNormalForm, ...] = ()
    ignored: tuple[Ignored, ...] = ()

    @property
    def folder(self) -> Traversable:
        """Where its files are."""
        return resources.files("dbwright.designs").joinpath(self.name)

    def choices(self, engine: str, given: dict[str, str]) -> dict[str, str]:
        """The value of every option. Raises UsageError for an option or a value that the design does not have."""
        known = {option.name: option for option in self.options}
        for name, value in given.items():
            if name not in known:
                offered = ", ".join(sorted(known)) or "none"
                raise UsageError(f"The design {self.name} has no option {name!r}.", hint=f"It has: {offered}.")
            if value not in known[name].choices:
                raise UsageError(f"{name} cannot be {value!r}.", hint=f"It is one of {', '.join(known[name].choices)}.")
            if reason := known[name].unavailable.get(f"{engine}={value}"):
                raise UsageError(f"{name} cannot be {value!r} on {engine}: {reason}")
        return {
            option.name: given.get(option.name, option.defaults.get(engine, option.default)) for option in self.options
        }

    def parts_for(self, choices: dict[str, str]) -> tuple[Part, ...]:
        """The parts that these choices need."""
        return tuple(part for part in self.parts if holds(part.when, choices))

    def decisions_for(self, engine: str, choices: dict[str, str]) -> tuple[Decision, ...]:
        """The decisions that hold on an engine with these choices."""
        return tuple(each for each in self.decisions if _concerns(each, engine, choices))

    def ignored_for(self, engine: str, choices: dict[str, str]) -> tuple[Ignored, ...]:
        """What the review leaves alone on an engine with these choices."""
        return tuple(each for each in self.ignored if _concerns(each, engine, choices))


def _concerns(said: Decision | Ignored, engine: str, choices: dict[str, str]) -> bool:
    return (not said.engines or engine in said.engines) and holds(said.when, choices)


def holds(condition: str, choices: dict[str, str]) -> bool:
    """Whether choices fulfil a condition such as "isolation=schema|database"; an empty one always holds."""
    name, _, values = condition.partition("=")
    return not condition or choices.get(name) in values.split("|")


@cache
def names() -> tuple[str, ...]:
    """The designs that there are."""
    return tuple(
        sorted(
            each.name
            for each in resources.files("dbwright.designs").iterdir()
            if each.joinpath("design.toml").is_file()
        )
    )


@cache
def load(name: str) -> Design:
    """The design of that name. Raises UsageError where there is none."""
    if name not in names():
        raise UsageError(f"There is no design {name!r}.", hint=f"There are: {', '.join(names())}.")
    text = resources.files("dbwright.designs").joinpath(name, "design.toml").read_text(encoding="utf-8")
    held: dict[str, Any] = tomllib.loads(text)
    return msgspec.convert({**held, "name": name}, Design)
