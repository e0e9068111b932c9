"""The settings of the seeder from a TOML file, with parts for environments, and errors that name the line.

seed = 7
locale = "de"
until = "2025-06-30"

[tables.orders]
rows = 50_000
[tables.orders.columns.status]
values = { paid = 0.8, open = 0.2 }
[tables.orders.relations.customer_id]
skew = "zipf"

[environments.test]
rows = 20
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from dbwright.errors import DbwrightError, UsageError
from dbwright.seed.base import ColumnHint, RelationHint, Settings, TableHint
from dbwright.seed.toml_lines import line_of
from dbwright.seed.values.phrases import PHRASES
from dbwright.seed.values.pools import check_locale
from dbwright.seed.values.times import moment

Path = tuple[str, ...]

_PLAIN: dict[str, type] = {"seed": int, "rows": int, "scale": float, "locale": str, "until": str}
_TIMES = ("since", "until")
_DISTRIBUTIONS = ("uniform", "normal", "log-normal", "exponential", "zipf")
_SKEWS = ("even", "zipf", "log-normal")
_HOURS = ("office", "evening", "even")


def read_settings(text: str, name: str, environment: str | None = None) -> Settings:
    """The settings that a file holds.

    text: what the file says. name: its name, for errors. environment: whose part of the file lies over the rest, such as
    "test"; None for the file without any. Raises UsageError, with the line, for what cannot be understood.
    """
    try:
        content = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name} is not valid TOML: {error}.") from error
    return _Reader(text, name, datetime.now(UTC)).settings(content, environment)


class _Reader:
    """Reads the parts of a file, and knows where each of them stands."""

    def __init__(self, text: str, name: str, now: datetime) -> None:
        self.text, self.name, self.now = text, name, now
        self.root: Path = ()

    def settings(self, content: dict[str, Any], environment: str | None) -> Settings:
        environments = self._table(content.pop("environments", {}), ("environments",))
        for each, part in environments.items():
            self._plain(self._table(part, ("environments", each)), ("environments", each))
        if environment is not None:
            if environment not in environments:
                known = ", ".join(sorted(environments)) or "none"
                raise UsageError(
                    f'{self.name} has no environment "{environment}".',
                    hint=f"It has {known}; write [environments.{environment}].",
                )
            self.root = ("environments", environment)
        over = environments.get(environment, {}) if environment is not None else {}
        merged = _merged(content, over)
        plain = self._plain(merged, ())
        tables = self._table(merged.get("tables", {}), ("tables",))
        hints = {key: self._hint(self._table(value, ("tables", key)), ("tables", key)) for key, value in tables.items()}
        return Settings(**plain, tables=hints, environment=environment)

    def _plain(self, content: dict[str, Any], path: Path) -> dict[str, Any]:
        """The settings that stand at the top of the file or of an environment."""
        found: dict[str, Any] = {}
        for key, value in content.items():
            where = (*path, key)
            if key == "tables":
                continue
            if key not in _PLAIN:
                self._refuse(
                    where, f'"{key}" is no setting', f"Known are {', '.join(_PLAIN)}, tables and environments."
                )
            found[key] = self._converted(value.isoformat() if isinstance(value, date) else value, _PLAIN[key], where)
        if "rows" in found:
            self._must(found["rows"] >= 0, (*path, "rows"), "rows must not be negative")
        if "scale" in found:
            self._must(0 < found["scale"] < 1e9, (*path, "scale"), "scale must be above 0")
        if "locale" in found:
            self._tried(lambda: check_locale(found["locale"]), (*path, "locale"))
        if "until" in found:
            found["until"] = self._time(found["until"], (*path, "until")).isoformat()
        return found

    def _hint(self, content: dict[str, Any], path: Path) -> TableHint:
        columns = self._table(content.get("columns", {}), (*path, "columns"))
        relations = self._table(content.get("relations", {}), (*path, "relations"))
        rest = {key: value for key, value in content.items() if key not in ("columns", "relations")}
        found: TableHint = self._converted(rest, TableHint, path)
        self._must(found.rows is None or found.rows >= 0, (*path, "rows"), "rows must not be negative")
        return msgspec.structs.replace(
            found,
            columns={key: self._column(value, (*path, "columns", key)) for key, value in columns.items()},
            relations={key: self._relation(value, (*path, "relations", key)) for key, value in relations.items()},
        )

    def _column(self, value: Any, path: Path) -> ColumnHint:
        content = dict(self._table(value, path))
        for key in _TIMES:
            if isinstance(content.get(key), date):
                content[key] = content[key].isoformat()
        hint: ColumnHint = self._converted(content, ColumnHint, path)
        self._one_of(hint.distribution, _DISTRIBUTIONS, (*path, "distribution"))
        self._one_of(hint.hours, _HOURS, (*path, "hours"))
        self._one_of(hint.meaning, sorted(set(PHRASES.values())), (*path, "meaning"))
        self._must(hint.nulls is None or 0 <= hint.nulls <= 1, (*path, "nulls"), "nulls is a share from 0 to 1")
        self._must(hint.growth is None or hint.growth > 0, (*path, "growth"), "growth is a factor a year, above 0")
        self._must(
            hint.deviation is None or hint.deviation >= 0, (*path, "deviation"), "deviation must not be negative"
        )
        strengths = (hint.correlate or {}).values()
        self._must(all(-1 <= each <= 1 for each in strengths), (*path, "correlate"), "a correlation is from -1 to 1")
        ways = [each for each in ("values", "pattern", "template", "constant") if getattr(hint, each) is not None]
        self._must(len(ways) < 2, path, f"{' and '.join(ways)} cannot both make the values")
        for key in _TIMES:
            if getattr(hint, key) is not None:
                self._time(getattr(hint, key), (*path, key))
        return hint

    def _relation(self, value: Any, path: Path) -> RelationHint:
        hint: RelationHint = self._converted(self._table(value, path), RelationHint, path)
        self._one_of(hint.skew, _SKEWS, (*path, "skew"))
        self._must(
            hint.childless is None or 0 <= hint.childless < 1,
            (*path, "childless"),
            "childless is a share from 0 to below 1",
        )
        self._must(
            hint.per_parent is None or hint.per_parent >= 0, (*path, "per_parent"), "per_parent must not be negative"
        )
        self._must(hint.strength is None or hint.strength >= 0, (*path, "strength"), "strength must not be negative")
        return hint

    def _time(self, text: str, path: Path) -> datetime:
        """A time as people write it, with "now" and "-2 years" counted from this moment."""
        found: datetime = self._tried(lambda: moment(text, self.now), path)
        return found

    def _one_of(self, value: str | None, known: Any, path: Path) -> None:
        if value is not None and value not in known:
            self._refuse(path, f'there is no {path[-1]} "{value}"', f"Use one of {', '.join(known)}.")

    def _table(self, value: Any, path: Path) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._refuse(
                path, f'"{".".join(path)}" must be a table', f"Write [{'.'.join(path)}] and its settings below."
            )
        found: dict[str, Any] = value
        return found

    def _converted(self, value: Any, kind: Any, path: Path) -> Any:
        """A value as a type or a structure. Fields are tried one by one, so that the line of the wrong one is known."""
        fields = (
            {field.encode_name: field for field in msgspec.structs.fields(kind)}
            if hasattr(kind, "__struct_fields__")
            else {}
        )
        for key, each in value.items() if fields else ():
            if key not in fields:
                self._refuse((*path, key), f'"{key}" is no setting here', f"Known are {', '.join(fields)}.")
            self._converted(each, fields[key].type, (*path, key))
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            self._refuse(path, f'"{path[-1]}" does not fit: {str(error).split(" - at ")[0]}')

    def _tried(self, what: Callable[[], Any], path: Path) -> Any:
        try:
            return what()
        except DbwrightError as error:
            self._refuse(path, error.message.rstrip("."), error.hint)

    def _must(self, holds: bool, path: Path, sentence: str) -> None:
        if not holds:
            self._refuse(path, sentence)

    def _refuse(self, path: Path, sentence: str, hint: str | None = None) -> Any:
        inside = path[: len(self.root)] == self.root
        line = line_of(self.text, path if inside else (*self.root, *path)) or line_of(self.text, path)
        place = f"{self.name}:{line}" if line else self.name
        raise UsageError(f"{place}: {sentence}.", hint=hint)


def _merged(below: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Tables within tables laid over each other; everything else is replaced. Weights of values are not mixed."""
    found = dict(below)
    for key, value in over.items():
        old = found.get(key)
        mixed = isinstance(value, dict) and isinstance(old, dict) and key not in ("values", "correlate")
        found[key] = _merged(old, value) if mixed and isinstance(old, dict) else value
    return found
