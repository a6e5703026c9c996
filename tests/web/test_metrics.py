"""`GET /metrics`: how each team stands, by the same numbers as in its digest."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import gauges, jobs, web
from bot.domain.digest import Period
from bot.domain.measures import Standing
from bot.domain.scope import Kind, Scope
from bot.errors import DatabaseAway
from bot.readiness import Trouble
from bot.services import Services
from bot.store import measuring as store
from bot.store.database import Database
from bot.usecases import measuring, owning
from tests.domain.factories import ANNA
from tests.fakes.clock import Clock
from tests.usecases.office import Office
from tests.web.client import Client
from tests.web.conftest import services_over

TEAM = re.compile(r'^crosstalk_team_(\w+)\{team="([^"]+)"\} (\S+)$', re.MULTILINE)


@pytest.fixture(autouse=True)
def nothing_before() -> Iterator[None]:
    gauges.clear()
    yield
    gauges.clear()


@pytest.fixture
def office(database: Database, clock: Clock) -> Office:
    return Office(database=database, clock=clock)


def scraped(services: Services, *troubles: Trouble) -> str:
    with Client.of(web.create_web(services, None, ready=lambda: list(troubles))) as client:
        answer = client.get("/metrics")
    assert answer.status_code == 200
    return answer.text


def by_team(text: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for name, team, value in TEAM.findall(text):
        found.setdefault(team, {})[name] = float(value)
    return found


def services_of(office: Office) -> Services:
    services = services_over(office.database)
    return replace(services, organisation=office.organisation, now=office.clock.now)


def digest_of(office: Office, team: str) -> Standing:
    now, scope = office.clock.now(), Scope(Kind.TEAM, team)
    with office.database.reading() as session:
        day = Period(since=now, until=now)
        return measuring.measures(session, office.organisation, scope, day, now=now).standing


def test_each_team_s_gauges_are_the_numbers_of_its_digest(office: Office) -> None:
    numbers = [office.take_in().number for _ in range(4)]
    office.act(owning.claim, numbers[0], "service-hk", by=ANNA)
    office.act(owning.resolve, numbers[1], "service-hk", by=ANNA, outcome="answered", note="")
    office.clock.advance(minutes=50)
    office.take_in()
    jobs.tick_stakes(services_of(office))
    office.clock.advance(minutes=15)
    jobs.tick_stakes(services_of(office))
    found = by_team(scraped(services_of(office)))
    assert set(found) == {team.key for team in office.organisation.teams}
    for key, gauge in found.items():
        standing, now = digest_of(office, key), office.clock.now()
        since = standing.oldest_unclaimed
        assert gauge == {
            "open": standing.open,
            "unclaimed": standing.unclaimed,
            "oldest_unclaimed_seconds": (now - since).total_seconds() if since else 0,
            "warned": standing.warned,
            "past_target": standing.past_target,
        }
    assert found["service-hk"]["open"] == 4
    assert found["service-hk"]["unclaimed"] == 3
    assert found["product-mobile"]["oldest_unclaimed_seconds"] == 65 * 60
    assert found["product-mobile"]["past_target"] > 0
    assert set(found["marketing-uk"].values()) == {0}


def test_a_part_near_its_target_is_warned_of_and_not_late(office: Office) -> None:
    office.take_in()
    found = 0.0
    for _ in range(30):
        office.clock.advance(minutes=2)
        jobs.tick_stakes(services_of(office))
        gauge = by_team(scraped(services_of(office)))["product-mobile"]
        assert gauge["warned"] == digest_of(office, "product-mobile").warned
        found = max(found, gauge["warned"])
        assert not (gauge["warned"] and gauge["past_target"])
    assert found == 1


def test_a_team_with_nothing_open_is_no_row_of_the_answer(office: Office) -> None:
    office.take_in()
    with office.database.reading() as session:
        teams = [team.key for team in office.organisation.teams]
        assert set(store.standing(session, teams)) == {"service-hk", "product-mobile"}
        assert store.standing(session, ()) == {}


def test_without_the_database_the_rest_is_still_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.take_in()
    services = services_of(office)
    assert by_team(scraped(services))

    def away(*_: object) -> None:
        raise DatabaseAway("gone")

    monkeypatch.setattr(store, "standing", away)
    text = scraped(services)
    assert by_team(text) == {}
    assert "crosstalk_intake_total" in text
    assert "# HELP crosstalk_team_open " in text


def test_a_database_of_another_release_is_not_asked(office: Office) -> None:
    office.take_in()
    services = services_of(office)
    assert by_team(scraped(services))
    old = Trouble("the database is at 0001", "run: crosstalk db upgrade", stops=True)
    assert by_team(scraped(services, old)) == {}
