"""`dbwright review`: the main job."""

import click

from dbwright.cli.options import dialect_option, keep_source, say, source_options, terminal, write_output

FORMATS = ("text", "json", "sarif", "github", "junit", "html")
LEVELS = ("error", "warning", "note", "never")


@click.command("review", short_help="Review a database's design, with evidence and fixes.")
@click.argument("source", metavar="[SOURCE]", required=False)
@dialect_option
@source_options
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write to a file instead of stdout.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FILE",
    help="Write a further report; its ending says which: .html .json .sarif .xml .txt. May be repeated.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="RULES",
    help="Only these: codes, names, groups, the beginning of a code, or a bundle: recommended (the default), strict, all.",
)
@click.option("--ignore", multiple=True, metavar="RULES", help="Not these.")
@click.option(
    "--fail-on", type=click.Choice(LEVELS), help="The least severity that gives status 1.  [default: warning]"
)
@click.option("--baseline", metavar="FILE", help="Hide the findings that this file lists.")
@click.option("--write-baseline", metavar="FILE", help="Write all findings to a baseline file.")
@click.option("--fix", is_flag=True, help="Write the SQL of all safe fixes instead of a report; nothing is changed.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix: also fixes that may change behaviour.")
@click.option("--save", is_flag=True, help="Keep this review's score and findings in the project's history.")
@click.option(
    "--since",
    metavar="WHEN",
    help="Compare with a review that was saved: last, a date (2026-03-01), or days ago (30d).",
)
@click.option(
    "--queries",
    multiple=True,
    metavar="PATH",
    help="A file or folder with the application's SQL: its joins tell which columns belong together.",
)
@click.option("--no-own-rules", is_flag=True, help="Don't run the project's own rules in dbwright_rules/.")
@click.option("--no-rows", is_flag=True, help="Look at definitions alone; ask the rows nothing.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long the rows may be asked, in all.",
)
@click.option(
    "--sample-above",
    type=click.IntRange(min=1),
    default=1_000_000,
    show_default=True,
    metavar="ROWS",
    help="Tables with more rows are sampled.",
)
@click.option("--config", metavar="FILE", help="The configuration file, instead of the one found here or above.")
@click.option("--no-colour", is_flag=True, help="No colours on a terminal; the variable NO_COLOR says the same.")
def command(
    source: str | None,
    dialect: str | None,
    parse: bool,
    namespaces: tuple[str, ...],
    timeout: float,
    form: str,
    output: str | None,
    reports: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    baseline: str | None,
    write_baseline: str | None,
    fix: bool,
    unsafe_fixes: bool,
    save: bool,
    since: str | None,
    queries: tuple[str, ...],
    no_own_rules: bool,
    no_rows: bool,
    seconds: float,
    sample_above: int,
    config: str | None,
    no_colour: bool,
) -> int:
    """Review a database's design: faults with the rows that show them, most harmful first, and fixes as SQL.

    SOURCE is a database URL, an SQLite file, an SQL file or folder, `module:Base`, a Django project, or a DBML file.
    Reading is read-only. Status 0: nothing at or above --fail-on; 1: findings; 2: it could not be reviewed.

    \b
    Examples:
      dbwright review postgresql://user@host/database
      dbwright review schema.sql --report review.html
      dbwright review shop.db --fix > fixes.sql
      dbwright review shop.db --select strict --save --since last
    """  # fmt: skip
    from dbwright.app.baseline import write as write_baseline_file
    from dbwright.app.draw import with_diagram
    from dbwright.app.fix import write_fixes
    from dbwright.app.review import Request, review
    from dbwright.app.settings import load
    from dbwright.report.formats import form_of_file, render

    if unsafe_fixes and not fix:
        raise click.UsageError("--unsafe-fixes goes with --fix.")
    if fix and form != "text":
        raise click.UsageError("--fix writes SQL, so it takes no --format; further reports go to --report FILE.")
    settings = load(config)
    keep_source(source or settings.source, output, write_baseline, *reports)
    request = Request(
        source=source,
        dialect=dialect,
        parse_only=parse,
        namespaces=namespaces,
        timeout=timeout,
        select=_split(select),
        ignore=_split(ignore),
        fail_on=fail_on,
        baseline=baseline,
        ask_rows=not no_rows,
        own_rules=not no_own_rules,
        save=save,
        since=since,
        queries=queries,
        seconds=seconds,
        sample_above=sample_above,
    )
    further = [(file, form_of_file(file)) for file in reports]
    outcome = review(request, settings, say)
    report = outcome.report
    if "html" in (form, *(kind for _, kind in further)):
        say("Drawing the diagram …")
        report = with_diagram(report)
    for file, kind in further:
        write_output(render(report, kind), file)
    if write_baseline:
        count = write_baseline_file(write_baseline, outcome.all_findings)
        click.echo(f"Wrote {count} finding{'' if count == 1 else 's'} to {write_baseline}.", err=True)
    if fix:
        write_output(write_fixes(outcome, unsafe=unsafe_fixes, progress=say), output)
    else:
        colour, width = terminal(output, no_colour)
        write_output(render(report, form, colour=colour, width=min(120, max(80, width))), output)
    return outcome.status


def _split(words: tuple[str, ...]) -> tuple[str, ...]:
    """`--select K,R001` is the same as `--select K --select R001`. Raises UsageError where a word names nothing at all."""
    from dbwright.errors import UsageError

    parts = tuple(part.strip() for word in words for part in word.split(",") if part.strip())
    if words and not parts:
        raise UsageError("No rule was named.", hint="List them with: dbwright rules")
    return parts
