"""From a format's name to its renderer, imported only when asked for."""

from importlib import import_module
from pathlib import PurePath

from dbwright.errors import UsageError
from dbwright.report.base import Report

_MODULES = {
    "text": "text",
    "json": "json_",
    "sarif": "sarif",
    "github": "github",
    "junit": "junit",
    "html": "html",
}
FORMATS = tuple(_MODULES)
"""The names that `--format` takes."""

_ENDINGS = {
    ".txt": "text",
    ".text": "text",
    ".json": "json",
    ".sarif": "sarif",
    ".xml": "junit",
    ".html": "html",
    ".htm": "html",
}


def render(report: Report, form: str, *, colour: bool = False, width: int = 100) -> str:
    """The report in the named format. colour, width: for text. Raises UsageError for an unknown format."""
    if form not in _MODULES:
        raise UsageError(f"There is no report format {form!r}.", hint=f"The formats are {', '.join(FORMATS)}.")
    if form == "text":
        from dbwright.report import text

        return text.render(report, colour=colour, width=width)
    rendered: str = import_module(f"dbwright.report.{_MODULES[form]}").render(report)
    return rendered


def form_of_file(file: str) -> str:
    """The format that a file's ending means: `review.html` is HTML, `x.sarif` and `x.sarif.json` are SARIF.

    Raises UsageError for an ending that means none.
    """
    endings = [ending.lower() for ending in PurePath(file).suffixes]
    if endings[-2:] == [".sarif", ".json"]:
        return "sarif"
    form = _ENDINGS.get(endings[-1]) if endings else None
    if form is None:
        raise UsageError(
            f"The ending of {file!r} does not tell which format the report should have.",
            hint=f"These do: {', '.join(_ENDINGS)}.",
        )
    return form
