"""Conditions made at random over the table of `conditions`, in words that all engines share."""

from random import Random

_NUMBERS = ("i", "j", "d", "e")
_TEXTS = ("s", "v")
_DAYS = ("day", "until")
_SIGNS = ("=", "<>", "<", "<=", ">", ">=")


def condition(choose: Random, depth: int = 3) -> str:
    """A condition with others inside down to a depth."""
    if depth and choose.random() < 0.55:
        one, other = condition(choose, depth - 1), condition(choose, depth - 1)
        return choose.choice(
            (
                f"({one} AND {other})",
                f"({one} OR {other})",
                f"(NOT {one})",
                f"(({one}) = ({other}))",
                f"(CASE WHEN {one} THEN {other} ELSE {condition(choose, depth - 1)} END)",
                f"(({one}) IS NULL)",
                f"(({one}) IS NOT NULL AND {other})",
            )
        )
    return choose.choice((_of_numbers, _of_numbers, _of_texts, _of_days, _of_null))(choose)


def _of_null(choose: Random) -> str:
    column = choose.choice((*_NUMBERS, *_TEXTS, *_DAYS, "b", "ts"))
    return f"({column} IS {choose.choice(('', 'NOT '))}NULL)"


def _of_numbers(choose: Random) -> str:
    one, other = _number(choose, 2), _number(choose, 1)
    return choose.choice(
        (
            f"({one} {choose.choice(_SIGNS)} {other})",
            f"({one} BETWEEN {other} AND {_number(choose, 0)})",
            f"({one} IN ({choose.randint(-3, 3)}, {choose.randint(0, 9)}, {other}))",
            f"({choose.choice(('i', 'j'))} % {choose.randint(2, 4)} = {choose.randint(0, 1)})",
        )
    )


def _number(choose: Random, depth: int) -> str:
    if depth and choose.random() < 0.6:
        one, other = _number(choose, depth - 1), _number(choose, depth - 1)
        return choose.choice(
            (
                f"({one} + {other})",
                f"({one} - {other})",
                f"({one} * {other})",
                f"(- {one})",
                f"abs({one})",
                f"coalesce({one}, {other})",
                f"nullif({one}, {other})",
                f"length({choose.choice(('trim(v)', 'upper(v)', 'v'))})",
                f"(CASE WHEN {_of_null(choose)} THEN {one} ELSE {other} END)",
            )
        )
    return choose.choice(
        (*_NUMBERS, str(choose.randint(-4, 12)), f"{choose.randint(-3, 9)}.{choose.choice(('25', '5', '0'))}")
    )


def _of_texts(choose: Random) -> str:
    one = _text(choose, 2)
    word = choose.choice(("'a'", "'abc'", "''", "'AB-12'", "'x@y.de'"))
    pattern = choose.choice(("'a%'", "'%c'", "'_b%'", "'%@%'", "'%'", "''", "'%-__'"))
    return choose.choice(
        (
            f"({one} = {choose.choice((word, _text(choose, 1)))})",
            f"({one} <> {word})",
            f"({one} IN ({word}, 'ABC', '12'))",
            f"({one} {choose.choice(('', 'NOT '))}LIKE {pattern})",
        )
    )


def _text(choose: Random, depth: int) -> str:
    if depth and choose.random() < 0.5:
        one = _text(choose, depth - 1)
        return choose.choice(
            (
                f"upper({one})",
                f"lower({one})",
                f"trim({one})",
                f"coalesce({one}, {_text(choose, depth - 1)})",
                f"replace({one}, 'b', 'x')",
                f"substr({one}, {choose.randint(1, 3)}, {choose.randint(0, 3)})",
                f"nullif({one}, '')",
            )
        )
    return "v"


def _of_days(choose: Random) -> str:
    one = choose.choice(_DAYS)
    other = choose.choice((*_DAYS, "'2000-01-01'", "'2024-03-31'"))
    return f"({one} {choose.choice(_SIGNS)} {other})"
