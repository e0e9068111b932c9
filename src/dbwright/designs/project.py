"""The files of a project around its migrations."""

from collections.abc import Mapping
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined

from dbwright.catalog.objects import Catalog
from dbwright.designs.render import Rendered
from dbwright.writers import sqlalchemy as models
from dbwright.writers import svg
from dbwright.writers.diagram import WHOLE, schema

_TITLES = {"postgres": "PostgreSQL", "mysql": "MySQL and MariaDB", "sqlite": "SQLite"}
_ABOUT_QUERIES = ("asking.py", "conftest.py", "test_queries.py")
_SECONDS = 20.0
"""For Graphviz; our own layout draws where it takes longer."""


def files(
    rendered: Rendered, catalog: Catalog, made_by: str, others: Mapping[str, Catalog] | None = None
) -> dict[str, str]:
    """Every file of the project but its migrations, by path.

    catalog: what the usual folder of migrations leads to. others: what the other folders lead to.
    """
    others = others or {}
    values = {
        "design": rendered.design,
        "name": rendered.design.name,
        "engine": rendered.engine,
        "sqlite": rendered.engine == "sqlite",
        "mysql": rendered.engine == "mysql",
        "title": _TITLES[rendered.engine],
        "extras": f"{rendered.engine},seed,sqlalchemy",
        "tables": sum(table.partition_of is None for table in catalog.tables),
        "revisions": rendered.revisions,
        "seeds": rendered.seeds,
        "queries": rendered.queries,
        "settings": rendered.settings,
        "readme": rendered.readme.strip(),
        "made_by": made_by,
        "decisions": rendered.design.decisions_for(rendered.engine, rendered.choices),
        "ignored": rendered.design.ignored_for(rendered.engine, rendered.choices),
        "modules": sorted(
            ["models.py", *(name for name in rendered.files if "/" not in name and name.endswith(".py"))]
            + [f"{folder.removesuffix('migrations')}models.py" for folder in others]
        ),
        "exceptions": rendered.design.below_third_normal_form,
    }
    made = {
        "README.md": _rendered("README.md", values),
        "pyproject.toml": _rendered("pyproject.toml.jinja", values),
        "diagram.svg": svg.write(schema(catalog), WHOLE, seconds=_SECONDS),
        "models.py": models.write(catalog),
        "tests/test_migrations.py": _shared("tests", "test_migrations.py.jinja"),
    }
    if rendered.queries:
        made |= {f"tests/{name}": _shared("tests", f"{name}.jinja") for name in _ABOUT_QUERIES}
    made |= {f"tests/{name}": text for name, text in rendered.tests.items()}
    made |= {f"migrations/seeds/{name}": text for name, text in rendered.seeds.items()}
    made |= {f"queries/{name}": text for name, text in rendered.queries.items()}
    if rendered.settings.strip():
        made["seed.toml"] = rendered.settings
    return made | rendered.files | _of_others(others)


def _of_others(others: Mapping[str, Catalog]) -> dict[str, str]:
    """Models and diagram of the other folders of migrations, named after the folder: tenant_migrations → tenant_models.py."""
    made = {}
    for folder, catalog in others.items():
        stem = folder.removesuffix("migrations")
        made[f"{stem}models.py"] = models.write(catalog)
        made[f"{stem}diagram.svg"] = svg.write(schema(catalog), WHOLE, seconds=_SECONDS)
    return made


def _rendered(name: str, values: dict[str, Any]) -> str:
    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=False
    )
    return environment.from_string(_shared("project", name)).render(values).strip() + "\n"


def _shared(folder: str, name: str) -> str:
    return resources.files("dbwright.designs").joinpath("shared", folder, name).read_text(encoding="utf-8")
