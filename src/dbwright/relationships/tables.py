"""Which tables are the user's own design, what they are for, and which columns hold flags, as far as names and types say."""

import re
from collections.abc import Iterator

from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.relationships.words import stem, word_set, words

_SHADOWS = (
    "_data",
    "_idx",
    "_content",
    "_docsize",
    "_config",
    "_node",
    "_rowid",
    "_parent",
    "_segments",
    "_segdir",
    "_stat",
)
_TOOLS = re.compile(
    r"alembic_version|django_(migrations|content_type|session|site|admin_log)|schema_migrations|schema_version|"
    r"ar_internal_metadata|flyway_schema_history|databasechangelog(lock)?|knex_migrations(_lock)?|goose_db_version|"
    r"__efmigrationshistory|_prisma_migrations|spatial_ref_sys|geometry_columns|sqlite_.*|atlas_schema_revisions|"
    r"active_storage_(attachments|blobs|variant_records)|action_text_rich_texts|action_mailbox_inbound_emails|delayed_jobs|"
    r"typeorm_metadata|migrations|dbwright_.*",
    re.IGNORECASE,
)

RECORDS = word_set(
    "activity analytics archive archived audit backup bak cache changelog click copy event feed grid heartbeat history import "
    "impression journal log login metric outbox queue raw reading replica request sample snapshot stage staging stream temp "
    "tmp trace tracking trail view visit"
)
"""Words in the names of tables that record what happened, or hold copies: they keep rows after their parents are gone."""


def own_tables(catalog: Catalog) -> Iterator[Table]:
    """The tables whose design is the user's: no foreign, virtual or temporary ones, no partitions (their parent stands
    for them), none that belong to a migration tool, an extension or a virtual table of SQLite.
    """
    shadows = {f"{table.name}{ending}" for table in catalog.tables if table.kind == "virtual" for ending in _SHADOWS}
    for table in catalog.tables:
        if table.kind in ("foreign", "virtual") or table.temporary or table.partition_of or table.name in shadows:
            continue
        if not _TOOLS.fullmatch(table.name):
            yield table


def keeps_records(table: Table) -> bool:
    """Whether the table's name says that it logs, archives or stages, so that rows repeat and outlive their parents."""
    named = stem(table.name)
    return bool(RECORDS.intersection(named)) and named[-1:] != ("type",)


_FLAGS = word_set(
    "active approved archived available blocked canceled cancelled closed completed confirmed current deleted "
    "disabled done enabled favorite featured hidden locked main paid pinned preferred primary private public "
    "published read removed required resolved selected sent starred subscribed verified visible"
)


def is_boolean(column: Column) -> bool:
    """Whether a column holds true and false: by its type, or as a small number with a name that says so."""
    type_ = column.type
    if type_.kind == "boolean" or (type_.kind == "bit" and type_.length in (None, 1)):
        return True
    spelling = type_.spelling.lower()
    if type_.kind == "integer" and spelling.startswith("tinyint(1)"):
        return True
    named = words(column.name)
    if not named or type_.kind not in ("integer", "decimal", "untyped"):
        return False
    asks = named[0] in ("is", "has", "can", "was", "should", "allow", "allows") and len(named) > 1
    return asks or (len(named) == 1 and named[0] in _FLAGS)


_KINDS = ("class", "kind", "model", "table", "type")
_IDS = word_set("fk guid id uuid")


def polymorphic_type(table: Table, column: Column) -> Column | None:
    """The column that says which table a polymorphic reference points at: `x_type` beside `x_id`."""
    named = words(column.name)
    if len(named) < 2 or named[-1] not in _IDS:
        return None
    for other in table.columns:
        beside = words(other.name)
        told = beside[:-1] == named[:-1] and bool(beside) and beside[-1] in _KINDS
        if told and (other.type.is_text or other.type.kind == "enum"):
            return other
    return None
