"""`dbwright denormalize`: redundancy on purpose, kept true by triggers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dbwright.cli.options import say, timeout_option, write_output
from dbwright.errors import UsageError

if TYPE_CHECKING:
    from dbwright.app.denormalize.change import Request

_F = TypeVar("_F", bound=Callable[..., Any])
_KINDS = (
    ("counter", "TABLE.COLUMN=CHILD", "Count the rows of CHILD: posts.comments_count=comments [by post_id] [where approved]."),
    ("sum", "TABLE.COLUMN=CHILD.COLUMN", "Add up: orders.total=order_items.amount [by …] [where …]."),
    ("minimum", "TABLE.COLUMN=CHILD.COLUMN", "Keep the smallest: products.lowest_price=offers.price."),
    ("maximum", "TABLE.COLUMN=CHILD.COLUMN", "Keep the largest: users.last_seen=visits.seen_at."),
    ("copy", "TABLE.COLUMN=PARENT.COLUMN", "Repeat: order_items.product_name=products.name [by product_id]."),
    ("rollup", "NAME=QUERY", "A table by groups: 'daily_sales=orders by day(ordered_at) sum amount', or 'NAME=SELECT …'."),
    ("materialized", "NAME=QUERY", "A materialised view; on MySQL and SQLite a table that triggers keep."),
)  # fmt: skip


def _kinds(function: _F) -> _F:
    for name, form, text in reversed(_KINDS):
        function = click.option(f"--{name}", name, multiple=True, metavar=form, help=text)(function)
    return function


@click.command(
    "denormalize", short_help="Keep counters, totals, copies and rollups true by triggers; check and repair them."
)
@click.argument("database", metavar="URL")
@_kinds
@click.option(
    "--unique",
    multiple=True,
    metavar="NAME=COLUMN,…",
    help="The key of a materialised view, to refresh it while it is read.",
)
@click.option(
    "--whole", is_flag=True, help="Where triggers cannot keep a --materialized: a table that --refresh fills anew."
)
@click.option(
    "--write",
    "folder",
    metavar="FOLDER",
    help="Write the change as a revision of a migration folder, or to a file.sql.",
)
@click.option("--name", default="", help="With --write: what the revision is called.")
@click.option("--apply", "run", is_flag=True, help="Make the change in the database, after it was shown and confirmed.")
@click.option(
    "--check", "checking", is_flag=True, help="Compare what is kept with a recount; of all that is kept, or the named."
)
@click.option("--repair", is_flag=True, help="With --check: put right what drifted, after it was shown and confirmed.")
@click.option(
    "--refresh", "refreshed", multiple=True, metavar="NAME", help="Fill a materialised view or table anew; ALL for all."
)
@click.option("--only", multiple=True, metavar="NAME", help="With --check: only this one; may be repeated.")
@click.option("--measure", is_flag=True, help="Time reads and writes on a scratch copy with rows, before and after.")
@click.option(
    "--rows",
    "fill",
    type=click.Choice(["sample", "made-up", "none"]),
    default="sample",
    show_default=True,
    help="With which rows it is proved and measured: a sample of the database's, or made up.",
)
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    metavar="ROWS",
    help="With --measure: the most rows of a table that are copied.",
)
@click.option("--prove/--no-prove", default=True, help="Run the change on a scratch database first.  [default: prove]")
@click.option("--yes", is_flag=True, help="Do not ask; needed where nobody can be asked.")
@click.option("--allow", multiple=True, metavar="HAZARD", help="Allow a hazard by name.")
@click.option("--unproved", is_flag=True, help="Make the change even though it could not be proved.")
@click.option(
    "--lock-timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a step may wait for a lock, and keep others waiting behind it.",
)
@click.option(
    "--namespace", "namespaces", multiple=True, metavar="NAME", help="Read only this schema; may be repeated."
)
@timeout_option
@click.option("--format", "form", type=click.Choice(["text", "sql", "json"]), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write to a file instead of stdout.")
def command(database: str, **given: Any) -> int:  # fmt: skip
    """Plan what keeps redundancy true: the columns or tables, the triggers, the first fill, and the way back.

    The change is shown and proved on a scratch database with rows; nothing is changed without --apply. Without any kind, --check
    looks at all that the triggers of dbwright keep. Status 0: nothing to do, or all is right; 1: a plan, or drift; 2: failure.

    \b
    Examples:
      dbwright denormalize shop.db --counter posts.comments_count=comments --measure
      dbwright denormalize postgresql://user@host/db --sum 'orders.total=order_items.amount' --apply
      dbwright denormalize postgresql://user@host/db --check --repair
    """  # fmt: skip
    from dbwright.app.denormalize.gather import Option

    options = tuple(Option(kind, text) for kind, _, _ in _KINDS for text in given[kind])
    if given["repair"] and not given["checking"]:
        raise UsageError("--repair puts right what --check finds.", hint="Add --check.")
    if given["refreshed"]:
        return _refresh(database, given)
    if given["checking"]:
        return _check(database, options, given)
    if not options:
        raise UsageError(
            "Nothing was asked for.",
            hint="Name what to keep, such as --counter posts.comments_count=comments, or --check.",
        )
    return _change(database, options, given)


def _change(database: str, options: Any, given: dict[str, Any]) -> int:
    from dbwright.app.denormalize.change import Request, prepare, write
    from dbwright.cli.planned import render_planned
    from dbwright.errors import EXIT_CLEAN, EXIT_FAILURE, EXIT_FINDINGS

    request = Request(
        url=database,
        options=options,
        whole=given["whole"],
        unique=dict(_unique(each) for each in given["unique"]),
        namespaces=given["namespaces"],
        timeout=given["timeout"],
        prove=given["prove"],
        fill=given["fill"],
    )
    prepared = prepare(request, progress=say)
    planned = prepared.planned
    plan = planned.plan
    form = given["form"]
    shown = render_planned(planned, form)
    if given["measure"]:
        shown = (
            f"{shown}\n\n{_measured(prepared, request, given)}"
            if form == "text"
            else _measured(prepared, request, given)
        )
    write_output(shown, given["output"])
    if plan.proof is not None and plan.proof.failed and not given["unproved"]:
        return EXIT_FAILURE
    if given["folder"]:
        for path in write(prepared, given["folder"], given["name"], progress=say):
            click.echo(f"Written: {path}", err=True)
        return EXIT_CLEAN
    return _apply(prepared, request, given) if given["run"] else EXIT_FINDINGS


def _measured(prepared: Any, request: "Request", given: dict[str, Any]) -> str:
    from dbwright.app.denormalize.measure import measure
    from dbwright.report.denormalize import render_measured

    measured = measure(
        prepared, request.url, fill=request.fill, rows=given["sample"], timeout=request.timeout, progress=say
    )
    return render_measured(measured, given["form"])


def _apply(prepared: Any, request: "Request", given: dict[str, Any]) -> int:
    from dbwright.app.denormalize.check import check
    from dbwright.change.compare import only_order
    from dbwright.cli.planned import run_planned
    from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS
    from dbwright.report.denormalize import render_checked

    done = run_planned(prepared.planned, request.url, given)
    checked = check(
        request.url, names=[each.name for each in prepared.kept], namespaces=request.namespaces, timeout=request.timeout
    )
    if given["form"] == "text":
        click.echo(f"\nDone: {done.steps} steps in {done.seconds:.1f} s.\n")
        click.echo(render_checked(checked, "text"))
    different = [each for each in done.differences if not only_order(each)]
    return EXIT_FINDINGS if different or checked.wrong or checked.unknown else EXIT_CLEAN


def _check(database: str, options: Any, given: dict[str, Any]) -> int:
    from dbwright.app.denormalize.check import check, repair
    from dbwright.cli.asking import must_confirm
    from dbwright.errors import EXIT_CLEAN, EXIT_FAILURE, EXIT_FINDINGS
    from dbwright.migrate.patience import Patience
    from dbwright.report.denormalize import render_checked

    asked: dict[str, Any] = {"names": given["only"], "namespaces": given["namespaces"], "timeout": given["timeout"]}
    form = "json" if given["form"] == "json" else "text"
    checked = check(database, options, **asked, progress=say)
    repairing = given["repair"] and bool(checked.wrong)
    if not repairing or form == "text":
        write_output(render_checked(checked, form), None if repairing else given["output"])
    if repairing:
        statements = [sql for each in checked.wrong for sql in each.repair]
        click.echo("\nThis puts it right:\n", err=form == "json")
        click.echo("\n".join(f"{sql};" for sql in statements), err=form == "json")
        must_confirm(f"\nRun it on {checked.shown}?", yes=given["yes"])
        checked = repair(database, options, **asked, patience=Patience(lock=given["lock_timeout"]), progress=say)
        write_output(render_checked(checked, form), given["output"])
    if checked.unknown:
        return EXIT_FAILURE
    return EXIT_FINDINGS if checked.wrong else EXIT_CLEAN


def _refresh(database: str, given: dict[str, Any]) -> int:
    from dbwright.app.denormalize.check import repair
    from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS
    from dbwright.report.denormalize import render_checked

    names = () if "ALL" in given["refreshed"] else given["refreshed"]
    checked = repair(
        database,
        names=names,
        namespaces=given["namespaces"],
        timeout=given["timeout"],
        only_wrong=False,
        by_command=True,
        progress=say,
    )
    write_output(render_checked(checked, "json" if given["form"] == "json" else "text"), given["output"])
    return EXIT_FINDINGS if checked.wrong or checked.unknown else EXIT_CLEAN


def _unique(text: str) -> tuple[str, tuple[str, ...]]:
    name, equals, columns = text.partition("=")
    if not equals or not columns.strip():
        raise UsageError(f"{text!r} is not understood.", hint="Write it like --unique daily_sales=day,product_id.")
    return name.strip(), tuple(each.strip() for each in columns.split(","))
