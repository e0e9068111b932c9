"""`dbwright migrate repair`."""

from typing import Any

import click

from dbwright.cli.migrate._options import database_options, folder_options, options_of, runner_options


@click.command("repair", short_help="Put right what stands in the way: checksums, runs that stopped in the middle.")
@click.option("--resume", "way", flag_value="resume", help="Go on with a migration that stopped in the middle.")
@click.option("--mark-done", "way", flag_value="mark-done", help="Record that all of it is in the database.")
@click.option("--mark-undone", "way", flag_value="mark-undone", help="Record that nothing of it is in the database.")
@click.option("--accept-changed", is_flag=True, help="Take the files as they are for those that were applied.")
@click.option(
    "--forget", multiple=True, metavar="VERSION", help="Forget an applied migration whose file is gone for good."
)
@click.option(
    "--renumber", metavar="VERSION", help="Give a pending migration the newest version, so that it runs last."
)
@folder_options
@database_options
@runner_options
def command(way: str | None, accept_changed: bool, forget: tuple[str, ...], renumber: str | None, **given: Any) -> int:
    """Write the checksum file for the files as they are; with --url, also say what is wrong in the database, and put it right.

    Status 0: all is right now; 1: something is left to be decided.

    \b
    Examples:
      dbwright migrate repair
      dbwright migrate repair --resume --url mysql://user@host/database
    """
    from dbwright.app.migrate.project import must_be_native, open_project
    from dbwright.app.migrate.repair import Repaired, repair, repair_sums
    from dbwright.app.migrate.repair import renumber as give_new_number

    options = options_of(given)
    project = open_project(options, verify_sums=False)
    must_be_native(project, "repair")
    for sentence in repair_sums(project.path):
        click.echo(sentence)
    project = open_project(options)
    if renumber:
        for sentence in give_new_number(project, renumber):
            click.echo(sentence)
        project = open_project(options)
    done = Repaired()
    if project.url is not None:
        done = repair(
            project,
            way=way,
            accept_changed=accept_changed,
            forget=forget,
            progress=lambda each: click.echo(each, err=True),
        )
    elif way or accept_changed or forget:
        project.needed_url()
    for sentence in done.done:
        click.echo(sentence)
    for sentence in done.open:
        click.echo(f"open: {sentence}")
    if not done.done and not done.open:
        click.echo(f"{project.path} is as its checksum file says.")
    return 1 if done.open else 0
