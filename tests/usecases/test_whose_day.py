"""Whose midnight begins a day: the same question gives the same period, wherever it is asked."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.asked import Wanted
from bot.domain.scope import Kind, Scope
from bot.store import people
from bot.usecases import asking, measuring
from tests.domain.factories import ANNA, BEN
from tests.usecases.office import Office

HONG_KONG, LONDON = ZoneInfo("Asia/Hong_Kong"), ZoneInfo("Europe/London")
CHANNEL_OF_SERVICE_HK = "C0SERVICEHK"


@pytest.fixture
def peopled(office: Office) -> Office:
    """Anna is in Service HK's channel and named in Product Mobile, Ben is in no team."""
    teams = tuple(
        replace(team, members=frozenset({ANNA})) if team.key == "product-mobile" else team
        for team in office.organisation.teams
    )
    with office.database.transaction() as session:
        people.replace(session, CHANNEL_OF_SERVICE_HK, [ANNA], now=office.clock.now())
    return replace(office, organisation=replace(office.organisation, teams=teams))


@pytest.mark.parametrize(
    ("scope", "zone"),
    [
        (Scope(Kind.TEAM, "service-hk"), HONG_KONG),
        (Scope(Kind.DEPARTMENT, "service"), LONDON),
        (Scope(Kind.PERSON, ANNA), HONG_KONG),
        (Scope(Kind.PERSON, BEN), LONDON),
        (Scope(Kind.PERSON, "U0LEADSERVICEHK"), HONG_KONG),
        (Scope(Kind.REGION, "HK"), HONG_KONG),
        (Scope(Kind.REGION, "UK"), LONDON),
        (Scope(Kind.REGION, "JP"), LONDON),
        (Scope(Kind.UNIT, "mobile"), LONDON),
        (Scope(), LONDON),
    ],
)
def test_a_day_begins_where_those_work_whom_it_is_about(
    peopled: Office, scope: Scope, zone: ZoneInfo
) -> None:
    with peopled.database.reading() as session:
        assert measuring.zone_of(session, peopled.organisation, scope) == zone


def test_teams_of_a_region_that_do_not_agree_take_the_organisation_s(peopled: Office) -> None:
    teams = tuple(
        replace(team, zone=ZoneInfo("Asia/Tokyo")) if team.key == "marketing-hk" else team
        for team in peopled.organisation.teams
    )
    organisation = replace(peopled.organisation, teams=teams)
    with peopled.database.reading() as session:
        assert measuring.zone_of(session, organisation, Scope(Kind.REGION, "HK")) == LONDON


@pytest.mark.parametrize(
    ("text", "midnight"),
    [("me yesterday", 16), (f"person {ANNA} yesterday", 16), ("region HK yesterday", 16),
     (f"person {BEN} yesterday", 0), ("all yesterday", 0)],
)  # fmt: skip
@pytest.mark.parametrize("asked_in", [HONG_KONG, LONDON, ZoneInfo("America/Santiago")])
def test_who_asks_where_does_not_matter(
    peopled: Office, text: str, midnight: int, asked_in: ZoneInfo
) -> None:
    now = datetime(2026, 11, 24, 20, tzinfo=UTC)
    with peopled.database.reading() as session:
        found = asking.understood(
            session, peopled.organisation, text, person=ANNA, now=now, zone=asked_in
        )
    assert isinstance(found, Wanted)
    assert found.period.since.hour == midnight
