"""`dbwright dependencies`: what depends on what in the rows, how plausible it is, and what people decided on it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dbwright.cli.asking import someone_is_there
from dbwright.cli.options import (
    keep_source,
    output_options,
    say,
    search_options,
    terminal,
    text_file_options,
    timeout_option,
    write_output,
)

if TYPE_CHECKING:
    from dbwright.app.dependencies.ask import Answer
    from dbwright.app.dependencies.judge import Judgement
    from dbwright.app.dependencies.run import Ask, Outcome
    from dbwright.normalize.judgement.judged import Asked

KINDS = ("unique", "functional", "approximate", "conditional", "multivalued", "join", "derived", "ordered", "included")
_ANSWERS: "dict[str, Answer]" = {"n": "never", "y": "possible", "c": "each", "s": "skip", "q": "stop"}


@click.command("dependencies", short_help="Find what depends on what in the rows, and keep what is meant.")
@click.argument("source", metavar="SOURCE")
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Only this table; may be repeated.")
@click.option("--namespace", "namespaces", multiple=True, metavar="NAME", help="Only this schema; may be repeated.")
@click.option(
    "--max-left",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    metavar="N",
    help="The most columns on a left side; 0 for any number.",
)
@click.option(
    "--max-error",
    type=click.FloatRange(0, 0.5),
    default=0.01,
    show_default=True,
    metavar="SHARE",
    help="The greatest share of rows that may be against an approximate one.",
)
@click.option("--kinds", multiple=True, metavar="KINDS", help=f"Only these: {', '.join(KINDS)}.")
@click.option(
    "--nulls",
    type=click.Choice(["equal", "distinct"]),
    default="equal",
    show_default=True,
    help="Whether NULL equals NULL.",
)
@click.option("--all", "everything", is_flag=True, help="Show the implausible ones too.")
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    metavar="TEXT",
    help="Keep one as meant: 'orders: zip -> city', 'orders: key(number)'. May be repeated.",
)
@click.option("--reject", "rejected", multiple=True, metavar="TEXT", help="Keep one as an accident. May be repeated.")
@click.option("--reason", default="", metavar="TEXT", help="Why, kept beside what --accept and --reject say.")
@click.option(
    "--review", "reviewing", is_flag=True, help="Ask about them one pair of rows at a time, and keep the answers."
)
@click.option("--decisions", "file", metavar="FILE", help="The file of decisions.  [default: dependencies.toml]")
@click.option(
    "--check",
    "checking",
    is_flag=True,
    help="Only check that what was accepted still holds; status 1 where it does not.",
)
@search_options
@click.option(
    "--state", metavar="FOLDER", help="Where an unfinished search is kept, to go on from.  [default: the user's cache]"
)
@text_file_options
@timeout_option
@output_options("text", "json")
def command(
    source: str,
    tables: tuple[str, ...],
    namespaces: tuple[str, ...],
    max_left: int,
    max_error: float,
    kinds: tuple[str, ...],
    nulls: str,
    everything: bool,
    accepted: tuple[str, ...],
    rejected: tuple[str, ...],
    reason: str,
    reviewing: bool,
    file: str | None,
    checking: bool,
    seconds: float,
    memory: float,
    state: str | None,
    header: bool | None,
    null_texts: tuple[str, ...],
    separator: str | None,
    encoding: str | None,
    timeout: float,
    form: str,
    output: str | None,
    no_colour: bool,
) -> int:
    """Find what depends on what in the rows of a table: keys, functional and other dependencies, the most plausible first.

    SOURCE is a database URL, an SQLite file, or a CSV, TSV, NDJSON or Parquet file, or a folder of them. Reading is read-only.
    What people decide is kept in a file beside the project's code. Status 0; with --check 1 where something no longer holds.

    \b
    Examples:
      dbwright dependencies orders.csv
      dbwright dependencies shop.db --table orders --review
      dbwright dependencies orders.csv --accept 'orders: zip -> city' --reason 'the post office says so'
      dbwright dependencies postgresql://user@host/shop --check
    """  # fmt: skip
    from dbwright.app.dependencies.options import Options
    from dbwright.app.dependencies.run import Request, run
    from dbwright.app.dependencies.state import cache_folder

    if checking and (reviewing or accepted or rejected):
        raise click.UsageError("--check looks at what was decided before; it goes with no new decision.")
    if reviewing and form == "json":
        raise click.UsageError("--review asks a person, so it takes no --format.")
    if reviewing and not someone_is_there():
        raise click.UsageError("--review asks a person, and nobody is there to answer.")
    keep_source(source, output, file)
    colour, width = terminal(output, no_colour)
    request = Request(
        source=source,
        tables=tables,
        namespaces=namespaces,
        options=Options(
            kinds=_kinds(kinds),
            max_left=max_left or None,
            max_error=max_error,
            nulls="distinct" if nulls == "distinct" else "equal",
            state=cache_folder() if state is None else Path(state),
        ),
        header=header,
        null_texts=null_texts or ("",),
        separator=separator,
        encoding=encoding,
        seconds=seconds,
        memory=round(memory * 2**20),
        timeout=timeout,
        accepted=accepted,
        rejected=rejected,
        reason=reason,
        file=file,
        mode="check" if checking else "review" if reviewing else "find",
    )
    outcome = run(request, say, _asker(no_colour))
    for sentence in outcome.said:
        click.echo(sentence, err=True)
    again = [_shown(source), *(part for name in tables for part in ("--table", name))]
    again += ["--decisions", file] if file else []
    write_output(_rendered(outcome, again, form, everything, colour, width), output)
    return outcome.status


def _kinds(given: tuple[str, ...]) -> tuple[str, ...] | None:
    """`--kinds unique,functional` is the same as `--kinds unique --kinds functional`."""
    chosen = tuple(dict.fromkeys(part.strip() for each in given for part in each.split(",") if part.strip()))
    if unknown := [each for each in chosen if each not in KINDS]:
        raise click.UsageError(f"There is no kind {unknown[0]!r}; the kinds are {', '.join(KINDS)}.")
    return chosen or None


def _rendered(outcome: "Outcome", again: list[str], form: str, everything: bool, colour: bool, width: int) -> str:
    """The report. again: what names the source and the decisions when the command is used once more."""
    import shlex

    from dbwright.report import accepted
    from dbwright.report import dependencies as report

    if outcome.checked is not None:
        checked = outcome.checked
        kept = [
            accepted.KeptDependency(
                table=each.table,
                columns=each.columns,
                measured=each.measured,
                reason=each.reason,
                of_database=checked.of_database,
            )
            for each in checked.kept
        ]
        if form == "json":
            return accepted.check_json(kept, checked.unchecked, checked.origin)
        return accepted.render_check(kept, checked.unchecked, checked.origin, colour=colour, width=width)
    tables = [
        report.TableDependencies(
            table=each.table.ref, origin=each.origin, discovery=each.discovery, judged=each.judged, notes=each.notes
        )
        for each in outcome.judgements
    ]
    if form == "json":
        return report.as_json(tables)
    review = f"dbwright dependencies {shlex.join(again)} --review"
    return report.render(tables, everything=everything, colour=colour, width=width, review=review)


def _asker(no_colour: bool) -> "Ask":
    """A function that puts one question to the person at the terminal."""
    import os
    import textwrap

    colour = not no_colour and not os.environ.get("NO_COLOR")

    def ask(asked: "Asked", judgement: "Judgement") -> "Answer":
        from dbwright.catalog.dependencies import Functional
        from dbwright.report.accepted import question

        columns = judgement.discovery.columns
        width = terminal(None, no_colour)[1]
        click.echo(question(asked, columns, colour=colour, width=width), err=True)
        dependency = asked.about.measured.dependency
        several = isinstance(dependency, Functional) and len(dependency.right) > 1
        answers = {
            "n": "no, none of them may differ" if several else "no, never",
            "y": "yes, each of them may differ" if several else "yes, they could",
            **({"c": "column by column"} if several else {}),
            "s": "skip",
            "q": "stop",
        }
        for told in textwrap.wrap(" · ".join(f"{key}:\xa0{told}" for key, told in answers.items()), width - 2):
            click.echo(f"  {told}", err=True)
        given = click.prompt("  Answer", type=click.Choice(list(answers)), show_choices=False, err=True)
        return _ANSWERS[given]

    return ask


def _shown(source: str) -> str:
    """The source as it may be printed, and used again: without a password."""
    if "://" not in source:
        return source
    from msgspec.structs import replace

    from dbwright.catalog.secrets import looks_secret
    from dbwright.engines.url import format_url, parse_url

    url = parse_url(source)
    options = {name: value for name, value in url.options.items() if not looks_secret(name)}
    if url.password is None and options == url.options:
        return source
    return format_url(replace(url, password=None, options=options))
