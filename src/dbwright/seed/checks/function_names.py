"""Functions by the names that sqlglot and the engines give them, and by the one name that they have here."""

NODES: dict[str, tuple[str, ...]] = {
    "EQ": ("=", "this", "expression"),
    "NEQ": ("<>", "this", "expression"),
    "LT": ("<", "this", "expression"),
    "LTE": ("<=", "this", "expression"),
    "GT": (">", "this", "expression"),
    "GTE": (">=", "this", "expression"),
    "NullSafeEQ": ("same", "this", "expression"),
    "And": ("and", "this", "expression"),
    "Or": ("or", "this", "expression"),
    "Xor": ("xor", "this", "expression"),
    "Not": ("not", "this"),
    "Add": ("+", "this", "expression"),
    "Sub": ("-", "this", "expression"),
    "Mul": ("*", "this", "expression"),
    "Div": ("/", "this", "expression"),
    "IntDiv": ("div", "this", "expression"),
    "Mod": ("%", "this", "expression"),
    "Neg": ("negative", "this"),
    "BitwiseAnd": ("&", "this", "expression"),
    "Abs": ("abs", "this"),
    "Sign": ("sign", "this"),
    "Floor": ("floor", "this"),
    "Ceil": ("ceil", "this"),
    "Round": ("round", "this", "decimals"),
    "Trunc": ("trunc", "this", "decimals"),
    "Sqrt": ("sqrt", "this"),
    "Pow": ("power", "this", "expression"),
    "Lower": ("lower", "this"),
    "Upper": ("upper", "this"),
    "Left": ("left", "this", "expression"),
    "Right": ("right", "this", "expression"),
    "Substring": ("substring", "this", "start", "length"),
    "Replace": ("replace", "this", "expression", "replacement"),
    "Reverse": ("reverse", "this"),
    "StrPosition": ("position", "this", "substr"),
    "StartsWith": ("starts_with", "this", "expression"),
    "Nullif": ("nullif", "this", "expression"),
    "DPipe": ("||", "this", "expression"),
    "RegexpLike": ("regexp", "this", "expression", "flag"),
    "RegexpILike": ("iregexp", "this", "expression"),
    "SimilarTo": ("similar", "this", "expression"),
    "Glob": ("glob", "this", "expression"),
    "Typeof": ("typeof", "this"),
    "AtTimeZone": ("at time zone", "this", "zone"),
    "TimestampTrunc": ("date_trunc", "unit", "this"),
    "DateTrunc": ("date_trunc", "unit", "this"),
    "JSONType": ("json_typeof", "this", "expression"),
    "ArrayContainedBy": ("contained", "this", "expression"),
    "ArrayContainsAll": ("contains", "this", "expression"),
    "ArrayOverlaps": ("overlaps", "this", "expression"),
    "JSONBContainsTopKey": ("json_has_key", "this", "expression"),
    "Date": ("date", "this"),
    "TsOrDsToDate": ("date", "this"),
    "LastDay": ("last_day", "this"),
    "BitLength": ("bit_length", "this"),
}
"""sqlglot's class → our name, and where its arguments stand."""

LISTS = {"Coalesce": "coalesce", "Greatest": "greatest", "Least": "least", "Concat": "concat"}
"""Functions of any number of arguments."""

PARTS = {
    "Year": "year", "Month": "month", "Day": "day", "DayOfMonth": "day", "Hour": "hour", "Minute": "minute",
    "Second": "second", "Quarter": "quarter", "DayOfYear": "doy", "Week": "week", "DayOfWeek": "day of week from 1",
}  # fmt: skip
"""sqlglot's class → the part of a date that it takes."""

NOW = {
    "CurrentTimestamp": "instant", "CurrentDate": "date", "CurrentTime": "time", "CurrentDatetime": "timestamp",
    "Localtimestamp": "timestamp", "Localtime": "time", "CurrentTimestampLTZ": "instant", "UtcTimestamp": "timestamp",
    "UtcDate": "date", "clock_timestamp": "instant", "statement_timestamp": "instant", "sysdate": "timestamp",
    "transaction_timestamp": "instant",
}  # fmt: skip
"""What asks for this moment, and the kind of its answer."""

NAMES = {
    "num_nonnulls": "num_nonnulls", "num_nulls": "num_nulls", "cardinality": "cardinality",
    "isempty": "isempty", "jsonb_typeof": "json_typeof", "json_typeof": "json_typeof", "json_type": "json_typeof",
    "json_valid": "json_valid", "jsonb_array_length": "json_array_length", "json_array_length": "json_array_length",
    "json_length": "json_length", "json_unquote": "json_unquote", "octet_length": "byte_length",
    "isfinite": "isfinite", "lower_inc": "lower_inc", "upper_inc": "upper_inc", "lower_inf": "lower_inf",
    "upper_inf": "upper_inf", "weekday": "weekday", "julianday": "julianday", "unixepoch": "unixepoch",
    "unix_timestamp": "unixepoch", "datetime": "datetime", "date": "date", "time": "time", "likely": "likely",
    "unlikely": "likely", "locate": "locate", "field": "field", "find_in_set": "find_in_set", "is_uuid": "is_uuid",
    "age": "age", "json_exists": "json_exists", "textlen": "char_length", "text_length": "char_length",
    "char_length": "char_length", "character_length": "char_length", "btrim": "trim", "array_ndims": "array_ndims",
    "isnull": "is null", "starts_with": "starts_with", "mod": "%", "log": "log10", "ln": "ln",
    "interval_seconds": "interval_seconds", "jsonb_exists": "json_has_key", "daterange": "make_range",
    "tsrange": "make_range", "tstzrange": "make_range", "int4range": "make_range", "int8range": "make_range",
    "numrange": "make_range",
}  # fmt: skip
"""The engine's name of a function that sqlglot has no class for → ours; the arguments keep their order."""
