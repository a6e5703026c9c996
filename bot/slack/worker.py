"""The outbox loop: one thread that asks the database, and several that talk to Slack.

What they have sent while it asked is noted together, and as much is taken again as hands are free:
the more there is to do, the fewer questions each message costs.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from heapq import heappop, heappush
from queue import Empty, SimpleQueue
from time import monotonic

import structlog

from bot.errors import DatabaseAway
from bot.slack import delivery
from bot.slack.delivery import Delivery, Outcome
from bot.store.queue import Taken

log = structlog.get_logger()

SENDERS = 64
"""How many messages one worker has under way at once, at most."""

# Whoever clicks, clicks again: after one message the next is looked for sooner, for so long.
_IDLE_SECONDS, _BUSY_SECONDS, _BUSY_FOR_SECONDS = 0.25, 0.05, 5.0
# What is answered at nearly the same moment is noted together, and channels that may then go on are
# asked about together, and so long before that moment that none of it counts against the pace.
_TOGETHER_SECONDS = 0.02
_AHEAD = timedelta(milliseconds=80)
_AWAY_SECONDS = 2.0
_LOOK_SECONDS = 5.0


class Worker:
    """Delivers with several hands; any number of workers may run on one database."""

    def __init__(self, hands: Delivery, *, senders: int = SENDERS) -> None:
        self._hands = hands
        self._senders = senders
        self._orders: SimpleQueue[Taken | None] = SimpleQueue()
        self._answers: SimpleQueue[Outcome | None] = SimpleQueue()
        self._under_way = 0
        self._hired = 0
        self._unnoted: list[Outcome] = []
        self._due: list[float] = []
        self._busy_until = 0.0

    def run(self, stop: threading.Event) -> None:
        """Deliver until *stop* is set; what is in hand is finished first."""
        threading.Thread(target=self._sweep, args=(stop,), name="sweep", daemon=True).start()
        while not stop.is_set():
            self._carefully(self._turn, stop)
        while self._under_way:
            self._gather(_IDLE_SECONDS)
        self._carefully(self._note, stop)
        for _ in range(self._hired):
            self._orders.put(None)

    def _carefully(self, do: Callable[[], None], stop: threading.Event) -> None:
        try:
            do()
        except DatabaseAway as away:
            log.warning("database_away", error=str(away))
            stop.wait(_AWAY_SECONDS)
        except Exception:
            # A worker that dies of a fault of ours would leave everybody's cards behind.
            log.exception("delivery_failed")
            stop.wait(_AWAY_SECONDS)

    def _turn(self) -> None:
        self._note()
        free = self._senders - self._under_way
        taken = self._hands.take(free, ahead=_AHEAD) if free else []
        for one in taken:
            self._orders.put(one)
        self._under_way += len(taken)
        if taken:
            self._busy_until = monotonic() + _BUSY_FOR_SECONDS
        self._hire()
        self._gather(self._patience(full=len(taken) == free))

    def _note(self) -> None:
        # What could not be noted is kept: to note it again is cheaper than to look for it in Slack.
        try:
            self._hands.note(self._unnoted)
        except DatabaseAway:
            raise
        except Exception:
            # Of these nobody knows; after their lease somebody looks for them.
            self._unnoted.clear()
            raise
        self._unnoted.clear()

    def _patience(self, *, full: bool) -> float:
        """Seconds to wait for an answer before the database is asked again."""
        now = monotonic()
        while self._due and self._due[0] <= now:
            heappop(self._due)
        longest = _BUSY_SECONDS if now < self._busy_until else _IDLE_SECONDS
        if full or not self._due:
            return longest
        return min(longest, max(_TOGETHER_SECONDS, self._due[0] - now))

    def _gather(self, seconds: float) -> None:
        """Wait for an answer, and take in those that come soon after it."""
        try:
            self._take_in(self._answers.get(timeout=seconds))
            end = monotonic() + _TOGETHER_SECONDS
            while self._under_way:
                self._take_in(self._answers.get(timeout=max(0.0, end - monotonic())))
        except Empty:
            return

    def _take_in(self, outcome: Outcome | None) -> None:
        self._under_way -= 1
        if outcome is not None:
            self._unnoted.append(outcome)
            heappush(self._due, monotonic() + (delivery.PACE - _AHEAD).total_seconds())

    def _sweep(self, stop: threading.Event) -> None:
        # Aside, since a look may take as long as Slack takes to answer.
        while not stop.wait(_LOOK_SECONDS):
            self._carefully(self._hands.look_again, stop)

    def _hire(self) -> None:
        # Each thread takes memory, which those who have little to deliver can do without.
        while self._hired < self._under_way:
            name = f"sender-{self._hired}"
            threading.Thread(target=self._send, name=name, daemon=True).start()
            self._hired += 1

    def _send(self) -> None:
        for taken in iter(self._orders.get, None):
            self._answers.put(self._hands.deliver(taken))
