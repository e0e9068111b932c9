"""Whether two sources hold the same schema."""

from collections.abc import Sequence

import msgspec

from dbwright.app.inspect import in_dialect
from dbwright.catalog.objects import Catalog, Unread
from dbwright.change.compare import Difference, compare
from dbwright.engines.base import Engine
from dbwright.engines.registry import engine
from dbwright.errors import DbwrightError
from dbwright.readers.source import Source, open_source
from dbwright.readers.told import told_dialect


class DiffResult(msgspec.Struct, frozen=True):
    """The differences from the old source to the new one, their shown names, and how sure the comparison is."""

    differences: tuple[Difference, ...]
    old: str
    new: str
    notes: tuple[str, ...] = ()


def diff_sources(
    old: str,
    new: str,
    *,
    dialect: str | None = None,
    parse_only: bool = False,
    namespaces: Sequence[str] = (),
    timeout: float = 10.0,
) -> DiffResult:
    """Compare two sources.

    Sources that no engine has held yet (models, DBML, parsed SQL) are first held by a scratch database and read back,
    so that both sides are spelled by the engine itself; where no scratch can be had, a note says so.
    """
    wanted = namespaces or None
    # A source that does not tell its dialect is taken to be of the other's.
    first = dialect or told_dialect(old) or told_dialect(new)
    with open_source(old, dialect=first, parse_only=parse_only, namespaces=wanted, timeout=timeout) as a:
        before, shown_before, notes_before = _held(a, None)
        with open_source(
            new,
            dialect=dialect or told_dialect(new) or a.engine.name,
            parse_only=parse_only,
            namespaces=wanted,
            timeout=timeout,
        ) as b:
            after, shown_after, notes_after = _held(b, a.engine)
    notes = tuple(dict.fromkeys((*notes_before, *notes_after, *_unread(before, after))))
    return DiffResult(compare(_comparable(before, after), _comparable(after, before)), shown_before, shown_after, notes)


def _held(source: Source, as_engine: Engine | None) -> tuple[Catalog, str, tuple[str, ...]]:
    """The source's catalog as an engine spells it, in the dialect of the other side."""
    catalog, losses = in_dialect(source.catalog, as_engine.name if as_engine else None)
    notes = (*source.notes, *losses)
    if source.kind in ("live", "executed") and catalog is source.catalog:
        return catalog, source.shown, notes
    try:
        return _through_scratch(catalog, engine(catalog.engine)), source.shown, notes
    except DbwrightError as error:
        note = f"{source.shown} was compared as it is written, not as the engine would hold it: {error.message}"
        return catalog, source.shown, (*notes, note)


def _through_scratch(catalog: Catalog, held_by: Engine) -> Catalog:
    from dbwright.engines.base import Statement

    with held_by.scratch() as scratch, scratch.open() as session:
        session.execute(Statement(text=text) for text in held_by.emit(catalog))
        return session.inspect().catalog


def _unread(*catalogs: Catalog) -> tuple[str, ...]:
    """Objects outside the model are named: nobody should take silence for equality."""
    left: list[Unread] = [each for catalog in catalogs for each in catalog.unread]
    kinds = sorted({each.kind for each in left})
    return (f"Not compared, because dbwright does not model them: {', '.join(kinds)}.",) if kinds else ()


def _comparable(catalog: Catalog, other: Catalog) -> Catalog:
    """Roles are the server's, not the schema's: compared only where both sides could have them."""
    if catalog.roles and other.roles:
        return catalog
    return msgspec.structs.replace(catalog, roles=())
