"""Whose transaction is next in this process."""

from collections import deque
from threading import Lock

from bot.errors import DatabaseAway

PATIENCE_SECONDS = 5.0


class Turns:
    """So many at once, and the others in the order in which they came.

    SQLite has one writer at a time anyway, but whoever finds it busy looks again after a while, and
    longer each time; of thirty who wait like that, the last waits for seconds.
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._lock = Lock()
        self._waiting: deque[Lock] = deque()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def __enter__(self) -> None:
        gate = self._gate()
        if gate is not None and not gate.acquire(timeout=PATIENCE_SECONDS):
            self._leave(gate)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    def _gate(self) -> "Lock | None":
        """None for whoever may go on at once; a closed gate for all others."""
        with self._lock:
            if self._free:
                self._free -= 1
                return None
            gate = Lock()
            gate.acquire()
            self._waiting.append(gate)
            return gate

    def _leave(self, gate: Lock) -> None:
        """Wait no longer, unless *gate* has been opened in this very moment."""
        with self._lock:
            if gate in self._waiting:
                self._waiting.remove(gate)
                raise DatabaseAway("Locked")
