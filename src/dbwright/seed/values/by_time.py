"""Times by meaning: births, beginnings and ends, and the stages that a row goes through one after the other."""

from __future__ import annotations

import numpy as np

from dbwright.errors import UsageError
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.bounds import as_moment, number_bounds, time_bounds
from dbwright.seed.values.numbers import Numbers
from dbwright.seed.values.quantiles import Quantiles, named, normal
from dbwright.seed.values.source import Source
from dbwright.seed.values.times import DAY, FIRST, LAST, After, Moments, Shape, TimesOfDay, micros

_STAGES: tuple[tuple[str, float], ...] = (
    ("birth born dob geburtsdatum", 0),
    ("founded established hire hired joined eintritt", 0),
    ("created create creation inserted added registered signup submitted ordered order placed issued opened sent requested", 0),
    ("confirmed accepted approved verified scheduled authorized assigned", 7_200),
    ("paid payment captured processed charged", 14_400),
    ("start starts started begin begins began from checkin valid effective since activated published released launch rental", 43_200),
    ("picked packed shipped dispatched shipping required", 93_600),
    ("end ends ended until to thru checkout finish finished completed delivered arrival due return returned resolved closed", 172_800),
    ("expires expired expire expiry expiration", 2_592_000),
    ("last login seen activity used accessed", 1_728_000),
    ("updated update modified changed edited geaendert", 864_000),
    ("cancelled canceled refunded revoked failed rejected terminated termination left death died deactivated locked banned", 1_296_000),
    ("deleted archived removed purged geloescht", 5_184_000),
)  # fmt: skip
"""Words of names, in the order in which such times come within a row, with the usual seconds since the one before."""
_SAME_STAGE = {
    "booked": "created", "recorded": "created", "occurred": "created", "posted": "created", "invoice": "created",
    "received": "created", "uploaded": "created", "erstellt": "created", "angelegt": "created", "bestellt": "created",
    "publish": "published", "release": "released", "departure": "start", "depart": "start", "arrive": "arrival", "read":
    "closed", "answered": "closed", "clicked": "closed",
}  # fmt: skip
"""Words to the one above that is of the same stage."""
_PAIRS = {
    "end": "start", "ends": "starts", "ended": "started", "until": "from", "to": "from", "thru": "from", "finish": "start",
    "finished": "started", "checkout": "checkin", "arrival": "departure", "expires": "issued", "return": "rental",
    "completed": "started", "closed": "opened", "out": "in", "updated": "created", "termination": "hire", "death": "birth", "due": "issued",
}  # fmt: skip
_END_OF_MYSQL = 2_147_400_000_000_000
"""Shortly before the last moment of a TIMESTAMP of MySQL, in 2038."""
_FUTURE = frozenset(("expires", "expiry", "expiration", "due", "until", "valid", "scheduled", "next", "planned"))


def stage_of(words: tuple[str, ...]) -> int | None:
    """How late within a row's life a time of that name is; None where the name does not tell."""
    found = None
    for word in words:
        for number, (names, _) in enumerate(_STAGES):
            if _SAME_STAGE.get(word, word) in names.split():
                found = number if found is None else max(found, number)
    return found


def time_shape(asked: Asked) -> Shape:
    """What the column holds."""
    type_ = asked.type
    digits = type_.precision if type_.precision is not None else (6 if asked.catalog.engine == "postgres" else 0)
    return Shape(type_.kind, with_zone=type_.with_zone, digits=digits)


def usual_span(asked: Asked) -> tuple[int, int]:
    """Beginning and end of the times in a column that depend on no other, in microseconds since 1970."""
    until = micros(asked.until)
    match asked.meaning:
        case "birth_date":
            return until - 90 * 365 * DAY, until - 18 * 365 * DAY
        case "death_date":
            return until - 40 * 365 * DAY, until
    stage = stage_of(asked.words)
    if stage == 1:
        return until - 15 * 365 * DAY, until
    return until - 3 * 365 * DAY, until


def independent(asked: Asked) -> Moments:
    """Times that follow no other column's."""
    hint, shape = asked.hint, time_shape(asked)
    first, last = _outermost(asked, shape)
    since, until = time_bounds(asked, usual_span(asked))
    since, until = max(since, first), min(until, last)
    quantiles: Quantiles | None = None
    if hint.quantiles:
        points = [at for each in hint.quantiles if (at := as_moment(each, asked)) is not None]
        if len(points) < 2:
            raise UsageError(f"The quantiles of {asked.table.ref}.{asked.column.name} must be two dates or more.")
        since, until = time_bounds(asked, (min(points), max(points) + shape.unit))
        quantiles = Quantiles(np.sort(np.array(points, dtype=np.float64)))
    elif hint.distribution or hint.mean is not None:
        quantiles = named(hint.distribution or "normal", float(since), float(until), None, None, hint.skew)
    elif asked.meaning == "birth_date" and hint.since is None and asked.limit.lowest is None:
        middle, spread = until - 24 * 365 * DAY, 14.0 * 365 * DAY
        quantiles = normal(float(middle), spread).within(float(since), float(until))
    return Moments(
        shape,
        since,
        until,
        hours=hint.hours or ("even" if shape.is_date else "evening"),
        growth=hint.growth or 1.35,
        quantiles=quantiles,
        floor=first,
        ceiling=last,
    )


def _outermost(asked: Asked, shape: Shape) -> tuple[int, int]:
    """The first time that the column may hold, and the end of the last, in microseconds since 1970."""
    first, last = FIRST, LAST
    if asked.type.with_zone and asked.catalog.engine in ("mysql", "mariadb"):
        first, last = DAY, _END_OF_MYSQL
    hint, limit = asked.hint, asked.limit
    lows = [as_moment(bound, asked) for bound in (limit.lowest, hint.lowest, hint.since)]
    highs = [as_moment(bound, asked) for bound in (limit.highest, hint.highest)]
    ends = [*(high + shape.unit for high in highs if high is not None), as_moment(hint.until, asked)]
    return max(first, *(low for low in lows if low is not None), first), min(
        last, *(end for end in ends if end is not None), last
    )


def moments(asked: Asked, times: dict[str, tuple[str, ...]]) -> Source:
    """Times of a column: after those of the columns that come before it in a row's life, or on their own.

    times: all columns of times in the table, with the words of their names.
    """
    earlier = predecessors(asked, times)
    alone = independent(asked)
    hint = asked.hint
    lowest = as_moment(asked.limit.lowest, asked)
    if (
        not earlier
        or hint.since
        or hint.until
        or hint.distribution
        or hint.quantiles
        or (lowest is not None and lowest > usual_span(asked)[0])
    ):
        return alone
    shape = alone.shape
    until = micros(asked.until)
    future = bool(_FUTURE & set(asked.words))
    stage = stage_of(asked.words) or 0
    delay = _STAGES[stage][1] or 86_400.0
    ends = any(word in _PAIRS for word in asked.words)
    together = 0.35 if "updated" in asked.words or "modified" in asked.words else 0.0
    last = until + 3 * 365 * DAY if future else until
    highest = as_moment(asked.limit.highest, asked)
    last = last if highest is None else min(last, highest + 1)
    ceiling = _outermost(asked, shape)[1]
    last = min(last, ceiling)
    least = (
        (DAY if shape.is_date or _dates(asked, earlier) else 1_000_000) if ends and "updated" not in asked.words else 0
    )
    return After(
        shape, earlier, last, median=delay, together=together, least=least,
        alone=None if asked.column.nullable else alone, ceiling=ceiling,
    )  # fmt: skip


def _dates(asked: Asked, earlier: tuple[str, ...]) -> bool:
    found = [asked.table.column(name) for name in earlier]
    return any(column is not None and column.type.kind == "date" for column in found)


def predecessors(asked: Asked, times: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The columns whose times come before this one's: its own beginning for an end, else those of the stage before."""
    own = asked.words
    for place, word in enumerate(own):
        begin = _PAIRS.get(word)
        wanted = (*own[:place], begin, *own[place + 1 :]) if begin else None
        for name, spoken in times.items():
            if wanted and spoken == wanted:
                return (name,)
    if (stage := stage_of(own)) is None or asked.meaning == "birth_date":
        return ()
    before = [
        (found, name)
        for name, spoken in times.items()
        if name != asked.column.name and (found := stage_of(spoken)) is not None and 0 < found < stage
    ]
    always = [
        (found, name) for found, name in before if (column := asked.table.column(name)) and not column.nullable
    ] or before
    if not always:
        return ()
    latest = max(found for found, _ in always)
    return tuple(sorted({name for found, name in before if found == latest} | {always[-1][1]}))


def times_of_day(asked: Asked) -> TimesOfDay:
    """Times of the day within the column's bounds."""
    low, high = (_seconds(bound, else_) for bound, else_ in ((asked.limit.lowest, 0), (asked.limit.highest, 86_399)))
    return TimesOfDay(low, max(low, high), with_zone=asked.type.with_zone)


def _seconds(bound: object, else_: int) -> int:
    hour = getattr(bound, "hour", None)
    if hour is not None:
        return int(hour) * 3600 + int(getattr(bound, "minute", 0)) * 60 + int(getattr(bound, "second", 0))
    if isinstance(bound, str) and bound.count(":") >= 1:
        parts = [int(part) for part in bound.split(".")[0].split("+")[0].split(":")]
        return parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)
    return else_


def years(asked: Asked) -> Numbers:
    """Years of a column of type YEAR."""
    low, high = number_bounds(asked, (1970, asked.until.year), 0)
    return Numbers(low, high, first=low)
