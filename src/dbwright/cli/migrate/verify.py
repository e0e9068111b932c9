"""`dbwright migrate verify`."""

from typing import Any

import click

from dbwright.cli.migrate._options import database_options, folder_options, form_option, options_of, output_option


@click.command(
    "verify", short_help="Prove a folder: every migration up, down and up again, then compare with the database."
)
@click.option("--since", metavar="VERSION", help="Only those after this version are run down and up again.")
@folder_options
@database_options
@form_option
@output_option
def command(since: str | None, form: str, output: str | None, **given: Any) -> int:
    """Run every migration up, down and up again on a scratch database, and read the schema back each time.

    With --url, what the applied ones make is then compared with the database. Status 0: all is proved, or said why not;
    1: a way back does not lead back, a migration fails, or the database differs; 2: it could not be done.

    Example:  dbwright migrate verify --dialect postgres
    """
    from dbwright.app.migrate.project import open_project
    from dbwright.app.migrate.verify import verify
    from dbwright.cli.migrate._text import to_json, verified_text
    from dbwright.cli.options import say, write_output
    from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS

    found = verify(open_project(options_of(given)), since=since, progress=say)
    write_output(to_json(found, sound=found.sound) if form == "json" else verified_text(found), output)
    return EXIT_CLEAN if found.sound else EXIT_FINDINGS
