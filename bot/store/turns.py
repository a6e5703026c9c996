"""Whose transaction is next in this process."""

from _thread import LockType
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from bot.errors import DatabaseAway


class Turns:
    """So many at once, and the others in the order in which they came.

    Where turns are *needed*, whoever has waited for *patience* seconds gives up; elsewhere they only
    make all faster, and whoever has waited so long goes on without one: what holds the others up,
    a lock or a connection that swallows everything, must not hold up everybody.
    """

    def __init__(self, at_once: int, *, patience: float, needed: bool) -> None:
        self._free = at_once
        self._patience, self._needed = patience, needed
        self._lock = Lock()
        self._waiting: deque[LockType] = deque()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @contextmanager
    def one(self) -> Iterator[None]:
        """A turn, for as long as the block runs.

        Raises:
            DatabaseAway: there was none in time, and it is needed.
        """
        gate = self._gate()
        has_turn = gate is None or gate.acquire(timeout=self._patience) or self._too_late(gate)
        try:
            yield
        finally:
            if has_turn:
                self._pass_on()

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    def _gate(self) -> LockType | None:
        """None for whoever may go on at once; a closed gate for all others."""
        with self._lock:
            if self._free:
                self._free -= 1
                return None
            gate = Lock()
            gate.acquire()
            self._waiting.append(gate)
            return gate

    def _too_late(self, gate: LockType) -> bool:
        """Wait no longer; whether *gate* has been opened in this very moment."""
        with self._lock:
            if gate not in self._waiting:
                return True
            self._waiting.remove(gate)
        if self._needed:
            raise DatabaseAway("Locked")
        return False
