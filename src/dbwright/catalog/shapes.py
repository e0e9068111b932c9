"""What a text looks like: a number, a date, a list, an e-mail address …

The engines count these shapes over the texts of a column, so the test is strict: a phone number, a postcode with a
leading zero or an article number is no integer, and a comma in a sentence makes no list.
"""

import json
import re
from datetime import date
from ipaddress import ip_interface

from dbwright.catalog.secret_shapes import SECRET_SHAPES, secret_shape

SHAPES = (
    "integer", "decimal", "boolean", "date", "timestamp", "uuid", "json", "ip", "list", "email", "hash", *SECRET_SHAPES,
)  # fmt: skip
"""All shapes. `integer` and `decimal` exclude each other: a decimal has a fraction."""

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_BOOLEAN = frozenset(("true", "false", "yes", "no", "t", "f", "y", "n"))
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_TIME = re.compile(
    r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?"
    r"(?: ?(?:[AaPp][Mm]))?(?: ?(?:Z|z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
_UUID = re.compile(r"\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?")
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}")
_HEX = re.compile(r"(?:[0-9a-f]+|[0-9A-F]+)")
_HEX_LENGTHS = (32, 40, 64, 96, 128)
_KEY_DERIVATION = re.compile(
    r"\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}"
    r"|\$argon2(?:id|i|d)\$.+|argon2\$.+|\$scrypt\$.+|\$7\$.+|scrypt[:$].+|\$pbkdf2.*\$.+|pbkdf2[_:].+"
    r"|bcrypt(?:_sha256)?\$.+|\$(?:1|5|6|y)\$.+",
    re.DOTALL,
)
_GROUPED_NUMBER = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|-?[0-9]+,[0-9]{2}")
_COORDINATES = re.compile(r"\(?-?[0-9]+\.[0-9]+[,;] ?-?[0-9]+\.[0-9]+\)?")
_ITEM = re.compile(r"[\w@#+&'/.:-]+(?: [\w@#+&'/.:-]+){0,2}")
_LONGEST_ITEM = 40
_LONGEST_JSON = 1_000_000


def shapes_of(text: str) -> frozenset[str]:
    """The shapes that one text has; spaces around it do not count. An empty text has none."""
    text = text.strip()
    if not text:
        return frozenset()
    found = {shape for shape, test in _TESTS if test(text)}
    secret = secret_shape(text)
    return frozenset((*found, secret) if secret else found)


def _is_date(text: str) -> bool:
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        return _exists(int(match[1]), int(match[3]), int(match[4]))
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        return False
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    return _exists(year, second, first) or _exists(year, first, second)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _is_timestamp(text: str) -> bool:
    if len(text) < 12 or len(text) > 48 or ":" not in text:
        return False
    day, separator, time = text.partition("T")
    if not separator or " " in day:
        day, _, time = text.partition(" ")
    return _is_date(day) and _TIME.fullmatch(time.strip()) is not None


def _is_json(text: str) -> bool:
    if text[0] + text[-1] not in ("{}", "[]") or len(text) > _LONGEST_JSON:
        return False
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _is_ip(text: str) -> bool:
    if len(text) > 49 or (text.count(".") != 3 and text.count(":") < 2):
        return False
    try:
        ip_interface(text)
    except ValueError:
        return False
    return True


def _is_list(text: str) -> bool:
    """Two or more short items. Two capitalised words with a comma and a space ("Paris, France") are a name, not a list."""
    if "\n" in text or _GROUPED_NUMBER.fullmatch(text) or _COORDINATES.fullmatch(text) or text[-1] in ".!?":
        return False
    for separator in ",;|":
        if separator in text:
            break
    else:
        return False
    parts = text.split(separator)
    items = [part.strip() for part in parts]
    if items[-1] == "":
        items.pop()
    if len(items) < 2 or not all(_ITEM.fullmatch(item) and len(item) <= _LONGEST_ITEM for item in items):
        return False
    if any(word.endswith((".", ":")) for item in items for word in item.split()):
        return False
    words = [item.count(" ") + 1 for item in items]
    spaced = any(part.startswith(" ") for part in parts[1:])
    if separator != "," or not spaced:
        return max(words) <= 3
    if len(items) == 2:
        return max(words) == 1 and not any(item[0].isupper() for item in items)
    return max(words) <= 2 and sum(words) <= len(items) * 1.5


_TESTS = (
    ("integer", lambda text: _INTEGER.fullmatch(text) is not None and text != "-0"),
    ("decimal", lambda text: _DECIMAL.fullmatch(text) is not None),
    ("boolean", lambda text: text.lower() in _BOOLEAN),
    ("date", _is_date),
    ("timestamp", _is_timestamp),
    ("uuid", lambda text: _UUID.fullmatch(text) is not None),
    ("json", _is_json),
    ("ip", _is_ip),
    ("list", _is_list),
    ("email", lambda text: _EMAIL.fullmatch(text) is not None),
    (
        "hash",
        lambda text: (
            (len(text) in _HEX_LENGTHS and _HEX.fullmatch(text) is not None)
            or (text[0] in "$abps" and _KEY_DERIVATION.fullmatch(text) is not None)
        ),
    ),
)
