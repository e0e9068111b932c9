"""`dbwright profile`: what the columns of tables hold."""

from collections.abc import Callable

import click

from dbwright.cli.options import (
    keep_source,
    output_options,
    say,
    terminal,
    text_file_options,
    timeout_option,
    write_output,
)


@click.command("profile", short_help="Show what the columns of tables hold: ranges, most frequent values, histograms.")
@click.argument("source", metavar="SOURCE")
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Only this table; may be repeated.")
@click.option(
    "--column", "columns", multiple=True, metavar="NAME", help="Only this column, with details; may be repeated."
)
@click.option("--namespace", "namespaces", multiple=True, metavar="NAME", help="Only this schema; may be repeated.")
@click.option("--details", is_flag=True, help="Show each column's histogram, most frequent values and shapes.")
@click.option("--exact", is_flag=True, help="Count every value: no estimates, no samples.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="How long it may take, for all tables; what is not finished comes from samples.",
)
@click.option(
    "--memory",
    type=click.FloatRange(min=128),
    metavar="MB",
    help="How much memory may be used; what is beyond is put on disk.",
)
@click.option(
    "--threads",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processors may be used for files.  [default: all]",
)
@text_file_options
@timeout_option
@output_options("text", "json")
def command(
    source: str,
    tables: tuple[str, ...],
    columns: tuple[str, ...],
    namespaces: tuple[str, ...],
    details: bool,
    exact: bool,
    seconds: float | None,
    memory: float | None,
    threads: int | None,
    header: bool | None,
    null_texts: tuple[str, ...],
    separator: str | None,
    encoding: str | None,
    timeout: float,
    form: str,
    output: str | None,
    no_colour: bool,
) -> int:
    """Show what the columns of tables hold: types, NULLs, distinct values, ranges, most frequent values, histograms.

    SOURCE is a database URL, an SQLite file, a CSV, TSV, NDJSON or Parquet file (packed or not), a folder of them, or a pattern.
    Reading is read-only. Values of columns that look secret are not shown.

    \b
    Examples:
      dbwright profile orders.csv
      dbwright profile 'exports/*.parquet' --details
      dbwright profile postgresql://user@host/shop --table orders --format json
      dbwright profile big.parquet --seconds 10 --memory 500
    """  # fmt: skip
    from dbwright.app.profile import Request, profile
    from dbwright.report.profile import render, render_json

    keep_source(source, output)
    found = profile(
        Request(
            source=source,
            tables=tables,
            columns=columns,
            namespaces=namespaces,
            header=header,
            separator=separator,
            encoding=encoding,
            null=null_texts or ("",),
            seconds=seconds,
            memory=None if memory is None else round(memory * 2**20),
            threads=threads,
            exact=exact,
            timeout=timeout,
        ),
        _progress(),
    )
    if form == "json":
        write_output(render_json(found), output)
        return 0
    colour, width = terminal(output, no_colour)
    write_output(render(found, details=details or bool(columns), colour=colour, width=width), output)
    return 0


def _progress() -> Callable[[str], None]:
    """Tells what is looked at, each for itself, once a second has passed."""
    import time

    started = said = time.monotonic()

    def tell(what: str) -> None:
        nonlocal said
        now = time.monotonic()
        if now - started > 1 and now - said > 0.5:
            said = now
            say(f"… {what}")

    return tell
