"""What a period is compared with, over clock changes and months of all lengths."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import assume, example, given

from bot.domain.digest import Period
from bot.domain.periods import before, days, earlier, up_to, weeks_before

LONDON, HK = ZoneInfo("Europe/London"), ZoneInfo("Asia/Hong_Kong")
ZONES = st.sampled_from(
    [
        *(LONDON, HK, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")),
        *(ZoneInfo("Africa/Cairo"), ZoneInfo("America/Santiago"), ZoneInfo("Pacific/Apia")),
    ]
)
START = datetime(2010, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 20 * 365 * 24 * 3600).map(lambda s: START + timedelta(seconds=s))


def local(text: str, zone: ZoneInfo = LONDON) -> datetime:
    """A moment such as ``2026-11-18 10:00``, or the midnight of a date."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def span(since: str, until: str) -> Period:
    return Period(since=local(since).astimezone(UTC), until=local(until).astimezone(UTC))


@pytest.mark.parametrize(
    ("since", "until", "was_since", "was_until"),
    [
        # A day, a part of one, some days.
        ("2026-11-17 10:00", "2026-11-18 10:00", "2026-11-16 10:00", "2026-11-17 10:00"),
        ("2026-11-17", "2026-11-18", "2026-11-16", "2026-11-17"),
        ("2026-11-18", "2026-11-18 10:00", "2026-11-17", "2026-11-17 10:00"),
        ("2026-11-18 04:00", "2026-11-18 10:00", "2026-11-17 04:00", "2026-11-17 10:00"),
        ("2026-11-11 10:30", "2026-11-18 10:30", "2026-11-04 10:30", "2026-11-11 10:30"),
        ("2026-10-19 10:00", "2026-11-18 10:00", "2026-09-19 10:00", "2026-10-19 10:00"),
        # A week, and one that runs until Wednesday morning.
        ("2026-11-09", "2026-11-16", "2026-11-02", "2026-11-09"),
        ("2026-11-16", "2026-11-18 10:00", "2026-11-09", "2026-11-11 10:00"),
        # Months: whole ones, running ones, and one longer than the one before.
        ("2026-10-01", "2026-11-01", "2026-09-01", "2026-10-01"),
        ("2026-03-01", "2026-04-01", "2026-02-01", "2026-03-01"),
        ("2026-01-01", "2026-02-01", "2025-12-01", "2026-01-01"),
        ("2026-11-01", "2026-11-18 10:00", "2026-10-01", "2026-10-18 10:00"),
        ("2026-03-01", "2026-03-31 10:00", "2026-02-01", "2026-03-01"),
        # The first week of a month is no month.
        ("2026-11-01", "2026-11-08", "2026-10-25", "2026-11-01"),
        # The days that have 23 and 25 hours.
        ("2026-03-29", "2026-03-30", "2026-03-28", "2026-03-29"),
        ("2026-10-25", "2026-10-26", "2026-10-24", "2026-10-25"),
        ("2026-10-24 10:00", "2026-10-25 10:00", "2026-10-23 10:00", "2026-10-24 10:00"),
        ("2026-03-28 10:00", "2026-03-29 10:00", "2026-03-27 10:00", "2026-03-28 10:00"),
    ],
)
def test_before_a_period_comes_one_of_its_kind(
    since: str, until: str, was_since: str, was_until: str
) -> None:
    assert before(span(since, until), LONDON) == span(was_since, was_until)


def test_twenty_four_hours_over_a_clock_change_do_not_overlap_with_the_ones_before() -> None:
    until = local("2026-03-29 10:00").astimezone(UTC)
    period = Period(since=until - timedelta(hours=24), until=until)
    assert before(period, LONDON) == span("2026-03-27 09:00", "2026-03-28 09:00")


def test_the_same_weekdays_of_four_weeks_keep_their_local_times_over_a_clock_change() -> None:
    assert weeks_before(span("2026-11-09 09:00", "2026-11-10 09:00"), LONDON) == (
        span("2026-11-02 09:00", "2026-11-03 09:00"),
        span("2026-10-26 09:00", "2026-10-27 09:00"),
        span("2026-10-19 09:00", "2026-10-20 09:00"),
        span("2026-10-12 09:00", "2026-10-13 09:00"),
    )


@pytest.mark.parametrize(
    ("since", "until", "number"),
    [
        ("2026-11-11", "2026-11-18", 4),
        ("2026-10-19", "2026-10-26", 4),  # an hour longer than seven days
        ("2026-11-10", "2026-11-18", 0),
        ("2026-11-11", "2026-11-18 00:01", 0),
        ("2026-10-01", "2026-11-01", 0),
    ],
)
def test_more_than_seven_days_have_no_usual_weekdays(since: str, until: str, number: int) -> None:
    assert len(weeks_before(span(since, until), LONDON)) == number


def test_a_time_that_was_skipped_is_the_end_of_the_gap_to_the_second() -> None:
    gap_ends = datetime(2026, 3, 29, 1, tzinfo=UTC)
    for at in ("2026-03-30 01:15:59.5", "2026-03-30 01:59:59"):
        assert earlier(local(at), 1, LONDON) == gap_ends
    assert earlier(local("2026-03-30 02:00:01"), 1, LONDON) == gap_ends + timedelta(seconds=1)


@given(MOMENTS, st.integers(1, 40 * 24 * 60), ZONES)
@example(datetime(2026, 10, 25, 0, 45, tzinfo=UTC), 30, LONDON)
@example(datetime(2011, 12, 31, 1, 0, tzinfo=UTC), 60, ZoneInfo("Pacific/Apia"))
def test_what_is_compared_lies_before_and_is_never_turned_round(
    since: datetime, minutes: int, zone: ZoneInfo
) -> None:
    period = Period(since=since, until=since + timedelta(minutes=minutes))
    last = before(period, zone)
    assert last.since < last.until <= period.since
    weeks = weeks_before(period, zone)
    assert len(weeks) == (4 if minutes <= 7 * 24 * 60 else len(weeks))
    for later, sooner in pairwise((period, *weeks)):
        assert sooner.since < sooner.until
        # A clock change may take or give an hour, or a day in Samoa.
        assert abs(later.since - sooner.since - timedelta(days=7)) <= timedelta(hours=24)


def test_a_day_whose_midnight_is_skipped_is_compared_with_a_whole_day() -> None:
    cairo = ZoneInfo("Africa/Cairo")
    short = days(date(2026, 4, 24), date(2026, 4, 24), cairo)
    assert short.until - short.since == timedelta(hours=23)
    assert before(short, cairo) == days(date(2026, 4, 23), date(2026, 4, 23), cairo)


@given(st.dates(date(2012, 1, 1), date(2030, 1, 1)), st.integers(1, 40), ZONES)
def test_days_are_compared_with_as_many_days_right_before_them(
    first: date, number: int, zone: ZoneInfo
) -> None:
    last = first + timedelta(days=number - 1)
    assume(first.day != 1)
    found = before(days(first, last, zone), zone)
    assert found == days(first - timedelta(days=number), first - timedelta(days=1), zone)


@pytest.mark.parametrize(
    ("since", "until", "since_then"),
    [
        ("2026-11-17 10:00", "2026-11-18 10:00", "2026-11-17 10:05"),
        ("2026-11-18", "2026-11-18 10:00", "2026-11-18"),
        ("2026-11-17 16:00", "2026-11-18 10:00", "2026-11-17 16:00"),
    ],
)
def test_a_period_that_runs_begins_at_its_midnight_or_stays_as_long(
    since: str, until: str, since_then: str
) -> None:
    now = local("2026-11-18 10:05").astimezone(UTC)
    moved = up_to(now, span(since, until), {LONDON, HK})

    assert moved == span(since_then, "2026-11-18 10:05")
