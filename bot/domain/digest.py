"""What a digest says, and when a team's digest falls due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.organisation import Team
from bot.domain.worktime import instant, is_working_day

# A digest that is later than this has been overtaken by the next one.
CATCH_UP = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Another team that has to act before our cases are settled."""

    team: str
    cases: int
    oldest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A team's period. The first three count what happened in it, the others how it stands now."""

    came_in: int = 0
    claimed: int = 0
    resolved: int = 0
    open: int = 0
    unclaimed: int = 0
    oldest_unclaimed: datetime | None = None
    past_target: int = 0

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.came_in or self.claimed or self.resolved or self.open)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From *since* up to, not including, *until*."""

    since: datetime
    until: datetime


def due(team: Team, *, now: datetime) -> Iterator[tuple[date, Period]]:
    """The local dates whose digest of *team* is due at *now*, oldest first, with their periods.

    A date belongs to the wall time that was meant, also when a clock change moves or repeats it.
    The period runs from the last working day's digest, so that nothing falls between two.
    """
    if team.digest_at is None:
        return
    today = now.astimezone(team.zone).date()
    for offset in (-1, 0, 1):
        day = today + timedelta(days=offset)
        at = _digest_instant(team, day)
        if is_working_day(day, team.hours) and now - CATCH_UP <= at <= now:
            yield day, Period(since=_digest_instant(team, _working_day_before(team, day)), until=at)


def _digest_instant(team: Team, day: date) -> datetime:
    if team.digest_at is None:
        raise ValueError(f"{team.key} has no digest")
    return instant(day, team.digest_at.hour * 60 + team.digest_at.minute, team.zone)


def _working_day_before(team: Team, day: date) -> date:
    before = day - timedelta(days=1)
    while not is_working_day(before, team.hours):
        before -= timedelta(days=1)
    return before
