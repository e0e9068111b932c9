"""Suppressions: findings that somebody has looked at and accepted, with the reason."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

import msgspec

from dbwright.app.select import matches, must_name_rules
from dbwright.app.settings import Settings
from dbwright.finding import Finding, Location
from dbwright.readers.sql.suppressions import Suppression
from dbwright.rules.base import Rule, all_rules
from dbwright.rules.suppressions.suppression_without_reason import SuppressionWithoutReason
from dbwright.rules.suppressions.unused_suppression import UnusedSuppression


class Suppressed(msgspec.Struct, frozen=True):
    """The findings that are left, with those on the suppressions themselves, and how many were suppressed."""

    findings: tuple[Finding, ...]
    suppressed: int


def apply_suppressions(
    findings: Sequence[Finding],
    written: Iterable[Suppression],
    settings: Settings,
    rules: Sequence[Rule],
    known: Sequence[Rule] | None = None,
) -> Suppressed:
    """Take out what comments in the source, `[[suppress]]` entries and `per-path-ignores` suppress.

    known: all rules there are; the built-in ones where it is None.
    A suppression of rules that did not run is not called unused: nobody can know.
    Raises UsageError for a suppression in the configuration that names no rule.
    """
    for words in (*(entry.rules for entry in settings.suppress), *settings.per_path_ignores.values()):
        must_name_rules(words, known)
    left = list(findings)
    remarks: list[Finding] = []
    for comment in written:
        kept = [each for each in left if not (_names(comment.codes, each, rules) and _covers(comment, each))]
        used = len(kept) < len(left) or not _ran(comment.codes, rules, known)
        remarks += _remarks(comment.codes, "", comment.reason, used, comment.location)
        left = kept
    for entry in settings.suppress:
        kept = [each for each in left if not (_names(entry.rules, each, rules) and _is_at(each, entry.object))]
        used = len(kept) < len(left) or not _ran(entry.rules, rules, known)
        remarks += _remarks(entry.rules, f"on {entry.object} in the configuration", entry.reason, used, None)
        left = kept
    for pattern, words in settings.per_path_ignores.items():
        left = [each for each in left if not (_names(words, each, rules) and _is_at(each, pattern))]
    return Suppressed((*left, *remarks), len(findings) - len(left))


def _names(words: Iterable[str], finding: Finding, rules: Sequence[Rule]) -> bool:
    """Whether one of the words names the finding's rule."""
    return any(matches(word, each) for each in rules if each.code == finding.code for word in words)


def _ran(words: Sequence[str], rules: Sequence[Rule], every: Sequence[Rule] | None) -> bool:
    """Whether a rule that the words name has run; words that name no rule at all can never suppress anything."""
    known = any(matches(word, each) for each in every or all_rules() for word in words)
    return not known or any(matches(word, each) for each in rules for word in words)


def _covers(comment: Suppression, finding: Finding) -> bool:
    """Whether a comment is about the place that a finding stands at: its line, or anywhere in its file."""
    place = finding.location
    if place is None or place.path != comment.location.path:
        return False
    return comment.whole_file or place.line == comment.target_line


def _is_at(finding: Finding, pattern: str) -> bool:
    """Whether a glob fits the target's dotted name, with or without its namespace, one above it, or its file."""
    path = finding.target.path
    names = {".".join(path[start:end]) for start in (0, 1) for end in range(start + 1, len(path) + 1)}
    if finding.location:
        names.add(finding.location.path)
    return any(fnmatchcase(name, pattern) for name in names)


def _remarks(
    words: Sequence[str], where: str, reason: str | None, used: bool, location: Location | None
) -> list[Finding]:
    """What there is to say of a suppression itself."""
    codes = ", ".join(words)
    found = []
    if not used:
        found.append(UnusedSuppression().report(codes, where, location))
    if not reason:
        found.append(SuppressionWithoutReason().report(codes, where, location))
    return found
