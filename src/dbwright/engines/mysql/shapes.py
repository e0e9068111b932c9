"""What a text looks like, as conditions in SQL that MySQL's and MariaDB's regular expressions read alike.

Backslashes are left out of the patterns, because their meaning in a string depends on the sql_mode.
"""

from dbwright.engines.mysql.words import tick

LONGEST = 400
"""Longer texts are matched by no pattern but JSON: they are prose, and a pattern over megabytes is slow."""

_DATE = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_OTHER_DATE = "[0-9]{4}/[01]?[0-9]/[0-3]?[0-9]|[0-3]?[0-9][./-][0-3]?[0-9][./-]([0-9]{4}|[0-9]{2})"
_CLOCK = "([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?( ?(Z|[AaPp][Mm]|[+-][0-9]{2}:?([0-9]{2})?))?"
_BYTE = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_HEXTET = "[0-9A-Fa-f]{1,4}"
_ITEM = "[^,;|.!?]{1,40}"
_IBAN_COUNTRIES = (
    "AD|AE|AL|AT|AZ|BA|BE|BG|BH|BR|CH|CY|CZ|DE|DK|EE|ES|FI|FR|GB|GE|GI|GR|HR|HU|IE|IL|IS|IT|JO|KW|KZ|LB|LI|LT|LU|LV|MC|MD|ME|MK|MT"
    "|NL|NO|PK|PL|PT|QA|RO|RS|SA|SE|SI|SK|SM|TR|UA|XK"
)

_PATTERNS = {
    "integer": "[+-]?(0|[1-9][0-9]*)",
    "decimal": "[+-]?(0|[1-9][0-9]*)?[.][0-9]+([eE][+-]?[0-9]+)?",
    "boolean": "([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[TtFfYyNn])",
    "date": f"({_DATE}|{_OTHER_DATE})",
    "timestamp": f"({_DATE}|{_OTHER_DATE})[T ]{_CLOCK}",
    "uuid": "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
    "ip": f"({_BYTE}[.]{_BYTE}[.]{_BYTE}[.]{_BYTE}|({_HEXTET}:){{7}}{_HEXTET}"
    f"|({_HEXTET}:){{0,6}}({_HEXTET})?::({_HEXTET}:){{0,6}}({_HEXTET})?)(/[0-9]{{1,3}})?",
    "list": f"{_ITEM}(,{_ITEM})+|{_ITEM}(;{_ITEM})+|{_ITEM}([|]{_ITEM})+",
    "email": "[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+",
    "hash": "[$](2[abxy]?|argon2[a-z]*|scrypt|pbkdf2[a-z0-9-]*|[156y]|7|ml)[$].{8,}"
    "|(bcrypt|argon2|scrypt|pbkdf2)[a-z0-9_:-]*[$].{8,}"
    "|[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128}",
    "card": "4[0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?([0-9]|[0-9]{4}|[0-9]{7})|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}"
    "|(5[1-5][0-9]{2}|2[2-7][0-9]{2}|6011|65[0-9]{2}|64[4-9][0-9]|35[2-8][0-9]|62[0-9]{2})"
    "[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}|3(0[0-5]|[68][0-9])[0-9]{11}",
    "iban": f"({_IBAN_COUNTRIES})[0-9]{{2}} ?[0-9A-Z]{{4}} ?[0-9A-Z]{{4}}[ 0-9A-Z]{{3,30}}",
    "identity": "[0-8][0-9]{2}-[0-9]{2}-[0-9]{4}|[0-9]{3}[.][0-9]{3}[.][0-9]{3}-[0-9]{2}"
    "|[A-Z]{6}[0-9]{2}[ABCDEHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]",
    "key": "(AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{40,}|glpat-[0-9A-Za-z_-]{20,}"
    "|[sr]k_live_[0-9A-Za-z]{16,}|xox[abprs]-[0-9A-Za-z-]{10,}|AIza[0-9A-Za-z_-]{35}|SG[.][0-9A-Za-z_-]{22}[.][0-9A-Za-z_-]{43}"
    "|eyJ[0-9A-Za-z_-]{8,}[.]eyJ[0-9A-Za-z_-]{8,}[.][0-9A-Za-z_-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----[[:space:][:print:]]*",
}
"""Of the last four, `catalog.secret_shapes` tells more; here the digits of cards are checked, those of accounts and persons are not."""

SHAPES = (*_PATTERNS, "json")


def text_of(column: str) -> str:
    """A column's value as text that every function takes, whatever its character set."""
    return f"CONVERT({tick(column)} USING utf8mb4)"


def is_filled(column: str) -> str:
    """A condition that the text is neither NULL nor empty."""
    return f"CHAR_LENGTH({text_of(column)}) > 0"


def has_shape(column: str, shape: str) -> str:
    """A condition that the text has a shape; it is never NULL and never fails on long texts."""
    value = text_of(column)
    if shape == "json":
        return f"(LEFT(LTRIM({value}), 1) IN ('{{', '[') AND COALESCE(JSON_VALID({value}), 0) = 1)"
    if shape == "key":
        value = f"LEFT({value}, {LONGEST})"  # a private key is longer, and known by its beginning
    short = f"CASE WHEN CHAR_LENGTH({value}) <= {LONGEST} THEN {value} ELSE '' END"
    condition = f"COALESCE({short} REGEXP '^({_PATTERNS[shape].replace(chr(39), chr(39) * 2)})$', 0) = 1"
    return f"({condition} AND {_has_check_digit(value)})" if shape == "card" else f"({condition})"


_LONGEST_CARD = 19


def _has_check_digit(text: str) -> str:
    """Luhn's check: every second digit from the right doubled, the sum of all digits divisible by ten."""
    digits = f"LPAD(REPLACE(REPLACE({text}, ' ', ''), '-', ''), {_LONGEST_CARD}, '0')"
    terms = []
    for place in range(1, _LONGEST_CARD + 1):
        digit = f"SUBSTRING({digits}, {place}, 1)"
        doubled = (_LONGEST_CARD - place) % 2 == 1
        terms.append(f"SUBSTRING('0246813579', {digit} + 1, 1)" if doubled else digit)
    return f"({' + '.join(terms)}) % 10 = 0"
