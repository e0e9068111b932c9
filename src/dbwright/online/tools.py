"""Handing a MySQL change over to gh-ost or pt-online-schema-change, which copy the whole table beside the running application."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, cast

import msgspec

from dbwright.catalog.lookup import find_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.change.online import Wish
from dbwright.engines.base import Engine
from dbwright.engines.url import Url
from dbwright.errors import ExecutionFault, Refused, Unavailable, Unsupported

Tool = Literal["gh-ost", "pt-online-schema-change"]
TOOLS: tuple[Tool, ...] = ("gh-ost", "pt-online-schema-change")
_ALTER = re.compile(r"ALTER TABLE `((?:[^`]|``)+)` (.*)", re.DOTALL)


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """A change as one of the tools makes it: the table, what stands behind ALTER TABLE, and why this tool."""

    tool: Tool
    table: str
    alter: str
    why: str


def installed() -> tuple[Tool, ...]:
    """The tools that are on the search path."""
    return tuple(tool for tool in TOOLS if shutil.which(tool))


def hand_over(wish: Wish, catalog: Catalog, engine: Engine, *, tool: Tool | None = None) -> HandOver:
    """The change as a tool makes it. tool: the one to take; None for an installed one that can, gh-ost before the other.

    Raises Unsupported for another engine, Refused for a change that is not one ALTER TABLE, or that no tool can make,
    Unavailable where none is installed.
    """
    if engine.name != "mysql":
        raise Unsupported(engine.title, "hand a change over to gh-ost or pt-online-schema-change")
    statements = engine.render(wish.operations(catalog), catalog)
    found = [_ALTER.fullmatch(text.strip()) for text in statements]
    if len(found) != 1 or found[0] is None:
        raise Refused(
            "The change is not one ALTER TABLE, and the tools make no other.", hint="Make it by dbwright online start."
        )
    name, clause = found[0][1].replace("``", "`"), found[0][2]
    table = find_table(catalog, Ref("table", ("", name)))
    reason = _not_by_gh_ost(catalog, table)
    if tool is None:
        able = [each for each in installed() if each != "gh-ost" or not reason]
        if not able:
            raise Unavailable(
                f"No tool that can do it is installed{f' (gh-ost cannot: {reason})' if reason else ''}.",
                hint=f"Install {'pt-online-schema-change' if reason else 'gh-ost'}, or name one with --tool to see its command.",
            )
        tool = able[0]
    elif tool == "gh-ost" and reason:
        raise Refused(f"gh-ost cannot make this change: {reason}.", hint="Take pt-online-schema-change.")
    why = "It follows the binary log and needs no triggers." if tool == "gh-ost" else reason or "It copies by triggers."
    return HandOver(tool=tool, table=name, alter=clause, why=why)


def _not_by_gh_ost(catalog: Catalog, table: Table) -> str:
    """Why gh-ost cannot change a table; empty where it can."""
    if table.triggers:
        return f"{table.name} has triggers"
    if table.foreign_keys:
        return f"{table.name} has foreign keys"
    if any(key.table == (table.namespace, table.name) for each in catalog.tables for key in each.foreign_keys):
        return f"foreign keys point at {table.name}"
    return ""


def command(given: HandOver, url: Url, *, file: str | None = None, execute: bool = True) -> list[str]:
    """The command line. file: an option file with the login; without it the tool asks for the password."""
    host, port = url.host or "localhost", str(url.port or 3306)
    if given.tool == "gh-ost":
        words = ["gh-ost", f"--host={host}", f"--port={port}", f"--database={url.database}", f"--table={given.table}"]
        words += [f"--alter={given.alter}", "--allow-on-master", "--default-retries=120", "--max-lag-millis=1500"]
        words += [f"--conf={file}"] if file else _login(url)
        return [*words, *(["--execute"] if execute else ["--noop"])]
    place = f"D={_dsn(url.database)},t={_dsn(given.table)}"
    place += "" if url.options.get("unix_socket") else f",h={_dsn(host)},P={port}"
    socket = url.options.get("unix_socket")
    words = ["pt-online-schema-change", *([f"--defaults-file={file}"] if file else _login(url))]
    words += [f"--socket={socket}"] if socket else []
    words += ["--alter", given.alter, "--alter-foreign-keys-method=auto", "--max-lag=2"]
    return [*words, "--execute" if execute else "--dry-run", place]


def _login(url: Url) -> list[str]:
    return [*([f"--user={url.user}"] if url.user else []), *(["--ask-pass"] if url.password else [])]


def _dsn(value: str) -> str:
    return value.replace("\\", "\\\\").replace(",", "\\,")


def shown(words: Sequence[str]) -> str:
    """A command line as it can be typed."""
    return shlex.join(words)


def execute(given: HandOver, url: Url) -> None:
    """Run the tool to its end, its output on ours. Raises Unavailable where it is not installed, ExecutionFault where it fails."""
    if shutil.which(given.tool) is None:
        raise Unavailable(f"{given.tool} is not installed.", hint="Install it, or run the command where it is.")
    with _option_file(url) as file:
        words = command(given, url, file=file)
        try:
            ended = subprocess.run(words, stdin=subprocess.DEVNULL, check=False)
        except OSError as error:
            raise Unavailable(f"{given.tool} could not be started: {error.strerror or error}.") from error
    if ended.returncode:
        raise ExecutionFault(
            f"{given.tool} ended with status {ended.returncode}; it leaves the table as it was, and perhaps tables of its own"
            f" ({given.table} with _gho, _ghc, _del, _new or _old).",
            statement=f"ALTER TABLE {given.table} {given.alter}",
            hint="Look at what it printed above, drop what it left, and run it again.",
        )


@contextmanager
def _option_file(url: Url) -> Iterator[str]:
    """The login in a file that only we can read: on a command line everybody could."""
    lines = ["[client]"]
    lines += [f'user="{_escaped(url.user)}"'] if url.user else []
    lines += [f'password="{_escaped(url.password)}"'] if url.password else []
    with tempfile.TemporaryDirectory(prefix="dbwright-") as folder:
        path = Path(folder) / "client.cnf"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        yield str(path)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def tool_named(name: str | None) -> Tool | None:
    """A tool by its name."""
    return cast(Tool, name) if name else None
