"""The profile of a table that DuckDB can select from: cheap columns first, within the time and the memory given."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from msgspec.structs import replace

from dbwright.catalog.names import Ref
from dbwright.catalog.profiles import ColumnProfile, TableProfile
from dbwright.tables.duck import OutOfMemory, OutOfTime, Store, name
from dbwright.tables.profiles.counted import counted, forget_counts
from dbwright.tables.profiles.effort import Effort
from dbwright.tables.profiles.field import Field
from dbwright.tables.profiles.sketched import exact_distinct, glanced_at, sketched

ALL_COUNTED = 1_000_000
"""Up to so many rows, every value of every column is counted."""
_COUNTED_BYTES = 192 * 2**20  # what the values of one column may take in memory to be counted at once
_DISTINCT_BYTES = 2 * 2**30  # … and to have their number counted part by part
_MAYBE_UNIQUE = 0.8  # estimates are up to a tenth too low
_ENTRY = 40  # bytes of one group beside its value
_FEW_SHARE = 0.1  # so many different values among the rows of a sample, at most, are few
_SAMPLE = 50_000
_SAMPLE_TABLE = "dw_sample"
_FIRST_ROWS = 4096
_AT_ONCE = 64
_FEW_AT_ONCE = 16


@dataclass(frozen=True)
class Place:
    """What is profiled. rows: what to select from. sample: what to select about so many of them from."""

    store: Store
    rows: str
    ref: Ref
    fields: Sequence[Field]
    sample: Callable[[int], str]


def profiled(place: Place, effort: Effort) -> TableProfile:
    """The profile. What was not finished in time, or did not fit, comes from a sample, and the notes name it."""
    run = _Run(place, effort)
    columns = run.columns()
    return TableProfile(
        table=place.ref,
        rows=run.total,
        read=min((each.rows for each in columns), default=run.total),
        columns=tuple(columns),
        seconds=effort.spent(),
        notes=_notes(columns, run.total, run.why),
    )


def _notes(columns: Sequence[ColumnProfile], total: int, why: str) -> tuple[str, ...]:
    notes = [why] if why else []
    for rows in sorted({each.rows for each in columns if each.rows < total}, reverse=True):
        names = [each.name for each in columns if each.rows == rows]
        which = (
            "All columns were"
            if len(names) == len(columns)
            else f"{', '.join(names[:8])}{' …' if len(names) > 8 else ''} {'was' if len(names) == 1 else 'were'}"
        )
        notes.append(
            f"{which} looked at in a sample of {rows:,} of {total:,} rows." if rows else f"{which} not looked at."
        )
    return tuple(notes)


class _Run:
    def __init__(self, place: Place, effort: Effort) -> None:
        self.place, self.effort, self.store = place, effort, place.store
        self.total = int(self.store.run(f"SELECT count(*) FROM {place.rows}")[0][0])
        self.found: dict[str, ColumnProfile] = {}
        self.sampled: dict[str, int] = {}
        self.why = ""

    def columns(self) -> list[ColumnProfile]:
        if self.total > ALL_COUNTED:
            self.take_sample(self.place.fields)
        try:
            self.whole()
        except OutOfTime:
            self.why = "The time given was over."
        missing = [field for field in self.place.fields if field.name not in self.found]
        self.take_sample(missing)
        for place, field in enumerate(missing):
            if self.effort.is_over():
                self.found |= {each.name: each for each in glanced_at(self.store, _SAMPLE_TABLE, missing[place:])}
                break
            try:
                self.found[field.name] = replace(counted(self.store, _SAMPLE_TABLE, field), exact=False)
            except OutOfMemory:
                self.why = "The memory given was too small."
                forget_counts(self.store)
                self.found |= {each.name: each for each in glanced_at(self.store, _SAMPLE_TABLE, [field])}
        forget_counts(self.store)
        self.store.run(f"DROP TABLE IF EXISTS {_SAMPLE_TABLE}")
        return [self.found[field.name] for field in self.place.fields]

    def whole(self) -> None:
        """Profile the columns from all rows: first those with few values, then the others as far as they fit."""
        few, others = self.divided()
        many: list[Field] = []
        sizes: dict[str, int] = {}
        for field in few:
            self.count(field, many)
        if others:
            sizes = self.sizes(others)
        for field in sorted(others, key=lambda each: sizes[each.name]):
            if sizes[field.name] > _COUNTED_BYTES:
                many.append(field)
            else:
                self.count(field, many)
        if many:
            self.effort.tell(f"{self.place.ref.name}: {', '.join(field.name for field in many)}")
            forget_counts(self.store)
            self.estimated(many, sizes)
        forget_counts(self.store)
        with suppress(OutOfMemory):
            self.in_order()

    def count(self, field: Field, many: list[Field]) -> None:
        """Profile one column from the counts of all its values; where they do not fit, it is one of many values."""
        self.effort.tell(f"{self.place.ref.name}.{field.name}")
        try:
            self.found[field.name] = counted(self.store, self.place.rows, field, seconds=self.effort.left())
        except OutOfMemory:
            many.append(field)

    def divided(self) -> tuple[list[Field], list[Field]]:
        """The columns whose values are surely counted at once, as the sample has few of them, and the others."""
        fields = list(self.place.fields)
        if self.total <= ALL_COUNTED or self.effort.exact or not fields:
            return fields, []
        numbers: list[int] = []
        for start in range(0, len(fields), _FEW_AT_ONCE):
            asked = ", ".join(f"count(DISTINCT {field.key})" for field in fields[start : start + _FEW_AT_ONCE])
            numbers += self.store.run(f"SELECT {asked} FROM {_SAMPLE_TABLE}")[0]
        limit = _FEW_SHARE * self.sampled[fields[0].name]
        few = [field for field, number in zip(fields, numbers, strict=True) if number <= limit]
        return few, [field for field in fields if field not in few]

    def sizes(self, fields: Sequence[Field]) -> dict[str, int]:
        """About how many bytes the different values of each column take in memory."""
        self.effort.tell(f"{self.place.ref.name}: {', '.join(field.name for field in fields)}")
        asked = ", ".join(
            f"approx_count_distinct({field.key}), {'avg(' + _octets(field) + ')' if field.width is None else str(field.width)}"
            for field in fields
        )
        try:
            answers = iter(self.store.run(f"SELECT {asked} FROM {self.place.rows}", seconds=self.effort.left())[0])
        except OutOfMemory:
            return {field.name: _DISTINCT_BYTES + 1 for field in fields}
        return {field.name: int(next(answers) * ((next(answers) or 0) + _ENTRY)) for field in fields}

    def estimated(self, many: Sequence[Field], sizes: dict[str, int]) -> None:
        self.take_sample(many)
        rows = self.sampled[many[0].name]
        try:
            profiles = sketched(
                self.store, self.place.rows, self.total, many, _SAMPLE_TABLE, rows, seconds=self.effort.left()
            )
        except OutOfMemory:
            self.why = "The memory given was too small."
            return
        self.found |= {each.name: each for each in profiles}
        for field, profile in zip(many, profiles, strict=True):
            # Only where all values may be different is their exact number worth another scan: it makes the column a key.
            if sizes.get(field.name, _DISTINCT_BYTES + 1) > _DISTINCT_BYTES or profile.distinct < _MAYBE_UNIQUE * (
                profile.rows - profile.nulls
            ):
                continue
            try:
                number = exact_distinct(
                    self.store, self.place.rows, field, sizes[field.name], seconds=self.effort.left()
                )
            except OutOfMemory:
                continue
            self.found[field.name] = replace(profile, distinct=number, exact=True)

    def in_order(self) -> None:
        """Find the columns whose order the rows lie in: refuted by the first rows, or proved by all."""
        known = [field for field in self.place.fields if field.name in self.found and not field.is_binary]
        fields = [field for field in known if self.found[field.name].distinct > 1]
        for start in range(0, len(fields), _AT_ONCE):
            for field in self.not_refuted(fields[start : start + _AT_ONCE]):
                direction = self.direction(self.place.rows, field)
                if direction in (1, -1):
                    self.found[field.name] = replace(self.found[field.name], sorted=direction)

    def not_refuted(self, fields: Sequence[Field]) -> list[Field]:
        """The columns of which the first rows, those beside a NULL left out, lie in one direction."""
        values = [field.value(field.name) for field in fields]
        beside = ", ".join(f"{value} AS a{n}, lag({value}) OVER () AS b{n}" for n, value in enumerate(values))
        asked = ", ".join(f"bool_or(a{n} < b{n}) AND bool_or(a{n} > b{n})" for n in range(len(values)))
        rows = f"(SELECT {beside} FROM (SELECT * FROM {self.place.rows} LIMIT {_FIRST_ROWS}))"
        answers = self.store.run(f"SELECT {asked} FROM {rows}", seconds=self.effort.left())[0]
        return [field for field, both in zip(fields, answers, strict=True) if not both]

    def direction(self, rows: str, field: Field) -> int:
        """1 ascending, -1 descending, 2 where all values are equal, 0 neither."""
        value = field.value(field.name)
        before = f"(SELECT {value} AS a, lag({value}) OVER () AS b FROM {rows} WHERE {value} IS NOT NULL)"
        less, more = self.store.run(
            f"SELECT count_if(a < b), count_if(a > b) FROM {before}", seconds=self.effort.left()
        )[0]
        return 0 if less and more else -1 if less else 1 if more else 2

    def take_sample(self, fields: Sequence[Field]) -> None:
        """A table with a sample of the rows of these columns, made once."""
        if all(field.name in self.sampled for field in fields):
            return
        listed = ", ".join(name(field.name) for field in fields)
        made = f"CREATE OR REPLACE TEMP TABLE {_SAMPLE_TABLE} AS SELECT {listed} FROM "
        try:
            self.store.run(made + self.place.sample(_SAMPLE), seconds=self.effort.seconds)
        except (OutOfTime, OutOfMemory):
            self.store.run(f"{made}{self.place.rows} LIMIT {_FIRST_ROWS}")
        rows = int(self.store.run(f"SELECT count(*) FROM {_SAMPLE_TABLE}")[0][0])
        self.sampled = {field.name: rows for field in fields}


def _octets(field: Field) -> str:
    return f"octet_length({field.key})" if field.is_binary else f"strlen({field.key})"
