"""Digests: owed once per team and local date, and once for each time that somebody asks."""

from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest

from bot.domain.digest import Numbers, Period
from bot.domain.organisation import Team
from bot.store.database import Database
from bot.store.outbox import Urgency
from bot.usecases import owning, reporting
from bot.usecases.owning import Actor
from tests.domain.factories import ANNA, organisation, team
from tests.fakes.clock import START, Clock
from tests.usecases.office import Office, at_once

TUESDAY = "2026-11-24"
NINE_IN_LONDON = datetime(2026, 11, 24, 9, tzinfo=UTC)
NINE_IN_HONG_KONG = datetime(2026, 11, 24, 1, tzinfo=UTC)


def tick(office: Office) -> list[str]:
    with office.database.transaction() as session:
        return reporting.owe_due_digests(session, office.organisation, now=office.clock.now())


def an_office(database: Database, *teams: Team) -> Office:
    """An office of these teams, whose clock has run since Monday morning."""
    office = Office(database=database, clock=Clock(), organisation=organisation(teams=teams))
    assert tick(office) == []
    return office


def test_each_team_has_its_digest_by_its_own_clock(office: Office) -> None:
    tick(office)
    office.clock.set(NINE_IN_HONG_KONG)
    assert tick(office) == [f"digest:{key}:{TUESDAY}" for key in ("service-hk", "marketing-hk")]
    office.clock.set(NINE_IN_LONDON)
    keys = ("service-uk", "marketing-uk", "product-mobile", "product-audio")
    assert tick(office) == [f"digest:{key}:{TUESDAY}" for key in keys]


def test_a_digest_is_owed_to_its_teams_channel_with_its_period(database: Database) -> None:
    office = an_office(database, team("service-hk"))
    office.clock.set(NINE_IN_HONG_KONG)
    tick(office)
    columns = ("kind", "channel", "team", "urgency", "wanted", "data")
    ((key, row),) = office.notices(*columns).items()
    assert key == f"digest:service-hk:{TUESDAY}"
    assert row[:-1] == ("digest", "C0SERVICEHK", "service-hk", Urgency.DIGEST, 1)
    day = timedelta(days=1)
    assert reporting.period_of(row[-1]) == Period(
        since=NINE_IN_HONG_KONG - day, until=NINE_IN_HONG_KONG
    )


def test_nothing_is_owed_a_moment_too_early(database: Database) -> None:
    office = an_office(database, team("service-uk"))
    office.clock.set(NINE_IN_LONDON - timedelta(microseconds=1))
    assert tick(office) == []
    office.clock.advance(microseconds=1)
    assert tick(office) == [f"digest:service-uk:{TUESDAY}"]


def test_ticks_that_follow_owe_nothing_more(database: Database) -> None:
    office = an_office(database, team("service-uk"))
    office.clock.set(NINE_IN_LONDON)
    assert len(tick(office)) == 1
    for _ in range(5):
        office.clock.advance(seconds=20)
        assert tick(office) == []
    assert office.notices("wanted") == {f"digest:service-uk:{TUESDAY}": 1}


def test_two_clocks_that_tick_at_once_owe_each_digest_once(office: Office) -> None:
    tick(office)
    office.clock.set(NINE_IN_LONDON)
    ticks = at_once([partial(tick, office)] * 4)
    owed: list[str] = []
    for keys in ticks:
        assert not isinstance(keys, Exception)
        owed += keys
    assert sorted(owed) == sorted(office.notices("kind"))
    assert len(owed) == 4
    assert set(office.notices("wanted").values()) == {1}


def test_a_restart_owes_nothing_again_and_nothing_less(database: Database) -> None:
    office = an_office(database, team("service-uk"), team("service-hk"))
    office.clock.set(NINE_IN_HONG_KONG)
    tick(office)
    database.close()
    again = Office(
        database=Database(database.url), clock=office.clock, organisation=office.organisation
    )
    assert tick(again) == []
    again.clock.set(NINE_IN_LONDON)
    assert tick(again) == [f"digest:service-uk:{TUESDAY}"]
    again.database.close()


@pytest.mark.parametrize(
    ("late", "owed"), [(timedelta(hours=6), 1), (timedelta(hours=6, seconds=1), 0)]
)
def test_a_clock_that_was_away_catches_up_while_the_news_is_fresh(
    database: Database, late: timedelta, owed: int
) -> None:
    office = an_office(database, team("service-uk"))
    office.clock.set(NINE_IN_LONDON + late)
    assert len(tick(office)) == owed


def test_nothing_is_owed_of_the_time_before_the_first_clock(database: Database) -> None:
    office = Office(database=database, clock=Clock(NINE_IN_LONDON + timedelta(hours=1)))
    assert tick(office) == []
    office.clock.advance(days=1)
    assert len(tick(office)) == 4


def test_a_digest_that_falls_due_as_the_first_clock_starts_is_owed(database: Database) -> None:
    teams = (team("service-uk"),)
    clock = Clock(NINE_IN_LONDON)
    office = Office(database=database, clock=clock, organisation=organisation(teams=teams))
    assert tick(office) == [f"digest:service-uk:{TUESDAY}"]


def test_a_team_without_a_time_has_no_digest(database: Database) -> None:
    office = an_office(database, team("service-uk", digest_at=None))
    office.clock.set(NINE_IN_LONDON)
    assert tick(office) == []


def test_a_time_that_is_moved_later_in_the_day_does_not_owe_the_day_twice(
    database: Database,
) -> None:
    office = an_office(database, team("service-uk"))
    office.clock.set(NINE_IN_LONDON)
    assert len(tick(office)) == 1
    moved = organisation(teams=(team("service-uk", digest_at=time(11)),))
    later = Office(database=database, clock=office.clock, organisation=moved)
    later.clock.advance(hours=2)
    assert tick(later) == []


def test_a_digest_says_how_its_team_stands(office: Office) -> None:
    numbers = [office.take_in("my phone").number for _ in range(7)]
    office.clock.advance(minutes=30)
    office.act(owning.claim, numbers[0], "product-mobile", by=ANNA)
    office.act(owning.invite, numbers[1], team="service-hk", by_team="product-mobile", note="",
               by=ANNA)  # fmt: skip
    period = Period(since=START, until=office.clock.now() + timedelta(seconds=1))
    mobile = office.organisation.team("product-mobile")
    assert mobile is not None
    with office.database.reading() as session:
        digest = reporting.team_digest(session, mobile, period)
    assert digest.numbers == Numbers(
        came_in=7, claimed=1, open=7, unclaimed=6, oldest_unclaimed=START
    )
    assert [line.number for line in digest.oldest] == numbers[:5]
    assert [(wait.team, wait.cases) for wait in digest.waiting] == [("service-hk", 1)]


def test_the_numbers_of_all_teams_stand_side_by_side(office: Office) -> None:
    office.take_in("my phone")
    number = office.take_in("refund").number
    office.act(owning.claim, number, "service-hk", by=ANNA)
    office.act(owning.release, number, "service-hk", by=Actor(ANNA))
    teams = [team(key) for key in ("product-mobile", "service-hk", "marketing-uk")]
    period = Period(since=START, until=START + timedelta(days=1))
    with office.database.reading() as session:
        found = reporting.all_numbers(session, teams, period)
    told = [(ours.key, count.came_in, count.claimed, count.open) for ours, count in found]
    assert told == [("product-mobile", 1, 0, 1), ("service-hk", 1, 1, 1), ("marketing-uk", 0, 0, 0)]


def test_a_digest_that_somebody_asks_for_goes_out_once_however_often_they_click(
    office: Office,
) -> None:
    period = Period(since=START - timedelta(days=7), until=START)
    teams = [team("service-hk"), team("service-uk")]
    for _ in range(2):
        office.clock.advance(seconds=2)
        with office.database.transaction() as session:
            for owe in (reporting.owe_digest, reporting.owe_overview):
                now = office.clock.now()
                owe(session, teams, period, channel="C0ELSEWHERE", asked_by=ANNA, now=now)
    owed = office.notices("kind", "team", "channel").values()
    assert sorted(owed) == [
        ("digest", "service-hk", "C0ELSEWHERE"),
        ("digest", "service-uk", "C0ELSEWHERE"),
        ("overview", "", "C0ELSEWHERE"),
    ]
    overview = next(row for row in office.notices("data").values() if "teams" in row)
    assert overview["teams"] == ["service-hk", "service-uk"]
    assert reporting.period_of(overview) == period
