"""`dbwright migrate history`."""

from typing import Any

import click

from dbwright.cli.migrate._options import database_options, folder_options, form_option, options_of, output_option


@click.command("history", short_help="List every run that was recorded in a database.")
@folder_options
@database_options
@form_option
@output_option
def command(form: str, output: str | None, **given: Any) -> int:
    """List every run, oldest first: up and down, by whom, how long it took, and how it ended.

    Example:  dbwright migrate history --url postgresql://user@host/database
    """
    from dbwright.app.migrate.project import open_project
    from dbwright.app.migrate.status import history_of
    from dbwright.cli.migrate._text import history_text, list_json
    from dbwright.cli.options import write_output

    entries = history_of(open_project(options_of(given), with_url=True))
    write_output(list_json("runs", entries) if form == "json" else history_text(entries), output)
    return 0
