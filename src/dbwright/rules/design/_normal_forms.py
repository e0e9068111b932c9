"""What the rules on normal forms share: the plausible dependencies of a table, gathered by left side, and how they are told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from dbwright.catalog.dependencies import Attributes, Functional, Measured, Standing
from dbwright.catalog.facts import FindDependencies
from dbwright.catalog.objects import Table
from dbwright.finding import Evidence, Finding, Fix, Severity, Touched
from dbwright.normalize.judgement.judged import Dependencies, Judged
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._copies import AT_THE_TIME
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables

FEWEST_ROWS = 50
"""In fewer rows nearly everything follows from everything."""
LIKELY = 0.75
SURE = 0.9
"""From so plausible on a dependency is worth a note, and a warning."""
_FEWEST_REPEATED = 20
_LARGEST_SHOWN = 3
_ADDRESS = word_set("zip postcode postal plz city town place street district county state region province country")


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """Dependencies of one left side that break a normal form of a table. members: one for each column of the right side."""

    table: Table
    answer: Dependencies
    left: Attributes
    members: tuple[Judged, ...]

    @property
    def right(self) -> tuple[str, ...]:
        """The columns that follow, in the order of the table."""
        names = {name for each in self.members for name in _functional(each).right}
        return tuple(each.name for each in self.table.columns if each.name in names)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that they follow from, in the order of the table."""
        return tuple(each.name for each in self.table.columns if each.name in self.left)

    @property
    def is_reference(self) -> bool:
        """Whether the table that they tell of is there already: the left side is a foreign key to it."""
        return any(frozenset(each.columns) == self.left for each in self.table.foreign_keys)

    @property
    def score(self) -> float:
        """How plausible the most plausible one is."""
        return max(each.score for each in self.members)

    @property
    def accepted(self) -> bool:
        """Whether a person said that one of them is meant."""
        return any(each.decision == "accepted" for each in self.members)

    @property
    def disagreeing(self) -> int:
        """Rows that say something else than most of their group."""
        return max(each.measured.against for each in self.members)

    @property
    def repeated_rows(self) -> int:
        """Rows that repeat what another row says already."""
        return max((each.price.repeated_rows for each in self.members if each.price), default=0)

    @property
    def repeated_bytes(self) -> int:
        """Bytes of the values that are repeated."""
        return sum(each.price.repeated_bytes for each in self.members if each.price)


def asked(subject: Subject) -> Iterator[FindDependencies]:
    """The tables whose rows are worth a search: of a few columns and rows at least."""
    for table in candidates(subject):
        yield FindDependencies(table=table.ref)


def candidates(subject: Subject) -> Iterator[Table]:
    """Tables of the user's own that can break a normal form: three columns or more, and rows enough to tell."""
    fewest = subject.option("rows", FEWEST_ROWS)
    for table in own_tables(subject.catalog):
        rows = subject.facts.rows(table.ref)
        if len(table.columns) >= 3 and rows is not None and rows >= fewest and table.partition_of is None:
            yield table


def answers(subject: Subject) -> Iterator[tuple[Table, Dependencies]]:
    """The tables that were searched, with what was found."""
    for table in candidates(subject):
        answer = subject.facts.ask(FindDependencies(table=table.ref), Dependencies)
        if answer is not None:
            yield table, answer


def broken(subject: Subject, *, plausible: float = LIKELY) -> Iterator[Broken]:
    """The plausible dependencies on something that is no key, by left side."""
    least = subject.option("plausible", plausible)
    tables = {(each.namespace, each.name): each for each in subject.catalog.tables}
    for table, answer in answers(subject):
        keys = keys_of(table, answer)
        gathered: dict[Attributes, list[Judged]] = {}
        for each in answer.judged:
            dependency = each.measured.dependency
            if not isinstance(dependency, Functional) or not dependency.left:
                continue
            if each.decision != "accepted" and _is_kept(dependency, table, tables):
                continue
            if _is_worth_telling(each, least) and not _is_chance(each, dependency, table):
                gathered.setdefault(dependency.left, []).append(each)
        for left, members in gathered.items():
            if not any(key <= left for key in keys):
                yield Broken(table=table, answer=answer, left=left, members=tuple(members))


def keys_of(table: Table, answer: Dependencies) -> list[Attributes]:
    """The keys that are declared, and those that are plausible where none is."""
    declared = [frozenset(key) for key in table.keys]
    return declared or list(answer.keys)


def prime(table: Table, answer: Dependencies) -> Attributes:
    """The columns that belong to some key."""
    return frozenset().union(*keys_of(table, answer)) if keys_of(table, answer) else frozenset()


def _is_worth_telling(each: Judged, plausible: float) -> bool:
    if each.decision == "rejected":
        return False
    if each.decision == "accepted":
        return True
    repeated = each.price.repeated_rows if each.price else 0
    return each.score >= plausible and repeated >= _FEWEST_REPEATED


def _is_chance(each: Judged, dependency: Functional, table: Table) -> bool:
    """Two references that nearly always go together are two facts all the same."""
    references = [frozenset(key.columns) for key in table.foreign_keys]
    refer = any(dependency.right & key for key in references)
    return refer and dependency.left in references and each.decision != "accepted" and each.measured.against > 0


def _is_kept(dependency: Functional, table: Table, tables: Mapping[tuple[str, str], Table]) -> bool:
    """Whether a foreign key includes both sides, and the left one is a key of the parent: then no two rows can disagree.

    It is how the tenant is kept in every row, so that a reference never leads to another one's.
    """
    for key in table.foreign_keys:
        parent = tables.get(key.table)
        there = dict(zip(key.columns, key.referenced, strict=False))
        if parent is not None and dependency.left | dependency.right <= there.keys():
            left = {there[name] for name in dependency.left}
            if any(set(unique) <= left for unique in parent.keys):
                return True
    return False


def _functional(each: Judged) -> Functional:
    dependency = each.measured.dependency
    assert isinstance(dependency, Functional)
    return dependency


# ---------------------------------------------------------------- telling


def told(rule: Rule, subject: Subject, found: Broken, why: str) -> Finding:
    """The finding on the dependencies of one left side. why: the half-sentence that names the normal form."""
    table, left, right = found.table, listed(list(found.key)), listed(list(found.right))
    many = len(found.right) > 1
    message = f"{right} of {table.ref} follow{'' if many else 's'} from {left}, {why}"
    if found.disagreeing:
        rows = count(found.disagreeing, "row")
        message += (
            f"; {rows} already disagree{'s' if found.disagreeing == 1 else ''} with the others of the same {left}"
        )
    size = f" ({_bytes(found.repeated_bytes)})" if found.repeated_bytes else ""
    message += f". {count(found.repeated_rows, 'row')} repeat{'s' if found.repeated_rows == 1 else ''} it{size}."
    help_, title = _way_out(found, left, right)
    return rule.finding(
        table.ref,
        message,
        *_evidence(found),
        help=help_,
        fix=Fix(title, "display"),
        severity=_severity(found),
        related=[table.column_ref(name) for name in (*found.key, *found.right)],
        touched=Touched(rows=found.repeated_rows or None, bytes=found.repeated_bytes or None),
        probability=1.0 if found.accepted else round(found.score, 2),
    )


def _way_out(found: Broken, left: str, right: str) -> tuple[str, str]:
    """What to do, as a sentence and as the title of a fix."""
    name = found.table.name
    if found.is_reference:
        return (
            (
                f"Keep it once, where {left} leads to; where it says what was true at the time, keep the copy and say so: "
                f"`dbwright dependencies … --reject '{name}: {', '.join(found.key)} -> {', '.join(found.right)}'`."
            ),
            f"Keep {right} where {left} leads to",
        )
    return (
        (
            f"Keep what follows from {left} once, in a table of its own; `dbwright normalize … --table {name}` proposes it with its "
            "migration and proof."
        ),
        f"Give {right} a table with the key {left}",
    )


def _severity(found: Broken) -> Severity:
    if found.accepted:
        return "error" if found.disagreeing else "warning"
    # What a reference leads to may have been copied on purpose: the price at the time, the address that it was sent to.
    meant = found.is_reference or _at_the_time(found) or _is_address(found)
    return "warning" if found.score >= SURE and not meant else "note"


def _is_address(found: Broken) -> bool:
    """Whether it is only that parts of an address go together, which nearly everybody keeps beside each other."""
    return all(_ADDRESS.intersection(stem(name)) for name in (*found.key, *found.right))


def _at_the_time(found: Broken) -> bool:
    """Whether all of it looks like what was true when the row was written."""
    return all(AT_THE_TIME.intersection(stem(name)) for name in found.right)


def _evidence(found: Broken) -> Iterator[Evidence]:
    for standing in dict.fromkeys(each.measured.standing for each in found.members):
        members = [each.measured for each in found.members if each.measured.standing == standing]
        names = listed([name for each in members for name in _right(each)])
        yield _seen(members, f"{listed(list(found.key))} → {names}", standing, found.answer)


def _right(each: Measured) -> Sequence[str]:
    return sorted(each.dependency.right) if isinstance(each.dependency, Functional) else ()


def _seen(members: Sequence[Measured], shown: str, standing: Standing, answer: Dependencies) -> Evidence:
    rows = max(each.rows for each in members)
    if standing in (Standing.PROVED, Standing.DECLARED):
        return Evidence(f"{shown} holds in all {count(rows, 'row')}.", basis="data", rows_examined=rows)
    if standing == Standing.NOT_REFUTED:
        return Evidence(
            f"{shown} holds in a sample of {count(rows, 'row')}; not checked on all.",
            basis="data",
            proved=False,
            rows_examined=rows,
        )
    worst = max(members, key=lambda each: each.against)
    violation = worst.violations[0] if worst.violations else None
    return Evidence(
        f"{shown} holds but for {count(worst.against, 'row')} of {rows:,}.",
        basis="data",
        proved=not answer.sampled,
        rows_examined=rows,
        columns=violation.columns if violation else (),
        rows=violation.rows[:_LARGEST_SHOWN] if violation else (),
        sql=worst.sql,
    )


def _bytes(count: int) -> str:
    number = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            return f"{number:,.0f} {unit}" if unit == "bytes" or number >= 10 else f"{number:.1f} {unit}"
        number /= 1024
    raise AssertionError


def columns_of(table: Table, names: Iterable[str]) -> list[str]:
    """Some columns in the order of the table."""
    wanted = set(names)
    return [each.name for each in table.columns if each.name in wanted]
