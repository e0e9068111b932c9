"""Whether a statement that was begun before a kill was done: found out by proof, not asked of a person.

The revisions before it, and its own statements up to it, are run on a scratch database; then the statement itself. What it
changes there is looked up in the live database: is it as before the statement, or as after it?
"""

from typing import Literal

from dbwright.app.bookkeeping import without_bookkeeping
from dbwright.app.migrate.project import Project
from dbwright.catalog.objects import Catalog
from dbwright.change.compare import compare
from dbwright.engines.base import Session
from dbwright.errors import DbwrightError
from dbwright.migrate.history import Entry, History
from dbwright.migrate.replay import replaying
from dbwright.migrate.revision import Revision
from dbwright.migrate.script import place, script_of
from dbwright.migrate.standing import Standing

Answer = Literal["done", "not done", "unknown"]


def was_done(project: Project, session: Session, history: History, standing: Standing) -> tuple[Answer, str]:
    """Whether the statement in doubt was done, and a sentence on how that is known."""
    entry, revision = standing.entry, standing.revision
    if entry is None or revision is None or entry.in_doubt is None:
        return "unknown", "Nothing is in doubt."
    script = script_of(revision, entry.direction, project.engine)
    statement = script.statements[entry.in_doubt - 1] if entry.in_doubt <= len(script.statements) else None
    if statement is None:
        return "unknown", f"The file has no statement {entry.in_doubt} any more."
    shown = place(statement)
    try:
        before, after = _around(project, revision, entry)
    except DbwrightError as error:
        return "unknown", f"Whether {shown} was done could not be found out: {error.message}"
    live = without_bookkeeping(session.inspect().catalog, history.parts[-1])
    touched = {each.target for each in compare(before, after)}
    if not touched:
        return (
            "unknown",
            f"{shown} changes nothing that can be seen in the schema, so it cannot be told whether it was done.",
        )
    unlike_before = {each.target for each in compare(before, live)} & touched
    unlike_after = {each.target for each in compare(after, live)} & touched
    if not unlike_after and unlike_before:
        return "done", f"{shown} was done: the database holds what it makes."
    if not unlike_before and unlike_after:
        return "not done", f"{shown} was not done: the database is as it was before it."
    return "unknown", f"Of {shown} the database holds a part, or something else; look at it."


def _around(project: Project, revision: Revision, entry: Entry) -> tuple[Catalog, Catalog]:
    """The schema right before and right after the statement in doubt."""
    doubt = entry.in_doubt or 1
    with replaying(project.engine) as there:
        for each in project.folder.revisions:
            if each.seed:
                continue
            if each.version == revision.version:
                break
            there.run(each)
        if entry.direction == "down":
            there.run(revision)
        there.run_part(revision, entry.direction, 0, doubt - 1)
        before = there.catalog()
        there.run_part(revision, entry.direction, doubt - 1, doubt)
        return before, there.catalog()
