"""The rules of a person, as TOML:

harmless = ["countries"]            # tables that hold nothing personal
leave_out = ["sessions"]            # tables whose rows are not copied

[columns]
"users.nickname" = "username"
"orders.note" = { treatment = "scrub" }
"staff.hired_on" = { treatment = "shift", days = 30 }
"users.referral" = "keep"
"""

from __future__ import annotations

import tomllib
from typing import Any

from dbwright.anonymise.decide import Decision, Rule, Rules
from dbwright.errors import UsageError

_KNOWN = ("harmless", "leave_out", "columns")


def read_rules(text: str, shown: str) -> Rules:
    """The rules of a file. Raises UsageError, with the file's name, for what is no TOML or says something unknown."""
    try:
        held: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{shown} is no TOML: {error}.") from error
    for name in held:
        if name not in _KNOWN:
            raise UsageError(f"{shown} says something unknown: {name}.", hint=f"It may say {', '.join(_KNOWN)}.")
    columns = held.get("columns", {})
    if not isinstance(columns, dict):
        raise UsageError(f"{shown}: columns must be a table.")
    return Rules(
        columns={name: _rule(name, value, shown) for name, value in _flat(columns).items()},
        harmless=frozenset(_names(held, "harmless", shown)),
        left_out=frozenset(_names(held, "leave_out", shown)),
    )


def suggested(open_decisions: list[Decision]) -> str:
    """Lines for the rules, one for each column that nothing tells about, with the strictest treatment."""
    lines = ["[columns]"]
    for each in open_decisions:
        name = ".".join(part for part in (*each.table, each.column) if part and part != "public")
        lines.append(f'"{name}" = "words"  # or "keep": {each.why}')
    return "\n".join(lines) + "\n"


def _flat(columns: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Quoted names with dots, or TOML's own nesting: users.email = "email"."""
    found: dict[str, Any] = {}
    for name, value in columns.items():
        path = f"{before}{name}"
        if isinstance(value, dict) and "treatment" not in value:
            found |= _flat(value, f"{path}.")
        else:
            found[path] = value
    return found


def _rule(name: str, value: Any, shown: str) -> Rule:
    if isinstance(value, str):
        return Rule(treatment=value)
    if isinstance(value, dict) and isinstance(value.get("treatment"), str):
        options = {option: each for option, each in value.items() if option != "treatment"}
        return Rule(treatment=value["treatment"], options=options)
    raise UsageError(f'{shown}: {name} must be the name of a treatment, or {{ treatment = "…" }}.')


def _names(held: dict[str, Any], name: str, shown: str) -> list[str]:
    value = held.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise UsageError(f"{shown}: {name} must be a list of names of tables.")
    return value
