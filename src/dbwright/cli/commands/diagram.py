"""`dbwright diagram`: draw a database, or a part of it."""

import click

from dbwright.cli.options import dialect_option, keep_source, write_output

FORMATS = ("svg", "html", "dot", "mermaid", "dbml")


@click.command("diagram", short_help="Draw a database, or the part of it that you ask for.")
@click.argument("source", metavar="SOURCE")
@dialect_option
@click.option("--parse", is_flag=True, help="Parse SQL files instead of running them on a scratch database.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for a server.",
)
@click.option("--around", multiple=True, metavar="TABLE", help="Only this table and those near it; may be repeated.")
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    metavar="N",
    help="With --around: how many foreign keys away.",
)
@click.option("--namespace", "namespaces", multiple=True, metavar="NAME", help="Only this schema; may be repeated.")
@click.option(
    "--table",
    "patterns",
    multiple=True,
    metavar="PATTERN",
    help="Only tables whose names fit, with * and ?; may be repeated.",
)
@click.option("--only-keys", is_flag=True, help="Only the columns of keys.")
@click.option("--no-hubs", is_flag=True, help="Lines even to tables that very many refer to, not badges.")
@click.option("--views", is_flag=True, help="Show views too.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="What to write.  [default: by FILE's ending, else svg]"
)
@click.option("--output", metavar="FILE", help="Write to a file instead of stdout.")
def command(
    source: str,
    dialect: str | None,
    parse: bool,
    timeout: float,
    around: tuple[str, ...],
    depth: int,
    namespaces: tuple[str, ...],
    patterns: tuple[str, ...],
    only_keys: bool,
    no_hubs: bool,
    views: bool,
    form: str | None,
    output: str | None,
) -> int:
    """Draw a database: tables in clusters that belong together, much-used tables as badges instead of lines.

    SOURCE is a database URL, an SQLite file, an SQL file or folder, `module:Base`, a Django project, or a DBML file.
    As HTML it is a page with search and zoom, where a large schema has an overview and a drawing for each cluster.

    \b
    Examples:
      dbwright diagram schema.sql --output schema.svg
      dbwright diagram postgresql://user@host/shop --format html --output shop.html
      dbwright diagram shop.db --around orders --depth 2 --output orders.svg
    """
    from dbwright.app.diagram import Request, draw

    keep_source(source, output)
    written = draw(
        Request(
            source=source,
            form=form or _by_ending(output),
            dialect=dialect,
            parse_only=parse,
            timeout=timeout,
            around=around,
            depth=depth,
            namespaces=namespaces,
            patterns=patterns,
            keys_only=only_keys,
            hubs=not no_hubs,
            views=views,
        )
    )
    for note in written.notes:
        click.echo(f"note: {note}", err=True)
    write_output(written.text, output)
    return 0


def _by_ending(output: str | None) -> str:
    """The form that a file's ending names; SVG for every other."""
    ending = (output or "").rpartition(".")[2].lower()
    named = {"mmd": "mermaid", "gv": "dot", "htm": "html"}.get(ending, ending)
    return named if named in FORMATS else "svg"
