"""What a click leads to beside the act itself, run once Slack has its answer.

The act is committed by then. What is left is to show it where somebody clicked, through Slack's
own API, and however long Slack takes over that, the click is answered at once.
"""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from time import monotonic
from zlib import crc32

import structlog

log = structlog.get_logger()

_LINES = 8

Errand = Callable[[], None]


class Errands:
    """Threads that run errands: at once, and for each person in the order of their clicks.

    They end with the process. An errand that is lost then shows nothing wrong: the card follows
    through the outbox, and a home tab with its next click.
    """

    def __init__(self, lines: int = _LINES) -> None:
        """Start up to *lines* threads, when there is something to do; people share them."""
        self._most = lines
        self._lines: dict[int, SimpleQueue[Errand]] = {}
        self._starting = threading.Lock()

    def run(self, person: str, errand: Errand) -> None:
        """Have *errand* run after the earlier ones for *person*."""
        place = crc32(person.encode()) % self._most
        with self._starting:
            line = self._lines.get(place) or self._start(place)
        line.put(errand)

    def finish(self, seconds: float) -> bool:
        """Wait until all that was given before has run; False when *seconds* were not enough."""
        with self._starting:
            lines = list(self._lines.values())
        ends = [threading.Event() for _ in lines]
        for line, end in zip(lines, ends, strict=True):
            line.put(end.set)
        deadline = monotonic() + seconds
        return all(end.wait(max(0.0, deadline - monotonic())) for end in ends)

    def _start(self, place: int) -> "SimpleQueue[Errand]":
        line = self._lines[place] = SimpleQueue()
        name = f"errands-{place}"
        threading.Thread(target=_run, args=(line,), name=name, daemon=True).start()
        return line


def _run(line: "SimpleQueue[Errand]") -> None:
    while True:
        errand = line.get()
        try:
            errand()
        except Exception:
            # The next person's must not wait for a thread that has ended.
            log.exception("errand_failed")
