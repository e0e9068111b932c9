"""What texts look like, told by regular expressions in the server; where those cannot be strict, by a second look here.

The server counts texts that may have a shape. For numbers, booleans, identifiers, e-mail addresses and hashes its count is
exact. Dates, lists, JSON and addresses need more than a pattern: the distinct candidates are fetched, up to a limit, and
judged by `catalog.shapes`.
"""

from collections.abc import Sequence
from typing import Any

from dbwright.catalog.facts import Answer, Shapes, TextShapes
from dbwright.catalog.objects import Table
from dbwright.catalog.secret_shapes import SECRET_SHAPES
from dbwright.catalog.secrets import looks_secret
from dbwright.catalog.shapes import shapes_of
from dbwright.engines.asking import shortened
from dbwright.engines.postgres.plans import Plan, of, when
from dbwright.engines.postgres.words import identifier, literal

_CANDIDATES = 5_000
_LONGEST_CANDIDATE = 10_000
_EXAMPLES = 3

_DAY = "([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4})"
_PATTERNS = {
    "integer": "^(0|-?[1-9][0-9]{0,17})$",
    "decimal": "^-?(0|[1-9][0-9]{0,17})[.][0-9]{1,18}$",
    "uuid": "^[{]?[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}[}]?$",
    "email": "^[[:alnum:]_.!#$%&'*+/=?^`{|}~-]+@([[:alnum:]]([[:alnum:]_-]*[[:alnum:]])?[.])+[[:alpha:]]{2,}$",
    "hash": "^([0-9a-f]+|[0-9A-F]+)$",
}
_KEY_DERIVATION = (
    "^([$]2[abxy][$][0-9]{2}[$][./A-Za-z0-9]{53}$|[$]argon2(id|i|d)[$].|argon2[$].|[$]scrypt[$].|[$]7[$].|scrypt[:$]."
    "|[$]pbkdf2.*[$].|pbkdf2[_:].|bcrypt(_sha256)?[$].|[$](1|5|6|y)[$].)"
)
_JUDGED = {
    "date": f"^{_DAY}$",
    "timestamp": f"^{_DAY}[T ].*[0-9]:[0-5][0-9]",
    "json": r"^([{].*[}]|[[].*[]])$",
    "ip": r"^([0-9]{1,3}([.][0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(/[0-9.]+)?$",
    "list": "[,;|]",
    "card": "^[0-9][0-9 -]{11,22}[0-9]$",
    "iban": "^[A-Z]{2}[0-9]{2}[ 0-9A-Z]{11,38}$",
    "identity": "^([0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{3}[.][0-9]{3}[.][0-9]{3}-[0-9]{2}|[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]"
    "|[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]|[0-9]{8}-?[A-Z]|[12][0-9 ]{14,20})$",
    "key": "^((AKIA|ASIA)[0-9A-Z]{16}$|gh[pousr]_|github_pat_|glpat-|[sr]k_live_|xox[abprs]-|AIza|SG[.]|eyJ|-----BEGIN )",
}


def text_shapes(question: TextShapes, table: Table, version: int) -> Plan:
    """The plan of the question."""
    column = identifier(question.column)
    # The trimmed text under a name of its own, since a dozen conditions use it.
    text = identifier(f"dbwright_{question.column}"[:40])
    helper = f"btrim({column}::text, E' \\t\\n\\r\\f\\x0b') AS {text}"
    conditions = _conditions(text, version)
    names = list(conditions)
    secret = looks_secret(question.column)

    def query(source: str, values: Sequence[Any]) -> str | None:
        counts = dict(zip(names, values[3:], strict=True))
        parts = []
        unsure = [name for name in names if name in _JUDGED and counts[name]]
        if unsure:
            some = " OR ".join(f"({conditions[name]})" for name in unsure)
            parts.append(
                f"(SELECT '' AS shape, {text} AS value, count(*) AS n FROM {source} WHERE {some}"
                f" GROUP BY {text} LIMIT {_CANDIDATES})"
            )
        if not secret:
            parts += [
                f"(SELECT {literal(name)}, {text}, 1 FROM {source} WHERE {conditions[name]} LIMIT {10 * _EXAMPLES})"
                for name in names
                if counts[name] and name not in _JUDGED
            ]
        return "\nUNION ALL ".join(parts) or None

    sql = f"SELECT {column}, count(*) FROM {of(table)} GROUP BY {column} ORDER BY 2 DESC, 1 LIMIT 20"

    def build(rows: int, sampled: bool, values: Sequence[Any], found: list[tuple[Any, ...]]) -> Answer:
        filled, distinct, longest = values[:3]
        counts = {name: count for name, count in zip(names, values[3:], strict=True) if count and name not in _JUDGED}
        judged, complete, examples = _judged(found)
        possible = {name: count for name, count in zip(names, values[3:], strict=True) if name in _JUDGED}
        for name, count in judged.items():
            # Beyond the limit, candidates are taken to be like those that were looked at.
            counts[name] = count if complete else min(possible[name], round(count * _scale(found, possible)))
        return Shapes(
            rows=rows,
            sampled=sampled or not complete,
            sql=sql,
            filled=filled,
            distinct=distinct,
            longest=longest or 0,
            counts=counts,
            examples={} if secret or counts.keys() & set(SECRET_SHAPES) else examples,
        )

    columns = (
        when(f"{text} <> ''"),
        f"count(DISTINCT {text}) FILTER (WHERE {text} <> '')",
        f"max(length({column}::text))",
        *(when(condition) for condition in conditions.values()),
    )
    return Plan(question=question, columns=columns, query=query, build=build, sql=sql, helpers=(helper,))


def _conditions(text: str, version: int) -> dict[str, str]:
    """A condition for each shape, never NULL for a text that is not."""
    found = {name: f"{text} ~ {literal(pattern)}" for name, pattern in _PATTERNS.items()}
    found["boolean"] = f"lower({text}) IN ('true', 'false', 'yes', 'no', 't', 'f', 'y', 'n')"
    found["hash"] = (
        f"(length({text}) IN (32, 40, 64, 96, 128) AND {found['hash']}) OR {text} ~ {literal(_KEY_DERIVATION)}"
    )
    found |= {name: f"{text} ~ {literal(pattern)}" for name, pattern in _JUDGED.items()}
    short = f"length({text}) <= {_LONGEST_CANDIDATE}"
    found["list"] = (
        f"{short} AND position(E'\\n' IN {text}) = 0 AND {found['list']} AND right({text}, 1) NOT IN ('.', '!', '?')"
    )
    valid = f" AND pg_input_is_valid({text}, 'json')" if version >= 16 else ""
    found["json"] = f"{short} AND left({text}, 1) IN ('{{', '[') AND right({text}, 1) IN ('}}', ']'){valid}"
    found["key"] = f"length({text}) <= {_LONGEST_CANDIDATE} AND {found['key']}"
    for name in ("date", "timestamp", "ip", "card", "iban", "identity"):
        found[name] = f"length({text}) <= 49 AND {found[name]}"
    return found


def _judged(found: list[tuple[Any, ...]]) -> tuple[dict[str, int], bool, dict[str, tuple[str, ...]]]:
    """The counts of the candidates that were looked at, whether these were all, and examples of every shape."""
    counts: dict[str, int] = {}
    examples: dict[str, list[str]] = {}
    candidates = 0
    for shape, value, count in found:
        if shape:
            _add(examples, shape, value)
            continue
        candidates += 1
        for name in shapes_of(value) & _JUDGED.keys():
            counts[name] = counts.get(name, 0) + int(count)
            _add(examples, name, value)
    shown = {name: tuple(shortened(value) or "" for value in values) for name, values in examples.items()}
    return counts, candidates < _CANDIDATES, shown


def _scale(found: list[tuple[Any, ...]], possible: dict[str, int]) -> float:
    looked_at = sum(int(count) for shape, _, count in found if not shape)
    return max(possible.values()) / looked_at if looked_at else 1.0


def _add(examples: dict[str, list[str]], shape: str, value: str) -> None:
    held = examples.setdefault(shape, [])
    if len(held) < _EXAMPLES and value not in held:
        held.append(value)
