"""`--online` of plan and apply: the part that would break the running application, made in phases."""

from typing import TYPE_CHECKING

import click

from dbwright.cli.asking import ask_about_rename, must_confirm
from dbwright.cli.options import say

if TYPE_CHECKING:
    from dbwright.app.change import Request
    from dbwright.change.online import Phase
    from dbwright.engines.url import Url


def show(request: "Request", target: "Url", form: str) -> str:
    """The stages of the breaking part as text or JSON, tried on a scratch database."""
    from dbwright.app.change import plan_sources
    from dbwright.app.without_breaking import show_online
    from dbwright.report.online import render_plan

    planned = plan_sources(request, ask=ask_about_rename(), progress=say)
    found = show_online(planned, target)
    return render_plan(*found, form) if found else "Nothing in this plan breaks the running application."


def run(request: "Request", target: "Url", until: "Phase", allow: tuple[str, ...], *, yes: bool) -> bool:
    """Make the breaking part, or go on with it, up to a phase. Returns whether nothing of it is left.

    Raises Refused where nobody said yes.
    """
    from dbwright.app.change import plan_sources
    from dbwright.app.without_breaking import go_on, go_online, show_online, under_way
    from dbwright.online.run import Progress
    from dbwright.report.online import render_plan, render_status

    told: set[int] = set()

    def progress(step: Progress) -> None:
        if step.stage not in told:
            told.add(step.stage)
            click.echo(f"{step.stage}/{step.stages} {step.title}", err=True)

    if under_way(target):
        status = go_on(target, until=until, allow=allow, progress=progress)
    else:
        planned = plan_sources(request, ask=ask_about_rename(), progress=say)
        found = show_online(planned, target)
        if found is None:
            return True
        click.echo(render_plan(*found, "text"))
        must_confirm(f"\nBegin it on {planned.old}?", yes=yes)
        started = go_online(planned, target, until=until, allow=allow, progress=progress)
        if started is None:
            return True
        status = started
    click.echo(render_status([status], "text"))
    if status.state == "done":
        return True
    click.echo("The rest of the plan is run by the same command when this is contracted (--online contract).")
    return False
