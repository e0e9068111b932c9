"""The building blocks that there are, as people read of them."""

import inspect

import msgspec

from dbwright.designs.blocks import names
from dbwright.designs.blocks.options import described
from dbwright.designs.blocks.registry import find
from dbwright.report.blocks import Shown, ShownOption


def blocks_shown() -> list[Shown]:
    """All blocks."""
    return [block_shown(name) for name in names()]


def block_shown(name: str) -> Shown:
    """One block with its options. Raises UsageError where there is none of that name."""
    block = find(name)
    about = inspect.getdoc(block) or ""
    summary = " ".join(about.partition("\n\n")[0].split())
    return Shown(
        name=name.strip().lower().replace("-", "_"),
        summary=summary,
        about=about,
        options=tuple(ShownOption(**msgspec.structs.asdict(option)) for option in described(block)),
    )
