"""The cases of a rule on migrations, read from its Markdown file, `tests/rules/M012.md`.

    # M012 index-without-concurrently

    ## Bad: on a table in use            (or ## Good: …)
    engines: postgres                    where the case is not for every engine of the rule
    transaction: one                     the runner wraps all of it in one transaction; left out, or "none": each statement
                                         by itself, but for BEGIN and COMMIT in the text
    runner: alembic                      what runs the migration; left out: nothing is known
    direction: down                      left out: up
    down: none                           there is no way back ("there": there is one); left out: nobody knows
    version: 17                          the server it is meant for; left out: the scratch server's own
    flavour: mysql                       "mysql" or "mariadb", where it matters which; left out: the scratch server's own

    ```sql before                        the schema before it; left out: an empty database
    ```sql migration                     the migration
    ```json facts                        {"tables": {"orders": {"rows": 12000000}}}: the live sizes
    ```sql safe                          the safe way, where no fix can say it: it must end in the same schema, without this finding
    ```expect                            for a bad case, one line a finding: severity, kind and path: `warning table orders`

A block for one engine alone names it last: ```sql migration mysql. A bad case without "expect" or a good one with it is an error.
"""

import json
import re
from pathlib import Path
from typing import Any

import msgspec

from dbwright.catalog.facts import Facts, TableStats
from dbwright.catalog.names import Ref
from dbwright.readers.sql.split import Dialect
from dbwright.rules.migrating import MigrationRule

_BLOCK = re.compile(r"^```(?P<words>[^\n]*)\n(?P<text>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (?P<kind>Bad|Good)(?P<title>[^\n]*)\n", re.MULTILINE)
_SETTING = re.compile(
    r"^(?P<name>engines|transaction|runner|direction|down|version|flavour):[ \t]*(?P<value>[^\n]*)$", re.MULTILINE
)
_DIALECTS: tuple[Dialect, ...] = ("postgres", "mysql", "sqlite")
_BLOCKS = ("before", "migration", "safe")
HERE = Path(__file__).parent


class MigrationCase(msgspec.Struct, frozen=True, kw_only=True):
    """One case for one engine. has_down: None where nobody knows. tables: the live sizes by path, without the namespace."""

    code: str
    title: str
    bad: bool
    engine: Dialect
    migration: str
    before: str = ""
    safe: str | None = None
    in_one_transaction: bool = False
    runner: str = ""
    direction: str = "up"
    has_down: bool | None = None
    version: tuple[int, ...] = ()
    flavour: str = ""
    tables: dict[str, dict[str, Any]] = {}
    expected: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The case as it is called in the list of tests."""
        return f"{self.code}-{'bad' if self.bad else 'good'}-{self.title or 'case'}-{self.engine}".replace(" ", "_")

    @property
    def facts(self) -> Facts:
        """The live sizes; empty where the case gives none."""
        namespace = "public" if self.engine == "postgres" else ""
        sizes = {
            Ref("table", tuple(path.split(".")) if "." in path else (namespace, path)): TableStats(**given)
            for path, given in self.tables.items()
        }
        return Facts(has_rows=bool(sizes), tables=sizes)


def read(rule: MigrationRule) -> list[MigrationCase]:
    """The cases of a rule from its file. Raises ValueError for a file that breaks the form."""
    path = HERE / f"{rule.code}.md"
    title, _, body = path.read_text(encoding="utf-8").partition("\n")
    if title.strip() != f"# {rule.code} {rule.name}":
        raise ValueError(f"{path.name} must begin with “# {rule.code} {rule.name}”.")
    headings = list(_HEADING.finditer(body))
    ends = [*(heading.start() for heading in headings[1:]), len(body)]
    return [
        case
        for heading, end in zip(headings, ends, strict=True)
        for case in _cases(rule, heading, body[heading.end() : end])
    ]


def page_cases(rule: MigrationRule) -> list[MigrationCase]:
    """The bad and good examples of a rule's own page, both on the schema of its ```sql before``` block, if it has one."""
    page = rule.page + "\n"
    given = _blocks(page, "before")
    found: list[MigrationCase] = []
    for heading in _HEADING.finditer(page):
        written = _blocks(page[heading.end() :].split("\n## ")[0] + "\n", "")
        found += [
            MigrationCase(
                code=rule.code,
                title=f"the page's {heading['kind'].lower()} example",
                bad=heading["kind"] == "Bad",
                engine=engine,
                migration=written.get(engine, written.get("", "")),
                before=given.get(engine, given.get("", "")),
            )
            for engine in _DIALECTS
            if engine in rule.engines and (engine in written or "" in written)
        ]
    return found


def _blocks(text: str, part: str) -> dict[str, str]:
    """The SQL blocks for a part ("" for those that name none), by engine; under "" what is for every engine."""
    found: dict[str, str] = {}
    for block in _BLOCK.finditer(text):
        kind, *words = block["words"].split() or [""]
        named = words[0] if words and words[0] in _BLOCKS else ""
        if kind == "sql" and named == part:
            found[next((word for word in words if word in _DIALECTS), "")] = block["text"]
    return found


def _cases(rule: MigrationRule, heading: re.Match[str], text: str) -> list[MigrationCase]:
    """One heading's case on each engine that it is for."""
    name = heading["title"].strip(": ").strip()
    bad = heading["kind"] == "Bad"
    prose = _BLOCK.sub("", text)
    settings = {match["name"]: match["value"].strip() for match in _SETTING.finditer(prose)}
    wanted = [each.strip() for each in settings["engines"].split(",")] if "engines" in settings else list(rule.engines)
    engines = [engine for engine in _DIALECTS if engine in wanted]
    parts = {part: _blocks(text, part) for part in _BLOCKS}
    sizes: dict[str, dict[str, Any]] = {}
    expected: tuple[str, ...] = ()
    for block in _BLOCK.finditer(text):
        match block["words"].split():
            case ["json", "facts"]:
                sizes = json.loads(block["text"]).get("tables", {})
            case ["expect"]:
                expected = tuple(line.strip() for line in block["text"].splitlines() if line.strip())
            case ["sql", *words] if words and words[0] in _BLOCKS and set(words[1:]) <= set(_DIALECTS):
                pass
            case other:
                raise ValueError(f"{rule.code}, {name!r}: a block {' '.join(other)!r} is not known.")
    if bad != bool(expected):
        raise ValueError(f"{rule.code}, {name!r}: a bad case lists what to expect, a good one does not.")
    if len(engines) < len(wanted):
        raise ValueError(f"{rule.code}, {name!r}: an engine is unknown.")

    def part(which: str, engine: str) -> str | None:
        return parts[which].get(engine, parts[which].get(""))

    if missing := [engine for engine in engines if part("migration", engine) is None]:
        raise ValueError(f"{rule.code}, {name!r}: there is no migration for {', '.join(missing)}.")
    return [
        MigrationCase(
            code=rule.code,
            title=name,
            bad=bad,
            engine=engine,
            migration=part("migration", engine) or "",
            before=part("before", engine) or "",
            safe=part("safe", engine),
            in_one_transaction=settings.get("transaction", "none") == "one",
            runner=settings.get("runner", ""),
            direction=settings.get("direction", "up"),
            has_down={"none": False, "there": True}.get(settings.get("down", "")),
            version=tuple(int(number) for number in settings.get("version", "").split(".") if number),
            flavour=settings.get("flavour", ""),
            tables=sizes,
            expected=expected,
        )
        for engine in engines
    ]
