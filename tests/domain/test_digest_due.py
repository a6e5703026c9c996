"""A team's digest falls due once per local date, whatever the clocks of its zone do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.domain.digest import CATCH_UP, Period
from bot.domain.schedules import Schedule, due, of_team
from bot.domain.worktime import parse_hours
from tests.domain.factories import team

ZONES = (
    "Europe/London",
    "America/New_York",
    "Africa/Cairo",
    "America/Santiago",
    "Asia/Beirut",
    "Asia/Hong_Kong",
    "Australia/Lord_Howe",
)
EVERY_DAY = "Mon-Sun 09:00-18:00"
TICK = timedelta(minutes=20)
DAYS_OF_2026 = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


def reading(zone: str, at: time, hours: str = "Mon-Fri 09:00-18:00") -> Schedule:
    found = of_team(team(zone=ZoneInfo(zone), digest_at=at, hours=parse_hours(hours)))
    assert found is not None
    return found


def a_years_ticks() -> Iterator[datetime]:
    """From before 2026 begins anywhere until after it has ended everywhere."""
    now = datetime(2025, 12, 31, tzinfo=UTC)
    while now < datetime(2027, 1, 1, 12, tzinfo=UTC):
        yield now
        now += TICK


def a_years_digests(ours: Schedule) -> dict[date, tuple[datetime, Period]]:
    """Each date that falls due, in that order, with the first tick that saw it and its period."""
    given: dict[date, tuple[datetime, Period]] = {}
    for now in a_years_ticks():
        for day, period, _ in due(ours, now=now, told_until=None):
            _, known = given.setdefault(day, (now, period))
            assert known == period
    return {day: seen for day, seen in given.items() if day.year == 2026}


@pytest.mark.parametrize("at", [time(9), time(1, 30), time(2, 30), time(0)], ids=str)
@pytest.mark.parametrize("zone", ZONES)
def test_every_local_date_of_a_year_has_its_digest_once_and_no_gap(zone: str, at: time) -> None:
    given = a_years_digests(reading(zone, at, EVERY_DAY))
    periods = [period for _, period in given.values()]
    assert list(given) == DAYS_OF_2026
    assert all(timedelta() <= tick - period.until < TICK for tick, period in given.values())
    assert all(one.until == two.since for one, two in pairwise(periods))
    assert all(period.since < period.until for period in periods)


@pytest.mark.parametrize("zone", ["Europe/London", "Asia/Hong_Kong"])
def test_weekends_are_off_and_monday_tells_of_them(zone: str) -> None:
    given = a_years_digests(reading(zone, time(9)))
    assert {day.weekday() for day in given} == set(range(5))
    _, monday = given[date(2026, 11, 16)]
    _, friday = given[date(2026, 11, 13)]
    assert monday.since == friday.until
    assert monday.until - monday.since == timedelta(days=3)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_a_period_is_as_long_as_its_local_day(day: date, hours: int) -> None:
    now = datetime.combine(day, time(9), ZoneInfo("Europe/London"))
    ours = reading("Europe/London", time(9), EVERY_DAY)
    ((found, period, _),) = due(ours, now=now, told_until=None)
    assert found == day
    assert period.until - period.since == timedelta(hours=hours)


AT_NINE = datetime(2026, 11, 18, 9, tzinfo=ZoneInfo("Asia/Hong_Kong"))


@pytest.mark.parametrize(
    ("late", "days"),
    [
        (timedelta(seconds=-1), []),
        (timedelta(), [AT_NINE.date()]),
        (timedelta(hours=3), [AT_NINE.date()]),
        (CATCH_UP, [AT_NINE.date()]),
        (CATCH_UP + timedelta(seconds=1), []),
    ],
)
def test_a_late_tick_still_gives_the_digest_for_six_hours(
    late: timedelta, days: list[date]
) -> None:
    ours = reading("Asia/Hong_Kong", time(9))
    found = list(due(ours, now=AT_NINE + late, told_until=None))
    assert [day for day, _, _ in found] == days
    assert all(period.until == AT_NINE for _, period, _ in found)


def test_after_midnight_a_late_digest_still_belongs_to_the_evening_it_was_meant_for() -> None:
    late_at_night = reading("Europe/London", time(23, 30))
    now = datetime(2026, 11, 19, 1, tzinfo=UTC)
    found = due(late_at_night, now=now, told_until=None)
    assert [(day, late) for day, _, late in found] == [(date(2026, 11, 18), True)]


def test_a_team_without_a_digest_has_none_due() -> None:
    assert of_team(team(digest_at=None)) is None
