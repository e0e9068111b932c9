"""Texts that are secrets by their own form, whatever their column is called: card numbers, bank accounts, keys.

Each form is told by check digits or by a beginning that nothing else has, so that an order number is none of them.
"""

import re

SECRET_SHAPES = ("card", "iban", "identity", "key")
"""Payment cards, bank accounts, numbers of persons, and keys or tokens of known services. Their values are shown nowhere."""

_CARD = re.compile(r"[0-9]{13,19}|[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,7}|3[47][0-9]{2}([ -])[0-9]{6}\2[0-9]{5}")
_ISSUERS = re.compile(
    r"4[0-9]{12}(?:[0-9]{3}){0,2}"  # Visa: 13, 16 or 19 digits
    r"|(?:5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720))[0-9]*"  # Mastercard
    r"|3[47][0-9]{13}"  # American Express
    r"|3(?:0[0-5]|[68][0-9])[0-9]{11}"  # Diners Club
    r"|(?:6011|65|64[4-9]|35(?:2[89]|[3-8]))[0-9]*"  # Discover, JCB
    r"|62[0-9]*"  # UnionPay
)
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
_UNITED_STATES = re.compile(r"(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}")
_BRITAIN = re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]")
_BRAZIL = re.compile(r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}")
_ITALY = re.compile(r"[A-Z]{6}[0-9]{2}[ABCDEHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]")
_SPAIN = re.compile(r"[0-9]{8}-?[A-Z]")
_FRANCE = re.compile(r"[12] ?[0-9]{2} ?(?:0[1-9]|1[0-2]) ?[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}")
_KEY = re.compile(
    r"(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{40,}|glpat-[0-9A-Za-z_-]{20,}"
    r"|[sr]k_live_[0-9A-Za-z]{16,}|xox[abprs]-[0-9A-Za-z-]{10,}|AIza[0-9A-Za-z_-]{35}|SG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}"
    r"|eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*|-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----.*",
    re.DOTALL,
)
_SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_LONGEST = 20_000


def secret_shape(text: str) -> str | None:
    """Which secret a text is by its form; None for all others."""
    if not 9 <= len(text) <= _LONGEST:
        return None
    if _KEY.fullmatch(text):
        return "key"
    if len(text) > 42:
        return None
    if _is_card(text):
        return "card"
    if _is_iban(text):
        return "iban"
    return "identity" if _is_identity(text) else None


def _is_card(text: str) -> bool:
    if not _CARD.fullmatch(text):
        return False
    digits = text.replace(" ", "").replace("-", "")
    return len(set(digits)) > 1 and _ISSUERS.fullmatch(digits) is not None and _has_check_digit(digits)


def _has_check_digit(digits: str) -> bool:
    """Luhn's check: every second digit from the right doubled, the sum of all digits divisible by ten."""
    doubled = "0246813579"
    total = sum(int(digit if place % 2 == 0 else doubled[int(digit)]) for place, digit in enumerate(reversed(digits)))
    return total % 10 == 0


def _is_iban(text: str) -> bool:
    compact = text.replace(" ", "")
    if not _IBAN.fullmatch(compact):
        return False
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


def _is_identity(text: str) -> bool:
    if _UNITED_STATES.fullmatch(text) or _BRITAIN.fullmatch(text) or _ITALY.fullmatch(text):
        return True
    if _BRAZIL.fullmatch(text):
        digits = [int(character) for character in text if character.isdigit()]
        return len(set(digits)) > 1 and all(_brazilian(digits[:place]) == digits[place] for place in (9, 10))
    if _SPAIN.fullmatch(text):
        return _SPANISH_LETTERS[int(text[:8]) % 23] == text[-1]
    if _FRANCE.fullmatch(text):
        number = text.replace(" ", "")
        return 97 - int(number[:13]) % 97 == int(number[13:])
    return False


def _brazilian(digits: list[int]) -> int:
    """The check digit that follows these."""
    total = sum(digit * weight for digit, weight in zip(digits, range(len(digits) + 1, 1, -1), strict=True))
    return total * 10 % 11 % 10
