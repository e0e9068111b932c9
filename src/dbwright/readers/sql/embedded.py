"""SQL in the source files of an application: .sql files, and the strings of other languages that look like queries."""

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from dbwright.errors import DbwrightError
from dbwright.readers.sql.scan import Dialect

_LANGUAGES = frozenset(
    ".cs .ex .exs .go .groovy .java .js .jsx .kt .mjs .php .pl .py .rb .rs .scala .swift .ts .tsx .vb .xml .yaml .yml".split()
)
_PASSED_OVER = frozenset(
    "__pycache__ bower_components build dist env node_modules site-packages target vendor venv".split()
)
_LARGEST = 1_000_000
_MOST_FILES = 5_000
_STRINGS = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'|`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<<[~-]?(?P<tag>[A-Z]\w*)\n.*?\n\s*(?P=tag)\b',
    re.DOTALL,
)
_QUERY = re.compile(
    r"\b(?:SELECT\b.*\bFROM|UPDATE\b.*\bSET|DELETE\s+FROM)\b.*(?:=|\bIN\b|\bJOIN\b)", re.IGNORECASE | re.DOTALL
)
_PLACEHOLDERS = re.compile(r"%\(\w+\)s|%s|\$\{[^{}]*\}|#\{[^{}]*\}|\{[^{}]*\}|(?<![:\w]):\w+")


def queries_of_files(source: str, dialect: Dialect) -> Iterator[tuple[str, str]]:
    """Each file with the text of each query in it, from a file or a folder. What cannot be read is passed over."""
    root = Path(source)
    for path in _files(root):
        try:
            if path.stat().st_size > _LARGEST:
                continue
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        shown = str(path.relative_to(root)) if path != root else path.name
        for query in _queries(path.suffix.lower(), text, dialect):
            yield shown, query


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    count = 0
    folders = [root]
    while folders and count < _MOST_FILES:
        try:
            entries = sorted(folders.pop().iterdir())
        except OSError:
            continue
        for entry in entries:
            if entry.is_symlink() or entry.name.startswith("."):
                continue
            if entry.is_dir():
                if entry.name not in _PASSED_OVER:
                    folders.append(entry)
            elif entry.suffix.lower() in _LANGUAGES or entry.suffix.lower() == ".sql":
                count += 1
                yield entry


def _queries(suffix: str, text: str, dialect: Dialect) -> Iterator[str]:
    if suffix == ".sql":
        from dbwright.readers.sql.split import split

        try:
            yield from (statement.text for statement in split(text, dialect) if _QUERY.search(statement.text))
        except DbwrightError:
            return
        return
    strings = _of_python(text) if suffix == ".py" else (match[0].strip("\"'`") for match in _STRINGS.finditer(text))
    for string in strings:
        if len(string) > 20 and _QUERY.search(string):
            yield _PLACEHOLDERS.sub("NULL", string)


def _of_python(text: str) -> Iterator[str]:
    """The strings of a Python file, adjacent ones joined; the values in f-strings become NULL."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(
                part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "NULL"
                for part in node.values
            )
