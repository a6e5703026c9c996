"""After the trouble: wait until all that is owed has been shown, for as long as it gets less."""

import time
from datetime import UTC, datetime

from sqlalchemy import func, select

from bot.errors import DatabaseAway
from bot.store import tables as t
from bot.store.database import Database
from chaos.processes import Processes

_LOOK_SECONDS = 0.1
# Longer than a process takes to start on a slow machine, and a lease, a look and a retry after it.
_STUCK_SECONDS = 120.0


def settle(processes: Processes, database: Database) -> float:
    """Wait until nothing is owed, or until nothing has moved for long; say how many seconds."""
    began, ended = time.monotonic(), datetime.now(UTC)
    _done(database, ended)
    took = time.monotonic() - began
    # With nobody to notice that time passes, nothing more falls due.
    processes.dismiss("clock")
    _done(database, None)
    return took


def _done(database: Database, before: datetime | None) -> None:
    """Wait for what was owed *before* then; however much it is, it only has to get less."""
    fewest, since = _owed(database, before), time.monotonic()
    while fewest and time.monotonic() - since < _STUCK_SECONDS:
        time.sleep(_LOOK_SECONDS)
        left = _owed(database, before)
        if left < fewest:
            fewest, since = left, time.monotonic()


def _owed(database: Database, before: datetime | None) -> float:
    """How many notices are owed and channels leased; anything while the database is away."""
    notices = t.notices.c
    owed = select(func.count()).where(notices.wanted > notices.shown)
    if before is not None:
        owed = owed.where(notices.created_at <= before)
    leased = select(func.count()).where(t.lanes.c.worker != "")
    try:
        with database.reading() as session:
            return int(session.scalar(owed) or 0) + int(session.scalar(leased) or 0)
    except DatabaseAway:
        return float("inf")
