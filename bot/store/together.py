"""Acts of several threads that share a transaction.

When thirty people click at once, each would ask the database a dozen things and then wait for a commit
of their own. So those who come while one is busy form a group. One of them does the acts of all: what
they are going to ask is asked ahead, in one journey; then comes each act in turn; what all of them have
to write goes together, and one commit ends it. Nobody is told that anything is done before that.

Nobody is harmed by another of the group: whoever fails takes back only their own part, and whose case
is in somebody else's hands just now goes alone, so that the others need not wait for it.
"""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.store import ahead, driver, pending

T = TypeVar("T")
Act = Callable[[Connection], T]
# The first of a group is answered after the last has had their turn.
_MOST = 64
# What holds up a group, such as a connection that swallows everything, must not hold up everybody.
_PATIENCE = 0.5


def _closed() -> Any:
    gate = Lock()
    gate.acquire()
    return gate


@dataclass(slots=True, eq=False)
class _Part:
    """One act of a group.

    Attributes:
        asked: what it is going to ask.
        waiting: what it has to write.
        gate: opened for whoever waits for it.
        leads: whether they are to do the acts of the next group.
        alone: whether it could not be done with others.
        result: what it came to, or why it failed.
    """

    act: Act[Any]
    asked: Sequence[ahead.Asked]
    waiting: pending.Waiting = field(default_factory=pending.Waiting)
    gate: Any = field(default_factory=_closed)
    leads: bool = False
    alone: bool = False
    result: Any = None
    failed: BaseException | None = None


class Together:
    """Acts at one database, each in its own thread, done in groups in the order in which they came."""

    def __init__(self, begin: Callable[[], AbstractContextManager[Connection]]) -> None:
        """Each group is a transaction that *begin* makes, and commits."""
        self._begin = begin
        self._lock = Lock()
        self._queue: deque[_Part] = deque()
        self._is_led = False

    def __len__(self) -> int:
        """How many wait."""
        return len(self._queue)

    def do(self, act: Act[T], asked: Sequence[ahead.Asked], *, alone: Callable[[], T]) -> T:
        """What *act* returns, once it is committed.

        What is going to be *asked* has its answers already. It is done *alone* where it cannot be done
        with others.
        """
        part = _Part(act, asked)
        self._line_up(part)
        if not part.leads and not part.gate.acquire(timeout=_PATIENCE):
            if self._withdraw(part):
                return alone()
            part.gate.acquire()
        if part.leads:
            self._lead()
        if part.alone:
            return alone()
        if part.failed:
            raise part.failed
        result: T = part.result
        return result

    def _line_up(self, part: _Part) -> None:
        with self._lock:
            self._queue.append(part)
            part.leads, self._is_led = not self._is_led, True

    def _withdraw(self, part: _Part) -> bool:
        """Wait no longer; whether nobody has begun with *part*."""
        with self._lock:
            if part not in self._queue or part.leads:
                return False
            self._queue.remove(part)
            return True

    def _lead(self) -> None:
        """Do the acts of those who wait now, the leader's own first."""
        with self._lock:
            parts = [self._queue.popleft() for _ in range(min(_MOST, len(self._queue)))]
        try:
            _do_all(self._begin, parts)
        finally:
            with self._lock:
                self._is_led = bool(self._queue)
                if self._queue:
                    self._queue[0].leads = True
                    self._queue[0].gate.release()
            for part in parts[1:]:
                part.gate.release()


def _do_all(
    begin: Callable[[], AbstractContextManager[Connection]], parts: Sequence[_Part]
) -> None:
    try:
        with begin() as session:
            _Group(session, parts).do()
    except BaseException as error:
        for part in parts:
            part.failed = part.failed or error
        if not isinstance(error, Exception):
            # Whoever leads is being ended, and not the acts.
            raise


class _Group:
    """Several acts in one transaction."""

    def __init__(self, session: Connection, parts: Sequence[_Part]) -> None:
        self._session = session
        asked = [each for part in parts for each in part.asked]
        self._known = ahead.answers(session, asked) if asked else {}
        for part in parts:
            # Locked by somebody else, or not there at all.
            part.alone = any(
                each.question.needed and not self._known[each.key] for each in part.asked
            )
        self._parts = [part for part in parts if not part.alone]
        self._done: list[_Part] = []

    def do(self) -> None:
        """Do all of them, and write what they leave."""
        for part in self._parts:
            self._do(part)
        self._write()

    def _do(self, part: _Part) -> None:
        # Each answer for one of them: whoever asks the same after them may find something else.
        known = {
            each.key: self._known.pop(each.key) for each in part.asked if each.key in self._known
        }
        part.waiting = pending.Waiting(
            known, later=self._known, first=partial(self._step_aside, part), shared=True
        )
        pending.hold(self._session, part.waiting)
        try:
            part.result = part.act(self._session)
            if part.waiting.first:
                self._done.append(part)
            else:
                pending.write(self._session)
                driver.send(self._session, "RELEASE part", ())
        except Exception as error:  # noqa: BLE001 - whoever waits for it hears of it
            part.failed = error
            # What fails here has undone more than its own part, as a full disk does.
            if not part.waiting.first:
                self._go_back("part")

    def _step_aside(self, part: _Part) -> None:
        """Make a place to come back to: *part* asks something by itself, and writes by itself then."""
        part.waiting.first = None
        self._write()
        driver.send(self._session, "SAVEPOINT part", ())

    def _write(self) -> None:
        """Write what those have left who asked nothing by themselves."""
        done, self._done = self._done, []
        if not done:
            return
        try:
            pending.write_all(self._session, [part.waiting for part in done], step="rows")
        except Exception:  # noqa: BLE001 - it is told to whose fault it is
            self._go_back("rows")
            for part in done:
                self._write_one(part)

    def _write_one(self, part: _Part) -> None:
        """What is wrong with *part* is the fault of nobody else."""
        try:
            pending.write_all(self._session, [part.waiting], step="rows")
        except Exception as error:  # noqa: BLE001 - whoever waits for it hears of it
            self._go_back("rows")
            part.failed = error

    def _go_back(self, step: str) -> None:
        driver.send(self._session, f"ROLLBACK TO {step}", ())
        driver.send(self._session, f"RELEASE {step}", ())
