"""`dbwright migrate lint`."""

from typing import Any

import click

from dbwright.cli.migrate._options import database_options, folder_options, options_of, output_option

FORMATS = ("text", "json", "sarif", "github", "junit", "html")
LEVELS = ("error", "warning", "note", "never")


@click.command("lint", short_help="Check migrations for what hurts a running database.")
@click.option("--since", metavar="VERSION", help="Only those after this version.")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the last ones.")
@click.option(
    "--select",
    multiple=True,
    metavar="RULES",
    help="Only these rules: codes, names, groups, or the beginning of a code.",
)
@click.option("--ignore", multiple=True, metavar="RULES", help="Not these.")
@click.option(
    "--fail-on", type=click.Choice(LEVELS), help="The least severity that gives status 1.  [default: warning]"
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@folder_options
@database_options
@output_option
def command(
    since: str | None,
    last: int | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    form: str,
    output: str | None,
    **given: Any,
) -> int:
    """Check migrations with the rules on locks, data and compatibility, each against the schema that those before it make.

    With --url: those that are pending there, with the sizes of its tables. Status 0: nothing at or above --fail-on; 1: findings.

    Example:  dbwright migrate lint --last 1 --dialect postgres
    """
    from dbwright.app.migrate.lint import lint
    from dbwright.app.migrate.project import open_project
    from dbwright.app.settings import load
    from dbwright.cli.options import say, write_output
    from dbwright.report.formats import render

    options = options_of(given)
    settings = load(options.config)
    words = [
        tuple(word.strip() for text in each for word in text.split(",") if word.strip()) for each in (select, ignore)
    ]
    found = lint(
        open_project(options),
        settings,
        since=since,
        last=last,
        select=words[0],
        ignore=words[1],
        fail_on=fail_on,
        progress=say,
    )
    write_output(render(found.report, form), output)
    return found.status
