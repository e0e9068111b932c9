"""Building blocks as text and as JSON: the list of them, one with its options, and how an application uses it."""

import textwrap
from collections.abc import Sequence

import msgspec

_WIDTH = 100


class ShownOption(msgspec.Struct, frozen=True, kw_only=True):
    """An option of a block: its name, how it is written, the value where nothing is said, what it means, whether it must be given."""

    name: str
    form: str
    default: str
    about: str
    required: bool = False


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A block as people read of it."""

    name: str
    summary: str
    about: str
    options: tuple[ShownOption, ...]


def render_list(blocks: Sequence[Shown], form: str) -> str:
    """All blocks, each in a sentence."""
    if form == "json":
        return _json([{"name": each.name, "summary": each.summary} for each in blocks])
    width = max(len(each.name) for each in blocks) + 2
    lines = ["Building blocks", ""]
    for each in blocks:
        wrapped = textwrap.wrap(each.summary, _WIDTH - width - 2)
        lines += [f"  {each.name:<{width}}{wrapped[0]}", *(f"  {'':<{width}}{line}" for line in wrapped[1:])]
    return "\n".join(
        [*lines, "", "dbwright add BLOCK shows the options of one, dbwright add BLOCK URL --table NAME plans it."]
    )


def render_block(block: Shown, form: str) -> str:
    """One block with its options."""
    if form == "json":
        return _json(block)
    lines = [block.name, ""]
    for paragraph in block.about.split("\n\n"):
        lines += [*textwrap.wrap(" ".join(paragraph.split()), _WIDTH), ""]
    lines += ["Options (--option NAME=VALUE)"]
    for option in block.options:
        default = "" if option.required or not option.default else f" [default: {option.default}]"
        must = " Must be given." if option.required else ""
        lines.append(f"  {option.name}={option.form}")
        lines += [f"      {line}" for line in textwrap.wrap(f"{option.about}{must}{default}", _WIDTH - 6)]
    return "\n".join(lines)


def render_usage(usage: Sequence[str]) -> str:
    """How an application uses what was added."""
    return "\n\n".join(["How it is used", *(textwrap.indent(each, "  ") for each in usage)]) if usage else ""


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
