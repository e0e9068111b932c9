"""The diagram of a report's page."""

import msgspec

from dbwright.errors import Unavailable
from dbwright.report.base import Report


def with_diagram(report: Report) -> Report:
    """The report with its catalog drawn, tables linked to their sections and findings marked on them.

    Where no layout program can be had, the report says so instead.
    """
    if report.catalog is None or not report.catalog.tables:
        return report
    from dbwright.report.html import flags, link
    from dbwright.writers import svg

    try:
        drawn = svg.write(report.catalog, links=link, flags=flags(report.findings))
    except Unavailable as error:
        why = f"{error.message} {error.hint}" if error.hint else error.message
        return msgspec.structs.replace(report, no_diagram=why)
    return msgspec.structs.replace(report, diagram=drawn)
