"""`dbwright plan`: how to get from one schema to another, proved."""

from typing import TYPE_CHECKING, cast

import click

from dbwright.cli.options import dialect_option, keep_source, plan_options, say, source_options, write_output

if TYPE_CHECKING:
    from dbwright.app.change import FillKind


@click.command(
    "plan", short_help="Plan a change of schema: steps, locks, hazards, the way back; proved on a scratch database."
)
@click.argument("old", metavar="FROM")
@click.argument("new", metavar="TO")
@dialect_option
@source_options
@plan_options
@click.option("--format", "form", type=click.Choice(["text", "sql", "json"]), default="text", show_default=True)
@click.option(
    "--online", is_flag=True, help="Show how what breaks the application is made online; FROM is a live database."
)
@click.option("--back", is_flag=True, help="With --format sql: write the way back instead.")
@click.option("--output", metavar="FILE", help="Write to a file instead of stdout.")
def command(
    old: str,
    new: str,
    dialect: str | None,
    parse: bool,
    namespaces: tuple[str, ...],
    timeout: float,
    renames: tuple[str, ...],
    fill: str,
    prove: bool,
    form: str,
    online: bool,
    back: bool,
    output: str | None,
) -> int:
    """Plan the way from one schema to another, in the form that hurts a running application least.

    Each step is shown with the lock that it takes, what waits behind it, and why it has this form. Before it is shown the
    plan is run on a scratch database that holds the old schema: up, down and up again, and read back each time.
    Nothing is changed in FROM. Status 0: nothing to do; 1: a plan; 2: it could not be made, or did not lead where it should.

    \b
    Examples:
      dbwright plan postgresql://user@host/database schema.sql
      dbwright plan shop.db schema.sql --rename orders.total=amount --rows sample
    """  # fmt: skip
    from dbwright.app.change import Request, plan_sources
    from dbwright.cli.asking import ask_about_rename
    from dbwright.errors import EXIT_CLEAN, EXIT_FAILURE, EXIT_FINDINGS
    from dbwright.report.plans import PlanReport, render

    keep_source(old, output)
    keep_source(new, output)
    request = Request(
        old=old,
        new=new,
        renames=renames,
        dialect=dialect,
        parse_only=parse,
        namespaces=namespaces,
        timeout=timeout,
        prove=prove,
        fill=cast("FillKind", fill),
    )
    if online:
        import msgspec

        from dbwright.cli.online_part import show
        from dbwright.readers.live import live_url

        write_output(show(msgspec.structs.replace(request, prove=False), live_url(old), form), output)
        return EXIT_FINDINGS
    planned = plan_sources(request, ask=ask_about_rename(), progress=say)
    plan = planned.plan
    steps = plan.down if back else plan.up
    script = planned.engine.script([step.sql for step in steps]) if form == "sql" else ""
    report = PlanReport(plan=plan, old=planned.old, new=planned.new, notes=planned.notes)
    write_output(render(report, form, script=script), output)
    if plan.proof is not None and plan.proof.failed:
        return EXIT_FAILURE
    return EXIT_FINDINGS if plan.up else EXIT_CLEAN
