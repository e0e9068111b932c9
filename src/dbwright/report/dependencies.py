"""Dependencies found, judged and priced: as text for a terminal and as JSON. The results of --check too."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from dbwright.catalog.dependencies import (
    Discovery,
    Functional,
    Join,
    Measured,
    Multivalued,
    Standing,
    UniqueColumns,
    Violation,
)
from dbwright.catalog.names import Ref
from dbwright.normalize.judgement.judged import Judged
from dbwright.normalize.judgement.plausibility import FOLLOWS_FROM_ACCEPTED
from dbwright.normalize.judgement.written import written
from dbwright.normalize.theory.notation import show, show_set
from dbwright.report.base import counted, number, size
from dbwright.report.page import Page
from dbwright.report.text import printable

FORMAT = "dbwright-dependencies/1"
SHOWN_ABOVE = 0.5
"""What is less plausible is counted, and shown where all is asked for."""
_REASONS, _DOUBTS = 3, 2
_MOST_KEYS = 4
_LEAST_KEY = 0.1
_EXAMPLES = 2
INDENT = 9


class TableDependencies(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of one table: where it is from, what was found, and what is thought of it, the most plausible first."""

    table: Ref
    origin: str
    discovery: Discovery
    judged: tuple[Judged, ...]
    notes: tuple[str, ...] = ()


# ---------------------------------------------------------------- text


def render(
    tables: Sequence[TableDependencies],
    *,
    everything: bool = False,
    colour: bool = False,
    width: int = 100,
    review: str = "",
) -> str:
    """The dependencies of some tables as text. everything: the implausible too. review: the command that asks, for the last line."""
    page = Page(width, colour)
    lines: list[str] = []
    for table in tables:
        lines += [*_table(table, page, everything), ""]
    if review and any(_open(table) for table in tables):
        lines += [page.paint("Decide on them one question at a time:", "faint"), f"  {printable(review)}", ""]
    return "\n".join(lines[:-1]) + "\n" if lines else "There is no table to look at.\n"


def _table(table: TableDependencies, page: Page, everything: bool) -> Iterator[str]:
    discovery = table.discovery
    yield from page.wrapped(f"{table.table} ({table.origin})", 0, style="bold")
    yield from page.wrapped(_extent(discovery), 0, style="faint")
    keys = [each for each in table.judged if isinstance(each.measured.dependency, UniqueColumns)]
    unique = [each.measured.dependency.columns for each in keys if isinstance(each.measured.dependency, UniqueColumns)]
    functional = [
        each
        for each in table.judged
        if isinstance(each.measured.dependency, Functional)
        and (everything or each.decision or not any(key <= each.measured.dependency.left for key in unique))
    ]
    follow = [] if everything else [each for each in functional if _follows(each)]
    functional = [each for each in functional if each not in follow]
    others = [each for each in table.judged if not isinstance(each.measured.dependency, Functional | UniqueColumns)]
    for title, part in (
        ("Keys", _keys(keys, everything)),
        ("Dependencies, the most plausible first", _grouped(_shown(functional, everything))),
        ("Other regularities", _shown(others, everything)),
    ):
        if part:
            yield ""
            yield page.paint(title, "bold")
            for each in part:
                yield from _entry(each, discovery, page)
    count = len(functional) - len(_shown(functional, everything)) + len(others) - len(_shown(others, everything))
    by_keys = (
        sum(isinstance(each.measured.dependency, Functional) for each in table.judged) - len(functional) - len(follow)
    )
    yield ""
    yield from _left_out(by_keys, len(follow), count, len(keys) - len(_keys(keys, everything)), table, page)
    if table.notes:
        yield ""
        yield page.paint("Notes", "bold")
        for note in table.notes:
            yield from page.wrapped(note, 2, lead="- ")


def _extent(discovery: Discovery) -> str:
    size_of = f"{counted(discovery.rows, 'row')}, {counted(len(discovery.columns), 'column')}."
    if discovery.read < discovery.rows:
        how = f"{number(discovery.read)} of them were mined; each line says whether all rows were looked at."
    else:
        how = "Every row was looked at."
    capped = "" if discovery.max_left is None else f" Up to {counted(discovery.max_left, 'column')} on the left side."
    nulls = " NULL equals NULL." if discovery.nulls == "equal" else " No NULL equals another."
    unfinished = "" if discovery.complete else " The search is not complete."
    return f"{size_of} {how}{capped}{nulls}{unfinished}"


def _keys(keys: Sequence[Judged], everything: bool) -> list[Judged]:
    """The keys to show: the plausible ones, or at least the best."""
    if everything:
        return list(keys)
    likely = [each for each in keys if each.score >= SHOWN_ABOVE or each.decision]
    best = [each for each in keys[:1] if each.score >= _LEAST_KEY]
    return (likely or best)[:_MOST_KEYS]


def _shown(judged: Sequence[Judged], everything: bool) -> list[Judged]:
    return [each for each in judged if everything or each.score >= SHOWN_ABOVE or each.decision]


def _grouped(judged: Sequence[Judged]) -> list[Judged]:
    """Functional dependencies of one left side, standing, decision and about one plausibility as one."""
    groups: dict[tuple[object, ...], list[Judged]] = {}
    for each in judged:
        measured = each.measured
        assert isinstance(measured.dependency, Functional)
        against = (measured.against, min(measured.dependency.right)) if measured.against else None
        band = min(9, int(each.score * 10))
        key = (measured.dependency.left, measured.standing, each.decision, band, against)
        groups.setdefault(key, []).append(each)
    return [_together(group) for group in groups.values()]


def _together(group: Sequence[Judged]) -> Judged:
    first = group[0]
    rights: set[str] = set()
    repeated = 0
    for each in group:
        assert isinstance(each.measured.dependency, Functional)
        rights |= each.measured.dependency.right
        repeated += each.price.repeated_bytes if each.price else 0
    assert isinstance(first.measured.dependency, Functional)
    measured = msgspec.structs.replace(
        first.measured, dependency=Functional(first.measured.dependency.left, frozenset(rights))
    )
    price = msgspec.structs.replace(first.price, repeated_bytes=repeated) if first.price else None
    reasons = first.reasons if len(group) == 1 else _shared(group)
    return msgspec.structs.replace(first, measured=measured, price=price, reasons=reasons)


def _shared(group: Sequence[Judged]) -> tuple[tuple[str, float], ...]:
    """The reasons that hold for all of a group."""
    others = [{told for told, _ in each.reasons} for each in group[1:]]
    return tuple((told, weight) for told, weight in group[0].reasons if all(told in other for other in others))


def _entry(each: Judged, discovery: Discovery, page: Page) -> Iterator[str]:
    lead = f"{each.decision}  " if each.decision else f"{page.percent(each.score):>7}  "
    yield from page.hanging(lead, sentence_of(each.measured, discovery.columns), INDENT, style="bold")
    facts = [standing_told(each.measured, discovery)]
    if each.price and each.price.repeated_rows:
        took = f" ({size(each.price.repeated_bytes)})" if each.price.repeated_bytes else ""
        facts.append(f"repeats {counted(each.price.repeated_rows, 'row')}{took}")
        facts.append(f"a table of its own: {counted(each.price.join_rows, 'row')}")
    yield from page.wrapped(" · ".join(facts), INDENT)
    if not each.decision:
        because = [told for told, weight in each.reasons if weight > 0][:_REASONS]
        doubts = [told for told, weight in each.reasons if weight < -0.5][:_DOUBTS]
        for lead, reasons in (("", because), ("but ", doubts)):
            if reasons:
                yield from page.wrapped(lead + "; ".join(_short(reasons, each.measured)), INDENT, style="faint")
    yield from violations_shown(each.measured.violations[:_EXAMPLES], page)


def _short(reasons: Sequence[str], measured: Measured) -> list[str]:
    """Reasons below the dependency that they are of: the name of its only column on the left is not said again."""
    dependency = measured.dependency
    left = (
        dependency.left
        if isinstance(dependency, Functional)
        else dependency.columns
        if isinstance(dependency, UniqueColumns)
        else ()
    )
    lead = f"{next(iter(left))} " if len(left) == 1 else " "
    return [each.removeprefix(lead).removeprefix("is ") if each.startswith(lead) else each for each in reasons]


def sentence_of(measured: Measured, columns: Sequence[str]) -> str:
    """A dependency as people write it."""
    dependency = measured.dependency
    if isinstance(dependency, UniqueColumns):
        named = [name for name in columns if name in dependency.columns]
        return show_set(named) if named else "no columns at all: there is one row at most"
    if isinstance(dependency, Functional):
        return show(dependency, columns)
    return written(dependency, columns).replace("->>", "↠").replace("->", "→").replace("<=", "≤")


def standing_told(measured: Measured, discovery: Discovery | None = None) -> str:
    match measured.standing:
        case Standing.DECLARED:
            return "declared"
        case Standing.PROVED:
            if discovery is not None and discovery.read >= discovery.rows == measured.rows:
                return "proved"  # on which rows stands above
            return f"proved on all {counted(measured.rows, 'row')}"
        case Standing.NOT_REFUTED:
            return f"not refuted on {counted(measured.rows, 'row')} of a sample"
        case Standing.APPROXIMATE:
            return f"approximate: {_against(measured)}"
        case Standing.REFUTED:
            return f"refuted: {_against(measured)}"


def _against(measured: Measured) -> str:
    if isinstance(measured.dependency, Multivalued | Join):
        are = "is" if measured.against == 1 else "are"
        return f"{counted(measured.against, 'row')} that it asks for beside the {number(measured.rows)} {are} missing"
    rows = counted(measured.against, "row")
    share = f" ({_share(measured.error)})" if measured.error else ""
    of = f" of {number(measured.rows)}" if measured.rows else ""
    return f"{rows}{of}{share} {'is' if measured.against == 1 else 'are'} against it"


def _share(share: float) -> str:
    """A share as people read it: never 100 % for what is less, and two digits of a small one."""
    percent = 100 * share
    if share < 1 and percent >= 99.5:
        return "> 99 %"
    return f"{percent:.0f} %" if percent >= 9.95 else f"{percent:.2g} %"


def violations_shown(violations: Iterable[Violation], page: Page) -> Iterator[str]:
    for each in _below_each_other(violations):
        columns = (*each.columns, "rows") if each.counts else each.columns
        counts: tuple[str | None, ...] = tuple(map(number, each.counts))
        rows = [(*row, counts[at]) if each.counts else row for at, row in enumerate(each.rows)]
        yield from page.table(columns, rows, INDENT + 2)


def _below_each_other(violations: Iterable[Violation]) -> Iterator[Violation]:
    """Rows that are against something each by itself, as one table."""
    together: Violation | None = None
    for each in violations:
        alone = len(each.rows) == 1
        if together is not None and alone and together.columns == each.columns:
            together = msgspec.structs.replace(
                together, rows=together.rows + each.rows, counts=together.counts + each.counts
            )
            continue
        if together is not None:
            yield together
        together = each if alone else None
        if not alone:
            yield each
    if together is not None:
        yield together


def _left_out(by_keys: int, follow: int, count: int, keys: int, table: TableDependencies, page: Page) -> Iterator[str]:
    total = sum(isinstance(each.measured.dependency, Functional) for each in table.judged)
    least = f"less than {round(100 * SHOWN_ABOVE)} % plausible"
    accidents = "an accident of these rows" if count == 1 else "accidents of these rows"
    parts = [
        f"{number(by_keys)} {'says' if by_keys == 1 else 'say'} no more than the keys do" if by_keys else "",
        f"{number(follow)} {'follows' if follow == 1 else 'follow'} from what was accepted" if follow else "",
        f"{number(count)} {'is' if count == 1 else 'are'} {least}, {accidents}" if count else "",
        f"{counted(keys, 'further combination')} of columns {'is' if keys == 1 else 'are'} unique" if keys else "",
    ]
    left_out = "; ".join(filter(None, parts))
    if not total:
        found = "was found to depend" if table.discovery.complete else "has been found to depend so far"
        hold = f"No column {found} on others"
    else:
        hold = f"{counted(total, 'dependency', 'dependencies')} between columns {'holds' if total == 1 else 'hold'}"
    text = f"{hold}. Not shown: {left_out} (--all shows them)." if left_out else f"{hold}."
    yield from page.wrapped(text, 0, style="faint")


def _follows(each: Judged) -> bool:
    return not each.decision and any(told == FOLLOWS_FROM_ACCEPTED for told, _ in each.reasons)


def _open(table: TableDependencies) -> bool:
    return any(not each.decision and SHOWN_ABOVE <= each.score < 1 for each in table.judged)


# ---------------------------------------------------------------- JSON


def as_json(tables: Sequence[TableDependencies]) -> str:
    """All that was found, the implausible too, as a documented contract that only grows."""
    return encoded({"format": FORMAT, "tables": [_table_json(each) for each in tables]})


def _table_json(table: TableDependencies) -> dict[str, Any]:
    discovery = table.discovery
    return {
        "table": str(table.table),
        "origin": table.origin,
        "columns": discovery.columns,
        "rows": discovery.rows,
        "read": discovery.read,
        "nulls": discovery.nulls,
        "max_left": discovery.max_left,
        "complete": discovery.complete,
        "seconds": round(discovery.seconds, 3),
        "notes": table.notes,
        "found": [
            measured_json(each.measured, discovery.columns)
            | {
                "score": each.score,
                "decision": each.decision or None,
                "reasons": [{"told": told, "weight": weight} for told, weight in each.reasons],
                "price": each.price,
            }
            for each in table.judged
        ],
    }


def measured_json(measured: Measured, columns: Sequence[str]) -> dict[str, Any]:
    return {
        "text": written(measured.dependency, columns),
        "dependency": measured.dependency,
        "standing": measured.standing,
        "rows": measured.rows,
        "error": measured.error,
        "against": measured.against,
        "groups": measured.groups,
        "violations": measured.violations,
        "sql": measured.sql,
    }


def encoded(content: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(content, order="deterministic"), indent=2).decode()
