"""Finding a project's own rules and making them rules like the built-in ones."""

import hashlib
import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from dbwright.app.own_rules.blame import MODULES
from dbwright.app.own_rules.queries import read_query_rule
from dbwright.app.settings import Settings
from dbwright.errors import UsageError
from dbwright.finding import HARMS, SEVERITIES
from dbwright.rules.base import ALL_ENGINES, BUNDLES, NEEDS, Rule, all_rules

_CODE = re.compile(r"[A-Z]{1,8}[0-9]{3,4}")


def known_rules(settings: Settings) -> tuple[Rule, ...]:
    """The built-in rules and those of the project, sorted by code. The project's Python files are run.

    Raises UsageError where a file cannot be read, or a code or a name is taken.
    """
    own = load_folder(Path(settings.folder) / settings.own_rules) if settings.own_rules else ()
    return tuple(sorted((*all_rules(), *own), key=lambda rule: rule.code)) if own else all_rules()


def load_folder(folder: Path) -> tuple[Rule, ...]:
    """The rules of a folder: each class of a `.py` file that is a Rule, and each `.sql` file; names beginning with `_` are left out.

    Raises UsageError, naming the file, where one is no rule.
    """
    if not folder.is_dir():
        return ()
    found: dict[str, tuple[Rule, Path]] = {}
    taken = {rule.code: rule for rule in all_rules()} | {rule.name: rule for rule in all_rules()}
    for file in sorted(folder.iterdir()):
        if file.name.startswith(("_", ".")) or file.suffix not in (".py", ".sql"):
            continue
        for rule in _python_rules(file) if file.suffix == ".py" else (read_query_rule(file),):
            _must_be_sound(rule, file)
            for word in (rule.code, rule.name):
                if word in taken:
                    raise UsageError(f"{file}: {word} is the built-in rule {taken[word].code} {taken[word].name}.")
                if word in found:
                    raise UsageError(f"{file}: {word} is taken by {found[word][1].name} already.")
                found[word] = (rule, file)
    return tuple({id(rule): rule for rule, _ in found.values()}.values())


def _python_rules(file: Path) -> list[Rule]:
    module = _import(file)
    classes = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Rule) and each.__module__ == module.__name__
    ]
    if not classes:
        raise UsageError(
            f"{file} holds no rule.",
            hint="Define a class that is a dbwright.rules.base.Rule, or begin its name with _.",
        )
    try:
        return [each() for each in classes]
    except TypeError as error:
        raise UsageError(f"{file} holds a rule that cannot be made: {error}.") from error


def _import(file: Path) -> ModuleType:
    """Run a Python file as a module whose name is its own, whatever other project has one of that name."""
    place = hashlib.sha256(str(file.parent.resolve()).encode()).hexdigest()[:12]
    name = f"{MODULES}{place}.{file.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise UsageError(f"{file} cannot be read as Python.")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever a project's own code raises
        del sys.modules[name]
        raise UsageError(f"{file} cannot be run: {type(error).__name__}: {error}") from error
    return module


def _must_be_sound(rule: Rule, file: Path) -> None:
    """Raise UsageError for what would break later: no code, no page, a severity, a harm, a bundle or an engine that is unknown."""
    code = getattr(rule, "code", None)
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise UsageError(
            f"{file}: {code!r} is no code of a rule.", hint="Use capital letters and three digits, as X001."
        )
    if not isinstance(getattr(rule, "group", None), str):
        raise UsageError(f"{file}: the rule {code} says no group.", hint='For example: group = "design".')
    engines: Any = rule.engines
    words = (
        ("severity", (rule.severity,), SEVERITIES),
        ("harm", (rule.harm,), (None, *HARMS)),
        ("bundle", (rule.bundle,), BUNDLES),
        ("engine", (engines,) if isinstance(engines, str) else engines, ALL_ENGINES),
        ("need", (rule.needs,), NEEDS),
    )
    for what, given, allowed in words:
        for word in given:
            if word not in allowed:
                raise UsageError(f"{file}: {word!r} is no {what}.", hint=f"Use {', '.join(filter(None, allowed))}.")
    if not rule.title:
        raise UsageError(
            f"{file}: the rule {code} has no page.", hint="Begin the file with a text that says what it finds, and why."
        )
