"""The parts as they can stand beside the source: under names that are free, without what would stand in the way while rows are
carried over, and with what they get once the source is gone."""

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from dbwright.catalog.objects import Catalog, Column, ForeignKey, Identity, Table
from dbwright.errors import Refused
from dbwright.normalize.design.proposal import Part
from dbwright.normalize.migration.dialect import Dialect

Path = tuple[str, str]
_NAME = r"""(?:"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\w$]+)"""
_ON = re.compile(rf"((?<![\w$])ON\s+){_NAME}(?:\s*\.\s*{_NAME})?", re.IGNORECASE)


class Names:
    """The names that a split gives. interim: of the part that gets the source's name, until that is free; kept: of the source after
    the switch."""

    def __init__(self, source: Table, parts: Sequence[Part], catalog: Catalog, sql: Dialect) -> None:
        self.source, self.sql = source, sql
        self.taken = {each.name for each in catalog.tables} | {each.name for each in catalog.views}
        self.wanted = {part.table.name for part in parts}
        clash = sorted((self.wanted & self.taken) - {source.name})
        if clash:
            raise Refused(
                f"There is {', '.join(clash)} already in the database.",
                hint="Rename it, or the columns that the new table is named for.",
            )
        self.interim = self._free("_next") if source.name in self.wanted else source.name
        self.kept = self._free("_before")
        # PostgreSQL's indexes share their names with its tables and views.
        self.indexes = {index.name for table in catalog.tables for index in table.indexes}
        self.indexes |= self.taken | self.wanted | {self.interim, self.kept}

    def _free(self, ending: str) -> str:
        name, number = self.sql.fitting(self.source.name, ending), 2
        while name in self.taken or name in self.wanted:
            name, number = self.sql.fitting(self.source.name, f"{ending}_{number}"), number + 1
        return name

    def index(self, name: str) -> str:
        """A name for an index of a part, which no other index has."""
        found, number = self.sql.fitting(name), 2
        while found in self.indexes:
            ending = "_next" if number == 2 else f"_next_{number}"
            found, number = self.sql.fitting(name, ending), number + 1
        self.indexes.add(found)
        return found


def beside(part: Part, names: Names) -> Part:
    """The part under an interim name if it shall get the source's, with constraints and indexes of its own.

    Triggers of the source stay with it. Foreign keys to the source itself come with the switch: `to_itself`.
    """
    source, table = names.source, part.table
    path = (source.namespace, source.name)
    constraints = (source.primary_key, *source.uniques, *source.checks, *source.foreign_keys)
    used = {each.name for each in constraints if each is not None and each.name}

    def own(name: str | None) -> str | None:
        return None if name in used else name

    name = names.interim if table.name == source.name else table.name
    to_source = {(each.columns, each.referenced) for each in source.foreign_keys if each.table == path}
    table = replace(
        table,
        name=name,
        columns=tuple(_numbered_anew(each, names.sql.engine) for each in table.columns),
        primary_key=table.primary_key and replace(table.primary_key, name=own(table.primary_key.name)),
        uniques=tuple(replace(each, name=own(each.name)) for each in table.uniques),
        checks=tuple(replace(each, name=own(each.name)) for each in table.checks),
        foreign_keys=tuple(
            replace(each, name=own(each.name), table=(path[0], names.interim) if each.table == path else each.table)
            for each in table.foreign_keys
            if not (part.keeps_name and each.table == path and (each.columns, each.referenced) in to_source)
        ),
        indexes=tuple(replace(each, name=names.index(each.name)) for each in table.indexes),
        triggers=(),
        policies=(),
    )
    references = tuple(
        (own_, names.interim if parent == source.name else parent, sources) for own_, parent, sources in part.references
    )
    return replace(part, table=table, references=references)


def to_itself(source: Table, root: Table, called: dict[str, str], sql: Dialect) -> tuple[ForeignKey, ...]:
    """The source's foreign keys to itself, as those of the part that its rows live on in.

    A row may refer to one that is carried over later, so they come with the switch. called: the part's columns by the source's.
    """
    path = (source.namespace, source.name)
    return tuple(
        replace(
            key,
            name=sql.fitting(f"{root.name}_{'_'.join(called[each] for each in key.columns)}", "_fkey"),
            table=(root.namespace, root.name),
            columns=tuple(called[each] for each in key.columns),
            referenced=tuple(called[each] for each in key.referenced),
        )
        for key in source.foreign_keys
        if key.table == path and {*key.columns, *key.referenced} <= called.keys()
    )


def moved(table: Table, old: Path, new: Path) -> Table:
    """A table under another name, its own foreign keys to itself led along."""
    table = led(table, old, new)
    return replace(table, name=new[1]) if (table.namespace, table.name) == old else table


def with_triggers_on(table: Table, place: str) -> Table:
    """A table whose triggers name it by the name that it has now. place: that, in SQL."""
    triggers = (
        replace(each, definition=_ON.sub(lambda found: f"{found[1]}{place}", each.definition, 1))
        for each in table.triggers
    )
    return replace(table, triggers=tuple(triggers))


def led(table: Table, old: Path, new: Path) -> Table:
    """A table whose foreign keys to one table lead to another."""
    if not any(each.table == old for each in table.foreign_keys):
        return table
    keys = tuple(replace(each, table=new) if each.table == old else each for each in table.foreign_keys)
    return replace(table, foreign_keys=keys)


def others(tables: Iterable[Table], *gone: Path) -> tuple[Table, ...]:
    """Tables without some of them."""
    return tuple(each for each in tables if (each.namespace, each.name) not in gone)


def _numbered_anew(column: Column, engine: str) -> Column:
    """A column that numbers itself gets a sequence of its own."""
    if engine != "postgres" or column.identity is None:
        return column
    always = column.identity.generation == "always"
    return replace(column, identity=Identity(generation="always" if always else "by default"), default=None)
