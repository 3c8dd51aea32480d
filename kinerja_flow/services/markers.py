"""What the marker of a page holds beside ids, read back: nothing that no page could have said."""

from __future__ import annotations

from datetime import UTC, datetime

from workflows.kinds import YEARS

#: No column counts further.
_LARGEST = 2**31 - 1


def number(said: str) -> int:
    """A number of rows, versions or a year; ValueError for one that no column holds."""
    found = int(said)
    if not 0 <= found <= _LARGEST:
        raise ValueError(said)
    return found


def instant(said: str) -> datetime:
    """An instant with its offset, in UTC; ValueError for one without, and outside of the years in
    which days lie."""
    found = datetime.fromisoformat(said)
    if found.tzinfo is None or found.year not in YEARS:
        raise ValueError(said)
    return found.astimezone(UTC)
