"""`dbwright migrate squash`."""

from typing import Any

import click

from dbwright.cli.migrate._options import folder_options, options_of


@click.command("squash", short_help="Replace many migrations by one that makes the same, proved.")
@click.option("--to", metavar="VERSION", help="The last one to replace; all where not given.")
@click.option("--name", default="squashed", show_default=True, help="The name of the one that is written.")
@folder_options
def command(to: str | None, name: str, **given: Any) -> int:
    """Replace the migrations up to a version by one, written from the schema and the rows that they make.

    Databases that have all of them recorded take it as applied. It is written only once it has made exactly the same.

    Example:  dbwright migrate squash --to 20261121093000 --dialect postgres
    """
    from dbwright.app.migrate.project import open_project
    from dbwright.app.migrate.squash import squash
    from dbwright.cli.options import say

    done = squash(open_project(options_of(given)), to, name=name, progress=say)
    for note in done.notes:
        click.echo(f"note: {note}", err=True)
    rows = f" and puts {done.rows:,} rows in" if done.rows else ""
    click.echo(f"Wrote {done.file}. It stands for {done.revisions} migrations{rows}.")
    click.echo(f"Proved: it makes the same schema and the same rows ({done.origin}).")
    return 0
