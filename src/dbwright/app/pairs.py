"""Two sources opened, spelled by one engine, and made fit to be compared."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from dbwright.app.comparable import comparable
from dbwright.app.inspect import in_dialect
from dbwright.app.sources import open_any
from dbwright.catalog.objects import Catalog, Unread
from dbwright.change.compare import Rename, parse_rename
from dbwright.engines.base import Engine, Session, Statement
from dbwright.engines.registry import engine
from dbwright.errors import DbwrightError
from dbwright.readers.source import Source
from dbwright.readers.sql.renames import renames_for
from dbwright.readers.told import told_dialect


class SourcePair(msgspec.Struct, frozen=True, kw_only=True):
    """The old and the new side.

    old, new: the catalogs. shown_old, shown_new: what was named, without passwords. engine: whose SQL both are.
    session: asks the rows of the old side, None where it has none or is no live database. renames: given or annotated.
    new_is_live: whether the new side is a live database, which names owners and privileges too.
    notes: plain sentences on what was assumed, lost or not compared.
    """

    old: Catalog
    new: Catalog
    shown_old: str
    shown_new: str
    engine: Engine
    session: Session | None = None
    new_is_live: bool = False
    renames: tuple[Rename, ...] = ()
    notes: tuple[str, ...] = ()


@contextmanager
def open_pair(
    old: str,
    new: str,
    *,
    renames: Sequence[str] = (),
    dialect: str | None = None,
    parse_only: bool = False,
    namespaces: Sequence[str] = (),
    timeout: float = 10.0,
) -> Iterator[SourcePair]:
    """Open two sources.

    Sources that no engine has held yet (models, DBML, parsed SQL) are first held by a scratch database and read back,
    so that both sides are spelled by the engine itself; where no scratch can be had, a note says so.
    renames: texts like "orders.total=amount". Raises UsageError for one that fits nothing.
    """
    wanted = namespaces or None
    # A source that does not tell its dialect is taken to be of the other's.
    first = dialect or told_dialect(old) or told_dialect(new)
    with open_any(old, dialect=first, parse_only=parse_only, namespaces=wanted, timeout=timeout) as a:
        before, notes_before = _held(a, None)
        second = dialect or told_dialect(new) or a.engine.name
        with open_any(new, dialect=second, parse_only=parse_only, namespaces=wanted, timeout=timeout) as b:
            after, notes_after = _held(b, a.engine)
            pair = comparable(before, after, new_is_live=b.kind == "live")
            waiting = [text for text in renames if not _is_done(text, pair.old)]
            given = tuple(parse_rename(text, pair.old, pair.new) for text in waiting)
            annotated, unfit = renames_for(b.former_names, pair.old)
            done = tuple(f"The rename {text} was made before." for text in renames if text not in waiting)
            yield SourcePair(
                old=pair.old,
                new=pair.new,
                shown_old=a.shown,
                shown_new=b.shown,
                engine=a.engine,
                session=a.session if a.kind == "live" else None,
                new_is_live=b.kind == "live",
                renames=(*given, *(each for each in annotated if each not in given)),
                notes=tuple(
                    dict.fromkeys((*notes_before, *notes_after, *pair.notes, *done, *unfit, *_unread(before, after)))
                ),
            )


def _held(source: Source, as_engine: Engine | None) -> tuple[Catalog, tuple[str, ...]]:
    """The source's catalog as an engine spells it, in the dialect of the other side."""
    catalog, losses = in_dialect(source.catalog, as_engine.name if as_engine else None)
    notes = (*source.notes, *losses)
    if source.kind in ("live", "executed") and catalog is source.catalog:
        return catalog, notes
    try:
        return through_scratch(catalog, engine(catalog.engine)), notes
    except DbwrightError as error:
        note = f"{source.shown} was compared as it is written, not as the engine would hold it: {error.message}"
        return catalog, (*notes, note)


def _is_done(text: str, catalog: Catalog) -> bool:
    """Whether the new name of a rename is there and the old one is not: the command is run again, to do what is left."""
    old, _, new = (side.strip().replace('"', "") for side in text.partition("="))
    target = new if new.count(".") >= old.count(".") else f"{old.rpartition('.')[0]}.{new}"
    names = {name for table in catalog.tables for name in (str(table.ref), table.name)}
    names |= {
        f"{name}.{column.name}"
        for table in catalog.tables
        for name in (str(table.ref), table.name)
        for column in table.columns
    }
    return target in names and old not in names


def through_scratch(catalog: Catalog, held_by: Engine) -> Catalog:
    """The catalog as the engine itself spells it: made on a scratch database and read back."""
    with held_by.scratch() as scratch, scratch.open() as session:
        session.execute(Statement(text=text) for text in held_by.emit(catalog))
        return session.inspect().catalog


def _unread(*catalogs: Catalog) -> tuple[str, ...]:
    """Objects outside the model are named: nobody should take silence for equality."""
    left: list[Unread] = [each for catalog in catalogs for each in catalog.unread]
    kinds = sorted({each.kind for each in left})
    return (f"Not compared, because dbwright does not model them: {', '.join(kinds)}.",) if kinds else ()
