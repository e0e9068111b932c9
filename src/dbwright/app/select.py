"""Which rules run."""

from collections.abc import Iterable, Sequence

from dbwright.rules.base import Rule, all_rules, rule


def matches(word: str, each: Rule) -> bool:
    """Whether a word names a rule: its code, the beginning of it, its name, its group, or "all"."""
    if word.lower() in ("all", each.name, each.group):
        return True
    return each.code.startswith(word.upper()) and (len(word) == 1 or any(letter.isdigit() for letter in word))


def select_rules(select: Sequence[str] = (), ignore: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules that are selected (all where nothing is) and not ignored. Raises UsageError for a word that names none."""
    must_name_rules((*select, *ignore))
    return tuple(
        each
        for each in all_rules()
        if (not select or any(matches(word, each) for word in select))
        and not any(matches(word, each) for word in ignore)
    )


def must_name_rules(words: Iterable[str]) -> None:
    """Raise UsageError, with the nearest names, for a word that names no rule."""
    for word in words:
        if not any(matches(word, each) for each in all_rules()):
            rule(word)
