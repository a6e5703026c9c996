"""Lengths of time, as people write and read them."""

import re
from datetime import timedelta

_PART = re.compile(r"(\d+)\s*([dhm])", re.ASCII)
# Five digits are enough for any promise, and keep the sum within what a timedelta holds.
_WHOLE = re.compile(r"\s*(?:\d{1,5}\s*[dhm]\s*){1,9}", re.ASCII)


def parse(text: str, *, day: timedelta = timedelta(days=1)) -> timedelta:
    """Read ``1d``, ``4h`` or ``1h 30m``; *day* is what one ``d`` is worth.

    Raises:
        ValueError: *text* is not such a length, or is zero.
    """
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"“{text}” is not a length of time")
    units = {"d": day, "h": timedelta(hours=1), "m": timedelta(minutes=1)}
    total = sum((int(n) * units[u] for n, u in _PART.findall(text)), timedelta())
    if total <= timedelta():
        raise ValueError("a length of time must be more than nothing")
    return total


def words(length: timedelta) -> str:
    """Say *length* in one short unit: ``40 s``, ``12 min``, ``5 h``, ``3 d``."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600} h"
    return f"{seconds // 86400} d"
