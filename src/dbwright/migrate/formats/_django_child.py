"""Runs inside a process of its own for `django`: loads a project, and collects each migration's SQL on a scratch database."""

import json
import os
import sys
from contextlib import redirect_stdout
from importlib import import_module
from typing import Any

from dbwright.migrate.formats._child import tell
from dbwright.readers.django_child import dialect_of, use_pymysql

_NOT_SQL = "CANNOT BE WRITTEN AS SQL"


def main() -> None:
    """Do one task ("dialect", "read"), and answer or tell the error."""
    try:
        import django  # noqa: F401 - only to see that it is there
    except ImportError:
        tell({"missing": True})
        return
    try:
        with redirect_stdout(sys.stderr):
            settings = import_module(os.environ["DJANGO_SETTINGS_MODULE"])
            answer = dialect_of(settings) if sys.argv[1] == "dialect" else _read(settings, json.loads(sys.argv[2]))
    except (Exception, SystemExit) as error:
        tell({"error": f"{type(error).__name__}: {error}"})
        sys.exit(1)
    tell({"answer": answer})


def _read(settings: Any, database: dict[str, Any]) -> list[dict[str, Any]]:
    settings.DATABASES = {"default": database}
    settings.DATABASE_ROUTERS = []
    if database["ENGINE"].endswith("mysql"):
        use_pymysql()
    import django
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    executor: Any = MigrationExecutor(connection)
    executor.loader.check_consistent_history(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    told = []
    state = executor._create_project_state(with_applied_migrations=True)
    for migration, _ in plan:
        up, why_up = _collected(connection, migration, state, backwards=False)
        down, why_down = _collected(connection, migration, state, backwards=True)
        # Run for good, so that the next one finds what it stands on.
        state = executor.apply_migration(state, migration)
        told.append(
            {
                "version": f"{migration.app_label}.{migration.name}",
                "name": migration.name,
                "path": sys.modules[type(migration).__module__].__file__,
                "parents": [f"{app}.{name}" for app, name in migration.dependencies if not name.startswith("__")],
                "atomic": migration.atomic,
                "up": up,
                "down": down,
                "notes": [why for why in (why_up, why_down) if why],
            }
        )
    return told


def _collected(connection: Any, migration: Any, state: Any, *, backwards: bool) -> tuple[str | None, str]:
    """The SQL of one direction; None where there is no way back. What runs Python is a comment in it, and said."""
    before = state.clone()
    try:
        with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
            if backwards:
                migration.unapply(before, editor, collect_sql=True)
            else:
                migration.apply(before, editor, collect_sql=True)
            statements = editor.collected_sql
    except Exception as error:
        direction = "way back" if backwards else "SQL"
        return None, f"Its {direction} cannot be told: {type(error).__name__}: {error}."
    text = "\n".join(str(each) for each in statements)
    note = "It runs Python, which is not in its SQL." if _NOT_SQL in text and not backwards else ""
    return text, note


if __name__ == "__main__":
    main()
