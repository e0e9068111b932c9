"""`dbwright choose`: which kind of database fits."""

from typing import TYPE_CHECKING

import click

from dbwright.cli.options import write_output
from dbwright.errors import UsageError

if TYPE_CHECKING:
    from dbwright.choose.requirements import Requirements


@click.command("choose", short_help="Recommend a kind of database from requirements, with reasons and sources.")
@click.argument("requirements", metavar="[FILE]", required=False)
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="QUESTION=ANSWER",
    help="An answer; several for queries and team by commas.",
)
@click.option("--ask", "asking", is_flag=True, help="Be asked what the file and --set do not answer.")
@click.option("--template", is_flag=True, help="Print a file of all questions to answer.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write to a file instead of stdout.")
def command(
    requirements: str | None, given: tuple[str, ...], asking: bool, template: bool, form: str, output: str | None
) -> int:
    """Rank ten databases and their combinations for what is asked of them: data, queries, rates, size, latency, regions, team.

    Every rule names its source. Questions without an answer decide nothing, and the report says what would change the order.
    Status 0: ranked; 1: nothing fits; 2: failure.

    \b
    Examples:
      dbwright choose --template > requirements.toml
      dbwright choose requirements.toml
      dbwright choose --set structure=relational --set writes_per_second=200 --set queries=joins,"full text"
    """
    from dbwright.app.choose import read_requirements
    from dbwright.choose import requirements as held
    from dbwright.choose.chosen import choose
    from dbwright.report import choose as report

    if template:
        write_output(held.template(), output)
        return 0
    answers = read_requirements(requirements, given)
    if asking or (requirements is None and not given):
        answers = _asked(answers)
    chosen = choose(answers)
    write_output(report.as_json(chosen) if form == "json" else report.as_text(chosen), output)
    return 0 if chosen.ranking.possible else 1


def _asked(answers: "Requirements") -> "Requirements":
    from dbwright.choose.requirements import QUESTIONS
    from dbwright.cli.asking import someone_is_there

    if not someone_is_there():
        raise UsageError("Nobody can be asked here.", hint="Give a file of answers: dbwright choose --template.")
    click.echo("An empty answer leaves a question open.", err=True)
    for question in QUESTIONS:
        if question.name in answers.answers:
            continue
        for name, text in question.choices.items():
            click.echo(f"    {name}: {text}", err=True)
        unit = f" ({question.unit})" if question.unit else " (several, with commas)" if question.kind == "some" else ""
        while True:
            said = str(click.prompt(f"{question.text}{unit}", default="", show_default=False, err=True)).strip()
            try:
                answers = answers.other(question.name, _read(question.kind, said)) if said else answers
                break
            except UsageError as error:
                click.echo(f"{error.message} {error.hint or ''}", err=True)
    return answers


def _read(kind: str, text: str) -> object:
    if kind == "some":
        return [each.strip() for each in text.split(",")]
    try:
        return float(text.replace(",", "").replace("_", "")) if kind == "number" else text
    except ValueError:
        return text
