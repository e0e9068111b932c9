"""A reference design as a project that runs at once."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec

from dbwright.catalog.objects import Catalog
from dbwright.designs.base import Design, load, names
from dbwright.designs.project import files
from dbwright.designs.render import Rendered, render
from dbwright.engines.registry import engine as engine_named
from dbwright.errors import SourceError, UsageError
from dbwright.readers.sql.execute import dialect_of
from dbwright.readers.sql.split import split

_FIRST_VERSION = 20_260_101_000_000


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Which design, for which engine. options: the design's own. blocks: building blocks by name, each with its tables."""

    design: str
    engine: str = "postgres"
    options: Mapping[str, str] = {}
    blocks: Mapping[str, Sequence[str]] = {}


Migration = tuple[str, str, str, str]
"""Version, name, the text of the way up and of the way back."""


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A project as files by their path, and the catalog that its migrations lead to.

    others: the migrations of further folders, by the folder's name, where the design has such.
    """

    rendered: Rendered
    catalog: Catalog
    files: dict[str, str]
    migrations: tuple[Migration, ...]
    others: dict[str, tuple[Migration, ...]] = {}


def listed() -> list[Design]:
    """Every design that can be made."""
    return [load(name) for name in names()]


def make(request: Request) -> Made:
    """Render a design. Raises UsageError for a design, an engine, an option, a block or a table that there is not."""
    design = load(request.design)
    if request.engine not in design.engines:
        raise UsageError(f"The design {design.name} is not made for {request.engine}.")
    rendered = render(design, request.engine, dict(request.options))
    folder, *more = rendered.folders
    texts = _texts(rendered, folder)
    catalog = _catalog(request.engine, [up for _, up, _ in texts])
    for name, tables in request.blocks.items():
        texts.append(_with_block(request.engine, catalog, name, tables))
    if request.blocks:
        catalog = _catalog(request.engine, [up for _, up, _ in texts])
    others = {name: _texts(rendered, name) for name in more}
    catalogs = {name: _catalog(request.engine, [up for _, up, _ in held]) for name, held in others.items()}
    return Made(
        rendered=rendered,
        catalog=catalog,
        files=files(rendered, catalog, _command(request), catalogs),
        migrations=_numbered(texts),
        others={name: _numbered(held) for name, held in others.items()},
    )


def _texts(rendered: Rendered, folder: str) -> list[tuple[str, str, str]]:
    return [(each.part.name, each.up, each.down) for each in rendered.revisions_of(folder)]


def _numbered(texts: Sequence[tuple[str, str, str]]) -> tuple[Migration, ...]:
    return tuple((str(_FIRST_VERSION + at * 100), *text) for at, text in enumerate(texts, 1))


def write(made: Made, folder: Path) -> list[Path]:
    """Write the project into a folder that is new or empty. Raises UsageError where it holds something."""
    from dbwright.app.migrate.new import write_revision

    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"{folder} is not empty.", hint="Name a folder that is not there yet.")
        written = []
        for name, text in made.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    except OSError as error:
        raise SourceError(f"{folder} cannot be written: {error.strerror or error}.") from error
    for inside, migrations in {"migrations": made.migrations, **made.others}.items():
        for version, name, up, down in migrations:
            written += write_revision(folder / inside, name, {".up.sql": up, ".down.sql": down}, version=version)
    return written


def _with_block(engine: str, catalog: Catalog, name: str, tables: Sequence[str]) -> tuple[str, str, str]:
    from dbwright.designs.blocks import block

    held = {table.name for table in catalog.tables}
    made = []
    for table in tables:
        if table not in held:
            raise UsageError(f"The design has no table {table!r}.", hint=f"It has: {', '.join(sorted(held))}.")
        made.append(block(name, engine, table))
    script = partial(engine_named(engine).script)
    up = script([statement for each in made for statement in each.up])
    down = script([statement for each in reversed(made) for statement in each.down])
    return f"{name}_of_{'_and_'.join(tables)}"[:100], up, down


def _catalog(engine: str, texts: Sequence[str]) -> Catalog:
    """What the migrations make, parsed: a project must not need a server to be written."""
    from dbwright.readers.sql.parse import parse

    held = engine_named(engine)
    spoken = dialect_of(held)
    statements = [each for text in texts for each in split(text, spoken, "design", [])]
    catalog, _ = parse(statements, spoken)
    return held.canonical(catalog)


def _command(request: Request) -> str:
    said = [f"dbwright new {request.design} --engine {request.engine}"]
    said += [f"--option {name}={value}" for name, value in request.options.items()]
    said += [f"--with {name}={','.join(tables)}" for name, tables in request.blocks.items()]
    return " ".join(said)
