"""A translated catalog tried on a scratch database of the target, and what it refuses left out by name."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec

from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Catalog, ForeignKey, Table, View
from dbwright.engines.base import Engine, Statement
from dbwright.errors import DbwrightError, ExecutionFault, Unavailable
from dbwright.writers.translation.losses import Losses

_KINDS: dict[str, Kind] = {
    "uniques": "unique",
    "checks": "check",
    "indexes": "index",
    "default": "column",
    "generated": "column",
}
_LEFT_OUT = {"default": "its default is left out", "generated": "is no longer generated"}
_Part = tuple[str, str]
_P = TypeVar("_P")


def try_out(catalog: Catalog, target: Engine, losses: Losses) -> Catalog:
    """What of the catalog an empty database of the target takes; all of it, where a scratch database cannot be had.

    Expressions are translated by their text, so only the target itself can say whether they hold.
    """
    try:
        return _Trial(catalog, target, losses).settled()
    except Unavailable as error:
        losses.sentences.append(
            f"The translation was not run, since no scratch database of {target.title} could be had: {error.message}"
        )
        return catalog


class _Trial:
    def __init__(self, catalog: Catalog, target: Engine, losses: Losses) -> None:
        self._catalog = catalog
        self._target = target
        self._losses = losses
        self._refused: set[Ref] = set()

    def settled(self) -> Catalog:
        """The whole where it runs; otherwise tables one by one, then the keys between them, then views."""
        if self._refusal(self._catalog.tables, self._catalog.views) is None:
            return self._catalog
        tables = [self._table(table) for table in self._catalog.tables]
        tables = self._foreign_keys(tables)
        views = self._views(tables)
        return msgspec.structs.replace(self._catalog, tables=tuple(tables), views=tuple(views))

    def _refusal(self, tables: Iterable[Table], views: Iterable[View] = ()) -> str | None:
        """Why the target refuses a part of the catalog; None where it takes it."""
        part = msgspec.structs.replace(self._catalog, tables=tuple(tables), views=tuple(views))
        with self._target.scratch() as scratch, scratch.open() as session:
            try:
                session.execute(Statement(text=text) for text in self._target.emit(part))
                for table in part.tables if self._target.name == "sqlite" else ():
                    # SQLite takes functions that it does not have, until it compiles an insert.
                    session.query(f"EXPLAIN INSERT INTO {self._target.quote(table.name)} DEFAULT VALUES")
                for view in part.views:
                    # SQLite takes any view, and only looks at it when it is read.
                    session.query(f"SELECT * FROM {self._target.quote(view.name)} WHERE 1 = 0")
            except ExecutionFault as error:
                return error.message.rstrip(".")
            except Unavailable:
                raise
            except DbwrightError as error:
                return error.message.rstrip(".")
        return None

    def _table(self, table: Table) -> Table:
        parts = _parts(table)
        alone = msgspec.structs.replace(table, foreign_keys=())
        if (reason := self._refusal([_with_parts(alone, ())])) is not None:
            self._losses.add(table.ref, f"{reason}. The table is written as it is and has to be changed by hand")
            self._refused.add(table.ref)
            return table

        def lose(part: _Part, reason: str) -> None:
            field, name = part
            ref = table.ref.child(_KINDS[field], name)
            self._losses.add(ref, f"{_LEFT_OUT.get(field, 'is left out')}, since {reason}")

        kept = _settle(parts, lambda some: self._refusal([_with_parts(alone, some)]), lose)
        return _with_parts(table, kept)

    def _foreign_keys(self, tables: Sequence[Table]) -> list[Table]:
        refused = {ref.path for ref in self._refused}
        keys = [
            (table, key) for table in tables for key in table.foreign_keys if not {table.ref.path, key.table} & refused
        ]
        by_path = {(table.namespace, table.name): table for table in tables}

        def refusal(some: Sequence[tuple[Table, ForeignKey]]) -> str | None:
            needed = {(t.namespace, t.name): t for t, _ in some} | {key.table: by_path[key.table] for _, key in some}
            return self._refusal(_with_keys(each, some) for each in needed.values())

        def lose(part: tuple[Table, ForeignKey], reason: str) -> None:
            table, key = part
            self._losses.add(table.ref.child("foreign_key", key.name or ""), f"is left out, since {reason}")

        kept = _settle(keys, refusal, lose)
        return [_with_keys(table, kept) for table in tables]

    def _views(self, tables: Sequence[Table]) -> list[View]:
        def lose(view: View, reason: str) -> None:
            self._losses.add(view.ref, f"is left out, since {reason}")

        taken = [_with_keys(table, ()) for table in tables if table.ref not in self._refused]
        return _settle(_in_order(self._catalog.views), lambda some: self._refusal(taken, some), lose)


def _settle(
    parts: Sequence[_P], refusal: Callable[[Sequence[_P]], str | None], lose: Callable[[_P, str], None]
) -> list[_P]:
    """The parts that are taken together, found by halving; each that is not goes to `lose` with the reason."""
    kept: list[_P] = []
    waiting = [list(parts)] if parts else []
    while waiting:
        some = waiting.pop()
        reason = refusal([*kept, *some])
        if reason is None:
            kept += some
        elif len(some) == 1:
            lose(some[0], reason)
        else:
            half = len(some) // 2
            waiting += [some[half:], some[:half]]
    return kept


def _parts(table: Table) -> list[_Part]:
    found = [("default", column.name) for column in table.columns if column.default is not None]
    found += [("generated", column.name) for column in table.columns if column.generated]
    return found + [
        (field, part.name or "") for field in ("uniques", "checks", "indexes") for part in getattr(table, field)
    ]


def _with_parts(table: Table, kept: Sequence[_Part]) -> Table:
    columns = tuple(
        msgspec.structs.replace(
            column,
            default=column.default if ("default", column.name) in kept else None,
            generated=column.generated if ("generated", column.name) in kept else None,
        )
        for column in table.columns
    )
    return msgspec.structs.replace(
        table,
        columns=columns,
        uniques=tuple(each for each in table.uniques if ("uniques", each.name) in kept),
        checks=tuple(each for each in table.checks if ("checks", each.name) in kept),
        indexes=tuple(each for each in table.indexes if ("indexes", each.name) in kept),
    )


def _with_keys(table: Table, kept: Sequence[tuple[Table, ForeignKey]]) -> Table:
    own = tuple(key for holder, key in kept if holder is table)
    return msgspec.structs.replace(table, foreign_keys=own)


def _in_order(views: Sequence[View]) -> list[View]:
    """Views after those that they read."""
    by_ref = {view.ref: view for view in views}
    found: dict[Ref, View] = {}
    seen: set[Ref] = set()

    def visit(view: View) -> None:
        if view.ref in seen:
            return
        seen.add(view.ref)
        for ref in view.depends_on:
            if ref in by_ref:
                visit(by_ref[ref])
        found[view.ref] = view

    for view in views:
        visit(view)
    return list(found.values())
