"""Options that the subcommands share."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dbwright.cli.options import DIALECTS

if TYPE_CHECKING:
    from dbwright.app.migrate.project import Options

_F = TypeVar("_F", bound=Callable[..., Any])

form_option = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
output_option = click.option("--output", metavar="FILE", help="Write to a file instead of stdout.")
allow_option = click.option(
    "--allow", multiple=True, metavar="HAZARD", help="Allow a hazard by name (data-loss). May be repeated."
)


def folder_options(function: _F) -> _F:
    """Where the migrations are and what they are written for."""
    for option in reversed(
        (
            click.option("--folder", metavar="DIR", envvar="DBWRIGHT_MIGRATIONS", help="Where the migrations are.  [default: migrations]"),
            click.option("--kind", metavar="TOOL", help="The tool that the folder is of; told by its files where not given."),
            click.option("--dialect", type=DIALECTS, help="The SQL of the files; told by the database, or detected."),
            click.option("--config", metavar="FILE", help="The configuration file, instead of the one found here or above."),
        )
    ):  # fmt: skip
        function = option(function)
    return function


def database_options(function: _F) -> _F:
    """Which database, and its history table."""
    for option in reversed(
        (
            click.option("--url", metavar="URL", envvar="DBWRIGHT_URL", help="The database. There is no default one."),
            click.option("--table", metavar="NAME", help="The history table, as name or schema.name.  [default: dbwright_migrations]"),
            click.option("--environment", metavar="NAME", envvar="DBWRIGHT_ENVIRONMENT", help="Whose seeds run."),
            click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=10.0, show_default=True, metavar="SECONDS",
                         help="How long to wait for a server."),
        )
    ):  # fmt: skip
        function = option(function)
    return function


def runner_options(function: _F) -> _F:
    """How patient a run is."""
    seconds = click.FloatRange(min=0, min_open=True)
    for option in reversed(
        (
            click.option("--lock-timeout", "lock", type=seconds, metavar="SECONDS",
                         help="How long a statement may wait for a lock, and keep others waiting behind it.  [default: 5]"),
            click.option("--statement-timeout", "statement", type=seconds, metavar="SECONDS",
                         help="How long a statement may take; no limit where not given."),
            click.option("--retries", type=click.IntRange(min=0), help="How often to try again for a lock.  [default: 10]"),
            click.option("--wait", type=click.FloatRange(min=0), metavar="SECONDS",
                         help="How long to wait for another runner to end.  [default: 0]"),
        )
    ):  # fmt: skip
        function = option(function)
    return function


def options_of(given: dict[str, Any]) -> "Options":
    """The options of a project among a command's; they are taken out of `given`."""
    import msgspec

    from dbwright.app.migrate.project import Options

    names = {field.name for field in msgspec.structs.fields(Options)}
    return Options(**{name: given.pop(name) for name in list(given) if name in names})
