"""`dbwright diff`: whether two sources hold the same schema."""

import click

from dbwright.cli.options import dialect_option, keep_source, source_options, write_output


@click.command("diff", short_help="Say whether two sources hold the same schema.")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@dialect_option
@source_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write to a file instead of stdout.")
def command(
    a: str,
    b: str,
    dialect: str | None,
    parse: bool,
    namespaces: tuple[str, ...],
    timeout: float,
    form: str,
    output: str | None,
) -> int:
    """Say whether two sources hold the same schema, and list what differs.

    A and B are database URLs, SQLite files, SQL files or folders, models or DBML.
    Status 0 when equal, 1 when not, 2 when one cannot be read.

    Example:  dbwright diff schema.sql postgresql://user@host/database
    """
    from dbwright.app.diff import diff_sources
    from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS
    from dbwright.report.differences import render

    keep_source(a, output)
    keep_source(b, output)
    result = diff_sources(a, b, dialect=dialect, parse_only=parse, namespaces=namespaces, timeout=timeout)
    write_output(render(result.differences, result.old, result.new, result.notes, form), output)
    return EXIT_FINDINGS if result.differences else EXIT_CLEAN
