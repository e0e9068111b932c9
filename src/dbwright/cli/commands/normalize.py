"""`dbwright normalize`: take tables apart into a normal form, by what their rows show and people have decided; or a relation by theory."""

from typing import TYPE_CHECKING, cast

import click

from dbwright.cli.options import (
    DIALECTS,
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
    from dbwright.app.normalize.run import Outcome
    from dbwright.normalize.design.propose import Surrogates
    from dbwright.normalize.theory.relation import Form

_FORMS = ("2NF", "3NF", "EKNF", "BCNF", "4NF", "5NF")


@click.command("normalize", short_help="Take tables apart into a normal form, proved to keep every row.")
@click.argument("source", metavar="[SOURCE]", required=False)
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Only this table; may be repeated.")
@click.option(
    "--to", "to", type=click.Choice(_FORMS, case_sensitive=False), help="The normal form wanted.  [default: 3NF]"
)
@click.option(
    "--relation", metavar="TEXT", help="Instead of a source: a relation such as 'R(A, B, C, D)', for theory alone."
)
@click.option(
    "--dependency",
    "dependencies",
    multiple=True,
    metavar="TEXT",
    help="What holds in it: 'A, B -> C', 'C ->> D', '⋈(A B, B C)'. May be repeated.",
)
@click.option("--proof", is_flag=True, help="With --relation: show the chase of each decomposition.")
@click.option("--decisions", "file", metavar="FILE", help="The file of decisions.  [default: dependencies.toml]")
@click.option(
    "--yes-above",
    type=click.FloatRange(0, 1),
    default=0.9,
    show_default=True,
    metavar="SHARE",
    help="Take what is at least so plausible for meant where nobody has decided; 1 for decisions only.",
)
@click.option(
    "--engine", type=DIALECTS, help="What the new tables are made in.  [default: the source's own, postgres for files]"
)
@click.option(
    "--keys",
    "surrogates",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Whether new tables are given numbers for keys.",
)
@click.option(
    "--unfold/--no-unfold",
    default=True,
    help="Make child tables of lists, arrays and numbered columns.  [default: unfold]",
)
@click.option(
    "--max-left",
    type=click.IntRange(min=0),
    default=2,
    show_default=True,
    metavar="N",
    help="The most columns on a left side; 0 for any number.",
)
@click.option(
    "--write", "folder", metavar="FOLDER", help="Write the migration of a live table into this folder of migrations."
)
@click.option(
    "--prove/--no-prove", default=True, help="Run the migration on a scratch database first.  [default: prove]"
)
@search_options
@text_file_options
@timeout_option
@output_options("text", "sql", "json")
def command(
    source: str | None,
    tables: tuple[str, ...],
    to: str | None,
    relation: str | None,
    dependencies: tuple[str, ...],
    proof: bool,
    file: str | None,
    yes_above: float,
    engine: str | None,
    surrogates: str,
    unfold: bool,
    max_left: int,
    folder: str | None,
    prove: bool,
    seconds: float,
    memory: float,
    header: bool | None,
    null_texts: tuple[str, ...],
    separator: str | None,
    encoding: str | None,
    timeout: float,
    form: str,
    output: str | None,
    no_colour: bool,
) -> int:
    """Propose the tables that a wide table should be: named, with keys, foreign keys and types, and proved to keep every row.

    SOURCE is a database URL, an SQLite file, or a CSV, TSV, NDJSON or Parquet file, or a folder of them. Reading is read-only.
    What the rows show is used where it is plausible enough or was accepted (dbwright dependencies --review).
    With --relation and --dependency no rows are looked at: keys, normal form, covers and decompositions by theory.
    Status 0: all tables are in the form; 1: a proposal; 2: failed, or not proved.

    \b
    Examples:
      dbwright normalize orders.csv --to BCNF
      dbwright normalize shop.db --table orders --write migrations
      dbwright normalize orders.parquet --engine mysql --format sql --output tables.sql
      dbwright normalize --relation 'R(A, B, C, D)' --dependency 'A, B -> C' --dependency 'C -> D'
    """  # fmt: skip
    form_wanted = cast("Form | None", to.upper() if to else None)
    if relation is not None:
        if source is not None:
            raise click.UsageError("--relation is for theory alone; it goes with no SOURCE.")
        if form == "sql":
            raise click.UsageError("--relation has no types to write as SQL.")
        from dbwright.app.normalize.theory import analyse_texts
        from dbwright.report.normal_forms import render

        write_output(render(analyse_texts(relation, dependencies, form_wanted), form, proof=proof), output)
        return 0
    if source is None:
        raise click.UsageError("Name a SOURCE, or a --relation.")
    if dependencies:
        raise click.UsageError(
            "--dependency goes with --relation; for a source keep a decision: dbwright dependencies --accept."
        )
    from dbwright.app.normalize.run import Request, run

    keep_source(source, output, file)
    request = Request(
        source=source,
        tables=tables,
        to=form_wanted or "3NF",
        yes_above=yes_above,
        decisions=file,
        engine=engine,
        surrogates=cast("Surrogates", surrogates),
        unfold=unfold,
        max_left=max_left or None,
        seconds=seconds,
        memory=round(memory * 2**20),
        timeout=timeout,
        header=header,
        null=null_texts or ("",),
        separator=separator,
        encoding=encoding,
        folder=folder,
        prove=prove,
    )
    outcome = run(request, say)
    for sentence in outcome.said:
        click.echo(sentence, err=True)
    write_output(_rendered(outcome, form, output, no_colour), output)
    return outcome.status


def _rendered(outcome: "Outcome", form: str, output: str | None, no_colour: bool) -> str:
    from dbwright.report import proposal as report

    shown = [
        report.Shown(
            proposal=each.normalised.proposal,
            origin=each.origin,
            columns=tuple(column.name for column in each.normalised.table.columns),
            used=each.normalised.used,
            open=each.normalised.open,
            joined_back=each.normalised.joined_back,
            proof=each.normalised.proof,
            sql=each.sql,
            migration=each.proof,
            written=each.written,
            refused=each.refused,
            notes=each.normalised.notes,
            complete=each.normalised.judgement.discovery.complete,
        )
        for each in outcome.made
    ]
    if form == "json":
        return report.as_json(shown, outcome.engine)
    if form == "sql":
        from dbwright.engines.registry import engine

        return report.as_sql(shown, engine(outcome.engine).script([sql for each in shown for sql in each.sql]))
    colour, width = terminal(output, no_colour)
    return report.render(shown, colour=colour, width=width)
