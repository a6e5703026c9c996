"""Working hours: reading them, adding working time and measuring it, in four kinds of zone."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.domain.worktime import (
    DAY_NAMES,
    WorkWeek,
    add,
    between,
    instant,
    intervals,
    is_working_day,
    parse_hours,
)
from tests.domain.factories import ROUND_THE_CLOCK

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
HONG_KONG, LORD_HOWE = ZoneInfo("Asia/Hong_Kong"), ZoneInfo("Australia/Lord_Howe")
OFFICE = "Mon-Fri 09:00-18:00"
LUNCH = "Mon-Fri 09:00-12:30, Mon-Fri 13:30-18:00, Sat 10:00-14:00"
NIGHT = "Mon-Sun 22:00-06:00"
ALWAYS = "Mon-Sun 00:00-24:00"


def local(text: str, zone: ZoneInfo, fold: int = 0) -> datetime:
    """The instant of ``2026-11-18 09:00`` on a clock in *zone*."""
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


# fmt: off
ADDED = (
    # 2026-11-18 is a Wednesday, the 20th a Friday
    (OFFICE, LONDON, "2026-11-18 10:00", 60, "2026-11-18 11:00"),
    (OFFICE, LONDON, "2026-11-18 07:00", 60, "2026-11-18 10:00"),
    (OFFICE, LONDON, "2026-11-18 17:30", 30, "2026-11-18 18:00"),
    (OFFICE, LONDON, "2026-11-18 17:30", 31, "2026-11-19 09:01"),
    (OFFICE, LONDON, "2026-11-18 18:00", 1, "2026-11-19 09:01"),
    (OFFICE, LONDON, "2026-11-20 17:00", 120, "2026-11-23 10:00"),
    (OFFICE, LONDON, "2026-11-21 12:00", 0, "2026-11-23 09:00"),
    (OFFICE, LONDON, "2026-11-18 12:00", 9 * 60 * 5, "2026-11-25 12:00"),
    (LUNCH, HONG_KONG, "2026-11-18 12:00", 60, "2026-11-18 14:00"),
    (LUNCH, HONG_KONG, "2026-11-18 12:30", 1, "2026-11-18 13:31"),
    (LUNCH, HONG_KONG, "2026-11-20 17:00", 120, "2026-11-21 11:00"),
    (LUNCH, HONG_KONG, "2026-11-21 13:30", 60, "2026-11-23 09:30"),
    (NIGHT, HONG_KONG, "2026-11-18 12:00", 60, "2026-11-18 23:00"),
    (NIGHT, HONG_KONG, "2026-11-18 23:30", 60, "2026-11-19 00:30"),
    (NIGHT, HONG_KONG, "2026-11-19 05:30", 60, "2026-11-19 22:30"),
    ("Sun 22:00-06:00", LONDON, "2026-11-16 05:00", 120, "2026-11-22 23:00"),
    ("Sat-Mon 10:00-11:00", LONDON, "2026-11-16 10:30", 60, "2026-11-21 10:30"),
    # London goes an hour forward at 01:00 on 29 March, back at 02:00 on 25 October
    (NIGHT, LONDON, "2026-03-28 23:00", 180, "2026-03-29 03:00"),
    (NIGHT, LONDON, "2026-03-28 22:00", 7 * 60, "2026-03-29 06:00"),
    (NIGHT, LONDON, "2026-10-24 23:00", 240, "2026-10-25 02:00"),
    (NIGHT, LONDON, "2026-10-24 22:00", 9 * 60, "2026-10-25 06:00"),
    (OFFICE, LONDON, "2026-03-27 17:00", 120, "2026-03-30 10:00"),
    ("Sun 00:30-01:30", LONDON, "2026-03-28 12:00", 45, "2026-04-05 00:45"),
    ("Sun 01:15-01:45", LONDON, "2026-03-28 12:00", 30, "2026-04-05 01:45"),
    ("Sun 01:30-05:00", LONDON, "2026-03-28 12:00", 60, "2026-03-29 03:00"),
    # New York: 8 March at 02:00, 1 November at 02:00
    (NIGHT, NEW_YORK, "2026-03-07 22:00", 7 * 60, "2026-03-08 06:00"),
    (NIGHT, NEW_YORK, "2026-10-31 22:00", 9 * 60, "2026-11-01 06:00"),
    # Hong Kong: never
    (NIGHT, HONG_KONG, "2026-03-28 22:00", 8 * 60, "2026-03-29 06:00"),
    (NIGHT, HONG_KONG, "2026-10-24 22:00", 8 * 60, "2026-10-25 06:00"),
    # Lord Howe: half an hour, 5 April at 02:00 back, 4 October at 02:00 forward
    (NIGHT, LORD_HOWE, "2026-04-04 22:00", 8 * 60 + 30, "2026-04-05 06:00"),
    (NIGHT, LORD_HOWE, "2026-10-03 22:00", 7 * 60 + 30, "2026-10-04 06:00"),
)
# fmt: on


@pytest.mark.parametrize(("hours", "zone", "start", "minutes", "end"), ADDED)
def test_working_time_is_added_and_measured_alike(
    hours: str, zone: ZoneInfo, start: str, minutes: int, end: str
) -> None:
    week, amount = parse_hours(hours), timedelta(minutes=minutes)
    assert add(local(start, zone), amount, week, zone) == local(end, zone)
    assert between(local(start, zone), local(end, zone), week, zone) == amount


# fmt: off
MEASURED = (
    (OFFICE, "2026-11-18 18:00", "2026-11-19 09:00", 0),
    (OFFICE, "2026-11-18 10:00", "2026-11-18 10:00", 0),
    (OFFICE, "2026-11-18 11:00", "2026-11-18 10:00", 0),
    (OFFICE, "2026-11-21 00:00", "2026-11-22 23:00", 0),
    (OFFICE, "2026-11-16 00:00", "2026-11-23 00:00", 5 * 9 * 60),
    (LUNCH, "2026-11-18 12:45", "2026-11-18 13:15", 0),
    (LUNCH, "2026-11-18 12:00", "2026-11-18 14:00", 60),
    (LUNCH, "2026-11-20 17:00", "2026-11-21 23:00", 5 * 60),
    (ALWAYS, "2026-03-29 00:00", "2026-03-30 00:00", 23 * 60),
    (ALWAYS, "2026-10-25 00:00", "2026-10-26 00:00", 25 * 60),
)
# fmt: on


@pytest.mark.parametrize(("hours", "start", "end", "minutes"), MEASURED)
def test_working_time_between_two_moments(hours: str, start: str, end: str, minutes: int) -> None:
    week = parse_hours(hours)
    measured = between(local(start, LONDON), local(end, LONDON), week, LONDON)
    assert measured == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        (LONDON, "2026-03-29 00:59", "2026-03-29T00:59+00:00"),
        (LONDON, "2026-03-29 01:00", "2026-03-29T01:00+00:00"),
        (LONDON, "2026-03-29 01:30", "2026-03-29T01:00+00:00"),
        (LONDON, "2026-03-29 02:00", "2026-03-29T01:00+00:00"),
        (LONDON, "2026-03-29 02:30", "2026-03-29T01:30+00:00"),
        (LONDON, "2026-10-25 01:30", "2026-10-25T00:30+00:00"),
        (LONDON, "2026-10-25 02:00", "2026-10-25T02:00+00:00"),
        (LORD_HOWE, "2026-10-04 02:15", "2026-10-03T15:30+00:00"),
        (LORD_HOWE, "2026-04-05 01:45", "2026-04-04T14:45+00:00"),
        (ZoneInfo("Africa/Cairo"), "2026-04-24 00:00", "2026-04-23T22:00+00:00"),
        (ZoneInfo("Pacific/Apia"), "2011-12-30 09:00", "2011-12-30T10:00+00:00"),
    ],
)
def test_a_wall_time_is_one_instant_also_when_a_clock_change_skips_or_repeats_it(
    zone: ZoneInfo, wall: str, expected: str
) -> None:
    at = datetime.fromisoformat(wall).replace(tzinfo=UTC)
    found = instant(at.date(), at.hour * 60 + at.minute, zone)
    assert found == datetime.fromisoformat(expected)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5), date(2026, 10, 4)]
)
@pytest.mark.parametrize("zone", [LONDON, LORD_HOWE], ids=str)
def test_later_wall_times_are_never_earlier_instants(zone: ZoneInfo, day: date) -> None:
    moments = [instant(day, minutes, zone) for minutes in range(24 * 60 + 1)]
    assert all(one <= next_one for one, next_one in pairwise(moments))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon 09:00-18:00", {0: ((540, 1080),)}),
        ("mon 9:00 - 18:00", {0: ((540, 1080),)}),
        ("Sat-Sun 00:00-24:00", {5: ((0, 1440),), 6: ((0, 1440),)}),
        ("Fri-Mon 22:00-06:00", dict.fromkeys((4, 5, 6, 0), ((1320, 1800),))),
        ("Tue 13:30-18:00, Tue 09:00-12:30", {1: ((540, 750), (810, 1080))}),
        ("Wed 09:00-12:00,Wed 12:00-13:00", {2: ((540, 720), (720, 780))}),
        ("Sun 22:00-06:00, Mon 06:00-07:00", {6: ((1320, 1800),), 0: ((360, 420),)}),
        ("Thu 18:00-00:00", {3: ((1080, 1440),)}),
    ],
)
def test_hours_are_read(text: str, days: dict[int, tuple[tuple[int, int], ...]]) -> None:
    assert parse_hours(text) == WorkWeek(days=tuple(days.get(index, ()) for index in range(7)))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not like “Mon-Fri 09:00-18:00”"),
        ("always", "“always” is not like"),
        ("Mon-Fri", "is not like"),
        ("Mon-Fri 9-18", "is not like"),
        ("Mon-Fri 09:00-18:00,", "“” is not like"),
        ("Mon-Fri 09:00-18:00; Sat 10:00-12:00", "is not like"),
        ("Mon ０９:00-18:00", "is not like"),
        ("Mon-Fry 09:00-18:00", "“Fry” is not a day; use Mon, Tue"),
        ("Abc 09:00-18:00", "“Abc” is not a day"),
        ("Mon 09:00-24:01", "“24:01” is not a time of day"),
        ("Mon 09:60-18:00", "“09:60” is not a time of day"),
        ("Mon 25:00-26:00", "“25:00” is not a time of day"),
        ("Mon 09:00-09:00", "is empty; for the whole day write 00:00-24:00"),
        ("Mon 24:00-06:00", "is empty"),
        ("Mon 09:00-12:00, Mon 11:00-13:00", "overlap on Mon"),
        ("Mon 09:00-12:00, Mon-Tue 09:00-10:00", "overlap on Mon"),
        ("Mon 22:00-06:00, Tue 05:00-09:00", "overlap on Tue"),
        ("Sun 22:00-06:00, Mon 05:59-09:00", "overlap on Mon"),
    ],
)
def test_hours_that_cannot_be_read_say_why(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        parse_hours(text)
    assert problem in str(refused.value)


@pytest.mark.parametrize(
    ("hours", "length"),
    [(OFFICE, 9), (LUNCH, 8), (NIGHT, 8), (ALWAYS, 24), ("Mon 09:00-10:00, Tue 09:00-14:00", 5)],
)
def test_a_working_day_is_the_longest_of_the_week(hours: str, length: int) -> None:
    assert parse_hours(hours).working_day == timedelta(hours=length)


def test_an_interval_that_a_clock_change_swallows_is_none() -> None:
    week = parse_hours("Sun 01:15-01:45")
    opens, _ = next(intervals(week, LONDON, local("2026-03-28 12:00", LONDON)))
    assert opens == local("2026-04-05 01:15", LONDON)


def test_a_night_shift_belongs_to_the_day_it_starts_on() -> None:
    week = parse_hours("Fri 22:00-06:00")
    days = [is_working_day(date(2026, 11, 16) + timedelta(days=n), week) for n in range(7)]
    assert [name for name, works in zip(DAY_NAMES, days, strict=True) if works] == ["Fri"]


def test_a_team_without_hours_is_said_to_have_none() -> None:
    with pytest.raises(ValueError, match="no working hours"):
        add(datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1), WorkWeek(days=((),) * 7), LONDON)


ZONES = st.sampled_from((LONDON, NEW_YORK, HONG_KONG, LORD_HOWE))
WEEKS = st.sampled_from(
    (
        *(parse_hours(text) for text in (OFFICE, LUNCH, NIGHT, "Sat 22:00-06:00, Sun 23:00-01:30")),
        parse_hours("Sun 00:30-01:30, Sun 01:45-02:10, Sun 02:20-05:00, Mon 00:00-24:00"),
        ROUND_THE_CLOCK,
    )
)
MOMENTS = st.integers(0, 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
CLOCK_CHANGES = st.builds(
    lambda day, minutes: (
        datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.sampled_from(("2026-03-08", "2026-03-29", "2026-04-04", "2026-10-03", "2026-10-25")),
    st.integers(0, 24 * 60),
)
STARTS = MOMENTS | CLOCK_CHANGES
AMOUNTS = st.integers(1, 5000).map(lambda minutes: timedelta(minutes=minutes))


@given(STARTS, AMOUNTS, WEEKS, ZONES)
def test_what_was_added_is_what_is_measured(
    start: datetime, amount: timedelta, week: WorkWeek, zone: ZoneInfo
) -> None:
    end = add(start, amount, week, zone)
    assert end >= start + amount
    assert between(start, end, week, zone) == amount


@given(STARTS, AMOUNTS, AMOUNTS, WEEKS, ZONES)
def test_adding_twice_is_adding_the_sum(
    start: datetime, first: timedelta, second: timedelta, week: WorkWeek, zone: ZoneInfo
) -> None:
    in_two_steps = add(add(start, first, week, zone), second, week, zone)
    assert in_two_steps == add(start, first + second, week, zone)


@given(STARTS, STARTS, STARTS, WEEKS, ZONES)
def test_measured_time_is_never_negative_and_adds_up(
    one: datetime, two: datetime, three: datetime, week: WorkWeek, zone: ZoneInfo
) -> None:
    early, middle, late = sorted((one, two, three))
    first, second = between(early, middle, week, zone), between(middle, late, week, zone)
    assert timedelta() <= first <= middle - early
    assert first + second == between(early, late, week, zone)
    assert between(late, early, week, zone) == timedelta()


@given(STARTS, STARTS, AMOUNTS, WEEKS, ZONES)
def test_who_starts_later_is_never_due_earlier(
    one: datetime, two: datetime, amount: timedelta, week: WorkWeek, zone: ZoneInfo
) -> None:
    early, late = sorted((one, two))
    assert add(early, amount, week, zone) <= add(late, amount, week, zone)


@given(STARTS, WEEKS, ZONES)
def test_working_intervals_are_in_order_and_apart(
    start: datetime, week: WorkWeek, zone: ZoneInfo
) -> None:
    found = [interval for interval, _ in zip(intervals(week, zone, start), range(20), strict=False)]
    assert found[0][1] > start
    assert all(begin < end for begin, end in found)
    assert all(end <= begin for (_, end), (begin, _) in pairwise(found))
