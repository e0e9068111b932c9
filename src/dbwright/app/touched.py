"""How much each finding touches: rows, bytes, and queries that the server has run."""

import re
from collections.abc import Iterable

import msgspec

from dbwright.catalog.facts import Facts
from dbwright.catalog.names import Ref
from dbwright.finding import Finding, Touched

_WORD = re.compile(r"\w+")


def with_touched(findings: Iterable[Finding], facts: Facts) -> list[Finding]:
    """The findings with what they touch, as far as it was measured.

    rows: those that the rule counted, else those of the table. bytes: of the index or the table that the finding is on.
    queries: the calls of the statements, as the server counts them, that name the table.
    """
    if not facts.has_rows:
        return list(findings)
    calls = _calls_by_word(facts)
    return [_touching(finding, facts, calls) for finding in findings]


def _touching(finding: Finding, facts: Facts, calls: dict[str, int]) -> Finding:
    target = finding.target
    if len(target.path) < 2:
        return finding
    table = facts.tables.get(Ref("table", target.path[:2]))
    index = facts.indexes.get(target)
    given = finding.touched or Touched()
    touched = Touched(
        rows=given.rows if given.rows is not None else table.rows if table else None,
        bytes=given.bytes if given.bytes is not None else index.bytes if index else table.bytes if table else None,
        queries=given.queries if given.queries is not None else calls.get(target.path[1].casefold()),
    )
    return finding if touched == Touched() else msgspec.structs.replace(finding, touched=touched)


def _calls_by_word(facts: Facts) -> dict[str, int]:
    """How often statements that hold a word were run."""
    calls: dict[str, int] = {}
    for query in facts.queries:
        for word in {word.casefold() for word in _WORD.findall(query.sql)}:
            calls[word] = calls.get(word, 0) + query.calls
    return calls
