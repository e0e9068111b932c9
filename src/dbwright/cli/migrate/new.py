"""`dbwright migrate new`."""

from typing import Any

import click

from dbwright.cli.migrate._options import folder_options, options_of


@click.command("new", short_help="Make the empty files of a migration.")
@click.argument("name")
@click.option("--python", is_flag=True, help="A data migration in Python, instead of a pair of SQL files.")
@click.option("--seed", is_flag=True, help="A seed, which runs after the migrations.")
@click.option("--environment", metavar="NAME", help="With --seed: the only environment that it runs in.")
@folder_options
def command(name: str, python: bool, seed: bool, environment: str | None, **given: Any) -> int:
    """Make the empty files of a migration, with a version that no other has.

    After writing into them, run `dbwright migrate repair`, which writes their checksums.

    Example:  dbwright migrate new "add price to orders"
    """
    from pathlib import Path

    from dbwright.app.migrate.new import new
    from dbwright.app.migrate.project import must_be_native, open_project

    if python and seed:
        raise click.UsageError("A migration is either --python or a --seed.")
    project = open_project(options_of(given))
    must_be_native(project, "add to")
    kind = "python" if python else "seed" if seed else "sql"
    for file in new(Path(project.path), name, kind=kind, environment=environment):
        click.echo(file)
    return 0
