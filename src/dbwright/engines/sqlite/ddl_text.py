"""Reads the CREATE statements that SQLite stores, for all that its pragmas don't say.

Stored statements have been accepted by SQLite, so this reads them and does not judge them; what it does not know raises
SyntaxFault, and the inspection falls back to the pragmas for that table.
"""

from typing import Literal, NamedTuple, cast

from msgspec.structs import replace

from dbwright.catalog.objects import (
    Action,
    Check,
    Column,
    Deferral,
    ForeignKey,
    Generated,
    Identity,
    Index,
    KeyPart,
    PrimaryKey,
    Table,
    Trigger,
    Unique,
)
from dbwright.engines.sqlite.canonical import (
    collation,
    default_expression,
    expression,
    names_of,
    rowid_alias,
    settled,
    tidy,
)
from dbwright.engines.sqlite.tokens import Cursor, Token, name_of, split_list
from dbwright.engines.sqlite.types import declared_type, type_of
from dbwright.engines.sqlite.words import folded, quote

KEY_PARTS = "key parts"
"""The option of keys whose columns carry a collation or a direction of their own: the parts as they are written."""

NOT_NULL_CONFLICT = "not null on conflict"
"""The option of columns whose NOT NULL has an ON CONFLICT clause."""

_COLUMN_WORDS = "CONSTRAINT PRIMARY NOT NULL UNIQUE CHECK DEFAULT COLLATE REFERENCES AS DEFERRABLE ON FOREIGN"
_ENDS_TYPE = frozenset(_COLUMN_WORDS.split())
_STARTS_CONSTRAINT = ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN")


class ViewText(NamedTuple):
    """A view's query, and the column names it declares (empty where it declares none)."""

    definition: str
    columns: tuple[str, ...]


# ---------------------------------------------------------------- tables


def parse_table(sql: str, name: str) -> Table:
    """The table of a CREATE TABLE or CREATE VIRTUAL TABLE statement, without its indexes and triggers."""
    cursor = Cursor(sql)
    cursor.expect("CREATE")
    if cursor.accept("VIRTUAL"):
        cursor.expect("TABLE")
        _pass_object_name(cursor)
        cursor.expect("USING")
        return Table(namespace="", name=name, kind="virtual", module=tidy(cursor.rest()))
    if not cursor.accept("TEMP"):
        cursor.accept("TEMPORARY")
    cursor.expect("TABLE")
    _pass_object_name(cursor)
    return _TableText(name, cursor).parse()


def _pass_object_name(cursor: Cursor) -> None:
    cursor.accept("IF", "NOT", "EXISTS")
    cursor.name()
    if cursor.accept("."):
        cursor.name()


class _RawColumn(NamedTuple):
    """A column before its expressions can be spelled, for which all columns must be known."""

    column: Column
    generated: tuple[list[Token], bool] | None


class _TableText:
    """The state of reading one CREATE TABLE statement."""

    def __init__(self, name: str, cursor: Cursor) -> None:
        self.name = name
        self.cursor = cursor
        self.columns: list[_RawColumn] = []
        self.key: PrimaryKey | None = None
        self.key_in_table = False
        self.uniques: list[Unique] = []
        self.foreign_keys: list[ForeignKey] = []
        self.checks: list[tuple[str | None, list[Token]]] = []
        self.numbered: set[str] = set()

    def parse(self) -> Table:
        cursor = self.cursor
        cursor.expect("(")
        while cursor.word() not in _STARTS_CONSTRAINT:
            self._column()
            if not cursor.accept(","):
                break
        while not cursor.accept(")"):
            self._table_constraint()
            cursor.accept(",")
        without_rowid = strict = False
        while not cursor.done:
            if cursor.accept("WITHOUT", "ROWID"):
                without_rowid = True
            elif cursor.accept("STRICT"):
                strict = True
            elif not cursor.accept(";"):
                cursor.expect(",")
        return self._finished(without_rowid, strict)

    def _finished(self, without_rowid: bool, strict: bool) -> Table:
        names = names_of([raw.column for raw in self.columns])

        def stored(wanted: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(names.get(folded(name), name) for name in wanted)

        table = Table(
            namespace="",
            name=self.name,
            columns=tuple(self._finished_column(raw, names) for raw in self.columns),
            primary_key=replace(self.key, columns=stored(self.key.columns)) if self.key else None,
            uniques=tuple(replace(unique, columns=stored(unique.columns)) for unique in self.uniques),
            foreign_keys=tuple(replace(key, columns=stored(key.columns)) for key in self.foreign_keys),
            checks=tuple(
                Check(name=name, expression=expression(tokens, names, self.name)) for name, tokens in self.checks
            ),
            without_rowid=without_rowid,
            strict=strict,
        )
        if self.key_in_table and table.primary_key and table.primary_key.descending:
            ascending = replace(table, primary_key=replace(table.primary_key, descending=()))
            if rowid_alias(ascending):  # for a rowid the direction means nothing, unless it stands beside the column
                table = ascending
        return settled(table)

    def _finished_column(self, raw: _RawColumn, names: dict[str, str]) -> Column:
        column = raw.column
        if raw.generated:
            tokens, kept = raw.generated
            column = replace(column, generated=Generated(expression=expression(tokens, names, self.name), stored=kept))
        if folded(column.name) in self.numbered:
            column = replace(column, identity=Identity(generation="autoincrement"))
        return column

    # ------------------------------------------------------------ columns

    def _column(self) -> None:
        cursor = self.cursor
        name = cursor.name()
        words: list[Token] = []
        numbers: list[Token] | None = None
        while cursor.kind() in ("word", "quoted", "string") and cursor.word() not in _ENDS_TYPE:
            if cursor.word() == "GENERATED" and cursor.word(1) == "ALWAYS":
                break
            words.append(cursor.take())
        if words and cursor.word() == "(":
            numbers = cursor.brackets()
        nullable, default, collated = True, None, None
        options: dict[str, str] = {}
        generated: tuple[list[Token], bool] | None = None
        constraint: str | None = None
        while cursor.word() not in (",", ")") and not cursor.done:
            if cursor.accept("CONSTRAINT"):
                constraint = cursor.name()
                continue
            if cursor.accept("NOT", "NULL"):
                nullable = False
                conflict = self._conflict()
                if conflict:
                    options[NOT_NULL_CONFLICT] = conflict
            elif cursor.accept("NULL"):
                self._conflict()
            elif cursor.accept("DEFAULT"):
                default = self._default()
            elif cursor.accept("COLLATE"):
                collated = collation(cursor.name())
            elif cursor.accept("GENERATED", "ALWAYS", "AS") or cursor.accept("AS"):
                tokens = cursor.brackets()
                generated = (tokens, cursor.accept("STORED"))
                cursor.accept("VIRTUAL")
            elif cursor.accept("PRIMARY", "KEY"):
                self._column_primary_key(name, constraint)
            elif cursor.accept("UNIQUE"):
                self.uniques.append(Unique(columns=(name,), name=constraint, conflict=self._conflict()))
            elif cursor.accept("CHECK"):
                self.checks.append((constraint, cursor.brackets()))
            elif cursor.accept("REFERENCES"):
                self.foreign_keys.append(self._references((name,), constraint))
            elif not self._lone_deferral():
                cursor.expect("a column constraint")
            constraint = None
        type_ = type_of(declared_type(words, numbers))
        column = Column(name=name, type=type_, nullable=nullable, default=default, collation=collated, options=options)
        self.columns.append(_RawColumn(column, generated))

    def _column_primary_key(self, name: str, constraint: str | None) -> None:
        cursor = self.cursor
        descending = cursor.accept("DESC")
        cursor.accept("ASC")
        conflict = self._conflict()
        if cursor.accept("AUTOINCREMENT"):
            self.numbered.add(folded(name))
        direction = (True,) if descending else ()
        self.key = PrimaryKey(columns=(name,), name=constraint, conflict=conflict, descending=direction)

    def _default(self) -> str | None:
        cursor = self.cursor
        if cursor.word() == "(":
            return default_expression(cursor.brackets())
        tokens = [cursor.take()]
        if tokens[0].text in ("+", "-"):
            tokens.append(cursor.take())
        return default_expression(tokens)

    def _conflict(self) -> str | None:
        if not self.cursor.accept("ON", "CONFLICT"):
            return None
        word = self.cursor.name().upper()
        return None if word == "ABORT" else word

    # ------------------------------------------------------------ table constraints

    def _table_constraint(self) -> None:
        cursor = self.cursor
        name: str | None = None
        while cursor.accept("CONSTRAINT"):
            name = cursor.name()
            if cursor.word() in (",", ")"):
                return
        if cursor.accept("PRIMARY", "KEY"):
            columns, descending, options = self._key_columns(cursor.brackets())
            conflict = self._conflict()
            self.key = PrimaryKey(columns=columns, name=name, conflict=conflict, descending=descending, options=options)
            self.key_in_table = True
        elif cursor.accept("UNIQUE"):
            columns, descending, options = self._key_columns(cursor.brackets())
            self.uniques.append(Unique(columns=columns, name=name, conflict=self._conflict(), options=options))
        elif cursor.accept("CHECK"):
            self.checks.append((name, cursor.brackets()))
            self._conflict()
        else:
            cursor.expect("FOREIGN", "KEY")
            own = tuple(name_of(part[0]) for part in split_list(cursor.brackets()))
            cursor.expect("REFERENCES")
            self.foreign_keys.append(self._references(own, name))

    def _key_columns(self, tokens: list[Token]) -> tuple[tuple[str, ...], tuple[bool, ...], dict[str, str]]:
        """The columns of a key, whether each is descending (empty where none is), and its parts if they have collations."""
        names: list[str] = []
        descending: list[bool] = []
        written: list[str] = []
        collated = False
        for tokens_of_part in split_list(tokens):
            if tokens_of_part[-1].text.upper() == "AUTOINCREMENT":
                tokens_of_part = tokens_of_part[:-1]
                self.numbered.add(folded(name_of(tokens_of_part[0])))
            part = key_part(tokens_of_part, {}, self.name)
            name = name_of(tokens_of_part[0])
            names.append(name)
            descending.append(part.descending)
            collated = collated or part.collation is not None
            written.append(written_part(KeyPart(column=name, collation=part.collation, descending=part.descending)))
        options = {KEY_PARTS: ", ".join(written)} if collated else {}
        return tuple(names), tuple(descending) if any(descending) else (), options

    # ------------------------------------------------------------ foreign keys

    def _references(self, columns: tuple[str, ...], name: str | None) -> ForeignKey:
        cursor = self.cursor
        parent = cursor.name()
        referenced: tuple[str, ...] = ()
        if cursor.word() == "(":
            referenced = tuple(name_of(part[0]) for part in split_list(cursor.brackets()))
        actions: dict[str, Action] = {"DELETE": "no action", "UPDATE": "no action", "INSERT": "no action"}
        match = "SIMPLE"
        while True:
            if cursor.word() == "ON" and cursor.word(1) in actions:
                cursor.take()
                event = cursor.take().text.upper()
                actions[event] = self._action()
            elif cursor.accept("MATCH"):
                match = cursor.name().upper()
            else:
                break
        return ForeignKey(
            columns=columns,
            table=("", parent),
            referenced=referenced,
            name=name,
            on_delete=actions["DELETE"],
            on_update=actions["UPDATE"],
            match="full" if match == "FULL" else "partial" if match == "PARTIAL" else "simple",
            deferral=self._deferral(),
        )

    def _action(self) -> Action:
        first = self.cursor.name().lower()
        if first in ("set", "no"):
            first = f"{first} {self.cursor.name().lower()}"
        return cast(Action, first)

    def _deferral(self) -> Deferral | None:
        cursor = self.cursor
        if cursor.accept("NOT", "DEFERRABLE"):
            if cursor.accept("INITIALLY"):
                cursor.take()
            return None
        if not cursor.accept("DEFERRABLE"):
            return None
        return "deferred" if cursor.accept("INITIALLY") and cursor.take().text.upper() == "DEFERRED" else "immediate"

    def _lone_deferral(self) -> bool:
        """A deferral clause apart from its REFERENCES changes the key before it."""
        word = self.cursor.word()
        if word != "DEFERRABLE" and not (word == "NOT" and self.cursor.word(1) == "DEFERRABLE"):
            return False
        deferral = self._deferral()
        if self.foreign_keys:
            self.foreign_keys[-1] = replace(self.foreign_keys[-1], deferral=deferral)
        return True


# ---------------------------------------------------------------- indexes, views, triggers


def key_part(tokens: list[Token], columns: dict[str, Column], table: str) -> KeyPart:
    """One key of an index. A collation that is the column's own is left out."""
    tokens = list(tokens)
    descending = False
    if len(tokens) > 1 and tokens[-1].kind == "word" and tokens[-1].text.upper() in ("ASC", "DESC"):
        descending = tokens.pop().text.upper() == "DESC"
    collated: str | None = None
    if len(tokens) > 2 and tokens[-2].text.upper() == "COLLATE":
        collated = collation(name_of(tokens[-1])) or "BINARY"
        tokens = tokens[:-2]
    if len(tokens) == 1 and tokens[0].kind in ("word", "quoted", "string"):
        column = columns.get(folded(name_of(tokens[0])))
        if column is not None or tokens[0].kind == "word":
            own = (column.collation if column else None) or "BINARY"
            return KeyPart(
                column=column.name if column else name_of(tokens[0]),
                descending=descending,
                collation=None if collated == own else collated,
            )
    names = {low: column.name for low, column in columns.items()}
    return KeyPart(expression=expression(tokens, names, table), descending=descending, collation=collated)


def written_part(part: KeyPart) -> str:
    """One key of an index as SQL."""
    text = quote(part.column) if part.column is not None else part.expression or ""
    return f"{text}{f' COLLATE {quote(part.collation)}' if part.collation else ''}{' DESC' if part.descending else ''}"


def parse_index(sql: str, name: str, table: Table) -> Index:
    """The index of a CREATE INDEX statement."""
    cursor = Cursor(sql)
    cursor.expect("CREATE")
    unique = cursor.accept("UNIQUE")
    cursor.expect("INDEX")
    _pass_object_name(cursor)
    cursor.expect("ON")
    cursor.name()
    columns = {folded(column.name): column for column in table.columns}
    parts = tuple(key_part(tokens, columns, table.name) for tokens in split_list(cursor.brackets()))
    predicate = None
    if cursor.accept("WHERE"):
        predicate = expression(cursor.rest(), names_of(table.columns), table.name)
    return Index(name=name, parts=parts, unique=unique, predicate=predicate)


def parse_view(sql: str) -> ViewText:
    """The query and the declared columns of a CREATE VIEW statement."""
    cursor = Cursor(sql)
    cursor.expect("CREATE")
    if not cursor.accept("TEMP"):
        cursor.accept("TEMPORARY")
    cursor.expect("VIEW")
    _pass_object_name(cursor)
    declared = split_list(cursor.brackets()) if cursor.word() == "(" else []
    cursor.expect("AS")
    return ViewText(tidy(cursor.rest()), tuple(name_of(part[0]) for part in declared))


def parse_trigger(sql: str, name: str) -> Trigger:
    """The trigger of a CREATE TRIGGER statement. Its definition names no database before the trigger's name."""
    cursor = Cursor(sql)
    cursor.expect("CREATE")
    if not cursor.accept("TEMP"):
        cursor.accept("TEMPORARY")
    cursor.expect("TRIGGER")
    _pass_object_name(cursor)
    definition = f"CREATE TRIGGER {quote(name)} {tidy(cursor.rest())}"
    timing: Literal["before", "after", "instead of"] = "before"
    if cursor.accept("AFTER"):
        timing = "after"
    elif cursor.accept("INSTEAD", "OF"):
        timing = "instead of"
    else:
        cursor.accept("BEFORE")
    event: Literal["insert", "update", "delete"] = "update"
    if cursor.accept("INSERT"):
        event = "insert"
    elif cursor.accept("DELETE"):
        event = "delete"
    return Trigger(name=name, timing=timing, events=(event,), definition=definition)
