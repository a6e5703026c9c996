"""One time for every process: the database's, so that machines agree about leases and paces."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import func, select

from bot.errors import DatabaseAway
from bot.store.database import Database

# Even a poor clock is not out by much more than a millisecond after so long.
_COMPARE_EVERY_SECONDS = 60.0
# An answer that took longer says too little about when it was given; one that came as fast as the
# other needs no second question. In between, a process that froze meanwhile would be out by half.
_PROMPT, _AT_ONCE = timedelta(seconds=1), timedelta(milliseconds=2)
_TRIES = 10


class SharedClock:
    """This machine's clock, put right by the database's now and then.

    SQLite is on the same machine, so there is nothing to compare.

    Raises:
        DatabaseAway: it cannot be asked now; whoever does not know the time takes no lease.
    """

    def __init__(
        self,
        database: Database,
        own: Callable[[], datetime],
        *,
        every: float = _COMPARE_EVERY_SECONDS,
    ) -> None:
        self._database = database
        self._own = own
        self._every = every
        self._compared = monotonic()
        self._behind = timedelta() if database.is_sqlite else self._difference()

    def now(self) -> datetime:
        """The moment it is, in UTC; never waits for the database."""
        if not self._database.is_sqlite and monotonic() - self._compared > self._every:
            self._compared = monotonic()
            threading.Thread(target=self.compare, name="clock", daemon=True).start()
        return self._own() + self._behind

    def compare(self) -> None:
        """Ask the database for its time; while it is away, what it said last counts."""
        with suppress(DatabaseAway):
            self._behind = self._difference()

    def _difference(self) -> timedelta:
        answers = []
        for _ in range(_TRIES):
            took, difference = self._asked()
            # Less than no time: this machine's clock was moved meanwhile.
            if timedelta() <= took <= _PROMPT:
                answers.append((took, difference))
            if timedelta() <= took <= _AT_ONCE:
                break
        if not answers:
            raise DatabaseAway("too slow to tell the time")
        _, promptest = min(answers)
        return promptest

    def _asked(self) -> tuple[timedelta, timedelta]:
        """How long the database took to tell its time, and how far this machine's is behind it."""
        with self._database.reading() as session:
            began = self._own()
            theirs = session.execute(select(func.clock_timestamp())).scalar_one()
            took = self._own() - began
        return took, theirs - (began + took / 2)
