"""A SQL query as a rule: what it returns is wrong.

The file begins with comments: a sentence on what is found, more text on why, and lines `name: value`:

    -- Orders that were delivered before they were paid.
    --
    -- The bookkeeping counts them twice.
    --
    -- code: X101
    -- severity: error
    -- on: orders
    -- help: Ask the warehouse which date is right.
    SELECT id, paid_at, delivered_at FROM orders WHERE delivered_at < paid_at

The rows are the evidence of one finding on the table that `on` names. A query that returns a column `table_name` (and `table_schema`,
`column_name`, `index_name`, `message`) makes a finding of every row instead, on the object that it names.
"""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, cast

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Budget, Engine, Session
from dbwright.errors import ConnectionFault, DbwrightError, ExecutionFault, UsageError
from dbwright.finding import HARMS, SEVERITIES, Evidence, Finding, Touched
from dbwright.readers.sql.split import Dialect, split
from dbwright.rules.base import ALL_ENGINES, BUNDLES, Rule, Subject

_SETTING = re.compile(r"^(code|severity|group|harm|bundle|engines|on|help|message):\s*(.+)$")
_SHOWN = 20
_MOST_OBJECTS = 1000
_NAMING = ("table_name", "table_schema", "column_name", "index_name", "message")


class QueryRule(Rule):
    """A rule that is a query. on: the table that its rows are of; told: the message, in which `{count}` is how many."""

    needs = "rows"
    sql: ClassVar[str] = ""
    on: ClassVar[str] = ""
    advice: ClassVar[str] = ""
    told: ClassVar[str] = ""
    text: ClassVar[str] = ""
    called: ClassVar[str] = ""

    @property
    def name(self) -> str:
        """The file's name, with hyphens."""
        return self.called

    @property
    def page(self) -> str:
        """The comments of the file."""
        return self.text

    def check(self, subject: Subject) -> Iterable[Finding]:
        """Nothing: the database itself is asked, by `run_query_rules`."""
        return ()


def read_query_rule(file: Path) -> QueryRule:
    """The rule of a `.sql` file. Raises UsageError where its head or its query is not in order."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}.") from error
    head = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("--")), len(lines))
    page: list[str] = []
    given: dict[str, str] = {}
    for line in lines[:head]:
        text = line.removeprefix("--").strip()
        if setting := _SETTING.match(text):
            given[setting[1]] = setting[2].strip()
        else:
            page.append(text)
    query = "\n".join(lines[head:]).strip()
    if not query:
        raise UsageError(f"{file} holds no query.", hint="Write it below the comments.")
    words: dict[str, Any] = {
        "code": given.get("code", ""),
        "group": given.get("group", "design"),
        "severity": _one_of(file, "severity", given.get("severity", "warning"), SEVERITIES),
        "harm": _one_of(file, "harm", given.get("harm", "data"), tuple(HARMS)),
        "bundle": _one_of(file, "bundle", given.get("bundle", "recommended"), BUNDLES),
        "engines": tuple(
            _one_of(file, "engine", each.strip(), ALL_ENGINES)
            for each in given.get("engines", ",".join(ALL_ENGINES)).split(",")
        ),
        "sql": query,
        "on": given.get("on", ""),
        "advice": given.get("help", "Mend these rows, and add a constraint that keeps new ones out."),
        "told": given.get("message", ""),
        "text": "\n".join(page).strip(),
        "called": file.stem.replace("_", "-"),
        "__module__": __name__,
    }
    return cast(type[QueryRule], type("QueryRule", (QueryRule,), words))()


def run_query_rules(
    rules: Sequence[QueryRule],
    session: Session,
    engine: Engine,
    catalog: Catalog,
    budget: Budget,
    end: float | None = None,
) -> tuple[list[Finding], list[str]]:
    """Ask the database each query, within the time for one question; the findings, and sentences on what could not be asked.

    end: when the time for all questions is over, as time.monotonic() counts.
    Raises ConnectionFault where the server goes away, UsageError where a file holds more than one statement.
    """
    findings: list[Finding] = []
    notes: list[str] = []
    late: list[str] = []
    end = time.monotonic() + budget.seconds if end is None else end
    for rule in rules:
        left = end - time.monotonic()
        if left <= 0:
            late.append(f"{rule.code} {rule.name}")
            continue
        try:
            query = _query_of(rule, engine)
            session.set_timeouts(statement=min(budget.seconds_each, left))
            with _reading(session, engine):
                findings += _run(rule, query, session, catalog, notes)
        except (ConnectionFault, UsageError):
            raise
        except DbwrightError as error:
            notes.append(f"{rule.code} {rule.name} could not be checked: {error.message.rstrip('.')}.")
        finally:
            session.set_timeouts()
    if late:
        notes.append(f"{', '.join(late)} could not be checked: the time for asking the rows was over.")
    return findings, notes


@contextmanager
def _reading(session: Session, engine: Engine) -> Iterator[None]:
    """A transaction in which nothing is written, and which undoes what a query sets for its session."""
    session.query("BEGIN" if engine.name == "sqlite" else "START TRANSACTION READ ONLY")
    try:
        yield
    finally:
        with suppress(DbwrightError):
            session.query("ROLLBACK")


def _query_of(rule: QueryRule, engine: Engine) -> str:
    """The rule's query without a semicolon and what comments follow it."""
    statements = list(split(rule.sql, cast(Dialect, engine.name), rule.name))
    if len(statements) != 1:
        what = "more than one statement" if statements else "no query"
        raise UsageError(f"The rule {rule.code} {rule.name} holds {what}.")
    return statements[0].text


def _run(rule: QueryRule, query: str, session: Session, catalog: Catalog, notes: list[str]) -> Iterator[Finding]:
    names = tuple(name.lower() for name in session.column_names(f"SELECT * FROM (\n{query}\n) AS offenders LIMIT 0"))
    by_object = "table_name" in names
    most = _MOST_OBJECTS if by_object else _SHOWN
    rows = session.query(f"SELECT * FROM (\n{query}\n) AS offenders LIMIT {most + 1}")
    if not rows:
        return
    if by_object:
        if len(rows) > most:
            notes.append(
                f"{rule.code} {rule.name} returned more than {most:,} objects; those after them are not shown."
            )
        for row in rows[:most]:
            yield _of_object(rule, dict(zip(names, map(_text, row), strict=True)), query, catalog)
        return
    count = len(rows) if len(rows) <= most else _count(query, session)
    counted = f"more than {most:,}" if count is None else f"{count:,}"
    rows_told = f"{counted} row{'' if count == 1 else 's'}"
    evidence = Evidence(
        summary=f"The query of the rule returned {rows_told}.",
        basis="data",
        columns=names,
        rows=tuple(tuple(map(_text, row)) for row in rows[:5]),
        sql=query,
    )
    told = rule.told.replace("{count}", counted) or f"{rows_told}: {rule.title}"
    told = told[0].upper() + told[1:]
    yield rule.finding(_target(rule.on, catalog), told, evidence, help=rule.advice, touched=Touched(rows=count))


def _of_object(rule: QueryRule, row: dict[str, str | None], query: str, catalog: Catalog) -> Finding:
    """The finding of one row that names an object."""
    table = _target(
        f"{row['table_schema']}.{row['table_name']}" if row.get("table_schema") else row["table_name"] or "", catalog
    )
    target = table
    for kind in ("column", "index"):
        if name := row.get(f"{kind}_name"):
            target = table.child("column" if kind == "column" else "index", name)
    rest = {name: value for name, value in row.items() if name not in _NAMING}
    evidence = Evidence(
        summary="The query of the rule returned it.",
        basis="data",
        columns=tuple(rest),
        rows=(tuple(rest.values()),) if rest else (),
        sql=query,
    )
    told = row.get("message") or rule.told.replace("{count}", "1") or f"{str(target) or 'The database'}: {rule.title}"
    return rule.finding(target, told, evidence, help=rule.advice)


def _target(name: str, catalog: Catalog) -> Ref:
    """The table of a name with or without its namespace; where there is none, the name itself, or the catalog for no name."""
    if not name:
        return Ref("catalog", ())
    found = [table for table in catalog.tables if name in (table.name, f"{table.namespace}.{table.name}")]
    return found[0].ref if found else Ref("table", _path(name, catalog.tables))


def _path(name: str, tables: Sequence[Table]) -> tuple[str, ...]:
    namespace, _, last = name.rpartition(".")
    return (namespace or (tables[0].namespace if tables else ""), last)


def _one_of(file: Path, what: str, word: str, allowed: Sequence[str]) -> str:
    if word not in allowed:
        raise UsageError(f"{file}: {word!r} is no {what}.", hint=f"Use {', '.join(allowed)}.")
    return word


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _count(query: str, session: Session) -> int | None:
    """How many rows a query returns; None where counting them takes too long."""
    try:
        return int(str(session.query(f"SELECT count(*) FROM (\n{query}\n) AS offenders")[0][0]))
    except ExecutionFault:
        return None
