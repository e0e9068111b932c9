"""A password, token, key, card or identity number that stands readable in a column.

## Why
Whoever gets a copy of the table, through a stolen backup, an injection, a log or a support tool, gets the secrets
with it. Passwords open other accounts of the same people, because they are reused. Tokens and API keys are passwords
that somebody else chose. Card verification codes may not be stored at all once a payment is authorised (PCI DSS
3.3), and card numbers only encrypted or truncated.

The column is recognised by its name; `password_changed_at`, `token_count`, `card_last4` and the like are left alone.
Then the shape of its values decides, never the values themselves, which are not shown: hashes (bcrypt, argon2,
scrypt, PBKDF2, or hexadecimal digests) are what a password column should hold. A column that says that it is hashed
is believed, unless its values are too short to be hashes. Where the rows could not be asked, the finding says so and
is a warning, for tokens a note; a column whose length is exactly that of a common hash is believed.

Secrets in columns of another name are recognised by their own form alone: payment cards by their issuer and check
digit, bank accounts by theirs, numbers of persons, and keys and tokens of known services (`AKIA…`, `ghp_…`, private
keys, signed web tokens). Nine in ten values must have the form; a few keys among other values are enough.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(254) NOT NULL, password varchar(255) NOT NULL);
-- password: 'hunter2', 'letmein', …
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(254) NOT NULL, password_hash varchar(255) NOT NULL);
-- password_hash: '$argon2id$v=19$m=65536,t=3,p=4$…'
```

## Fix
None to run. Hash passwords with argon2id or bcrypt in the application. Keep only a SHA-256 of tokens that are merely
compared, and encrypt with a key outside the database what must be read again. Then erase the old values, and treat
the ones that were there as known to others.

## References
- OWASP, [Password storage cheat
  sheet](https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html)
- PCI DSS 4.0, requirements 3.3 and 3.5
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import Question, Shapes, TextShapes
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding, Severity
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import stem
from dbwright.rules.design._secrets import PROSE, SecretKind, by_content, is_printed_account, says_hashed, secret_kind
from dbwright.rules.design._tables import base_type, is_boolean, own_tables

_HASH_LENGTHS = frozenset((32, 40, 56, 60, 64, 95, 96, 97, 98, 128))
_SHORTEST_HASH = 30
_MOSTLY = 0.9
_SHORTEST_SECRET = 9
_LENGTHS: dict[SecretKind, range] = {"card": range(12, 24), "card code": range(3, 5), "identity": range(6, 43)}
"""The longest value that a column of readable ones has; longer ones are encrypted, shorter ones are the last digits."""
_NAMED: dict[SecretKind, str] = {
    "password": "passwords",
    "token": "secret tokens or keys",
    "card": "card numbers",
    "card code": "card verification codes",
    "identity": "identity or bank account numbers",
}
_HELP: dict[SecretKind, str] = {
    "password": "Keep only a hash (argon2id or bcrypt), made in the application.",
    "token": "Keep only a hash of tokens that are merely compared; encrypt what must be read again.",
    "card": "Let the payment provider keep the number and store its token, or encrypt it and keep the last four digits.",
    "card code": "Delete it: a verification code may not be stored after the payment is authorised.",
    "identity": "Encrypt it with a key outside the database, or keep only what is needed to compare.",
}
_WORST: dict[SecretKind, Severity] = {
    "password": "error",
    "token": "warning",
    "card": "error",
    "card code": "error",
    "identity": "warning",
}


_KIND_OF_SHAPE: dict[str, SecretKind] = {"card": "card", "iban": "identity", "identity": "identity", "key": "token"}
_FORMS = {
    "card": "are card numbers, by their issuer and check digit",
    "iban": "are bank account numbers (IBAN)",
    "identity": "have the form of a person's identity number",
    "key": "have the form of a key or token of a known service",
}


class PlainSecret(Rule):
    """Finds secrets that anyone with a copy of the table can read."""

    code = "S001"
    group = "security"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, column, _ in _candidates(subject):
            if base_type(subject, column.type).is_text:
                yield TextShapes(table=table.ref, column=column.name)
        for table, column in _others(subject):
            yield TextShapes(table=table.ref, column=column.name)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column, kind in _candidates(subject):
            type_ = base_type(subject, column.type)
            if type_.is_number:
                if kind != "token":
                    evidence = Evidence(f"A column of type {type_.spelling} can hold neither a hash nor a cipher.")
                    yield self._finding(table, column, kind, evidence, _WORST[kind])
                continue
            question = TextShapes(table=table.ref, column=column.name)
            shapes = subject.facts.ask(question, Shapes)
            if shapes is None or not shapes.filled:
                if not says_hashed(column) and type_.length not in _HASH_LENGTHS:
                    severity: Severity = "note" if kind == "token" else "warning"
                    yield self._finding(table, column, kind, unchecked(subject, question), severity, checked=False)
                continue
            judged = _judge(kind, shapes, hashed_by_name=says_hashed(column))
            if judged:
                severity, summary = judged
                # The query that shows it again would print the secrets.
                evidence = msgspec.structs.replace(seen(summary, shapes), sql=None)
                yield self._finding(table, column, kind, evidence, severity)
        for table, column in _others(subject):
            shapes = subject.facts.ask(TextShapes(table=table.ref, column=column.name), Shapes)
            found = by_content(shapes) if shapes else None
            if found and found[0] == "iban" and is_printed_account(table, column):
                continue
            if shapes and found:
                shape, number = found
                kind = _KIND_OF_SHAPE[shape]
                summary = (
                    f"{number:,} of {count(shapes.filled, 'filled value')} in {looked_at(shapes)} {_FORMS[shape]}."
                )
                evidence = msgspec.structs.replace(seen(summary, shapes), sql=None)
                severity = "warning" if number < _MOSTLY * shapes.filled else _WORST[kind]
                yield self._finding(table, column, kind, evidence, severity)

    def _finding(
        self,
        table: Table,
        column: Column,
        kind: SecretKind,
        evidence: Evidence,
        severity: Severity,
        *,
        checked: bool = True,
    ) -> Finding:
        name = f"{table.ref}.{column.name}"
        if severity == "note" and checked:
            message = f"{name} may hold {_NAMED[kind]} that can be read: its values are hashes or random digits, which look alike."
        elif not checked:
            message = f"By its name, {name} holds {_NAMED[kind]} that can be read."
        else:
            message = f"{name} holds {_NAMED[kind]} that can be read by anyone who gets a copy of the table."
        return self.finding(table.column_ref(column.name), message, evidence, help=_HELP[kind], severity=severity)


def _candidates(subject: Subject) -> Iterator[tuple[Table, Column, SecretKind]]:
    for table in own_tables(subject.catalog):
        tied = {name for key in table.foreign_keys for name in key.columns}
        for column in table.columns:
            type_ = base_type(subject, column.type)
            if column.name in tied or is_boolean(column) or not (type_.is_text or type_.kind in ("integer", "decimal")):
                continue
            kind = secret_kind(table, column)
            if kind:
                yield table, column, kind


def _others(subject: Subject) -> Iterator[tuple[Table, Column]]:
    """The columns of text whose names promise no secret, where values may tell of one."""
    for table in own_tables(subject.catalog):
        tied = {name for key in table.foreign_keys for name in key.columns}
        for column in table.columns:
            named = stem(column.name)
            if column.name in tied or column.generated or not named or named[-1] in PROSE or says_hashed(column):
                continue
            type_ = base_type(subject, column.type)
            room = type_.is_text and (type_.length is None or type_.length >= _SHORTEST_SECRET)
            if room and not secret_kind(table, column):
                yield table, column


def _judge(kind: SecretKind, shapes: Shapes, *, hashed_by_name: bool) -> tuple[Severity, str] | None:
    """How bad the values are by their shapes, and what was seen; None where they are as they should be."""
    hashes = shapes.counts.get("hash", 0)
    rows, filled = looked_at(shapes), count(shapes.filled, "filled value")
    if hashed_by_name:
        if shapes.longest < _SHORTEST_HASH // 2:
            return _WORST[
                kind
            ], f"The longest of {filled} in {rows} has {count(shapes.longest, 'character')}: none is a hash."
        return None
    if kind in _LENGTHS:
        if shapes.longest not in _LENGTHS[kind] or hashes:
            return None
        if kind == "card" and shapes.counts.get("integer", 0) < shapes.filled / 2 and shapes.longest < 16:
            return None
        return _WORST[
            kind
        ], f"{filled} in {rows}, none longer than {count(shapes.longest, 'character')}: they are not encrypted."
    if hashes >= _MOSTLY * shapes.filled:
        plain = shapes.filled - hashes
        if kind == "password" and plain:
            return "error", f"{plain:,} of {filled} in {rows} {'is no hash' if plain == 1 else 'are no hashes'}."
        if kind == "token":
            return "note", f"{filled} in {rows} are hexadecimal digits of a hash's length; random tokens look the same."
        return None
    others = shapes.filled - hashes
    has, length = "has" if others == 1 else "have", count(shapes.longest, "character")
    summary = f"{others:,} of {filled} in {rows} {has} no form of a hash; the longest has {length}."
    if kind == "password" and shapes.longest >= _SHORTEST_HASH and not hashes:
        return "warning", f"{summary} A form that is not known here is possible."
    return _WORST[kind], summary
