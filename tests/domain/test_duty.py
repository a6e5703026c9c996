"""Who is on duty now and next: weekly rotas, cover between teams, closed doors."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.domain.duty import next_on_duty, on_duty
from bot.domain.organisation import Organisation, Team
from bot.domain.worktime import is_open, parse_hours
from tests.domain.factories import ANNA, BEN, CHLOE, ROUND_THE_CLOCK, organisation, team

LONDON, HONG_KONG = ZoneInfo("Europe/London"), ZoneInfo("Asia/Hong_Kong")
MONDAY, THURSDAY = date(2026, 1, 5), date(2026, 1, 1)

ALWAYS = team(
    "service-uk", hours=ROUND_THE_CLOCK, rota=(ANNA, BEN, CHLOE), rota_since=MONDAY, cover=()
)
OFFICE = replace(ALWAYS, hours=parse_hours("Mon-Fri 09:00-18:00"))


def at(text: str, zone: ZoneInfo = LONDON, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def among(*teams: Team) -> Organisation:
    return organisation(teams=teams)


def now_of(asked: Team, moment: datetime, *others: Team) -> tuple[str, str] | None:
    """The team and the person on duty."""
    found = on_duty(asked, among(asked, *others), now=moment)
    return (found.team.key, found.person) if found else None


def next_of(asked: Team, moment: datetime, *others: Team) -> tuple[str, str, datetime]:
    """The team and the person who come next, and when."""
    found = next_on_duty(asked, among(asked, *others), now=moment)
    assert found
    return found.team.key, found.person, found.since


@pytest.mark.parametrize(
    ("since", "moment", "person"),
    [
        (MONDAY, "2026-01-05 00:00", ANNA),
        (MONDAY, "2026-01-11 23:59", ANNA),
        (MONDAY, "2026-01-12 00:00", BEN),
        (MONDAY, "2026-01-18 23:59", BEN),
        (MONDAY, "2026-01-19 00:00", CHLOE),
        (MONDAY, "2026-01-26 00:00", ANNA),
        (MONDAY, "2027-01-04 12:00", BEN),
        # before its first week the rota runs backwards
        (MONDAY, "2026-01-04 23:59", CHLOE),
        (MONDAY, "2025-12-28 23:59", BEN),
        # weeks begin on the weekday of the first
        (THURSDAY, "2026-01-07 23:59", ANNA),
        (THURSDAY, "2026-01-08 00:00", BEN),
        # London's clocks go forward on 29 March and back on 25 October, both Sundays
        (MONDAY, "2026-03-29 23:59", CHLOE),
        (MONDAY, "2026-03-30 00:00", ANNA),
        (MONDAY, "2026-10-25 23:59", CHLOE),
        (MONDAY, "2026-10-26 00:00", ANNA),
    ],
)
def test_each_has_a_week_in_turn_from_midnight_in_the_teams_zone(
    since: date, moment: str, person: str
) -> None:
    assert now_of(replace(ALWAYS, rota_since=since), at(moment)) == ("service-uk", person)


@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_comes_twice_belongs_to_the_day_that_it_is_on(fold: int) -> None:
    weeks_begin_on_sunday = replace(ALWAYS, rota_since=date(2026, 10, 25))

    assert now_of(weeks_begin_on_sunday, at("2026-10-25 01:30", fold=fold)) == ("service-uk", ANNA)


def test_midnight_is_that_of_the_team() -> None:
    hong_kong = replace(ALWAYS, zone=HONG_KONG)
    moment = at("2026-01-11 16:00")

    assert now_of(hong_kong, moment) == ("service-uk", BEN)
    assert now_of(ALWAYS, moment) == ("service-uk", ANNA)


@pytest.mark.parametrize(
    ("zone", "moment", "handover", "person"),
    [
        (LONDON, "2026-01-05 00:00", "2026-01-12 00:00", BEN),
        (LONDON, "2026-01-11 23:59", "2026-01-12 00:00", BEN),
        (LONDON, "2026-03-23 00:00", "2026-03-30 00:00", ANNA),
        (LONDON, "2026-10-19 00:00", "2026-10-26 00:00", ANNA),
        (HONG_KONG, "2026-03-23 00:00", "2026-03-30 00:00", ANNA),
    ],
)
def test_the_next_takes_over_at_midnight_also_after_a_week_with_a_clock_change(
    zone: ZoneInfo, moment: str, handover: str, person: str
) -> None:
    found = next_of(replace(ALWAYS, zone=zone), at(moment, zone))

    assert found == ("service-uk", person, at(handover, zone))


@pytest.mark.parametrize(
    ("moment", "opens", "person"),
    [
        # within the week the next to come is the next person, not the same one tomorrow
        ("2026-01-07 10:00", "2026-01-12 09:00", BEN),
        ("2026-01-09 17:59", "2026-01-12 09:00", BEN),
        # while nobody is there it is whoever opens
        ("2026-01-07 18:00", "2026-01-08 09:00", ANNA),
        ("2026-01-09 18:00", "2026-01-12 09:00", BEN),
        ("2026-03-28 12:00", "2026-03-30 09:00", ANNA),
    ],
)
def test_next_is_whoever_is_there_next(moment: str, opens: str, person: str) -> None:
    assert next_of(OFFICE, at(moment)) == ("service-uk", person, at(opens))


@pytest.mark.parametrize("moment", ["2026-01-07 08:59", "2026-01-07 18:00", "2026-01-10 12:00"])
def test_nobody_is_on_duty_at_night_and_at_the_weekend(moment: str) -> None:
    assert now_of(OFFICE, at(moment)) is None


def test_nobody_is_on_duty_on_a_closed_day() -> None:
    holiday = date(2026, 1, 7)
    closed = replace(OFFICE, hours=replace(OFFICE.hours, closed=frozenset({holiday})))

    assert now_of(closed, at("2026-01-07 12:00")) is None
    assert next_of(closed, at("2026-01-07 12:00")) == ("service-uk", ANNA, at("2026-01-08 09:00"))


HK_DAY = team(
    "service-hk",
    hours=parse_hours("Mon-Fri 09:00-18:00"),
    rota=(CHLOE,),
    rota_since=MONDAY,
    cover=("service-uk",),
)
UK_DAY = replace(OFFICE, cover=("service-hk",))


@pytest.mark.parametrize(
    ("moment", "key", "person"),
    [
        # Hong Kong works from 01:00 to 10:00 of London's winter, London from 09:00 to 18:00
        ("2026-01-07 00:59", None, None),
        ("2026-01-07 01:00", "service-hk", CHLOE),
        ("2026-01-07 08:59", "service-hk", CHLOE),
        ("2026-01-07 09:00", "service-uk", ANNA),
        ("2026-01-07 17:59", "service-uk", ANNA),
        ("2026-01-07 18:00", None, None),
        # and from 02:00 to 11:00 of its summer
        ("2026-07-08 01:30", None, None),
        ("2026-07-08 02:00", "service-hk", CHLOE),
    ],
)
def test_the_sun_is_followed(moment: str, key: str | None, person: str | None) -> None:
    assert now_of(UK_DAY, at(moment), HK_DAY) == ((key, person) if key else None)


def test_each_covers_for_the_other_and_is_asked_first_itself() -> None:
    both_are_there = at("2026-01-07 09:30")

    assert now_of(UK_DAY, both_are_there, HK_DAY) == ("service-uk", ANNA)
    assert now_of(HK_DAY, both_are_there, UK_DAY) == ("service-hk", CHLOE)
    assert now_of(HK_DAY, at("2026-01-07 10:00"), UK_DAY) == ("service-uk", ANNA)


@pytest.mark.parametrize(
    ("moment", "key", "person", "since"),
    [
        ("2026-01-07 00:30", "service-hk", CHLOE, "2026-01-07 01:00"),
        ("2026-01-07 02:00", "service-uk", ANNA, "2026-01-07 09:00"),
        ("2026-01-07 12:00", "service-hk", CHLOE, "2026-01-08 01:00"),
        ("2026-01-09 19:00", "service-hk", CHLOE, "2026-01-12 01:00"),
    ],
)
def test_next_follows_the_sun_too(moment: str, key: str, person: str, since: str) -> None:
    assert next_of(UK_DAY, at(moment), HK_DAY) == (key, person, at(since))


def test_of_several_that_cover_the_first_that_is_there_comes_first() -> None:
    third = replace(ALWAYS, key="service-mobile", rota=(BEN,))
    asked = replace(UK_DAY, cover=("service-hk", "service-mobile"))

    assert now_of(asked, at("2026-01-07 02:00"), HK_DAY, third) == ("service-hk", CHLOE)
    assert now_of(asked, at("2026-01-07 22:00"), HK_DAY, third) == ("service-mobile", BEN)


def test_cover_is_not_passed_on() -> None:
    night = replace(ALWAYS, key="service-mobile")
    helper = replace(HK_DAY, cover=("service-mobile",))

    assert now_of(UK_DAY, at("2026-01-07 22:00"), helper, night) is None


def test_a_team_that_is_gone_covers_for_nobody() -> None:
    assert now_of(UK_DAY, at("2026-01-07 02:00")) is None


def test_without_a_rota_it_is_the_lead_and_without_a_lead_the_team() -> None:
    led = replace(OFFICE, rota=(), lead="U0LEAD")

    assert now_of(led, at("2026-01-07 12:00")) == ("service-uk", "U0LEAD")
    assert now_of(replace(led, lead=""), at("2026-01-07 12:00")) == ("service-uk", "")


@pytest.mark.parametrize("rota", [(), (ANNA,)])
def test_one_who_is_always_on_duty_is_also_next_when_the_team_next_opens(
    rota: tuple[str, ...],
) -> None:
    alone = replace(OFFICE, rota=rota, lead=ANNA)

    assert next_of(alone, at("2026-01-07 19:00")) == ("service-uk", ANNA, at("2026-01-08 09:00"))


@pytest.mark.parametrize("rota", [(), (ANNA,)])
@pytest.mark.parametrize("asked", [OFFICE, ALWAYS])
def test_nobody_comes_next_while_the_only_one_there_is_is_on_duty(
    rota: tuple[str, ...], asked: Team
) -> None:
    alone = replace(asked, rota=rota, lead=ANNA)

    assert next_on_duty(alone, among(alone), now=at("2026-01-07 12:00")) is None


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(MOMENTS, st.sampled_from([OFFICE, ALWAYS, UK_DAY, HK_DAY]))
def test_whoever_is_next_comes_and_is_another_than_now(moment: datetime, asked: Team) -> None:
    everyone = among(UK_DAY if asked.key == "service-hk" else asked, HK_DAY)
    current = on_duty(asked, everyone, now=moment)
    following = next_on_duty(asked, everyone, now=moment)

    assert following
    assert moment < following.since < moment + timedelta(days=10)
    assert is_open(following.since, following.team.hours, following.team.zone)
    if current and len(asked.rota) > 1:
        assert (current.team.key, current.person) != (following.team.key, following.person)
