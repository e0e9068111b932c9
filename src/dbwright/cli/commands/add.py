"""`dbwright add`: building blocks for the tables of any schema."""

from typing import TYPE_CHECKING, Any

import click

from dbwright.cli.options import say, timeout_option, write_output
from dbwright.errors import UsageError

if TYPE_CHECKING:
    from dbwright.app.add import Prepared, Request


@click.command("add", short_help="Add audit history, soft deletion, trees, an outbox … to a table, proved first.")
@click.argument("block", required=False)
@click.argument("database", metavar="[URL]", required=False)
@click.option("--table", metavar="NAME", help="The table that it is added to.")
@click.option(
    "-o", "--option", "options", multiple=True, metavar="NAME=VALUE", help="An option of the block; may be repeated."
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
    "--rows",
    "fill",
    type=click.Choice(["sample", "made-up", "none"]),
    default="sample",
    show_default=True,
    help="With which rows it is proved: a sample of the database's, or made up.",
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
def command(block: str | None, database: str | None, **given: Any) -> int:
    """Plan a building block on a table: its columns, tables and triggers, what fills them, and the way back.

    Without arguments the blocks are listed, with one its options. The change is shown and proved on a scratch database with rows;
    nothing is changed without --apply. Status 0: nothing to do, or done; 1: a plan; 2: failure.

    \b
    Examples:
      dbwright add
      dbwright add audit postgresql://user@host/db --table orders
      dbwright add status_machine shop.db --table orders -o 'transitions=new>paid,cancelled; paid>shipped' --write migrations
      dbwright add soft_delete postgresql://user@host/db --table users -o view=living_users --apply
    """  # fmt: skip
    if block is None or database is None:
        return _show(block, given)
    if not given["table"]:
        raise UsageError("To which table shall it be added?", hint="Name it: --table orders")
    return _change(block, database, given)


def _show(block: str | None, given: dict[str, Any]) -> int:
    from dbwright.app.blocks import block_shown, blocks_shown
    from dbwright.errors import EXIT_CLEAN
    from dbwright.report.blocks import render_block, render_list

    form = "json" if given["form"] == "json" else "text"
    shown = render_list(blocks_shown(), form) if block is None else render_block(block_shown(block), form)
    write_output(shown, given["output"])
    return EXIT_CLEAN


def _change(block: str, database: str, given: dict[str, Any]) -> int:
    from dbwright.app.add import Request, prepare, write
    from dbwright.cli.planned import render_planned
    from dbwright.errors import EXIT_CLEAN, EXIT_FAILURE, EXIT_FINDINGS
    from dbwright.report.blocks import render_usage

    request = Request(
        url=database,
        block=block,
        table=given["table"],
        options=dict(_pair(each) for each in given["options"]),
        namespaces=given["namespaces"],
        timeout=given["timeout"],
        prove=given["prove"],
        fill=given["fill"],
    )
    prepared = prepare(request, progress=say)
    planned = prepared.planned
    plan = planned.plan
    shown = render_planned(planned, given["form"])
    if given["form"] == "text":
        shown = "\n\n".join(filter(None, (shown, render_usage(prepared.usage))))
    write_output(shown, given["output"])
    if not plan.up:
        return EXIT_CLEAN
    if plan.proof is not None and plan.proof.failed and not given["unproved"]:
        return EXIT_FAILURE
    if given["folder"]:
        for path in write(prepared, given["folder"], given["name"], progress=say):
            click.echo(f"Written: {path}", err=True)
        return EXIT_CLEAN
    return _apply(prepared, request, given) if given["run"] else EXIT_FINDINGS


def _apply(prepared: "Prepared", request: "Request", given: dict[str, Any]) -> int:
    from dbwright.change.compare import only_order
    from dbwright.cli.planned import run_planned
    from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS

    done = run_planned(prepared.planned, request.url, given)
    if given["form"] == "text":
        click.echo(f"\nDone: {done.steps} steps in {done.seconds:.1f} s.")
    return EXIT_FINDINGS if [each for each in done.differences if not only_order(each)] else EXIT_CLEAN


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"{text!r} is no option.", hint="Write it like --option column=changed_at.")
    return name.strip(), value.strip()
