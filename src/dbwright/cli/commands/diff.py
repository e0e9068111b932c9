"""`dbwright diff`: whether two sources hold the same schema."""

import click

from dbwright.cli.options import dialect_option, keep_source, rename_option, source_options, write_output


@click.command("diff", short_help="Say whether two sources hold the same schema, and what leads from one to the other.")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@dialect_option
@source_options
@rename_option
@click.option("--format", "form", type=click.Choice(["text", "tree", "sql", "json"]), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write to a file instead of stdout.")
def command(
    a: str,
    b: str,
    dialect: str | None,
    parse: bool,
    namespaces: tuple[str, ...],
    timeout: float,
    renames: tuple[str, ...],
    form: str,
    output: str | None,
) -> int:
    """Say whether two sources hold the same schema, and list what differs.

    A and B are database URLs, SQLite files, SQL files or folders, folders of migrations, models or DBML, or one of these at a
    git revision (git:main:schema.sql). With --format sql: the statements that turn A into B.
    Status 0 when equal, 1 when not, 2 when one cannot be read.

    \b
    Examples:
      dbwright diff postgresql://user@host/database schema.sql
      dbwright diff git:main:schema.sql schema.sql --format sql
      dbwright diff shop.db schema.sql --rename orders.total=amount
    """  # fmt: skip
    from dbwright.app.diff import diff_sources
    from dbwright.app.renames import as_hint
    from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS
    from dbwright.report.differences import Compared, render

    keep_source(a, output)
    keep_source(b, output)
    result = diff_sources(
        a,
        b,
        renames=renames,
        dialect=dialect,
        parse_only=parse,
        namespaces=namespaces,
        timeout=timeout,
        with_sql=form == "sql",
    )
    likely = tuple(as_hint(each) for each in result.changes.candidates)
    if form == "sql":
        for note in (*result.notes, *likely):
            click.echo(f"note: {note}", err=True)
        write_output(result.engine.script(result.sql) if result.sql else "-- There is nothing to run.", output)
    else:
        compared = Compared(
            differences=result.differences,
            old=result.old,
            new=result.new,
            renamed=tuple((each.target, each.to) for each in result.renamed),
            likely=likely,
            operations=result.changes.operations,
            notes=result.notes,
        )
        write_output(render(compared, form), output)
    return EXIT_CLEAN if result.equal else EXIT_FINDINGS
