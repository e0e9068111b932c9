"""Dependencies of a large table, in stages: samples propose, the database disposes.

1. One scan sketches the whole table. 2. Rows are read: blocks, and all rows of some values. 3. Keys and functional dependencies are
mined from them. 4. The most plausible are checked on all rows by the database, and rows that speak against one join the sample;
3 and 4 are repeated until nothing new is proposed (the idea of HyFD, Papenbrock and Naumann 2016, with the database as validator).
5. Other kinds are proposed by the blocks and checked. Samples refute, they never prove: what was not checked is "not refuted".
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from dbwright.app.dependencies import sampling
from dbwright.app.dependencies.candidates import Candidates, implied
from dbwright.app.dependencies.options import Options, Say
from dbwright.app.dependencies.state import State
from dbwright.app.dependencies.trusted import trusted_keys
from dbwright.catalog.dependencies import Dependency, Discovery, Functional, Measured, Standing, UniqueColumns
from dbwright.errors import ExecutionFault
from dbwright.mining.all_kinds import mine
from dbwright.tables.base import Sample
from dbwright.tables.live import LiveTable
from dbwright.tables.sketch import sketch_of
from dbwright.tables.spelling import out_of_time

if TYPE_CHECKING:
    import polars

    from dbwright.mining.allowance import Allowance
    from dbwright.tables.base import RowSource

SKETCH, READING, ROUNDS, MINING, OTHERS = 0.15, 0.3, 0.8, 0.3, 0.4
"""Shares of the time that is left when a stage begins. What a stage leaves is the next ones'."""
_FAIR, _FAIR_SECONDS = 0.5, 5.0
"""A check may take this share of the time that is left, and in any case so many seconds."""
_MINED_TOGETHER = ("unique", "functional", "approximate")
_BY_ROW = ("conditional", "ordered", "derived")
_ROUNDS = 20
_KEPT_OF_BLOCKS = 0.6
"""The share of the sample that comes from blocks; the rest are rows drawn by value."""


class Staged:
    """One run. `kept` is written after each step, so that the next run goes on from there."""

    def __init__(
        self, source: "RowSource", options: Options, allowance: "Allowance", say: Say, rows: int, fingerprint: str
    ) -> None:
        self.source = source
        self.options = options
        self.whole = self.allowance = allowance
        self.rows = rows
        self.max_left = options.large_left if options.max_left is None else min(options.large_left, options.max_left)
        self.state = State(source, options)
        self.kept, self.sample = self.state.load(fingerprint)
        self.notes: list[str] = []
        self.candidates = Candidates()
        self.complete = True
        self._say = say
        if self.kept.settled or self.kept.sketch:
            self.say(f"going on from an earlier run, which had checked {len(self.kept.settled)} dependencies")

    def say(self, sentence: str) -> None:
        """Tell whoever waits."""
        self._say(f"{self.source.ref}: {sentence}")

    def run(self) -> Discovery:
        """All stages, as far as time allows."""
        try:
            self._sketch()
            if self._read():
                self.allowance = self.whole.part(ROUNDS)
                self._rounds()
                self.allowance = self.whole
                self._others()
        finally:
            self._limit(None)
        if self.complete:
            self.state.forget()
        return self._discovery()

    # ------------------------------------------------------------ stages

    def _sketch(self) -> None:
        if self.kept.sketch is None:
            self.say(f"one scan of about {self.rows:,} rows")
            self._limit(self._part(SKETCH))
            try:
                self.kept.sketch = sketch_of(self.source)
                self.state.save(self.kept)
            except ExecutionFault as fault:
                if not out_of_time(fault):
                    raise
                self._unfinished(
                    "The scan for a sketch of the table was stopped, because its share of the time was over"
                )
        if self.kept.sketch:
            self.rows = self.kept.sketch.rows

    def _read(self) -> bool:
        """Whether there are rows to be mined."""
        if self.sample is not None:
            return True
        wanted = self._sample_rows()
        blocks, drawn = round(wanted * _KEPT_OF_BLOCKS), round(wanted * (1 - _KEPT_OF_BLOCKS))
        self.say(f"reading about {wanted:,} rows")
        try:
            self._limit(self._part(READING))
            self.sample = sampling.blocks(self.source, blocks, self.options.seed)
            self._limit(self._part(READING))
            self._add(sampling.values(self.source, self.sample, self.kept.sketch, drawn, self.options.seed))
        except ExecutionFault as fault:
            if not out_of_time(fault):
                raise
            what = "Rows of the same values were not read" if self.sample is not None else "No rows could be read"
            self._unfinished(f"{what}, because the share of the time for reading was over")
        self.state.save(self.kept, self.sample)
        return self.sample is not None

    def _add(self, rows: "polars.DataFrame | None") -> None:
        if rows is not None:
            self.sample = rows if self.sample is None else sampling.united(self.sample, rows)

    def _rounds(self) -> None:
        """Mine, check, and mine again with the rows that spoke against something."""
        for key in trusted_keys(self.source, self.options.nulls):
            self._settle(Measured(dependency=key, table=self.source.ref, standing=Standing.PROVED, rows=self.rows))
        for turn in range(_ROUNDS):
            self._mine(turn)
            if not self._check_candidates():
                return
        self._unfinished("Not all candidates were followed up")

    def _mine(self, turn: int) -> None:
        assert self.sample is not None
        again = f", round {turn + 1}" if turn else ""
        self.say(f"searching {self.sample.height:,} rows of {self.sample.width} columns{again}")
        wanted = self.options.kinds
        found = mine(
            self.sample,
            kinds=[each for each in _MINED_TOGETHER if wanted is None or each in wanted or each == "unique"],
            max_left=self.max_left,
            max_error=self.options.max_error,
            nulls=self.options.nulls,
            allowance=self.allowance.part(MINING),
            table=self.source.ref,
            whole=False,
            rows=self.rows,
        )
        if not found.complete:
            for note in found.notes:
                self._unfinished(note)
            # What an earlier round proposed is kept, as far as the rows that joined since let it pass.
            new = {each.dependency for each in found.found}
            still = [each for each in self._still_held() if each.dependency not in new]
            found = msgspec.structs.replace(found, found=(*found.found, *still))
        self.candidates = Candidates.of(found, self.source.table, self.sample)

    def _still_held(self) -> Iterator[Measured]:
        assert self.sample is not None
        settled = self._settled()
        for each in self.candidates.found:
            waits = each.dependency not in settled and not each.against and self.whole.left() != 0
            if waits and sampling.holds(self.sample, each.dependency, self.options.nulls):
                yield msgspec.structs.replace(each, rows=self.sample.height)

    def _check_candidates(self) -> bool:
        """Check what the sample let pass, the most plausible first; whether rows that speak against something joined the sample."""
        fed = False
        for check in self.candidates.checks():
            settled = self._settled()
            together: list[Dependency] = [
                each for each in ([check] if isinstance(check, UniqueColumns) else check) if each not in settled
            ]
            for each in [
                each for each in together if isinstance(each, Functional) and implied(each, self.kept.settled)
            ]:
                self._settle(Measured(dependency=each, table=self.source.ref, standing=Standing.PROVED, rows=self.rows))
                together.remove(each)
            # A left side that no two rows of the sample agree on may be a key: that is asked by itself.
            if together and not (isinstance(check, list) and self.candidates.never_met(check[0].left)):
                fed |= self._feed(self._check(together))
            if self.out_of_time:
                break
        return fed and not self.out_of_time

    def _others(self) -> None:
        """Kinds that the values themselves tell, proposed by the blocks."""
        kinds = [each for each in _BY_ROW if self.options.kinds is None or each in self.options.kinds]
        if not kinds:
            return
        if self.kept.others is None:
            self.say(f"searching for {', '.join(kinds)} dependencies")
            try:
                self._limit(self._part(READING))
                blocks = self.source.frame(sample=Sample(rows=self._sample_rows() // 2, seed=self.options.seed))
            except ExecutionFault as fault:
                if not out_of_time(fault):
                    raise
                self._unfinished("The other kinds were not looked for, because the time was over")
                return
            found = mine(
                blocks,
                kinds=kinds,
                max_left=self.max_left,
                max_error=self.options.max_error,
                nulls=self.options.nulls,
                allowance=self.allowance.part(OTHERS),
                table=self.source.ref,
                whole=False,
                rows=self.rows,
            )
            self.complete &= found.complete
            self.notes += found.notes
            self.kept.others = list(found.found)
            self.state.save(self.kept)
        for each in self.kept.others:
            if each.dependency not in self._settled():
                self._check([each.dependency])

    # ------------------------------------------------------------ checks

    def _check(self, dependencies: Sequence[Dependency]) -> list[Measured]:
        """What all rows say; nothing once the time is over."""
        left = self.allowance.left()
        if left is not None and left <= 0:
            self._unfinished("The time was over before all candidates were checked on all rows")
            return []
        self.say(f"checking {_told(dependencies)} on all rows")
        # One slow check must not take the time of all others.
        seconds = None if left is None else min(left, max(_FAIR_SECONDS, left * _FAIR))
        if isinstance(self.source, LiveTable):
            found = self.source.check(
                dependencies, nulls=self.options.nulls, seconds=seconds, refuted_above=self.options.max_error
            )
        else:
            found = self.source.check(dependencies, nulls=self.options.nulls, seconds=seconds)
        for each in found:
            self._settle(each)
        if len(found) < len(dependencies):
            reasons = self.source.unchecked if isinstance(self.source, LiveTable) else []
            for reason in reasons or ["The time was over before all candidates were checked on all rows"]:
                self._unfinished(reason)
        self.state.save(self.kept)
        return found

    def _settle(self, measured: Measured) -> None:
        if measured.dependency not in self._settled():
            self.kept.settled.append(measured)

    def _settled(self) -> dict[Dependency, Measured]:
        return {each.dependency: each for each in self.kept.settled}

    def _feed(self, measured: Sequence[Measured]) -> bool:
        """Add rows that speak against a dependency to the sample; whether there were any."""
        found = False
        for each in measured:
            if not each.against or not isinstance(each.dependency, Functional | UniqueColumns):
                continue
            self._limit(self.allowance.left())
            try:
                rows = sampling.against(self.source, each.dependency, self.options.nulls)
            except ExecutionFault as fault:
                if not out_of_time(fault):
                    raise
                rows = None
            if rows is None or not rows.height:
                self._unfinished("Rows against some candidates could not be fetched")
                continue
            self._add(rows)
            found = True
        if found:
            self.state.save(self.kept, self.sample)
        return found

    # ------------------------------------------------------------ what comes out

    def _discovery(self) -> Discovery:
        settled = self._settled()
        found = [each for each in self.kept.settled if self._counts(each)]
        waiting = [each for each in self.candidates.all() if each.dependency not in settled]
        useless = [
            each
            for each in waiting
            if isinstance(each.dependency, Functional) and self.candidates.never_met(each.dependency.left)
        ]
        found += [each for each in waiting if each not in useless]
        found += [
            msgspec.structs.replace(each, standing=Standing.NOT_REFUTED) if not each.against else each
            for each in self.kept.others or []
            if each.dependency not in settled
        ]
        if useless:
            self.notes.append(
                f"{len(useless):,} functional dependencies are left out: no two rows of the sample agree on their left sides,"
                " so that nothing could speak against them."
            )
        refuted = sum(not self._counts(each) for each in self.kept.settled)
        if refuted:
            self.notes.append(f"{refuted:,} candidates that the sample let pass were refuted by other rows.")
        if self.options.max_left is None or self.options.max_left > self.max_left:
            self.notes.append(
                f"Left sides of more than {self.max_left} columns were not looked for, since the table is large."
            )
        if self.options.kinds is None or {"multivalued", "join"} & set(self.options.kinds):
            self.notes.append(
                "Multivalued and join dependencies were not looked for: a sample can neither prove nor refute them."
            )
        return Discovery(
            table=self.source.ref,
            columns=tuple(column.name for column in self.source.table.columns),
            rows=self.rows,
            read=0 if self.sample is None else self.sample.height,
            nulls=self.options.nulls,
            max_left=self.max_left,
            found=tuple(each for each in found if self._is_wanted(each)),
            complete=self.complete,
            notes=tuple(self.notes),
        )

    def _counts(self, measured: Measured) -> bool:
        """Whether it is told: it holds, or nearly."""
        return measured.standing is not Standing.REFUTED and measured.error <= self.options.max_error

    def _is_wanted(self, measured: Measured) -> bool:
        """Whether its kind was asked for; keys are looked for in any case, since other dependencies follow from them."""
        kinds = self.options.kinds
        if kinds is None:
            return True
        if isinstance(measured.dependency, UniqueColumns):
            return "unique" in kinds and not measured.against
        if isinstance(measured.dependency, Functional):
            return ("approximate" if measured.against else "functional") in kinds
        return True

    @property
    def out_of_time(self) -> bool:
        """Whether nothing more can be asked."""
        return self.allowance.left() == 0

    def _unfinished(self, sentence: str) -> None:
        self.complete = False
        told = f"{sentence.removesuffix('.')}."
        if told not in self.notes:
            self.notes.append(told)

    def _sample_rows(self) -> int:
        wanted = min(self.options.sample, self.rows)
        if self.allowance.bytes is not None:
            wanted = min(
                wanted, max(1000, self.allowance.bytes // (_BYTES_OF_A_VALUE * max(1, len(self.source.table.columns))))
            )
        return wanted

    def _part(self, share: float) -> float | None:
        return self.allowance.part(share).seconds

    def _limit(self, seconds: float | None) -> None:
        if isinstance(self.source, LiveTable):
            self.source.limit(seconds)


_BYTES_OF_A_VALUE = 200
"""What one value of the sample takes while it is mined: its text, its code, and its places in partitions."""


def _told(dependencies: Sequence[Dependency]) -> str:
    match dependencies:
        case [UniqueColumns(columns=columns)]:
            return f"whether {', '.join(sorted(columns))} is unique"
        case [Functional(left=left), *_]:
            rights = ", ".join(sorted(min(each.right) for each in dependencies if isinstance(each, Functional)))
            return f"{', '.join(sorted(left)) or '∅'} → {rights}"
    return f"{len(dependencies)} other dependencies" if len(dependencies) > 1 else "another dependency"
