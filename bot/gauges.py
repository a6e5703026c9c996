"""How each team, the outbox and the clock stand, for ``GET /metrics``.

A team's numbers are those of its digest.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from math import nan
from typing import Protocol

from bot import metrics
from bot.domain.measures import Standing
from bot.domain.organisation import Organisation
from bot.errors import DatabaseAway
from bot.services import Services
from bot.store import depths, measuring
from bot.store.database import Database


class Stopping(Protocol):
    """A trouble; ``stops`` says that there is nothing to look at until it is mended."""

    @property
    def stops(self) -> bool:
        """Whether it does."""


def look(services: Services, ready: Callable[[], Sequence[Stopping]]) -> None:
    """Bring all gauges up to date, as far as *ready* says that there is something to look at."""
    if any(fault.stops for fault in ready()):
        clear()
    else:
        refresh(services.database, services.organisation, now=services.now())


def refresh(database: Database, organisation: Organisation, *, now: datetime) -> None:
    """Bring the gauges up to date; without the database there are none."""
    keys = [team.key for team in organisation.teams]
    try:
        with database.reading() as session:
            found = measuring.standing(session, keys)
            outbox = depths.depths(session, now=now)
            due = depths.due_since(session, now=now)
    except DatabaseAway:
        clear()
        return
    for key in keys:
        _show(key, found.get(key, Standing()), now)
    for state, depth in outbox.items():
        metrics.OUTBOX_NOTICES.labels(state).set(depth.notices)
        metrics.OUTBOX_STATE_AGE.labels(state).set(_age(depth.since, now))
    metrics.TICK_LAG.set(_age(due, now))


def clear() -> None:
    """Tell nothing of them: an old number would be taken for a new one."""
    for gauge in (*metrics.TEAM_GAUGES, *metrics.STATE_GAUGES):
        gauge.clear()
    for plain in metrics.PLAIN_GAUGES:
        # One without labels cannot be taken away.
        plain.set(nan)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _show(key: str, standing: Standing, now: datetime) -> None:
    metrics.TEAM_OPEN.labels(key).set(standing.open)
    metrics.TEAM_UNCLAIMED.labels(key).set(standing.unclaimed)
    metrics.TEAM_OLDEST.labels(key).set(_age(standing.oldest_unclaimed, now))
    metrics.TEAM_WARNED.labels(key).set(standing.warned)
    metrics.TEAM_LATE.labels(key).set(standing.past_target)
