"""Which rules run."""

from collections.abc import Iterable, Sequence

from dbwright.errors import UsageError
from dbwright.rules.base import Rule, all_rules, rule
from dbwright.rules.migrating import MigrationRule


def matches(word: str, each: Rule) -> bool:
    """Whether a word names a rule: its code, the beginning of it, its name, its group, or "all"."""
    if word.lower() in ("all", each.name, each.group):
        return True
    return each.code.startswith(word.upper()) and (len(word) == 1 or any(letter.isdigit() for letter in word))


def select_rules(select: Sequence[str] = (), ignore: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules on schemas that are selected (all where nothing is) and not ignored.

    Raises UsageError for a word that names none, and where all that is selected are rules on migrations.
    """
    must_name_rules((*select, *ignore))
    wanted = tuple(each for each in all_rules() if not isinstance(each, MigrationRule))
    if select and not _selected(wanted, select):
        raise UsageError(
            f"{', '.join(select)}: these are rules on migrations, not on schemas.", hint="Run them with: dbwright lint"
        )
    return _chosen(wanted, select, ignore)


def select_migration_rules(
    select: Sequence[str] = (), ignore: Sequence[str] = (), *, configured: Sequence[str] = ()
) -> tuple[MigrationRule, ...]:
    """The rules on migrations that are selected (all where nothing is) and not ignored.

    configured: what the settings select, where `select` is empty; what they select for reviews alone does not count.
    Raises UsageError for a word that names no rule, and where `select` names none on migrations.
    """
    must_name_rules((*select, *configured, *ignore))
    wanted = tuple(each for each in all_rules() if isinstance(each, MigrationRule))
    if select and not _selected(wanted, select):
        raise UsageError(
            f"{', '.join(select)}: these are rules on schemas, not on migrations.",
            hint="Run them with: dbwright review",
        )
    words = select or (configured if _selected(wanted, configured) else ())
    return tuple(each for each in _chosen(wanted, words, ignore) if isinstance(each, MigrationRule))


def must_name_rules(words: Iterable[str]) -> None:
    """Raise UsageError, with the nearest names, for a word that names no rule."""
    for word in words:
        if not any(matches(word, each) for each in all_rules()):
            rule(word)


def _selected(rules: Sequence[Rule], words: Sequence[str]) -> bool:
    return any(matches(word, each) for each in rules for word in words)


def _chosen(rules: Sequence[Rule], select: Sequence[str], ignore: Sequence[str]) -> tuple[Rule, ...]:
    return tuple(
        each
        for each in rules
        if (not select or any(matches(word, each) for word in select))
        and not any(matches(word, each) for word in ignore)
    )
