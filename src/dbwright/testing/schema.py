"""Assertions on a schema: that it has what the application counts on."""

from collections.abc import Sequence

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Table
from dbwright.change.compare import compare


class Schema:
    """A catalog with assertions. Each returns what it found, or the schema, so that several can follow each other."""

    def __init__(self, catalog: Catalog, engine: str) -> None:
        self.catalog = catalog
        self._home = "public" if engine == "postgres" else ""

    def has_table(self, name: str) -> "HeldTable":
        """There is a table of that name."""
        namespace, _, own = name.rpartition(".")
        found = Lookup(self.catalog).table((namespace or self._home, own))
        if found is None:
            held = ", ".join(sorted(table.name for table in self.catalog.tables)) or "none"
            raise AssertionError(f"There is no table {name}. There are: {held}.")
        return HeldTable(found)

    def has_no_table(self, name: str) -> "Schema":
        """There is no table of that name."""
        namespace, _, own = name.rpartition(".")
        if Lookup(self.catalog).table((namespace or self._home, own)) is not None:
            raise AssertionError(f"There is a table {name}.")
        return self

    def has_view(self, name: str) -> "Schema":
        """There is a view of that name."""
        return self._among("view", name, [view.name for view in self.catalog.views])

    def has_routine(self, name: str) -> "Schema":
        """There is a function or procedure of that name."""
        return self._among("routine", name, [routine.name for routine in self.catalog.routines])

    def has_enum(self, name: str, labels: Sequence[str] | None = None) -> "Schema":
        """There is an enum type, with these labels where they are given."""
        found = {each.name: each.labels for each in self.catalog.enums}
        self._among("enum", name, list(found))
        if labels is not None and tuple(labels) != found[name]:
            raise AssertionError(f"The enum {name} has the labels {', '.join(found[name])}.")
        return self

    def equals(self, other: Catalog) -> "Schema":
        """The schema is that of another catalog, object by object."""
        differing = compare(self.catalog, other)
        if differing:
            named = ", ".join(f"{each.target.kind} {each.target}" for each in differing[:20])
            raise AssertionError(f"The schemas differ in {len(differing)} changes: {named}.")
        return self

    def _among(self, kind: str, name: str, held: Sequence[str]) -> "Schema":
        if name not in held:
            raise AssertionError(f"There is no {kind} {name}. There are: {', '.join(sorted(held)) or 'none'}.")
        return self


class HeldTable:
    """A table with assertions, each of which returns it."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def has_column(
        self,
        name: str,
        *,
        type: str | None = None,  # noqa: A002 - the word that everybody uses for it
        nullable: bool | None = None,
        default: str | None = None,
        comment: bool = False,
    ) -> "HeldTable":
        """It has the column. type: as the engine spells it, or a logical kind ("text"). comment: it has one."""
        column = self._column(name)
        if type is not None:
            self._must(
                type in (column.type.spelling, column.type.kind), f"{name} is {column.type.spelling}, not {type}"
            )
        if nullable is not None:
            allows = "may" if column.nullable else "may not"
            self._must(column.nullable == nullable, f"{name} {allows} be NULL")
        if default is not None:
            self._must(column.default == default, f"{name} has the default {column.default}")
        return self._must(bool(column.comment) or not comment, f"{name} has no comment")

    def has_no_column(self, name: str) -> "HeldTable":
        """It does not have the column."""
        return self._must(self.table.column(name) is None, f"there is a column {name}")

    def has_primary_key(self, *columns: str) -> "HeldTable":
        """Its primary key is of these columns, in this order."""
        held = self.table.primary_key.columns if self.table.primary_key else ()
        return self._must(held == columns, f"the primary key is ({', '.join(held)})")

    def is_unique(self, *columns: str) -> "HeldTable":
        """No two rows can have equal values in these columns: a key, a unique constraint or a unique index says so."""
        held = [set(key) for key in self.table.keys]
        return self._must(set(columns) in held, f"nothing keeps ({', '.join(columns)}) unique")

    def has_foreign_key(
        self, *columns: str, to: str, on_delete: str | None = None, on_update: str | None = None
    ) -> "HeldTable":
        """These columns refer to a table. on_delete, on_update: "cascade", "restrict", "set null", "no action" …"""
        found = [key for key in self.table.foreign_keys if key.columns == columns and key.table[1] == to]
        self._must(bool(found), f"({', '.join(columns)}) does not refer to {to}")
        for word, wanted in (("on_delete", on_delete), ("on_update", on_update)):
            held = _action(found[0], word)
            self._must(wanted is None or held == wanted, f"({', '.join(columns)}): {word} is {held}")
        return self

    def has_index_on(self, *columns: str, unique: bool | None = None, predicate: str | None = None) -> "HeldTable":
        """An index begins with these columns, in this order. predicate: the condition of a partial one."""
        for index in self.table.indexes:
            fits = index.columns[: len(columns)] == columns and unique in (None, index.unique)
            if fits and (predicate is None or predicate in (index.predicate or "")):
                return self
        keyed = (
            unique is not False and predicate is None and any(key[: len(columns)] == columns for key in self.table.keys)
        )
        return self._must(keyed, f"no index begins with ({', '.join(columns)})")

    def has_check(self, text: str) -> "HeldTable":
        """A check constraint has that name, or that text in its condition."""
        held = [f"{check.name}: {check.expression}" for check in self.table.checks]
        return self._must(
            any(text in each for each in held), f"no check has {text!r}: {'; '.join(held) or 'there is none'}"
        )

    def has_trigger(self, name: str) -> "HeldTable":
        """It has the trigger."""
        held = [trigger.name for trigger in self.table.triggers]
        return self._must(name in held, f"there is no trigger {name}: {', '.join(held) or 'none at all'}")

    def has_row_security(self, *, forced: bool | None = None) -> "HeldTable":
        """Row-level security is switched on, and a policy is there."""
        self._must(self.table.row_security and bool(self.table.policies), "row-level security is off, or has no policy")
        return self._must(
            forced in (None, self.table.force_row_security), "row-level security is not forced on the owner"
        )

    def _column(self, name: str) -> Column:
        column = self.table.column(name)
        if column is None:
            held = ", ".join(each.name for each in self.table.columns)
            raise AssertionError(f"{self.table.name} has no column {name}. It has: {held}.")
        return column

    def _must(self, holds: bool, sentence: str) -> "HeldTable":
        if not holds:
            raise AssertionError(f"{self.table.name}: {sentence}.")
        return self


def _action(key: ForeignKey, word: str) -> str:
    return str(getattr(key, word)).replace("_", " ").lower()
