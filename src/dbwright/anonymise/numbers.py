"""Identifiers, amounts and dates: permuted within their form, shifted, rounded or made coarser."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from math import isfinite
from typing import TypeVar
from uuid import UUID

from dbwright.anonymise.people import letters
from dbwright.anonymise.permute import permuted_number, permuted_text
from dbwright.anonymise.treatment import Change, Setting, Treatment, fitted
from dbwright.errors import UsageError

_BOUNDS = (90, 180, 2**15 - 1, 2**31 - 1, 2**63 - 1)
"""Of latitudes, longitudes and whole numbers of two, four and eight bytes."""
_NO_DAYS = ("infinity", "-infinity", "0000-00-00")
_MOST_DIGITS = 2_000
_Day = TypeVar("_Day", date, datetime)


def _format(setting: Setting) -> Change:
    key = setting.key.of("format")

    def change(value: object, row: str) -> object:
        if isinstance(value, bool) or not isinstance(value, int):
            return permuted_text(key, "text", str(value))
        digits = len(str(abs(value)))
        low, end = 10 ** (digits - 1) if digits > 1 else 0, 10**digits
        # Within what its column surely takes.
        for bound in (2**31, 2**63):
            if low < bound < end:
                low, end = (low, bound) if abs(value) < bound else (bound, end)
        made = low + permuted_number(key, f"number{low}", abs(value) - low, end - low)
        return -made if value < 0 else made

    return change


def _card(setting: Setting) -> Change:
    key = setting.key.of("card")

    def change(value: object, row: str) -> str:
        text = str(value)
        digits = [at for at, letter in enumerate(text) if letter.isdecimal() and letter.isascii()]
        if len(digits) < 2:
            return permuted_text(key, "text", text)
        made = list(permuted_text(key, "body", text[: digits[-1]]) + text[digits[-1] :])
        body = [int(made[at]) for at in digits[:-1]]
        made[digits[-1]] = str(_check_digit(body))
        return "".join(made)

    return change


def _check_digit(digits: list[int]) -> int:
    """The digit that makes Luhn's sum divisible by ten."""
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    total = sum(doubled[digit] if at % 2 == 0 else digit for at, digit in enumerate(reversed(digits)))
    return -total % 10


def _iban(setting: Setting) -> Change:
    key = setting.key.of("iban")

    def change(value: object, row: str) -> str:
        text = str(value)
        compact = "".join(text.split())
        if len(compact) < 8 or not (compact.isascii() and compact.isalnum() and compact[:2].isalpha()):
            return permuted_text(key, "text", text)
        country, account = compact[:2], permuted_text(key, "account", compact[4:])
        number = int("".join(str(int(letter, 36)) for letter in f"{account}{country}00"))
        made = f"{country}{98 - number % 97:02d}{account}"
        blanks = [at for at, letter in enumerate(text) if letter == " "]
        for at in blanks:
            made = f"{made[:at]} {made[at:]}"
        return made

    return change


def _uuid(setting: Setting) -> Change:
    key = setting.key.of("uuid")
    return lambda value, row: str(UUID(int=key.number("uuid", str(value).lower()), version=4))


def _token(setting: Setting) -> Change:
    key = setting.key.of("token")

    def change(value: object, row: str) -> object:
        if isinstance(value, bytes | bytearray | memoryview):
            length = len(bytes(value))
            made = b"".join(key.digest(f"bytes{at}", bytes(value).hex(), 64) for at in range(length // 64 + 1))
            return made[:length]
        text = str(value)
        made_text = "".join(letters(key, f"text{at}", text, 40) for at in range(len(text) // 40 + 1))
        return fitted(made_text[: max(len(text), 1)], setting.length)

    return change


def _shift(setting: Setting) -> Change:
    days = _whole(setting, "days", 60)
    key = setting.key.of("shift")

    def change(value: object, row: str) -> object:
        moved = key.number("days", row) % (2 * days) - days
        by = timedelta(days=moved if moved < 0 else moved + 1)
        if isinstance(value, date | datetime):
            return _moved(value, by)
        if str(value).startswith(_NO_DAYS):
            return value
        # SQLite keeps moments as text: the day moves, the rest stays.
        text = str(value)
        try:
            return _moved(date.fromisoformat(text[:10]), by).isoformat() + text[10:]
        except ValueError:
            raise UsageError(
                "A value that should be shifted is no date.", hint="Choose another treatment for the column."
            ) from None

    return change


def _moved(value: _Day, by: timedelta) -> _Day:
    """Later by so much; earlier where the calendar ends, as it does after 9999-12-31."""
    try:
        return value + by
    except OverflowError:
        return value - by


def _year(setting: Setting) -> Change:
    def change(value: object, row: str) -> object:
        if isinstance(value, date | datetime):
            return value.replace(month=1, day=1)
        text = str(value)
        return f"{text[:4]}-01-01{text[10:]}" if len(text) >= 10 else text[:4]

    return change


def _noise(setting: Setting) -> Change:
    share = float(setting.options.get("share", 0.1))
    key = setting.key.of("noise")

    def change(value: object, row: str) -> object:
        by = share * (key.number("share", f"{row}/{value}", 7) / 2**55 - 1)
        number = value if isinstance(value, int | Decimal) else float(str(value))
        if not isfinite(number):
            return value
        made = _times(number, 1 + by)
        # The other way where the column may not take it: a digit more, a latitude above 90.
        too_far = _digits(made) > _digits(number) or any(-b <= number <= b and not -b <= made <= b for b in _BOUNDS)
        return _times(number, 1 - by) if too_far else made

    return change


def _digits(number: int | Decimal | float) -> int:
    """How many digits stand before the point."""
    return len(str(abs(int(number))))


def _times(number: int | Decimal | float, factor: float) -> int | Decimal | float:
    """The product, of the same type and with as many decimals."""
    if isinstance(number, int):
        return round(number * Fraction(factor))
    if isinstance(number, Decimal):
        with localcontext(prec=_MOST_DIGITS):
            return (number * Decimal(factor)).quantize(number)
    return number * factor


def _round(setting: Setting) -> Change:
    to = float(setting.options.get("to", 100))

    def change(value: object, row: str) -> object:
        made = round(float(str(value)) / to) * to
        if isinstance(value, int):
            return round(made)
        return Decimal(str(made)).quantize(value) if isinstance(value, Decimal) else made

    return change


def _whole(setting: Setting, name: str, usual: int) -> int:
    value = setting.options.get(name, usual)
    if not isinstance(value, int) or value < 1:
        raise UsageError(f"{name} = {value!r} is not a whole number above 0.")
    return value


NUMBERS = (
    Treatment(name="format", make=_format, sentence="another value of the same form", hides=True),
    Treatment(name="card", make=_card, sentence="another card number with a right check digit", hides=True),
    Treatment(name="iban", make=_iban, sentence="another account with right check digits", hides=True),
    Treatment(name="uuid", make=_uuid, sentence="another UUID", hides=True),
    Treatment(name="token", make=_token, sentence="random characters of the same length", hides=True),
    Treatment(name="shift", make=_shift, sentence="moved by some days, each row by others", per_value=False),
    Treatment(name="year", make=_year, sentence="the first day of its year"),
    Treatment(name="noise", make=_noise, sentence="changed at random by up to a tenth", per_value=False),
    Treatment(name="round", make=_round, sentence="rounded"),
)
