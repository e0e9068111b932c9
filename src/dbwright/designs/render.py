"""A design for one engine: its templates as the text of migrations, seeds, tests and pages.

In a template stand `postgres`, `mysql` and `sqlite` (which engine it is), `t` (types and expressions), `option` (the design's
choices), `part` (the part that is written), `block("updated_at", "products")` (a building block on a table) and
`literal("it's")`. A line `-- down` begins statements that the way back needs beyond dropping what was made.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any

import msgspec
from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound

from dbwright.designs.base import Design, Part
from dbwright.designs.blocks import Statements, block
from dbwright.designs.blocks.registry import find
from dbwright.designs.comments import placed, with_comments
from dbwright.designs.dialect import Words
from dbwright.designs.tables import Known, learn
from dbwright.designs.ways_back import dropped, revoked

_DOWN = "\n-- down\n"


class Revision(msgspec.Struct, frozen=True):
    """One migration of a design: its number from 1 within its folder, its part, and its two texts."""

    number: int
    part: Part
    up: str
    down: str


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """A design for one engine, as texts. seeds, queries, tests: by the name of the file. settings: for `dbwright seed`.

    files: more files of the project by their path, among them the reference data of folders beside the usual one.
    """

    design: Design
    engine: str
    choices: dict[str, str]
    revisions: tuple[Revision, ...]
    seeds: dict[str, str]
    tests: dict[str, str]
    settings: str
    readme: str
    queries: dict[str, str] = {}
    files: dict[str, str] = {}

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders of migrations, the usual one first."""
        return tuple(dict.fromkeys(each.part.folder for each in self.revisions))

    def revisions_of(self, folder: str) -> tuple[Revision, ...]:
        """The revisions of one folder."""
        return tuple(each for each in self.revisions if each.part.folder == folder)


def render(design: Design, engine: str, given: dict[str, str] | None = None) -> Rendered:
    """Write the design for one engine. Raises UsageError for options that it does not have."""
    choices = design.choices(engine, given or {})
    parts = design.parts_for(choices)
    folders = tuple(dict.fromkeys(part.folder for part in parts))
    templates = _Templates(design, engine, choices)
    return Rendered(
        design=design,
        engine=engine,
        choices=choices,
        revisions=tuple(each for folder in folders for each in templates.revisions(folder, parts)),
        seeds=templates.files("seeds"),
        tests=templates.files("tests"),
        settings=templates.text("seed.toml"),
        readme=templates.text("readme.md"),
        queries=templates.files("queries"),
        files=templates.files("files")
        | {
            f"{folder}/seeds/{name}": text
            for folder in folders
            for name, text in templates.files(f"seeds/{folder}").items()
        },
    )


class _Loader(BaseLoader):
    """Reads templates from the package, those of the design first, then `shared/`, where designs keep common macros."""

    def __init__(self, design: Design) -> None:
        self._folders = (design.folder, resources.files("dbwright.designs").joinpath("shared"))

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        for folder in self._folders:
            file = folder.joinpath(*template.split("/"))
            if file.is_file():
                return file.read_text(encoding="utf-8"), str(file), lambda: True
        raise TemplateNotFound(template)


class _Templates:
    def __init__(self, design: Design, engine: str, choices: dict[str, str]) -> None:
        self._design, self._engine = design, engine
        self._blocks: list[tuple[str, str, str, dict[str, Any]]] = []
        self._tables: dict[str, Known] = {}
        self._environment = Environment(
            loader=_Loader(design),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,  # SQL, Markdown and Python, none of it HTML
        )
        self._environment.globals.update(
            postgres=engine == "postgres",
            mysql=engine == "mysql",
            sqlite=engine == "sqlite",
            engine=engine,
            t=Words(engine),
            option=choices,
            design=design,
            block=self._block,
            columns_of=self._columns_of,
            literal=lambda text: "'" + str(text).replace("'", "''") + "'",
        )

    def revisions(self, folder: str, parts: Sequence[Part]) -> Iterator[Revision]:
        """The revisions of a folder; a part that says nothing on this engine, such as one on roles, is left out."""
        number = 0
        for part in parts:
            if part.folder == folder and (made := self._revision(number + 1, part)).up:
                number += 1
                yield made

    def _revision(self, number: int, part: Part) -> Revision:
        self._blocks = []
        text = "\n" + self._environment.get_template(f"parts/{part.name}.sql").render(part=part).strip() + "\n"
        up, _, own_way_back = text.partition(_DOWN)
        learn(up, self._tables)
        made = [(mark, self._statements(name, table, options)) for mark, name, table, options in self._blocks]
        ways = [(mark, _script(self._engine, each.down)) for mark, each in made]
        own_way_back = own_way_back.strip()
        grants = revoked(up, own_way_back) if self._engine == "mysql" else ""
        down = "\n".join(filter(None, (own_way_back, grants, dropped(up, self._engine, ways)))) + "\n"
        up = placed(with_comments(up, self._engine))
        for mark, each in made:
            up = up.replace(mark, _script(self._engine, each.up))
        return Revision(number, part, f"-- {part.title}\n\n{up.strip()}\n" if up.strip() else "", down)

    def files(self, folder: str) -> dict[str, str]:
        """The rendered files of a folder of the design; those that come out empty are left out."""
        held = self._design.folder.joinpath(*folder.split("/"))
        if not held.is_dir():
            return {}
        named = sorted(each.name for each in held.iterdir() if each.is_file() and not each.name.startswith("_"))
        made = {name: self._environment.get_template(f"{folder}/{name}").render() for name in named}
        return {name.removesuffix(".jinja"): text for name, text in made.items() if text.strip()}

    def text(self, name: str) -> str:
        if not self._design.folder.joinpath(name).is_file():
            return ""
        return self._environment.get_template(name).render()

    def _columns_of(self, table: str) -> tuple[str, ...]:
        """The columns of a table of an earlier part; empty where it has none of that name."""
        known = self._tables.get(table)
        return tuple(known.columns) if known else ()

    def _block(self, name: str, table: str, **options: Any) -> str:
        """A building block, as a placeholder that is filled in when the comments are done and the columns are known."""
        mark = f"\x01{len(self._blocks)}\x02"
        self._blocks.append((mark, name, table, options))
        return mark

    def _statements(self, name: str, table: str, options: dict[str, Any]) -> Statements:
        """The block's statements; the table's columns and its key are those that the design's text gave it."""
        known = self._tables.get(table)
        if known:
            told = {"columns": known.columns, "types": known.types, "binary": known.binary, "key": known.key or ("id",)}
            told["key_type"] = known.types.get(known.key[0], "") if len(known.key) == 1 else ""
            options = {key: value for key, value in told.items() if key in find(name).__struct_fields__} | options
        return block(name, self._engine, table, **options)


@cache
def _writer(engine: str) -> Callable[[tuple[str, ...]], str]:
    from dbwright.engines.registry import engine as named

    return lambda statements: named(engine).script(statements).strip()


def _script(engine: str, statements: tuple[str, ...]) -> str:
    return _writer(engine)(statements)
