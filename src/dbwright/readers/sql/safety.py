"""What a script must not do on a scratch database, and what makes no sense there.

A SQL file may come from anywhere. Statements that reach out of the database (files, programs, other servers) are refused by
what they name, also inside routine bodies; for PostgreSQL, `sandbox` beside takes away the rights as well.
"""

import re

from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.scan import Dialect

_OUTSIDE: dict[Dialect, tuple[tuple[str, str], ...]] = {
    "postgres": (
        (r"\bCOPY\b[^;]*?\b(?:FROM|TO)\s+PROGRAM\b", "it runs a program"),
        (r"\b(?:pg_read_\w+|pg_ls_\w+|pg_stat_file|lo_import|lo_export|pg_file_\w+)\s*\(", "it reaches for files"),
        (r"\b(?:dblink\w*|pg_reload_conf|pg_terminate_backend|pg_cancel_backend|pg_rotate_logfile)\s*\(", "it reaches out of its database"),
    ),
    "mysql": (
        (r"\bINTO\s+(?:OUTFILE|DUMPFILE)\b", "it writes a file"),
        (r"\bLOAD_FILE\s*\(", "it reads a file"),
        (r"\bLOAD\s+(?:DATA|XML)\b", "it loads a file"),
        (r"\bSONAME\b", "it loads a library"),
        (r"\bDATA\s+DIRECTORY\s*=?\s*'|\bINDEX\s+DIRECTORY\s*=?\s*'", "it names a folder of the server"),
    ),
    "sqlite": (
        (r"\b(?:load_extension|readfile|writefile|edit|fts3_tokenizer)\s*\(", "it reaches for files or libraries"),
    ),
}  # fmt: skip
_COMPILED = {
    dialect: tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), reason) for pattern, reason in patterns)
    for dialect, patterns in _OUTSIDE.items()
}
_ROWS = re.compile(r"(?:INSERT|REPLACE)\b", re.IGNORECASE)
_UNTRUSTED = re.compile(r"\bLANGUAGE\s+['\"]?(?:c|internal|plpython\w*u|plperlu|pltclu|plsh|plr)\b", re.IGNORECASE)
_TRUSTED_EXTENSIONS = frozenset(
    "plpgsql pg_trgm btree_gin btree_gist citext cube dict_int fuzzystrmatch hstore intarray isn lo ltree pgcrypto "
    "seg tablefunc tcn tsm_system_rows tsm_system_time unaccent uuid-ossp earthdistance bloom vector postgis "
    "postgis_topology postgis_raster pg_stat_statements pgstattuple xml2 h3 age timescaledb pg_partman rum hypopg".split()
)
_LEFT_OUT: dict[Dialect, tuple[tuple[tuple[str, ...], str], ...]] = {
    "postgres": (
        (("CREATE", "DATABASE"), "everything goes into the scratch database"),
        (("DROP", "DATABASE"), "everything goes into the scratch database"),
        (("ALTER", "DATABASE"), "everything goes into the scratch database"),
        (("COMMENT", "ON", "DATABASE"), "everything goes into the scratch database"),
        (("CREATE", "TABLESPACE"), "it is of the whole server"),
        (("DROP", "TABLESPACE"), "it is of the whole server"),
        (("ALTER", "SYSTEM"), "it is of the whole server"),
        (("SET", "ROLE"), "the script runs as one user"),
        (("SET", "SESSION", "AUTHORIZATION"), "the script runs as one user"),
        (("SET", "LOCAL", "ROLE"), "the script runs as one user"),
        (("RESET", "ROLE"), "the script runs as one user"),
        (("RESET", "SESSION", "AUTHORIZATION"), "the script runs as one user"),
        (("CREATE", "ROLE"), "roles are of the whole server"),
        (("CREATE", "USER"), "roles are of the whole server"),
        (("CREATE", "GROUP"), "roles are of the whole server"),
        (("ALTER", "ROLE"), "roles are of the whole server"),
        (("ALTER", "USER"), "roles are of the whole server"),
        (("DROP", "ROLE"), "roles are of the whole server"),
        (("DROP", "USER"), "roles are of the whole server"),
        (("CREATE", "SUBSCRIPTION"), "it reaches out to another server"),
        (("ALTER", "SUBSCRIPTION"), "it reaches out to another server"),
        (("CREATE", "PUBLICATION"), "replication has no place on a scratch database"),
        (("ALTER", "PUBLICATION"), "replication has no place on a scratch database"),
        (("VACUUM",), "a scratch database has nothing to clean"),
        (("CLUSTER",), "a scratch database has nothing to clean"),
        (("CHECKPOINT",), "it is of the whole server"),
        (("LOAD",), "it loads a library"),
        (("LISTEN",), "nobody listens"),
        (("NOTIFY",), "nobody listens"),
    ),
    "mysql": (
        (("CREATE", "DATABASE"), "everything goes into the scratch database"),
        (("DROP", "DATABASE"), "everything goes into the scratch database"),
        (("ALTER", "DATABASE"), "everything goes into the scratch database"),
        (("CREATE", "SCHEMA"), "everything goes into the scratch database"),
        (("DROP", "SCHEMA"), "everything goes into the scratch database"),
        (("ALTER", "SCHEMA"), "everything goes into the scratch database"),
        (("USE",), "everything goes into the scratch database"),
        (("CREATE", "USER"), "accounts are of the whole server"),
        (("DROP", "USER"), "accounts are of the whole server"),
        (("ALTER", "USER"), "accounts are of the whole server"),
        (("CREATE", "ROLE"), "accounts are of the whole server"),
        (("DROP", "ROLE"), "accounts are of the whole server"),
        (("GRANT",), "accounts are of the whole server"),
        (("REVOKE",), "accounts are of the whole server"),
        (("SET", "ROLE"), "the script runs as one user"),
        (("SET", "PASSWORD"), "accounts are of the whole server"),
        (("SET", "GLOBAL"), "it is of the whole server"),
        (("SET", "PERSIST"), "it is of the whole server"),
        (("SET", "@", "@", "GLOBAL"), "it is of the whole server"),
        (("CREATE", "TABLESPACE"), "it is of the whole server"),
        (("CREATE", "LOGFILE"), "it is of the whole server"),
        (("CREATE", "SERVER"), "it reaches out to another server"),
        (("INSTALL",), "it loads a library"),
        (("UNINSTALL",), "it is of the whole server"),
        (("FLUSH",), "it is of the whole server"),
        (("RESET",), "it is of the whole server"),
        (("PURGE",), "it is of the whole server"),
        (("CHANGE",), "it is of the whole server"),
        (("SHUTDOWN",), "it is of the whole server"),
        (("KILL",), "it is of the whole server"),
    ),
    "sqlite": (
        (("ATTACH",), "it opens another file"),
        (("DETACH",), "it is about another file"),
        (("VACUUM",), "a scratch database has nothing to clean"),
        (("PRAGMA", "TEMP_STORE_DIRECTORY"), "it names a folder"),
        (("PRAGMA", "DATA_STORE_DIRECTORY"), "it names a folder"),
        (("PRAGMA", "JOURNAL_MODE"), "it is about the file"),
        (("PRAGMA", "WRITABLE_SCHEMA"), "it would write the schema by hand"),
    ),
}


def reason_to_leave_out(text: str, dialect: Dialect) -> str | None:
    """Why a statement is not run on a scratch database; None where it is."""
    outside = next((reason for pattern, reason in _COMPILED[dialect] if pattern.search(text)), None)
    if _ROWS.match(text):
        if outside is None:
            return None
        # The strings of an INSERT are data; elsewhere they can be code.
        code = " ".join(token.text for token in Cursor(text, dialect).tokens if token.kind not in ("string", "dollar"))
        return next((reason for pattern, reason in _COMPILED[dialect] if pattern.search(code)), None)
    cursor = Cursor(text, dialect)
    for head, reason in _LEFT_OUT[dialect]:
        if all(cursor.ahead(offset).upper == word for offset, word in enumerate(head)):
            return reason
    if dialect == "postgres" and (reached := _postgres(text, cursor)):
        return reached
    return outside


def _postgres(text: str, cursor: Cursor) -> str | None:
    head = cursor.here.upper
    if head == "COPY":
        words = [token.upper for token in cursor.tokens]
        if "PROGRAM" in words:
            return "it runs a program"
        if "STDIN" not in words:
            return "it reads or writes a file, or prints rows"
    if head == "CREATE" and cursor.ahead().upper == "EXTENSION":
        name = next((t for t in cursor.tokens[2:] if t.upper not in ("IF", "NOT", "EXISTS")), None)
        if name is not None and name.text.strip('"').lower() not in _TRUSTED_EXTENSIONS:
            return f"the extension {name.text} is not known to keep inside its database"
    if head in ("CREATE", "DO") and _UNTRUSTED.search(text):
        return "its language reaches out of the database"
    return None
