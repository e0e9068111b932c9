"""The cases of a rule, read from its Markdown file.

A case is a heading `## Bad: …` or `## Good: …` with its SQL below. A plain ```sql block runs on every engine that the rule applies to; a
```sql postgres, mysql or sqlite block replaces the plain one there. ```json facts overlays the engine's counters (tables, indexes,
sequences by path; queries and connections as lists). With
```json facts before they hold until a fix has run, for what the fix changes in them. A line
`engines: …` restricts the case. A bad case lists the findings in ```expect: severity, kind and path, one a line.
"""

import json
import re
from pathlib import Path
from typing import Any

import msgspec

from dbwright.catalog.facts import ConnectionSeen, Facts, IndexUse, QuerySeen, SequenceState, TableStats
from dbwright.catalog.names import Kind, Ref
from dbwright.readers.sql.split import Dialect
from dbwright.rules.base import Rule

_BLOCK = re.compile(r"^```(?P<words>[^\n]*)\n(?P<text>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (?P<kind>Bad|Good)(?P<title>[^\n]*)\n", re.MULTILINE)
_ENGINES = re.compile(r"\A\s*engines:\s*(?P<names>[^\n]+)\n")
_DIALECTS: tuple[Dialect, ...] = ("postgres", "mysql", "sqlite")
HERE = Path(__file__).parent


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One case for one engine: a script, counters, and the findings expected, none for a good case."""

    code: str
    title: str
    bad: bool
    engine: Dialect
    sql: str
    counters: dict[str, Any] = {}
    until_mended: bool = False
    expected: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The case as it is called in the list of tests."""
        return f"{self.code}-{'bad' if self.bad else 'good'}-{self.title or 'case'}-{self.engine}".replace(" ", "_")

    def overlay(self, namespace: str) -> Any:
        """The function that puts the case's counters over those of the database."""

        def apply(facts: Facts) -> Facts:
            for path, given in self.counters.get("tables", {}).items():
                ref = Ref("table", (namespace, path))
                facts.tables = {**facts.tables, ref: _merged(facts.tables.get(ref), given, TableStats)}
            for path, given in self.counters.get("indexes", {}).items():
                ref = Ref("index", (namespace, *path.split(".")))
                facts.indexes = {**facts.indexes, ref: _merged(facts.indexes.get(ref), given, IndexUse)}
            for path, given in self.counters.get("sequences", {}).items():
                parts = path.split(".")
                kind: Kind = "sequence" if len(parts) == 1 else "column"
                ref = Ref(kind, (namespace, *parts))
                facts.sequences = {**facts.sequences, ref: _merged(facts.sequences.get(ref), given, SequenceState)}
            if "queries" in self.counters:
                facts.queries = tuple(msgspec.convert(self.counters["queries"], tuple[QuerySeen, ...]))
            if "connections" in self.counters:
                facts.connections = tuple(msgspec.convert(self.counters["connections"], tuple[ConnectionSeen, ...]))
            return facts

        return apply


def _merged(before: msgspec.Struct | None, given: dict[str, Any], kind: type[Any]) -> Any:
    held = msgspec.structs.asdict(before) if before else {}
    return kind(**{**held, **given})


def read(rule: Rule) -> list[Case]:
    """The cases of a rule from its file. Raises ValueError for a file that breaks the form."""
    path = HERE / f"{rule.code}.md"
    text = path.read_text(encoding="utf-8")
    title, _, body = text.partition("\n")
    if title.strip() != f"# {rule.code} {rule.name}":
        raise ValueError(f"{path.name} must begin with “# {rule.code} {rule.name}”.")
    found: list[Case] = []
    headings = list(_HEADING.finditer(body))
    for place, heading in enumerate(headings):
        end = headings[place + 1].start() if place + 1 < len(headings) else len(body)
        found += _cases(rule, heading, body[heading.end() : end])
    return found


def _cases(rule: Rule, heading: re.Match[str], text: str) -> list[Case]:
    """One heading's case on each engine that it is for."""
    restricted = _ENGINES.match(text)
    wanted = [each.strip() for each in restricted["names"].split(",")] if restricted else list(rule.engines)
    engines = [engine for engine in _DIALECTS if engine in wanted]
    scripts: dict[str, str] = {}
    counters: dict[str, Any] = {}
    until_mended = False
    expected: tuple[str, ...] = ()
    for block in _BLOCK.finditer(text):
        match block["words"].split():
            case ["sql", *names]:
                scripts.update(dict.fromkeys(names or ["every"], block["text"]))
            case ["json", "facts", *when]:
                counters = json.loads(block["text"])
                until_mended = when == ["before"]
            case ["expect"]:
                expected = tuple(line.strip() for line in block["text"].splitlines() if line.strip())
    bad = heading["kind"] == "Bad"
    name = heading["title"].strip(": ").strip()
    if bad != bool(expected):
        raise ValueError(f"{rule.code}, {name!r}: a bad case lists what to expect, a good one does not.")
    if len(engines) < len(wanted) or not set(scripts) <= {*_DIALECTS, "every"}:
        raise ValueError(f"{rule.code}, {name!r}: an engine is unknown.")
    if missing := [engine for engine in engines if engine not in scripts and "every" not in scripts]:
        raise ValueError(f"{rule.code}, {name!r}: there is no SQL for {', '.join(missing)}.")
    return [
        Case(
            code=rule.code,
            title=name,
            bad=bad,
            engine=engine,
            sql=scripts.get(engine, scripts.get("every", "")),
            counters=counters,
            until_mended=until_mended,
            expected=expected,
        )
        for engine in engines
    ]


def page_cases(rule: Rule) -> list[Case]:
    """The bad and good examples of a rule's own page, on each engine that they are written for."""
    found: list[Case] = []
    headings = list(_HEADING.finditer(rule.page + "\n"))
    for heading in headings:
        rest = (rule.page + "\n")[heading.end() :].split("\n## ")[0] + "\n"
        scripts = {block["words"].removeprefix("sql").strip(): block["text"] for block in _BLOCK.finditer(rest)}
        for engine in (each for each in _DIALECTS if each in rule.engines):
            sql = scripts.get(engine, scripts.get(""))
            if sql:
                title = f"the page's {heading['kind'].lower()} example"
                found.append(Case(code=rule.code, title=title, bad=heading["kind"] == "Bad", engine=engine, sql=sql))
    return found
