"""A plausible value for a column by its name and type."""

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
_WORDS = (
    "amber anchor apple arrow autumn basin beacon birch bridge canyon cedar circle cloud copper coral crystal delta "
    "desert echo ember falcon field flint forest garden glacier granite harbor hazel horizon island ivory jade juniper "
    "kernel lantern laurel maple marble meadow mirror mosaic nectar north oasis ocean olive orchid pearl pepper pine "
    "planet prairie quartz quiet raven river saffron sand scarlet shadow silver spring stone summit sunset thunder "
    "timber tulip valley velvet violet walnut water willow winter wonder zephyr"
).split()
_FIRST = (
    "Ada Ben Chloe David Emma Farid Grace Hugo Ines Jonas Kira Luis Mara Nils Olga Pablo Quinn Rosa Sven Tara Uma Vera"
).split()
_LAST = (
    "Abel Brandt Costa Dias Engel Ferreira Gomez Huber Ito Jansen Kaya Lima Meyer Novak Okafor Petrov Rossi Silva Weber"
).split()
_STATES = (
    ("open", "active", "closed", "pending", "archived"),
    ("new", "running", "success", "failed", "canceled"),
    ("low", "normal", "high"),
    ("draft", "submitted", "approved", "rejected"),
    ("queued", "sent", "bounced"),
    ("enabled", "disabled"),
    ("fixed", "percent", "free"),
    ("image", "video", "document"),
    ("manual", "import", "api", "schedule"),
    ("public", "internal", "private"),
    ("valid", "invalid", "working"),
)
_ACCOUNT = re.compile(r"user|customer$|employee|account|admin|subscriber|^emails$|integration")
_LATE = re.compile(
    r"delet|lock|revok|dismiss|error|cancel|resolv|closed|clos|erased|moved|refund|reset|token|termination|converted|until|custom_"
)
_TEXT_IN_CHECK = re.compile(r"'((?:[^']|'')*)'")
_STATE_NAME = (
    r"stat(us|e)$|type$|kind|category|mode|visibility|role|scope$|action|event|channel|method|format|provider|source$|"
    r"reason|area|severity|platform|uploader|context|interval|carrier$|behavior|class$|backend|frontend_input"
)


def plain(name: str) -> str:
    """A name in lower case with underscores, whatever its own convention."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def value(
    table: Table, column: Column, number: int, born: datetime, chance: random.Random, labels: tuple[str, ...]
) -> Any:
    """A value for a column that refers to nothing.

    number: of the row, from 1. born: when the row came to be. labels: those of the column's enumerated type.
    """
    name, type_ = plain(column.name), column.type
    is_key = bool(table.primary_key and table.primary_key.columns == (column.name,))
    if is_key and type_.kind == "integer":
        return number
    if name == "is_primary" and type_.kind == "integer":
        return 1 if chance.random() < 0.3 else None  # NULL for all others, which a unique key lets through
    if column.nullable and not is_key and chance.random() < _seldom(table, column):
        return None
    if column.default in ("''", "''::character varying", "''::text") and chance.random() < 0.4:
        return ""
    if listed := type_.values or labels or _listed(table, column):
        return chance.choices(listed, weights=range(len(listed), 0, -1))[0]
    if type_.kind in ("boolean", "bit"):
        return chance.random() < 0.3
    if type_.kind in ("timestamp", "date"):
        return _moment(name, born, chance, date_only=type_.kind == "date", with_zone=type_.with_zone)
    if type_.kind == "integer":
        return _whole(name, number, born, chance, type_)
    if type_.kind in ("decimal", "float", "money"):
        return _fraction(name, chance, type_)
    if type_.kind in _BY_TYPE:
        return _BY_TYPE[type_.kind](number, chance)
    if type_.is_text or type_.kind == "untyped":
        if re.search(r"(^|_)type(_id)?$|^media_type$", name):
            return _kind(table, name, chance)[: type_.length]
        own = _is_own(table, column)
        if re.search(r"e_?mail", name) and not any(column.name in key for key in table.keys):
            own = bool(_ACCOUNT.search(plain(table.name))) and "sender" not in name
        known = number if own else chance.randrange(1, 60)
        if re.search(r"iban|bank_account", name):
            known += 1000 * sum(map(ord, table.name))
        if not own and re.search(r"sku|code|key|identifier|reference|number|iban|e_?mail", name):
            chance = random.Random(f"{name} {known}")  # so that what repeats is the same again
        states = _STATES[sum(map(ord, table.name + name)) % len(_STATES)]
        return _fitted(_text(name, known, states, chance, type_.length), type_.length, known)
    return None


def _seldom(table: Table, column: Column) -> float:
    """How often an optional value is missing: what happens late or rarely more often; much is optional by neglect only."""
    name = plain(column.name)
    if any(column.name in key and len(key) > 1 for key in table.keys):
        return 0.0
    if _LATE.search(name):
        return 0.7
    if column.type.kind == "boolean" and column.default is None:
        return 0.25  # a flag added later, unknown for older rows
    neglected = sum(map(ord, table.name + column.name)) % 10 < 4 or re.search(
        r"^(creat|updat|stat(us|e)|iid|number|title)", name
    )
    return 0.0 if neglected else 0.25


def _is_own(table: Table, column: Column) -> bool:
    """Whether a code names the row itself, so that it does not repeat; elsewhere it repeats what another table has."""
    indexed = [f"{part.column or part.expression}" for index in table.indexes if index.unique for part in index.parts]
    if any(
        re.search(rf"\b{re.escape(column.name)}\b", part)
        for part in [*indexed, *(n for key in table.keys for n in key)]
    ):
        return True
    if plain(column.name) == "identifier":
        return False
    primary = table.primary_key.columns if table.primary_key and len(table.primary_key.columns) == 1 else ()
    return not any(
        not each.nullable
        and each.name not in primary
        and each.type.kind == "integer"
        and plain(each.name).endswith("_id")
        for each in table.columns
    )


def _listed(table: Table, column: Column) -> tuple[str, ...]:
    """The values that a check lists for a text column."""
    for check in table.checks:
        if column.type.is_text and re.search(rf"\b{re.escape(column.name)}\b", check.expression):
            values = tuple(text.replace("''", "'") for text in _TEXT_IN_CHECK.findall(check.expression))
            if len(values) >= 2 and all(values) and re.search(r"\bIN\b|ANY|=", check.expression, re.IGNORECASE):
                return values
    return ()


def _moment(name: str, born: datetime, chance: random.Random, *, date_only: bool, with_zone: bool) -> Any:
    """Created first; what ends, expires or is due last; everything else in between."""
    later = born + timedelta(seconds=chance.randrange(60, 20_000_000))
    if re.search(r"birth|dob", name):
        later = NOW - timedelta(days=chance.randrange(7_000, 25_000))
    elif re.search(r"expire|end|due|until|_to$|valid_to|stop|finish", name):
        later += timedelta(days=chance.randrange(1, 400))
    elif re.search(r"creat|insert|start|begin|from|joined|registered|added|_date$", name):
        later = born
    if date_only:
        return later.date()
    return later if with_zone else later.replace(tzinfo=None)


def _whole(name: str, number: int, born: datetime, chance: random.Random, type_: Type) -> int:
    most: int = 2 ** ((type_.bits or 32) - (0 if type_.unsigned else 1)) - 1
    if re.search(r"year", name):
        made = chance.randrange(2015, 2027)
    elif re.search(r"month", name):
        made = chance.randrange(1, 13)
    elif re.search(r"^number$|^iid$", name):
        made = number
    elif re.search(r"position|sort|order|rank|level|priority|version|depth|sequence|severity|store$|provider$", name):
        made = chance.randrange(0, 8)
    elif re.search(r"size|bytes|length|width|height|crc", name):
        made = chance.randrange(1, 4_000_000)
    elif re.search(r"expires?$|_time$|last_updated", name):
        made = int(born.timestamp())
    elif re.search(r"percent|probability|progress", name):
        made = chance.randrange(0, 101)
    elif re.search(_STATE_NAME, name):
        made = min(int(chance.expovariate(0.8)), 4)
    elif re.search(r"_id$", name):
        made = chance.randrange(1, 100_000)
    else:
        made = 1 + int(chance.expovariate(1 / 20))
    return min(made, most)


def _fraction(name: str, chance: random.Random, type_: Type) -> float:
    whole: int = 10 ** min((type_.precision or 6) - (type_.scale or 0), 4)
    scale = 2 if type_.scale is None else min(type_.scale, 4)
    if re.search(r"latitude", name):
        return round(chance.uniform(36, 60), 6)
    if re.search(r"longitude", name):
        return round(chance.uniform(-9, 20), 6)
    if re.search(r"percent", name):
        return chance.choice((0.0, 5.0, 7.5, 10.0, 20.0))
    if re.search(r"rate|factor", name):
        return round(chance.uniform(0.5, 2), min(type_.scale or 4, 6))
    if re.search(r"qty|quantity|stock", name):
        return float(chance.randrange(1, min(whole, 60)))
    if re.search(r"hours", name):
        return chance.randrange(1, 17) / 2
    if re.search(r"delta|difference|variance|adjust", name):
        return round(chance.uniform(-50, 50), scale)
    return round(min(chance.lognormvariate(4, 1), whole - 1), min(scale, 2))


_BY_TYPE: dict[str, Callable[[int, random.Random], Any]] = {
    "uuid": lambda number, chance: (
        f"{chance.getrandbits(32):08x}-{chance.getrandbits(16):04x}-4{chance.getrandbits(12):03x}-"
        f"a{chance.getrandbits(12):03x}-{chance.getrandbits(48):012x}"
    ),
    "json": lambda number, chance: _document(chance),
    "network": lambda number, chance: _address(chance),
    "binary": lambda number, chance: chance.randbytes(20),
    "interval": lambda number, chance: f"{chance.randrange(1, 90)} days",
    "array": lambda number, chance: "{" + ",".join(str(chance.randrange(1, 99)) for _ in range(chance.randrange(4))) + "}",
    "time": lambda number, chance: f"{chance.randrange(24):02}:{chance.randrange(60):02}:00",
}  # fmt: skip


def _document(chance: random.Random) -> str:
    words = chance.sample(_WORDS, chance.randrange(0, 4))
    return "{" + ", ".join(f'"{word}": {chance.randrange(9)}' for word in words) + "}"


def _address(chance: random.Random) -> str:
    return f"10.{chance.randrange(250)}.{chance.randrange(250)}.{chance.randrange(1, 250)}"


def _hex(chance: random.Random, digits: int = 40) -> str:
    return f"{chance.getrandbits(4 * digits):0{digits}x}"


def _kind(table: Table, name: str, chance: random.Random) -> str:
    """What kind a row is: a class of the application where the column is just called type."""
    if name == "type":
        stem = "".join(part.title() for part in plain(table.name).rstrip("s").split("_"))
        return chance.choice(("Project", "Group", "Personal")) + stem
    words = _STATES[sum(map(ord, table.name + name)) % len(_STATES)]
    return words[min(int(chance.expovariate(1.2)), len(words) - 1)]


def _fitted(text: str, length: int | None, number: int) -> str:
    """The text cut to its column, its number kept."""
    if not length or len(text) <= length:
        return text
    tail = str(number)
    return text[: length - len(tail)] + tail if text.endswith(tail) and length > len(tail) else text[:length]


@cache
def _matches(pattern: str, name: str) -> bool:
    return re.search(pattern, name) is not None


def _text(name: str, number: int, states: tuple[str, ...], chance: random.Random, length: int | None) -> str:
    """A text that fits the name of its column."""
    word, other = chance.choice(_WORDS), chance.choice(_WORDS)
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    made: tuple[tuple[str, Callable[[], str]], ...] = (
        (r"_iv$|_salt$|stamp$", lambda: _hex(chance, 24)),
        (r"passw|crypt|_enc$", lambda: "$2b$12$" + "".join(chance.choices("abcdefghjkmnpqrstuvwxyzABCDEFGHJ23456789", k=53))),
        (r"scopes", lambda: chance.choice(('["api"]', '["read_user", "api"]', "[]"))),
        (r"response_status", lambda: chance.choice(("200", "200", "201", "302", "404", "500"))),
        (r"job_code", lambda: f"{word[:2]}_cleanup"),
        (r"e_?mail|_address$|^(from|to)_address", lambda: f"{first}.{last}{number}@example.org".lower()),
        (r"_ids$", lambda: ",".join(str(chance.randrange(1, 40)) for _ in range(chance.randrange(1, 4)))),
        (r"parent_txn|txn|transaction_id|trans_id", lambda: f"T{chance.getrandbits(40):010d}"),
        (r"line_code|discussion_id|session_id|jid|_sha$|^sha$|oid|import_hash", lambda: _hex(chance)),
        (r"token|secret|api_?key|signature|consumer_key|sharing_code|confirm|masked|digest|hash|checksum|fingerprint|crc|check_sum",
         lambda: _hex(chance)),
        (r"cc_exp_month", lambda: f"{chance.randrange(1, 13)}"),
        (r"last_?4", lambda: f"{chance.randrange(10_000):04}"),
        (r"first_?name|given", lambda: first),
        (r"middle_?name", lambda: chance.choice(_FIRST)),
        (r"last_?name|surname|family", lambda: last),
        (r"user_?name|login|nick|handle", lambda: f"{word}{number}"),
        (r"contact_name|counterparty_name|(shipping|billing)_name|author_name|sender_name|owner$", lambda: f"{first} {last}"),
        (r"commit_id", lambda: _hex(chance)),
        (r"url|uri|link|href|website|endpoint", lambda: f"https://example.org/{word}/{other}/{number}"),
        (r"slug|path|permalink|folder|identifier|subdomain", lambda: f"{word}-{other}-{number}"),
        (r"branch$|^ref$", lambda: chance.choice(("main", f"feature-{word}", f"fix-{other}-{number}"))),
        (r"_mode$", lambda: chance.choice(("100644", "100755"))),
        (r"phone|mobile|fax", lambda: f"+43 {chance.randrange(100, 999)} {chance.randrange(1_000_000, 9_999_999)}"),
        (r"salutation|^prefix$", lambda: chance.choice(("Mr", "Ms", "Dr"))),
        (r"gender", lambda: chance.choice("MFX")),
        (r"iban|bank_account", lambda: f"AT{10 + number % 89} {number * 7_919_000_003:016d}"),
        (r"iso_?(code)?3|iso3", lambda: "".join(chance.choices("ABCDEFGHIKLMNOPRSTUVZ", k=3))),
        (r"iso_?(code)?2|iso2", lambda: "".join(chance.choices("ABCDEFGHIKLMNOPRSTUVZ", k=2))),
        (r"currency(_code)?|currency_(from|to)", lambda: chance.choice(("EUR", "USD", "GBP", "CHF", "SEK", "JPY"))),
        (r"country(_?code|_id)?$|region_?code", lambda: chance.choice(("AT", "DE", "PT", "FR", "IT", "ES"))),
        (r"locale|language|lang", lambda: chance.choice(("en", "de", "pt", "fr"))),
        (r"time_?zone", lambda: chance.choice(("Europe/Vienna", "UTC", "America/Lima"))),
        (r"cron$", lambda: f"{chance.randrange(60)} {chance.randrange(24)} * * *"),
        (r"color|colour", lambda: f"#{chance.getrandbits(24):06x}"),
        (r"^ip$|^ip_|_ip$|ip_addr|remote_ip", lambda: _address(chance)),
        (r"environment_scope|dest_zip", lambda: chance.choice(("*", "production", f"review/{number}"))),
        (r"zip|post_?code|postal", lambda: f"{chance.randrange(1000, 9999)}"),
        (r"city|town", lambda: f"{word.title()}burg"),
        (r"street|address", lambda: f"{word.title()} Street {chance.randrange(1, 200)}"),
        (r"^(sku|.*_sku)$", lambda: f"{word[:3].upper()}-{number:05d}"),
        (r"currency|_code$|^code$|number|reference|serial|barcode|key$|uuid|guid|external_id|increment_id",
         lambda: f"{word[:3].upper()}-{number:05d}"),
        (_STATE_NAME, lambda: states[min(int(chance.expovariate(1.2)), len(states) - 1)]),
        (r"schedule|expire_in|stop_in", lambda: f"{chance.randrange(1, 60)} days"),
        (r"title|name|label|subject|headline|caption|string", lambda: f"{word.title()} {other} {number}"),
        (r"json|parameters|values|settings|data|serialized|options|details|metadata|additional|position$",
         lambda: _document(chance)),
        (r"body|description|content|text|message|note|comment|summary|bio|raw|html|detail",
         lambda: " ".join(chance.choices(_WORDS, k=12)).capitalize() + "."),
        (r"version|revision", lambda: f"{chance.randrange(9)}.{chance.randrange(20)}.{chance.randrange(9)}"),
        (r"domain|host", lambda: f"{word}{number}.example.org"),
    )  # fmt: skip
    for pattern, make in made:
        if _matches(pattern, name):
            return make()
    return f"{word} {other}" if length and length < 30 else f"{word} {other} {number}"
