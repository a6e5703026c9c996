"""What a click leads to beside the act itself, run once Slack has its answer.

The act is committed by then. What is left is to show it where somebody clicked, through Slack's
own API, and however long Slack takes over that, the click is answered at once.
"""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from zlib import crc32

import structlog

log = structlog.get_logger()

_LINES = 8


class Errands:
    """Threads that run errands: at once, and for each person in the order of their clicks.

    They end with the process. An errand that is lost then shows nothing wrong: the card follows
    through the outbox, and a home tab with its next click.
    """

    def __init__(self, lines: int = _LINES) -> None:
        """Start *lines* threads; people share them."""
        self._lines: list[SimpleQueue[Callable[[], None]]] = [SimpleQueue() for _ in range(lines)]
        for place, line in enumerate(self._lines):
            name = f"errands-{place}"
            threading.Thread(target=_run, args=(line,), name=name, daemon=True).start()

    def run(self, person: str, errand: Callable[[], None]) -> None:
        """Have *errand* run after the earlier ones for *person*."""
        self._lines[crc32(person.encode()) % len(self._lines)].put(errand)


def _run(line: "SimpleQueue[Callable[[], None]]") -> None:
    while True:
        errand = line.get()
        try:
            errand()
        except Exception:
            # The next person's must not wait for a thread that has ended.
            log.exception("errand_failed")
