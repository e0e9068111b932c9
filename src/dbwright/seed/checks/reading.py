"""The engine's own SQL → terms. What has no counterpart among the terms is said, never guessed."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from dbwright.seed.checks.checked import Kind
from dbwright.seed.checks.function_names import LISTS, NAMES, NODES, NOW, PARTS
from dbwright.seed.checks.terms import NULL, Call, Constant, Name, NotRead, Term, call

_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("TEXT", "VARCHAR", "NVARCHAR", "CHAR", "NCHAR", "BPCHAR", "NAME", "LONGTEXT"), "text"),
    **dict.fromkeys(("INT", "BIGINT", "SMALLINT", "TINYINT", "MEDIUMINT", "UBIGINT", "UINT"), "integer"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "float"),
    **dict.fromkeys(("JSON", "JSONB"), "json"),
    **dict.fromkeys(("TIMESTAMP", "DATETIME", "TIMESTAMPNTZ"), "timestamp"),
    **dict.fromkeys(("TIMESTAMPTZ", "TIMESTAMPLTZ"), "instant"),
    "DECIMAL": "decimal", "BOOLEAN": "boolean", "DATE": "date", "TIME": "time", "INTERVAL": "interval", "BINARY": "binary",
    "ARRAY": "array", "USERDEFINED": "text", "CHARACTER_SET": "text",
}  # fmt: skip


@lru_cache(maxsize=20_000)
def read(expression: str, engine: str) -> Term:
    """The term that an expression in the engine's SQL is. Raises NotRead where it is not understood.

    engine: "postgres", "mysql" (MariaDB too) or "sqlite".
    """
    import sqlglot
    from sqlglot.errors import SqlglotError

    # sqlglot takes the arguments of this older spelling of POSITION in the wrong order.
    text = re.sub(r'"position"\(', "strpos(", expression) if engine == "postgres" else expression
    logger = logging.getLogger("sqlglot")
    before, logger.disabled = logger.disabled, True
    try:
        found = sqlglot.parse_one(f"SELECT {text}", read=engine)
    except (SqlglotError, RecursionError) as error:
        raise NotRead("its syntax is not understood") from error
    finally:
        logger.disabled = before
    if len(found.expressions) != 1 or {name for name, value in found.args.items() if value} != {"expressions"}:
        raise NotRead("it is more than one expression")
    try:
        return _Reader(engine).term(found.expressions[0])
    except RecursionError as error:
        raise NotRead("it is nested too deep") from error


class _Reader:
    """From sqlglot's nodes to terms."""

    def __init__(self, engine: str) -> None:
        self.engine = engine
        self.special: dict[str, Callable[[Any], Term]] = {
            "Paren": lambda node: self.term(node.this),
            "Introducer": lambda node: self.term(node.expression),
            "Column": self.column,
            "Literal": lambda node: Constant(str(node.this), "text") if node.is_string else _number(str(node.this)),
            "Boolean": lambda node: Constant(bool(node.this), "boolean"),
            "Null": lambda node: NULL,
            "Is": self.is_,
            "In": self.in_,
            "Between": self.between,
            "NullSafeNEQ": lambda node: call("not", call("same", self.term(node.this), self.term(node.expression))),
            "Like": lambda node: self.like(node, "like"),
            "ILike": lambda node: self.like(node, "ilike"),
            "Escape": self.escape,
            "Case": self.case,
            "If": self.if_,
            "Cast": self.cast,
            "TryCast": self.cast,
            "Collate": self.collate,
            "Length": self.length,
            "Trim": self.trim,
            "Extract": self.extract,
            "Anonymous": self.anonymous,
            "Dot": self.dotted,
            "Interval": self.interval,
            "DateAdd": lambda node: self.date_add(node, "+"),
            "DateSub": lambda node: self.date_add(node, "-"),
            "DateDiff": self.date_diff,
            "TimestampDiff": self.timestamp_diff,
            "TimeToStr": lambda node: call("strftime", self.text_of(node.args["format"]), self.term(node.this)),
            "TsOrDsToTimestamp": lambda node: self.term(node.this),
            "JSONExtract": lambda node: self.json(node, "json_value"),
            "JSONExtractScalar": lambda node: self.json(node, "json_text"),
            "ArraySize": lambda node: call("array_length", self.term(node.this), self.term(node.expression)),
            "Array": lambda node: Call("array", tuple(map(self.term, node.expressions))),
            "Var": lambda node: Constant(str(node.name), "text"),
            "Bracket": lambda node: self.unknown("an element of an array", node),
        }

    def term(self, node: Any) -> Term:
        """The term that a node is."""
        name = type(node).__name__
        if name in self.special:
            return self.special[name](node)
        if name in NOW:
            return call("now", Constant(NOW[name]))
        if name in PARTS:
            return call("extract", Constant(PARTS[name]), self.term(node.this))
        if name in LISTS:
            first = [node.this] if node.this is not None else []
            return Call(LISTS[name], tuple(map(self.term, [*first, *node.expressions])))
        if name in NODES:
            function, *places = NODES[name]
            if name in ("EQ", "NEQ", "LT", "LTE", "GT", "GTE"):
                return self.comparison(function, node)
            parts = [node.args.get(place) for place in places]
            while parts and parts[-1] is None:
                parts.pop()
            if any(part is None for part in parts):
                return self.unknown(str(node.sql())[:60], node)
            return Call(
                function, tuple(Constant(part, "text") if isinstance(part, str) else self.term(part) for part in parts)
            )
        return self.unknown(f"{node.sql(dialect=self.engine)[:60]}", node)

    def unknown(self, what: str, node: Any) -> Term:
        """A part that has no counterpart here: nobody can compute it, but the columns that it reads are known."""
        from sqlglot import exp

        return Call(
            what, tuple(self.column(each) for each in node.find_all(exp.Column) if not isinstance(each.this, exp.Star))
        )

    # ------------------------------------------------------------ columns, comparisons, logic

    def column(self, node: Any) -> Term:
        """A column; what stands before its name does not matter in a check."""
        if type(node.this).__name__ == "Star":
            raise NotRead("a * is in it")
        return Name(str(node.name))

    def comparison(self, function: str, node: Any) -> Term:
        """A comparison, also with ANY and ALL of an array."""
        right = _within(node.expression)
        name = type(right).__name__
        if name == "Any" or (name == "All") or (name == "Anonymous" and str(right.this).upper() == "ALL"):
            every = name != "Any"
            inner = _within(right.expressions[0] if name == "Anonymous" else right.this)
            while type(inner).__name__ in ("Cast", "Paren"):
                inner = _within(inner.this)
            left = self.term(node.this)
            if type(inner).__name__ != "Array":
                if function == "=" and not every:
                    return call("member", self.term(inner), left)
                return self.unknown("ANY or ALL of something else than a list", node)
            members = tuple(self.term(each) for each in inner.expressions)
            if function == "=" and not every:
                return call("in", left, *members)
            if function == "<>" and every:
                return call("not", call("in", left, *members))
            return Call("and" if every else "or", tuple(call(function, left, each) for each in members))
        return call(function, self.term(node.this), self.term(node.expression))

    def is_(self, node: Any) -> Term:
        """IS [NOT] NULL, TRUE, FALSE."""
        right, left = self.term(node.expression), self.term(node.this)
        if right == NULL:
            rows = left.arguments if isinstance(left, Call) and left.function == "row" else (left,)
            if len(rows) > 1:
                return self.unknown("IS NULL of a row", node)
            found: Term = call("is null", left)
        elif isinstance(right, Constant) and isinstance(right.value, bool):
            found = call("is true" if right.value else "is false", left)
        else:
            found = call("same", left, right)
        return call("not", found) if node.args.get("negate") else found

    def in_(self, node: Any) -> Term:
        """x IN (values)."""
        if not node.expressions:
            return self.unknown("IN without a list", node)
        return call("in", self.term(node.this), *map(self.term, node.expressions))

    def between(self, node: Any) -> Term:
        """x BETWEEN low AND high."""
        value, low, high = self.term(node.this), self.term(node.args["low"]), self.term(node.args["high"])
        found = call("and", call(">=", value, low), call("<=", value, high))
        if node.args.get("symmetric"):
            return call("or", found, call("and", call(">=", value, high), call("<=", value, low)))
        return found

    def like(self, node: Any, function: str, escape: Term | None = None) -> Term:
        """x [NOT] LIKE pattern; x LIKE ANY (ARRAY[…])."""
        right = _within(node.expression)
        patterns = [right]
        if type(right).__name__ == "Any" and type(_within(right.this)).__name__ == "Array":
            patterns = list(_within(right.this).expressions)
        left, last = self.term(node.this), () if escape is None else (escape,)
        found = tuple(call(function, left, self.term(each), *last) for each in patterns)
        joined: Term = found[0] if len(found) == 1 else Call("or", found)
        return call("not", joined) if node.args.get("negate") else joined

    def escape(self, node: Any) -> Term:
        """x LIKE pattern ESCAPE character."""
        return self.like(
            node.this, "ilike" if type(node.this).__name__ == "ILike" else "like", self.term(node.expression)
        )

    def case(self, node: Any) -> Term:
        """CASE, in both of its forms."""
        subject = node.this if node.this is not None else None
        parts: list[Term] = []
        for branch in node.args["ifs"]:
            condition = self.term(branch.this)
            parts += [
                condition if subject is None else call("=", self.term(subject), condition),
                self.term(branch.args["true"]),
            ]
        default = node.args.get("default")
        return Call("case", (*parts, NULL if default is None else self.term(default)))

    def if_(self, node: Any) -> Term:
        """if(condition, value, value) and iif(…)."""
        other = node.args.get("false")
        return call(
            "case", self.term(node.this), self.term(node.args["true"]), NULL if other is None else self.term(other)
        )

    # ------------------------------------------------------------ casts, texts, times

    def cast(self, node: Any) -> Term:
        """CAST, and ::."""
        kind = _KINDS.get(node.to.this.name)
        if node.to.this.name == "CHARACTER_SET" and str(node.to.args.get("kind") or "").lower() == "binary":
            kind = "binary"
        if kind is None:
            return self.unknown(f"the type {node.to.sql(dialect=self.engine)}", node)
        inner = self.term(node.this)
        if self.engine == "mysql" and kind == "instant":
            kind = "timestamp"
        numbers = [int(each.name) for each in node.to.expressions if each.name.isdigit()] if kind != "array" else []
        if kind == "interval" and isinstance(inner, Constant):
            return Constant(str(inner.value), "interval")
        return call("cast", inner, Constant(kind), *(Constant(number, "integer") for number in numbers))

    def collate(self, node: Any) -> Term:
        """A text under another collation."""
        return call("collate", self.term(node.this), Constant(str(node.expression.name).lower()))

    def length(self, node: Any) -> Term:
        """The length of a text, in characters or in bytes."""
        in_bytes = bool(node.args.get("binary")) or (self.engine == "mysql" and node.args.get("binary"))
        return call("byte_length" if in_bytes else "char_length", self.term(node.this))

    def trim(self, node: Any) -> Term:
        """trim, ltrim, rtrim, btrim."""
        function = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position") or ""), "trim")
        letters = node.args.get("expression")
        return call(function, self.term(node.this), *(() if letters is None else (self.term(letters),)))

    def text_of(self, node: Any) -> Term:
        """A literal text, or what a text is cast from."""
        inner = self.term(node) if not isinstance(node, str) else Constant(node, "text")
        while isinstance(inner, Call) and inner.function == "cast":
            inner = inner.arguments[0]
        return inner

    def extract(self, node: Any) -> Term:
        """EXTRACT(part FROM x), date_part('part', x)."""
        part = node.this
        text = self.text_of(part) if type(part).__name__ not in ("Var", "Identifier") else Constant(str(part.name))
        if not isinstance(text, Constant):
            return self.unknown("a part of a date that is not constant", node)
        return call("extract", Constant(str(text.value).lower()), self.term(node.expression))

    def interval(self, node: Any) -> Term:
        """INTERVAL 1 DAY, interval '1 day'."""
        amount, unit = self.term(node.this), node.args.get("unit")
        if not isinstance(amount, Constant):
            return self.unknown("an interval that is computed", node)
        return Constant(f"{amount.value} {unit.name if unit is not None else ''}".strip().lower(), "interval")

    def date_add(self, node: Any, sign: str) -> Term:
        """MySQL's date_add and date_sub."""
        amount = self.term(node.expression)
        if not isinstance(amount, Constant):
            return self.unknown("an interval that is computed", node)
        return call(
            sign, self.term(node.this), Constant(f"{amount.value} {node.args['unit'].name}".lower(), "interval")
        )

    def date_diff(self, node: Any) -> Term:
        """MySQL's datediff, and to_days, which sqlglot takes for a difference to the year 0."""
        since = node.expression.this if type(node.expression).__name__ == "TsOrDsToDate" else node.expression
        if str(getattr(since, "this", "")) == "0000-01-01":
            return call("days", self.term(node.this))
        return call("datediff", self.term(node.this), self.term(node.expression))

    def timestamp_diff(self, node: Any) -> Term:
        """MySQL's timestampdiff(unit, from, to)."""
        unit = Constant(str(node.args["unit"].name).lower())
        return call("timestampdiff", unit, self.term(node.expression), self.term(node.this))

    def json(self, node: Any, function: str) -> Term:
        """-> and ->>, json_extract."""
        path = node.expression
        if type(path).__name__ != "JSONPath":
            inner = self.text_of(path)
            steps = [str(inner.value)] if isinstance(inner, Constant) and inner.kind == "text" else []
            if steps and steps[0].startswith("$."):
                steps = steps[0][2:].split(".")
        else:
            steps = [
                str(each.this)
                for each in path.expressions
                if type(each).__name__ in ("JSONPathKey", "JSONPathSubscript")
            ]
            if len(steps) != len(path.expressions) - 1:
                steps = []
        if not steps:
            return self.unknown("a path into JSON", node)
        return call(function, self.term(node.this), *(Constant(step, "text") for step in steps))

    def dotted(self, node: Any) -> Term:
        """A function of a schema, or a member of a composite."""
        function = node.expression
        if type(function).__name__ == "Anonymous":
            return self.unknown(f"the function {node.this.sql()}.{function.this}", node)
        return self.unknown(f"{node.sql(dialect=self.engine)[:60]}", node)

    def anonymous(self, node: Any) -> Term:
        """Functions that sqlglot knows by name only."""
        name = str(node.this).lower()
        if name in NOW:
            return call("now", Constant(NOW[name]))
        if name == "row":
            return Call("row", tuple(map(self.term, node.expressions)))
        if name == "like_escape" and len(node.expressions) == 2:
            return self.like_escape(node)
        if name == "similar_to_escape":
            return call("similar_to_escape", *map(self.term, node.expressions))
        if name not in NAMES:
            return self.unknown(f"the function {name}", node)
        parts = list(node.expressions)
        if len(parts) == 1 and type(parts[0]).__name__ == "Variadic" and type(parts[0].this).__name__ == "Array":
            parts = list(parts[0].this.expressions)
        return Call(NAMES[name], tuple(map(self.term, parts)))

    def like_escape(self, node: Any) -> Term:
        """PostgreSQL's own way to keep LIKE … ESCAPE: the pattern with backslashes instead."""
        pattern, escape = map(self.text_of, node.expressions)
        if not isinstance(pattern, Constant) or not isinstance(escape, Constant) or len(str(escape.value)) != 1:
            return self.unknown("an escape that is not constant", node)
        mark, found, rest = str(escape.value), "", str(pattern.value)
        while rest:
            escaped, letter = rest[0] == mark and len(rest) > 1, rest[0]
            found += f"\\{rest[1]}" if escaped else "\\\\" if letter == "\\" else letter
            rest = rest[2 if escaped else 1 :]
        return Constant(found, "text")


def _within(node: Any) -> Any:
    while type(node).__name__ == "Paren":
        node = node.this
    return node


def _number(text: str) -> Term:
    if text.isdigit():
        return Constant(int(text), "integer")
    return Constant(float(text), "float") if "e" in text.lower() else Constant(Decimal(text), "decimal")
