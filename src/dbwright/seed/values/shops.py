"""Shops and companies: products, brands, categories, statuses, currencies."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.pieces import Pieces, run
from dbwright.seed.values.prose import Phrases, fitting, fitting_pool, separator_of, title_words
from dbwright.seed.values.source import Pool, Source, Unique, pick

_KINDS = (
    (
        "Lamp Chair Table Shelf Sofa Desk Mug Bowl Plate Kettle Knife Pan Blanket Pillow Towel Rug Clock Mirror Vase Basket Jacket Shirt "
        "Sweater Scarf Hat Gloves Boots Sneakers Belt Backpack Wallet Watch Bracelet Headphones Speaker Keyboard Mouse Monitor Charger "
        "Cable Camera Tripod Phone Tablet Laptop Router Drone Bicycle Helmet Tent Stove Bottle Lantern Compass Racket Ball Yoga-Mat "
        "Dumbbell Skateboard Guitar Piano Drum Notebook Pencil Marker Stapler Folder Puzzle Kite Doll Robot Blocks Soap Shampoo Candle "
        "Perfume Brush Razor Toothbrush Cream Tea Coffee Chocolate Honey Olive-Oil Pasta Granola Jam Drill Hammer Saw Ladder Wrench Toolbox"
    )
    .replace("-", " ")
    .split()
)
_QUALITIES = (
    "Classic Modern Compact Deluxe Premium Essential Eco Smart Ultra Slim Vintage Rustic Handmade Elegant Sturdy Soft Light Portable "
    "Foldable Wireless Organic Refined Bold Bright Quiet Nordic Urban Coastal Alpine Royal Little Grand Swift Gentle Golden Silver"
).split()
_MATERIALS = "Oak Walnut Bamboo Steel Copper Cotton Wool Linen Leather Silk Ceramic Glass Marble Cork Rubber Bronze Velvet".split()
_CATEGORIES = (
    "Books|Electronics|Clothing|Shoes|Toys|Garden|Kitchen|Furniture|Sports|Outdoor|Beauty|Health|Music|Movies|Games|Office|Pets|Baby|"
    "Jewellery|Watches|Tools|Automotive|Groceries|Drinks|Art|Crafts|Travel|Photography|Computers|Phones|Audio|Lighting|Bath|Bedding|"
    "Decoration|Fitness|Cycling|Camping|Fishing|Stationery|Software|Collectibles|Handmade|Gifts|Sale|News|Science|History|Comedy|Drama"
).split("|")
_DEPARTMENTS = (
    "Sales|Marketing|Engineering|Finance|Human Resources|Support|Operations|Legal|Research|Product|Design|Purchasing|Logistics|Quality|"
    "IT|Security|Administration|Production|Communications|Training|Analytics|Facilities|Compliance|Strategy"
).split("|")
_CURRENCIES = (
    "EUR USD GBP JPY CHF SEK NOK DKK PLN CZK HUF RON BGN AUD CAD NZD CNY HKD SGD INR KRW THB MYR IDR PHP VND BRL MXN ARS CLP COP PEN ZAR "
    "EGP MAD NGN KES GHS TRY ILS AED SAR QAR KWD UAH GEL KZT ISK RSD TWD PKR BDT LKR"
).split()
_LANGUAGES = (
    "en|English de|German fr|French es|Spanish it|Italian pt|Portuguese nl|Dutch pl|Polish cs|Czech sv|Swedish da|Danish fi|Finnish "
    "no|Norwegian ja|Japanese zh|Chinese ko|Korean ru|Russian uk|Ukrainian tr|Turkish ar|Arabic he|Hebrew hi|Hindi bn|Bengali el|Greek "
    "hu|Hungarian ro|Romanian bg|Bulgarian hr|Croatian sk|Slovak sl|Slovenian lt|Lithuanian lv|Latvian et|Estonian th|Thai vi|Vietnamese "
    "id|Indonesian ms|Malay fa|Persian ur|Urdu sw|Swahili ca|Catalan eu|Basque is|Icelandic ga|Irish"
).split()
_STATUSES: dict[str, tuple[str, tuple[float, ...]]] = {
    "order purchase sale booking reservation bestellung": (
        "delivered shipped paid pending cancelled returned", (0.55, 0.15, 0.1, 0.1, 0.07, 0.03),
    ),
    "payment transaction charge refund transfer": ("succeeded pending failed refunded", (0.86, 0.06, 0.05, 0.03)),
    "invoice bill": ("paid open overdue draft void", (0.7, 0.15, 0.07, 0.05, 0.03)),
    "shipment delivery parcel": ("delivered in_transit packed returned lost", (0.75, 0.14, 0.07, 0.03, 0.01)),
    "subscription membership plan": ("active trialing past_due cancelled paused", (0.7, 0.1, 0.06, 0.11, 0.03)),
    "ticket issue task case incident": ("open in_progress waiting resolved closed", (0.15, 0.12, 0.08, 0.2, 0.45)),
    "post article page product review comment listing report document": ("published draft archived hidden", (0.75, 0.14, 0.07, 0.04)),
    "job run batch import export migration build": ("succeeded running queued failed cancelled", (0.8, 0.05, 0.05, 0.08, 0.02)),
    "user customer account member employee tenant company organization": ("active inactive invited suspended", (0.84, 0.09, 0.05, 0.02)),
    "film movie invitation request friendship follow application": ("accepted pending rejected", (0.7, 0.2, 0.1)),
}  # fmt: skip
_ELSE: tuple[str, tuple[float, ...]] = ("active pending inactive archived", (0.7, 0.15, 0.1, 0.05))


def listed(texts: list[str], separator: str = " ", falling: bool = True) -> Callable[[Asked], Source]:
    """A list, the first ones more often, with numbers behind when they are used up."""

    def make(asked: Asked) -> Source:
        kept = fitting(pl.Series(texts), asked.room)
        return Pool(
            kept,
            weights=[1 / (place + 3) for place in range(len(kept))] if falling else None,
            extend=asked.unique(separator),
        )

    return make


def _products(asked: Asked) -> Source:
    if asked.locale.lower().startswith("en"):
        return Phrases([pl.Series(_QUALITIES), pl.Series(_MATERIALS), pl.Series(_KINDS)], asked.unique())
    return Phrases([title_words(asked.locale)] * 2, asked.unique(), separator_of(asked.locale))


def _statuses(asked: Asked) -> Source:
    """Statuses such as rows of the table have; the default of the column is one of them."""
    texts, weights = _ELSE
    nouns = {*asked.table_words, *asked.words}
    for names, found in _STATUSES.items():
        if nouns & set(names.split()):
            texts, weights = found
            break
    listed_texts, shares = texts.split(), list(weights)
    default = asked.column.default or ""
    if default.startswith("'") and default.count("'") >= 2:
        said = default.split("'")[1]
        if said and said not in listed_texts:
            listed_texts, shares = [*listed_texts, said], [*shares, 0.1]
    if asked.room is not None and max(map(len, listed_texts)) > asked.room:
        letters = list(dict.fromkeys(text[: asked.room] for text in listed_texts))
        return Pool(pl.Series(letters), extend=asked.unique("_"))
    return Pool(pl.Series(listed_texts), weights=shares, extend=asked.unique("_"))


def _companies(asked: Asked) -> Source:
    return Pool(fitting_pool("company", asked.locale, asked.room), extend=asked.unique())


def _brands(asked: Asked) -> Source:
    return Phrases([title_words(asked.locale)], asked.unique())


class Tags:
    """A few words in one text, separated by commas."""

    needs: tuple[str, ...] = ()

    def __init__(self, asked: Asked) -> None:
        self.words = fitting_pool("word", asked.locale, asked.room)
        self.extend = Unique(asked.room, separator=",")
        self.capacity = self.extend.capacity

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Two words, or one where two have no room."""
        parts = [self.words.gather(pick(rows, draw.of(place), len(self.words))) for place in range(2)]
        text = pl.select(pl.concat_str(parts, separator=",")).to_series()
        if self.extend.room is None:
            return text
        fits = text.str.len_chars() <= self.extend.room
        return pl.select(pl.when(fits).then(text).otherwise(parts[0])).to_series()

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Words and a number."""
        return self.extend.texts(self.draw(numbers, draw, given), numbers)


def _hex_colors(asked: Asked) -> Source | None:
    if asked.room is not None and asked.room < 7:
        return Pieces(*run("hexadecimal", 6)) if asked.room == 6 else None
    return Pieces("#", *run("hexadecimal", 6))


def _skus(asked: Asked) -> Source | None:
    room = asked.room
    if room is not None and room < 12:
        return Pieces(*run("letters", 2), *run("digits", min(room - 2, 6))) if room >= 6 else None
    return Pieces(*run("letters", 3), "-", *run("digits", 8 if room is None or room >= 12 else 6))


MAKERS: dict[str, Callable[[Asked], Source | None]] = {
    "company": _companies,
    "bank": lambda asked: Pool(fitting_pool("bank", asked.locale, asked.room), extend=asked.unique()),
    "department": listed(_DEPARTMENTS),
    "product": _products,
    "brand": _brands,
    "category": listed(_CATEGORIES),
    "tag": lambda asked: Pool(fitting_pool("word", asked.locale, asked.room), extend=asked.unique("-")),
    "tags": Tags,
    "color": lambda asked: Pool(fitting_pool("color", asked.locale, asked.room), extend=asked.unique()),
    "hex_color": _hex_colors,
    "size": listed(["S", "M", "L", "XL", "XS", "XXL", "One size"]),
    "sku": _skus,
    "status": _statuses,
    "type": listed(["standard", "premium", "basic", "custom", "trial", "internal"], "_"),
    "role": listed(
        ["member", "viewer", "editor", "manager", "admin", "owner", "guest", "auditor", "support", "billing"], "_"
    ),
    "payment_method": listed(
        ["card", "paypal", "bank_transfer", "invoice", "cash", "apple_pay", "google_pay", "voucher"], "_"
    ),
    "card_brand": listed(["visa", "mastercard", "amex", "maestro", "jcb"], "_"),
    "currency": listed(_CURRENCIES),
    "language": listed([each.partition("|")[2] for each in _LANGUAGES]),
    "language_code": listed([each.partition("|")[0] for each in _LANGUAGES]),
    "priority": listed(["normal", "low", "high", "urgent"], "_"),
    "rating": listed(["good", "very good", "average", "poor", "excellent"]),
}
