"""A revision that is not in the folder yet, proved there: all others run up, then it up, down and up again."""

from collections.abc import Callable

from dbwright.app.migrate.project import Project
from dbwright.app.migrate.verify import FolderRun, Verdict
from dbwright.catalog.objects import Catalog
from dbwright.migrate.checksums import hash_of
from dbwright.migrate.headers import read_headers
from dbwright.migrate.replay import replaying
from dbwright.migrate.revision import Revision


def drafted(version: str, name: str, up: str, down: str | None) -> Revision:
    """The revision that two texts make."""
    headers = read_headers(up, f"{version}_{name}.up.sql")
    return Revision(
        version=version,
        name=name,
        up=up,
        down=down,
        up_path=f"{version}_{name}.up.sql",
        down_path=f"{version}_{name}.down.sql" if down is not None else None,
        checksum=hash_of(up, *(() if down is None else (down,))),
        transactional=headers.transactional,
        irreversible=headers.irreversible,
        allows=headers.allows,
        on_request=headers.on_request,
        replaces=headers.replaces,
    )


def proved(
    project: Project, revision: Revision, progress: Callable[[str], None] = lambda sentence: None
) -> tuple[Verdict, Catalog, str]:
    """The verdict on it, the schema that it leads to, and the scratch database. Raises ExecutionFault where others fail."""
    with replaying(project.engine) as there:
        run = FolderRun(there)
        for each in project.folder.revisions:
            if not each.seed:
                there.run(each)
        run.state = there.catalog()
        progress(f"Proving {revision.title} …")
        run.one(revision, round_trip=True)
        return run.verdicts[-1], run.state, there.origin
