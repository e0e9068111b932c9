"""DBML files, read by pydbml and then held by an engine."""

import re
import warnings
from pathlib import Path
from typing import Any

from dbwright.catalog.objects import Catalog
from dbwright.engines.registry import engine
from dbwright.errors import SourceError, SyntaxFault, Unavailable
from dbwright.readers.held import hold

_WORDS = frozenset({"Table", "table", "Column", "column", "Enum", "Ref", "the", "not", "public", "database", "present"})
_LARGE = re.compile(r"(tiny|medium|long)?(text|blob)|json", re.IGNORECASE)
_PREFIX = 255
_CONSTANT = re.compile(
    r"'(?:[^']|'')*'|[+-]?\d+(\.\d+)?|[bx]'[0-9a-f]*'|null|true|false|current_(timestamp|date|time)(\(\d*\)|\b)?.*|\(.*\)",
    re.IGNORECASE | re.DOTALL,
)


def read(path: str, dialect: str | None = None) -> tuple[Catalog, tuple[str, ...]]:
    """The catalog of a DBML file in a dialect (PostgreSQL where none is named), and notes on how it was read.

    Raises SyntaxFault with line and column where the text is wrong, Unavailable where pydbml is not installed.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8 text.") from error
    target = dialect or "postgres"
    ddl = _Ddl(_parse(text, path), target)
    catalog, notes = hold(ddl.statements(), target)
    notes = (*ddl.notes(), *notes)
    if dialect is None:
        notes = ("DBML names no dialect; it was read as PostgreSQL (choose another with --dialect).", *notes)
    return catalog, notes


def _parse(text: str, path: str) -> Any:
    try:
        with warnings.catch_warnings():
            # pydbml calls parts of pyparsing by their former names, which is no concern of our users.
            warnings.simplefilter("ignore", DeprecationWarning)
            from pydbml import PyDBML, exceptions
    except ImportError as error:
        raise Unavailable("Reading DBML needs pydbml.", hint='Install it with: pip install "dbwright[dbml]"') from error
    from pyparsing import ParseBaseException

    if not text.strip():
        raise SourceError(f"{path} is empty.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return PyDBML(text)
    except ParseBaseException as error:
        message = str(error.msg).partition(", found")[0]
        expected = message.removeprefix("Expected ") if message.startswith("Expected ") else None
        raise SyntaxFault(
            "this is not DBML" if expected else message,
            path=path,
            line=error.lineno,
            column=error.column,
            expected=expected,
        ) from None
    except Exception as error:
        # pydbml's own errors share no base class; a bare one of its parser's is no better than what it says.
        known = isinstance(error, SyntaxError) or type(error).__module__ == exceptions.__name__
        said = str(error).rstrip(".!") if known else f"pydbml failed with {type(error).__name__}: {error}"
        said = said.replace(' in table "{self.name}"', " in its table")
        raise _at_its_name(text, path, said) from None


def _at_its_name(text: str, path: str, said: str) -> SourceError:
    """pydbml says no place for what it finds after parsing, but most of these errors name something in the text."""
    for quoted in re.findall(r"[\w.]+", said):
        name = quoted.rpartition(".")[2]
        found = (
            re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
            if (len(name) > 1 or "." in quoted) and name not in _WORDS
            else None
        )
        if found:
            line = text.count("\n", 0, found.start()) + 1
            return SyntaxFault(said, path=path, line=line, column=found.start() - text.rfind("\n", 0, found.start()))
    return SourceError(f"{path}: {said}.")


class _Ddl:
    """Writes what pydbml read as statements of one dialect."""

    def __init__(self, database: Any, dialect: str) -> None:
        self._database = database
        self._dialect = dialect
        self._quote = engine(dialect).quote

    def notes(self) -> tuple[str, ...]:
        """What DBML says and no table can hold."""
        return tuple(
            f"The many-to-many reference between {each.table1.name} and {each.table2.name} has no table and was left out."
            for each in self._database.refs
            if each.type == "<>"
        )

    def statements(self) -> list[str]:
        """All statements, tables before the foreign keys between them; SQLite has its foreign keys inside."""
        found: list[str] = []
        if self._dialect == "postgres":
            namespaces = {each.schema for each in (*self._database.tables, *self._database.enums)} - {"public"}
            found += [f"CREATE SCHEMA {self._quote(name)}" for name in sorted(namespaces)]
            found += [self._enum(each) for each in self._database.enums]
        found += [self._table(table) for table in self._database.tables]
        for table in self._database.tables:
            found += self._indexes(table)
            found += self._comments(table)
        if self._dialect != "sqlite":
            found += [f"ALTER TABLE {self._name(child)} ADD {text}" for child, text in self._references()]
        return found

    def _name(self, table: Any) -> str:
        if self._dialect == "postgres":
            return f"{self._quote(table.schema)}.{self._quote(table.name)}"
        return self._quote(table.name if table.schema == "public" else f"{table.schema}_{table.name}")

    def _enum(self, each: Any) -> str:
        labels = ", ".join(_literal(item.name, self._dialect) for item in each.items)
        return f"CREATE TYPE {self._quote(each.schema)}.{self._quote(each.name)} AS ENUM ({labels})"

    def _table(self, table: Any) -> str:
        lines = [self._column(table, column) for column in table.columns]
        key = [column.name for column in table.columns if column.pk]
        key += [subject.name for index in table.indexes if index.pk for subject in index.subjects]
        inside = self._dialect == "sqlite" and any(column.pk and column.autoinc for column in table.columns)
        if key and not inside:
            lines.append(f"PRIMARY KEY ({', '.join(self._quote(name) for name in dict.fromkeys(key))})")
        if self._dialect == "mysql":
            # A column that numbers itself must have its key in the same statement.
            lines += [self._inner_index(table, index, number) for number, index in self._plain_indexes(table)]
        if self._dialect == "sqlite":
            lines += [text for child, text in self._references() if child is table]
        body = ",\n  ".join(lines)
        comment = (
            f" COMMENT = {_literal(table.note.text, self._dialect)}"
            if self._dialect == "mysql" and table.note.text
            else ""
        )
        return f"CREATE TABLE {self._name(table)} (\n  {body}\n){comment}"

    def _column(self, table: Any, column: Any) -> str:
        words = [self._quote(column.name), self._type(column)]
        if column.autoinc:
            words = self._numbered(column, words)
        if column.not_null:
            words.append("NOT NULL")
        if column.unique:
            words.append("UNIQUE")
        if column.default is not None:
            words.append(f"DEFAULT {_default(column.default, self._dialect)}")
        if self._dialect == "mysql" and column.note.text:
            words.append(f"COMMENT {_literal(column.note.text, self._dialect)}")
        return " ".join(words)

    def _numbered(self, column: Any, words: list[str]) -> list[str]:
        match self._dialect:
            case "postgres":
                return [*words, "GENERATED BY DEFAULT AS IDENTITY"]
            case "mysql":
                return [*words, "AUTO_INCREMENT"]
            case _:
                return [words[0], "INTEGER PRIMARY KEY" if column.pk else "INTEGER"]

    def _type(self, column: Any) -> str:
        type_ = column.type
        if not isinstance(type_, str):
            labels = ", ".join(_literal(item.name, self._dialect) for item in type_.items)
            if self._dialect == "postgres":
                return f"{self._quote(type_.schema)}.{self._quote(type_.name)}"
            if self._dialect == "mysql":
                return f"ENUM ({labels})"
            return f"TEXT CHECK ({self._quote(column.name)} IN ({labels}))"
        if self._dialect == "sqlite":
            return "" if type_ == "untyped" else type_
        if type_.lower().startswith("bit"):  # sqlglot forgets its length
            return type_
        import sqlglot
        from sqlglot.errors import SqlglotError

        try:
            return sqlglot.exp.DataType.build(type_, dialect=self._dialect).sql(dialect=self._dialect)
        except SqlglotError:
            return type_

    def _references(self) -> list[tuple[Any, str]]:
        found = []
        for each in self._database.refs:
            if each.type == "<>":
                continue
            child, columns, parent, referenced = each.table1, each.col1, each.table2, each.col2
            if each.type == "<":
                child, columns, parent, referenced = parent, referenced, child, columns
            name = f"CONSTRAINT {self._quote(each.name)} " if each.name else ""
            actions = "".join(f" ON {event} {action.upper()}" for event, action in
                              (("DELETE", each.on_delete), ("UPDATE", each.on_update)) if action)  # fmt: skip
            listed = ", ".join(self._quote(column.name) for column in columns)
            wanted = ", ".join(self._quote(column.name) for column in referenced)
            text = f"{name}FOREIGN KEY ({listed}) REFERENCES {self._name(parent)} ({wanted}){actions}"
            found.append((child, text))
        return found

    @staticmethod
    def _plain_indexes(table: Any) -> list[tuple[int, Any]]:
        return list(enumerate((each for each in table.indexes if not each.pk), 1))

    def _index_name(self, table: Any, index: Any, number: int) -> str:
        parts = (getattr(subject, "name", "expression") for subject in index.subjects)
        return self._quote(index.name or "_".join((table.name, *parts, f"idx{number}")))

    def _index_parts(self, index: Any) -> str:
        return ", ".join(
            self._quote(subject.name) + self._prefix(subject)
            if hasattr(subject, "name")
            else f"({_default(subject, self._dialect)})"
            for subject in index.subjects
        )

    def _prefix(self, column: Any) -> str:
        """MySQL indexes a large column by its beginning only, of which DBML says nothing."""
        large = self._dialect == "mysql" and isinstance(column.type, str) and _LARGE.fullmatch(column.type)
        return f"({_PREFIX})" if large else ""

    def _inner_index(self, table: Any, index: Any, number: int) -> str:
        kind = "UNIQUE KEY" if index.unique else "KEY"
        return f"{kind} {self._index_name(table, index, number)} ({self._index_parts(index)})"

    def _indexes(self, table: Any) -> list[str]:
        if self._dialect == "mysql":
            return []
        found = []
        for number, index in self._plain_indexes(table):
            using = f" USING {index.type}" if index.type and self._dialect == "postgres" else ""
            unique = "UNIQUE " if index.unique else ""
            name = self._index_name(table, index, number)
            parts = self._index_parts(index)
            found.append(f"CREATE {unique}INDEX {name} ON {self._name(table)}{using} ({parts})")
        return found

    def _comments(self, table: Any) -> list[str]:
        if self._dialect != "postgres":
            return []
        found = (
            [f"COMMENT ON TABLE {self._name(table)} IS {_literal(table.note.text, self._dialect)}"]
            if table.note.text
            else []
        )
        found += [
            f"COMMENT ON COLUMN {self._name(table)}.{self._quote(column.name)} IS {_literal(column.note.text, self._dialect)}"
            for column in table.columns
            if column.note.text
        ]
        return found


def _literal(text: str, dialect: str) -> str:
    plain = text.replace("\\", "\\\\") if dialect == "mysql" else text
    return "'" + plain.replace("'", "''") + "'"


def _default(value: Any, dialect: str) -> str:
    if isinstance(value, bool):
        return str(value).lower() if dialect == "postgres" else str(int(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return value if value.lower() in ("true", "false", "null") else _literal(value, dialect)
    text = getattr(value, "text", None)
    if text is None:
        return _literal(str(value), dialect)
    # Both want brackets around whatever is no constant.
    return str(text) if dialect == "postgres" or _CONSTANT.fullmatch(text) else f"({text})"
