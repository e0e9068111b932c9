"""How findings are grouped and folded, whatever format shows them."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from dbwright.catalog.names import Ref
from dbwright.finding import SEVERITIES, Finding, Harm, Severity, by_harm

_OF_TABLES = frozenset(
    ("table", "column", "primary_key", "unique", "foreign_key", "check", "exclusion", "index", "trigger", "policy")
)


class Group(msgspec.Struct, frozen=True):
    """The findings on one table with its parts, or on one object that is no table, most harmful first."""

    ref: Ref
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many findings of each severity, most harmful first."""
        counted = Counter(finding.severity for finding in self.findings)
        return tuple(counted[severity] for severity in SEVERITIES)


def holder(ref: Ref) -> Ref:
    """The table that an object belongs to; the object itself where it belongs to none."""
    return ref.table if ref.kind in _OF_TABLES and len(ref.path) >= 2 else ref


def groups(findings: Sequence[Finding]) -> tuple[Group, ...]:
    """Findings by table: the table with the worst finding first, then the one with more of them, then by name."""
    gathered: dict[Ref, list[Finding]] = {}
    for finding in findings:
        gathered.setdefault(holder(finding.target), []).append(finding)
    found = [
        Group(ref, tuple(sorted(each, key=lambda one: (SEVERITIES.index(one.severity), one.code, one.target))))
        for ref, each in gathered.items()
    ]
    return tuple(sorted(found, key=lambda group: ([-count for count in group.counts], group.ref)))


class Section(msgspec.Struct, frozen=True):
    """The findings of one severity that lead to the same harm, by table and rule."""

    severity: Severity
    harm: Harm
    findings: tuple[Finding, ...]


def sections(findings: Iterable[Finding]) -> tuple[Section, ...]:
    """Findings by severity and harm, both worst first, and within by table."""
    gathered: dict[tuple[Severity, Harm], list[Finding]] = {}
    for finding in sorted(findings, key=by_harm):
        gathered.setdefault((finding.severity, finding.harm), []).append(finding)
    return tuple(Section(severity, harm, tuple(found)) for (severity, harm), found in gathered.items())


class Block(msgspec.Struct, frozen=True):
    """Findings that stand together: those shown in full, and those of the same rule that a line each is enough for."""

    full: tuple[Finding, ...]
    brief: tuple[Finding, ...] = ()


_FOLDED_ABOVE, _IN_FULL = 4, 3


def blocks(findings: Sequence[Finding]) -> tuple[Block, ...]:
    """Findings with those of a rule that found very much folded into one block, where the first of them stands."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.code, []).append(finding)
    folded = {code: found for code, found in by_rule.items() if len(found) > _FOLDED_ABOVE}
    made: list[Block] = []
    for finding in findings:
        if finding.code not in folded:
            made.append(Block((finding,)))
        elif finding is folded[finding.code][0]:
            found = folded[finding.code]
            made.append(Block(tuple(found[:_IN_FULL]), tuple(found[_IN_FULL:])))
    return tuple(made)
