"""The answers that `dbwright choose` ranks by: those of a file, and those given one by one."""

from pathlib import Path

from dbwright.choose.requirements import Requirements, read
from dbwright.errors import UsageError


def read_requirements(path: str | None, given: tuple[str, ...]) -> Requirements:
    """The answers of a file and those given one by one (`writes_per_second=500`), which win. Raises UsageError for wrong ones."""
    found = Requirements()
    if path is not None:
        try:
            found = read(Path(path).read_text(encoding="utf-8"), path)
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"{text!r} is not QUESTION=ANSWER.")
        found = found.other(name.strip(), _value(name.strip(), value.strip()))
    return found


def _value(name: str, text: str) -> object:
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return [each.strip() for each in text.split(",")] if name in ("queries", "team") else text
