"""SQL files, folders or standard input as a catalog: executed where a scratch database can be had, parsed otherwise."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Engine, Session, Statement
from dbwright.engines.registry import engine as engine_named
from dbwright.errors import SourceError, SyntaxFault, Unavailable
from dbwright.finding import Location
from dbwright.readers.sql.detect import detect
from dbwright.readers.sql.execute import CannotExecute, dialect_of, executed
from dbwright.readers.sql.files import SourceText, read_sources, read_text
from dbwright.readers.sql.positions import locate
from dbwright.readers.sql.renames import FormerName, former_names_in
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split
from dbwright.readers.sql.suppressions import Suppression, suppressions_in

STANDARD_INPUT = "<stdin>"


class SqlSource(msgspec.Struct, frozen=True, kw_only=True):
    """What was read from SQL text. session is None where it was parsed; how: a sentence on how it was read."""

    engine: Engine
    catalog: Catalog
    session: Session | None
    notes: tuple[str, ...]
    locations: dict[Ref, Location]
    suppressions: tuple[Suppression, ...]
    former_names: tuple[FormerName, ...]
    how: str


@contextmanager
def read_sql(
    location: str,
    *,
    dialect: str | None = None,
    parse_only: bool = False,
    namespaces: Sequence[str] | None = None,
) -> Iterator[SqlSource]:
    """Read a file, a folder or "-". dialect: a name of an engine; found in the text where None.

    Raises UsageError where there is no such file, SyntaxFault for wrong SQL, SourceError where there is no SQL or no table.
    """
    texts = read_sources(location)
    notes: list[str] = []
    engine = engine_named(dialect) if dialect else engine_named(_detected(texts, notes))
    spoken = dialect_of(engine)
    with _naming_the_guess(None if dialect else engine):
        statements = [
            statement for each in texts for statement in split(each.text, spoken, each.path or STANDARD_INPUT, notes)
        ]
    shown = "Standard input" if location == "-" else location
    if not statements:
        raise SourceError(f"{shown} holds no SQL statement.", hint="It is empty, or holds nothing but comments.")
    with ExitStack() as opened:
        done = None
        if not parse_only:
            try:
                with _naming_the_guess(None if dialect else engine):
                    done = opened.enter_context(executed(statements, engine, namespaces))
            except (Unavailable, CannotExecute) as error:
                reason = (
                    error.reason if isinstance(error, CannotExecute) else error.message.partition("\n")[0].rstrip(".")
                )
                notes.append(f"The text was parsed and not executed, so its rows were not asked: {reason}.")
        if done is None:
            catalog, left_out = _parsed(statements, engine, spoken, namespaces)
        else:
            catalog, left_out = done.catalog, done.notes
        if not catalog.tables:
            raise SourceError(
                f"{shown} holds no tables.",
                hint="Its statements were read; none makes a table that is still there at the end.",
            )
        locations = locate(catalog, statements, spoken)
        files = _by_file(texts, statements)
        yield SqlSource(
            engine=engine,
            catalog=catalog,
            session=done.session if done else None,
            notes=(*notes, *left_out),
            locations=locations,
            suppressions=tuple(
                each for path, (text, own) in files.items() for each in suppressions_in(text, path, own, spoken)
            ),
            former_names=tuple(
                each
                for path, (text, own) in files.items()
                for each in former_names_in(text, path, own, spoken, locations)
            ),
            how=f"executed on a scratch database ({done.origin})" if done else "parsed, not executed",
        )


@contextmanager
def _naming_the_guess(guessed: Engine | None) -> Iterator[None]:
    """Where the dialect was guessed, wrong SQL may be right in another; the error says so."""
    try:
        yield
    except SyntaxFault as error:
        if guessed and not error.hint:
            error.hint = f"It was read as {guessed.title}; name another dialect with --dialect."
        raise


def _parsed(
    statements: Sequence[Statement], engine: Engine, dialect: Dialect, namespaces: Sequence[str] | None
) -> tuple[Catalog, tuple[str, ...]]:
    from dbwright.readers.sql.parse import parse

    catalog, notes = parse(statements, dialect)
    catalog = engine.canonical(catalog)
    return (_only(catalog, frozenset(namespaces)) if namespaces else catalog), notes


def _detected(texts: Sequence[SourceText], notes: list[str]) -> Dialect:
    whole = texts[0].text if len(texts) == 1 else "\n".join(each.text[:100_000] for each in texts)
    found = detect(whole, texts[0].path)
    notes.append(found.sentence)
    return found.dialect


def _by_file(
    texts: Sequence[SourceText], statements: Sequence[Statement]
) -> dict[str, tuple[str, Sequence[Statement]]]:
    """Each file that was read, those that others include too, with its text and its statements."""
    by_path: dict[str, list[Statement]] = {}
    for statement in statements:
        by_path.setdefault(statement.path or STANDARD_INPUT, []).append(statement)
    known = {each.path or STANDARD_INPUT: each.text for each in texts}
    for included in by_path.keys() - known.keys():
        known[included] = read_text(Path(included))
    return {path: (text, by_path.get(path, ())) for path, text in known.items()}


def _only(catalog: Catalog, namespaces: frozenset[str]) -> Catalog:
    kept = {
        field: tuple(each for each in getattr(catalog, field) if each.namespace in namespaces)
        for field in ("enums", "domains", "composites", "ranges", "sequences", "tables", "views", "routines", "events")
    }
    kept["namespaces"] = tuple(each for each in catalog.namespaces if each.name in namespaces)
    return msgspec.structs.replace(catalog, **kept)
