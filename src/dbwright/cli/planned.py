"""A planned change that a command shows, and makes when it was confirmed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dbwright.cli.options import say

if TYPE_CHECKING:
    from dbwright.app.apply import Done
    from dbwright.app.change import Planned


def render_planned(planned: "Planned", form: str) -> str:
    """The plan as text, SQL or JSON."""
    from dbwright.report.plans import PlanReport, render

    script = planned.engine.script([step.sql for step in planned.plan.up]) if form == "sql" else ""
    report = PlanReport(plan=planned.plan, old=planned.old, new=planned.new, notes=planned.notes)
    return render(report, form, script=script)


def run_planned(planned: "Planned", url: str, given: Mapping[str, Any]) -> "Done":
    """Make the change after its hazards were allowed and a person said yes, as the options of the command say.

    Raises Refused where a hazard is not allowed or nobody says yes.
    """
    from dbwright.app.apply import must_be_allowed
    from dbwright.app.change import apply_planned
    from dbwright.cli.asking import must_confirm
    from dbwright.migrate.patience import Patience

    must_be_allowed(planned.plan.hazards, given["allow"])
    must_confirm(f"\nRun it on {planned.old}?", yes=given["yes"])
    return apply_planned(
        planned,
        url,
        allow=given["allow"],
        unproved=given["unproved"] or not given["prove"],
        namespaces=given["namespaces"],
        timeout=given["timeout"],
        patience=Patience(lock=given["lock_timeout"]),
        progress=say,
    )
