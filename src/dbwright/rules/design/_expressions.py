"""What a check constraint can evaluate to: a boolean expression tried in three-valued logic on all values that make a difference.

A verdict is proved, or it is not given: see `_terms.py` for the values that are tried.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from dbwright.rules.design._terms import Domain, Node, Terms, Truth, bare, constant_of

__all__ = [
    "Domain",
    "Node",
    "Verdict",
    "alternatives",
    "asks_not_null",
    "column_pinned",
    "columns_in",
    "columns_of",
    "compares_with_null",
    "conjuncts",
    "forbids_empty",
    "implies",
    "literal",
    "null_passes",
    "outcomes",
    "parse",
    "refuses",
    "verdict",
    "verdict_on",
]

Verdict = Literal["always passes", "never true"]

_DIALECTS = {"postgres": "postgres", "mysql": "mysql", "sqlite": "sqlite"}


@lru_cache(maxsize=20_000)
def parse(expression: str, engine: str) -> Node | None:
    """The syntax tree of a boolean expression in the engine's own SQL; None where it is not understood.

    Several rules look at the same expressions, so trees are kept and shared: nobody may change one.
    """
    import logging

    import sqlglot
    from sqlglot.errors import SqlglotError

    logger = logging.getLogger("sqlglot")
    before, logger.disabled = logger.disabled, True
    try:
        found = sqlglot.parse_one(f"SELECT {expression}", read=_DIALECTS[engine])
    except (SqlglotError, RecursionError):
        return None
    finally:
        logger.disabled = before
    return found.expressions[0].transform(_plain_length) if len(found.expressions) == 1 else None


def _plain_length(node: Node) -> Node:
    """The functions that measure a text in characters or bytes, made one."""
    from sqlglot import exp

    if isinstance(node, exp.Anonymous) and str(node.this).lower() in (
        "octet_length",
        "character_length",
        "char_length",
    ):
        return exp.Length(this=node.expressions[0]) if len(node.expressions) == 1 else node
    return node


def columns_of(tree: Node) -> list[str]:
    """The names of the columns that an expression reads, each once."""
    from sqlglot import exp

    return list(dict.fromkeys(column.name for column in tree.find_all(exp.Column)))


@lru_cache(maxsize=20_000)
def columns_in(expression: str, engine: str) -> tuple[str, ...]:
    """The names of the columns that an expression reads, as it is written; none where it is not understood."""
    tree = parse(expression, engine)
    return () if tree is None else tuple(columns_of(tree))


def compares_with_null(tree: Node) -> str | None:
    """The first comparison with the word NULL, as text: `x = NULL`, `x IN (1, NULL)`. It is never true or never false."""
    from sqlglot import exp

    for node in tree.walk():
        if isinstance(node, exp.EQ | exp.NEQ | exp.LT | exp.LTE | exp.GT | exp.GTE):
            if isinstance(bare(node.left), exp.Null) or isinstance(bare(node.right), exp.Null):
                return str(node.sql())
        elif isinstance(node, exp.In | exp.Array) and any(
            isinstance(bare(each), exp.Null) for each in node.expressions
        ):
            return str(node.sql())
    return None


def forbids_empty(tree: Node) -> bool:
    """Whether an expression asks of a text that it is not empty: `trim(x) <> ''`, `length(x) > 0`, `x <> ''`."""
    from sqlglot import exp

    for node in tree.walk():
        if not isinstance(node, exp.NEQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
            continue
        left, right = bare(node.left), bare(node.right)
        if isinstance(node, exp.NEQ) and "" in (constant_of(left), constant_of(right)):
            return True
        if isinstance(left, exp.Length) and isinstance(node, exp.GT | exp.GTE | exp.NEQ):
            constant = constant_of(right)
            return isinstance(constant, Decimal) and constant >= (1 if isinstance(node, exp.GTE) else 0)
    return False


def outcomes(tree: Node, domains: Mapping[str, Domain]) -> frozenset[Truth] | None:
    """All that an expression can be: true, false, None for NULL. None instead of a set where there is too much to try."""
    terms = Terms(domains)
    evaluate = terms.boolean(tree)
    trials = terms.trials()
    return None if trials is None else frozenset(evaluate(trial) for trial in trials)


def verdict(tree: Node, domains: Mapping[str, Domain]) -> Verdict | None:
    """Whether an expression is never false, or never true for values that are not NULL; None where neither is proved."""
    found = outcomes(tree, domains)
    if found is None:
        return None
    if False not in found:
        return "always passes"
    return None if True in found else "never true"


def verdict_on(expression: str, engine: str, domains: Mapping[str, Domain]) -> Verdict | None:
    """The verdict on an expression as it is written, kept for the next rule that asks; None where it is not understood."""
    known = tuple((name, domains[name]) for name in columns_in(expression, engine) if name in domains)
    return _verdict_on(expression, engine, known)


@lru_cache(maxsize=20_000)
def _verdict_on(expression: str, engine: str, known: tuple[tuple[str, Domain], ...]) -> Verdict | None:
    tree = parse(expression, engine)
    return None if tree is None else verdict(tree, dict(known))


def implies(stricter: Node, laxer: Node, domains: Mapping[str, Domain]) -> bool:
    """Whether every row that passes one check passes the other too. A check passes when it is true or NULL."""
    terms = Terms(domains)
    first, second = terms.boolean(stricter), terms.boolean(laxer)
    trials = terms.trials()
    if trials is None:
        return False
    return all(second(trial) is not False for trial in trials if first(trial) is not False)


def refuses(tree: Node, domains: Mapping[str, Domain], column: str, value: Decimal | str, *, any_case: bool) -> bool:
    """Whether an expression is false for every row that has this value in the column.

    any_case: whether the engine takes texts that differ in case alone for equal.
    """
    from sqlglot import exp

    def text(given: str) -> Node:
        return exp.Literal.string(given.casefold() if any_case else given)

    def put_in(node: Node) -> Node:
        if isinstance(node, exp.Column) and node.name.casefold() == column.casefold():
            return text(value) if isinstance(value, str) else exp.convert(value)
        if any_case and isinstance(node, exp.Literal) and node.is_string:
            return text(str(node.this))
        return node

    def reckoned(node: Node) -> Node:
        """What the functions that are understood make of a text."""
        inner = constant_of(bare(node.this)) if isinstance(node, exp.Length | exp.Lower | exp.Upper) else None
        if not isinstance(inner, str):
            return node
        if isinstance(node, exp.Length):
            return exp.convert(len(inner)) if inner.isascii() else node
        return text(inner.lower() if isinstance(node, exp.Lower) else inner.upper())

    filled = tree.copy().transform(put_in)
    for inner in reversed(list(filled.walk())):  # the innermost first
        if isinstance(inner, exp.Length | exp.Lower | exp.Upper) and (known := reckoned(inner)) is not inner:
            inner.replace(known)
    return outcomes(filled, domains) == frozenset((False,))


def literal(expression: str, engine: str) -> Decimal | str | None:
    """The number or the text that an expression is; None where it is anything else."""
    tree = parse(expression, engine)
    return None if tree is None else constant_of(bare(tree))


def conjuncts(tree: Node) -> list[Node]:
    """The conditions that must all hold: the sides of the outermost ANDs."""
    from sqlglot import exp

    tree = bare(tree)
    return [*conjuncts(tree.left), *conjuncts(tree.right)] if isinstance(tree, exp.And) else [tree]


def alternatives(tree: Node) -> list[Node]:
    """The conditions of which one must hold: the sides of the outermost ORs."""
    from sqlglot import exp

    tree = bare(tree)
    return [*alternatives(tree.left), *alternatives(tree.right)] if isinstance(tree, exp.Or) else [tree]


def asks_not_null(tree: Node) -> bool:
    """Whether a condition is IS NOT NULL of a column and nothing else."""
    from sqlglot import exp

    tree = bare(tree)
    negated = isinstance(tree, exp.Not) or bool(tree.args.get("negate"))
    inner = bare(tree.this) if isinstance(tree, exp.Not) else tree
    return negated and isinstance(inner, exp.Is) and isinstance(bare(inner.this), exp.Column)


def column_pinned(tree: Node) -> str | None:
    """The column that a condition leaves only one value: `status = 'open'`, `deleted_at IS NULL`, `is_open`."""
    from sqlglot import exp

    tree = bare(tree)
    if isinstance(tree, exp.EQ):
        for one, other in ((tree.left, tree.right), (tree.right, tree.left)):
            if isinstance(bare(one), exp.Column) and constant_of(bare(other)) is not None:
                return str(bare(one).name)
        return None
    if isinstance(tree, exp.Is) and not tree.args.get("negate") and isinstance(bare(tree.this), exp.Column):
        return str(bare(tree.this).name)
    inner = bare(tree.this) if isinstance(tree, exp.Not) else tree
    return str(inner.name) if isinstance(inner, exp.Column) else None


def null_passes(tree: Node, domains: Mapping[str, Domain], column: str) -> bool:
    """Whether NULL in a column can make the expression NULL, so that a check lets it pass."""
    terms = Terms(domains)
    evaluate = terms.boolean(tree)
    trials = terms.trials()
    held = [name for name, source in terms.sources.items() if source == column]
    if trials is None or not held:
        return False
    return any(evaluate(trial) is None for trial in trials if all(trial[name] is None for name in held))
