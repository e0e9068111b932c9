"""Diagrams as a page of their own, with search, zoom and a choice of views; it needs nothing else."""

from collections.abc import Sequence

import jinja2
from markupsafe import Markup

from dbwright import __version__
from dbwright.report.base import Drawing


def render(title: str, drawings: Sequence[Drawing]) -> str:
    """The page. The drawings carry names from the database already escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("dbwright.report"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("diagram_page.html.j2").render(
        title=title,
        drawings=[(drawing.title, Markup(drawing.svg)) for drawing in drawings],
        dbwright_version=__version__,
    )
