"""Which rules run."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from dbwright.errors import UsageError
from dbwright.rules.base import BUNDLES, Bundle, Rule, all_rules, rule
from dbwright.rules.migrating import MigrationRule

_OF_EVERY_RULE = ("severity",)
"""What can be set for every rule beside its own options."""


def matches(word: str, each: Rule) -> bool:
    """Whether a word names a rule: its code, the beginning of it, its name, its group, or a bundle that holds it."""
    if word.lower() in BUNDLES:
        return word.lower() in BUNDLES[BUNDLES.index(each.bundle) :]
    if word.lower() in (each.name, each.group):
        return True
    whole = len(word) == 1 or any(letter.isdigit() for letter in word) or each.code.rstrip("0123456789") == word.upper()
    return each.code.startswith(word.upper()) and whole


def select_rules(
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    *,
    bundle: Bundle = "recommended",
    known: Sequence[Rule] | None = None,
) -> tuple[Rule, ...]:
    """The rules on schemas that are selected (those of the bundle where nothing is) and not ignored.

    known: all rules there are; the built-in ones where it is None.
    Raises UsageError for a word that names none, and where all that is selected are rules on migrations.
    """
    must_name_rules((*select, *ignore), known)
    wanted = tuple(each for each in _known(known) if not isinstance(each, MigrationRule))
    if select and not _selected(wanted, select):
        raise UsageError(
            f"{', '.join(select)}: these are rules on migrations, not on schemas.", hint="Run them with: dbwright lint"
        )
    return _chosen(wanted, select or (bundle,), ignore)


def select_migration_rules(
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    *,
    configured: Sequence[str] = (),
    known: Sequence[Rule] | None = None,
) -> tuple[MigrationRule, ...]:
    """The rules on migrations that are selected (all where nothing is) and not ignored.

    configured: what the settings select, where `select` is empty; what they select for reviews alone does not count.
    Raises UsageError for a word that names no rule, and where `select` names none on migrations.
    """
    must_name_rules((*select, *configured, *ignore), known)
    wanted = tuple(each for each in _known(known) if isinstance(each, MigrationRule))
    if select and not _selected(wanted, select):
        raise UsageError(
            f"{', '.join(select)}: these are rules on schemas, not on migrations.",
            hint="Run them with: dbwright review",
        )
    words = select or (configured if _selected(wanted, configured) else ())
    return tuple(each for each in _chosen(wanted, words, ignore) if isinstance(each, MigrationRule))


def must_name_rules(words: Iterable[str], known: Sequence[Rule] | None = None) -> None:
    """Raise UsageError, with the nearest names, for a word that names no rule."""
    rules = _known(known)
    for word in words:
        if not any(matches(word, each) for each in rules):
            rule(word, rules)


def must_be_options(options: Mapping[str, Mapping[str, Any]], known: Sequence[Rule] | None = None) -> None:
    """Raise UsageError for parameters of `[rules.<name>]` that the rule's page does not tell of."""
    must_name_rules(options, known)
    for word, given in options.items():
        named = rule(word, known)
        allowed = (*_OF_EVERY_RULE, *named.option_names)
        for name in given:
            if name not in allowed:
                near = get_close_matches(name, allowed, n=1)
                hint = f"Did you mean {near[0]}?" if near else f"It has: {', '.join(allowed)}."
                raise UsageError(f"The rule {named.name} has no option {name!r}.", hint=hint)


def _known(known: Sequence[Rule] | None) -> Sequence[Rule]:
    return all_rules() if known is None else known


def _selected(rules: Sequence[Rule], words: Sequence[str]) -> bool:
    return any(matches(word, each) for each in rules for word in words)


def _chosen(rules: Sequence[Rule], select: Sequence[str], ignore: Sequence[str]) -> tuple[Rule, ...]:
    return tuple(
        each
        for each in rules
        if (not select or any(matches(word, each) for word in select))
        and not any(matches(word, each) for word in ignore)
    )
