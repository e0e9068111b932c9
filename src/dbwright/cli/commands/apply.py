"""`dbwright apply`: change a database so that it is what a description says."""

from typing import TYPE_CHECKING, cast

import click

from dbwright.cli.options import dialect_option, plan_options, say, source_options

if TYPE_CHECKING:
    from dbwright.app.change import FillKind
    from dbwright.change.online import Phase


@click.command("apply", short_help="Change a database so that it is what a description says, by a proved plan.")
@click.argument("database", metavar="DATABASE")
@click.argument("wanted", metavar="SOURCE")
@dialect_option
@source_options
@plan_options
@click.option(
    "--allow",
    multiple=True,
    metavar="HAZARD",
    help="Allow a hazard by name (data-loss, breaking, privilege, irreversible).",
)
@click.option("--yes", is_flag=True, help="Do not ask; needed where nobody can be asked.")
@click.option("--online", type=click.Choice(["expand", "switch", "contract"]),
              help="Make what breaks the application online, up to the end of this phase; the rest when that is contracted.")  # fmt: skip
@click.option("--unproved", is_flag=True, help="Run the plan even though it could not be proved.")
@click.option("--lock-timeout", type=click.FloatRange(min=0, min_open=True), default=2.0, show_default=True, metavar="SECONDS",
              help="How long a step may wait for a lock, and keep others waiting behind it.")  # fmt: skip
@click.option("--statement-timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              help="How long a statement may take; no limit where not given.")  # fmt: skip
@click.option(
    "--retries", type=click.IntRange(min=0), default=10, show_default=True, help="How often to try again for a lock."
)
@click.option("--wait", type=click.FloatRange(min=0), default=0.0, show_default=True, metavar="SECONDS",
              help="How long to wait for another run of dbwright.")  # fmt: skip
def command(
    database: str,
    wanted: str,
    dialect: str | None,
    parse: bool,
    namespaces: tuple[str, ...],
    timeout: float,
    renames: tuple[str, ...],
    fill: str,
    prove: bool,
    allow: tuple[str, ...],
    yes: bool,
    online: "Phase | None",
    unproved: bool,
    lock_timeout: float,
    statement_timeout: float | None,
    retries: int,
    wait: float,
) -> int:
    """Plan as `dbwright plan` does, show the plan, ask, and run it on DATABASE.

    Every statement waits only shortly for its lock and tries again later, so that others do not queue up behind it. If it stops
    in the middle, run it again: it does what is left. Hazards have to be allowed by name.
    Status 0: DATABASE is what SOURCE says; 1: it still differs; 2: it could not be done.

    Example:  dbwright apply postgresql://user@host/database schema.sql
    """
    import msgspec

    from dbwright.app.apply import must_be_allowed
    from dbwright.app.change import Request, apply_planned, make_whole, plan_sources
    from dbwright.app.without_breaking import must_be_settled
    from dbwright.change.compare import only_order
    from dbwright.cli.asking import ask_about_rename, must_confirm
    from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS
    from dbwright.migrate.patience import Patience
    from dbwright.readers.live import live_url
    from dbwright.report.base import counted
    from dbwright.report.plans import PlanReport, render

    target = live_url(database)
    if target.scheme == "sqlite":
        make_whole(target, timeout=timeout)
    request = Request(
        old=database,
        new=wanted,
        renames=renames,
        dialect=dialect,
        parse_only=parse,
        namespaces=namespaces,
        timeout=timeout,
        prove=prove,
        fill=cast("FillKind", fill),
    )
    if online is None:
        must_be_settled(target)
    else:
        from dbwright.cli.online_part import run

        only_planned = msgspec.structs.replace(request, prove=False)
        if not run(only_planned, target, online, allow, yes=yes):
            return EXIT_FINDINGS
    planned = plan_sources(request, ask=ask_about_rename(), progress=say)
    click.echo(render(PlanReport(plan=planned.plan, old=planned.old, new=planned.new, notes=planned.notes), "text"))
    if not planned.plan.up:
        return EXIT_CLEAN
    must_be_allowed(planned.plan.hazards, allow)
    must_confirm(f"\nRun it on {planned.old}?", yes=yes)
    done = apply_planned(
        planned,
        database,
        allow=allow,
        unproved=unproved or not prove,
        namespaces=namespaces,
        timeout=timeout,
        patience=Patience(lock=lock_timeout, statement=statement_timeout, retries=retries, wait=wait),
        progress=say,
    )
    again = f", {done.retries} of them tried again for a lock" if done.retries else ""
    click.echo(f"\nDone: {done.steps} steps in {done.seconds:.1f} s{again}.")
    left = [each for each in done.differences if not only_order(each)]
    if left:
        click.echo(f"Read back, {counted(len(left), 'object')} still otherwise than {planned.new} says:")
        click.echo("\n".join(f"  {each.target.kind.replace('_', ' ')} {each.target}" for each in left[:10]))
        return EXIT_FINDINGS
    if done.differences:
        tables = ", ".join(sorted({str(each.target) for each in done.differences}))
        click.echo(f"The columns of {tables} stand in another order; {planned.engine.title} moves none.")
    click.echo(f"Read back: {planned.old} is what {planned.new} says.")
    return EXIT_CLEAN
