"""`dbwright migrate generate`."""

from typing import Any

import click

from dbwright.cli.migrate._options import database_options, folder_options, options_of
from dbwright.cli.options import rename_option


@click.command("generate", short_help="Write the migration that leads to a desired schema, proved.")
@click.argument("name")
@click.option("--to", "goal", required=True, metavar="SOURCE", help="The desired schema: SQL, models, a database.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["dbwright", "sql", "alembic", "django"]),
    help="Whose migration to write; the folder's own where not given.",
)
@click.option("--unproved", is_flag=True, help="Write it even where it does not prove right.")
@rename_option
@folder_options
@database_options
def command(name: str, goal: str, form: str | None, unproved: bool, renames: tuple[str, ...], **given: Any) -> int:
    """Compare what the folder makes with SOURCE, and write the migration that leads there, and back.

    Before it is written it is run on a scratch database: up, down and up again. Status 0: written, or nothing to do.

    Example:  dbwright migrate generate "add price" --to schema.sql --dialect postgres
    """  # fmt: skip
    from dbwright.app.migrate.generate import generate
    from dbwright.app.migrate.project import open_project
    from dbwright.cli.asking import ask_about_rename
    from dbwright.cli.migrate._text import generated_text
    from dbwright.cli.options import say

    project = open_project(options_of(given))
    done = generate(
        project, name, goal, renames=renames, form=form, ask=ask_about_rename(), unproved=unproved, progress=say
    )
    click.echo(generated_text(done))
    return 0
