"""Which columns hold amounts of money, as far as names say."""

from dbwright.catalog.objects import Column, Table
from dbwright.rules.design._names import stem, word_set, words

_ALWAYS = word_set(
    "price cost salary wage revenue subtotal budget payment refund payout tax vat fee income earning expense "
    "turnover msrp fare cashback surcharge postage"
)
_ALONE = word_set(
    "amount total balance charge deposit credit debit net gross tip rent bonus commission sum profit freight"
)
_WITH_AMOUNT = word_set(
    "discount interest payable receivable sale order invoice cart paid due shipping grand loan donation"
)
_NEVER = word_set(
    "rate ratio percent pct percentage factor multiplier index probability share elasticity average avg mean std stddev "
    "deviation variance median sensitivity confidence efficiency per count rating score prediction function model free"
)
"""Words that make anything a figure instead of an amount."""
_OTHER_MEASURES = word_set(
    "weight level number num quantity qty unit hour minute second day week month year time date duration distance point "
    "latitude lat longitude lng lon volume size length width height area km mile kg gram liter litre calorie id code "
    "type name status at by on version bracket class category method currency cpu memory energy power bandwidth "
    "latency attention capacity flow speed temperature grade band scale"
)
"""Words that, at the end of a name, say that something else than money is measured: "tax_year", "price_level"."""
_PAID_BY = word_set("hourly daily nightly weekly monthly hour day night rental room pay billing")
"""Words that make a rate a price: "hourly_rate"."""
_WHICH = word_set("current opening closing available pending outstanding remaining limit minimum maximum min max")
_CONTEXT = word_set(
    "order invoice payment transaction account sale purchase cart basket checkout refund expense bill ledger donation loan budget "
    "salary payroll wallet subscription coupon quote price product shipment customer client deposit withdrawal "
    "transfer fund finance financial tax fee contract booking reservation rental ticket item line bank cash"
)
_NO_CONTEXT = word_set(
    "edge graph node route path query model training epoch experiment sensor recipe ingredient nutrition dose sample"
)
RATES = word_set("tax vat commission fee interest tip")
"""Words that stand for a rate as often as for an amount, when they are the whole name."""


def is_money(column: Column, table: Table) -> bool:
    """Whether a column's name says that it holds an amount of money.

    "unit_price" says so anywhere; "amount", "total" and "balance" only where nothing else is measured and the table or its
    columns deal with money; "tax_rate", "price_count" and "cost_per_km" never do.
    """
    named, around = stem(column.name), frozenset(stem(table.name))
    if named[-1:] == ("rate",) and len(named) > 1 and named[-2] in _PAID_BY:
        return True
    if not named or _NEVER.intersection(named) or named[-1] in _OTHER_MEASURES or around & _NO_CONTEXT:
        return False
    if _ALWAYS.intersection(named):
        return True
    counts_things = named[-1] != words(column.name)[-1] and named[-1] in _WITH_AMOUNT | _CONTEXT  # total_items
    if counts_things or not _ALONE.intersection(named) or not set(named) <= _ALONE | _WITH_AMOUNT | _CONTEXT | _WHICH:
        return False
    return (
        (len(named) > 1 and bool(_WITH_AMOUNT.intersection(named))) or bool(around & _CONTEXT) or _deals_in_money(table)
    )


def _deals_in_money(table: Table) -> bool:
    return any(
        {"currency", "price", "cost", "tax", "vat", "fee", "subtotal"}.intersection(words(other.name))
        for other in table.columns
    )


def may_be_rate(column: Column) -> bool:
    """Whether the whole name could as well mean a rate: "tax" may hold 0.19 or 3.80."""
    named = stem(column.name)
    return len(named) == 1 and named[0] in RATES
