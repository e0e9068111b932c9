"""Which dialect a SQL text is written in, by the marks that only one of them uses."""

import re
from collections.abc import Sequence
from pathlib import PurePath

import msgspec

from dbwright.errors import DbwrightError
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split

_TITLES: dict[Dialect, str] = {"postgres": "PostgreSQL", "mysql": "MySQL", "sqlite": "SQLite"}
_LOOKED_AT = 400_000  # characters: dumps say what they are in their schema, which stands before or among the rows

_MARKS: tuple[tuple[Dialect, int, str, str], ...] = (
    ("postgres", 10, "pg_dump's header", r"PostgreSQL database dump"),
    ("postgres", 6, "COPY … FROM stdin", r"^COPY\b[^;\n]*\bFROM\s+stdin"),
    ("postgres", 4, "psql commands", r"^\\(?:c|connect|restrict|set|i|ir|echo|copy|encoding)\b"),
    ("postgres", 5, "dollar quotes", r"\$(?:[A-Za-z_]\w*)?\$[\s;]"),
    ("postgres", 3, "casts with ::", r"[\w'\")\]]::\s*\"?[a-z]"),
    ("postgres", 4, "pg_catalog", r"\bpg_catalog\b"),
    ("postgres", 4, "nextval", r"\bnextval\s*\("),
    ("postgres", 3, "SERIAL", r"\b(?:big|small)?serial\b(?!\s+(?:not\s+null\s+)?auto_increment)"),
    ("postgres", 4, "PostgreSQL's types", r"\b(?:timestamptz|jsonb|bytea|tsvector|citext|int4range|inet|hstore|uuid\[\]|text\[\])\b"),
    ("postgres", 4, "CREATE TYPE … AS ENUM", r"\bCREATE\s+TYPE\b[^;]*?\bAS\s+(?:ENUM|RANGE)\b"),
    ("postgres", 4, "CREATE EXTENSION or DOMAIN", r"^\s*CREATE\s+(?:EXTENSION|DOMAIN)\b"),
    ("postgres", 4, "COMMENT ON", r"^\s*COMMENT\s+ON\b"),
    ("postgres", 4, "plpgsql", r"\bLANGUAGE\s+'?(?:plpgsql|sql)\b"),
    ("postgres", 3, "index methods", r"\bUSING\s+(?:gin|gist|brin|spgist)\b"),
    ("postgres", 2, "identity columns", r"\bGENERATED\s+(?:ALWAYS|BY\s+DEFAULT)\s+AS\s+IDENTITY\b"),
    ("postgres", 3, "ONLY", r"\bALTER\s+TABLE\s+ONLY\b"),
    ("postgres", 2, "row-level security", r"\b(?:ENABLE\s+ROW\s+LEVEL\s+SECURITY|CREATE\s+POLICY)\b"),
    ("postgres", 1, "now()", r"\bDEFAULT\s+now\(\)"),
    ("postgres", 1, "timestamp with time zone", r"\bwith(?:out)?\s+time\s+zone\b"),
    ("mysql", 10, "mysqldump's header", r"\b(?:MySQL|MariaDB) dump\b"),
    ("mysql", 5, "AUTO_INCREMENT", r"\bAUTO_INCREMENT\b"),
    ("mysql", 5, "ENGINE=", r"\bENGINE\s*=?\s*(?:InnoDB|MyISAM|Aria|MEMORY)\b"),
    ("mysql", 5, "conditional comments", r"/\*M?!\d{5,6}"),
    ("mysql", 5, "DELIMITER", r"^\s*DELIMITER\s+\S"),
    ("mysql", 3, "backticks", r"`\w[^`\n]*`"),
    ("mysql", 3, "charsets", r"\b(?:DEFAULT\s+)?(?:CHARSET|CHARACTER\s+SET)\s*=?\s*(?:utf8|latin1|ascii)"),
    ("mysql", 3, "UNSIGNED", r"\b(?:int|integer|bigint|smallint|tinyint|mediumint)\b(?:\(\d+\))?\s+unsigned\b"),
    ("mysql", 4, "ON UPDATE CURRENT_TIMESTAMP", r"\bON\s+UPDATE\s+(?:CURRENT_TIMESTAMP|NOW\(\))"),
    ("mysql", 3, "inline enums", r"\b\w+`?\s+(?:enum|set)\s*\(\s*'"),
    ("mysql", 3, "inline keys", r"^\s*(?:UNIQUE\s+|FULLTEXT\s+|SPATIAL\s+)?KEY\s+[`\w]+\s*\("),
    ("mysql", 4, "DEFINER", r"\bDEFINER\s*="),
    ("mysql", 2, "USE", r"^\s*USE\s+[`\w]+\s*;"),
    ("mysql", 2, "MySQL's types", r"\b(?:mediumtext|longtext|tinytext|longblob|mediumblob|mediumint|tinyint\(1\))"),
    ("mysql", 2, "# comments", r"^#\s"),
    ("sqlite", 8, "AUTOINCREMENT", r"\bAUTOINCREMENT\b"),
    ("sqlite", 6, "WITHOUT ROWID or STRICT", r"\)\s*(?:STRICT\s*,\s*)?(?:WITHOUT\s+ROWID|STRICT)\s*(?:,\s*STRICT\s*)?;"),
    ("sqlite", 6, "PRAGMA", r"^\s*PRAGMA\s+\w+"),
    ("sqlite", 5, "sqlite_ tables", r"\bsqlite_(?:sequence|master|schema|stat1)\b"),
    ("sqlite", 5, "virtual tables", r"\bCREATE\s+VIRTUAL\s+TABLE\b"),
    ("sqlite", 4, "SQLite's date functions", r"\b(?:strftime|julianday|unixepoch)\s*\(|\bdatetime\s*\(\s*'now'"),
    ("sqlite", 5, "triggers with BEGIN", r"\bCREATE\s+TRIGGER\b(?:(?!\bFOR\s+EACH\b)[^;])*\bON\s+[\w\"`\[\]]+\s+(?:WHEN[^;]*?)?BEGIN\b"),
    ("sqlite", 3, "names in square brackets", r"\b(?:TABLE|REFERENCES|INTO|ON)\s+\[\w"),
    ("sqlite", 4, "sqlite3's dot-commands", r"^\.(?:mode|read|headers|import|tables)\b"),
)  # fmt: skip
_COMPILED = tuple(
    (dialect, weight, what, re.compile(pattern, re.IGNORECASE | re.MULTILINE))
    for dialect, weight, what, pattern in _MARKS
)
_SUFFIXES: dict[str, Dialect] = {".mysql": "mysql", ".pgsql": "postgres", ".psql": "postgres", ".sqlite": "sqlite"}


class Detected(msgspec.Struct, frozen=True):
    """The dialect of a text, what tells it, and whether nothing did and it is only assumed."""

    dialect: Dialect
    reasons: tuple[str, ...] = ()
    assumed: bool = False

    @property
    def sentence(self) -> str:
        """Why this dialect, for the report."""
        title = _TITLES[self.dialect]
        if self.assumed:
            return f"Nothing in the text tells its dialect; {title} was assumed. Name another with --dialect."
        return f"Read as {title}, by {', '.join(self.reasons[:4])}."


def detect(text: str, path: str | None = None) -> Detected:
    """The dialect of a text. Where nothing tells, the first of PostgreSQL, SQLite and MySQL that can read it is assumed."""
    suffixes = PurePath(path).suffixes if path else []
    for suffix in suffixes:
        if suffix.lower() in _SUFFIXES:
            return Detected(_SUFFIXES[suffix.lower()], (f"the file's name ends in {suffix}",))
    scores: dict[Dialect, int] = dict.fromkeys(_TITLES, 0)
    reasons: dict[Dialect, list[tuple[int, str]]] = {dialect: [] for dialect in _TITLES}
    head = text[:_LOOKED_AT]
    for dialect, weight, what, pattern in _COMPILED:
        if pattern.search(head):
            scores[dialect] += weight
            reasons[dialect].append((weight, what))
    best, second = sorted(scores, key=lambda each: -scores[each])[:2]
    if scores[best] > scores[second]:
        strongest = sorted(reasons[best], key=lambda each: -each[0])
        return Detected(best, tuple(what for _, what in strongest))
    tied = [dialect for dialect in _order() if scores[dialect] == scores[best]]
    return Detected(next((dialect for dialect in tied if _reads(head, dialect)), tied[0]), assumed=True)


def _order() -> Sequence[Dialect]:
    return ("postgres", "sqlite", "mysql")


def _reads(text: str, dialect: Dialect) -> bool:
    """Whether the definitions of a text parse in a dialect."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        for statement in split(text, dialect):
            if statement.text[:6].upper() == "CREATE":
                sqlglot.parse_one(statement.text, dialect=dialect)
    except (SqlglotError, DbwrightError):
        return False
    return True
