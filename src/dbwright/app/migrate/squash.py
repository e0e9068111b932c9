"""Several revisions made one: written from the schema that they make, and proved to make the same, rows included."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from dbwright.app.migrate.new import locked, write_sums
from dbwright.app.migrate.project import Project, must_be_native
from dbwright.app.migrate.proof import drafted
from dbwright.app.migrate.row_script import Rows, content, insert_statements
from dbwright.app.migrate.up import version_named
from dbwright.app.migrate.verify import named
from dbwright.catalog.objects import Catalog
from dbwright.change.compare import compare
from dbwright.errors import Refused, UsageError
from dbwright.migrate.checksums import check
from dbwright.migrate.formats.native import files_of
from dbwright.migrate.replay import replaying
from dbwright.migrate.revision import Revision
from dbwright.migrate.versions import slug


class Squashed(msgspec.Struct, frozen=True, kw_only=True):
    """The file that was written, and how many revisions it stands for. rows: how many rows it puts in."""

    file: Path
    revisions: int
    rows: int
    origin: str
    notes: tuple[str, ...] = ()


def squash(
    project: Project,
    to: str | None = None,
    *,
    name: str = "squashed",
    progress: Callable[[str], None] = lambda sentence: None,
) -> Squashed:
    """Replace the revisions up to a version (all where None) by one. Databases that have all of them recorded accept it.

    Raises Refused where the one does not make exactly the same schema and rows; nothing is changed then.
    """
    must_be_native(project, "squash")
    revisions = [each for each in project.folder.revisions if not each.seed]
    if not revisions:
        raise UsageError(f"There is nothing to squash in {project.path}.")
    version = version_named(project, to) if to else revisions[-1].version
    old = revisions[: next(place for place, each in enumerate(revisions, 1) if each.version == version)]
    if len(old) < 2:
        raise UsageError("One revision alone cannot be squashed.", hint="Name a later one with --to.")
    if any(each.replaces for each in old[1:]):
        raise UsageError("A squashed revision stands in the middle; squash up to it first.")
    progress(f"Running {len(old)} revisions …")
    catalog, rows, text, notes = _of_old(project, old)
    squashed = drafted(version, slug(name), _head(old) + text, None)
    progress("Proving that the one makes the same …")
    origin = _prove(project, squashed, catalog, rows)
    with locked(project.path):
        check(project.path, files_of(project.folder))
        file = project.path / f"{version}_{slug(name)}.up.sql"
        for each in old:
            for path in filter(None, (each.up_path, each.down_path)):
                Path(path).unlink()
        file.write_text(squashed.up or "", encoding="utf-8", newline="\n")
        write_sums(project.path)
    return Squashed(file=file, revisions=len(old), rows=sum(map(len, rows.values())), origin=origin, notes=tuple(notes))


def _of_old(project: Project, old: list[Revision]) -> tuple[Catalog, Rows, str, list[str]]:
    engine = project.engine
    with replaying(engine) as there:
        for each in old:
            there.run(each)
        whole = there.catalog()
        catalog = msgspec.structs.replace(whole, roles=())
        statements = [*engine.emit(catalog), *insert_statements(there.session, engine, catalog)]
        notes = list(dict.fromkeys(there.notes))
        return catalog, content(there.session, engine, catalog), engine.script(statements), notes


def _prove(project: Project, squashed: Revision, catalog: Catalog, rows: Rows) -> str:
    with replaying(project.engine) as there:
        there.run(squashed)
        made = msgspec.structs.replace(there.catalog(), roles=())
        differences = compare(catalog, made)
        if differences:
            raise Refused(f"Nothing was changed: the one revision would make another schema; {named(differences)}.")
        if content(there.session, project.engine, made) != rows:
            raise Refused("Nothing was changed: the one revision would put other rows in than the old ones.")
        return there.origin


def _head(old: list[Revision]) -> str:
    """Which revisions it stands for, each with its checksum, so that a database that has them is recognised."""
    lines = ["-- dbwright: irreversible because it stands for several revisions\n"]
    for each in old:
        pairs = each.replaces or ((each.version, each.checksum),)
        lines += [f"-- dbwright: replaces {version} {checksum}\n" for version, checksum in pairs]
    return "".join(lines) + "\n"
