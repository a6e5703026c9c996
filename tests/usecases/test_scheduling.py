"""The teams' own digests: owed once per team and local date, by each team's clock."""

from datetime import time, timedelta
from functools import partial

import pytest

from bot.domain.digest import Period
from bot.domain.organisation import Team
from bot.store.database import Database
from bot.store.outbox import Urgency
from bot.usecases.posting import period_of
from tests.domain.factories import organisation, team
from tests.fakes.clock import Clock
from tests.usecases.office import Office, at_once
from tests.usecases.ticking import NINE_IN_HONG_KONG, NINE_IN_LONDON, TUESDAY, tick


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
    assert period_of(row[-1]) == Period(since=NINE_IN_HONG_KONG - day, until=NINE_IN_HONG_KONG)


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
