"""Names of people, companies and places, drawn from pools of made-up ones by the keyed hash of the original."""

from __future__ import annotations

from base64 import b32encode

from dbwright.anonymise.key import Key
from dbwright.anonymise.treatment import Change, Setting, Treatment, fitted
from dbwright.seed.values.pools import pool


def _drawn(names: tuple[str, ...], purpose: str) -> Treatment:
    """A treatment that joins a draw from each pool."""

    def make(setting: Setting) -> Change:
        pools = [pool(name, setting.locale).to_list() for name in names]
        key = setting.key.of(purpose)

        def change(value: object, row: str) -> str:
            original = str(value)
            for attempt in range(5):
                made = " ".join(
                    each[key.number(f"{at}/{attempt}", _folded(original)) % len(each)] for at, each in enumerate(pools)
                )
                if made.casefold() != original.casefold():
                    break
            return distinct(made, original, key, setting) if setting.unique else fitted(made, setting.length)

        return change

    return Treatment(name=purpose, make=make, sentence=f"another made-up {purpose.replace('_', ' ')}")


def _folded(text: str) -> str:
    """How names are compared: without regard to case and blanks, so that "Ada " stays the same person as "ada"."""
    return " ".join(text.casefold().split())


def distinct(made: str, original: str, key: Key, setting: Setting) -> str:
    """A text that no other original leads to: a token of its own behind it (60 bits)."""
    token = letters(key, "token", original)
    if setting.length is not None and setting.length <= len(token):
        return token[: setting.length]
    return f"{made[: setting.length - len(token) - 1] if setting.length else made} {token}"


def letters(key: Key, purpose: str, value: str, count: int = 12) -> str:
    """So many letters and digits for a value (5 bits each)."""
    return b32encode(key.digest(purpose, value, 40)).decode("ascii").lower()[:count]


PEOPLE = (
    _drawn(("first_name",), "first_name"),
    _drawn(("last_name",), "last_name"),
    _drawn(("first_name", "last_name"), "full_name"),
    _drawn(("company",), "company"),
    _drawn(("street",), "street"),
    _drawn(("city",), "city"),
    _drawn(("state",), "state"),
    _drawn(("job",), "job"),
)
