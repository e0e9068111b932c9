"""Whether a column's name says that it holds secrets, whose values are then shown nowhere."""

import re
from itertools import pairwise

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_SECRET_WORDS = """
    password passwords passwd pwd passphrase passcode secret secrets token tokens credential credentials apikey apikeys
    cvv cvc otp totp ssn authtoken accesstoken refreshtoken privatekey secretkey
"""
_SECRET = frozenset(_SECRET_WORDS.split())
_SECRET_PAIRS = frozenset(
    (
        ("api", "key"),
        ("private", "key"),
        ("secret", "key"),
        ("access", "key"),
        ("encryption", "key"),
        ("signing", "key"),
        ("card", "number"),
        ("pass", "word"),
        ("security", "answer"),
        ("recovery", "code"),
    )
)
_SECRET_AT_THE_END = frozenset(("pass", "pin", "pins"))
_WORDS_ABOUT_A_SECRET = """
    at on date time count type kind name length policy expires expiry expiration expired changed updated created reset
    required enabled id ids version algorithm attempts age days status used limit provider index
"""
_ABOUT_A_SECRET = frozenset(_WORDS_ABOUT_A_SECRET.split())
"""Last words of names that tell something about a secret, not the secret itself."""


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in any convention, in lower case: "userAPIKey2" → ("user", "api", "key", "2")."""
    return tuple(word.lower() for word in _WORDS.findall(name))


def looks_secret(name: str) -> bool:
    """Whether a column of this name looks as if it held passwords, tokens, keys or card numbers."""
    words = words_of(name)
    if not words or words[-1] in _ABOUT_A_SECRET or words[0] in ("is", "has"):
        return False
    pairs = set(pairwise(words))
    return bool(_SECRET.intersection(words) or _SECRET_PAIRS & pairs) or (
        words[-1] in _SECRET_AT_THE_END and len(words) <= 2
    )
