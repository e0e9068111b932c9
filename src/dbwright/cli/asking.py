"""Questions to a person, where one is there to answer."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dbwright.change.compare import RenameCandidate


def someone_is_there() -> bool:
    """Whether a person can be asked: both ends are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_about_rename() -> "Callable[[RenameCandidate], bool] | None":
    """A function that asks whether something was renamed; None where nobody can be asked."""
    if not someone_is_there():
        return None
    from dbwright.app.renames import as_question

    return lambda candidate: click.confirm(f"{as_question(candidate)} Was it renamed?", default=False, err=True)


def confirmed(question: str) -> bool:
    """Whether a person says yes; no where nobody can be asked."""
    return someone_is_there() and click.confirm(question, default=False, err=True)


def must_confirm(question: str, *, yes: bool) -> None:
    """Ask, unless the answer was given with the command. Raises Refused where a person says no or nobody can be asked."""
    from dbwright.errors import Refused

    if not yes and not confirmed(question):
        raise Refused("Nothing was changed.", hint="Add --yes where nobody can be asked.")
