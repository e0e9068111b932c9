"""`dbwright docs`: a database's documentation as Markdown for a repository."""

from typing import TYPE_CHECKING

import click

from dbwright.cli.options import dialect_option, say, source_options
from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS, UsageError

if TYPE_CHECKING:
    from dbwright.app.docs import Difference, Pages

_MOST_LISTED = 20


@click.command("docs", short_help="Write a database's documentation as Markdown, or check that it is up to date.")
@click.argument("source", metavar="[SOURCE]", required=False)
@dialect_option
@source_options
@click.option("--folder", default="docs/database", show_default=True, metavar="FOLDER", help="Where the pages stand.")
@click.option("--check", is_flag=True, help="Write nothing; status 1 and a list where the pages are out of date.")
@click.option(
    "--min-coverage",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Status 1 where comments describe less of all tables, views and columns.",
)
@click.option(
    "--diagram",
    type=click.Choice(["mermaid", "svg", "none"]),
    default="mermaid",
    show_default=True,
    help="Diagrams within the pages, or as files beside them.",
)
@click.option(
    "--viewpoint",
    "viewpoints",
    multiple=True,
    metavar="TITLE=TABLE,…",
    help="A further page on some tables, named with * as wanted. May be repeated.",
)
@click.option("--findings", is_flag=True, help="Review the definitions, and show the findings at their tables.")
@click.option(
    "--title", default="", metavar="TEXT", help="The title of the index; the database's name where not given."
)
@click.option("--date", "dated", is_flag=True, help="Tell in the index when it was written.")
@click.option("--config", metavar="FILE", help="The configuration file, instead of the one found here or above.")
def command(
    source: str | None,
    dialect: str | None,
    parse: bool,
    namespaces: tuple[str, ...],
    timeout: float,
    folder: str,
    check: bool,
    min_coverage: float | None,
    diagram: str,
    viewpoints: tuple[str, ...],
    findings: bool,
    title: str,
    dated: bool,
    config: str | None,
) -> int:
    """Write a folder of Markdown pages: an index with diagram and viewpoints, and a page for each table and view.

    SOURCE is what `dbwright review` takes. The same database always gives the same pages, so that a change of it shows
    as a difference. Only files that it wrote itself are written over or removed.

    \b
    Examples:
      dbwright docs postgresql://user@host/database
      dbwright docs schema.sql --folder docs/schema --check
      dbwright docs shop.db --viewpoint "Orders=orders,order_*"
    """  # fmt: skip
    from pathlib import Path
    from typing import cast

    from dbwright.app.docs import Request, compare, pages, write_pages
    from dbwright.app.settings import load

    if TYPE_CHECKING:
        from dbwright.writers.docs import DiagramKind

    request = Request(
        source=source,
        dialect=dialect,
        parse_only=parse,
        namespaces=namespaces,
        timeout=timeout,
        title=title,
        viewpoints=dict(map(_viewpoint, viewpoints)),
        diagram=cast("DiagramKind", diagram),
        findings=findings,
        dated=dated,
    )
    wanted = pages(request, load(config), say)
    for note in wanted.notes:
        click.echo(f"note: {note}", err=True)
    if min_coverage is not None and not wanted.can_be_described:
        raise UsageError("SQLite keeps no comments, so there is no coverage to ask for.")
    if check:
        status = _told(compare(wanted, Path(folder)), folder)
    else:
        done = write_pages(wanted, Path(folder))
        same = len(wanted.files) - len(done.missing) - len(done.changed)
        click.echo(
            f"{folder}: {len(done.missing):,} new, {len(done.changed):,} changed, {len(done.stale):,} removed, "
            f"{same:,} unchanged."
        )
        status = EXIT_CLEAN
    return max(status, _covered(wanted, min_coverage))


def _told(difference: "Difference", folder: str) -> int:
    """List what is out of date; the exit status."""
    kinds = (
        ("missing", difference.missing),
        ("differs", difference.changed),
        ("stale, of what is no longer there", difference.stale),
    )
    for word, names in kinds:
        for name in names:
            click.echo(f"{folder}/{name}: {word}")
    if difference:
        click.echo("hint: Write them again with dbwright docs, without --check.", err=True)
        return EXIT_FINDINGS
    click.echo(f"{folder} is up to date.")
    return EXIT_CLEAN


def _covered(wanted: "Pages", least: float | None) -> int:
    """Tell how much is described where that was asked for; the exit status."""
    if least is None:
        return EXIT_CLEAN
    enough = wanted.coverage.share >= least
    click.echo(
        f"Comments describe {wanted.coverage.share:.1f} % of all tables, views and columns; {least:g} % are wanted."
    )
    if enough:
        return EXIT_CLEAN
    for line in wanted.undescribed[:_MOST_LISTED]:
        click.echo(f"  no comment on {line}")
    if (more := len(wanted.undescribed) - _MOST_LISTED) > 0:
        click.echo(f"  … and on something of {more:,} more tables and views")
    return EXIT_FINDINGS


def _viewpoint(words: str) -> tuple[str, tuple[str, ...]]:
    title, _, tables = words.partition("=")
    globs = tuple(glob.strip() for glob in tables.split(",") if glob.strip())
    if not title.strip() or not globs:
        raise UsageError(
            f"{words!r} is no viewpoint.", hint='Give a title and tables: --viewpoint "Orders=orders,order_*"'
        )
    return title.strip(), globs
