"""`dbwright migrate status`."""

from typing import Any

import click

from dbwright.cli.migrate._options import database_options, folder_options, form_option, options_of, output_option


@click.command("status", short_help="Say where every migration stands in a database.")
@click.option("--check", is_flag=True, help="Status 1 where something is pending or not as it should be.")
@folder_options
@database_options
@form_option
@output_option
def command(check: bool, form: str, output: str | None, **given: Any) -> int:
    """Say where every migration stands: applied, pending, changed, missing, stopped in the middle. Nothing is written.

    Example:  dbwright migrate status --check --url postgresql://user@host/database
    """
    from dbwright.app.migrate.project import open_project
    from dbwright.app.migrate.status import status
    from dbwright.cli.migrate._text import status_text, to_json
    from dbwright.cli.options import write_output
    from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS

    found = status(open_project(options_of(given), with_url=True))
    write_output(
        to_json(found, pending=found.pending, troubled=found.troubled) if form == "json" else status_text(found), output
    )
    return EXIT_FINDINGS if check and (found.pending or found.troubled) else EXIT_CLEAN
