"""How a process ends: when it is asked to, and within the ten seconds that a platform leaves it."""

import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import structlog

log = structlog.get_logger()

_ASKING = {bytes([number]) for number in (signal.SIGTERM, signal.SIGINT)}


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
    # Python runs a handler between two steps of the main thread, which may sleep: the system may have
    # woken any other thread for the signal. It may also just hold the event's lock, and would wait
    # for itself. What Python writes down at the signal itself is heard in any case.
    ear, mouth = socket.socketpair()
    mouth.setblocking(False)

    def pass_on() -> None:
        with ear:
            # To the end: of what nobody would hear, Python complains in the middle of everything.
            for number in iter(lambda: ear.recv(1), b""):
                if number in _ASKING:
                    ending.set()

    def ask(number: int, frame: FrameType | None) -> None:
        del frame
        signal.signal(number, signal.SIG_DFL)
        # Loops of events may have it written down for themselves alone. Where nobody can be told any
        # more, nobody needs to be.
        with suppress(OSError):
            mouth.send(bytes([number]))

    threading.Thread(target=pass_on, name="signals", daemon=True).start()
    # Before anything is asked of us: a handler alone would take a signal and tell nobody.
    before = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    try:
        yield ending
    finally:
        signal.set_wakeup_fd(before)
        mouth.close()
    log.info("stopped")
