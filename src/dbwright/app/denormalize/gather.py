"""From options, or from the triggers that are there, to all that keeps each thing: against a catalog and its engine."""

from collections.abc import Sequence
from typing import NamedTuple

from dbwright.catalog.facts import Facts
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Routine
from dbwright.catalog.types import Type
from dbwright.denormalize.asked import FUNCTIONS, Reader
from dbwright.denormalize.buckets import named_query
from dbwright.denormalize.gathered import beside_totals, keep_copy, keep_total
from dbwright.denormalize.kinds import Copy, Kept, Total
from dbwright.denormalize.names import free_names
from dbwright.denormalize.query import Grouped, QueryReader, Refused
from dbwright.denormalize.rollups import rollup_writer
from dbwright.denormalize.views import existing, found_whole, materialized, whole
from dbwright.denormalize.words import Words, marks
from dbwright.engines.base import Engine, Statement
from dbwright.errors import UsageError

KINDS = ("counter", "sum", "minimum", "maximum", "copy", "rollup", "materialized")
_SHARE = 200_000
"""Rows of a table whose values are filled by one statement; more are shared out to several, so that locks are held shortly."""
_MOST_SHARES = 50


class Option(NamedTuple):
    """One thing asked for: its kind (one of KINDS) and the option's value."""

    kind: str
    text: str


class Gatherer:
    """Reads options against one catalog. facts: sizes, for how a fill is shared out.

    whole: a query that triggers cannot keep becomes a table that a command fills. unique: per name of a materialised view the
    columns by which its rows are told.
    """

    def __init__(
        self, catalog: Catalog, engine: Engine, facts: Facts | None = None, *, whole: bool = False,
        unique: dict[str, tuple[str, ...]] | None = None,
    ) -> None:  # fmt: skip
        self.catalog, self.engine, self.facts, self.whole, self.unique = catalog, engine, facts, whole, unique or {}
        self.words = Words(
            engine=engine.name,
            quote=engine.quote,
            free=free_names(catalog, engine.name_limit(), in_bytes=engine.name == "postgres"),
            version=catalog.version,
        )
        self.totals: list[Total] = []
        self.reader = Reader(catalog, engine.dialect, engine.name, engine.quote, engine.spell)

    def new(self, options: Sequence[Option]) -> list[Kept]:
        """All that keeps what was asked for. Raises UsageError, Unsupported, with what does not fit."""
        totals = [self.reader.total(each.kind, each.text) for each in options if each.kind in FUNCTIONS]
        copies = [self.reader.copy(each.text) for each in options if each.kind == "copy"]
        there = [self.reader.total(each.kind, each.text) for each in marked(self.catalog) if each.kind in FUNCTIONS]
        self.totals = [*totals, *there]
        found = [self._total(each) for each in totals]
        found += [self._copy(each) for each in beside_totals(copies, self.totals)]
        found += [self._query(each) for each in options if each.kind in ("rollup", "materialized")]
        names = [each.name for each in found]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise UsageError(f"{twice} is asked for twice.")
        kept = {(each.kind, each.text) for each in marked(self.catalog)}
        if again := next((each for each in found if each.text and (each.kind, each.text) in kept), None):
            raise UsageError(f"{again.name} is kept already.", hint="Check it: dbwright denormalize URL --check.")
        return found

    def there(self) -> tuple[list[Kept], list[str]]:
        """What is kept in the database, told by its triggers, and sentences on what no longer fits the schema."""
        found, said = [], []
        for option in marked(self.catalog):
            try:
                if option.kind in FUNCTIONS:
                    found.append(self._total(self.reader.total(option.kind, option.text)))
                elif option.kind == "copy":
                    found.append(self._copy(self.reader.copy(option.text)))
                else:
                    found.append(self._rollup_there(option))
            except UsageError as error:
                said.append(
                    f"--{option.kind} {option.text} is kept by triggers, but does not fit the schema: {error.message}"
                )
        found += [existing(self.words, view) for view in self.catalog.views if view.materialized and view.populated]
        found += found_whole(self.words, self.catalog) if self.engine.name != "postgres" else []
        return sorted(found, key=lambda each: each.name), said

    # ------------------------------------------------------------ one thing

    def _total(self, total: Total) -> Kept:
        return keep_total(total, self.words, self.catalog, self._shares(total.parent.ref))

    def _copy(self, copy: Copy) -> Kept:
        return keep_copy(copy, self.words, self._shares(copy.child.ref))

    def _shares(self, table: Ref) -> int:
        rows = self.facts.rows(table) if self.facts else None
        return min(_MOST_SHARES, 1 + (rows or 0) // _SHARE)

    def _path(self, path: tuple[str, ...]) -> tuple[str, str]:
        """Namespace and name of what is to be made."""
        usual = "public" if self.engine.name == "postgres" else ""
        namespace, name = (path[-2] if len(path) > 1 else usual), path[-1]
        taken = {table.ref.path for table in self.catalog.tables} | {view.ref.path for view in self.catalog.views}
        if (namespace, name) in taken:
            raise UsageError(f"There is a table or view {'.'.join(filter(None, (namespace, name)))} already.")
        return namespace, name

    def _query(self, option: Option) -> Kept:
        written, query = named_query(option.text, self.catalog, self.engine.name, self.engine.quote)
        path = self._path(written)
        is_view = option.kind == "materialized"
        native = is_view and self.engine.name == "postgres"
        grouped: Grouped | None = None
        try:
            grouped = QueryReader(query, self.catalog, self.engine.dialect, self.engine.name).read()
        except Refused as refused:
            if is_view and not native and self.whole:
                return whole(self.words, path, query, self._types(query), text=option.text)
            if not native:
                raise self._refusal(refused, option) from refused
        if native or grouped is None:
            keys = self.unique.get(path[1]) or (tuple(key.name for key in grouped.keys) if grouped else ())
            return materialized(self.words, path, query, list(self._types(query)), keys, option.text)
        return self._rollup(path, grouped, option)

    def _refusal(self, refused: Refused, option: Option) -> UsageError:
        hint = "On PostgreSQL --materialized makes a materialised view of any query."
        if option.kind == "materialized":
            hint = "Add --whole: then it is a table that `dbwright denormalize URL --refresh` fills anew."
        return UsageError(f"Triggers cannot keep it. {refused.message}", hint=hint)

    def _rollup(self, path: tuple[str, str], grouped: Grouped, option: Option) -> Kept:
        writer = rollup_writer(self.words, path, grouped, self.catalog, kind=option.kind, text=option.text)
        return writer.kept(
            self._sqlite_types(grouped) if self.engine.name == "sqlite" else self._types(writer.selected())
        )

    @staticmethod
    def _sqlite_types(grouped: Grouped) -> dict[str, Type]:
        """SQLite tells no types of expressions; its own functions of dates give text."""
        found = {each.name: Type("integer", "INTEGER", bits=64) for each in grouped.measures if not each.is_inexact}
        found |= {each.name: Type("decimal", "NUMERIC") for each in grouped.measures if each.is_inexact}
        for key in grouped.keys:
            column = grouped.plain_column(key.value)
            found[key.name] = column.type if column else Type("untyped", "")
        return found

    def _rollup_there(self, option: Option) -> Kept:
        """A rollup whose table is there, so that its types are known."""
        written, query = named_query(option.text, self.catalog, self.engine.name, self.engine.quote)
        usual = "public" if self.engine.name == "postgres" else ""
        path = (written[-2] if len(written) > 1 else usual, written[-1])
        table = next((each for each in self.catalog.tables if each.ref.path == path), None)
        if table is None:
            raise UsageError(f"The table {path[1]} is gone.")
        grouped = QueryReader(query, self.catalog, self.engine.dialect, self.engine.name).read()
        writer = rollup_writer(self.words, path, grouped, self.catalog, kind=option.kind, text=option.text)
        return writer.kept({column.name: column.type for column in table.columns})

    def _types(self, query: str) -> dict[str, Type]:
        """The types that the engine itself gives a query's columns: those of a view on a scratch database."""
        name = self.engine.quote("dbwright_types")
        query = query.replace("@@session.time_zone", "'+00:00'")  # MySQL's views hold no variables
        with self.engine.scratch() as scratch, scratch.open() as session:
            session.execute(Statement(text=text) for text in self.engine.emit(self.catalog))
            session.execute([Statement(text=f"CREATE VIEW {name} AS {query}")])
            held = session.inspect().catalog
        view = next(each for each in held.views if each.name == "dbwright_types")
        return {column.name: column.type for column in view.columns}


def marked(catalog: Catalog) -> list[Option]:
    """What the triggers of a catalog say that they keep, each once."""
    texts = [trigger.definition for table in catalog.tables for trigger in table.triggers]
    texts += [each.definition for each in catalog.routines if isinstance(each, Routine)]
    return list(dict.fromkeys(Option(kind, text) for each in texts for kind, text in marks(each)))


def chosen(found: Sequence[Kept], names: Sequence[str]) -> list[Kept]:
    """Those of the given names, or all where none is given. Raises UsageError for a name that is none of them."""
    if not names:
        return list(found)
    taken = []
    for name in names:
        fitting = [each for each in found if each.name == name or each.name.endswith(f".{name}")]
        if not fitting:
            known = ", ".join(each.name for each in found) or "nothing"
            raise UsageError(f"Nothing is kept under the name {name}.", hint=f"Kept are {known}.")
        taken += fitting
    return taken
