"""What a rule is, and how rules are found. A rule is one file; adding it touches nothing else."""

import inspect
import pkgutil
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, Literal

import msgspec

from dbwright.catalog.facts import Facts, Question
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.errors import UsageError
from dbwright.finding import Evidence, Finding, Fix, Harm, Location, Severity, Touched

ALL_ENGINES = ("postgres", "mysql", "sqlite")

Bundle = Literal["recommended", "strict", "all"]
BUNDLES: tuple[Bundle, ...] = ("recommended", "strict", "all")
"""Each holds those before it."""

NEEDS = {"catalog": "works on definitions alone", "rows": "needs the rows", "counters": "needs the counters"}
"""What a rule needs to be checked at all, in words."""

_OPTION = re.compile(r"^- `([^`]+)`", re.MULTILINE)
_HARM_OF_GROUP: dict[str, Harm] = {
    "keys": "data",
    "relationships": "data",
    "constraints": "data",
    "types": "data",
    "indexes": "speed",
    "security": "access",
    "time": "data",
    "normal forms": "data",
    "data": "data",
    "locks": "outage",
    "running": "outage",
    "compatibility": "outage",
}


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule looks at: the catalog with its look-up, the facts, the engine's own words, and the configuration.

    engine: "postgres", "mysql" (MariaDB too) or "sqlite". quote: a name as the engine writes it.
    """

    catalog: Catalog
    lookup: Lookup
    engine: str
    facts: Facts = msgspec.field(default_factory=Facts)
    quote: Callable[[str], str] = lambda name: f'"{name}"'
    reserved: frozenset[str] = frozenset()
    name_limit: int | None = None
    name_limit_in_bytes: bool = False
    options: dict[str, Any] = {}

    def place(self, table: Table) -> str:
        """A table as a statement names it."""
        return ".".join(self.quote(part) for part in (table.namespace, table.name) if part)

    def option(self, name: str, default: Any) -> Any:
        """A parameter of the rule from the configuration (`[rules.<rule-name>] name = …`), or its default.

        Raises UsageError where a number was expected and something else is there.
        """
        given = self.options.get(name, default)
        is_number = isinstance(given, int | float) and not isinstance(given, bool)
        if isinstance(default, int | float) and not isinstance(default, bool) and not is_number:
            raise UsageError(f"The option {name} of a rule is {given!r}; it must be a number.")
        return given


class Rule(ABC):
    """The base of all rules.

    The module's docstring is the rule's page, in Markdown: first a sentence on what is found, then the headings
    `## Why`, `## Bad`, `## Good` (each a fenced ```sql block), `## Fix`, and where useful `## Options` and `## References`.
    The rule's name is its file's name with hyphens. Options are listed as "- `name` (default …): what it does".

    code: stable and unique: letters for the group, and digits.
    group: "keys", "relationships", "constraints", "types", "indexes", "names", "design", "security", "time", "normal forms" or
        "suppressions".
    severity: the usual one; a finding may carry another.
    harm: what the fault leads to; by group where a rule doesn't say. A finding may carry another.
    bundle: the smallest bundle that holds the rule: "recommended" (hardly ever a false alarm, worth acting on), "strict" (what
        a careful team wants too) or "all" (also what only some want).
    needs: "catalog" works on definitions alone; "rows" says nothing without answers from the data;
        "counters" says nothing without the engine's statistics.
    """

    code: ClassVar[str]
    group: ClassVar[str]
    severity: ClassVar[Severity] = "warning"
    engines: ClassVar[tuple[str, ...]] = ALL_ENGINES
    needs: ClassVar[str] = "catalog"
    harm: ClassVar[Harm | None] = None
    bundle: ClassVar[Bundle] = "recommended"

    @property
    def name(self) -> str:
        """The rule's name: its file's, with hyphens."""
        return type(self).__module__.rpartition(".")[2].replace("_", "-")

    @property
    def page(self) -> str:
        """The rule's documentation in Markdown."""
        return inspect.cleandoc(import_module(type(self).__module__).__doc__ or "")

    @property
    def title(self) -> str:
        """The first sentence of the page."""
        return self.page.partition("\n\n")[0].replace("\n", " ")

    @property
    def option_names(self) -> tuple[str, ...]:
        """The parameters that the page tells of under `## Options`: each a list item that begins with its name as code."""
        section = f"{self.page}\n## ".partition("\n## Options\n")[2].partition("\n## ")[0]
        return tuple(_OPTION.findall(section))

    @property
    def needs_shown(self) -> str:
        """What the rule needs to be checked at all, in words."""
        return NEEDS[self.needs]

    def questions(self, subject: Subject) -> Iterable[Question]:
        """What the rule would like to know of the rows. Ask little: only of objects that already look suspicious."""
        return ()

    @abstractmethod
    def check(self, subject: Subject) -> Iterable[Finding]:
        """The faults found in the catalog beside the facts."""

    def finding(
        self,
        target: Ref,
        message: str,
        *evidence: Evidence,
        help: str = "",  # noqa: A002 - the field's public name
        fix: Fix | None = None,
        severity: Severity | None = None,
        related: Iterable[Ref] = (),
        location: Location | None = None,
        harm: Harm | None = None,
        touched: Touched | None = None,
        probability: float | None = None,
    ) -> Finding:
        """A finding of this rule."""
        return Finding(
            code=self.code,
            rule=self.name,
            severity=severity or self.severity,
            target=target,
            message=message,
            evidence=evidence,
            help=help,
            fix=fix,
            related=tuple(related),
            location=location,
            harm=harm or self.harm or _HARM_OF_GROUP.get(self.group, "clarity"),
            touched=touched,
            probability=probability,
        )


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of every domain, sorted by code. Importing happens here, on the first call."""
    import dbwright.rules as room

    found: list[Rule] = []
    for domain in pkgutil.iter_modules(room.__path__):
        if not domain.ispkg:
            continue
        package = import_module(f"dbwright.rules.{domain.name}")
        for module in pkgutil.iter_modules(package.__path__):
            if module.name.startswith("_"):
                continue
            content = vars(import_module(f"{package.__name__}.{module.name}"))
            found += [
                each()
                for each in content.values()
                if isinstance(each, type) and issubclass(each, Rule) and each.__module__.endswith(f".{module.name}")
            ]
    return tuple(sorted(found, key=lambda rule: rule.code))


def rule(word: str, known: Sequence[Rule] | None = None) -> Rule:
    """The rule of a code or a name, among the built-in ones where no others are given.

    Raises UsageError for an unknown one, with the nearest names.
    """
    rules = all_rules() if known is None else known
    for each in rules:
        if word.upper() == each.code or word.lower() == each.name:
            return each
    from difflib import get_close_matches

    words = [each.name for each in rules] + [each.code for each in rules]
    near = get_close_matches(word, words, n=3, cutoff=0.5)
    hint = f"Did you mean {', '.join(near)}?" if near else "List them with: dbwright rules"
    raise UsageError(f"There is no rule {word!r}.", hint=hint)
