"""What the writers of other tools' revisions share."""

import re
from collections.abc import Callable, Sequence

import msgspec


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A revision to be written: its words, the statements of both directions without terminators, and whether they have to
    run outside of a transaction."""

    name: str
    up: tuple[str, ...]
    down: tuple[str, ...]
    outside: bool = False


def name_of(words: str) -> str:
    """Words as a part of a file's name."""
    return re.sub(r"[^\w]+", "_", words).strip("_").lower()[:60] or "change"


def indented(statements: Sequence[str], call: Callable[[str], str], *, outside: bool) -> str:
    """The statements as the body of a Python function, each as a call."""
    lines = [call(text) for text in statements]
    if not lines:
        return "    pass\n"
    if not outside:
        return "".join(f"    {line}\n" for line in lines)
    return "    with op.get_context().autocommit_block():\n" + "".join(f"        {line}\n" for line in lines)
