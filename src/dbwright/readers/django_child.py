"""Runs inside a process of its own for `django_models`: loads a project, and makes its models' tables.

Answers on stdout behind a record separator, so that what the project itself prints does not disturb.
"""

import json
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

_DIALECTS = {
    "postgresql": "postgres",
    "postgis": "postgres",
    "mysql": "mysql",
    "sqlite3": "sqlite",
    "spatialite": "sqlite",
}


def main() -> None:
    """Do one task ("dialect", "make"), and answer or tell the error."""
    try:
        import django  # noqa: F401 - only to see that it is there
    except ImportError:
        _tell({"missing": "Reading Django models needs Django."})
        return
    try:
        settings = import_module(os.environ["DJANGO_SETTINGS_MODULE"])
        answer = dialect_of(settings) if sys.argv[1] == "dialect" else _make(settings, json.loads(sys.stdin.read()))
    except (Exception, SystemExit) as error:
        _tell({"error": f"{type(error).__name__}: {error}"})
        sys.exit(1)
    _tell({"answer": answer})


def _tell(answer: dict[str, str]) -> None:
    print("\x1e" + json.dumps(answer))


def dialect_of(settings: Any) -> str:
    """The dialect of the project's default database."""
    named = getattr(settings, "DATABASES", {}).get("default", {}).get("ENGINE", "")
    backend = str(named).rpartition(".")[2]
    return _DIALECTS.get(backend, "postgres")


def _make(settings: Any, database: dict[str, Any]) -> str:
    """Make the tables of all managed models in the given database, and return a note or nothing."""
    settings.DATABASES = {"default": database}
    settings.DATABASE_ROUTERS = []
    if database["ENGINE"].endswith("mysql"):
        use_pymysql()
    import django
    from django.apps import apps
    from django.db import connection

    django.setup()
    models = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped
    ]
    unmanaged = [model for model in apps.get_models() if not (model._meta.managed or model._meta.proxy)]
    missing = {model._meta.db_table for model in unmanaged}
    made: set[str] = set()
    left_keys = 0
    with connection.schema_editor() as editor:
        for model in models:
            # A through model is made along with the many-to-many field that created it.
            if model._meta.auto_created or model._meta.db_table in made:
                continue
            made.add(model._meta.db_table)
            editor.create_model(model)
        waiting = editor.deferred_sql
        editor.deferred_sql = [each for each in waiting if not _refers_to(each, missing)]
        left_keys = len(waiting) - len(editor.deferred_sql)
    if not unmanaged:
        return ""
    keys = f", and {left_keys} foreign key{'s' if left_keys > 1 else ''} to them" if left_keys else ""
    names = ", ".join(sorted(missing))
    return f"Unmanaged models were left out ({names}){keys}."


def _refers_to(statement: Any, tables: set[str]) -> bool:
    return (
        any(statement.references_table(table) for table in tables) if hasattr(statement, "references_table") else False
    )


def use_pymysql() -> None:
    """Django wants mysqlclient; PyMySQL does where that is missing, under a version that Django takes."""
    if find_spec("MySQLdb") is None:
        import pymysql

        pymysql.version_info = (2, 2, 1, "final", 0)
        pymysql.install_as_MySQLdb()


if __name__ == "__main__":
    main()
