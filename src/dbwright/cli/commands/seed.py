"""`dbwright seed`: made-up rows that fit, for the tables of a database."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from dbwright.cli.options import say, timeout_option, write_output
from dbwright.errors import UsageError

if TYPE_CHECKING:
    from dbwright.app.seed.request import Now, Request, Where


@click.command("seed", short_help="Fill the tables of a database with made-up rows that fit every constraint.")
@click.argument("database", metavar="TARGET")
@click.argument("file", metavar="[SETTINGS.toml]", required=False)
@click.option(
    "--rows",
    "rows",
    multiple=True,
    metavar="N or TABLE=N",
    help="Rows of every table, or of one; may be repeated.  [default: by the shape of the schema]",
)
@click.option(
    "--scale", type=click.FloatRange(min=0, min_open=True), metavar="FACTOR", help="Multiply all numbers of rows."
)
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Fill only this table; may be repeated.")
@click.option("--seed", "number", type=int, metavar="N", help="Other rows for another number.  [default: 1]")
@click.option("--locale", metavar="NAME", help="The language of names and addresses (en, de, fr, ja …).  [default: en]")
@click.option("--environment", metavar="NAME", envvar="DBWRIGHT_ENVIRONMENT", help="Whose part of the settings counts.")
@click.option("--like", metavar="SOURCE", help="Learn sizes and distributions from the statistics of another database.")
@click.option(
    "--like-categories", is_flag=True, help="With --like: take over the values of columns that have only a few."
)
@click.option(
    "--fill-empty",
    "where",
    flag_value="fill-empty",
    help="Fill the empty tables only; rows that are there are parents.",
)
@click.option("--append", "where", flag_value="append", help="Write more rows into tables that hold some.")
@click.option("--empty-first", "where", flag_value="empty-first", help="Delete the rows of the tables that are filled.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option(
    "--sample", type=click.IntRange(min=1), metavar="N", help="With --dry-run: show the first rows of each table."
)
@click.option("--yes", is_flag=True, help="Do not ask; needed where nobody can be asked.")
@click.option("--allow", multiple=True, metavar="HAZARD", help="Allow data-loss, or production, by name.")
@click.option(
    "--batch",
    type=click.IntRange(min=1),
    default=50_000,
    show_default=True,
    metavar="ROWS",
    help="The most rows of a transaction; the rows are the same.",
)
@click.option(
    "--analyze/--no-analyze", default=True, help="Gather the engine's statistics afterwards.  [default: analyze]"
)
@click.option(
    "--namespace", "namespaces", multiple=True, metavar="NAME", help="Fill only this schema; may be repeated."
)
@timeout_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write the report to a file instead of stdout.")
def command(database: str, file: str | None, **given: Any) -> int:  # fmt: skip
    """Fill the tables of a database, whatever their keys and checks: constraints and triggers stay on, and every row fits.

    What will be written is shown first. Rows depend on the seed alone, not on batches. A run that was stopped goes on with the same
    command. Rows that cannot be are named before anything is written. Status 0: written, or shown; 2: failure.

    \b
    Examples:
      dbwright seed shop.db --rows 1000
      dbwright seed postgresql://user@host/shop seed.toml --environment dev --yes
      dbwright seed shop.db --rows 100 --rows orders=5000 --dry-run --sample 5
    """  # fmt: skip
    from dbwright.app.seed.need import need
    from dbwright.errors import EXIT_CLEAN, EXIT_FAILURE, Refused
    from dbwright.report.seed import render_plan, render_seeded

    need()
    from dbwright.app.seed.prepare import prepare
    from dbwright.app.seed.run import must_be_possible, seed
    from dbwright.app.seed.show import foreseen, sample

    form = given["form"]
    prepared = prepare(_request(database, file, given), say)
    shown = render_plan(foreseen(prepared), form)
    if given["dry_run"]:
        rows = sample(prepared, given["sample"]) if given["sample"] and not prepared.made.impossible else ""
        write_output(shown if form == "json" or not rows else f"{shown}\n\n{rows}", given["output"])
        return EXIT_FAILURE if prepared.made.impossible else EXIT_CLEAN
    must_be_possible(prepared.made)
    click.echo(render_plan(foreseen(prepared), "text"), err=True)
    if not prepared.made.steps and not prepared.references:
        raise UsageError("There is nothing to write.", hint="All tables are left out, or no rows were asked for.")
    if not given["yes"] and not _confirmed(prepared.url.shown):
        raise Refused("Nothing was written.", hint="Add --yes where nobody can be asked.")
    try:
        seeded = seed(prepared, _progress(), say)
    except KeyboardInterrupt:
        click.echo("\nThe rows of whole batches are written; the same command goes on from there.", err=True)
        raise
    write_output(render_seeded(seeded, form), given["output"])
    return EXIT_CLEAN


def _confirmed(shown: str) -> bool:
    from dbwright.cli.asking import confirmed

    return confirmed(f"\nWrite it to {shown}?")


def _request(database: str, file: str | None, given: dict[str, Any]) -> "Request":
    from dbwright.app.seed.request import Request

    rows, rows_of = _rows(given["rows"])
    where: Where = given["where"] or "empty"
    return Request(
        url=database,
        file=file,
        like=given["like"],
        like_categories=given["like_categories"],
        rows=rows,
        rows_of=rows_of,
        scale=given["scale"],
        seed=given["number"],
        locale=given["locale"],
        environment=given["environment"],
        tables=given["tables"],
        namespaces=given["namespaces"],
        where=where,
        batch=given["batch"],
        analyze=given["analyze"],
        allow=given["allow"],
        timeout=given["timeout"],
    )


def _rows(texts: tuple[str, ...]) -> tuple[int | None, dict[str, int]]:
    """Rows of every table, and of single ones. 1000, 10_000, 5k and 2M are understood."""
    rows: int | None = None
    of: dict[str, int] = {}
    for text in texts:
        table, equals, count = text.rpartition("=")
        plain = count.strip().replace("_", "").replace(",", "")
        factor = {"k": 1_000, "m": 1_000_000}.get(plain[-1:].lower(), 1)
        digits = plain[:-1] if factor > 1 else plain
        if not digits.isdecimal() or (equals and not table.strip()):
            raise UsageError(f"--rows {text} is not understood.", hint="Write --rows 1000, or --rows orders=5000.")
        if equals:
            of[table.strip()] = int(digits) * factor
        else:
            rows = int(digits) * factor
    return rows, of


def _progress() -> "Callable[[Now], None]":
    """One line on stderr that is written over, where a person watches."""
    if not sys.stderr.isatty():
        return lambda _: None

    def show(now: "Now") -> None:
        left = "" if now.seconds_left is None else f", {_duration(now.seconds_left)} left"
        text = (
            f"{now.table}: {now.done:,} of {now.of:,} rows; all: {now.all_done / max(1, now.of_all):.0%},"
            f" {round(now.rate):,} rows/s{left}"
        )
        click.echo(f"\r\x1b[K{text}" + ("\n" if now.all_done >= now.of_all else ""), nl=False, err=True)

    return show


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
