"""How each team stands, for ``GET /metrics``: the same numbers as in its digest."""

from datetime import datetime

from bot import metrics
from bot.domain.measures import Standing
from bot.domain.organisation import Organisation
from bot.errors import DatabaseAway
from bot.store import measuring
from bot.store.database import Database


def refresh(database: Database, organisation: Organisation, *, now: datetime) -> None:
    """Bring each team's gauges up to date; without the database there are none."""
    keys = [team.key for team in organisation.teams]
    try:
        with database.reading() as session:
            found = measuring.standing(session, keys)
    except DatabaseAway:
        clear()
        return
    for key in keys:
        _show(key, found.get(key, Standing()), now)


def clear() -> None:
    """Tell nothing of the teams: an old number would be taken for a new one."""
    for gauge in metrics.TEAM_GAUGES:
        gauge.clear()


def _show(key: str, standing: Standing, now: datetime) -> None:
    since = standing.oldest_unclaimed
    metrics.TEAM_OPEN.labels(key).set(standing.open)
    metrics.TEAM_UNCLAIMED.labels(key).set(standing.unclaimed)
    metrics.TEAM_OLDEST.labels(key).set((now - since).total_seconds() if since else 0)
    metrics.TEAM_WARNED.labels(key).set(standing.warned)
    metrics.TEAM_LATE.labels(key).set(standing.past_target)
