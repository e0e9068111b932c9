"""Which columns hold personal data, and which tables belong to a tenant, as far as names say."""

from collections.abc import Iterator

from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.rules.design._names import stem, word_set, words
from dbwright.rules.design._tables import is_boolean, own_tables

_PEOPLE = word_set(
    "user customer client patient employee member person people contact student teacher staff lead applicant candidate guest "
    "passenger subscriber donor tenant resident author buyer seller profile visitor citizen driver doctor nurse attendee owner"
)
_ALWAYS: dict[tuple[str, ...], str] = {
    ("email",): "e-mail addresses",
    ("mail",): "e-mail addresses",
    ("phone",): "phone numbers",
    ("telephone",): "phone numbers",
    ("mobile",): "phone numbers",
    ("first", "name"): "names",
    ("last", "name"): "names",
    ("full", "name"): "names",
    ("middle", "name"): "names",
    ("firstname",): "names",
    ("lastname",): "names",
    ("surname",): "names",
    ("birth", "date"): "birth dates",
    ("birthdate",): "birth dates",
    ("birthday",): "birth dates",
    ("date", "of", "birth"): "birth dates",
    ("dob",): "birth dates",
    ("ssn",): "identity numbers",
    ("social", "security", "number"): "identity numbers",
    ("passport", "number"): "identity numbers",
    ("national", "id"): "identity numbers",
    ("iban",): "bank accounts",
    ("gender",): "gender",
    ("sex",): "gender",
    ("religion",): "religion",
    ("ethnicity",): "ethnicity",
    ("diagnosis",): "health",
    ("blood", "type"): "health",
    ("allergy",): "health",
    ("medical", "record"): "health",
    ("home", "address"): "addresses",
    ("street", "address"): "addresses",
}
_OF_PEOPLE: dict[tuple[str, ...], str] = {
    ("name",): "names",
    ("address",): "addresses",
    ("street",): "addresses",
    ("salary",): "pay",
    ("wage",): "pay",
}
"""What is personal only in a table of people."""
_ABOUT = word_set(
    "verified verification confirmed at count template subject sent status type opt enabled domain provider prefix length hash id "
    "ids notification notify allowed required valid body queue log format label code country"
)
_TENANTS = word_set("tenant organization organisation org workspace")
_MAYBE_TENANTS = word_set("company account team site shop client firm")
_LEAST, _LEAST_MAYBE = 3, 5


def personal_data(table: Table) -> dict[str, str]:
    """The columns of a table that hold personal data, each with what kind."""
    of_people = bool(_PEOPLE.intersection(stem(table.name)))
    found: dict[str, str] = {}
    for column in table.columns:
        kind = _kind(column, of_people)
        if kind:
            found[column.name] = kind
    return found


def _kind(column: Column, of_people: bool) -> str | None:
    named = stem(column.name)
    if not named or is_boolean(column) or _ABOUT.intersection(named) - {"id"} or named[0] in ("is", "has"):
        return None
    if named[-1] == "id" and named != ("national", "id"):
        return None
    if named[-1] in ("number", "no", "num") and len(named) > 1 and named[:-1] in _ALWAYS:
        named = named[:-1]
    for length in (3, 2, 1):
        if len(named) >= length and named[-length:] in _ALWAYS:
            return _ALWAYS[named[-length:]]
    if named[-2:] == ("email", "address"):
        return "e-mail addresses"
    return _OF_PEOPLE.get(named) if of_people else None


def tenant_columns(catalog: Catalog) -> dict[str, list[Table]]:
    """The columns that say which tenant a row belongs to, with the tables that have them.

    A name such as tenant_id counts from three tables on; company_id and the like where half of five tables or more have it.
    """
    held: dict[str, list[Table]] = {}
    tables = list(own_tables(catalog))
    for table in tables:
        for column in table.columns:
            named = stem(column.name)
            if len(named) == 2 and named[1] in ("id", "uuid") and named[0] in _TENANTS | _MAYBE_TENANTS:
                held.setdefault(column.name, []).append(table)
    nouns = {"".join(stem(table.name)[-1:]) for table in tables}
    return {
        name: found
        for name, found in held.items()
        if (words(name)[0] in _TENANTS and len(found) >= _LEAST)
        or (stem(name)[0] in nouns and len(found) >= max(_LEAST_MAYBE, len(tables) / 2))
    }


def tables_of_tenants(catalog: Catalog) -> Iterator[tuple[str, Table]]:
    """Each table that belongs to tenants, with the column that says to which."""
    seen: set[tuple[str, str]] = set()
    for name, tables in tenant_columns(catalog).items():
        for table in tables:
            if (table.namespace, table.name) not in seen:
                seen.add((table.namespace, table.name))
                yield name, table
