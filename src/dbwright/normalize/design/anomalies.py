"""What goes wrong with a table as long as it is not taken apart, shown on its own rows. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from dbwright.catalog.dependencies import Functional, Violation
from dbwright.normalize.design.proposal import Anomaly

_SHOWN = 3
_COLUMNS = 3
_LONG = 40

Row = Sequence[object]


def anomalies(
    table: str,
    columns: Sequence[str],
    rows: Sequence[Row],
    functional: Iterable[Functional],
    key: Sequence[str],
    *,
    whole: bool,
    hidden: Iterable[str] = (),
    most: int = 3,
) -> tuple[Anomaly, ...]:
    """One of each kind for those dependencies that repeat the most values.

    rows: of the table, as many as were read; whole: whether these are all. key: the table's own key, as far as it is known.
    hidden: columns whose values are not to be shown.
    """
    place = {name: at for at, name in enumerate(columns)}
    secret = frozenset(hidden)
    counted: list[tuple[int, Functional, Counter[tuple[object, ...]]]] = []
    by_left: dict[frozenset[str], set[str]] = {}
    for each in functional:
        if each.left and each.left | each.right <= place.keys() and not each.left >= frozenset(key or columns):
            by_left.setdefault(each.left, set()).update(each.right - each.left)
    for left, right in by_left.items():
        ordered = sorted(left, key=place.__getitem__)
        counts = Counter(tuple(row[place[name]] for name in ordered) for row in rows)
        for value in [value for value in counts if None in value]:
            del counts[value]
        repeated = sum(count - 1 for count in counts.values())
        if repeated:
            counted.append((repeated * len(right), Functional(left=left, right=frozenset(right)), counts))
    counted.sort(key=lambda item: (-item[0], sorted(place[name] for name in item[1].left)))
    found: list[Anomaly] = []
    for _, dependency, counts in counted[:most]:
        found += _of(table, columns, rows, dependency, counts, key, whole=whole, secret=secret)
    return tuple(found)


def _of(
    table: str,
    columns: Sequence[str],
    rows: Sequence[Row],
    dependency: Functional,
    counts: Counter[tuple[object, ...]],
    key: Sequence[str],
    *,
    whole: bool,
    secret: frozenset[str],
) -> Iterable[Anomaly]:
    place = {name: at for at, name in enumerate(columns)}
    left = sorted(dependency.left, key=place.__getitem__)
    right = sorted(dependency.right, key=place.__getitem__)
    shown = [*[name for name in key if name not in left][:2], *left, *right[:_COLUMNS]]
    value, count = counts.most_common(1)[0]
    at_least = "" if whole else "at least "

    def example(of: tuple[object, ...]) -> Violation:
        chosen = [row for row in rows if tuple(row[place[name]] for name in left) == of][:_SHOWN]
        return Violation(
            columns=tuple(shown),
            rows=tuple(tuple(_text(row[place[name]], name in secret) for name in shown) for row in chosen),
        )

    told = ", ".join(f"{name} {_text(each, name in secret)}" for name, each in zip(left, value, strict=True))
    facts = _listed(right)
    yield Anomaly(
        kind="update",
        sentence=f"{facts} of {told} stand in {at_least}{count:,} rows of {table}: a change must reach all of them, and a row "
        "that is forgotten says something else."
        if len(right) > 1
        else f"{facts} of {told} stands in {at_least}{count:,} rows of {table}: a change must reach all of them, and a row "
        "that is forgotten says something else.",
        rows=example(value),
    )
    if key and not frozenset(key) & dependency.left:
        yield Anomaly(
            kind="insert",
            sentence=f"A new {' and '.join(left)} with its {facts} can't be stored before there is a row with {_listed(key)} for it.",
        )
    lone = next((of for of, number in counts.items() if number == 1), None) if whole else None
    if lone is not None:
        told = ", ".join(f"{name} {_text(each, name in secret)}" for name, each in zip(left, lone, strict=True))
        yield Anomaly(
            kind="delete",
            sentence=f"{told} stands in one row only: when it is deleted, {facts} {'are' if len(right) > 1 else 'is'} lost with it.",
            rows=example(lone),
        )


def _listed(names: Sequence[str]) -> str:
    if len(names) > _COLUMNS + 1:
        return f"{', '.join(names[:_COLUMNS])} and {len(names) - _COLUMNS} more columns"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _text(value: object, hidden: bool) -> str | None:
    if value is None:
        return None
    if hidden:
        return "…"
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
