"""Waiting for what another process does: look, and look again, until a deadline."""

import time
from collections.abc import Callable
from typing import TypeVar

SECONDS = 30.0
_PAUSE_SECONDS = 0.02

T = TypeVar("T")


def eventually(look: Callable[[], T | None], what: str, seconds: float = SECONDS) -> T:
    """What *look* finds, as soon as it finds anything.

    Raises:
        AssertionError: nothing within *seconds*; *what* says what was missing.
    """
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, f"not within {seconds:.0f} s: {what}"
        time.sleep(_PAUSE_SECONDS)
    return found
