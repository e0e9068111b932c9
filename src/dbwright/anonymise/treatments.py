"""All treatments by their names."""

from __future__ import annotations

from dbwright.anonymise.contacts import CONTACTS
from dbwright.anonymise.numbers import NUMBERS
from dbwright.anonymise.people import PEOPLE
from dbwright.anonymise.prose import PROSE
from dbwright.anonymise.treatment import Change, Setting, Treatment
from dbwright.errors import UsageError


def _keep(setting: Setting) -> Change:
    return lambda value, row: value


def _null(setting: Setting) -> Change:
    return lambda value, row: None


def _constant(setting: Setting) -> Change:
    if "value" not in setting.options:
        raise UsageError(
            'The treatment "constant" needs a value.', hint='Write { treatment = "constant", value = "…" }.'
        )
    return lambda value, row: setting.options["value"]


TREATMENTS: dict[str, Treatment] = {
    each.name: each
    for each in (
        Treatment(name="keep", make=_keep, sentence="kept as it is"),
        Treatment(name="null", make=_null, sentence="emptied", hides=True),
        Treatment(name="constant", make=_constant, sentence="the same value in every row", hides=True),
        *PEOPLE,
        *CONTACTS,
        *NUMBERS,
        *PROSE,
    )
}


def treatment(name: str) -> Treatment:
    """The treatment of that name. Raises UsageError where there is none."""
    if name not in TREATMENTS:
        raise UsageError(f"There is no treatment {name!r}.", hint=f"There are: {', '.join(sorted(TREATMENTS))}.")
    return TREATMENTS[name]
