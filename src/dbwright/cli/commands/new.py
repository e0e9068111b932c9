"""`dbwright new`: a reference design as a project."""

from pathlib import Path

import click

from dbwright.cli.options import say
from dbwright.errors import UsageError


@click.command(
    "new", short_help="Make a project from a reference design: e-commerce, social media, SaaS, research reports."
)
@click.argument("design", required=False)
@click.argument("folder", required=False, metavar="[FOLDER]")
@click.option(
    "--engine",
    type=click.Choice(["postgres", "mysql", "sqlite"]),
    default="postgres",
    show_default=True,
    help="The database it is for; mysql stands for MySQL and MariaDB.",
)
@click.option("--option", "options", multiple=True, metavar="NAME=VALUE", help="A choice that the design leaves open.")
@click.option(
    "--with",
    "blocks",
    multiple=True,
    metavar="BLOCK=TABLE,…",
    help="Add a building block to tables: audit=orders,payments. `dbwright add` lists the blocks.",
)
@click.option("--preview", is_flag=True, help="Show what would be made: the README, and the diagram with --diagram.")
@click.option("--diagram", metavar="FILE", help="With --preview: write the diagram to an SVG file.")
def command(
    design: str | None,
    folder: str | None,
    engine: str,
    options: tuple[str, ...],
    blocks: tuple[str, ...],
    preview: bool,
    diagram: str | None,
) -> int:
    """List the reference designs, show one, or make a project of it: migrations, models, reference data, tests and a README.

    The folder must be new or empty; without one it is called as the design is. Status 0: done; 2: failure.

    \b
    Examples:
      dbwright new
      dbwright new ecommerce --preview --diagram shop.svg
      dbwright new ecommerce shop --engine sqlite --with audit=orders
      dbwright new saas --option isolation=schema
    """
    from dbwright.app import new

    if design is None:
        for each in new.listed():
            click.echo(f"{each.name:<10} {each.title}: {each.summary}")
            for option in each.options:
                click.echo(f"{'':<11}--option {option.name}={'|'.join(option.choices)}  {option.help}")
        return 0
    made = new.make(
        new.Request(
            design=design,
            engine=engine,
            options=dict(_pair(text, "NAME=VALUE") for text in options),
            blocks={name: tables.split(",") for name, tables in (_pair(text, "BLOCK=TABLE") for text in blocks)},
        )
    )
    if diagram and not preview:
        raise UsageError("--diagram goes with --preview.", hint="A project has its diagram in diagram.svg.")
    if preview:
        click.echo(made.files["README.md"], nl=False)
        if diagram:
            Path(diagram).write_text(made.files["diagram.svg"], encoding="utf-8")
        return 0
    target = Path(folder or design)
    written = new.write(made, target)
    say(
        f"{len(written)} files were written to {target}: {len(made.migrations)} migrations for {len(made.catalog.tables)} tables."
    )
    say(f"Begin with {target / 'README.md'}.")
    return 0


def _pair(text: str, form: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise UsageError(f"{text!r} is not {form}.")
    return name.strip(), value.strip()
