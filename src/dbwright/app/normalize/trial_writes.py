"""Writes tried on a scratch database through the view and, the same, on the kept table: both must end alike."""

import msgspec

from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.engines.base import Engine, Session
from dbwright.errors import ExecutionFault
from dbwright.finding import Evidence
from dbwright.normalize.migration.split import Split


class Tried(msgspec.Struct, kw_only=True):
    """What came out."""

    evidence: list[Evidence] = []
    unproved: list[str] = []
    failed: bool = False


def try_writes(split: Split, catalog: Catalog, session: Session, engine: Engine) -> Tried:
    """Insert, change and delete rows through the view as an application that knows only the old table would."""
    return _Trial(split, catalog, session, engine).run()


class _Trial:
    def __init__(self, split: Split, catalog: Catalog, session: Session, engine: Engine) -> None:
        self.split, self.session, self.engine = split, session, engine
        self.table: Table = next(each for each in catalog.tables if each.ref == split.source)
        self.view = ".".join(engine.quote(part) for part in split.source.path if part)
        self.kept = ".".join(engine.quote(part) for part in split.kept.path if part)
        self.done: list[str] = []
        self.tried = Tried()

    def run(self) -> Tried:
        key = self._key()
        if not self.session.query(f"SELECT 1 FROM {self.kept} LIMIT 1"):
            return self.tried
        columns = [each for each in self.table.columns if each.generated is None]
        if key is not None:
            self._both("a row added", self._added(key, columns))
        else:
            self.tried.unproved.append("No row was added through the view: no new key could be made up.")
        for column in columns:
            if column.name not in self.split.key and column.type.kind in ("varchar", "text", "char"):
                self._both(f"{column.name} changed in a whole group", self._changed(column))
        self._both("a row deleted", self._deleted())
        if self.tried.failed:
            return self.tried
        self.tried.evidence.append(
            Evidence(
                f"Written through the view and to the kept table alike, with the same end: {'; '.join(self.done)}.",
                basis="data",
            )
        )
        return self.tried

    def _both(self, what: str, statement: str) -> None:
        """Run a statement on the view, then on the table; a view may refuse what the table takes, and then both are left alone."""
        try:
            self.session.change(statement.replace("{table}", self.view))
        except ExecutionFault as fault:
            self.tried.unproved.append(f"The view refused a write ({what}): {fault.message}")
            return
        try:
            self.session.change(statement.replace("{table}", self.kept))
        except ExecutionFault as fault:
            self.tried.failed = True
            self.tried.evidence.append(
                Evidence(
                    f"The view took a write that the table refuses ({what}): {fault.message}",
                    basis="data",
                    sql=statement,
                )
            )
            return
        different = self.session.query(self.split.differences)
        if different:
            self.tried.failed = True
            shown = tuple(tuple(None if value is None else str(value) for value in row) for row in different[:4])
            self.tried.evidence.append(
                Evidence(
                    f"After the same write ({what}) the view and the table differ in {len(different):,} rows.",
                    basis="data",
                    columns=("side", *(each.name for each in self.table.columns)),
                    rows=shown,
                    sql=statement,
                )
            )
            return
        self.done.append(what)

    def _key(self) -> Column | None:
        """A column of the key where a new value is simply one more, or a letter more."""
        columns = [each for name in self.split.key if (each := self.table.column(name)) is not None]
        numbers = [each for each in columns if each.type.kind == "integer"]
        texts = [each for each in columns if each.type.kind in ("varchar", "text") and (each.type.length or 99) > 20]
        return next(iter([*numbers, *texts]), None)

    def _added(self, key: Column, columns: list[Column]) -> str:
        names = ", ".join(self._name(each) for each in columns)
        largest = f"(SELECT max(m.{self._name(key)}) FROM {self.kept} AS m)"
        more = f"{largest} + 1" if key.type.kind == "integer" else f"{largest} || 'x'"
        values = ", ".join(more if each is key else f"r.{self._name(each)}" for each in columns)
        first = f"(SELECT min(m.{self._name(key)}) FROM {self.kept} AS m)"
        always = any(each.identity and each.identity.generation == "always" for each in columns)
        return (
            f"INSERT INTO {{table}} ({names}){' OVERRIDING SYSTEM VALUE' if always else ''}"
            f" SELECT {values} FROM {self.kept} AS r WHERE r.{self._name(key)} = {first}"
        )

    def _deleted(self) -> str:
        names = [self.engine.quote(each) for each in self.split.key]
        backwards = ", ".join(f"{each} DESC" for each in names)
        last = self.session.query(f"SELECT {', '.join(names)} FROM {self.kept} ORDER BY {backwards} LIMIT 1")[0]
        pairs = zip(names, last, strict=True)
        return f"DELETE FROM {{table}} WHERE {' AND '.join(f'{name} = {self.engine.literal(_plain(value))}' for name, value in pairs)}"

    def _changed(self, column: Column) -> str:
        """Every row that has the column's smallest value gets its largest one with a letter more."""
        name = self._name(column)
        smallest = self.session.query(f"SELECT min({name}), max({name}) FROM {self.kept}")[0]
        if smallest[0] is None:
            return f"UPDATE {{table}} SET {name} = {name} WHERE 1 = 0"
        new = str(smallest[1])[: max((column.type.length or 1_000) - 1, 0)] + "x"
        return f"UPDATE {{table}} SET {name} = {self.engine.literal(new)} WHERE {name} = {self.engine.literal(smallest[0])}"

    def _name(self, column: Column) -> str:
        return self.engine.quote(column.name)


def _plain(value: object) -> object:
    """A value that can be written as a literal; others by their text."""
    known = (
        isinstance(value, bool | int | float | str | bytes) or hasattr(value, "isoformat") or hasattr(value, "as_tuple")
    )
    return value if known or value is None else str(value)
