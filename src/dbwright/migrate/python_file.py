"""Data migrations in Python: what a file says without being run, and its functions when it is."""

import ast
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from dbwright.errors import SourceError, SyntaxFault
from dbwright.migrate.checksums import hash_of, text_of
from dbwright.migrate.headers import read_headers
from dbwright.migrate.revision import Revision


def read_python(version: str, name: str, path: Path) -> Revision:
    """The revision of a Python file; nothing of it is run. Raises SyntaxFault where it is no Python or has no `up`."""
    text = text_of(path)
    try:
        tree = ast.parse(text, str(path))
    except SyntaxError as error:
        raise SyntaxFault(
            f"The data migration is not valid Python: {error.msg}.",
            path=str(path),
            line=error.lineno or 1,
            column=error.offset or 1,
        ) from error
    named = {target: node for node in tree.body for target in _targets(node)}
    if "up" not in named:
        raise SyntaxFault(
            "The data migration has no `up`.", path=str(path), hint="Write `def up(batch): …`, or `up = Batches(…)`."
        )
    headers = read_headers(text, str(path))
    reason = _text_of(named.get("irreversible"))
    notes = (
        ()
        if "down" in named or reason
        else ('It has neither `down` nor `irreversible = "…"`, so it cannot be undone.',)
    )
    return Revision(
        version=version,
        name=name,
        up_path=str(path),
        python=True,
        checksum=hash_of(text),
        transactional=headers.transactional,
        irreversible=reason or headers.irreversible or (None if "down" in named else "it has no `down`"),
        allows=headers.allows,
        on_request=headers.on_request,
        notes=notes,
    )


def load(revision: Revision) -> ModuleType:
    """Run the file and return it as a module. Raises SourceError where that fails."""
    path = Path(revision.up_path)
    module = ModuleType(f"dbwright_migration_{revision.version}")
    module.__file__ = str(path)
    try:
        exec(compile(text_of(path), str(path), "exec"), module.__dict__)
    except Exception as error:
        raise SourceError(
            f"The data migration {path.name} could not be loaded: {type(error).__name__}: {error}.",
            hint="Nothing of it was run. Correct the file.",
        ) from error
    return module


def direction_of(module: ModuleType, direction: str) -> Any:
    """What a module says for "up" or "down": a function or Batches; None where it says nothing."""
    from dbwright.migrate.data import Batches

    said = getattr(module, direction, None)
    if said is None or callable(said) or isinstance(said, Batches):
        return said
    raise SourceError(
        f"`{direction}` of {Path(str(module.__file__)).name} is neither a function nor Batches.",
        hint="Write `def up(batch): …`, or `up = Batches(…)`.",
    )


def batches_of(module: ModuleType, direction: str) -> Any:
    """The batches that a direction runs in: its own, or those that the module names `batches`; None for a single run."""
    from dbwright.migrate.data import Batches

    said = direction_of(module, direction)
    if isinstance(said, Batches):
        return said
    common = getattr(module, "batches", None)
    return common if isinstance(common, Batches) else None


def _targets(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
            return [name]
        case ast.ImportFrom(names=names):
            return [each.asname or each.name for each in names]
    return []


def _text_of(node: ast.stmt | None) -> str | None:
    if (
        isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ):
        return node.value.value
    return None


class Loaded(msgspec.Struct, frozen=True):
    """A direction of a data migration, ready to run: the function (None for a declared change) and its batches."""

    function: Any
    batches: Any


def loaded(revision: Revision, direction: str) -> Loaded | None:
    """What is to be run for a direction; None where the file has nothing for it."""
    module = load(revision)
    said = direction_of(module, direction)
    if said is None:
        return None
    return Loaded(said if callable(said) else None, batches_of(module, direction))
