"""`dbwright drift`: whether a database is still what its description says."""

import click

from dbwright.cli.options import dialect_option, write_output

FORMATS = ("text", "json", "sarif", "github", "junit", "html")


@click.command("drift", short_help="Say whether a database is still what its description says; for CI and cron.")
@click.argument("database", metavar="DATABASE")
@click.argument("wanted", metavar="SOURCE")
@dialect_option
@click.option(
    "--namespace", "namespaces", multiple=True, metavar="NAME", help="Read only this schema; may be repeated."
)
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=10.0, show_default=True, metavar="SECONDS",
    help="How long to wait for a server.",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write to a file instead of stdout.")
def command(
    database: str,
    wanted: str,
    dialect: str | None,
    namespaces: tuple[str, ...],
    timeout: float,
    form: str,
    output: str | None,
) -> int:
    """Say whether DATABASE is still what SOURCE says: an SQL file, models, a folder of migrations, another database.

    Nothing is changed. Status 0: no drift; 1: drift; 2: it could not be told.

    Example:  dbwright drift postgresql://user@host/database migrations/ --format github
    """
    from dbwright.app.drift import drift
    from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS
    from dbwright.report.formats import render

    report = drift(database, wanted, dialect=dialect, namespaces=namespaces, timeout=timeout)
    write_output(render(report, form), output)
    return EXIT_FINDINGS if any(each.severity != "note" for each in report.findings) else EXIT_CLEAN
