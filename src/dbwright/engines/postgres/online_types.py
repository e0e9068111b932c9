"""A column that gets another type through a second column, with all that stands on it built anew beside it."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from dbwright.catalog.lookup import find_table
from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Check, ForeignKey, Index, PrimaryKey, Unique
from dbwright.change.online import ChangeType, Stage, Task
from dbwright.change.operations.renaming import rename_column
from dbwright.engines.postgres.column_type import conversion, without_cast
from dbwright.engines.postgres.ddl_columns import identity_sql, usual_sequence_name
from dbwright.engines.postgres.dependants import aside, policies_aside, triggers_aside
from dbwright.engines.postgres.online_columns import all_filled, beside, statistics
from dbwright.engines.postgres.online_parts import (
    add_check,
    add_foreign_key,
    build_index,
    comment_on,
    key_index,
    not_null,
    use_index,
)
from dbwright.engines.postgres.online_sync import Shapes, Value, drop_sync, spelled, sync_function
from dbwright.engines.postgres.online_work import (
    Planned,
    Work,
    all_keys,
    column_of,
    mentions,
    name_of,
    refuse,
    shadow_name,
    views_over,
)
from dbwright.engines.postgres.words import identifier, literal, qualified


def change_type(work: Work, change: ChangeType) -> Planned:
    """The second column and all that stands on it in expand; the names change hands in switch; the old one goes in contract."""
    return _Retyping(work, change).planned()


class _Retyping:
    """One change of a type. `shadow` is the new column's name until the names change hands, `aside` the old one's name after."""

    def __init__(self, work: Work, change: ChangeType) -> None:
        self.work, self.change = work, change
        self.table = work.table(change.table)
        self.old = column_of(self.table, change.column)
        self.name = name_of(self.table)
        self.shadow = shadow_name(self.table, self.old.name, "new")
        self.aside = shadow_name(self.table, self.old.name, "old")
        self._refuse_what_cannot_follow()
        collation = self.old.collation if change.type.is_text and self.old.type.is_text else None
        self.new = replace(self.old, name=self.shadow, type=change.type, collation=collation, comment=None)
        name, old, new = self.old.name, self.old.type, change.type
        self.up = change.using or conversion(name, old, new) or f"{identifier(name)}::{new.spelling}"
        self.down = change.back or conversion(name, new, old) or f"{identifier(name)}::{old.spelling}"
        mirror = rename_column(work.catalog, (self.table.namespace, self.table.name), name, self.shadow)
        self.mirrored = find_table(mirror, self.table.ref)
        self.holders = tuple(zip(work.catalog.tables, mirror.tables, strict=True))

    def _refuse_what_cannot_follow(self) -> None:
        table, name = self.table, self.old.name
        if self.old.generated:
            refuse(f"{table.ref}.{name} is a generated column", "Drop it, and add it again with the new type.")
        for each in table.columns:
            if each.generated and mentions(each.generated.expression, name):
                refuse(f"the column {each.name} of {table.ref} is computed from {name}", f"Drop {each.name} first.")
        for exclusion in table.exclusions:
            if name in exclusion.columns or mentions(exclusion.definition, name):
                refuse(
                    f"the exclusion constraint {exclusion.name} of {table.ref} cannot be built while others write",
                    "Drop it first, and add it again after contract.",
                )
        for key in all_keys(table):
            if key.without_overlaps and name in key.columns:
                refuse(f"the key {key.name} of {table.ref} is WITHOUT OVERLAPS", "Use a plain ALTER TABLE.")
        for view in views_over(self.work.catalog, table, (name,)):
            if view.materialized:
                refuse(
                    f"the materialized view {view.ref} stands on {table.ref}.{name}, and would be filled again under lock",
                    "Drop it first, and make it again after contract.",
                )

    # ------------------------------------------------------------ the stages

    def planned(self) -> Planned:
        """All stages, and how the table looks to the new application."""
        column = f"{self.table.ref}.{self.old.name}"
        notes = [f"{column} stands last among the columns of its table afterwards."]
        if self.old.identity:
            notes.append(f"Until contract the numbers of {column} still have to fit into {self.old.type.spelling}.")
        return Planned(
            [*self._expand(), *([] if self.work.version else self._switch()), *self._contract()],
            table=self.change.table,
            shown={self.old.name: self.shadow},
            notes=tuple(notes),
            loses=(f"the values of {column} as {self.old.type.spelling}",),
        )

    def _shapes(self, *, switched: bool) -> Shapes:
        """In both expressions the column stands under its own name, whichever column holds it at the time."""
        old = replace(self.old, name=self.aside if switched else self.old.name)
        new = replace(self.new, name=self.old.name if switched else self.shadow)
        return Shapes(
            old=(Value(old.name, spelled(old), self.down),),
            new=(Value(new.name, spelled(new), self.up),),
            seen_by_new={self.old.name: old},
            seen_by_old={self.old.name: new},
        )

    def _expand(self) -> Iterator[Stage]:
        table, shapes = self.table, self._shapes(switched=False)
        both = replace(table, columns=(*table.columns, replace(self.new, nullable=True)))
        yield from beside(self.work, table, (self.new,), shapes)
        if not self.old.nullable:
            yield from not_null(both, self.shadow, self.work.temporary("not_null"), undo=False)
        for number, index in self._indexes():
            yield build_index(both, replace(index, name=self.work.temporary(number), comment=None))
        for number, _, key in self._keys():
            yield build_index(both, key_index(self.work.temporary(f"key_{number}"), key))
        for number, check in self._checks():
            temporary = replace(check, name=self.work.temporary(f"check_{number}"), comment=None)
            yield from add_check(both, temporary, f"{check.name} in {table.ref}")
        for number, _, holder, foreign in self._foreign_keys():
            copy = replace(foreign, name=self.work.temporary(f"foreign_{number}"), comment=None)
            yield from add_foreign_key(holder, copy)
        yield statistics(table, (self.shadow,))
        yield all_filled(table, shapes)

    def _switch(self) -> Iterator[Stage]:
        old, new, gone = identifier(self.old.name), identifier(self.shadow), identifier(self.aside)
        triggers = triggers_aside(self.table, self.old.name)
        before, after = _tasks(triggers.before), _tasks(triggers.after)
        yield Stage(
            title=f"Let {self.table.ref}.{self.old.name} be the new column, and keep the old one as {self.aside}",
            phase="switch",
            tasks=(
                *before,
                Task(f"ALTER TABLE {self.name} RENAME COLUMN {old} TO {gone}"),
                Task(f"ALTER TABLE {self.name} RENAME COLUMN {new} TO {old}"),
                sync_function(self.work, self.table, self._shapes(switched=True)),
                *after,
            ),
            undo=(
                *before,
                Task(f"ALTER TABLE {self.name} RENAME COLUMN {old} TO {new}"),
                Task(f"ALTER TABLE {self.name} RENAME COLUMN {gone} TO {old}"),
                sync_function(self.work, self.table, self._shapes(switched=False)),
                *after,
            ),
        )

    def _contract(self) -> Iterator[Stage]:
        work, table, column = self.work, self.table, identifier(self.old.name)
        shapes = self._shapes(switched=not work.version)
        gone, now = shapes.old[0].column, shapes.new[0].column
        yield all_filled(table, shapes, "contract")
        hanging = aside(work.catalog, views_over(work.catalog, table, (self.old.name,)))
        hanging.add(policies_aside(work.catalog, table, self.old.name))
        if work.version:
            hanging.add(triggers_aside(table, self.old.name))
        tasks = [*drop_sync(work, table), *_tasks(hanging.before)]
        for _, foreign, holder, _ in self._foreign_keys():
            tasks.append(Task(f"ALTER TABLE {name_of(holder)} DROP CONSTRAINT {identifier(foreign.name or '')}"))
        tasks += self._keep_numbers(now)
        tasks.append(Task(f"ALTER TABLE {self.name} DROP COLUMN {identifier(gone)}"))
        if now != self.old.name:
            tasks.append(Task(f"ALTER TABLE {self.name} RENAME COLUMN {identifier(now)} TO {column}"))
        tasks += [*self._final_parts(), *self._final_column(), *_tasks(hanging.after)]
        yield Stage(
            title=f"Drop the old column of {table.ref}.{self.old.name}, and give what was built beside it its names",
            phase="contract",
            tasks=tuple(tasks),
        )

    # ------------------------------------------------------------ what stands on the column

    def _indexes(self) -> Iterator[tuple[int, Index]]:
        for number, (before, after) in enumerate(zip(self.table.indexes, self.mirrored.indexes, strict=True)):
            if before != after and before.valid:
                yield number, after

    def _keys(self) -> Iterator[tuple[int, PrimaryKey | Unique, PrimaryKey | Unique]]:
        pairs = zip(all_keys(self.table), all_keys(self.mirrored), strict=True)
        for number, (before, after) in enumerate(pairs):
            if before != after:
                yield number, before, after

    def _checks(self) -> Iterator[tuple[int, Check]]:
        for number, (before, after) in enumerate(zip(self.table.checks, self.mirrored.checks, strict=True)):
            if before != after:
                yield number, after

    def _foreign_keys(self) -> Iterator[tuple[int, ForeignKey, Table, ForeignKey]]:
        """Those of the table and those that point at it: number, as it is, the table that holds it, as it shall be."""
        number = 0
        for holder, copy in self.holders:
            for before, after in zip(holder.foreign_keys, copy.foreign_keys, strict=True):
                if before != after:
                    yield number, before, holder, after
                    number += 1

    # ------------------------------------------------------------ the end

    @property
    def _sequence(self) -> str:
        usual = (self.table.namespace, usual_sequence_name(self.table.name, self.old.name))
        return qualified(*((self.old.identity and self.old.identity.sequence) or usual))

    def _keep_numbers(self, now: str) -> list[Task]:
        """The sequence of a serial column goes over to the new one; where an identity has come to is kept for a moment."""
        identity = self.old.identity
        if identity is None:
            return []
        if identity.generation == "serial":
            tasks = [Task(f"ALTER SEQUENCE {self._sequence} OWNED BY {self.name}.{identifier(now)}")]
            if self.new.type.kind == "integer":
                tasks.append(Task(f"ALTER SEQUENCE {self._sequence} AS {self.new.type.spelling}"))
            return tasks
        last = f"(SELECT last_value || ',' || is_called FROM {self._sequence})"
        return [Task(f"SELECT set_config('dbwright.last_number', {last}, true)")]

    def _final_parts(self) -> Iterator[Task]:
        table, work = self.table, self.work
        for number, index in self._indexes():
            here = qualified(table.namespace, work.temporary(number))
            yield Task(f"ALTER INDEX {here} RENAME TO {identifier(index.name)}")
            if index.comment:
                yield Task(f"COMMENT ON INDEX {qualified(table.namespace, index.name)} IS {literal(index.comment)}")
        for number, key, _ in self._keys():
            yield use_index(table, work.temporary(f"key_{number}"), key)
            yield from comment_on(table, key)
        for number, check in self._checks():
            yield from self._renamed(table, work.temporary(f"check_{number}"), check)
        for number, foreign, holder, _ in self._foreign_keys():
            yield from self._renamed(holder, work.temporary(f"foreign_{number}"), foreign)

    @staticmethod
    def _renamed(holder: Table, temporary: str, part: Check | ForeignKey) -> Iterator[Task]:
        to = identifier(part.name or "")
        yield Task(f"ALTER TABLE {name_of(holder)} RENAME CONSTRAINT {identifier(temporary)} TO {to}")
        yield from comment_on(holder, part)

    def _final_column(self) -> Iterator[Task]:
        """Default, numbering, statistics target and comment: the old column had them until now."""
        table, column = self.table, identifier(self.old.name)
        alter = f"ALTER TABLE {self.name} ALTER COLUMN {column}"
        identity = self.old.identity
        default = self.change.default or (without_cast(self.old.default) if self.old.default else None)
        if identity and identity.generation == "serial":
            yield Task(f"{alter} SET DEFAULT nextval({literal(self._sequence)}::regclass)")
        elif identity:
            yield Task(f"{alter} ADD {identity_sql(table.namespace, table.name, self.old.name, identity)}")
            place = f"pg_get_serial_sequence({literal(self.name)}, {literal(self.old.name)})"
            last = "string_to_array(current_setting('dbwright.last_number'), ',')"
            yield Task(f"SELECT setval({place}, ({last})[1]::bigint, ({last})[2]::boolean)")
        elif default is not None:
            yield Task(f"{alter} SET DEFAULT {default}")
        for option, words in (("statistics", "SET STATISTICS {}"), ("attributes", "SET ({})")):
            if option in self.old.options:
                yield Task(f"{alter} {words.format(self.old.options[option])}")
        if self.old.comment:
            yield Task(f"COMMENT ON COLUMN {self.name}.{column} IS {literal(self.old.comment)}")


def _tasks(texts: Iterable[str]) -> tuple[Task, ...]:
    return tuple(Task(text) for text in texts)
