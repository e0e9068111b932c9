"""Which columns look like natural keys: what tells one row from another in the world outside, as far as names and types say."""

from collections.abc import Iterable, Iterator

from dbwright.catalog.objects import Column, Table
from dbwright.rules.base import Subject
from dbwright.rules.design._names import same_noun, stem, word_set, words
from dbwright.rules.design._tables import base_type, keeps_records, own_tables

_ALWAYS = word_set(
    "barcode ean gtin guid handle hostname iban imei imsi isbn isbn10 isbn13 iso2 iso3 issn login sku slug ssn upc "
    "username uuid vin"
)
"""Words that by themselves name a key, at the end of a column's name."""
_OWN = word_set("code identifier key no nr num number ref reference token")
"""Words that name a key where they stand alone or after the table's own noun (orders.order_number)."""
_PEOPLE = word_set(
    "account admin author buyer client customer employee member person player profile staff student subscriber teacher user"
)
_WITHIN = word_set("code key line lineno no nr num number revision seq sequence sku slug version")
"""Words that number rows within their parent (invoice_id, line_number)."""
_FOREIGN_WORDS = word_set(
    "area bank batch card city color colour country currency customer dial error exit group house language line "
    "locale lot new old original page parent phone post postal product region related response result room sort "
    "state status street swift tax track version zip"
)


def natural_keys(subject: Subject) -> Iterator[tuple[Table, tuple[str, ...]]]:
    """Columns and pairs that look like keys by their names and types, and that no key covers."""
    for table in own_tables(subject.catalog):
        if keeps_records(table):
            continue
        keys = [set(key) for key in table.keys] + [set(index.columns) for index in table.indexes if index.unique]
        guarded = {name for index in table.indexes if index.unique for name in _in_expressions(table, index.parts)}
        referring = {name for key in table.foreign_keys for name in key.columns}
        for column in table.columns:
            if column.name in referring or column.name in guarded or not can_be_key(subject, column):
                continue
            if not any(column.name in key for key in keys) and is_key_name(table, column):
                yield table, (column.name,)
            if any(column.name in key and None not in key and key - {column.name} <= referring for key in keys):
                continue  # unique within one parent is what was meant
            if words(column.name)[-1:] and words(column.name)[-1] in _WITHIN and _is_plain(table, column):
                for key in table.foreign_keys:
                    parent = key.columns
                    whole = {*parent, column.name}
                    covered = any(each <= whole for each in keys if None not in each)
                    if len(parent) == 1 and not covered and not _is_nullable(table, parent[0]):
                        yield table, (parent[0], column.name)
                        break


def _in_expressions(table: Table, parts: Iterable[object]) -> Iterator[str]:
    """The columns that the expressions of a unique index mention (lower(email))."""
    text = " ".join(str(getattr(part, "expression", None) or "") for part in parts)
    yield from (column.name for column in table.columns if column.name in text)


def _is_nullable(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is None or column.nullable


def can_be_key(subject: Subject, column: Column) -> bool:
    type_ = base_type(subject, column.type)
    if column.generated or column.identity:
        return False
    return type_.kind in ("integer", "decimal", "char", "varchar", "text", "uuid", "binary") and not type_.scale


def is_key_name(table: Table, column: Column) -> bool:
    """Whether a column's name says that it tells one row of this table from another."""
    named = words(column.name)
    if not named:
        return False
    if belongs_to_person(table, column.name):
        return True
    own = stem(table.name)
    if len(own) and stem(column.name) == own[-1:]:
        return False  # the key in ssh_keys is what the row holds, not what tells it from others
    qualifier = stem("_".join(named[:-1]))
    about_others = bool(_FOREIGN_WORDS.intersection(qualifier) - set(own)) or "id" in qualifier
    if named[-1] in ("iban", "login", "username") and own[-1:] != ("account",):
        return False  # several may share a bank account, or a name on another system
    if named[-1] in _ALWAYS:
        return not about_others and (
            not qualifier
            or qualifier == own[-len(qualifier) :]
            or named[-1] not in ("login", "uuid", "guid", "slug", "handle", "hostname", "username")
        )
    if qualifier == ("iso",) and named[-1] in ("code", "number", "2", "3"):
        return True
    if named == ("external", "id") and column.type.kind != "integer":
        return True
    return named[-1] in _OWN and _is_plain(table, column)


def _is_plain(table: Table, column: Column) -> bool:
    """Whether the words before the last are none, or the table's own noun."""
    qualifier = stem("_".join(words(column.name)[:-1]))
    own = stem(table.name)
    return not qualifier or qualifier == own[-len(qualifier) :] or same_noun("".join(qualifier), "".join(own))


def belongs_to_person(table: Table, name: str) -> bool:
    """Whether a column is the e-mail address or the log-in name of the people that a table lists."""
    own = stem(table.name)
    named = stem(name)
    if not own or own[-1] not in _PEOPLE:
        return False
    if named[:1] == own[-1:]:
        named = named[1:]
    return named in (
        ("email",),
        ("email", "address"),
        ("e", "mail"),
        ("username",),
        ("user", "name"),
        ("login",),
        ("login", "name"),
    )


def folds_case(subject: Subject, table: Table, name: str) -> bool:
    """Whether the column holds e-mail addresses or log-in names, and the engine tells capitals from small letters there."""
    column = table.column(name)
    if subject.engine == "mysql" or column is None or not belongs_to_person(table, name):
        return False
    return column.type.is_text and (column.collation or "").upper() != "NOCASE" and column.type.spelling != "citext"
