"""`GET /metrics`: what the outbox and the clock are behind with, and how long people wait."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from math import isnan

import pytest
from prometheus_client import REGISTRY

from bot import gauges, jobs, readiness, web
from bot.serving import bolt_app
from bot.store.database import Database
from bot.store.depths import STATES
from bot.ui import ids
from tests.domain.factories import ANNA
from tests.fakes.clock import Clock
from tests.fakes.faults import Http500
from tests.fakes.slack_api import FakeSlack
from tests.handlers.desk import SERVICE_CHANNEL, Desk
from tests.slack.office import HK, REFUND, Office, furnish, organisation
from tests.store import post_room
from tests.web.client import Client

SAMPLE = re.compile(r"^crosstalk_(\w+?)(?:\{(.*)\})? (\S+)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def nothing_before() -> Iterator[None]:
    gauges.clear()
    yield
    gauges.clear()


@pytest.fixture
def office(slack: FakeSlack, database: Database, clock: Clock) -> Office:
    org = organisation()
    furnish(slack, org)
    return Office(slack, database, clock, org)


def scraped(office: Office | Desk) -> dict[str, float]:
    """Every sample that the web process tells, by its name and labels."""
    services = office.services
    ready = readiness.checker(services.database, services.organisation, services.now)
    with Client.of(web.create_web(services, None, ready=ready)) as client:
        text = client.get("/metrics").text
    return {f"{name}{{{labels}}}": float(value) for name, labels, value in SAMPLE.findall(text)}


def waiting(office: Office) -> dict[str, tuple[float, float]]:
    """How many notices wait for what, and for how long the oldest; those that are there."""
    found = scraped(office)
    told = {
        state: (
            found[f'outbox_notices{{state="{state}"}}'],
            found[f'outbox_age_seconds{{state="{state}"}}'],
        )
        for state in STATES
    }
    assert sum(count for count, _ in told.values()) == len(office.owed())
    return {state: pair for state, pair in told.items() if pair[0]}


def test_what_a_worker_could_send_is_ready(office: Office) -> None:
    assert waiting(office) == {}
    office.comes_in(REFUND)
    office.clock.advance(seconds=40)
    assert waiting(office) == {"ready": (1, 40)}


def test_what_follows_within_a_second_is_paced(office: Office) -> None:
    office.comes_in(REFUND, "Another refund, for quite another reason, of a tent")
    office.work()
    assert waiting(office) == {"paced": (1, 0)}


def test_what_is_in_hand_and_what_came_to_an_unknown_end(office: Office) -> None:
    office.comes_in(REFUND)
    with office.database.transaction() as session:
        assert post_room.take(session, worker="dead", now=office.clock.now())
    office.clock.advance(seconds=10)
    assert waiting(office) == {"sending": (1, 10)}
    office.clock.advance(seconds=80)
    assert waiting(office) == {"doubtful": (1, 90)}


def test_what_failed_waits_and_a_closed_channel_is_closed(office: Office) -> None:
    office.slack.fail("chat.postMessage", "is_archived", times=None, channel=HK)
    office.comes_in(REFUND)
    office.work()
    office.clock.advance(minutes=3)
    found = waiting(office)
    assert found["closed"] == (1, 180)


def test_a_refused_token_pauses_everything(office: Office) -> None:
    office.slack.revoke()
    office.comes_in(REFUND)
    office.work()
    office.clock.advance(seconds=30)
    found = waiting(office)
    assert set(found) == {"paused"}
    assert found["paused"][1] == 30


def test_a_flood_is_held(office: Office) -> None:
    office.comes_in(*(f"refund {n:x} {n * 7919:x} {n * 104729:x} of kind {n}" for n in range(40)))
    office.work()
    assert waiting(office)["held"][0] >= 15


def test_the_clock_s_lag_is_since_something_was_due(office: Office) -> None:
    office.comes_in(REFUND)
    assert scraped(office)["tick_lag_seconds{}"] == 0
    office.clock.advance(hours=20)
    lag = scraped(office)["tick_lag_seconds{}"]
    assert timedelta(hours=4) < timedelta(seconds=lag) < timedelta(hours=20)
    jobs.tick_stakes(office.services)
    assert scraped(office)["tick_lag_seconds{}"] == 0


def test_without_the_database_no_old_number_is_taken_for_a_new_one(office: Office) -> None:
    jobs.beat(office.services)
    office.comes_in(REFUND)
    office.clock.advance(hours=20)
    there = scraped(office)
    assert there['heartbeat_age_seconds{name="clock"}'] == timedelta(hours=20).total_seconds()
    assert there['outbox_owed{state="owed"}'] == len(office.owed())
    assert there["tick_lag_seconds{}"] > 0
    away = readiness.Trouble("the database does not answer", "start it", stops=True)
    gauges.look(office.services, lambda: [away])
    found = {
        sample.name.removeprefix("crosstalk_"): sample.value
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if metric.type == "gauge" and sample.name.startswith("crosstalk_")
    }
    assert set(found) == {"outbox_oldest_seconds", "tick_lag_seconds"}
    assert all(isnan(value) for value in found.values())
    assert scraped(office)["tick_lag_seconds{}"] == there["tick_lag_seconds{}"]


def test_missed_targets_are_counted_as_they_are_noticed(office: Office) -> None:
    name = 'breaches_total{target="claim",team="service-hk"}'
    before = scraped(office).get(name, 0)
    office.comes_in(REFUND)
    office.clock.advance(days=3)
    for _ in range(2):
        jobs.tick_stakes(office.services)
    assert scraped(office)[name] == before + 1


def test_how_long_a_claim_takes_is_counted_with_its_commit(
    database: Database, slack: FakeSlack, clock: Clock
) -> None:
    desk = Desk(database, slack, clock)
    name = 'listener_seconds_count{listener="claim"}'
    before = scraped(desk).get(name, 0)
    desk.comment("a refund please")
    (card,) = slack.messages(SERVICE_CHANNEL)
    desk.press(card, ids.CLAIM, by=ANNA)
    assert scraped(desk)[name] == before + 1


def test_every_listener_is_told_by_a_name_of_its_own(
    sqlite_database: Database, slack: FakeSlack, clock: Clock
) -> None:
    desk = Desk(sqlite_database, slack, clock)
    functions: dict[str, set[int]] = {}
    for each in bolt_app(desk.services, desk.bot.gateway)._listeners:
        functions.setdefault(each.ack_function.__name__, set()).add(id(each.ack_function))
    # The window for a reason opens from a card, and from what an emoji is answered with.
    assert {name for name, those in functions.items() if len(those) > 1} == {ids.DECLINE}
    assert not set(functions) & {"run", "pressed", "ask", "turned"}
    desk.comment("a refund please")
    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    name = f'listener_seconds_count{{listener="{ids.RELEASE}"}}'
    before = scraped(desk).get(name, 0)
    desk.deliver()
    desk.press(desk.card(), ids.RELEASE, by=ANNA)
    assert scraped(desk)[name] == before + 1


def test_requests_are_timed(office: Office) -> None:
    services = replace(office.services)
    with Client.of(web.create_web(services, None, ready=list)) as client:
        before = scraped(office)
        client.post("/intake/webhook/nowhere", content=b"{}")
        client.post("/slack/events", content=b"{}")
    after = scraped(office)
    for name in ("intake_seconds_count{}", "slack_seconds_count{}"):
        assert after[name] == before[name] + 1


def test_reconciled_posts_are_counted(office: Office) -> None:
    name = 'reconciled_total{found="no"}'
    before = scraped(office).get(name, 0)
    office.slack.fail("chat.postMessage", Http500())
    office.comes_in(REFUND)
    office.work_for(60)
    assert office.posts(HK) == 2
    assert scraped(office)[name] == before + 1
