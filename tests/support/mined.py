"""Rows as a discovery and a profile, found by trying everything: for tests of what is made of them."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from dbwright.catalog.dependencies import Discovery, Functional, Measured, Standing, UniqueColumns
from dbwright.catalog.names import Ref
from dbwright.catalog.profiles import ColumnProfile, TableProfile
from dbwright.catalog.types import Type

Row = Sequence[str | None]


def mined(
    columns: Sequence[str], rows: Sequence[Row], *, max_left: int = 2, table: str = "export"
) -> tuple[Discovery, TableProfile]:
    """All minimal functional dependencies and unique combinations up to a size, by their definitions."""
    ref = Ref("table", ("", table))
    found: list[Measured] = []
    place = {name: at for at, name in enumerate(columns)}
    minimal: dict[str, list[frozenset[str]]] = {name: [] for name in columns}
    unique: list[frozenset[str]] = []

    def known(dependency: Functional | UniqueColumns) -> None:
        found.append(Measured(dependency=dependency, table=ref, standing=Standing.PROVED, rows=len(rows)))

    for size in range(max_left + 1):
        for chosen in combinations(columns, size):
            left = frozenset(chosen)
            groups: dict[tuple[str | None, ...], list[Row]] = {}
            for row in rows:
                groups.setdefault(tuple(row[place[name]] for name in chosen), []).append(row)
            if all(len(each) == 1 for each in groups.values()) and not any(key <= left for key in unique):
                unique.append(left)
                known(UniqueColumns(left))
            for right in columns:
                if right in left or any(other <= left for other in minimal[right]):
                    continue
                if all(len({row[place[right]] for row in each}) == 1 for each in groups.values()):
                    minimal[right].append(left)
                    known(Functional(left, frozenset((right,))))
    discovery = Discovery(
        table=ref, columns=tuple(columns), rows=len(rows), read=len(rows), max_left=max_left, found=tuple(found)
    )
    profiles = tuple(_profile(name, [row[place[name]] for row in rows]) for name in columns)
    return discovery, TableProfile(table=ref, rows=len(rows), read=len(rows), columns=profiles)


def _profile(name: str, values: Sequence[str | None]) -> ColumnProfile:
    there = [value for value in values if value is not None]
    counted = Counter(there)
    whole = bool(there) and all(value.isdecimal() for value in there)
    numbers = sorted(map(int, there)) if whole else []
    return ColumnProfile(
        name=name,
        inferred=(Type("integer", "bigint") if whole else Type("text", "text")) if there else None,
        rows=len(values),
        nulls=len(values) - len(there),
        distinct=len(counted),
        minimum=str(numbers[0]) if numbers else None,
        maximum=str(numbers[-1]) if numbers else None,
        mean_length=sum(map(len, there)) / len(there) if there else None,
        bytes=sum(map(len, there)),
        top=tuple(counted.most_common(10)),
    )
