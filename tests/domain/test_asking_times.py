"""Which periods people mean after ``/digest``, and what they compare them with."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.asking import Wanted, Why
from bot.domain.digest import Period
from tests.domain.typed import EVERYBODY, HK, LONDON, PERIODS, at, unclear, wanted


@pytest.mark.parametrize(("text", "since", "until", "called"), PERIODS)
def test_a_period_is_understood(text: str, since: str, until: str, called: str) -> None:
    found = wanted(text)
    assert found.period == Period(since=at(since), until=at(until))
    assert found.words == called
    assert found.scope == EVERYBODY


@pytest.mark.parametrize("text", [text for text, *_ in PERIODS])
def test_what_a_period_is_called_means_the_same_when_it_is_typed(text: str) -> None:
    found = wanted(text)
    assert wanted(found.words) == found


def test_a_period_that_nobody_names_is_the_last_day() -> None:
    assert wanted("") == wanted("1d")


def test_days_keep_their_local_times_and_lengths_over_a_clock_change() -> None:
    monday = datetime(2026, 10, 26, 10, tzinfo=LONDON).astimezone(UTC)
    sunday = wanted("yesterday", now=monday, zone=LONDON).period
    assert sunday.until - sunday.since == timedelta(hours=25)
    assert wanted("2d", now=monday, zone=LONDON).period.since == at("2026-10-24 10:00", LONDON)
    assert wanted("5h", now=monday, zone=LONDON).period.since == monday - timedelta(hours=5)


@pytest.mark.parametrize(
    "text",
    [
        *("vs previous", "vs-previous", "versus previous", "compare", "compared", "vs."),
        *("compared to the previous week", "vs prior period", "previous", "VS PREVIOUS"),
    ],
)
def test_a_comparison_is_understood(text: str) -> None:
    assert wanted(f"{text} last-month service-hk").previous
    assert wanted(f"service-hk last-month {text}") == Wanted(
        scope=HK, period=wanted("last-month").period, previous=True, words="last month"
    )
    assert not wanted("service-hk last-month").previous


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("this-week vs last-week", "this-week vs previous"),
        ("yesterday versus today", "today vs previous"),
        ("vs previous month", "this-month vs previous"),
        ("7d vs previous week", "7d vs previous"),
    ],
)
def test_a_period_may_be_compared_by_the_name_of_the_one_before(text: str, same: str) -> None:
    assert wanted(text) == wanted(same)


@pytest.mark.parametrize(
    ("day", "last", "this"),
    [
        ("2026-01-01", ("2025-10-01", "2026-01-01"), "2026-01-01"),
        ("2026-03-31", ("2025-10-01", "2026-01-01"), "2026-01-01"),
        ("2026-12-31", ("2026-07-01", "2026-10-01"), "2026-10-01"),
    ],
)
def test_a_quarter_begins_with_its_first_month(day: str, last: tuple[str, str], this: str) -> None:
    now = at(f"{day} 12:00")
    since, until = map(at, last)
    assert wanted("last quarter", now=now).period == Period(since=since, until=until)
    assert wanted("this quarter", now=now).period == Period(since=at(this), until=now)


@pytest.mark.parametrize(
    ("text", "day", "since"),
    [
        ("q1", "2026-01-01", "2026-01-01"),
        ("q2", "2026-03-31", "2025-04-01"),
        ("q2", "2026-04-01", "2026-04-01"),
        ("q4", "2026-09-30", "2025-10-01"),
        ("q4 2026", "2026-12-31", "2026-10-01"),
    ],
)
def test_a_quarter_without_a_year_is_the_newest_that_has_begun(
    text: str, day: str, since: str
) -> None:
    assert wanted(text, now=at(f"{day} 12:00")).period.since == at(since)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("q1 2027", Why.FUTURE),
        ("q4 9999", Why.FUTURE),
        ("q3 1999", Why.NO_DATE),
        ("q1 0000", Why.NO_DATE),
        ("q5", Why.UNKNOWN),
        ("d0", Why.LENGTH),
        ("d401", Why.LENGTH),
    ],
)
def test_a_quarter_or_length_that_cannot_be_is_said(text: str, why: Why) -> None:
    assert unclear(text).why is why


@pytest.mark.parametrize("text", ["since", "since moon", "since service-hk"])
def test_since_needs_a_day(text: str) -> None:
    assert unclear(text).word.startswith("since")
