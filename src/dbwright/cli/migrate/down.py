"""`dbwright migrate down`."""

from typing import Any

import click

from dbwright.cli.migrate._options import (
    allow_option,
    database_options,
    folder_options,
    form_option,
    options_of,
    runner_options,
)


@click.command("down", short_help="Undo migrations, newest first.")
@click.option("--to", metavar="VERSION", help="The version that stays as the last one; 0 undoes all.")
@click.option("--steps", type=click.IntRange(min=1), metavar="N", help="Undo so many.  [default: 1]")
@allow_option
@folder_options
@database_options
@runner_options
@form_option
def command(to: str | None, steps: int | None, allow: tuple[str, ...], form: str, **given: Any) -> int:
    """Undo migrations, newest first. Nothing is run where one of them has no way back, or where rows would be lost unasked.

    Example:  dbwright migrate down --steps 1 --url postgresql://user@host/database
    """
    from dbwright.app.migrate.down import down
    from dbwright.app.migrate.project import open_project
    from dbwright.cli.migrate._text import ran_text, to_json

    if to is not None and steps is not None:
        raise click.UsageError("--to and --steps do not go together.")
    project = open_project(options_of(given), with_url=True)

    def progress(sentence: str) -> None:
        click.echo(sentence, err=True)

    ran = down(project, to=to, steps=steps, allow=allow, progress=progress)
    click.echo(to_json(ran) if form == "json" else ran_text(ran, "down"))
    return 0
