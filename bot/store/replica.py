"""Reading from a copy of the database, as long as the copy keeps up.

How far a copy is behind shows in the clock's heartbeat, which is a row like any other: a copy that
has one of the last minute has everything that happened before it. So any kind of copy will do.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.errors import CrosstalkError, DatabaseAway
from bot.store import health, migrations
from bot.store.database import Database

log = structlog.get_logger()

BEHIND = timedelta(minutes=1)
_LOOK_EVERY_SECONDS = 10.0
# What was found out before that, while nobody asked for anything, says nothing about now.
_TRUSTED_SECONDS = 30.0


class Reports:
    """Where digests are read that somebody asks for: the copy while it keeps up, else the original.

    Whoever reads never waits for the copy to be looked at; that happens beside them, now and then.
    """

    def __init__(
        self,
        original: Database,
        copy: Database | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._original = original
        self._copy = copy
        self._now = now
        self._keeps_up = False
        self._looked = self._found = float("-inf")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads.

        Raises:
            DatabaseAway: the database it was begun on does not answer.
        """
        if self._copy is not None and monotonic() - self._looked > _LOOK_EVERY_SECONDS:
            # At once, so that whoever reads next does not start another.
            self._looked = monotonic()
            threading.Thread(target=self._look_aside, name="replica", daemon=True).start()
        fresh = monotonic() - self._found < _TRUSTED_SECONDS
        copy = self._copy if self._keeps_up and fresh else None
        chosen = copy or self._original
        try:
            with chosen.reading() as session:
                yield session
        except DatabaseAway:
            self._keeps_up = False
            raise

    def look(self) -> None:
        """See whether the copy keeps up."""
        self._looked = monotonic()
        self._keeps_up = self._up_to_date()
        self._found = monotonic()

    def _look_aside(self) -> None:
        before = self._keeps_up
        self.look()
        if self._keeps_up != before:
            log.info("reports_read_from", place="copy" if self._keeps_up else "original")

    def _up_to_date(self) -> bool:
        if self._copy is None or self._now is None:
            return False
        try:
            if migrations.faults(self._copy):
                return False
            with self._copy.reading() as session:
                seen = health.heartbeats(session).get("clock")
        except (CrosstalkError, DBAPIError):
            return False
        return seen is not None and self._now() - seen <= BEHIND


def opened(url: str, original: Database, now: Callable[[], datetime]) -> Reports | None:
    """The copy at *url*; None where no *url* is set."""
    return Reports(original, Database(url), now) if url else None
