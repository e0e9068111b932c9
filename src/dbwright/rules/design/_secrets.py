"""Which columns hold secrets or the numbers of documents and cards, as far as names say."""

from typing import Literal

from dbwright.catalog.facts import Shapes
from dbwright.catalog.objects import Column, Table
from dbwright.rules.design._names import stem, word_set, words

SecretKind = Literal["password", "token", "card", "card code", "identity"]

_PASSWORDS = word_set("password passwd passwort pwd passphrase passcode userpass userpassword passwrd")
_KEYS = (
    ("secret",), ("api", "key"), ("apikey",), ("secret", "key"), ("private", "key"), ("access", "key"), ("auth", "key"),
    ("encryption", "key"), ("signing", "key"), ("master", "key"), ("api", "secret"), ("client", "secret"),
    ("webhook", "secret"), ("totp", "secret"), ("otp", "secret"), ("mfa", "secret"), ("secretkey",), ("privatekey",),
)  # fmt: skip
_TOKENS = word_set(
    "access refresh api auth authentication authorization session reset bearer remember login confirmation verification activation "
    "oauth jwt magic recovery invite invitation personal id password bot"
)
_TOKEN_TABLES = word_set(
    "session reset api oauth auth credential login invite invitation verification remember access token password"
)
_CARDS = (
    ("card", "number"), ("cardnumber",), ("credit", "card"), ("creditcard",), ("cc", "number"), ("ccnumber",), ("card", "no"),
    ("credit", "card", "number"), ("cc", "num"), ("card", "num"), ("debit", "card"), ("pan",), ("credit", "card", "no"),
)  # fmt: skip
_CARD_CODES = word_set("cvv cvv2 cvc cvc2 cvn csc")
_IDENTITIES = (
    ("ssn",), ("social", "security", "number"), ("social", "security", "no"), ("iban",), ("passport", "number"),
    ("passport", "no"), ("national", "id"), ("tax", "id", "number"), ("bank", "account", "number"), ("social", "security"),
)  # fmt: skip
_HASHED = word_set(
    "hash hashed hashes digest encrypted cipher ciphertext enc crypt bcrypt argon argon2 scrypt sha1 sha256 sha512 sha md5 "
    "fingerprint checksum hmac masked encoded"
)
_ABOUT = word_set(
    "count changed change at on expires expire expiry expiration expired set hint required policy attempt length strength type "
    "algorithm algo version enabled is has must needs force salt iteration iterations url uri path name date time status last4 "
    "last four brand holder santa prefix suffix question limit usage reference ref arn vault file hook day month year age "
    "by updated created used requested sent reminder link template failed failure failures history days public publishable "
    "mask reset_at scope scopes claim"
)
"""Words that say that the column tells something about the secret instead of holding it."""

PROSE = word_set(
    "description body content comment note text message bio summary title subject abstract story html markdown"
)
"""Last words of columns of free text, whose whole value is never one number."""
_COMPANIES = word_set(
    "bank branch company creditor debtor firm merchant organisation organization payee supplier vendor"
)
_MOSTLY = 0.9
_LEAST = {"card": 3, "iban": 3, "identity": 5}


def secret_kind(table: Table, column: Column) -> SecretKind | None:
    """What kind of secret a column's name promises, hashed or not; None for none."""
    named = words(column.name)
    core = tuple(word for word in named if word not in _HASHED)
    if not core or _ABOUT.intersection(core) or (core[-1] in ("id", "ids") and core != ("national", "id")):
        return None
    if _PASSWORDS.intersection(core[-1:]) or core[-2:] in (("pass", "word"), ("user", "pass"), ("login", "pass")):
        return "password"
    if _CARD_CODES.intersection(core):
        return "card code"
    if any(core[-len(each) :] == each for each in _CARDS):
        return "card"
    if any(core[-len(each) :] == each for each in _IDENTITIES):
        return None if is_printed_account(table, column) else "identity"
    if any(core[-len(each) :] == each for each in _KEYS):
        return "token"
    if core[-1] == "token" and (
        _TOKENS.intersection(core[:-1]) or (len(core) == 1 and _TOKEN_TABLES.intersection(stem(table.name)))
    ):
        return "token"
    return None


def is_printed_account(table: Table, column: Column) -> bool:
    """Whether a bank account is that of a company or of a bank's statement: it stands on every invoice."""
    return "iban" in words(column.name) and bool(_COMPANIES.intersection(stem(table.name)))


def says_hashed(column: Column) -> bool:
    """Whether the name says that only a hash or a cipher is kept: password_hash, encrypted_token."""
    return bool(_HASHED.intersection(words(column.name)))


def by_content(shapes: Shapes) -> tuple[str, int] | None:
    """The secret form that the values of a column have, with how many have it; None for no such form.

    One key among other values is enough, since nothing else looks like one.
    """
    if keys := shapes.counts.get("key", 0):
        return "key", keys
    for shape, least in _LEAST.items():
        number = shapes.counts.get(shape, 0)
        if number >= least and number >= _MOSTLY * shapes.filled and shapes.distinct >= least:
            return shape, number
    return None
