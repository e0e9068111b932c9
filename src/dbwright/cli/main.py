"""The entry of the command line: finds commands by their files, and turns errors into sentences and exit statuses."""

import os
import pkgutil
import sys
from importlib import import_module
from typing import Any

import click

from dbwright import __version__
from dbwright.errors import EXIT_FAILURE, DbwrightError


class _Commands(click.Group):
    """Commands are files in `cli/commands`; each is imported only when it, or the list of all, is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from dbwright.cli import commands

        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"dbwright.cli.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"There is no command {args[0]!r}.{meant}", ctx) from None


@click.command(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "DBWRIGHT"}
)
@click.version_option(__version__, prog_name="dbwright", message="%(prog)s %(version)s")
def root() -> None:
    """Design, review, migrate, tune, watch and protect your databases, with proof.

    Start with:  dbwright review postgresql://user@host/database
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 clean, 1 findings or differences, 2 usage or failure, 130 on Ctrl-C."""
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    try:
        result: Any = root.main(args=arguments, prog_name="dbwright", standalone_mode=False)
        sys.stdout.flush()
    except DbwrightError as error:
        return _fail(error.message, error.hint)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return 130
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        hint = f"{context.command_path} --help shows how it is used." if context else None
        return _fail(error.format_message(), hint)
    except BrokenPipeError:
        # The reader of our output has gone (`dbwright … | head`); Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILURE
    except OSError as error:
        return _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.", None)
    except Exception as error:
        if os.environ.get("DBWRIGHT_DEBUG"):
            raise
        return _fail(
            f"dbwright failed in a way that it should not: {type(error).__name__}.",
            "Please report it, with what DBWRIGHT_DEBUG=1 prints.",
        )
    return result if isinstance(result, int) else 0


def _fail(message: str, hint: str | None) -> int:
    click.echo(f"error: {message}", err=True)
    if hint:
        click.echo(f"hint: {hint}", err=True)
    return EXIT_FAILURE
