"""Days on which a team is closed, and the next moment at which it works."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.domain.worktime import (
    WorkWeek,
    add,
    between,
    intervals,
    is_open,
    is_working_day,
    next_open,
    parse_hours,
)
from tests.domain.factories import ROUND_THE_CLOCK

LONDON, HONG_KONG = ZoneInfo("Europe/London"), ZoneInfo("Asia/Hong_Kong")
OFFICE, NIGHT = "Mon-Fri 09:00-18:00", "Mon-Sun 22:00-06:00"
# 2026-12-24 is a Thursday.
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 28)})


def local(text: str, zone: ZoneInfo = LONDON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def week(hours: str, *closed: date) -> WorkWeek:
    return replace(parse_hours(hours), closed=frozenset(closed))


@pytest.mark.parametrize(
    ("hours", "zone", "start", "minutes", "end"),
    [
        (OFFICE, LONDON, "2026-12-24 17:00", 60, "2026-12-24 18:00"),
        (OFFICE, LONDON, "2026-12-24 17:00", 120, "2026-12-29 10:00"),
        (OFFICE, HONG_KONG, "2026-12-24 17:00", 120, "2026-12-29 10:00"),
        (OFFICE, LONDON, "2026-12-25 12:00", 0, "2026-12-29 09:00"),
        # the shift that starts on the 24th runs into the holiday, the next starts on the 27th
        (NIGHT, LONDON, "2026-12-24 23:00", 420, "2026-12-25 06:00"),
        (NIGHT, LONDON, "2026-12-24 23:00", 421, "2026-12-27 22:01"),
        (NIGHT, LONDON, "2026-12-28 01:00", 360, "2026-12-29 23:00"),
    ],
)
def test_closed_days_do_not_count(
    hours: str, zone: ZoneInfo, start: str, minutes: int, end: str
) -> None:
    closed = week(hours, *CHRISTMAS)
    begun, amount = local(start, zone), timedelta(minutes=minutes)
    assert add(begun, amount, closed, zone) == local(end, zone)
    assert between(begun, local(end, zone), closed, zone) == amount


def test_a_closed_day_is_no_working_day_and_does_not_shorten_what_a_day_is_worth() -> None:
    closed = week(OFFICE, *CHRISTMAS)
    assert not is_working_day(date(2026, 12, 25), closed)
    assert is_working_day(date(2026, 12, 24), closed)
    assert not is_working_day(date(2026, 12, 27), closed)
    assert closed.working_day == timedelta(hours=9)


@pytest.mark.parametrize(
    ("hours", "now", "opens"),
    [
        (OFFICE, "2026-12-24 08:59", "2026-12-24 09:00"),
        (OFFICE, "2026-12-24 09:00", "2026-12-24 09:00"),
        (OFFICE, "2026-12-24 17:59", "2026-12-24 17:59"),
        (OFFICE, "2026-12-24 18:00", "2026-12-29 09:00"),
        (OFFICE, "2026-12-25 12:00", "2026-12-29 09:00"),
        (NIGHT, "2026-12-25 05:59", "2026-12-25 05:59"),
        (NIGHT, "2026-12-25 06:00", "2026-12-27 22:00"),
        (NIGHT, "2026-12-25 23:00", "2026-12-27 22:00"),
        # 01:30 is skipped on 29 March, and comes twice on 25 October
        ("Sun 01:30-03:00", "2026-03-29 00:30", "2026-03-29 02:00"),
        ("Sun 01:30-03:00", "2026-10-25 00:30", "2026-10-25 01:30"),
    ],
)
def test_a_team_is_open_from_when_it_next_opens(hours: str, now: str, opens: str) -> None:
    closed = week(hours, *CHRISTMAS)
    found = next_open(local(now), closed, LONDON)
    assert found == local(opens)
    assert is_open(local(now), closed, LONDON) is (now == opens)


def test_a_team_that_never_opens_says_so() -> None:
    never = WorkWeek(days=((),) * 7)
    with pytest.raises(ValueError, match="there are no working hours to wait for"):
        next_open(local("2026-12-24 12:00"), never, LONDON)


def test_a_team_that_is_always_there_is_closed_for_a_whole_day_of_its_own_zone() -> None:
    closed = replace(ROUND_THE_CLOCK, closed=frozenset({date(2026, 12, 25)}))
    midnight = local("2026-12-25 00:00", HONG_KONG)
    assert is_open(midnight - timedelta(minutes=1), closed, HONG_KONG)
    assert next_open(midnight, closed, HONG_KONG) == midnight + timedelta(days=1)


STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC)
)
CLOSED = st.frozensets(st.dates(date(2026, 1, 1), date(2027, 1, 31)), max_size=20)
WEEKS = st.sampled_from([parse_hours(OFFICE), parse_hours(NIGHT), ROUND_THE_CLOCK])


@given(STARTS, st.integers(1, 60 * 60), CLOSED, WEEKS)
def test_what_was_added_around_closed_days_is_what_is_measured(
    start: datetime, minutes: int, closed: frozenset[date], hours: WorkWeek
) -> None:
    some, amount = replace(hours, closed=closed), timedelta(minutes=minutes)
    end = add(start, amount, some, LONDON)
    assert between(start, end, some, LONDON) == amount
    assert end >= add(start, amount, hours, LONDON)


@given(STARTS, CLOSED, WEEKS)
def test_nobody_works_before_the_team_opens(
    start: datetime, closed: frozenset[date], hours: WorkWeek
) -> None:
    some = replace(hours, closed=closed)
    opens = next_open(start, some, LONDON)
    assert opens >= start
    assert between(start, opens, some, LONDON) == timedelta()
    assert is_open(opens, some, LONDON)
    begins, ends = next(intervals(some, LONDON, start))
    assert begins <= opens < ends
