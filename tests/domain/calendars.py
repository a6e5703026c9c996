"""Which dates a schedule has, found in another way than the code under test: slow, and plain."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.schedules import Cadence, Schedule
from bot.domain.worktime import instant, is_working_day

DAY = timedelta(days=1)


def meant(ours: Schedule, day: date) -> bool:
    """Whether the words of the schedule name *day*, its days off left out of account."""
    last = calendar.monthrange(day.year, day.month)[1]
    return {
        Cadence.DAILY: True,
        Cadence.WEEKLY: day.weekday() == ours.weekday,
        Cadence.MONTHLY: day.day == min(ours.day or 0, last),
    }[ours.cadence]


def exists(day: date, zone: ZoneInfo) -> bool:
    """Whether any quarter of an hour of UTC is that date there: slow, and surely right."""
    begin = datetime.combine(day, time(), UTC) - timedelta(hours=16)
    quarters = (begin + n * timedelta(minutes=15) for n in range(4 * 44))
    return any(quarter.astimezone(zone).date() == day for quarter in quarters)


def dates(ours: Schedule, first: date, days: int) -> list[date]:
    """Every date of *ours*: what is meant for a day off is carried on to the next other one."""

    def is_off(day: date) -> bool:
        closed = ours.working is not None and not is_working_day(day, ours.working)
        return closed or not exists(day, ours.zone)

    found = set()
    for offset in range(-40, days):
        day = first + offset * DAY
        if meant(ours, day):
            while is_off(day):
                day += DAY
            found.add(day)
    return sorted(day for day in found if first <= day < first + days * DAY)


def at(ours: Schedule, day: date) -> datetime:
    return instant(day, ours.at.hour * 60 + ours.at.minute, ours.zone)
