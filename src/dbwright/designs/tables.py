"""The columns and keys of the tables that a design's texts make, as far as building blocks need them."""

import re

import msgspec

_TABLE = re.compile(r"^CREATE TABLE (?:IF NOT EXISTS )?(?P<name>[\w.]+) \($(?P<body>.*?)^\)", re.MULTILINE | re.DOTALL)
_COLUMN = re.compile(r"^    (?P<name>[a-z_]\w*) (?P<rest>.+?)(?:\s+-- .*)?$", re.MULTILINE)
_KEY = re.compile(r"^    (?:CONSTRAINT \w+ )?PRIMARY KEY \((?P<columns>[\w, ]+)\)", re.MULTILINE)
_ADDED = re.compile(r"^ALTER TABLE (?P<table>[\w.]+)\s+ADD COLUMN (?P<name>[a-z_]\w*) (?P<rest>[^,;]+)", re.MULTILINE)
_TYPE = re.compile(
    r"\w+(?: precision| unsigned)?(?:\([^)]*\))?(?:\[\])?(?: CHARACTER SET \w+)?(?: COLLATE \w+)?", re.IGNORECASE
)
_BINARY = re.compile(r"\b(?:bytea|blob|tinyblob|mediumblob|longblob|binary|varbinary)\b", re.IGNORECASE)


class Known(msgspec.Struct):
    """What a text says of a table: its columns in their order, their types, those that hold bytes, and its primary key."""

    columns: list[str] = []
    types: dict[str, str] = {}
    binary: list[str] = []
    key: tuple[str, ...] = ()

    def learn(self, column: str, definition: str) -> None:
        """One more column."""
        self.columns.append(column)
        kind = _TYPE.match(definition)
        if kind and "GENERATED ALWAYS AS (" not in definition:
            self.types[column] = kind[0]
        if _BINARY.search(definition.partition("COMMENT")[0]):
            self.binary.append(column)
        if "PRIMARY KEY" in definition:
            self.key = (column,)


def learn(text: str, tables: dict[str, Known]) -> None:
    """Add to `tables` what a part's text makes."""
    for made in _TABLE.finditer(text):
        known = tables[made["name"]] = Known()
        for column in _COLUMN.finditer(made["body"]):
            known.learn(column["name"], column["rest"])
        if key := _KEY.search(made["body"]):
            known.key = tuple(name.strip() for name in key["columns"].split(","))
    for added in _ADDED.finditer(text):
        tables.setdefault(added["table"], Known()).learn(added["name"], added["rest"])
