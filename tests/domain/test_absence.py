"""Until when somebody is away: what they type always is a moment to come, by their own clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from bot.domain.absence import ends

DAY = timedelta(days=1)
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("Asia/Hong_Kong", "Europe/London", "Africa/Cairo", "UTC")]
)
NOWS = st.builds(
    lambda moment, zone: moment.replace(tzinfo=UTC).astimezone(zone),
    st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31)),  # noqa: DTZ001
    ZONES,
)
# By the clock on the wall, so that no change of clocks makes nine another hour.
NINE = (9, 0, 0, 0)


def wall(moment: datetime) -> tuple[int, int, int, int]:
    return (moment.hour, moment.minute, moment.second, moment.microsecond)


@given(NOWS, st.sampled_from([*NAMES, *(name[:3] for name in NAMES)]))
def test_a_weekday_is_the_next_one_at_nine(now: datetime, name: str) -> None:
    until = ends(f"UNTIL  {name}", now)
    assert until is not None
    assert NAMES[until.weekday()].startswith(name)
    assert wall(until) == NINE
    assert DAY <= until.date() - now.date() <= 7 * DAY


@given(NOWS, st.dates(date(2026, 1, 1), date(2031, 12, 31)))
def test_a_date_with_its_year_is_that_day_or_has_passed(now: datetime, day: date) -> None:
    nine = datetime(day.year, day.month, day.day, 9, tzinfo=now.tzinfo)
    for form in ("%Y-%m-%d", "%d %b %Y", "%d %B %Y"):
        assert ends(f"until {day.strftime(form)}", now) == (nine if nine > now else None)


@given(NOWS, st.integers(1, 12), st.integers(1, 28))
def test_a_date_without_a_year_is_the_next_such_day(now: datetime, month: int, day: int) -> None:
    until = ends(date(2026, month, day).strftime("%d %b"), now)
    assert until is not None
    assert (until.month, until.day, wall(until)) == (month, day, NINE)
    assert now < until <= now + 366 * DAY


@given(NOWS, st.integers(0, 23), st.integers(0, 59))
def test_a_time_of_day_is_the_next_moment_that_a_clock_shows_it(
    now: datetime, hour: int, minute: int
) -> None:
    until = ends(f"until {hour}:{minute:02}", now)
    assert until is not None
    assert wall(until) == (hour, minute, 0, 0)
    assert now < until
    assert until.date() - now.date() in {timedelta(0), DAY}


@given(NOWS, st.text(max_size=40))
def test_whatever_somebody_types_is_a_moment_to_come_or_nothing(now: datetime, text: str) -> None:
    until = ends(text, now)
    assert until is None or until > now


@pytest.mark.parametrize("text", ["", "until", "never", "25:00", "31 Feb", "2020-01-01", "9" * 300])
def test_what_means_nothing_is_nothing(text: str) -> None:
    assert ends(text, datetime(2026, 11, 23, 18, tzinfo=ZoneInfo("Asia/Hong_Kong"))) is None
