"""A table with columns of many types on each engine, its rows as a frame, and conditions that are asked of both."""

import random
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl

_TEXTS = [
    "", "a", "A", "abc", "ABC", " abc ", "abc  ", "x@y.de", "ab%c", "a_c", "12", "AB-12", "it's", "a\nb", "héllo", "xyz", "\\d", "a.c",
    "AbC", "ab", "[x]", "a*c", "-", "@",
]  # fmt: skip
_JSON = [
    '{"name": "x", "n": 5}',
    "{}",
    "[]",
    "[1, 2, 3]",
    '"text"',
    "7",
    "true",
    "null",
    '{"name": null}',
    '{"a": {"b": "c"}}',
]
_DAYS = [
    date(1999, 12, 31),
    date(2000, 1, 1),
    date(2020, 2, 29),
    date(2024, 3, 31),
    date(2024, 12, 30),
    date(2031, 5, 5),
]
_MOMENTS = [
    datetime.fromisoformat(each)
    for each in ("1999-12-31 23:59:59", "2000-01-01 00:00:00", "2020-02-29 12:30:15", "2024-03-31 01:02:03")
]
_CHOICES: dict[str, list[Any]] = {
    "i": [-5, -2, -1, 0, 1, 2, 3, 5, 7, 100],
    "j": [-5, -2, -1, 0, 1, 2, 3, 5, 7, 100],
    "g": [-(2**40), -1, 0, 1, 2**40, 2**62],
    "d": [Decimal(each) for each in ("-1.25", "0.00", "0.50", "1.00", "1.25", "1.255", "2.00", "10.00", "12.75")],
    "e": [Decimal(each) for each in ("-1.2500", "0.0000", "0.3333", "0.5000", "1.0000", "1.2500", "2.5000", "6.2500")],
    "f": [-1.5, -0.5, 0.0, 0.1, 0.5, 1.0, 1.5, 2.5, 1e10],
    "b": [True, False],
    "s": _TEXTS,
    "v": _TEXTS,
    "day": _DAYS,
    "until": _DAYS,
    "ts": _MOMENTS,
    "te": _MOMENTS,
    "tm": [time(0, 0), time(9, 30), time(23, 59, 59)],
    "js": _JSON,
    "mood": ["sad", "ok", "happy"],
}  # fmt: skip
_DTYPES: dict[str, Any] = {
    "i": pl.Int64, "j": pl.Int32, "g": pl.Int64, "d": pl.Decimal(10, 2), "e": pl.Decimal(12, 4), "f": pl.Float64, "b": pl.Boolean,
    "day": pl.Date, "until": pl.Date, "ts": pl.Datetime("us"), "te": pl.Datetime("us"), "tz": pl.Datetime("us", "UTC"), "tm": pl.Time,
}  # fmt: skip
_POSTGRES: dict[str, list[Any]] = {
    "c": [each for each in _TEXTS if len(each) < 7],
    "tz": [each.replace(tzinfo=UTC) for each in _MOMENTS],
    "arr": ["{}", "{a}", "{a,b}", '{"x y",NULL}', '{a,b,c}', '{"q\\"r"}'],
    "dr": ["empty", "[2020-01-01,2020-02-01)", "(2020-01-01,2020-01-01]", "[2020-01-01,)", "(,2021-05-05]"],
    "ir": ["empty", "[1,5)", "(1,5]", "[,3)", "[3,3]"],
}  # fmt: skip

_COMMON = "id {id} PRIMARY KEY, i int, j int, g bigint, d {decimal}(10,2), e {decimal}(12,4), b boolean, s text, day date, until date"
_POSTGRES_TABLE = (
    "f double precision, v varchar(20), ts timestamp, te timestamp, tm time, js jsonb, mood feeling, c char(6), "
    "tz timestamptz, arr text[], dr daterange, ir int4range"
)
_MYSQL_TABLE = "f double, v varchar(20) COLLATE utf8mb4_bin, ts datetime, te datetime, tm time, js json, mood enum('sad','ok','happy')"
_SQLITE_TABLE = "f double, v varchar(20) COLLATE NOCASE, ts datetime, te datetime, tm time, js json, mood text"

COLUMNS = {
    "postgres": f"{_COMMON.format(id='int', decimal='numeric')}, {_POSTGRES_TABLE}",
    "mysql": f"{_COMMON.format(id='int', decimal='decimal')}, {_MYSQL_TABLE}",
    "sqlite": f"{_COMMON.format(id='integer', decimal='decimal')}, {_SQLITE_TABLE}",
}
"""What stands between the brackets of CREATE TABLE."""

OPTIONS = {"postgres": "", "mysql": "CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", "sqlite": ""}
"""What stands after them."""

BEFORE = {"postgres": ("CREATE TYPE feeling AS ENUM ('sad', 'ok', 'happy')",), "mysql": (), "sqlite": ()}
"""What is to be made before the table."""


def rows(engine: str, count: int, seed: int) -> pl.DataFrame:
    """Rows of the table with every value in every place, and many NULLs; the same for the same seed."""
    choose = random.Random(seed)
    choices = {**_CHOICES, **(_POSTGRES if engine == "postgres" else {})}
    if engine == "sqlite":
        choices["d"] = [each.quantize(Decimal("0.01")) for each in choices["d"]]
    columns = {"id": pl.Series(range(count), dtype=pl.Int64)}
    for name, values in choices.items():
        drawn = [None if choose.random() < 0.15 else choose.choice(values) for _ in range(count)]
        if name == "d":
            drawn = [None if each is None else each.quantize(Decimal("0.01")) for each in drawn]
        columns[name] = pl.Series(name, drawn, dtype=_DTYPES.get(name, pl.String))
    return pl.DataFrame(columns)


COMMON = """
i > 0
i >= 0 AND j <= 5
i BETWEEN 1 AND 5
i NOT BETWEEN 1 AND 5
i IN (1, 2, 3)
i NOT IN (1, 2, 3)
i IN (1, 2, NULL)
i <> j
i + j > 3
i - j >= 0
i * j < 10
i % 3 = 1
i / 2 = 1
i * 2 - j * 3 = 1
abs(i) = 5
-i > 2
g > 1000
g + i > 0
d >= 0
d * i >= 5
d + e = 2.5
d * e > 1.25
d - e <= 0.25
d = 1.25
d < e
d > i
round(d, 1) = 1.3
round(e, 2) = 0.33
round(d) = 1
f > 0.5
f = 0.1
f * 2 >= 1
f + i > 1
f < d
i IS NULL
i IS NOT NULL
i IS NULL OR j > 0
NOT (i > 0)
NOT (i IS NULL AND j IS NULL)
(i IS NULL AND j IS NOT NULL) OR (i IS NOT NULL AND j IS NULL)
(i IS NULL) = (j IS NULL)
(i IS NULL) <> (j IS NULL)
i > 0 OR s = 'abc'
i > 0 AND s IS NULL
CASE WHEN i > 0 THEN j > 0 WHEN i < 0 THEN j < 0 ELSE j = 0 END
CASE i WHEN 1 THEN j WHEN 2 THEN j + 1 ELSE 0 END = 3
coalesce(i, j, 0) > 0
coalesce(d, 0) = 0
nullif(i, 0) IS NULL
s = 'abc'
s <> ''
s IN ('a', 'abc', '12')
s <> v
s LIKE 'a%'
s LIKE '%c'
s LIKE 'a_c'
s LIKE '_'
s NOT LIKE '%b%'
v LIKE 'A%'
s LIKE '%@%.%'
length(s) > 2
length(trim(s)) > 0
trim(s) <> ''
ltrim(s) = s
rtrim(s) = s
upper(s) = s
lower(s) = s
lower(v) = v
s = upper(s)
replace(s, 'a', 'b') = 'bbc'
substr(s, 2, 1) = 'b'
substr(s, 2) = 'bc'
length(replace(s, 'b', '')) < length(s)
day >= '2000-01-01'
day < '2024-03-31'
day < until
day <= until
day = until
day <> until
ts >= '2000-01-01 00:00:00'
ts < te
ts <= te
ts = te
day IS NULL OR until IS NULL OR day <= until
b
NOT b
b OR i > 0
b AND i > 0
b IS TRUE
b IS NOT TRUE
b IS FALSE
mood = 'ok'
mood <> 'ok'
mood IN ('sad', 'happy')
mood NOT IN ('sad')
1 = 1
""".strip().splitlines()

OWN = {
    "postgres": r"""
i IS DISTINCT FROM j
i IS NOT DISTINCT FROM j
i = ANY (ARRAY[1, 2])
i <> ALL (ARRAY[1, 2])
num_nonnulls(i, j, s) = 2
num_nulls(i, j) <= 1
(i IS NOT NULL)::int + (j IS NOT NULL)::int = 1
s ~ '^[a-z]+$'
s ~ 'b'
s !~ '[0-9]'
s ~* '^AB'
s !~* '^ab'
s ~ '^\w+@\w+\.\w{2,}$'
s ~ '^[[:alpha:]]+$'
s ~ '^a.c$'
s ~ 'a.b'
s ~ '^(?!ab)'
s ~ '\mab'
s SIMILAR TO '(a|x)%'
s SIMILAR TO '[a-z]{3}'
s LIKE 'ab\%c'
s LIKE 'ab!%c' ESCAPE '!'
s ILIKE 'AB%'
s LIKE ANY (ARRAY['a%', 'x%'])
char_length(c) = 3
c = 'abc'
c <> 'a'
length(c) > 1
octet_length(s) = 3
octet_length(c) = 6
position('@' in s) > 1
strpos(s, 'b') = 2
strpos(s, 'l') = 3
left(s, 2) = 'ab'
right(s, 1) = 'c'
starts_with(s, 'ab')
btrim(s) <> ''
trim(both ' ' from s) = 'abc'
s || v = 'aabc'
concat(s, v) = 'abc'
reverse(s) = 'cba'
mood > 'sad'
mood <= 'ok'
mood::text = 'ok'
d::int = 1
f::bigint = 2
d::numeric(10,1) = 1.3
i::text = '1'
trunc(d, 1) = 1.2
trunc(d) = 1
floor(d) = 1
ceil(d) = 2
floor(f) = -1
sign(d) = -1
power(i, 2) = 25
mod(i, 3) = -2
greatest(i, j) > 2
least(i, j) < 0
until - day = 366
until - day > 30
day + 1 > until
until <= day + interval '1 month'
te - ts <= interval '1 year'
te > ts + interval '1 day 2 hours'
te < ts + interval '8 years'
ts::date = day
ts > day
day > ts
tz > '2000-01-01 00:00:00+00'::timestamptz
tz AT TIME ZONE 'UTC' > ts
extract(year from day) >= 2020
extract(month from day) = 12
extract(dow from day) IN (0, 6)
extract(isodow from day) < 6
extract(doy from day) > 90
extract(quarter from day) = 1
extract(week from day) = 1
extract(hour from ts) = 12
extract(minute from ts) = 30
extract(second from ts) = 15
extract(epoch from ts) > 946684800
extract(epoch from (te - ts)) > 3600
date_part('year', day) = 2000
date_trunc('month', ts) = ts
date_trunc('day', ts) = ts
day < current_date
tz < now()
tm > '09:00:00'
tm - '09:00:00'::time > interval '1 hour'
isfinite(day)
jsonb_typeof(js) = 'object'
jsonb_typeof(js) IN ('array', 'object')
js ? 'name'
js ->> 'name' = 'x'
js ->> 'name' IS NOT NULL
js -> 'name' IS NOT NULL
(js ->> 'n')::int > 3
js -> 'a' ->> 'b' = 'c'
cardinality(arr) > 1
array_length(arr, 1) = 2
array_length(arr, 1) IS NULL
arr <@ ARRAY['a', 'b']
arr @> ARRAY['a']
arr && ARRAY['b', 'c']
'a' = ANY (arr)
isempty(dr)
lower(dr) = '2020-01-01'
upper(dr) > '2020-01-15'
upper(ir) = 5
lower(ir) >= 1
lower_inc(ir)
upper_inf(dr)
i & 1 = 1
b = (i > 0)
s COLLATE "C" = 'abc'
round(f) = 2
i / 0.5 > 2
f / 2 > 0.2
(i > 0) IS NOT NULL
(i > 0 AND j > 0) IS TRUE
""",
    "mysql": r"""
i <=> j
i XOR j > 0
i DIV 2 = 1
-5 DIV i = -2
i MOD 3 = 2
(i IS NULL) + (j IS NULL) = 1
if(i > 0, j, -j) > 0
ifnull(i, 0) = 0
isnull(i)
s REGEXP '^[a-z]+$'
s REGEXP '^[[:alpha:]]+$'
v REGEXP '^[a-z]+$'
s NOT REGEXP 'b'
s REGEXP '^.+@.+[.].+$'
v REGEXP 'a.c'
s RLIKE '[0-9]'
char_length(s) = 3
length(s) = 6
octet_length(s) > 3
v = 'abc'
v = 'ABC'
binary s = 'abc'
s = v
s LIKE 'ab\%c'
s LIKE 'ab!%c' ESCAPE '!'
v LIKE 'ab%'
locate('B', s) = 2
instr(s, 'c') > 0
left(s, 2) = 'ab'
right(s, 1) = 'c'
concat(s, v) = 'aabc'
reverse(v) = 'cba'
cast(d as signed) = 1
cast(f as signed) = 2
cast(d as decimal(10,1)) = 1.3
truncate(d, 1) = 1.2
floor(d) = 1
ceil(d) = 2
pow(i, 2) = 25
greatest(i, j) > 2
least(d, e) < 0
year(day) >= 2020
month(day) = 12
dayofmonth(day) = 31
dayofweek(day) = 1
weekday(day) < 5
quarter(day) = 1
dayofyear(day) > 90
hour(ts) = 12
minute(ts) = 30
second(ts) = 15
date(ts) = day
date(ts) = '2000-01-01'
te > ts + interval 1 day
te < date_add(ts, interval 8 year)
day > until - interval 1 month
date_sub(day, interval 1 day) < until
datediff(until, day) > 30
timestampdiff(hour, ts, te) > 24
timestampdiff(month, ts, te) >= 1
timestampdiff(year, ts, te) = 4
to_days(until) - to_days(day) > 30
last_day(day) = day
extract(year from ts) = 2020
ts >= '2000-01-01'
ts > day
day = '2000-01-01 00:00:00'
tm > '09:00:00'
json_valid(js)
json_type(js) = 'OBJECT'
json_unquote(json_extract(js, '$.name')) = 'x'
json_extract(js, '$.name') IS NOT NULL
json_length(js) > 1
b = 1
b = true
b + i > 1
b <> 0
0 <> b
i
i AND j
NOT i
i = 1.0
d = '1.25'
i = '1'
i & 1 = 1
mood = 'OK'
round(f) = 2
i / 2 = 0.5
d / 2 > 0.5
""",
    "sqlite": r"""
i IS j
i IS NOT j
i == 1
i NOTNULL
i ISNULL
(i IS NULL) + (j IS NULL) = 1
iif(i > 0, j, -j) > 0
ifnull(i, 0) = 0
typeof(i) = 'integer'
typeof(s) IN ('text', 'null')
typeof(f) = 'real'
s GLOB 'a*'
s GLOB '[A-Z]*'
s NOT GLOB '*[^a-z]*'
s GLOB '??'
v = 'ABC'
v IN ('ABC', 'x')
s COLLATE NOCASE = 'abc'
s COLLATE NOCASE IN ('ABC', '12')
s LIKE 'AB%'
s LIKE 'ab!%c' ESCAPE '!'
s > 'ab'
s < v
instr(s, 'b') = 2
s || v = 'aabc'
length(day) = 10
day = date(day)
day IS date(day)
date(day) IS NOT NULL
datetime(ts) = ts
datetime(ts) IS NOT NULL
strftime('%Y', day) >= '2020'
strftime('%m', day) = '12'
cast(strftime('%Y', ts) as integer) = 2020
strftime('%s', ts) > strftime('%s', te)
julianday(until) - julianday(day) > 30
date(day, '+1 month') > until
date(day, '-1 day') < until
datetime(ts, '+8 years') > te
date(ts) = day
ts >= '2000-01-01'
ts > day
day < date('now')
time(ts) = '12:30:15'
unixepoch(ts) > 946684800
json_valid(js)
json_type(js) = 'object'
json_type(js, '$.n') = 'integer'
json_array_length(js) > 1
json_array_length(js) = 0
cast(i as text) = '1'
cast(d as integer) = 1
cast(f as integer) = 1
max(i, j) > 2
min(i, j) < 0
b = 1
b IN (0, 1)
b = TRUE
i AND j
NOT i
i
i & 1 = 1
d / 2 > 0.5
d = 1.25
round(f) = 2
round(f, 1) = 0.1
likely(i > 0)
(i > 0) = (j > 0)
i BETWEEN j AND 5
tm > '09:00:00'
""",
}
"""Conditions in each engine's own words."""
