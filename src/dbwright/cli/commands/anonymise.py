"""`dbwright anonymise`: a copy of a database that nobody can be found in."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dbwright.cli.options import say, timeout_option, write_output
from dbwright.errors import Unavailable, UsageError

if TYPE_CHECKING:
    from dbwright.anonymise.request import Request


@click.command(
    "anonymise", short_help="Copy a database so that nobody can be found in it: a subset, each column treated."
)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="[TO]", required=False)
@click.option(
    "--rules", "rules_file", metavar="FILE", help="What to do with columns that nothing tells about, as TOML."
)
@click.option("--plan", "only_plan", is_flag=True, help="Show what would be done with every column, and copy nothing.")
@click.option(
    "--write-rules", metavar="FILE", help="Write the columns that nothing tells about to a new file, to decide in."
)
@click.option(
    "--percent",
    type=click.FloatRange(min=0, min_open=True, max=100),
    help="Copy so much of the large tables that depend on no other, and what belongs to those rows.",
)
@click.option(
    "--where",
    "conditions",
    multiple=True,
    metavar="TABLE: CONDITION",
    help="Copy only such rows of a table, and what belongs to them: 'tenants: id = 42'. May be repeated.",
)
@click.option(
    "--key-file",
    metavar="FILE",
    help="A secret: with the same one, equal values become equal again in the next copy. [env: DBWRIGHT_ANONYMISE_KEY holds it]",
)
@click.option("--locale", default="en", show_default=True, help="The language of made-up names: en, de, fr, ja …")
@timeout_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write the report to a file instead of stdout.")
def command(
    source: str,
    target: str | None,
    rules_file: str | None,
    only_plan: bool,
    write_rules: str | None,
    percent: float | None,
    conditions: tuple[str, ...],
    key_file: str | None,
    locale: str,
    timeout: float,
    form: str,
    output: str | None,
) -> int:
    """Copy a database into an empty one, with everything replaced that tells who somebody is.

    Every column is kept or changed for a reason that the report names; a column that nothing tells about stops the run. Equal
    values stay equal, references hold, and originals are looked for in the copy, which is removed where one is found. FROM is
    only read, in one snapshot. Status 0: copied; 1: columns are undecided, or something leaked; 2: failure.

    \b
    Examples:
      dbwright anonymise postgresql://user@host/shop --plan
      dbwright anonymise shop.db staging.db --percent 10
      dbwright anonymise "$PRODUCTION" "$STAGING" --where 'tenants: id = 42' --rules anonymise.toml
    """
    try:
        from dbwright.app.anonymise.copy import copy, decided
        from dbwright.report import anonymise as report
    except ImportError as error:
        raise Unavailable(
            f"Anonymising needs {error.name}, which is not installed.",
            hint="Install it: pip install 'dbwright[seed]'.",
        ) from error
    if target is None and not (only_plan or write_rules):
        raise UsageError("The database to copy to is missing.", hint="Name it, or ask for --plan.")
    request = _request(source, target or "", rules_file, percent, conditions, key_file, locale, timeout)
    if only_plan or write_rules:
        decisions = decided(request)
        unknown = [each for each in decisions if each.treatment is None]
        if write_rules:
            from dbwright.anonymise.rules_file import suggested

            _write_new(Path(write_rules), suggested(unknown))
        write_output(report.as_json(decisions) if form == "json" else report.plan_as_text(decisions), output)
        return 1 if unknown else 0
    copied = copy(request, say)
    write_output(report.as_json(copied) if form == "json" else report.as_text(copied), output)
    return 1 if copied.leaks else 0


def _request(
    source: str,
    target: str,
    rules_file: str | None,
    percent: float | None,
    conditions: tuple[str, ...],
    key_file: str | None,
    locale: str,
    timeout: float,
) -> "Request":
    from dbwright.anonymise.decide import Rules
    from dbwright.anonymise.request import Request
    from dbwright.anonymise.rules_file import read_rules

    where = {}
    for text in conditions:
        table, colon, condition = text.partition(":")
        if not colon or not table.strip() or not condition.strip():
            raise UsageError(f"{text!r} is not TABLE: CONDITION.", hint="For example 'tenants: id = 42'.")
        where[table.strip()] = condition.strip()
    secret = os.environ.get("DBWRIGHT_ANONYMISE_KEY", "").encode()
    if key_file:
        secret = _read(Path(key_file)).encode().strip()
        if len(secret) < 16:
            raise UsageError(f"{key_file} holds less than 16 characters.", hint="Make one: openssl rand -hex 32.")
    return Request(
        source=source,
        target=target,
        rules=read_rules(_read(Path(rules_file)), rules_file) if rules_file else Rules(),
        percent=percent,
        where=where,
        key=secret or None,
        locale=locale,
        timeout=timeout,
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def _write_new(path: Path, text: str) -> None:
    if path.exists():
        raise UsageError(f"{path} is there already.", hint="Name a new file; what was decided is not overwritten.")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
