"""`dbwright migrate test`."""

from typing import Any

import click

from dbwright.cli.migrate._options import folder_options, form_option, options_of, output_option


@click.command("test", short_help="Try every migration with rows in the tables: is the data kept?")
@click.option(
    "--rows", type=click.IntRange(min=1), default=20, show_default=True, help="How many made-up rows a table gets."
)
@click.option("--since", metavar="VERSION", help="Only those after this version.")
@folder_options
@form_option
@output_option
def command(rows: int, since: str | None, form: str, output: str | None, **given: Any) -> int:
    """Fill the tables with made-up rows before each migration, run it up, down and up again, and look what became of them.

    Status 0: all data was kept, or the file allows its loss; 1: data was lost or a migration failed; 2: it could not be done.

    Example:  dbwright migrate test --dialect postgres
    """
    from dbwright.app.migrate.project import open_project
    from dbwright.app.migrate.trial import trial
    from dbwright.cli.migrate._text import to_json, tried_text
    from dbwright.cli.options import say, write_output
    from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS

    found = trial(open_project(options_of(given)), rows=rows, since=since, progress=say)
    write_output(to_json(found, good=found.good) if form == "json" else tried_text(found), output)
    return EXIT_CLEAN if found.good else EXIT_FINDINGS
