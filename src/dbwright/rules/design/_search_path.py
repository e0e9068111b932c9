"""Where a function finds the names in its body."""

import re

from dbwright.catalog.objects import Catalog, Routine
from dbwright.rules.design._roles import PUBLIC

_BOUND = re.compile(r"^(BEGIN ATOMIC|RETURN\b)", re.MULTILINE)
_NAME = re.compile(r'"((?:[^"]|"")*)"|([^\s,"]+)')


def is_bound(routine: Routine) -> bool:
    """Whether the names in the body were looked up when the function was made (BEGIN ATOMIC, RETURN)."""
    return bool(_BOUND.search(routine.definition.partition("$")[0]))


def path_of(routine: Routine) -> list[str] | None:
    """The schemas of the function's own search_path; None where it has none."""
    text = routine.settings.get("search_path")
    if text is None:
        return None
    found = [plain or quoted.replace('""', '"') for quoted, plain in _NAME.findall(text)]
    return [name for name in found if name]


def open_schemas(catalog: Catalog) -> set[str]:
    """The schemas in which everyone may make objects."""
    return {
        grant.on.name
        for grant in catalog.grants
        if grant.grantee == PUBLIC and grant.on.kind == "namespace" and "CREATE" in grant.privileges
    }


def finds_names_in(routine: Routine, schema: str) -> bool:
    """Whether unqualified names of the body can be found in a schema: it is on the path, or the path is the caller's."""
    path = path_of(routine)
    return not is_bound(routine) and (path is None or schema in path)
