"""`dbwright migrate baseline`."""

from typing import Any

import click

from dbwright.cli.migrate._options import database_options, folder_options, options_of, runner_options


@click.command("baseline", short_help="Take over a database that is there already.")
@click.option("--to", metavar="VERSION", help="Record the migrations up to this one; all where not given.")
@click.option("--unproved", is_flag=True, help="Record them without comparing what they make with the database.")
@folder_options
@database_options
@runner_options
def command(to: str | None, unproved: bool, **given: Any) -> int:
    """Record migrations as applied without running them, once it is proved that they make what the database holds.

    In an empty folder a first migration is written from the database.

    Example:  dbwright migrate baseline --url postgresql://user@host/database
    """
    from dbwright.app.migrate.baseline import baseline
    from dbwright.app.migrate.project import open_project
    from dbwright.cli.options import say

    done = baseline(open_project(options_of(given), with_url=True), to=to, unproved=unproved, progress=say)
    for note in done.notes:
        click.echo(f"note: {note}", err=True)
    for file in done.files:
        click.echo(f"Wrote {file}.")
    for entry in done.entries:
        click.echo(f"{entry.version} {entry.name} is recorded as applied.")
    if done.origin:
        click.echo(f"Proved: the database holds what they make ({done.origin}).")
    return 0
