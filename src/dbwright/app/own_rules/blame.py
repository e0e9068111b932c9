"""What a project's own rule does wrong while it runs, told by its file and line; a fault of a built-in rule stays our own."""

import sys
import traceback
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from dbwright.catalog.names import Ref
from dbwright.errors import DbwrightError, UsageError
from dbwright.finding import Finding
from dbwright.rules.base import Rule

MODULES = "dbwright_rules_"
"""How the names of the modules begin that hold a project's own rules."""
_T = TypeVar("_T")


def run_rule(rule: Rule, method: Callable[[], Iterable[_T]], kind: type[_T]) -> list[_T]:
    """All that one of the rule's methods yields, each of it of a kind.

    Raises UsageError where a project's own rule raises or yields something else.
    """
    module = type(rule).__module__
    if not module.startswith(MODULES):
        return list(method())
    file = sys.modules[module].__file__ or module
    named = f"the rule {rule.code} {rule.name}"
    try:
        results: list[Any] = list(method())
    except DbwrightError:
        raise
    except (Exception, SystemExit) as error:  # whatever a project's own code raises
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
        place = f"{file}:{lines[-1]}" if lines else file
        told = f"{type(error).__name__}: {error}".removesuffix(": ").rstrip(".")
        hint = f"Correct it, or leave it out with --ignore {rule.code}."
        raise UsageError(f"{place}: {named} failed: {told}.", hint=hint) from error
    for each in results:
        if not isinstance(each, kind):
            raise UsageError(f"{file}: {named} yields {each!r}.", hint="Yield what self.finding(…) returns.")
        target: Any = each.target if isinstance(each, Finding) else None
        if target is not None and not isinstance(target, Ref):
            hint = "Name an object by its ref: table.ref or table.ref.child('column', name)."
            raise UsageError(f"{file}: {named} names {target!r} as what is at fault.", hint=hint)
    return results
