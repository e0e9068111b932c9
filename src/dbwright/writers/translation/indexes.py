"""Indexes in another dialect."""

from collections.abc import Mapping

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Index, KeyPart, Table
from dbwright.catalog.types import Type
from dbwright.engines.base import Engine
from dbwright.writers.translation.expressions import translate_expression
from dbwright.writers.translation.losses import Losses
from dbwright.writers.translation.naming import Names

_TREE_METHODS = ("btree", "hash")
_PREFIX = 255
_LONGEST_KEY = 768


class IndexTranslator:
    """Translates the indexes of tables; those that only the source's engine can make are left out and noted."""

    def __init__(self, source: Engine, target: Engine, names: Names, losses: Losses) -> None:
        self._source = source
        self._target = target
        self._names = names
        self._losses = losses

    def translate(self, table: Table, old: Index, types: Mapping[str, Type]) -> Index | None:
        """The index; None where it is left out. types: those of the table's columns in the target."""
        ref = table.ref.child("index", old.name)
        if old.method not in _TREE_METHODS:
            self._losses.add(ref, f"is left out: {self._target.title} has no {old.method} index of this kind")
            return None
        if old.predicate is not None and self._target.name == "mysql":
            self._losses.add(ref, "is left out: it covers only some rows")
            return None
        prefixed = any(part.prefix_length for part in old.parts)
        if old.unique and prefixed and self._target.name != "mysql":
            self._losses.add(ref, "is left out: it is unique over the beginning of a column only")
            return None
        predicate = self._expression(table, old.predicate)
        if old.predicate is not None and predicate is None:
            self._losses.add(ref, "is left out: its predicate cannot be translated")
            return None
        parts = tuple(p for part in old.parts if (p := self._part(table, ref, part, types, len(old.parts))))
        if len(parts) < len(old.parts):
            self._losses.add(ref, "is left out: one of its expressions cannot be translated")
            return None
        if old.method == "hash":
            self._losses.add(ref, "becomes an ordinary tree index")
        fields = ("visible", "valid", "options")
        self._losses.fields(ref, old, fields if self._target.name == "postgres" else (*fields, "include", "comment"))
        if not old.nulls_distinct:
            self._losses.add(ref, "treats NULLs as distinct, which the source did not")
        include = old.include if self._target.name == "postgres" else ()
        return Index(
            name=self._names.relation(ref, old.name),
            parts=parts,
            unique=old.unique,
            include=self._names.listed((table.namespace, table.name), include),
            predicate=predicate,
            comment=old.comment if self._target.name == "postgres" else None,
        )

    def _expression(self, table: Table, expression: str | None) -> str | None:
        if expression is None:
            return None
        renamed = self._names.columns[table.namespace, table.name]
        return translate_expression(expression, self._source.dialect, self._target.dialect, renamed)

    def _part(self, table: Table, ref: Ref, old: KeyPart, types: Mapping[str, Type], count: int) -> KeyPart | None:
        self._losses.fields(ref, old, ("nulls_first", "opclass", "collation"))
        if old.column is None:
            expression = self._expression(table, old.expression)
            return None if expression is None else KeyPart(expression=expression, descending=old.descending)
        name = self._names.column(table, old.column)
        part = KeyPart(column=name, descending=old.descending)
        if self._target.name != "mysql":
            if old.prefix_length:
                self._losses.add(ref, f"covers the whole of {name}, not only its beginning")
            return part
        length = old.prefix_length or self._prefix(types[name], count)
        if length and not old.prefix_length:
            self._losses.add(ref, f"covers only the first {length} characters of {name}")
        return msgspec.structs.replace(part, prefix_length=length)

    def _prefix(self, type_: Type, count: int) -> int | None:
        """MySQL indexes large columns by their beginning only."""
        large = type_.kind in ("text", "geometry") or (type_.kind == "binary" and not type_.length)
        long = type_.kind in ("varchar", "binary") and (type_.length or 0) * count > _LONGEST_KEY
        return min(_PREFIX, _LONGEST_KEY // count) if large or long else None
