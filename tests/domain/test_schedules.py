"""Schedules in every zone there is: each local date once, and periods that tile whatever fails."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, strategies as st

from bot.domain.digest import CATCH_UP, Period
from bot.domain.schedules import LATE, LONGEST, Cadence, Schedule, due, latest, next_at
from bot.domain.scope import Scope
from bot.domain.worktime import WorkWeek, parse_hours
from tests.domain.calendars import DAY, at, dates

MISSED = CATCH_UP + timedelta(minutes=1)
ZONES = sorted(zoneinfo.available_timezones() - {"localtime"})
WEEKDAYS = parse_hours("Mon-Fri 09:00-18:00")
# Such as Eid in some places: more than a week of closed days.
CLOSED_LONG = WorkWeek(WEEKDAYS.days, frozenset(date(2026, 3, 9) + n * DAY for n in range(12)))
# A month of closed days, as some places have in summer.
AUGUST = WorkWeek(WEEKDAYS.days, frozenset(date(2026, 8, 1) + n * DAY for n in range(31)))


def schedule(cadence: Cadence = Cadence.DAILY, **over: Any) -> Schedule:
    made: dict[str, Any] = {
        "key": "one", "scope": Scope(), "cadence": cadence, "at": time(9),
        "zone": ZoneInfo("Europe/London"), "place": "C0ALL",
    }  # fmt: skip
    if cadence is Cadence.WEEKLY:
        made["weekday"] = 0
    if cadence is Cadence.MONTHLY:
        made["day"] = 1
    return Schedule(**made | over)


Told = tuple[date, Period, bool, datetime]


def lived(ours: Schedule, ticks: list[datetime]) -> Iterator[Told]:
    """What a clock posts that ticks only then, and remembers what it has posted."""
    posted: set[date] = set()
    told: datetime | None = None
    for now in ticks:
        for day, period, late in due(ours, now=now, told_until=told):
            if day not in posted:
                posted.add(day)
                told = period.until
                yield day, period, late, now


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    cadence = draw(st.sampled_from(Cadence))
    over: dict[str, Any] = {
        "zone": ZoneInfo(draw(st.sampled_from(ZONES))),
        "at": time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 15, 30, 59]))),
        "working": draw(st.sampled_from([None, WEEKDAYS])),
    }
    if cadence is Cadence.WEEKLY:
        over["weekday"] = draw(st.integers(0, 6))
    if cadence is Cadence.MONTHLY:
        over["day"] = draw(st.integers(1, 31))
    return schedule(cadence, **over)


SPANS = {Cadence.DAILY: 8, Cadence.WEEKLY: 40, Cadence.MONTHLY: 130}
DELAYS = st.lists(
    st.sampled_from(
        [timedelta(), timedelta(minutes=1), LATE, timedelta(hours=5), CATCH_UP, MISSED]
    ),
    min_size=45,
    max_size=45,
)
ON_TIME = [timedelta()] * 45
MISSES_TWO = [timedelta(), MISSED, MISSED, *ON_TIME][:45]
NIGHTS = [
    ("Europe/London", date(2026, 10, 25), time(1, 30)),
    ("Europe/London", date(2026, 3, 29), time(1, 30)),
    ("America/New_York", date(2026, 3, 8), time(2, 30)),
    ("America/New_York", date(2026, 11, 1), time(1, 30)),
    ("Africa/Cairo", date(2026, 4, 24), time(0)),
    ("Africa/Cairo", date(2026, 10, 29), time(23, 30)),
    ("America/Santiago", date(2026, 9, 6), time(0, 30)),
    ("America/Santiago", date(2026, 4, 4), time(23, 30)),
    ("Asia/Beirut", date(2026, 3, 29), time(0)),
    ("Asia/Beirut", date(2026, 10, 24), time(23, 30)),
    ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45)),
    # At a minute past midnight the clock went back into the day before.
    ("America/St_Johns", date(2006, 10, 29), time(0)),
    # The zones crossed the date line: these have no 30 December, no 31 December and no 21 August.
    ("Pacific/Apia", date(2011, 12, 30), time(9)),
    ("Pacific/Apia", date(2011, 12, 31), time(0)),
    ("Pacific/Kiritimati", date(1994, 12, 31), time(9)),
    ("Pacific/Kwajalein", date(1993, 8, 21), time(23, 30)),
]


def holds(ours: Schedule, first: date, delays: list[timedelta]) -> None:
    """Whatever is missed, each date in time comes once, and the periods tile."""
    wanted = dates(ours, first, SPANS[ours.cadence])
    ticks = []
    seen = set()
    for day, delay in zip(wanted, delays, strict=False):
        ticks += [at(ours, day) - timedelta(seconds=1), at(ours, day) + delay]
        ticks += [at(ours, day) + delay + timedelta(seconds=20)]
    for day in wanted:
        if any(at(ours, day) <= tick <= at(ours, day) + CATCH_UP for tick in ticks):
            seen.add(day)
    given = list(lived(ours, sorted(ticks)))
    assert [day for day, *_ in given] == sorted(seen)
    for day, period, late, tick in given:
        assert period.until == at(ours, day) <= tick <= period.until + CATCH_UP
        assert timedelta() < period.until - period.since <= LONGEST
        assert late == (tick - period.until >= LATE)
    for (_, one, *_), (_, two, *_) in pairwise(given):
        assert two.since == max(one.until, two.until - LONGEST)


@given(schedules(), st.dates(date(1990, 1, 1), date(2037, 1, 1)), DELAYS)
@example(schedule(working=CLOSED_LONG), date(2026, 3, 5), ON_TIME)
@example(schedule(Cadence.WEEKLY, working=CLOSED_LONG), date(2026, 3, 1), ON_TIME)
@example(schedule(Cadence.WEEKLY, working=CLOSED_LONG, weekday=4), date(2026, 3, 1), MISSES_TWO)
@example(schedule(Cadence.MONTHLY, working=AUGUST, day=31), date(2026, 6, 1), ON_TIME)
@example(schedule(Cadence.MONTHLY, working=AUGUST, day=3), date(2026, 6, 1), ON_TIME)
@example(schedule(Cadence.MONTHLY, day=31), date(2026, 1, 1), MISSES_TWO)
def test_each_local_date_comes_once_and_periods_tile(
    ours: Schedule, first: date, delays: list[timedelta]
) -> None:
    holds(ours, first, delays)


@pytest.mark.parametrize("cadence", Cadence)
@pytest.mark.parametrize("delay", [timedelta(), LATE, timedelta(hours=5), MISSED], ids=str)
@pytest.mark.parametrize(("zone", "night", "wall"), NIGHTS, ids=str)
def test_the_nights_when_clocks_change_are_like_others(
    zone: str, night: date, wall: time, delay: timedelta, cadence: Cadence
) -> None:
    over = {Cadence.WEEKLY: {"weekday": night.weekday()}, Cadence.MONTHLY: {"day": night.day}}
    ours = schedule(cadence, zone=ZoneInfo(zone), at=wall, **over.get(cadence, {}))
    days = {Cadence.DAILY: 3, Cadence.WEEKLY: 10, Cadence.MONTHLY: 35}[cadence]
    holds(ours, night - days * DAY, [delay if n % 3 == 1 else timedelta() for n in range(45)])


@given(schedules(), st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)))  # noqa: DTZ001
def test_the_next_one_is_the_first_after_now_and_the_latest_the_last_before(
    ours: Schedule, naive: datetime
) -> None:
    now = naive.replace(tzinfo=UTC)
    first = now.astimezone(ours.zone).date() - 40 * DAY
    instants = [at(ours, day) for day in dates(ours, first, 85)]
    assert next_at(ours, now) == min(found for found in instants if found > now)
    found = latest(ours, now)
    assert found is not None
    assert found.until == max(past for past in instants if past <= now)
    assert timedelta() < found.until - found.since <= LONGEST


def periods(ours: Schedule, *days: date) -> list[tuple[date, date]]:
    """The local dates on which each period begins and ends, of a clock that was up on *days*."""
    ticks = [at(ours, day) for day in days]
    return [
        (p.since.astimezone(ours.zone).date(), p.until.astimezone(ours.zone).date())
        for _, p, *_ in lived(ours, ticks)
    ]


def test_a_week_that_was_missed_is_told_with_the_next() -> None:
    ours = schedule(Cadence.WEEKLY)
    weeks = [date(2026, 11, 2) + n * 7 * DAY for n in range(4)]
    assert periods(ours, weeks[0], weeks[3]) == [
        (weeks[0] - 7 * DAY, weeks[0]),
        (weeks[0], weeks[3]),
    ]


def test_after_half_a_year_away_the_last_two_months_are_told() -> None:
    ours = schedule(Cadence.MONTHLY)
    january, july = date(2026, 1, 1), date(2026, 7, 1)
    assert periods(ours, january, july)[1] == (july - LONGEST, july)


def test_a_month_with_fewer_days_has_it_on_its_last() -> None:
    days = dates(schedule(Cadence.MONTHLY, day=31), date(2028, 1, 1), 125)
    assert days == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]
    assert len(periods(schedule(Cadence.MONTHLY, day=31), *days)) == 4


def test_a_monday_off_is_read_about_on_tuesday() -> None:
    bank_holiday = WorkWeek(WEEKDAYS.days, frozenset({date(2026, 8, 31)}))
    ours = schedule(Cadence.WEEKLY, working=bank_holiday)
    tuesday = date(2026, 9, 1)
    assert periods(ours, date(2026, 8, 31), tuesday) == [(date(2026, 8, 24), tuesday)]
    assert periods(ours, date(2026, 9, 7)) == [(tuesday, date(2026, 9, 7))]


def test_a_time_that_is_moved_back_is_not_told_twice() -> None:
    day = date(2026, 11, 18)
    told = at(schedule(at=time(12)), day)
    earlier = schedule(at=time(11))
    assert list(due(earlier, now=told, told_until=told)) == []
    assert list(due(schedule(at=time(12)), now=told, told_until=told)) == []
    ((_, period, _),) = due(earlier, now=at(earlier, day + DAY), told_until=told)
    assert period.since == told


def test_one_that_no_day_is_left_for_has_no_next() -> None:
    never = schedule(working=WorkWeek(days=((),) * 7))
    now = datetime(2026, 11, 18, 9, tzinfo=UTC)
    assert next_at(never, now) is None
    assert latest(never, now) is None
    assert list(due(never, now=now, told_until=None)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekday": 1}, {"day": 1}, {"cadence": Cadence.WEEKLY}, {"cadence": Cadence.MONTHLY},
        {"cadence": Cadence.WEEKLY, "weekday": 7}, {"cadence": Cadence.MONTHLY, "day": 32},
        {"cadence": Cadence.MONTHLY, "day": 0}, {"cadence": Cadence.WEEKLY, "weekday": 0, "day": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_day_that_does_not_fit_how_often_it_comes_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="digest on"):
        Schedule(key="x", scope=Scope(), at=time(9), zone=ZoneInfo("UTC"), place="C1",
                 **{"cadence": Cadence.DAILY} | wrong)  # fmt: skip
