"""`dbwright inspect`: read any source and write it in any format."""

import click

from dbwright.cli.options import DIALECTS, keep_source, source_options, write_output

FORMATS = ("sql", "json", "dbml", "mermaid", "dot", "svg", "markdown", "sqlalchemy")


@click.command("inspect", short_help="Read a database and write it as SQL, JSON, a diagram, models …")
@click.argument("source", metavar="SOURCE")
@source_options
@click.option("--format", "form", type=click.Choice(FORMATS), default="sql", show_default=True)
@click.option("--dialect", type=DIALECTS, help="The SQL dialect to write; the source's own where not given.")
@click.option("--source-dialect", type=DIALECTS, help="The SQL of files that are read; detected where not given.")
@click.option("--output", metavar="FILE", help="Write to a file instead of stdout.")
def command(
    source: str,
    parse: bool,
    namespaces: tuple[str, ...],
    timeout: float,
    form: str,
    dialect: str | None,
    source_dialect: str | None,
    output: str | None,
) -> int:
    """Read a source into the catalog and write it in another form.

    SOURCE is a database URL, an SQLite file, an SQL file or folder, `module:Base`, a Django project, or a DBML file.
    What a format or another dialect cannot hold is said on stderr.

    Example:  dbwright inspect schema.sql --format svg --output schema.svg
    """
    from dbwright.app.inspect import inspect_source

    keep_source(source, output)
    written = inspect_source(
        source,
        form,
        dialect=dialect,
        source_dialect=source_dialect,
        parse_only=parse,
        namespaces=namespaces,
        timeout=timeout,
    )
    for note in written.notes:
        click.echo(f"note: {note}", err=True)
    write_output(written.text, output)
    return 0
