"""Versions of revisions: the UTC second in which they were made, and no two alike."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from dbwright.errors import UsageError

_FORM = "%Y%m%d%H%M%S"
_LONGEST_NAME = 80


def new_version(taken: Iterable[str], now: datetime | None = None) -> str:
    """A version that is later than every one of `taken`: the present second, or the first free one after the latest."""
    now = (now or datetime.now(UTC)).astimezone(UTC)
    latest = max((int(version) for version in taken if version.isdecimal()), default=0)
    if int(now.strftime(_FORM)) > latest:
        return now.strftime(_FORM)
    try:
        return (datetime.strptime(str(latest), _FORM).replace(tzinfo=UTC) + timedelta(seconds=1)).strftime(_FORM)
    except (ValueError, OverflowError):  # versions that are no times: 1, 2, 3 …
        return str(latest + 1)


def order_of(version: str) -> tuple[int, str]:
    """The sort key of versions: by number."""
    return (int(version) if version.isdecimal() else 0, version)


def slug(name: str) -> str:
    """A name as it stands in a file's name: letters of any script and digits, joined by underscores. Raises UsageError."""
    text = unicodedata.normalize("NFC", name).strip()
    text = re.sub(r"[^\w]+", "_", text).strip("_")[:_LONGEST_NAME].strip("_")
    if not text:
        raise UsageError(
            f"{name!r} is no name for a migration.", hint="Use a few words, for example: add price to orders."
        )
    return text.lower()
