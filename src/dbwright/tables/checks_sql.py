"""The statements that check dependencies where the rows are: GROUP BY and windows, the same for every dialect of SQL.

A dialect hands in `Terms`: how it spells a value that is grouped by, shown or sorted. All names that the statements give begin
with `dw_`; columns are only named by the terms, so they never meet.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

ROWS_OF_A_GROUP = 10
"""So many different rows of one group are shown."""


class Terms(Protocol):
    """How one table's columns are spelled."""

    @property
    def place(self) -> str:
        """The table as it stands behind FROM."""
        ...

    @property
    def grouping(self) -> str:
        """What follows SELECT where there will be many groups: MySQL has to be told to sort, " SQL_BIG_RESULT"."""
        ...

    def key(self, column: str) -> str:
        """What rows are grouped by."""
        ...

    def shown(self, column: str) -> str:
        """The value as a text for people."""
        ...

    def ordered(self, column: str) -> str:
        """What rows are sorted by."""
        ...

    def same(self, one: str, other: str) -> str:
        """Whether two keys are equal, NULL being equal to NULL."""
        ...


class Extremes(Terms, Protocol):
    """Terms of a store where not every key has a smallest value."""

    def extreme(self, column: str) -> str:
        """What the smallest and the largest are taken of: different where the keys are."""
        ...


def conditions(wanted: Iterable[str]) -> str:
    """A WHERE of all conditions; "" for none."""
    text = " AND ".join(wanted)
    return f" WHERE {text}" if text else ""


def filled(terms: Terms, columns: Iterable[str]) -> list[str]:
    """Conditions that none of the columns is NULL."""
    return [f"{terms.key(each)} IS NOT NULL" for each in columns]


def _numbered(letter: str, columns: Sequence[str]) -> list[str]:
    return [f"dw_{letter}{place}" for place in range(len(columns))]


def _named(terms: Terms, letter: str, columns: Sequence[str]) -> list[str]:
    return [f"{terms.key(each)} AS dw_{letter}{place}" for place, each in enumerate(columns)]


def _grouped(columns: Sequence[str]) -> str:
    """GROUP BY of the first columns of a SELECT; "" for none."""
    return f" GROUP BY {', '.join(str(place + 1) for place in range(len(columns)))}" if columns else ""


# ---------------------------------------------------------------- functional


def pairs(terms: Terms, left: Sequence[str], right: Sequence[str], where: Sequence[str] = ()) -> str:
    """Each different row of both sides (dw_l0…, dw_r0…) with dw_n, how many rows have it."""
    listed = [*_named(terms, "l", left), *_named(terms, "r", right), "COUNT(*) AS dw_n"]
    return (
        f"SELECT{terms.grouping} {', '.join(listed)} FROM {terms.place}{conditions(where)}{_grouped([*left, *right])}"
    )


def _groups(terms: Terms, left: Sequence[str], right: Sequence[str], where: Sequence[str], apart: bool) -> str:
    """Each left side with dw_total rows, dw_most of the most frequent right side, and dw_kinds of different right sides.

    apart: no NULL on the right equals another.
    """
    most, kinds = "MAX(dw_n)", "COUNT(*)"
    if apart:
        null = " OR ".join(f"{each} IS NULL" for each in _numbered("r", right))
        most, kinds = f"MAX(CASE WHEN {null} THEN 1 ELSE dw_n END)", f"SUM(CASE WHEN {null} THEN dw_n ELSE 1 END)"
    names = _numbered("l", left)
    listed = [*names, "SUM(dw_n) AS dw_total", f"{most} AS dw_most", f"{kinds} AS dw_kinds"]
    return f"SELECT{terms.grouping} {', '.join(listed)} FROM ({pairs(terms, left, right, where)}) AS dw_pairs{_grouped(names)}"


def functional_totals(
    terms: Terms, left: Sequence[str], right: Sequence[str], *, where: Sequence[str] = (), apart: bool = False
) -> str:
    """One row: rows, rows that must go, left sides with rows against them."""
    return (
        "SELECT COALESCE(SUM(dw_total), 0), COALESCE(SUM(dw_total - dw_most), 0),"
        " COALESCE(SUM(CASE WHEN dw_kinds > 1 THEN 1 ELSE 0 END), 0)"
        f" FROM ({_groups(terms, left, right, where, apart)}) AS dw_groups"
    )


def functional_many(
    terms: Extremes, left: Sequence[str], rights: Sequence[str], *, where: Sequence[str] = (), apart: bool = False
) -> str:
    """One row for many dependencies with one left side, in one scan: rows, then for each right side how many groups are against it."""
    listed = [*_named(terms, "l", left), "COUNT(*) AS dw_total"]
    for place, right in enumerate(rights):
        key = terms.extreme(right)
        mixed = f"(COUNT({key}) < COUNT(*) AND COUNT(*) > 1)" if apart else f"COUNT({key}) NOT IN (0, COUNT(*))"
        listed.append(f"CASE WHEN MIN({key}) <> MAX({key}) OR {mixed} THEN 1 ELSE 0 END AS dw_b{place}")
    sums = ", ".join(f"COALESCE(SUM({each}), 0)" for each in ["dw_total", *(f"dw_b{n}" for n in range(len(rights)))])
    groups = f"SELECT{terms.grouping} {', '.join(listed)} FROM {terms.place}{conditions(where)}{_grouped(left)}"
    return f"SELECT {sums} FROM ({groups}) AS dw_groups"


def functional_against(
    terms: Terms,
    left: Sequence[str],
    right: Sequence[str],
    *,
    where: Sequence[str] = (),
    apart: bool = False,
    groups: int = 20,
    rows: int = 1000,
) -> str:
    """What stands behind FROM to have whole rows of the worst left sides, two of each right side."""
    names = _numbered("l", left)
    order = ", ".join(["dw_total - dw_most DESC", *names])
    worst = (
        f"SELECT {', '.join(names) or '1 AS dw_one'} FROM ({_groups(terms, left, right, where, apart)}) AS dw_groups"
        f" WHERE dw_kinds > 1 ORDER BY {order} LIMIT {groups}"
    )
    return _some_of_each(terms, left, right, worst, 2, rows)


def _some_of_each(terms: Terms, left: Sequence[str], right: Sequence[str], worst: str, most: int, rows: int) -> str:
    join = " AND ".join(terms.same(f"dw_worst.dw_l{place}", terms.key(each)) for place, each in enumerate(left))
    parts = ", ".join(terms.key(each) for each in [*left, *right]) or "1"
    numbered = f"{terms.place}.*, ROW_NUMBER() OVER (PARTITION BY {parts} ORDER BY {parts}) AS dw_place"
    found = f"SELECT {numbered} FROM {terms.place} JOIN ({worst}) AS dw_worst ON {join or '1 = 1'}"
    return f"({found}) AS dw_all WHERE dw_place <= {most} LIMIT {rows}"


def functional_rows(
    terms: Terms,
    left: Sequence[str],
    right: Sequence[str],
    *,
    where: Sequence[str] = (),
    apart: bool = False,
    groups: int = 3,
) -> str:
    """The rows of the left sides that have most rows against them, worst first.

    Columns: the number of the group, the values of both sides as texts, how many rows have them.
    """
    names = _numbered("l", left)
    order = ", ".join(["dw_total - dw_most DESC", *names])
    worst = (
        f"SELECT dw_groups.*, ROW_NUMBER() OVER (ORDER BY {order}) AS dw_rank"
        f" FROM ({_groups(terms, left, right, where, apart)}) AS dw_groups WHERE dw_kinds > 1 ORDER BY {order} LIMIT {groups}"
    )
    texts = [f"MIN({terms.shown(each)}) AS dw_t{place}" for place, each in enumerate([*left, *right])]
    listed = [*_named(terms, "l", left), *_named(terms, "r", right), *texts, "COUNT(*) AS dw_n"]
    found = (
        f"SELECT{terms.grouping} {', '.join(listed)} FROM {terms.place}{conditions(where)}{_grouped([*left, *right])}"
    )
    join = " AND ".join(terms.same(f"dw_worst.{name}", f"dw_rows.{name}") for name in names) or "1 = 1"
    shown = ", ".join(f"dw_t{place}" for place in range(len(texts)))
    ordered = ", ".join(["dw_n DESC", *_numbered("r", right)])
    return (
        f"SELECT dw_rank, {shown}, dw_n FROM (SELECT dw_worst.dw_rank, dw_rows.*,"
        f" ROW_NUMBER() OVER (PARTITION BY dw_worst.dw_rank ORDER BY {ordered}) AS dw_place"
        f" FROM ({worst}) AS dw_worst JOIN ({found}) AS dw_rows ON {join}) AS dw_all"
        f" WHERE dw_place <= {ROWS_OF_A_GROUP} ORDER BY dw_rank, dw_place"
    )


# ---------------------------------------------------------------- unique


def unique_totals(terms: Terms, columns: Sequence[str], *, where: Sequence[str] = ()) -> str:
    """One row: rows, rows that must go, values that several rows have."""
    return (
        "SELECT COALESCE(SUM(dw_n), 0), COALESCE(SUM(dw_n - 1), 0),"
        " COALESCE(SUM(CASE WHEN dw_n > 1 THEN 1 ELSE 0 END), 0)"
        f" FROM ({pairs(terms, columns, (), where)}) AS dw_groups WHERE dw_n > 0"
    )


def unique_rows(terms: Terms, columns: Sequence[str], *, where: Sequence[str] = (), groups: int = 3) -> str:
    """The values that most rows have. Columns: the values as texts, how many rows have them."""
    texts = [f"MIN({terms.shown(each)}) AS dw_t{place}" for place, each in enumerate(columns)]
    shown = ", ".join([*(f"dw_t{place}" for place in range(len(columns))), "dw_n"])
    listed = ", ".join([*_named(terms, "l", columns), *texts, "COUNT(*) AS dw_n"])
    found = (
        f"SELECT{terms.grouping} {listed} FROM {terms.place}{conditions(where)}{_grouped(columns)} HAVING COUNT(*) > 1"
    )
    return f"SELECT {shown} FROM ({found}) AS dw_groups ORDER BY {', '.join(['dw_n DESC', *_numbered('l', columns)])} LIMIT {groups}"


def unique_against(
    terms: Terms, columns: Sequence[str], *, where: Sequence[str] = (), groups: int = 20, rows: int = 1000
) -> str:
    """What stands behind FROM to have whole rows of the values that most rows have, a few of each."""
    order = ", ".join(["dw_n DESC", *_numbered("l", columns)])
    worst = f"{pairs(terms, columns, (), where)} HAVING COUNT(*) > 1 ORDER BY {order} LIMIT {groups}"
    return _some_of_each(terms, columns, (), worst, 5, rows)


# ---------------------------------------------------------------- multivalued and join


def _distinct(terms: Terms, columns: Sequence[tuple[str, str]], where: Sequence[str]) -> str:
    """columns: pairs of the name that a column gets and the column."""
    listed = ", ".join(f"{terms.key(column)} AS {name}" for name, column in columns) or "1 AS dw_one"
    return f"SELECT DISTINCT {listed} FROM {terms.place}{conditions(where)}"


def multivalued_totals(
    terms: Terms, left: Sequence[str], right: Sequence[str], rest: Sequence[str], *, where: Sequence[str] = ()
) -> str:
    """One row: left sides where some combination of both others is missing, left sides, combinations missing."""
    names = _numbered("l", left)
    keys = list(zip(names, left, strict=True))
    some = [(f"dw_r{place}", each) for place, each in enumerate(right)]
    others = [(f"dw_o{place}", each) for place, each in enumerate(rest)]

    def counted(part: int, columns: Sequence[tuple[str, str]]) -> str:
        listed = [*names, *("COUNT(*)" if place == part else "0" for place in range(3))]
        texts = [*listed[: len(names)], *(f"{each} AS dw_c{n}" for n, each in enumerate(listed[len(names) :]))]
        return f"SELECT {', '.join(texts)} FROM ({_distinct(terms, [*keys, *columns], where)}) AS dw_d{part}{_grouped(names)}"

    parts = " UNION ALL ".join((counted(0, some), counted(1, others), counted(2, [*some, *others])))
    sums = ", ".join([*names, *(f"SUM(dw_c{place}) AS dw_s{place}" for place in range(3))])
    return (
        "SELECT COALESCE(SUM(CASE WHEN dw_s0 * dw_s1 <> dw_s2 THEN 1 ELSE 0 END), 0), COUNT(*),"
        " COALESCE(SUM(dw_s0 * dw_s1 - dw_s2), 0)"
        f" FROM (SELECT {sums} FROM ({parts}) AS dw_parts{_grouped(names)}) AS dw_groups"
    )


def join_totals(
    terms: Terms, columns: Sequence[str], components: Sequence[Sequence[str]], *, where: Sequence[str] = ()
) -> str:
    """One row: different rows of the table, rows of the join of its projections."""
    names = {column: f"dw_c{place}" for place, column in enumerate(columns)}
    seen: dict[str, str] = {}
    text = ""
    for place, component in enumerate(components):
        alias = f"dw_p{place}"
        projection = f"({_distinct(terms, [(names[each], each) for each in component], where)}) AS {alias}"
        on = [terms.same(f"{seen[each]}.{names[each]}", f"{alias}.{names[each]}") for each in component if each in seen]
        text += f" JOIN {projection} ON {' AND '.join(on) or '1 = 1'}" if text else projection
        for each in component:
            seen.setdefault(each, alias)
    whole = _distinct(terms, [(names[each], each) for each in columns], where)
    return f"SELECT (SELECT COUNT(*) FROM ({whole}) AS dw_whole), (SELECT COUNT(*) FROM {text})"


# ---------------------------------------------------------------- order


def ordered_totals(terms: Terms, left: str, right: str, *, descending: bool, strict: bool) -> str:
    """One row: rows with both values, values of the left with a right side out of order, rows of these values."""
    one, other = terms.ordered(left), terms.ordered(right)
    grouped = (
        f"SELECT{terms.grouping} {one} AS dw_l, MIN({other}) AS dw_low, MAX({other}) AS dw_high, COUNT(*) AS dw_n FROM {terms.place}"
        f"{conditions((f'{one} IS NOT NULL', f'{other} IS NOT NULL'))} GROUP BY 1"
    )
    direction = "DESC" if descending else "ASC"
    before = (
        f"SELECT dw_groups.*, MAX(dw_high) OVER (ORDER BY dw_l {direction}"
        f" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS dw_before FROM ({grouped}) AS dw_groups"
    )
    wrong = "dw_before > dw_low" + (" OR dw_low <> dw_high" if strict else "")
    return (
        f"SELECT COALESCE(SUM(dw_n), 0), COALESCE(SUM(CASE WHEN {wrong} THEN 1 ELSE 0 END), 0),"
        f" COALESCE(SUM(CASE WHEN {wrong} THEN dw_n ELSE 0 END), 0) FROM ({before}) AS dw_sorted"
    )


# ---------------------------------------------------------------- rows that a condition is against


def counted(terms: Terms, against: str, where: Sequence[str] = ()) -> str:
    """One row: rows, rows for which the condition holds."""
    return f"SELECT COUNT(*), COALESCE(SUM(CASE WHEN {against} THEN 1 ELSE 0 END), 0) FROM {terms.place}{conditions(where)}"


def rows_where(terms: Terms, columns: Sequence[str], where: Sequence[str], most: int) -> str:
    """Some rows for which the conditions hold, as texts."""
    return (
        f"SELECT {', '.join(terms.shown(each) for each in columns)} FROM {terms.place}{conditions(where)} LIMIT {most}"
    )
