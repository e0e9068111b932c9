"""How people are reached: mail addresses, names of accounts, telephones, network addresses, web addresses."""

from __future__ import annotations

from ipaddress import ip_address

from dbwright.anonymise.people import letters
from dbwright.anonymise.permute import permuted_number, permuted_text
from dbwright.anonymise.treatment import Change, Setting, Treatment, fitted
from dbwright.seed.values.pools import folded, pool

_TEST_NETWORK = int(ip_address("10.0.0.0"))
_DOCUMENTATION = int(ip_address("2001:db8::"))


def _email(setting: Setting) -> Change:
    key = setting.key.of("email")
    first, last = pool("first_name", setting.locale).to_list(), pool("last_name", setting.locale).to_list()

    def change(value: object, row: str) -> str:
        original = str(value).strip().casefold()
        token = letters(key, "token", original)
        given = _plain(first[key.number("first", original) % len(first)])
        family = _plain(last[key.number("last", original) % len(last)])
        made = f"{given}.{family}.{token}@example.com"
        if setting.length is not None and len(made) > setting.length:
            made = f"{token[: max(1, setting.length - len('@example.com'))]}@example.com"
        return fitted(made, setting.length)

    return change


def _username(setting: Setting) -> Change:
    key = setting.key.of("username")
    words = pool("username_word", "en").to_list()

    def change(value: object, row: str) -> str:
        original = str(value).casefold()
        word = _plain(words[key.number("word", original) % len(words)])
        token = letters(key, "token", original)
        if setting.length is None or len(word) + len(token) <= setting.length:
            return word + token
        return token[: setting.length]

    return change


def _plain(text: str) -> str:
    return "".join(letter for letter in folded(text) if letter.isascii() and letter.isalnum()) or "x"


def _phone(setting: Setting) -> Change:
    key = setting.key.of("phone")

    def change(value: object, row: str) -> object:
        text = str(value)
        # The country's code stays, so that the number still is one of that country.
        kept = 3 if text.startswith("+") else 0
        made = text[:kept] + permuted_text(key, f"number{text[:kept]}", text[kept:])
        return int(made) if isinstance(value, int) else made

    return change


def _network(setting: Setting) -> Change:
    key = setting.key.of("ip")

    def change(value: object, row: str) -> str:
        text, slash, mask = str(value).partition("/")
        try:
            address = ip_address(text.strip())
        except ValueError:
            return permuted_text(key, "text", str(value))
        if address.version == 4:
            made = ip_address(_TEST_NETWORK + permuted_number(key, "4", int(address), 2**32) % 2**24)
        else:
            made = ip_address(_DOCUMENTATION + permuted_number(key, "6", int(address), 2**128) % 2**96)
        return f"{made}{slash}{mask}" if not mask or int(mask) >= (32 if address.version == 4 else 128) else str(made)

    return change


def _url(setting: Setting) -> Change:
    key = setting.key.of("url")

    def change(value: object, row: str) -> str:
        return fitted(f"https://www.example.com/{letters(key, 'path', str(value))}", setting.length)

    return change


CONTACTS = (
    Treatment(name="email", make=_email, sentence="a made-up address at example.com", hides=True),
    Treatment(name="username", make=_username, sentence="a made-up account name", hides=True),
    Treatment(name="phone", make=_phone, sentence="another number of the same form", hides=True),
    Treatment(name="ip", make=_network, sentence="an address of a private or documentation network", hides=True),
    Treatment(name="url", make=_url, sentence="an address at example.com", hides=True),
)
