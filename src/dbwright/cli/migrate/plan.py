"""`dbwright migrate plan`."""

from typing import Any

import click

from dbwright.cli.migrate._options import database_options, folder_options, form_option, options_of, output_option


@click.command("plan", short_help="Say what `up` would do: statements, locks, durations, hazards.")
@click.option("--to", metavar="VERSION", help="The last version that would run.")
@click.option("--steps", type=click.IntRange(min=1), metavar="N", help="At most so many.")
@folder_options
@database_options
@form_option
@output_option
def command(to: str | None, steps: int | None, form: str, output: str | None, **given: Any) -> int:
    """Say what `up` would do, statement by statement, and try it on a scratch database that holds the schema of the database.

    Without --url, the whole folder against an empty database. Status 0: nothing is pending; 1: something is; 2: it would fail.

    Example:  dbwright migrate plan --url postgresql://user@host/database
    """
    from dbwright.app.migrate.plan import plan
    from dbwright.app.migrate.project import open_project
    from dbwright.cli.migrate._text import plan_text, to_json
    from dbwright.cli.options import say, write_output
    from dbwright.errors import EXIT_CLEAN, EXIT_FAILURE, EXIT_FINDINGS

    planned = plan(open_project(options_of(given)), to=to, steps=steps, progress=say)
    write_output(to_json(planned) if form == "json" else plan_text(planned), output)
    if any(each.failed for each in planned.revisions):
        return EXIT_FAILURE
    return EXIT_FINDINGS if planned.revisions else EXIT_CLEAN
