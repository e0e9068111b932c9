"""Comments of a template as comments of the database.

A template is plain, commented SQL: the lines above CREATE TABLE or CREATE VIEW say what the table is for, the comment at the end
of a column's line what the column holds. PostgreSQL gets COMMENT ON, MySQL COMMENT clauses; SQLite keeps the text of the statement.
"""

import re
from collections.abc import Iterable

_TABLE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(?P<name>[\w.]+) \($")
_VIEW = re.compile(r"CREATE (?:OR REPLACE )?(?P<kind>MATERIALIZED VIEW|VIEW) (?P<name>[\w.]+)\b")
_COLUMN = re.compile(r"    (?P<column>[a-z_]\w*) (?P<rest>.*?)(?P<comma>,?)\s+-- (?P<comment>.+)$")
_REMARK = re.compile(r"(?P<rest>    .*?)\s+-- .+$")
_END = re.compile(r"\)(?P<options>.*);$")
_MYSQL = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci"


def with_comments(text: str, engine: str) -> str:
    """The rendered text of a part with its comments in the engine's way, and the table options that a design wants."""
    return "\n".join(_lines(text.split("\n"), engine))


def _lines(lines: Iterable[str], engine: str) -> Iterable[str]:
    above: list[str] = []
    table = ""
    said: dict[str, str] = {}
    for line in lines:
        if table:
            ended = _END.match(line)
            if ended:
                yield _closing(ended["options"], said.get("", ""), engine)
                if engine == "postgres":
                    yield from _statements(table, said)
                table = ""
                continue
            column = _COLUMN.match(line)
            if column and not column["column"].isupper():
                said[column["column"]] = column["comment"]
                if engine != "sqlite":
                    comment = f" COMMENT {_literal(column['comment'])}" if engine == "mysql" else ""
                    before, check, condition = column["rest"].partition(
                        " CHECK ("
                    )  # MariaDB takes a check only at the end
                    yield f"    {column['column']} {before}{comment}{check}{condition}{column['comma']}"
                    continue
            yield line
            continue
        opened, view = _TABLE.match(line), _VIEW.match(line)
        if opened:
            table, said = opened["name"], {"": " ".join(above)} if above else {}
        elif view and above and engine == "postgres":
            # The comment follows the view, so that it can be told where the statement ends.
            pending = f"COMMENT ON {view['kind']} {view['name']} IS {_literal(' '.join(above))};"
            yield f"{line}\x00{pending}"
            above = []
            continue
        above = [*above, line[3:].strip()] if line.startswith("-- ") else []
        yield line


def placed(text: str) -> str:
    """The comments on views moved behind the statements that make them, and never two blank lines after each other."""
    pending = ""
    lines: list[str] = []
    for line in text.split("\n"):
        shown, _, comment = line.partition("\x00")
        pending = comment or pending
        lines.append(shown)
        if pending and shown.rstrip().endswith(";"):
            lines.append(pending)
            pending = ""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _closing(options: str, comment: str, engine: str) -> str:
    options = options.strip()
    if engine == "mysql":
        said = f" COMMENT={_literal(comment)}" if comment else ""
        return f") {_MYSQL}{said}{f' {options}' if options else ''};"
    if engine == "sqlite":
        return f") STRICT{f', {options}' if options else ''};"
    return f"){f' {options}' if options else ''};"


def _statements(table: str, said: dict[str, str]) -> Iterable[str]:
    for column, comment in said.items():
        target = f"COLUMN {table}.{column}" if column else f"TABLE {table}"
        yield f"COMMENT ON {target} IS {_literal(comment)};"


def _literal(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"
