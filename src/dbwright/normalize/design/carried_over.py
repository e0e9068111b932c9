"""What a table declares of its own columns, as far as it goes with them into one of its parts: constraints and indexes."""

from collections.abc import Mapping

import msgspec

from dbwright.catalog.objects import Check, Column, ForeignKey, Index, KeyPart, Table, Unique
from dbwright.engines.base import Engine
from dbwright.normalize.design.expressions import mentioned, renamed


def carried_over(
    part: Table, source: Table, called: Mapping[str, str], root: Mapping[str, str], engine: Engine
) -> Table:
    """The part with what the source declares of its columns, by their new names.

    called: the part's columns by those of the source; root: those of the part that the source's rows live on in, whose
    declarations are not repeated elsewhere.
    """
    here = _Here(source, called, engine)
    own = called is root or called == root

    def goes(columns: frozenset[str]) -> bool:
        return columns <= called.keys() and bool(columns) and (own or not columns <= root.keys())

    uniques = [here.unique(each) for each in source.uniques if goes(frozenset(each.columns))]
    indexes = [here.index(each) for each in source.indexes if goes(here.named(each)) and not (each.unique and not own)]
    checks = [here.check(each) for each in source.checks if goes(here.mentioned(each.expression))]
    keys = [here.foreign_key(each) for each in source.foreign_keys if goes(frozenset(each.columns))]
    primary = part.primary_key
    if own and source.primary_key and set(source.primary_key.columns) <= called.keys():
        primary = source.primary_key
    ours = {tuple(each.columns) for each in indexes}
    names = {each.name for each in indexes}
    known_keys = {(each.columns, each.table) for each in keys}
    held = {each.columns for each in uniques} | ({primary.columns} if primary else set())
    changed = msgspec.structs.replace(
        source if own else part,
        name=part.name,
        columns=tuple(here.column(each, name) for each, name in zip(part.columns, here.sources(part), strict=True)),
        primary_key=primary,
        uniques=(*uniques, *(each for each in part.uniques if each.columns not in held))
        if not (own and uniques)
        else tuple(uniques),
        foreign_keys=(*keys, *(each for each in part.foreign_keys if (each.columns, each.table) not in known_keys)),
        checks=tuple(checks),
        indexes=(*indexes, *(each for each in part.indexes if each.name not in names and each.columns not in ours)),
    )
    return msgspec.structs.replace(changed, triggers=(), policies=(), exclusions=())


class _Here:
    def __init__(self, source: Table, called: Mapping[str, str], engine: Engine) -> None:
        self.called, self.all = called, {column.name for column in source.columns}
        self.quoted = {name: engine.quote(own) for name, own in called.items()}

    def sources(self, part: Table) -> list[str | None]:
        """The columns of the source behind those of the part."""
        back = {own: name for name, own in self.called.items()}
        return [back.get(each.name) for each in part.columns]

    def mentioned(self, expression: str) -> frozenset[str]:
        return mentioned(expression, self.all)

    def named(self, index: Index) -> frozenset[str]:
        """All columns of the source that an index speaks of."""
        found = set(index.include)
        for part in index.parts:
            found |= {part.column} if part.column else self.mentioned(part.expression or "")
        return frozenset(found | self.mentioned(index.predicate or ""))

    def column(self, column: Column, source: str | None) -> Column:
        """A computed column computes from the columns by their new names; it holds plain values where they are elsewhere."""
        if column.generated is None or source is None:
            return column
        if not self.mentioned(column.generated.expression) <= self.called.keys():
            return msgspec.structs.replace(column, generated=None)
        other = renamed(column.generated.expression, self.quoted)
        return msgspec.structs.replace(column, generated=msgspec.structs.replace(column.generated, expression=other))

    def unique(self, unique: Unique) -> Unique:
        return msgspec.structs.replace(unique, columns=self._of(unique.columns), include=self._of(unique.include))

    def check(self, check: Check) -> Check:
        return msgspec.structs.replace(check, expression=renamed(check.expression, self.quoted))

    def foreign_key(self, key: ForeignKey) -> ForeignKey:
        return msgspec.structs.replace(
            key, columns=self._of(key.columns), on_delete_columns=self._of(key.on_delete_columns)
        )

    def index(self, index: Index) -> Index:
        return msgspec.structs.replace(
            index,
            parts=tuple(self._part(each) for each in index.parts),
            include=self._of(index.include),
            predicate=renamed(index.predicate, self.quoted) if index.predicate else None,
        )

    def _part(self, part: KeyPart) -> KeyPart:
        if part.column:
            return msgspec.structs.replace(part, column=self.called[part.column])
        return msgspec.structs.replace(part, expression=renamed(part.expression or "", self.quoted))

    def _of(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.called[each] for each in columns)
