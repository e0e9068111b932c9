"""Options that several commands share, and how a command writes its output."""

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import click

from dbwright.errors import UsageError

_F = TypeVar("_F", bound=Callable[..., Any])

DIALECTS = click.Choice(["postgres", "mysql", "sqlite"])


def dialect_option(function: _F) -> _F:
    """The option that names the dialect of what is read."""
    return click.option("--dialect", type=DIALECTS, help="The SQL of files and models; detected where not given.")(
        function
    )


def source_options(function: _F) -> _F:
    """The options on how sources are read."""
    for option in reversed(
        (
            click.option("--parse", is_flag=True, help="Parse SQL files instead of running them on a scratch database."),
            click.option(
                "--namespace", "namespaces", multiple=True, metavar="NAME", help="Read only this schema; may be repeated."
            ),
            click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=10.0, show_default=True, metavar="SECONDS",
                         help="How long to wait for a server."),
        )
    ):  # fmt: skip
        function = option(function)
    return function


def timeout_option(function: _F) -> _F:
    """The option that limits waiting for a server."""
    return click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        default=10.0,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait for a server.",
    )(function)


def text_file_options(function: _F) -> _F:
    """The options on how text files of rows are read."""
    for option in reversed(
        (
            click.option("--header/--no-header", default=None,
                         help="Whether text files begin with a line of column names.  [default: found out]"),
            click.option("--null", "null_texts", multiple=True, metavar="TEXT",
                         help="A text that stands for NULL in text files; may be repeated.  [default: the empty text]"),
            click.option("--separator", metavar="CHARACTER",
                         help="What separates columns in text files (tab for a tabulator).  [default: found out]"),
            click.option("--encoding", metavar="NAME", help="The encoding of text files.  [default: found out]"),
        )
    ):  # fmt: skip
        function = option(function)
    return function


def search_options(function: _F) -> _F:
    """The options that limit a search of rows."""
    for option in reversed(
        (
            click.option("--seconds", type=click.FloatRange(min=0, min_open=True), default=120.0, show_default=True,
                         metavar="SECONDS", help="How long looking at the rows may take, for all tables."),
            click.option("--memory", type=click.FloatRange(min=1), default=1024.0, show_default=True, metavar="MB",
                         help="How much memory the search may use."),
        )
    ):  # fmt: skip
        function = option(function)
    return function


def output_options(*formats: str) -> Callable[[_F], _F]:
    """The options on what is written, and where; the first format is the usual one."""

    def decorate(function: _F) -> _F:
        for option in reversed(
            (
                click.option("--format", "form", type=click.Choice(formats), default=formats[0], show_default=True),
                click.option("--output", metavar="FILE", help="Write to a file instead of stdout."),
                click.option("--no-colour", is_flag=True, help="No colours on a terminal; the variable NO_COLOR says the same."),
            )
        ):  # fmt: skip
            function = option(function)
        return function

    return decorate


def rename_option(function: _F) -> _F:
    """The option that says what goes on under another name."""
    return click.option(
        "--rename",
        "renames",
        multiple=True,
        metavar="OLD=NEW",
        help="A table or column that goes on under another name (orders=purchases, orders.total=amount).",
    )(function)


def plan_options(function: _F) -> _F:
    """The options of plans."""
    for option in (
        click.option("--prove/--no-prove", default=True, help="Run the plan on a scratch database first.  [default: prove]"),
        click.option("--rows", "fill", type=click.Choice(["none", "made-up", "sample"]), default="none", show_default=True,
                     help="Prove it with rows: made up, or a sample of the live ones."),
    ):  # fmt: skip
        function = option(function)
    return rename_option(function)


def write_output(text: str, file: str | None) -> None:
    """Write to a file, or to stdout where none is named. A file is replaced only when all of it has been written."""
    if not text.endswith("\n"):
        text += "\n"
    if file is None or file == "-":
        sys.stdout.write(text)
        return
    target = Path(file)
    partial = target.with_name(f".{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir() or (target.exists() and not target.is_file()):
            _write_to_special(target, text)
            return
        partial.write_text(text, encoding="utf-8")
        partial.replace(target)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _write_to_special(target: Path, text: str) -> None:
    """A device or a pipe (/dev/null, a named pipe) is written to, not replaced; a folder refuses it."""
    with target.open("w", encoding="utf-8") as file:
        file.write(text)


def keep_source(source: str | None, *files: str | None) -> None:
    """Refuse to write over what is read. Raises UsageError."""
    if not source:
        return
    path = source.partition("://")[2].partition("?")[0].removeprefix("/") if source.startswith("sqlite") else source
    for file in files:
        if file and file != "-":
            with suppress(OSError, ValueError):
                if Path(file).is_file() and Path(file).samefile(path):
                    raise UsageError(f"{file} is the source itself; it is not written over.")


def terminal(output: str | None, no_colour: bool) -> tuple[bool, int]:
    """Whether a report that goes to `output` (None: stdout) is coloured, and how many columns the terminal has, 100 where there is none."""
    import os
    import shutil

    colour = output is None and not no_colour and not os.environ.get("NO_COLOR") and sys.stdout.isatty()
    return colour, shutil.get_terminal_size((100, 24)).columns


def say(sentence: str) -> None:
    """Tell progress on stderr, where a person watches."""
    if sys.stderr.isatty():
        click.echo(sentence, err=True)
