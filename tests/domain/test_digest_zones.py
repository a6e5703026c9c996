"""In every zone of the tz database, around every change of its clocks, each date has one digest."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.domain.digest import Period
from bot.domain.schedules import due, of_team
from bot.domain.worktime import parse_hours
from tests.domain.factories import team

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
HOURS = parse_hours("Mon-Sun 00:00-24:00")
# Midnight, the hours that clocks skip and repeat, and the last of the day.
TIMES = (time(0), time(0, 30), time(1, 30), time(2, 30), time(3), time(9), time(23, 30))
TICK = timedelta(minutes=20)
CALENDAR = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]

Change = tuple[date, tuple[timedelta, ...]]


def changes(zone: ZoneInfo) -> tuple[Change, ...]:
    """The dates on which a zone's clocks change, with how far they are from UTC at each hour."""
    noons = [datetime.combine(day, time(12), zone).utcoffset() for day in CALENDAR]
    found = zip(CALENDAR[1:], pairwise(noons), strict=True)
    days = [day for day, (before, after) in found if before != after]
    return tuple((day, tuple(offset(zone, day, hour) for hour in range(-24, 24))) for day in days)


def offset(zone: ZoneInfo, day: date, hour: int) -> timedelta:
    """How far the clocks of *zone* are from UTC, so many hours after midnight."""
    moment = datetime.combine(day, time(), zone).astimezone(UTC) + timedelta(hours=hour)
    return moment.astimezone(zone).utcoffset() or timedelta()


def changing() -> dict[tuple[Change, ...], str]:
    """Each way in which clocks change in these years, and a zone where they do."""
    # Of several names for the same, the one of a continent and a city stays.
    names = sorted(available_timezones() - {"localtime", "Factory"}, reverse=True)
    return {way: name for name in names if (way := changes(ZoneInfo(name)))}


CHANGING = sorted(changing().items(), key=lambda one: one[1])


def ticks(day: date) -> Iterator[datetime]:
    """From two days before *day* until two days after it, wherever that is."""
    now = datetime.combine(day - timedelta(days=2), time(), UTC)
    while now < datetime.combine(day + timedelta(days=3), time(), UTC):
        yield now
        now += TICK


def test_the_whole_database_is_there() -> None:
    assert len(available_timezones()) > 400
    zones = {name for _, name in CHANGING}
    assert len(CHANGING) > 20
    assert {"Africa/Cairo", "America/Santiago", "Asia/Beirut"} <= zones


@pytest.mark.parametrize(("way", "name"), CHANGING, ids=[name for _, name in CHANGING])
def test_around_every_change_each_date_has_its_digest_once(
    way: tuple[Change, ...], name: str
) -> None:
    for at in TIMES:
        ours = of_team(team(zone=ZoneInfo(name), digest_at=at, hours=HOURS))
        assert ours is not None
        for day, _ in way:
            given: dict[date, Period] = {}
            for now in ticks(day):
                for local, period, _ in due(ours, now=now, told_until=None):
                    assert given.setdefault(local, period) == period
            around = {day + timedelta(days=n) for n in (-1, 0, 1)}
            assert around <= set(given)
            periods = [given[local] for local in sorted(given)]
            assert all(one.until == two.since for one, two in pairwise(periods))
            assert all(one.since < one.until for one in periods)
