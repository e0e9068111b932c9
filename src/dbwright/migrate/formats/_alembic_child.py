"""Runs inside a process of its own for `alembic`: loads an Alembic project and writes each revision's SQL, offline."""

import io
import re
import sys
from contextlib import redirect_stdout
from typing import Any

from dbwright.migrate.formats._child import tell

_BOOKKEEPING = re.compile(
    r"^(?:(?:INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|DROP TABLE) \S*alembic_version\b.*?;|BEGIN;|COMMIT;|START TRANSACTION;)\s*$",
    re.MULTILINE | re.DOTALL,
)
_URLS = {"postgres": "postgresql://", "mysql": "mysql+pymysql://", "sqlite": "sqlite://"}
_NAMES = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite"}


def main() -> None:
    """Read the project that the first argument's file configures, and answer or tell the error."""
    try:
        import alembic  # noqa: F401 - only to see that it is there
    except ImportError:
        tell({"missing": True})
        return
    try:
        with redirect_stdout(sys.stderr):
            answer = _read(sys.argv[1], sys.argv[2])
    except (Exception, SystemExit) as error:
        tell({"error": f"{type(error).__name__}: {error}"})
        sys.exit(1)
    tell({"answer": answer})


def _read(ini: str, dialect: str) -> dict[str, Any]:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(ini)
    url = config.get_main_option("sqlalchemy.url") or ""
    known = _NAMES.get(url.partition(":")[0].partition("+")[0])
    if dialect or known is None:
        config.set_main_option("sqlalchemy.url", _URLS[dialect or "postgres"])
    script = ScriptDirectory.from_config(config)
    # Alembic walks from the heads down to the base.
    walked = list(script.walk_revisions())[::-1]
    told = [_revision(config, each) for each in walked]
    notes = [] if dialect or known else ["alembic.ini names no database; its SQL was written for PostgreSQL."]
    return {
        "dialect": dialect or known or "postgres",
        "revisions": told,
        "heads": list(script.get_heads()),
        "notes": notes,
    }


def _revision(config: Any, revision: Any) -> dict[str, Any]:
    parents = [each for each in revision._normalized_down_revisions if each]
    before = parents[0] if len(parents) == 1 else "base" if not parents else None
    up, up_note = _offline(config, "upgrade", f"{before}:{revision.revision}") if before else ("", "")
    down, down_note = _offline(config, "downgrade", f"{revision.revision}:{before}") if before else ("", "")
    return {
        "version": revision.revision,
        "name": (revision.doc or "").strip().splitlines()[0] if revision.doc else "",
        "path": revision.path,
        "parents": parents,
        "up": up,
        "down": down,
        "note": " ".join(filter(None, (up_note, down_note))),
    }


def _offline(config: Any, command: str, span: str) -> tuple[str | None, str]:
    """The SQL of a step, without Alembic's own bookkeeping; None with a note where it cannot be told without a database."""
    from alembic import command as commands

    config.output_buffer = io.StringIO()
    try:
        getattr(commands, command)(config, span, sql=True)
    except Exception as error:
        return None, f"Its {command} cannot be told without a database: {type(error).__name__}: {error}."
    text = _BOOKKEEPING.sub("", config.output_buffer.getvalue())
    return "\n".join(line for line in text.splitlines() if not line.startswith("-- Running ")).strip(), ""


if __name__ == "__main__":
    main()
