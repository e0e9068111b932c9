"""`dbwright migrate up`."""

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


@click.command("up", short_help="Run the pending migrations.")
@click.option("--to", metavar="VERSION", help="The last version to run.")
@click.option("--steps", type=click.IntRange(min=1), metavar="N", help="Run at most so many.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--out-of-order", is_flag=True, help="Also run revisions that are older than the last one applied.")
@click.option("--no-seeds", is_flag=True, help="Do not run seeds.")
@allow_option
@folder_options
@database_options
@runner_options
@form_option
def command(
    to: str | None,
    steps: int | None,
    dry_run: bool,
    out_of_order: bool,
    no_seeds: bool,
    allow: tuple[str, ...],
    form: str,
    **given: Any,
) -> int:
    """Run what is pending, each migration in one transaction where the engine can, then the seeds of the environment.

    Status 0: all that was asked for is done; 2: something failed or was refused. The error says what is done and what is not.

    Example:  dbwright migrate up --url postgresql://user@host/database
    """
    from dbwright.app.migrate.plan import plan
    from dbwright.app.migrate.project import open_project
    from dbwright.app.migrate.up import up
    from dbwright.cli.migrate._text import plan_text, ran_text, to_json

    if to is not None and steps is not None:
        raise click.UsageError("--to and --steps do not go together.")
    project = open_project(options_of(given), with_url=True)
    if dry_run:
        planned = plan(project, to=to, steps=steps)
        click.echo(to_json(planned) if form == "json" else plan_text(planned))
        return 0

    def progress(sentence: str) -> None:
        click.echo(sentence, err=True)

    ran = up(project, to=to, steps=steps, allow=allow, out_of_order=out_of_order, seeds=not no_seeds, progress=progress)
    click.echo(to_json(ran) if form == "json" else ran_text(ran, "up"))
    return 0
