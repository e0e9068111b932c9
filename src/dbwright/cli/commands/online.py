"""`dbwright online`: change a live database in three phases, while the application runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dbwright.cli.options import write_output

if TYPE_CHECKING:
    from dbwright.app.online import Status
    from dbwright.online.pace import Pace
    from dbwright.online.run import Progress

_F = TypeVar("_F", bound=Callable[..., Any])
_PHASES = click.Choice(["expand", "switch", "contract"])


@click.group("online", short_help="Change a live database while the application runs: expand, switch, contract.")
def command() -> None:
    """Change a live database in three phases, while the application runs.

    \b
    expand    adds the new shape beside the old one, keeps both alike by triggers, and fills it in small batches
    switch    gives the new shape its names; applications of both versions work
    contract  drops the old shape

    Each phase is run on its own, and can be undone until contract. However a run ends, run it again and it goes on.

    \b
    Example:
      dbwright online start postgresql://user@host/shop "ALTER TABLE orders ALTER total TYPE bigint"
      dbwright online switch postgresql://user@host/shop
      dbwright online contract postgresql://user@host/shop --allow data-loss
    """  # fmt: skip


def _pace_options(function: _F) -> _F:
    options = (
        click.option("--lock-timeout", type=click.FloatRange(min=0.001), default=0.05, show_default=True, metavar="SECONDS",
                     help="How long a statement may wait for a lock; others may have to wait behind it as long."),
        click.option("--batch", type=click.FloatRange(min=0.001), default=0.03, show_default=True, metavar="SECONDS",
                     help="How long a batch of rows should take."),
        click.option("--rest", type=click.FloatRange(min=0), default=0.5, show_default=True, metavar="SHARE",
                     help="How long to rest after a batch, as a share of the time that it took."),
        click.option("--max-lag", type=click.IntRange(min=0), default=64, show_default=True, metavar="MIB",
                     help="Wait while a replica is further behind; 0 for no limit."),
        click.option("--max-active", type=click.IntRange(min=0), default=0, metavar="N",
                     help="Wait while more sessions are at work; no limit where not given."),
        click.option("--give-up", type=click.FloatRange(min=0), default=600.0, show_default=True, metavar="SECONDS",
                     help="How long to try to get one lock."),
        click.option("--wait", type=click.FloatRange(min=0), default=10.0, show_default=True, metavar="SECONDS",
                     help="How long to wait for another run of dbwright."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def _pace(given: dict[str, Any]) -> "Pace":
    from dbwright.online.pace import Pace

    return Pace(
        lock=given["lock_timeout"],
        batch_seconds=given["batch"],
        rest=given["rest"],
        most_lag_bytes=given["max_lag"] * 2**20 or None,
        most_active=given["max_active"] or None,
        give_up=given["give_up"],
        wait_for_others=given["wait"],
    )


_id_option = click.option("--id", "id_", metavar="ID", help="Which change, where several are under way.")
_allow_option = click.option("--allow", multiple=True, metavar="HAZARD", help="Allow what contract drops: data-loss.")
_version_option = click.option("--as-version", "version", metavar="SCHEMA",
                               help="Make a schema with views in the new shape (PostgreSQL).")  # fmt: skip
_prove_option = click.option("--prove/--no-prove", default=True, help="Try it on a scratch database first.")
_format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


def _wish(database: str, change: str, version: str | None) -> Any:
    from dbwright.engines.registry import engine_of
    from dbwright.engines.url import parse_url
    from dbwright.online.reading import read_wish

    return read_wish(change, engine_of(parse_url(database)), version=version)


@command.command("plan")
@click.argument("database", metavar="DATABASE")
@click.argument("change", metavar="CHANGE")
@_version_option
@_prove_option
@_format_option
@click.option("--output", metavar="FILE", help="Write to a file instead of stdout.")
def plan(database: str, change: str, version: str | None, prove: bool, form: str, output: str | None) -> int:
    """Show the stages of a change, tried on a scratch database. Nothing is changed.

    CHANGE is a TOML file, an SQL file, or a statement.
    """
    from dbwright.app.online import plan_online
    from dbwright.report.online import render_plan

    found, proof = plan_online(database, _wish(database, change, version), proved=prove)
    write_output(render_plan(found, proof, form), output)
    return 2 if proof is not None and proof.failed else 0


@command.command("start")
@click.argument("database", metavar="DATABASE")
@click.argument("change", metavar="CHANGE")
@click.option("--until", type=_PHASES, default="expand", show_default=True, help="The phase at whose end to stop.")
@_version_option
@_prove_option
@_allow_option
@_pace_options
@_format_option
def start(
    database: str,
    change: str,
    until: Any,
    version: str | None,
    prove: bool,
    allow: tuple[str, ...],
    form: str,
    **pace: Any,
) -> int:
    """Begin a change, or go on with it where it stopped.

    CHANGE is a TOML file, an SQL file, or a statement. In TOML:

    \b
      [[change]]
      kind = "rename-column"     # change-type set-not-null split-column merge-columns rename-table
      table = "shop.orders"      # move-columns split-table merge-tables add
      column = "sum"
      to = "amount"

    change-type takes column, type, using, back and default; set-not-null column and fill; split-column column, into (a list of
    {column = "name type", value = "expression"}) and back; merge-columns columns (name = expression), into and value; move-columns
    columns, to and key (own = other); split-table columns and to; merge-tables to and key; add a statement.
    """
    from dbwright.app.online import run_online

    wish = _wish(database, change, version)
    status = run_online(
        database, wish, until=until, pace=_pace(pace), proved=prove, allow=allow, progress=_Shown().tell
    )
    return _told(status, form)


@command.command("status")
@click.argument("database", metavar="DATABASE")
@_format_option
def status(database: str, form: str) -> int:
    """Show what is under way, and how far it is."""
    from dbwright.app.online import online_status
    from dbwright.report.online import render_status

    write_output(render_status(online_status(database), form), None)
    return 0


@command.command("pause")
@click.argument("database", metavar="DATABASE")
@_id_option
@_format_option
def pause(database: str, id_: str | None, form: str) -> int:
    """Ask a run to stop after its next batch; both versions of the application go on working meanwhile."""
    from dbwright.app.online import pause_online

    return _told(pause_online(database, id_=id_), form)


def _continued(name: str, text: str, until: str | None) -> click.Command:
    @click.argument("database", metavar="DATABASE")
    @_id_option
    @_allow_option
    @_pace_options
    @_format_option
    def run(database: str, id_: str | None, allow: tuple[str, ...], form: str, **pace: Any) -> int:
        from dbwright.app.online import continue_online

        goal: Any = until
        found = continue_online(database, id_=id_, until=goal, pace=_pace(pace), allow=allow, progress=_Shown().tell)
        return _told(found, form)

    return click.command(name, help=text)(run)


command.add_command(_continued("resume", "Go on with what was paused or broken off, as far as was asked for.", None))
command.add_command(
    _continued("switch", "Give the new shape its names; both versions of the application work.", "switch")
)
command.add_command(
    _continued("contract", "Drop the old shape. Shows what is lost; needs --allow data-loss.", "contract")
)


@command.command("undo")
@click.argument("database", metavar="DATABASE")
@_id_option
@_pace_options
@_format_option
def undo(database: str, id_: str | None, form: str, **pace: Any) -> int:
    """Bring back the old shape, as long as contract has not begun."""
    from dbwright.app.online import undo_online

    return _told(undo_online(database, id_=id_, pace=_pace(pace), progress=_Shown().tell), form)


@command.command("hand-over")
@click.argument("database", metavar="DATABASE")
@click.argument("change", metavar="CHANGE")
@click.option(
    "--tool", type=click.Choice(["gh-ost", "pt-online-schema-change"]), help="Which; an installed one that can."
)
@click.option("--execute", is_flag=True, help="Run it, instead of printing its command.")
def hand_over(database: str, change: str, tool: str | None, execute: bool) -> int:
    """Print, or run, the command by which gh-ost or pt-online-schema-change makes a change (MySQL, MariaDB).

    They copy the whole table; take them for what dbwright refuses or would do under lock: primary keys, checks.
    """
    from dbwright.app.online import hand_over_online
    from dbwright.online.tools import tool_named

    given, text = hand_over_online(database, _wish(database, change, None), tool=tool_named(tool), execute=execute)
    click.echo(f"{given.tool}: {given.why}", err=True)
    click.echo("It is done." if execute else text)
    return 0


# ---------------------------------------------------------------- telling


def _told(found: "Status", form: str) -> int:
    from dbwright.report.online import render_status

    write_output(render_status([found], form), None)
    return 0


class _Shown:
    """Progress on stderr: a line for each stage, and while rows are gone through one that changes, or one every ten seconds."""

    def __init__(self) -> None:
        self._stage = 0
        self._told = 0.0
        self._open = False

    def tell(self, progress: "Progress") -> None:
        """Show where a run is."""
        import sys
        import time

        terminal = sys.stderr.isatty()
        if progress.note:
            self._line(f"    {progress.note}")
            return
        if progress.stage != self._stage:
            self._stage = progress.stage
            self._line(f"{progress.stage}/{progress.stages} {progress.title}")
        if progress.rows_done is None or time.monotonic() - self._told < (0.2 if terminal else 10.0):
            return
        self._told = time.monotonic()
        text = f"    {progress.rows_done:,} rows"
        if progress.rows_total:
            share = min(progress.rows_done / progress.rows_total, 1)
            text += f" of about {progress.rows_total:,} ({share:.0%})"
        if progress.seconds_left is not None:
            text += f", about {_duration(progress.seconds_left)} left"
        if terminal:
            click.echo(f"\r{text:<78}", nl=False, err=True)
            self._open = True
        else:
            click.echo(text, err=True)

    def _line(self, text: str) -> None:
        if self._open:
            click.echo(err=True)
            self._open = False
        click.echo(text, err=True)


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
