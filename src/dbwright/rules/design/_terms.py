"""The variables of a boolean expression, its constants, and its value in three-valued logic for each combination of them.

For a comparison of a column with constants, the constants and the values just beside them stand for all values; for
columns compared with each other, so does every order of a few values. What is not understood (a function, a pattern,
arithmetic) counts as a free choice of true, false and NULL, so that whatever is *always* so stays so.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from itertools import islice, product
from typing import Any

import msgspec

Node = Any
"""A node of sqlglot's syntax tree. The parser is slow to import, so that is left to the functions that need it."""
Truth = bool | None
Values = Mapping[str, Any]

_MOST_TRIALS = 50_000
_STEP = Decimal("0.5")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Domain(msgspec.Struct, frozen=True):
    """What is known of a column's values: whether NULL is among them, whether they are whole numbers, the least and the
    greatest of them, and of texts how many characters or bytes they can have at most.
    """

    nullable: bool = True
    whole: bool = False
    least: int | None = None
    most: int | None = None
    longest: int | None = None


class Terms:
    """The variables of one expression and the constants that each is compared with."""

    def __init__(self, domains: Mapping[str, Domain]) -> None:
        self.domains = domains
        self.constants: dict[str, set[Any]] = {}
        self.groups: dict[str, str] = {}
        self.atoms: set[str] = set()
        self.known: dict[str, Domain] = {}
        self.sources: dict[str, str] = {}

    # ------------------------------------------------------------ from the tree to functions

    def boolean(self, node: Node) -> Callable[[Values], Truth]:
        """The function from values to true, false or None that a boolean expression is."""
        from sqlglot import exp

        node = bare(node)
        if isinstance(node, exp.And | exp.Or):
            left, right = self.boolean(node.left), self.boolean(node.right)
            deciding = isinstance(node, exp.Or)
            return lambda values: _joined(left(values), right(values), deciding)
        if isinstance(node, exp.Not):
            inner = self.boolean(node.this)
            return lambda values: None if (truth := inner(values)) is None else not truth
        if isinstance(node, exp.Boolean):
            truth = bool(node.this)
            return lambda values: truth
        if isinstance(node, exp.Null):
            return lambda values: None
        if isinstance(node, exp.Between):
            low, high = (
                exp.GTE(this=node.this, expression=node.args["low"]),
                exp.LTE(this=node.this, expression=node.args["high"]),
            )
            return self.boolean(exp.And(this=low, expression=high))
        if isinstance(node, exp.Is):
            if node.args.get("negate"):  # how sqlglot reads PostgreSQL's IS NOT
                return self.boolean(exp.Not(this=exp.Is(this=node.this, expression=node.expression)))
            return self._is(node)
        if isinstance(node, exp.In) and node.expressions:
            return self._any_equal([exp.EQ(this=node.this, expression=each) for each in node.expressions])
        comparison = _comparisons().get(type(node))
        if comparison:
            array = bare(node.right)
            wanted = exp.Any if isinstance(node, exp.EQ) else exp.All
            if (
                isinstance(array, wanted)
                and isinstance(bare(array.this), exp.Array)
                and isinstance(node, exp.EQ | exp.NEQ)
            ):
                members = bare(array.this).expressions
                found = self._any_equal([exp.EQ(this=node.left, expression=each) for each in members])
                return (
                    found
                    if wanted is exp.Any
                    else lambda values: None if (truth := found(values)) is None else not truth
                )
            return self._compare(node, comparison)
        number = constant_of(node)
        if isinstance(number, Decimal):
            return lambda values: bool(number)
        if isinstance(node, exp.Column):
            return self._flag(node)
        return self._atom(node)

    def _is(self, node: Node) -> Callable[[Values], Truth]:
        """IS NULL, IS TRUE, IS FALSE, which are never NULL themselves."""
        from sqlglot import exp

        right = bare(node.expression)
        if isinstance(right, exp.Null):
            name = self._variable(node.this)
            if name is not None:
                key = name
                return lambda values: values[key] is None
            constant = constant_of(bare(node.this))
            if constant is not None:
                return lambda values: False
        if isinstance(right, exp.Boolean):
            inner, wanted = self.boolean(node.this), bool(right.this)
            return lambda values: inner(values) is wanted
        return self._atom(node, may_be_null=False)

    def _any_equal(self, equalities: list[Node]) -> Callable[[Values], Truth]:
        each = [self.boolean(equality) for equality in equalities]

        def evaluate(values: Values) -> Truth:
            truth: Truth = False
            for one in each:
                truth = _joined(truth, one(values), True)
            return truth

        return evaluate

    def _compare(self, node: Node, holds: Callable[[Any, Any], bool]) -> Callable[[Values], Truth]:
        """A comparison of variables and constants; anything else is a free choice."""
        from sqlglot import exp

        left, right = bare(node.left), bare(node.right)
        if isinstance(left, exp.Null) or isinstance(right, exp.Null):
            return lambda values: None
        constants = constant_of(left), constant_of(right)
        if not isinstance(node, exp.EQ | exp.NEQ) and any(
            isinstance(each, str) and not _DATE.match(each) for each in constants
        ):
            return self._atom(node)  # the order of texts depends on the collation
        names = self._variable(left), self._variable(right)
        if constants[0] is not None and constants[1] is not None:
            if type(constants[0]) is not type(constants[1]):
                return self._atom(node)
            truth = holds(constants[0], constants[1])
            return lambda values: truth
        first, second = names
        if first is not None and second is not None:
            self._join(first, second)
            return lambda values: _ordered(values[first], values[second], holds)
        if names[0] is not None and constants[1] is not None:
            name, constant = names[0], constants[1]
            self.constants[name].add(constant)
            return lambda values: _ordered(values[name], constant, holds)
        if names[1] is not None and constants[0] is not None:
            name, constant = names[1], constants[0]
            self.constants[name].add(constant)
            return lambda values: _ordered(constant, values[name], holds)
        same = left.sql() == right.sql() and not any(isinstance(each, exp.Anonymous | exp.Rand) for each in left.walk())
        if same:
            name = self._free_value(left.sql())
            return lambda values: _ordered(values[name], values[name], holds)
        return self._atom(node)

    def _variable(self, node: Node) -> str | None:
        """The variable that an expression is: a column, or one trimmed, in one case, or its length."""
        from sqlglot import exp

        node = bare(node)
        within = node
        while isinstance(within, exp.Trim | exp.Lower | exp.Upper | exp.Length):
            within = bare(within.this)
        if not isinstance(within, exp.Column):
            return None
        domain = self.domains.get(within.name, Domain())
        name = str(within.name) if node is within else str(node.sql())
        if node is not within:
            measured = isinstance(node, exp.Length)
            domain = (
                Domain(domain.nullable, whole=True, least=0, most=domain.longest)
                if measured
                else Domain(domain.nullable)
            )
        self.constants.setdefault(name, {Decimal(0)} if isinstance(node, exp.Length) else set())
        self.known[name] = domain
        self.sources[name] = str(within.name)
        return name

    def _free_value(self, text: str) -> str:
        self.constants.setdefault(text, {Decimal(0)})
        self.known.setdefault(text, Domain())
        return text

    def _flag(self, node: Node) -> Callable[[Values], Truth]:
        """A column that is itself a truth."""
        name = f"truth of {node.name}"
        if self.domains.get(node.name, Domain()).nullable:
            self.atoms.add(name)
        else:
            self.atoms.add(f"not null {name}")
            name = f"not null {name}"
        return lambda values: None if values[name] is None else bool(values[name])

    def _atom(self, node: Node, may_be_null: bool = True) -> Callable[[Values], Truth]:
        """Something not understood: the same text is the same free choice."""
        name = f"{'' if may_be_null else 'not null '}atom {node.sql()}"
        self.atoms.add(name)
        return lambda values: None if values[name] is None else bool(values[name])

    def _join(self, first: str, second: str) -> None:
        """Notes that two variables are compared, so that they need values in common."""
        one, other = self._group(first), self._group(second)
        if one != other:
            self.groups[other] = one

    def _group(self, name: str) -> str:
        while self.groups.get(name, name) != name:
            name = self.groups[name]
        return name

    # ------------------------------------------------------------ the values to try

    def trials(self) -> Iterator[dict[str, Any]] | None:
        """Every combination of telling values; None where there are too many, or where kinds are mixed."""
        shared: dict[str, set[Any]] = {}
        members: dict[str, int] = {}
        for name, constants in self.constants.items():
            group = self._group(name)
            shared.setdefault(group, set()).update(constants)
            members[group] = members.get(group, 0) + 1
        names: list[str] = []
        choices: list[list[Any]] = []
        for name in self.constants:
            group = self._group(name)
            values = _telling(shared[group], self.known[name], members[group])
            if values is None:
                return None
            names.append(name)
            choices.append(values)
        for atom in sorted(self.atoms):
            names.append(atom)
            choices.append([True, False] if atom.startswith("not null ") else [True, False, None])
        total = 1
        for each in choices:
            total *= len(each)
            if total > _MOST_TRIALS:
                return None
        return (dict(zip(names, combination, strict=True)) for combination in islice(product(*choices), _MOST_TRIALS))


def _telling(constants: set[Any], domain: Domain, members: int) -> list[Any] | None:
    """The constants, the values between and beside them (as many as variables are compared with each other), and NULL."""
    if not constants:
        constants = {Decimal(0)}
    if len({type(each) for each in constants}) > 1 or len({str(each).casefold() for each in constants}) < len(
        constants
    ):
        return None
    values: list[Any]
    if isinstance(next(iter(constants)), Decimal):
        step = Decimal(1) if domain.whole else _STEP / members
        found = {constant + step * place for constant in constants for place in range(-members, members + 1)}
        found |= {min(constants) - 1000, max(constants) + 1000}
        found |= {Decimal(end) for end in (domain.least, domain.most) if end is not None}
        values = sorted(each for each in found if _belongs(each, domain))
    else:
        values = sorted({text for each in constants for text in (each, f"{each}\x01", each[:-1])} | {"", "\U0010ffff"})
    return [*values, None] if domain.nullable else values


def _belongs(value: Decimal, domain: Domain) -> bool:
    within = (domain.least is None or value >= domain.least) and (domain.most is None or value <= domain.most)
    return within and not (domain.whole and value % 1)


def _joined(left: Truth, right: Truth, deciding: bool) -> Truth:
    """OR (deciding is True) and AND (deciding is False) of three-valued logic."""
    if left is deciding or right is deciding:
        return deciding
    return None if left is None or right is None else not deciding


def _ordered(left: Any, right: Any, holds: Callable[[Any, Any], bool]) -> Truth:
    return None if left is None or right is None else holds(left, right)


def _comparisons() -> dict[type[Node], Callable[[Any, Any], bool]]:
    import operator

    from sqlglot import exp

    return {
        exp.EQ: operator.eq,
        exp.NEQ: operator.ne,
        exp.LT: operator.lt,
        exp.LTE: operator.le,
        exp.GT: operator.gt,
        exp.GTE: operator.ge,
    }


def bare(node: Node) -> Node:
    """The expression without brackets, collations, and those casts to text that leave it as it is."""
    from sqlglot import exp

    while True:
        if isinstance(node, exp.Paren | exp.Collate):
            node = node.this
        elif isinstance(node, exp.Introducer):
            node = node.expression
        elif isinstance(node, exp.Cast) and _keeps_value(node.to):
            node = node.this
        else:
            return node


def _keeps_value(type_: Node) -> bool:
    """Whether a cast to the type leaves a text as it is: to text of any length, or an array of such."""
    from sqlglot import exp

    if type_.is_type(exp.DataType.Type.ARRAY):
        return all(_keeps_value(each) for each in type_.expressions)
    return bool(type_.is_type(*exp.DataType.TEXT_TYPES)) and not type_.expressions


def constant_of(node: Node) -> Decimal | str | None:
    """A literal as a number or a text; None for everything else."""
    from sqlglot import exp

    if isinstance(node, exp.Neg):
        inner = constant_of(bare(node.this))
        return -inner if isinstance(inner, Decimal) else None
    if isinstance(node, exp.Cast):
        inner = constant_of(bare(node.this))
        if node.to.is_type(*exp.DataType.NUMERIC_TYPES) and inner is not None:
            return _number(str(inner))
        return inner if isinstance(inner, str) and _DATE.match(inner) else None
    if isinstance(node, exp.Literal):
        return str(node.this) if node.is_string else _number(str(node.this))
    return None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
