"""When a digest falls due: daily, weekly or monthly, at a local time.

A digest belongs to a local date, and to the one instant of its wall time on that date: also where
a clock change skips that time or repeats it (`worktime.instant`). Its period runs from where the
one before it ended, so that nothing falls between two and nothing is told twice.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.digest import CATCH_UP, Period
from bot.domain.organisation import Organisation, Team
from bot.domain.scope import Kind, Scope
from bot.domain.worktime import DAY_NAMES, WorkWeek, instant, is_working_day

# A digest that is later than this says so.
LATE = timedelta(minutes=15)
# Two months, also July and August: what is older than that is no news.
LONGEST = timedelta(days=62)
_DAY = timedelta(days=1)
# A schedule that does not fall on any date within this time has no next one.
_AHEAD = 400


class Cadence(StrEnum):
    """How often."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A digest that comes by itself.

    Attributes:
        key: what its runs are remembered by; a team's own digest has the team's key.
        weekday: of a weekly one, 0 for Monday.
        day: of a monthly one, 1 to 31; shorter months have it on their last day.
        working: the hours of those it is for, when it comes on their working days only: one that
            is meant for a day off comes on the next working day.
        place: a channel's ID or #name, or a person's ID for a direct message.
        by: who made it in Slack.
        from_file: whether it stands in the organisation file.

    Raises:
        ValueError: *weekday* or *day* is missing, or there and not asked for, or does not exist.
    """

    key: str
    scope: Scope
    cadence: Cadence
    at: time
    zone: ZoneInfo
    weekday: int | None = None
    day: int | None = None
    working: WorkWeek | None = None
    place: str
    by: str = ""
    from_file: bool = False

    def __post_init__(self) -> None:
        weekday = range(len(DAY_NAMES)) if self.cadence is Cadence.WEEKLY else (None,)
        day = range(1, 32) if self.cadence is Cadence.MONTHLY else (None,)
        if self.weekday not in weekday or self.day not in day:
            raise ValueError(f"a {self.cadence} digest on {self.weekday=}, {self.day=}")


def of_team(team: Team) -> Schedule | None:
    """The digest that a team reads every working day, None when it has none."""
    if team.digest_at is None:
        return None
    return Schedule(
        key=team.key,
        scope=Scope(Kind.TEAM, team.key),
        cadence=Cadence.DAILY,
        at=team.digest_at,
        zone=team.zone,
        working=team.hours,
        place=team.channel,
        from_file=True,
    )


def of_file(organisation: Organisation) -> tuple[Schedule, ...]:
    """Every schedule of the organisation file: each team's own, then the others."""
    own = (of_team(team) for team in organisation.teams)
    return (*(schedule for schedule in own if schedule), *organisation.digests)


def working_week(scope: Scope, organisation: Organisation) -> WorkWeek | None:
    """The days on which somebody works of those whom *scope* names, None when it names nobody."""
    teams = scope.teams(organisation)
    theirs = [team for team in teams if scope.person and _is_in(scope.person, team)]
    return _either(frozenset(team.hours for team in theirs or teams)) if teams else None


def _is_in(person: str, team: Team) -> bool:
    return person == team.lead or person in team.members or person in team.rota


# A clock asks again at every tick, and years of public holidays are long to go through.
@lru_cache(maxsize=256)
def _either(weeks: frozenset[WorkWeek]) -> WorkWeek:
    closed = frozenset().union(*(week.closed for week in weeks))
    return WorkWeek(
        days=tuple(_widest([week.days[day] for week in weeks]) for day in range(len(DAY_NAMES))),
        closed=frozenset(day for day in closed if not any(is_working_day(day, w) for w in weeks)),
    )


def _widest(shifts: list[tuple[tuple[int, int], ...]]) -> tuple[tuple[int, int], ...]:
    every = [shift for day in shifts for shift in day]
    return ((min(start for start, _ in every), max(end for _, end in every)),) if every else ()


def due(
    schedule: Schedule, *, now: datetime, told_until: datetime | None
) -> Iterator[tuple[date, Period, bool]]:
    """The local dates whose digest is due at *now*, oldest first, with period and lateness.

    One that is later than `CATCH_UP` is not due any more: the next one tells of its time too.
    *told_until* is the end of the last period told; where that is not known, a period begins at
    the scheduled instant before its own. None is longer than `LONGEST`.
    """
    told = told_until
    for day, at in fallen(schedule, now=now):
        if told is None or told < at:
            yield day, _period(schedule, day, at, told), now - at >= LATE
            told = at


def fallen(schedule: Schedule, *, now: datetime) -> list[tuple[date, datetime]]:
    """The local dates on which *schedule* fell due within `CATCH_UP` of *now*, and the instants."""
    today = now.astimezone(schedule.zone).date()
    # A clock that goes back over midnight has been in tomorrow already.
    days = [today + timedelta(days=offset) for offset in (-1, 0, 1)]
    return [
        (day, at)
        for day in days
        if now - CATCH_UP <= (at := _instant(schedule, day)) <= now and _falls_on(schedule, day)
    ]


def next_at(schedule: Schedule, now: datetime) -> datetime | None:
    """The first scheduled instant after *now*; None when there is none in the coming year."""
    today = now.astimezone(schedule.zone).date()
    for offset in range(-1, _AHEAD):
        day = today + timedelta(days=offset)
        if _falls_on(schedule, day) and (at := _instant(schedule, day)) > now:
            return at
    return None


def latest(schedule: Schedule, now: datetime) -> Period | None:
    """The period of the newest scheduled instant up to *now*; None when there was none lately."""
    today = now.astimezone(schedule.zone).date()
    for offset in range(1, -LONGEST.days, -1):
        day = today + timedelta(days=offset)
        if _falls_on(schedule, day) and (at := _instant(schedule, day)) <= now:
            return _period(schedule, day, at, None)
    return None


def _period(schedule: Schedule, day: date, until: datetime, told: datetime | None) -> Period:
    since = told or _instant_before(schedule, day)
    return Period(since=max(since, until - LONGEST), until=until)


def _instant_before(schedule: Schedule, day: date) -> datetime:
    """The scheduled instant before that of *day*, or one that is too old for any period."""
    for days in range(1, LONGEST.days + 1):
        before = day - timedelta(days=days)
        if _falls_on(schedule, before):
            return _instant(schedule, before)
    return _instant(schedule, day) - LONGEST


def _instant(schedule: Schedule, day: date) -> datetime:
    return instant(day, schedule.at.hour * 60 + schedule.at.minute, schedule.zone)


def _falls_on(schedule: Schedule, day: date) -> bool:
    """Whether *schedule* comes on *day*: it is meant for it, or for a day off just before it."""
    if _is_off(schedule, day):
        return False
    if _is_meant_for(schedule, day):
        return True
    before = day - _DAY
    while day - before < LONGEST and _is_off(schedule, before):
        if _is_meant_for(schedule, before):
            return True
        before -= _DAY
    return False


def _is_meant_for(schedule: Schedule, day: date) -> bool:
    match schedule.cadence:
        case Cadence.WEEKLY:
            return day.weekday() == schedule.weekday
        case Cadence.MONTHLY:
            return day.day == min(schedule.day or 1, calendar.monthrange(day.year, day.month)[1])
        case _:
            return True


def _is_off(schedule: Schedule, day: date) -> bool:
    return not _exists(day, schedule.zone) or (
        schedule.working is not None and not is_working_day(day, schedule.working)
    )


def _exists(day: date, zone: ZoneInfo) -> bool:
    """Whether the zone has that date: some have crossed the date line and left one out."""
    return instant(day, 0, zone) < instant(day + _DAY, 0, zone)
