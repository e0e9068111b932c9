"""`dbwright lint`: migrations that are plain SQL files."""

import click

from dbwright.cli.options import dialect_option, keep_source, say, terminal, write_output

FORMATS = ("text", "json", "sarif", "github", "junit", "html")
LEVELS = ("error", "warning", "note", "never")
RUNNERS = ("dbwright", "alembic", "django", "flyway", "golang-migrate", "dbmate", "prisma")


@click.command("lint", short_help="Check migrations for locks, lost data and what breaks the running application.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--schema", metavar="SOURCE", help="The schema before the first file: anything that can be reviewed.")
@click.option("--url", metavar="URL", help="A live database that holds it: its sizes and rows count too. Read-only.")
@dialect_option
@click.option("--runner", type=click.Choice(RUNNERS), help="What will run the files.")
@click.option(
    "--transaction/--no-transaction",
    default=None,
    help="Whether the runner wraps each file in one transaction.  [default: as the runner does]",
)
@click.option("--static", is_flag=True, help="Only read the files; run nothing on a scratch database.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write to a file instead of stdout.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FILE",
    help="Write a further report; its ending says which: .html .json .sarif .xml .txt. May be repeated.",
)
@click.option(
    "--select", multiple=True, metavar="RULES", help="Only these: codes, names, groups, or the beginning of a code."
)
@click.option("--ignore", multiple=True, metavar="RULES", help="Not these.")
@click.option(
    "--fail-on", type=click.Choice(LEVELS), help="The least severity that gives status 1.  [default: warning]"
)
@click.option("--config", metavar="FILE", help="The configuration file, instead of the one found here or above.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for a server.",
)
@click.option("--no-colour", is_flag=True, help="No colours on a terminal; the variable NO_COLOR says the same.")
def command(
    files: tuple[str, ...],
    schema: str | None,
    url: str | None,
    dialect: str | None,
    runner: str | None,
    transaction: bool | None,
    static: bool,
    form: str,
    output: str | None,
    reports: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    config: str | None,
    timeout: float,
    no_colour: bool,
) -> int:
    """Check migrations: what each statement locks, what is lost, what breaks the running application, and the safe way.

    The files are run one after another on a scratch database that holds the schema before them; the locks told are those
    that were seen there. Status 0: nothing at or above --fail-on; 1: findings; 2: they could not be checked.

    \b
    Examples:
      dbwright lint migrations/042_add_index.sql --url postgresql://user@host/database
      dbwright lint change.sql --schema schema.sql --format github
    """  # fmt: skip
    from dbwright.app.lint_files import LintRequest, lint_files
    from dbwright.app.settings import load
    from dbwright.report.formats import form_of_file, render

    settings = load(config)
    for each in (*files, schema):
        keep_source(each, output, *reports)
    request = LintRequest(
        files=files,
        schema=schema,
        url=url,
        dialect=dialect,
        select=_split(select),
        ignore=_split(ignore),
        fail_on=fail_on,
        runner=runner or "",
        in_one_transaction=transaction,
        observe=not static,
        timeout=timeout,
    )
    further = [(file, form_of_file(file)) for file in reports]
    outcome = lint_files(request, settings, say)
    for file, kind in further:
        write_output(render(outcome.report, kind), file)
    colour, width = terminal(output, no_colour)
    write_output(render(outcome.report, form, colour=colour, width=min(120, max(80, width))), output)
    return outcome.status


def _split(words: tuple[str, ...]) -> tuple[str, ...]:
    """`--select M0,M012` is the same as `--select M0 --select M012`. Raises UsageError where a word names nothing at all."""
    from dbwright.errors import UsageError

    parts = tuple(part.strip() for word in words for part in word.split(",") if part.strip())
    if words and not parts:
        raise UsageError("No rule was named.", hint="List them with: dbwright rules")
    return parts
