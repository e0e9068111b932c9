"""The pages: an index with the diagram, one page for each table and view, and one for each viewpoint."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from dbwright.catalog.codec import canonical
from dbwright.catalog.comments import can_be_described, coverage
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Routine, Table, View
from dbwright.finding import Finding
from dbwright.writers import markdown
from dbwright.writers.docs import diagrams
from dbwright.writers.docs.file_names import files, files_of_titles
from dbwright.writers.grouping import grouped, references
from dbwright.writers.markdown_text import bullets, code, fenced, linked, table, text
from dbwright.writers.shown import Path, folded

MARK = "<!-- Written by dbwright docs"
"""How each file begins that is ours to write again or to remove."""
_FIRST_LINE = f"{MARK} from the database itself; what is changed here is lost. -->"
_GROUPS_ABOVE = 25
_PRODUCTS = {"postgres": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB", "sqlite": "SQLite"}


DiagramKind = Literal["mermaid", "svg", "none"]


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What the pages hold.

    title: of the index. viewpoints: the tables of each, by its title, beside those found in the schema itself.
    diagram: as Mermaid within the pages, as SVG files beside them, or none. findings: shown at their tables; None for no findings.
    written_on: a day to be told in the index; empty for none, so that the same database gives the same pages.
    """

    title: str = ""
    viewpoints: Mapping[str, frozenset[Path]] = {}
    diagram: DiagramKind = "mermaid"
    findings: tuple[Finding, ...] | None = None
    written_on: str = ""


def write(catalog: Catalog, choices: Choices) -> dict[str, str]:
    """Every file by its path below the folder."""
    return dict(sorted(_Folder(catalog, choices).files().items()))


class _Folder:
    """The catalog with what all pages need: tables without partitions, and the address of each page."""

    def __init__(self, whole: Catalog, choices: Choices) -> None:
        catalog = canonical(whole)
        tables, self.partitions = folded(catalog)
        self.tables = {(each.namespace, each.name): each for each in sorted(tables, key=lambda each: each.ref.path)}
        self.views = sorted(catalog.views, key=lambda view: view.ref.path)
        self.catalog = msgspec.structs.replace(catalog, tables=tuple(self.tables.values()))
        self.lookup = Lookup(self.catalog)
        self.choices = choices
        self.whole = catalog
        self.addresses = files([*(each.ref for each in self.tables.values()), *(view.ref for view in self.views)])
        self.viewpoints = _viewpoints(self.tables, choices.viewpoints)
        self.viewpoint_files = files_of_titles(self.viewpoints, "viewpoints")
        paths = {ref.path for ref in self.addresses}
        self.findings: dict[tuple[str, ...], list[Finding]] = {}
        for finding in choices.findings or ():
            path = finding.target.path[:2]
            self.findings.setdefault(path if path in paths else (), []).append(finding)
        self.used_by: dict[Path, list[Ref]] = {}
        for view in self.views:
            for path in sorted({(ref.path[0], ref.path[1]) for ref in view.depends_on if len(ref.path) >= 2}):
                self.used_by.setdefault(path, []).append(view.ref)

    def files(self) -> dict[str, str]:
        """All pages and pictures."""
        made = {"README.md": self._index()}
        for each in self.tables.values():
            made[self.addresses[each.ref]] = self._table(each)
        for view in self.views:
            made[self.addresses[view.ref]] = self._view(view)
        for title, members in self.viewpoints.items():
            made[f"{self.viewpoint_files[title]}.md"] = self._viewpoint(title, members)
        if self.choices.diagram == "svg" and self.tables:
            made["diagram.svg"] = self._svg("", None, "")
            for title, members in self.viewpoints.items():
                made[f"{self.viewpoint_files[title]}.svg"] = self._svg(title, members, "../")
        return made

    def link(self, ref: Ref, start: str) -> str | None:
        """The address of an object's page, seen from a page in that folder."""
        address = self.addresses.get(ref)
        return f"{start}{address}" if address else None

    # ------------------------------------------------------------ the index

    def _index(self) -> str:
        lines = [f"# {text(self.choices.title) or 'Database'}", "", self._extent(), ""]
        if self.choices.written_on:
            lines += [f"Written on {self.choices.written_on}.", ""]
        lines += self._drawn(self.tables.values(), "diagram.svg")
        lines += bullets(
            "Viewpoints",
            (f"[{text(title)}]({self.viewpoint_files[title]}.md), {_count(len(members), 'table')}"
             for title, members in self.viewpoints.items()),
        )  # fmt: skip
        if self.tables:
            lines += ["## Tables", "", *self._list(self.tables.values(), "")]
        if self.views:
            lines += ["## Views", ""]
            rows = (
                (linked(v.ref, lambda r: self.link(r, "")), str(len(v.columns)), text(v.comment or ""))
                for v in self.views
            )
            lines += table(("View", "Columns", "Description"), rows)  # fmt: skip
        if listed := markdown.types(self.catalog):
            lines += ["## Types", "", *listed]
        if self.catalog.routines:
            routines = [_routine(routine) for routine in self.catalog.routines]
            lines += ["## Routines", "", *table(("Routine", "Returns", "Language", "Description"), routines)]
        if elsewhere := self.findings.get(()):
            lines += ["## Findings elsewhere", "", *(f"- {_finding(finding)}" for finding in elsewhere)]
        return _page(lines)

    def _extent(self) -> str:
        comments = coverage(self.whole)
        parts = [_count(len(self.tables), "table"), _count(len(self.views), "view"), _count(comments.columns, "column")]
        said = f"{_PRODUCTS.get(self.catalog.engine, self.catalog.engine)}: {', '.join(parts)}."
        if not can_be_described(self.whole):
            return said
        return (
            f"{said} Comments describe {comments.described_tables:,} of {_count(comments.tables, 'table or view', 'tables and views')} "
            f"and {comments.described_columns:,} of {_count(comments.columns, 'column')} ({comments.percent} %)."
        )

    def _list(self, tables: Iterable[Table], start: str) -> list[str]:
        rows = [
            (
                linked(each.ref, lambda ref: self.link(ref, start)),
                str(len(each.columns)),
                str(len(each.foreign_keys)),
                str(len(self.lookup.referencing(each))),
                *((str(len(self.findings.get(each.ref.path, ()))),) if self.choices.findings is not None else ()),
                text(each.comment or ""),
            )
            for each in tables
        ]
        findings = ("Findings",) if self.choices.findings is not None else ()
        return table(("Table", "Columns", "Refers to", "Referred to by", *findings, "Description"), rows)

    # ------------------------------------------------------------ diagrams

    def _drawn(self, tables: Iterable[Table], picture: str) -> list[str]:
        shown = list(tables)
        if self.choices.diagram == "none" or not shown:
            return []
        if self.choices.diagram == "svg":
            return ["## Diagram", "", f"[![Diagram]({picture})]({picture})", ""]
        drawn = diagrams.of_tables(self.catalog, shown)
        if drawn is None:
            return ["## Diagram", "", "There are too many tables for one diagram; the viewpoints have theirs.", ""]
        return ["## Diagram", "", *fenced(drawn.rstrip(), "mermaid")]

    def _svg(self, title: str, members: frozenset[Path] | None, start: str) -> str:
        from dbwright.writers import svg
        from dbwright.writers.diagram import Viewpoint

        drawn = svg.write(
            self.catalog, Viewpoint(tables=members, title=title), links=lambda ref: self.link(ref, start)
        )  # fmt: skip
        return f"{_FIRST_LINE}\n{drawn}"

    # ------------------------------------------------------------ one table, view or viewpoint

    def _table(self, each: Table) -> str:
        lines = [*self._heading(str(each.ref)), *markdown.table_body(each, self.lookup, self._beside)]
        if count := self.partitions.get((each.namespace, each.name), 0):
            lines += [f"It has {_count(count, 'partition')}.", ""]
        lines += self._uses((each.namespace, each.name))
        if self.choices.diagram != "none":
            children = [child for child, _ in self.lookup.referencing(each)]
            if drawn := diagrams.around(self.catalog, each, self.tables, children):
                lines += ["**Neighbours**", "", *fenced(drawn.rstrip(), "mermaid")]
        return _page([*lines, *self._found(each.ref.path)])

    def _view(self, view: View) -> str:
        lines = [*self._heading(str(view.ref)), *markdown.view_body(view)]
        read = sorted({Ref(ref.kind, ref.path[:2]) for ref in view.depends_on if len(ref.path) >= 2})
        known = [ref for ref in read if ref in self.addresses and ref != view.ref]
        lines += bullets("Reads", (linked(ref, self._beside) for ref in known))
        lines += self._uses((view.namespace, view.name))
        return _page([*lines, *self._found(view.ref.path)])

    def _viewpoint(self, title: str, members: frozenset[Path]) -> str:
        tables = [each for path, each in self.tables.items() if path in members]
        picture = f"{self.viewpoint_files[title].rpartition('/')[2]}.svg"
        return _page(
            [*self._heading(title), *self._drawn(tables, picture), "## Tables", "", *self._list(tables, "../")]
        )

    def _found(self, path: tuple[str, ...]) -> list[str]:
        return bullets("Findings", map(_finding, self.findings.get(path, ())))

    def _heading(self, title: str) -> list[str]:
        return ["[All tables](../README.md)", "", f"# {text(title)}", ""]

    def _beside(self, ref: Ref) -> str | None:
        return self.link(ref, "../")

    def _uses(self, path: Path) -> list[str]:
        return bullets("Read by", (linked(ref, self._beside) for ref in self.used_by.get(path, []) if ref.path != path))


def _viewpoints(tables: Mapping[Path, Table], given: Mapping[str, frozenset[Path]]) -> dict[str, frozenset[Path]]:
    """Those that were asked for, each namespace where there are several, and in a large schema the tables that belong together."""
    found = dict(given)
    namespaces = sorted({path[0] for path in tables})
    if len(namespaces) > 1:
        for namespace in namespaces:
            found.setdefault(
                f"Schema {namespace}" if namespace else "Main schema",
                frozenset(path for path in tables if path[0] == namespace),
            )
    if len(tables) > _GROUPS_ABOVE:
        pairs = [pair for pair in references(tables.values()) if pair[1] in tables]
        for group in grouped(pairs):
            if len(group.members) > 2:
                found.setdefault(f"Around {'.'.join(filter(None, group.centre))}", frozenset(group.members))
    return found


def _page(lines: Iterable[str]) -> str:
    return "\n".join([_FIRST_LINE, "", *lines]).rstrip() + "\n"


def _count(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _routine(routine: Routine) -> tuple[str, str, str, str]:
    returns = code(routine.returns) if routine.returns else ""
    return (text(str(routine.ref)), returns, text(routine.language), text(routine.comment or ""))


def _finding(finding: Finding) -> str:
    part = (
        ""
        if finding.target.kind in ("table", "view", "catalog")
        else f", {finding.target.kind.replace('_', ' ')} {text(finding.target.name)}"
    )
    likely = "" if finding.probability is None else f" ({min(round(100 * finding.probability), 99)} % likely)"
    help_ = f" {text(finding.help)}" if finding.help else ""
    return f"**{finding.severity}** {finding.code} {finding.rule}{part}{likely}: {text(finding.message)}{help_}"
