"""Whether two sources hold the same schema, and what would have to change."""

from collections.abc import Sequence

import msgspec

from dbwright.app.pairs import open_pair
from dbwright.catalog.names import Ref
from dbwright.change.compare import Changes, Difference, changes, compare
from dbwright.change.operations import RenameColumn, RenameTable, apply_all
from dbwright.engines.base import Engine


class Renamed(msgspec.Struct, frozen=True):
    """A table or column that goes on under another name, by the user's word."""

    target: Ref
    to: str


class DiffResult(msgspec.Struct, frozen=True, kw_only=True):
    """The differences from the old source to the new one, what leads from one to the other, and how sure the comparison is.

    differences: what is left after the renames. sql: the statements that turn the old schema into the new one.
    tables, columns: how many the new side has. product: what it is of ("mariadb").
    """

    differences: tuple[Difference, ...]
    old: str
    new: str
    engine: Engine
    changes: Changes
    renamed: tuple[Renamed, ...] = ()
    sql: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    product: str = ""
    tables: int = 0
    columns: int = 0

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differences and not self.renamed


def diff_sources(
    old: str,
    new: str,
    *,
    renames: Sequence[str] = (),
    dialect: str | None = None,
    parse_only: bool = False,
    namespaces: Sequence[str] = (),
    timeout: float = 10.0,
    with_sql: bool = False,
) -> DiffResult:
    """Compare two sources. with_sql: write the statements too.

    renames: "orders=purchases", "orders.total=amount": what goes on under another name. Without them a rename is a drop and an
    addition, with a note that it looks like a rename. Raises what `open_pair` raises, Unsupported where SQL is asked for that
    the engine cannot write.
    """
    with open_pair(
        old,
        new,
        renames=renames,
        dialect=dialect,
        parse_only=parse_only,
        namespaces=namespaces,
        timeout=timeout,
    ) as pair:
        found = changes(pair.old, pair.new, pair.renames)
        named = [each for each in found.operations if isinstance(each, RenameTable | RenameColumn)]
        return DiffResult(
            differences=compare(apply_all(named, pair.old), pair.new),
            old=pair.shown_old,
            new=pair.shown_new,
            engine=pair.engine,
            changes=found,
            renamed=tuple(Renamed(each.target, _new_name(each)) for each in named),
            sql=tuple(pair.engine.render(found.operations, pair.old)) if with_sql else (),
            notes=tuple(dict.fromkeys((*pair.notes, *found.notes))),
            product=pair.new.engine,
            tables=len(pair.new.tables),
            columns=sum(len(table.columns) for table in pair.new.tables),
        )


def _new_name(operation: RenameTable | RenameColumn) -> str:
    return operation.to if isinstance(operation, RenameColumn) else str(Ref("table", operation.to))
