"""`dbwright anonymise`: a copy that nobody can be found in."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager

from dbwright.anonymise.canaries import Canaries, Leak
from dbwright.anonymise.decide import Decision, Path, decide
from dbwright.anonymise.key import Key
from dbwright.anonymise.request import ColumnDone, Copied, Progress, Request, TableDone
from dbwright.anonymise.treatment import Change, Setting, Telling
from dbwright.anonymise.treatments import treatment
from dbwright.app.anonymise.original import Original, as_text, snapshot, written
from dbwright.app.anonymise.target import Target
from dbwright.app.anonymise.which_rows import Going, key_of, which
from dbwright.app.rows import named, selected
from dbwright.app.stopping import Wish, stopping
from dbwright.catalog.objects import Column, Table
from dbwright.engines.registry import engine_of
from dbwright.errors import UsageError
from dbwright.readers.live import live_url

_HEEDED = 5_000
"""Rows after which Ctrl-C and SIGTERM are heeded."""
_REMEMBERED = 200_000
"""Values of a column whose results are kept, so that repeated ones cost nothing."""
_SEARCHED = 20_000
_PERMUTING = ("format", "phone", "card", "iban", "ip")
"""Treatments that give a value of the same form, which may be another row's original; rows that kept their own are counted."""


def decided(request: Request) -> list[Decision]:
    """What would be done with every column of the source; nothing is copied."""
    with _original(request) as original:
        return decide(original.catalog, request.rules, original.samples())


def copy(request: Request, progress: Progress = lambda sentence: None) -> Copied:
    """Make the copy, prove it, and remove it again where something of the original is found in it.

    Raises UsageError where a column's treatment is not known, where the target is not empty or of another engine; whatever
    goes wrong, what was made in the target is removed.
    """
    began = time.monotonic()
    key = Key(request.key) if request.key is not None else Key.random()
    with ExitStack() as opened:
        original = opened.enter_context(_original(request))
        decisions = decide(original.catalog, request.rules, original.samples())
        unknown = [each for each in decisions if each.treatment is None]
        if unknown:
            raise UsageError(
                f"Nothing tells what to do with {len(unknown)} columns, the first {unknown[0].table[1]}.{unknown[0].column}: "
                f"{unknown[0].why}.",
                hint="dbwright anonymise … --plan lists them, --write-rules writes them to a file to decide in.",
            )
        target = opened.enter_context(_target(request, original))
        going = which(original, request, key)
        try:
            target.make()
            wish = opened.enter_context(stopping())
            copying = _Copying(original, target, decisions, going, request, key, progress, wish)
            tables = tuple(copying.table(path, table) for path, table in original.tables.items())
            progress("Foreign keys, triggers and indexes …")
            target.complete(progress)
            progress("Looking for what may not be left …")
            leaks, searched = copying.leaks()
        except BaseException:
            target.remove()
            raise
        removed = bool(leaks) and target.remove()
        return Copied(
            source=original.session.url.shown,
            target=target.session.url.shown,
            tables=tables,
            columns=tuple(copying.columns()),
            leaks=tuple(leaks),
            canaries=copying.canaries.count,
            searched=searched,
            notes=tuple(copying.notes(request)),
            seconds=time.monotonic() - began,
            removed=removed,
        )


@contextmanager
def _original(request: Request) -> Iterator[Original]:
    url = live_url(request.source)
    engine = engine_of(url)
    with engine.connect(url, timeout=request.timeout) as session:
        catalog = session.inspect().catalog
        with snapshot(session, engine):
            yield Original(session, engine, catalog)


@contextmanager
def _target(request: Request, original: Original) -> Iterator[Target]:
    url = live_url(request.target)
    engine = engine_of(url)
    if engine.name != original.engine.name:
        raise UsageError(f"The copy of a {original.engine.title} database is one of {original.engine.title}, too.")
    if url == original.session.url:
        raise UsageError("The source and the target are the same database.")
    with engine.connect(url, read_only=False, timeout=request.timeout) as session:
        target = Target(session, engine, original.catalog)
        target.must_be_empty()
        yield target


class _Column:
    """A column on its way: its function, the results that are remembered, and what is counted."""

    def __init__(
        self, decision: Decision, change: Change, per_value: bool, telling: Telling, canaries: Canaries | None
    ) -> None:
        self.decision = decision
        self.values = self.unchanged = 0
        self._change, self._per_value, self._telling, self._canaries = change, per_value, telling, canaries
        self._known: dict[object, object] = {}
        self.name = f"{decision.table[1]}.{decision.column}"

    def treat(self, value: object, row: str) -> object:
        """What is written instead of a value."""
        if value is None or value == "":
            return value
        self.values += 1
        if self._per_value and not isinstance(value, bytearray | memoryview):
            if value in self._known:
                made = self._known[value]
            else:
                made = self._made(value, row)
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[value] = made
        else:
            made = self._made(value, row)
        self.unchanged += made == value
        return made

    def _made(self, value: object, row: str) -> object:
        if self._canaries is not None:
            for each in self._telling(value):
                self._canaries.keep(self.name, each)
        return self._change(value, row)


class _Copying:
    def __init__(
        self,
        original: Original,
        target: Target,
        decisions: Sequence[Decision],
        going: Going,
        request: Request,
        key: Key,
        progress: Progress,
        wish: Wish,
    ) -> None:
        self._original, self._target, self._going, self._wish = original, target, going, wish
        self._locale, self._key, self._progress = request.locale, key, progress
        self.canaries = Canaries()
        self._names: dict[str, str] = {}
        if any(each.treatment == "scrub" for each in decisions):
            self._names = self._known_names(decisions)
        self._columns = {(each.table, each.column): self._column(each) for each in decisions}

    def _column(self, decision: Decision) -> _Column:
        table = self._original.tables[decision.table]
        column = table.column(decision.column)
        assert column is not None
        assert decision.treatment is not None
        way = treatment(decision.treatment)
        names = self._names | decision.options.get("names", {}) if decision.treatment == "scrub" else {}
        setting = Setting(
            key=self._key,
            locale=self._locale,
            length=column.type.length if column.type.is_text else None,
            unique=any(decision.column in key for key in table.keys),
            options={**decision.options, "names": names} if names else decision.options,
        )
        canaries = self.canaries if way.hides else None
        return _Column(decision, way.make(setting), way.per_value, way.telling(setting), canaries)

    def _known_names(self, decisions: Sequence[Decision]) -> dict[str, str]:
        """The words of every name of a person that the database holds, and what each becomes in free text."""
        found: dict[str, str] = {}
        given = treatment("first_name").make(Setting(key=self._key, locale=self._locale))
        for each in decisions:
            if each.treatment not in ("first_name", "last_name", "full_name"):
                continue
            table = self._original.tables[each.table]
            columns = [column for column in table.columns if column.name == each.column]
            with closing(self._original.rows(table, columns)) as rows:
                for (name,) in rows:
                    words = str(name or "").casefold().split()
                    found |= {word: str(given(word, "")) for word in words if len(word) > 2 and word not in found}
        return found

    def table(self, path: Path, table: Table) -> TableDone:
        """Copy one table."""
        self._progress(f"{table.name} …")
        columns = written(table)
        counted = _Counted()
        # Closed where writing fails, so that the source's cursor is free for what comes then.
        with closing(self._rows(path, table, columns, counted)) as rows:
            if columns:
                self._target.session.write_rows(
                    named(self._original.engine, table), [column.name for column in columns], rows
                )
        return TableDone(table=path, rows=counted.read, copied=counted.written)

    def _rows(
        self, path: Path, table: Table, columns: list[Column], counted: _Counted
    ) -> Generator[tuple[object, ...], None, None]:
        treated = [self._columns[(path, column.name)].treat for column in columns]
        key_names, wanted = self._going.of(path)
        # A key may be computed by the database: it is read to know its row, and not written.
        read = columns + [each for each in table.columns if each.name in key_names and each not in columns]
        names = [column.name for column in read]
        places = [names.index(name) for name in key_names] if wanted is not None else []
        own = table.primary_key.columns if table.primary_key else ()
        own_places = [names.index(name) for name in own if name in names]
        with closing(self._original.rows(table, read)) as held:
            for row in held:
                counted.read += 1
                if counted.read % _HEEDED == 0:
                    self._wish.heed()
                if wanted is not None and key_of(row, places) not in wanted:
                    continue
                line = "\x1f".join(as_text(row[at]) for at in own_places) if own_places else str(counted.read)
                counted.written += 1
                yield tuple(treat(value, line) for treat, value in zip(treated, row[: len(columns)], strict=True))

    # ------------------------------------------------------------ afterwards

    def leaks(self) -> tuple[list[Leak], int]:
        """The originals that stand in a text of the copy, and how many values were looked through."""
        found: Counter[tuple[str, str]] = Counter()
        searched = 0
        engine, session = self._original.engine, self._target.session
        search = self.canaries.search()
        for path, table in self._original.tables.items():
            columns = [each for each in table.columns if engine.name == "sqlite" or _may_hold_text(each)]
            if not columns or not self.canaries.count:
                continue
            chance = [self._by_chance(path, each) for each in columns]
            listed = ", ".join(selected(engine, each) for each in columns)
            for batch in session.stream(f"SELECT {listed} FROM {named(engine, table)}", _SEARCHED):
                for column, but, values in zip(columns, chance, zip(*batch, strict=True), strict=True):
                    texts = [None if value is None else _read(value) for value in values]
                    searched += len(texts) - texts.count(None)
                    for leak in search.leaks(f"{table.name}.{column.name}", texts, but):
                        found[(leak.original, leak.found_in)] += leak.rows
        leaks = [Leak(original=one, found_in=other, rows=rows) for (one, other), rows in found.items()]
        return leaks, searched

    def _said_in_schema(self) -> list[str]:
        """The columns whose originals stand in the statements that make the schema; these are copied as they are."""
        statements = self._original.engine.emit(self._target.catalog)
        return sorted({leak.original for leak in self.canaries.search().leaks("the schema", statements)})

    def _by_chance(self, path: Path, column: Column) -> frozenset[str]:
        """The columns whose originals can turn up in a column by chance: those that the same permutation goes over."""
        own = self._columns.get((path, column.name))
        if own is None or own.decision.treatment not in _PERMUTING:
            return frozenset()
        return frozenset(
            each.name for each in self._columns.values() if each.decision.treatment == own.decision.treatment
        )

    def columns(self) -> Iterator[ColumnDone]:
        """What was done with every column."""
        for column in self._columns.values():
            yield ColumnDone(
                decision=column.decision,
                sentence=treatment(column.decision.treatment or "keep").sentence,
                values=column.values,
                unchanged=column.unchanged,
            )

    def notes(self, request: Request) -> Iterator[str]:
        """What should be known about the copy."""
        if request.key is None:
            yield "The key was random and is forgotten: another run gives other values."
        if self.canaries.cut:
            yield f"Of {', '.join(sorted(self.canaries.cut))} only the first values were looked for in the copy."
        if self._going.whole:
            yield f"All rows went along of {', '.join(self._going.whole)}."
        if said := self._said_in_schema():
            yield f"The schema itself says originals of {', '.join(said)}, in a default, comment, check, view or the like."
        if self._original.catalog.roles or self._original.catalog.grants:
            yield "Roles, grants, owners and policies of roles were not copied."


class _Counted:
    """Rows read and written of one table."""

    read = 0
    written = 0


def _may_hold_text(column: Column) -> bool:
    return column.type.is_text or column.type.kind in ("json", "xml", "array", "untyped", "other", "fulltext", "domain")


def _read(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
