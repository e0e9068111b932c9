"""`dbwright lsp`: the language server."""

import click


@click.command("lsp", short_help="Run the language server for editors.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Listen on this port of this machine instead of using stdin and stdout.",
)
def command(port: int | None) -> None:
    """Run the language server: findings in SQL files while they are written, with fixes as code actions.

    An editor starts it by itself and talks to it over stdin and stdout. A text in the folder of migrations, or one that creates no
    table, is linted as a migration; every other is reviewed as a schema. Configuration and own rules are those of the file's project.

    \\b
    Example, for Neovim:
      vim.lsp.start({ name = "dbwright", cmd = { "dbwright", "lsp" }, root_dir = vim.fn.getcwd() })
    """  # fmt: skip
    from dbwright.errors import Unavailable

    try:
        from dbwright.lsp.server import make_server
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise Unavailable(
            "The language server needs pygls, which is not installed.",
            hint="Install it with: pip install 'dbwright[lsp]'",
        ) from missing
    server = make_server()
    if port is None:
        server.start_io()
    else:
        server.start_tcp("127.0.0.1", port)
