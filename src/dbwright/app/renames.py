"""Likely renames in words."""

import shlex

from dbwright.catalog.names import Ref
from dbwright.change.compare import RenameCandidate


def as_question(candidate: RenameCandidate) -> str:
    """What may have been renamed, and why it looks so."""
    rename = candidate.rename
    return f"The {rename.target.kind} {rename.target} may be called {_new_name(candidate)} now. {candidate.reason}"


def as_hint(candidate: RenameCandidate) -> str:
    """The same, with the option that says so."""
    option = f"--rename {shlex.quote(str(candidate.rename))}"
    return f"{as_question(candidate)} If so, say it with {option}; otherwise it is dropped and made anew."


def _new_name(candidate: RenameCandidate) -> str:
    to = candidate.rename.to
    return to if isinstance(to, str) else str(Ref("table", to))
