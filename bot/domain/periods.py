"""Periods by the clock on the wall: whole days, and what to compare a period with.

A local time stays what it is over clock changes, so that a day is compared with a day also when
one of them has 23 or 25 hours.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.digest import Period
from bot.domain.worktime import instant

_DAY = timedelta(days=1)
_WEEK = 7
_WEEKS = 4


def days(first: date, last: date, zone: ZoneInfo) -> Period:
    """From the midnight that begins *first* to the one that ends *last*."""
    return Period(since=instant(first, 0, zone), until=instant(last + _DAY, 0, zone))


def earlier(moment: datetime, by: int, zone: ZoneInfo) -> datetime:
    """The same local time as *moment*, *by* days earlier; in UTC."""
    local = moment.astimezone(zone)
    day = local.date() - by * _DAY
    if _at_midnight(moment, zone):
        # Also where the clocks skip midnight, and the day begins at one.
        return instant(day, 0, zone)
    minute = instant(day, local.hour * 60 + local.minute, zone)
    exact = minute + timedelta(seconds=local.second, microseconds=local.microsecond)
    wall = exact.astimezone(zone)
    # Where a clock change skips that time, every second of it is one and the same instant.
    return exact if (wall.date(), wall.time()) == (day, local.time()) else minute


def before(period: Period, zone: ZoneInfo) -> Period:
    """The period of equal kind before *period*; the two never overlap.

    Before a month comes the month before, and before one that still runs, the same part of it;
    before a week that still runs, the same part of the week before; else the same number of days.
    """
    if _is_month(period, zone):
        return Period(
            since=earlier(period.since, _month_before(period, zone), zone), until=period.since
        )
    found = _moved(period, _step(period, zone), zone)
    return Period(since=found.since, until=min(found.until, period.since))


def up_to(now: datetime, period: Period, zones: Iterable[ZoneInfo]) -> Period:
    """*period*, which ran when it was asked for, as it runs at *now*.

    From the midnight on, in one of *zones*, that it began with; any other stays as long as it is.
    """
    if any(_at_midnight(period.since, zone) for zone in zones):
        return Period(since=period.since, until=now)
    return Period(since=now - (period.until - period.since), until=now)


def weeks_before(period: Period, zone: ZoneInfo) -> tuple[Period, ...]:
    """The same weekdays and times of the four weeks before, latest first.

    None for a period of more than seven days, which would overlap with them.
    """
    if _length(period, zone) > _WEEK:
        return ()
    return tuple(_moved(period, _WEEK * weeks, zone) for weeks in range(1, _WEEKS + 1))


def _moved(period: Period, by: int, zone: ZoneInfo) -> Period:
    since, until = earlier(period.since, by, zone), earlier(period.until, by, zone)
    if until <= since:
        # Both ends lay in an hour that comes twice, or fell into one that is skipped.
        until = since + (period.until - period.since)
    return Period(since=since, until=until)


def _length(period: Period, zone: ZoneInfo) -> int:
    """In days, rounded up; a day is one also when a clock change makes it longer."""
    since, until = (at.astimezone(zone).replace(tzinfo=None) for at in (period.since, period.until))
    length = min(until - since, period.until - period.since)
    return max(1, -(-length // _DAY))


def _step(period: Period, zone: ZoneInfo) -> int:
    """How many days back the period before is."""
    length = _length(period, zone)
    first = period.since.astimezone(zone).date()
    runs = not _at_midnight(period.until, zone) and _at_midnight(period.since, zone)
    if length == 1 or not runs:
        return length
    if first.weekday() == 0 and length <= _WEEK:
        return _WEEK
    if first.day == 1 and period.until < instant(_next_month(first), 0, zone):
        return _month_before(period, zone)
    return length


def _is_month(period: Period, zone: ZoneInfo) -> bool:
    first = period.since.astimezone(zone).date()
    if first.day != 1 or not _at_midnight(period.since, zone):
        return False
    return period.until == instant(_next_month(first), 0, zone)


def _month_before(period: Period, zone: ZoneInfo) -> int:
    """How many days the month before the one that *period* begins in has."""
    return (period.since.astimezone(zone).date().replace(day=1) - _DAY).day


def _next_month(first: date) -> date:
    return (first.replace(day=1) + 31 * _DAY).replace(day=1)


def _at_midnight(moment: datetime, zone: ZoneInfo) -> bool:
    return moment == instant(moment.astimezone(zone).date(), 0, zone)
