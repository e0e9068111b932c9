"""Columns that hold several values in one row: lists in texts, JSON and other arrays, numbered columns, repeating groups. Pure."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.normalize.design.proposal import Unfolded
from dbwright.relationships.words import singular, stem, word_set, words

_NUMBER = re.compile(r"\d+")
PART_OF_A_NAME = word_set(
    "address addr line street name sha md ipv iso utf base quarter lat lng lon latitude longitude coord coordinate coef "
    "coefficient oauth http tls ssl mp percentile alpha fax2 web crc adler blake s3 ec2 h264 md5 param arg x y z q h half "
    "column col field var variable feature f c v"
)
"""Words before a number that make it part of the name, a line of an address, or a mathematical index."""
PAIRS = word_set(
    "team player user person party side member parent node account applicant driver op operand competitor guardian partner "
    "spouse fighter opponent friend from to city point station currency word entity object id set"
)
"""What an event has exactly two of."""
PROSE = word_set(
    "address street location place city region name title subject description comment note body text content message summary "
    "bio about url uri path link query sql formula expression format pattern regex date time coordinate coordinates latlng geo "
    "point polygon bounds bbox vector embedding color colour rgb agent useragent payload json html xml csv template script code hash "
    "token password secret log error trace stack header signature accept polyline composer author authors"
)
"""Last words of columns whose texts may have commas and are no lists all the same."""
PROMISING = word_set(
    "tags keywords labels categories genres topics hashtags skills roles permissions languages emails phones recipients "
    "interests ingredients colors sizes features"
)
"""Plurals that, as the name of a text column, promise a list even before a row is seen."""
_SEPARATORS = ("|", ";", ",")
_LIST_SHARE = 0.8
_PROMISED_SHARE = 0.3
_LONGEST_ITEM = 40
_FEWEST = 10


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """Several values in one row. item: words in the singular for one of them. type: of each target; None where it is the column's."""

    unfolded: Unfolded
    item: tuple[str, ...]
    types: tuple[Type | None, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the source that go."""
        return tuple(name for repetition in self.unfolded.columns for name in repetition)


def holdings(table: Table, values: Mapping[str, Sequence[object]]) -> tuple[Holding, ...]:
    """The columns of a table that hold several values in a row. values: some of each column's, for those that are texts.

    Columns of keys and of foreign keys are left alone.
    """
    keyed = {name for key in table.keys for name in key} | {name for key in table.foreign_keys for name in key.columns}
    columns = [column for column in table.columns if column.name not in keyed and column.generated is None]
    found = list(_sideways(columns))
    taken = {name for each in found for name in each.columns}
    found += [
        held
        for column in columns
        if column.name not in taken and (held := _within(column, values.get(column.name, ())))
    ]
    return tuple(found)


# ---------------------------------------------------------------- beside each other


def _sideways(columns: Sequence[Column]) -> Iterable[Holding]:
    """Numbered columns, and groups of them (item1_name, item1_price, item2_name …)."""
    by_name = {column.name: column for column in columns}
    series: dict[tuple[str, str, str], dict[int, str]] = {}
    for column in columns:
        found = list(_NUMBER.finditer(column.name))
        if len(found) == 1 and found[0].start() > 0 and len(found[0][0]) <= 2:
            before, after = column.name[: found[0].start()], column.name[found[0].end() :]
            series.setdefault((before, after, _sort(column)), {})[int(found[0][0])] = column.name
    for (before, after, kind), members in series.items():
        first = by_name.get(before.rstrip("_- ") + after)
        if 1 not in members and 0 not in members and first is not None and _sort(first) == kind:
            members[1] = first.name
    groups: dict[str, list[tuple[str, dict[int, str]]]] = {}
    for (before, after, _), members in series.items():
        if _counts_up(members) and not _is_part_of_a_name(before, after, len(members)):
            groups.setdefault(before, []).append((after, members))
    for before, members_of in groups.items():
        numbers = sorted(members_of[0][1])
        alike = [(after, members) for after, members in members_of if sorted(members) == numbers]
        item = tuple(stem(before)) or ("value",)
        if len(alike) == 1 and len(numbers) == 2 and not _many(item):
            continue  # two of one kind are as often a pair as the beginning of a list
        targets = tuple(_target(item, after, len(alike) > 1) for after, _ in alike)
        yield Holding(
            unfolded=Unfolded(
                kind="group" if len(alike) > 1 else "numbered",
                columns=tuple(tuple(members[number] for _, members in alike) for number in numbers),
                targets=_different(targets),
                ordinal="position" if "position" not in targets else "ordinal",
            ),
            item=item,
        )


def _sort(column: Column) -> str:
    return "text" if column.type.is_text else "number" if column.type.is_number else column.type.kind


def _counts_up(members: Mapping[int, str]) -> bool:
    return len(members) > 1 and min(members) in (0, 1) and max(members) - min(members) == len(members) - 1


def _is_part_of_a_name(before: str, after: str, count: int) -> bool:
    named, rest = stem(before), stem(after)
    if not named or len(named[-1]) < 2 or named[-1] in PART_OF_A_NAME or PART_OF_A_NAME.intersection(rest) - {"name"}:
        return True
    return count == 2 and (named[-1] in PAIRS or bool(PAIRS.intersection(rest) - {"id"}))


def _many(item: Sequence[str]) -> bool:
    return item[-1] in ("phone", "telephone", "tel", "mobile", "email", "mail")


def _target(item: tuple[str, ...], after: str, grouped: bool) -> str:
    rest = words(after)
    return "_".join(rest) if rest and grouped else "_".join((*item[-1:], *rest))


def _different(names: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for name in names:
        number, chosen = 2, name
        while chosen in found:
            number, chosen = number + 1, f"{name}_{number}"
        found.append(chosen)
    return tuple(found)


# ---------------------------------------------------------------- within one value


def _within(column: Column, values: Sequence[object]) -> Holding | None:
    """A list, a JSON array or an array in one column."""
    named = words(column.name)
    item = _item(named)
    if column.type.kind == "array":
        return _held("array", column.name, item, column.type.element)
    if column.type.kind not in ("char", "varchar", "text", "json", "untyped", "other"):
        return None
    texts = [each for each in values if isinstance(each, str) and each.strip()]
    if not texts or not named:
        return None
    if _are_arrays(texts):
        return _held("json", column.name, item, None)
    if column.type.kind == "json":
        return None
    separator = _separator(texts, named)
    return _held("list", column.name, item, None, separator) if separator else None


def _held(kind: str, column: str, item: tuple[str, ...], type_: Type | None, separator: str = "") -> Holding:
    target = "_".join(item[-2:])
    unfolded = Unfolded(
        kind=kind,  # type: ignore[arg-type]
        columns=((column,),),
        targets=(target,),
        ordinal="position" if target != "position" else "ordinal",
        separator=separator,
    )
    text = type_ or Type(kind="text", spelling="text")
    return Holding(unfolded=unfolded, item=item, types=(text,))


def _item(named: Sequence[str]) -> tuple[str, ...]:
    kept = list(named)
    while len(kept) > 1 and kept[-1] in ("list", "csv", "json", "array"):
        kept.pop()
    return (*kept[:-1], singular(kept[-1])) if kept else ("value",)


def _are_arrays(texts: Sequence[str]) -> bool:
    """Whether all are JSON arrays of plain values, some with more than one."""
    longest = 0
    for text in texts:
        if not text.lstrip().startswith("["):
            return False
        try:
            read = json.loads(text)
        except ValueError:
            return False
        if not isinstance(read, list) or any(isinstance(each, dict | list) for each in read):
            return False
        longest = max(longest, len(read))
    return longest > 1


def _separator(texts: Sequence[str], named: Sequence[str]) -> str:
    """What stands between the items; "" where the texts are no lists."""
    promised = named[-1] in PROMISING or named[-1] in ("ids", "csv", "list")
    if not promised and (named[-1] in PROSE or len(texts) < _FEWEST):
        return ""
    for separator in _SEPARATORS:
        lists = [text for text in texts if separator in text]
        if len(lists) < (_PROMISED_SHARE if promised else _LIST_SHARE) * len(texts) or not lists:
            continue
        split = [[part.strip() for part in text.split(separator)] for text in lists]
        if are_items(split, lists):
            return separator
    return ""


def are_items(split: Sequence[Sequence[str]], texts: Sequence[str]) -> bool:
    """Whether the parts of texts are items, not names, coordinates, numbers or prose that happen to have a separator."""
    two = all(len(parts) == 2 for parts in split)
    if two and all(part[:1].isupper() and " " not in part.rstrip(".") for parts in split for part in parts):
        return False  # Last, First
    if two and all(re.fullmatch(r"-?\d+\.\d+", part) for parts in split for part in parts):
        return False  # coordinates
    if all(
        re.fullmatch(r"[-+]?[\d,.]+", text) and all(len(part) == 3 for part in parts[1:])
        for text, parts in zip(texts, split, strict=True)
    ):
        return False  # 1,234,567
    items = [part for parts in split for part in parts]
    return all(0 < len(part) <= _LONGEST_ITEM and len(part.split()) <= 3 for part in items)
