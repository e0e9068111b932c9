"""Columns, constraints and indexes → their SQL."""

from dbwright.catalog.parts import Check, Column, Deferral, ForeignKey, Identity, Index, KeyPart, PrimaryKey, Unique
from dbwright.engines.postgres.words import identifier, listed, literal, qualified

_SERIALS = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}


def column_sql(namespace: str, table: str, column: Column, *, default: bool = True, serial: bool = False) -> str:
    """A column of CREATE TABLE. default: whether to write its default here. serial: with the word serial."""
    spelling = _SERIALS[column.type.spelling] if serial else column.type.spelling
    words = [identifier(column.name), spelling]
    if column.options.get("foreign"):
        words.append(f"OPTIONS ({column.options['foreign']})")
    if column.collation:
        words.append(f"COLLATE {column.collation}")
    if column.generated:
        kind = "STORED" if column.generated.stored else "VIRTUAL"
        words.append(f"GENERATED ALWAYS AS ({column.generated.expression}) {kind}")
    elif column.identity and column.identity.generation != "serial":
        words.append(identity_sql(namespace, table, column.name, column.identity))
    elif default and column.default is not None:
        words.append(f"DEFAULT {column.default}")
    if not column.nullable:
        words.append("NOT NULL")
    return " ".join(words)


def identity_sql(namespace: str, table: str, column: str, identity: Identity) -> str:
    """GENERATED … AS IDENTITY with what is unusual about its sequence."""
    generation = "ALWAYS" if identity.generation == "always" else "BY DEFAULT"
    settings = sequence_settings(identity)
    if identity.sequence and identity.sequence != (namespace, usual_sequence_name(table, column)):
        settings.insert(0, f"SEQUENCE NAME {qualified(*identity.sequence)}")
    return f"GENERATED {generation} AS IDENTITY" + (f" ({' '.join(settings)})" if settings else "")


def sequence_settings(identity: Identity) -> list[str]:
    """What is unusual about the sequence of an identity or serial column."""
    numbers = {
        "START WITH": identity.start,
        "INCREMENT BY": identity.increment,
        "MINVALUE": identity.minimum,
        "MAXVALUE": identity.maximum,
        "CACHE": identity.cache,
    }
    found = [f"{words} {number}" for words, number in numbers.items() if number is not None]
    return [*found, "CYCLE"] if identity.cycle else found


def usual_sequence_name(table: str, column: str) -> str:
    """The name that the server gives to the sequence of a column, when no other relation has it."""
    return cut_together(table, column, "seq")


def cut_together(first: str, second: str, label: str) -> str:
    """Names joined by "_" as the server does it: the longer of the two gives way until all fits into 63 bytes."""
    one, two = first.encode(), second.encode()
    room = 63 - len(label.encode()) - 1 - (1 if second else 0)
    while len(one) + len(two) > room:
        if len(one) > len(two):
            one = one[:-1]
        else:
            two = two[:-1]
    parts = (
        [one.decode(errors="ignore"), two.decode(errors="ignore"), label]
        if second
        else [one.decode(errors="ignore"), label]
    )
    return "_".join(parts)


# ---------------------------------------------------------------- constraints


def _named(name: str | None) -> str:
    return f"CONSTRAINT {identifier(name)} " if name else ""


def deferral_words(deferral: Deferral | None) -> str:
    """DEFERRABLE and INITIALLY DEFERRED, with a space before."""
    if deferral is None:
        return ""
    return " DEFERRABLE INITIALLY DEFERRED" if deferral == "deferred" else " DEFERRABLE"


def _key_columns(columns: tuple[str, ...], last_words: str) -> str:
    names = [identifier(name) for name in columns]
    names[-1] += last_words
    return f"({', '.join(names)})"


def _index_settings(options: dict[str, str]) -> str:
    parameters = {name: value for name, value in options.items() if name != "tablespace"}
    text = f" WITH ({settings_sql(parameters)})" if parameters else ""
    if "tablespace" in options:
        text += f" USING INDEX TABLESPACE {identifier(options['tablespace'])}"
    return text


def primary_key_sql(key: PrimaryKey) -> str:
    """A primary key as a table constraint."""
    columns = _key_columns(key.columns, " WITHOUT OVERLAPS" if key.without_overlaps else "")
    include = f" INCLUDE {listed(key.include)}" if key.include else ""
    return (
        f"{_named(key.name)}PRIMARY KEY {columns}{include}{_index_settings(key.options)}{deferral_words(key.deferral)}"
    )


def unique_sql(unique: Unique) -> str:
    """A unique constraint as a table constraint."""
    nulls = "" if unique.nulls_distinct else " NULLS NOT DISTINCT"
    columns = _key_columns(unique.columns, " WITHOUT OVERLAPS" if unique.without_overlaps else "")
    include = f" INCLUDE {listed(unique.include)}" if unique.include else ""
    settings = _index_settings(unique.options)
    return f"{_named(unique.name)}UNIQUE{nulls} {columns}{include}{settings}{deferral_words(unique.deferral)}"


def foreign_key_sql(key: ForeignKey) -> str:
    """A foreign key as a table constraint."""
    period = len(key.columns) - 1 if key.with_period else -1

    def columns(names: tuple[str, ...]) -> str:
        shown = [("PERIOD " if place == period else "") + identifier(name) for place, name in enumerate(names)]
        return f"({', '.join(shown)})"

    text = f"{_named(key.name)}FOREIGN KEY {columns(key.columns)} REFERENCES {qualified(*key.table)}"
    if key.referenced:
        text += f" {columns(key.referenced)}"
    if key.match == "full":
        text += " MATCH FULL"
    if key.on_update != "no action":
        text += f" ON UPDATE {key.on_update.upper()}"
    if key.on_delete != "no action":
        text += f" ON DELETE {key.on_delete.upper()}"
        if key.on_delete_columns:
            text += f" {listed(key.on_delete_columns)}"
    return text + deferral_words(key.deferral) + _state(key.validated, key.enforced)


def check_sql(check: Check) -> str:
    """A check as a table constraint."""
    no_inherit = " NO INHERIT" if check.no_inherit else ""
    return f"{_named(check.name)}CHECK ({check.expression}){no_inherit}{_state(check.validated, check.enforced)}"


def _state(validated: bool, enforced: bool) -> str:
    if not enforced:
        return " NOT ENFORCED"
    return "" if validated else " NOT VALID"


# ---------------------------------------------------------------- indexes


def index_sql(namespace: str, table: str, index: Index, *, only: bool = False, concurrently: bool = False) -> str:
    """CREATE INDEX. only: on a partitioned table without its partitions."""
    words = ["CREATE UNIQUE INDEX" if index.unique else "CREATE INDEX"]
    if concurrently:
        words.append("CONCURRENTLY")
    words += [identifier(index.name), "ON ONLY" if only else "ON", qualified(namespace, table)]
    words += [f"USING {identifier(index.method)}", f"({', '.join(key_part_sql(part) for part in index.parts)})"]
    if index.include:
        words.append(f"INCLUDE {listed(index.include)}")
    if not index.nulls_distinct:
        words.append("NULLS NOT DISTINCT")
    parameters = {
        name: value
        for name, value in index.options.items()
        if name != "tablespace" and not name.startswith("statistics ")
    }
    if parameters:
        words.append(f"WITH ({settings_sql(parameters)})")
    if "tablespace" in index.options:
        words.append(f"TABLESPACE {identifier(index.options['tablespace'])}")
    if index.predicate:
        words.append(f"WHERE {index.predicate}")
    return " ".join(words)


def key_part_sql(part: KeyPart) -> str:
    """One key of an index or of a partitioning."""
    text = identifier(part.column) if part.column else f"({part.expression})"
    if part.collation:
        text += f" COLLATE {part.collation}"
    if part.opclass:
        text += f" {part.opclass}"
        if part.opclass_options:
            text += f" ({_operator_class_settings(part.opclass_options)})"
    if part.descending:
        text += " DESC"
    if part.nulls_first is not None:
        text += " NULLS FIRST" if part.nulls_first else " NULLS LAST"
    return text


def _operator_class_settings(text: str) -> str:
    pairs = (entry.partition("=") for entry in text.split(", "))
    return ", ".join(f"{identifier(name)}={_setting(value)}" for name, _, value in pairs)


def settings_sql(parameters: dict[str, str]) -> str:
    """Storage parameters as WITH (…) takes them."""

    def shown(name: str) -> str:
        return ".".join(identifier(part) for part in name.split("."))

    return ", ".join(f"{shown(name)}={_setting(value)}" for name, value in parameters.items())


def _setting(value: str) -> str:
    plain = value.replace(".", "", 1).removeprefix("-").isdigit() or value in ("on", "off", "true", "false")
    return value if plain else literal(value)
