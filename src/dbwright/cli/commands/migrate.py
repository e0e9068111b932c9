"""`dbwright migrate`: folders of migrations. Its subcommands are files in `cli/migrate`."""

import pkgutil
from importlib import import_module

import click


class _Subcommands(click.Group):
    """Each is imported only when it, or the list of all, is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from dbwright.cli import migrate

        names = (module.name for module in pkgutil.iter_modules(migrate.__path__))
        return sorted(name for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        found: click.Command = import_module(f"dbwright.cli.migrate.{cmd_name}").command
        return found


@click.group(
    "migrate",
    cls=_Subcommands,
    short_help="Folders of migrations: make, check, prove, run and undo them.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
def command() -> None:
    """Make, check, prove, run and undo migrations.

    A folder holds pairs of SQL files (20261121093000_add_price.up.sql and .down.sql), data migrations in Python, seeds, and a
    checksum file. lint, plan, verify, status, history and test work on folders of Alembic, Django, Flyway, golang-migrate, dbmate and
    Prisma too.

    \b
    Start with:  dbwright migrate new "create orders"
                 dbwright migrate verify
                 dbwright migrate up --url postgresql://user@host/database
    """
