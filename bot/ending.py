"""How a process ends: when it is asked to, and within the ten seconds that a platform leaves it."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType

import structlog

log = structlog.get_logger()


class Ending(threading.Event):
    """Set when the process is asked to end; all its parts share the time from then on."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: float | None = None

    def set(self) -> None:
        """Ask everything to end."""
        if self._asked is None:
            self._asked = time.monotonic()
        super().set()

    def left(self, seconds: float) -> float:
        """What is left of *seconds* since it was asked; never less than 0."""
        if self._asked is None:
            return seconds
        return max(0.0, self._asked + seconds - time.monotonic())


@contextmanager
def asked() -> Iterator[Ending]:
    """What SIGTERM and Ctrl-C set; a second Ctrl-C ends the process at once."""
    ending = Ending()
    # A signal runs between two steps of the main thread, which may just hold the event's lock: to
    # set it right there would wait for ever. A put into this queue is safe at any moment.
    signals: SimpleQueue[int] = SimpleQueue()

    def ask(number: int, frame: FrameType | None) -> None:
        del frame
        signals.put(number)
        signal.signal(number, signal.SIG_DFL)

    def pass_on() -> None:
        signals.get()
        ending.set()

    threading.Thread(target=pass_on, name="signals", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    yield ending
    log.info("stopped")
