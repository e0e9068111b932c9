"""How sizes, shares and lists read in the sentences of findings."""

from collections.abc import Sequence


def listed(names: Sequence[str], last: str = "and", most: int = 8) -> str:
    """Names in a sentence: "a", "a and b", "a, b and c"; beyond `most` the rest is counted."""
    if len(names) > most:
        return f"{', '.join(names[:most])} {last} {len(names) - most} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def share(part: int, whole: int) -> str:
    """A share in per cent that never rounds something up to all or down to nothing."""
    if not whole or part == whole:
        return "100 %"
    percent = 100 * part / whole
    if percent > 99.9:
        return "more than 99.9 %"
    if part and percent < 0.1:
        return "less than 0.1 %"
    return f"{percent:.1f} %" if percent < 10 or percent > 99 else f"{percent:.0f} %"


def size(octets: int) -> str:
    """Bytes as people read them: "16 kB", "1.4 GB"."""
    amount = float(octets)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:,.1f} TB"
