"""Whose transaction is next in this process."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

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
        self._waiting: deque[_Gate] = deque()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @contextmanager
    def one(self) -> Iterator[None]:
        """A turn, for as long as the block runs.

        Raises:
            DatabaseAway: there was none in time, and it is needed.
        """
        has_turn = self.take()
        try:
            yield
        finally:
            if has_turn:
                self.pass_on()

    def take(self, *, joins: bool = False) -> bool:
        """Wait for a turn, which has to be passed on; False for going on without one.

        Whoever *joins* may be passed the turn together with something to go on with.

        Raises:
            DatabaseAway: there was none in time, and it is needed.
        """
        gate = self._gate(joins=joins)
        return gate is None or gate.lock.acquire(timeout=self._patience) or self._too_late(gate)

    def pass_on(self, *, joins: bool = False) -> bool:
        """Let the next one go; says whether there is one.

        With *joins* only one who does: otherwise nothing happens, and the turn is still here.
        """
        with self._lock:
            if self._waiting and (self._waiting[0].joins or not joins):
                self._waiting.popleft().lock.release()
                return True
            self._free += not joins
            return False

    def _gate(self, *, joins: bool) -> "_Gate | None":
        """None for whoever may go on at once; a closed gate for all others."""
        with self._lock:
            if self._free:
                self._free -= 1
                return None
            gate = _Gate(joins=joins)
            gate.lock.acquire()
            self._waiting.append(gate)
            return gate

    def _too_late(self, gate: "_Gate") -> bool:
        """Wait no longer; whether *gate* has been opened in this very moment."""
        with self._lock:
            if gate not in self._waiting:
                return True
            self._waiting.remove(gate)
        if self._needed:
            raise DatabaseAway("Locked")
        return False


@dataclass(frozen=True, slots=True, eq=False)
class _Gate:
    """What one who waits stands before."""

    joins: bool
    lock: Any = field(default_factory=Lock)
