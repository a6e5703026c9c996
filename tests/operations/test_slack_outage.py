"""Slack is down for an hour: nothing is lost, nothing comes twice, and it drains at Slack's pace."""

import re
from collections import Counter

import pytest

from bot import jobs
from bot.slack import gateway
from bot.store.database import Database
from bot.ui import ids
from tests.domain.factories import ANNA
from tests.fakes.clock import Clock
from tests.fakes.faults import Http500
from tests.fakes.slack_api import FakeSlack
from tests.slack.office import DANGER, HK, Office, furnish, organisation

MINUTES, FLOOD = 60, 20
METHODS = ("chat.postMessage", "chat.update", "conversations.history", "conversations.replies")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "TIMEOUT_SECONDS", 2)


@pytest.fixture
def office(slack: FakeSlack, database: Database, clock: Clock) -> Office:
    org = organisation()
    furnish(slack, org)
    slack.pace = True
    return Office(slack, database, clock, org)


def number_of(text: str) -> int:
    found = re.match(r"#(\d+)", text)
    assert found is not None
    return int(found[1])


def an_hour(office: Office) -> list[int]:
    """A comment every three minutes, some claimed meanwhile; the numbers of the urgent ones."""
    urgent = []
    for minute in range(MINUTES):
        if minute % 3 == 0:
            words = DANGER if minute % 30 == 15 else "I want a refund"
            thing = f"{minute * 7919:x} {minute * 104_729:x} {minute * 1_299_709:x}"
            (number,) = office.comes_in(f"{words} for the {thing}")
            urgent += [number] if words == DANGER else []
        if minute == 40:
            office.claim(1, by=ANNA)
        jobs.tick_stakes(office.services)
        office.work_for(60, pause=5)
    return urgent


@pytest.mark.parametrize(
    ("database", "how"), [("sqlite", "away"), ("postgresql", "failing")], indirect=["database"]
)
def test_after_an_hour_everything_comes_once_in_order_and_at_pace(office: Office, how: str) -> None:
    if how == "away":
        with office.slack.away():
            urgent = an_hour(office)
    else:
        for method in METHODS:
            office.slack.fail(method, Http500(status=503), times=None)
        urgent = an_hour(office)
        office.slack.mend()
    tried = office.posts(HK)
    owed = len(office.owed())
    assert owed >= MINUTES // 3
    # Not a storm: each channel is tried a few times a minute at most.
    assert tried <= 8 * MINUTES
    assert office.slack.messages(HK) == []
    office.work_for(15 * 60)
    cards = [number_of(m.text) for m in office.slack.cards(HK)]
    assert Counter(cards).most_common(1)[0][1] == 1
    assert len(cards) == MINUTES // 3
    rest = [n for n in cards if n not in urgent]
    # What stood first in the channel when Slack went away has its turn; urgent ones are next.
    assert set(cards[: len(urgent) + 1]) >= set(urgent)
    assert rest == sorted(rest)
    assert office.owed() == []
    assert office.slack.violations == []
    (first,) = (m for m in office.slack.cards(HK) if number_of(m.text) == 1)
    assert f"<@{ANNA}>" in str(first.blocks)
    assert ids.CLAIM not in str(first.blocks)


def test_a_worker_at_once_with_the_end_posts_within_minutes(office: Office) -> None:
    with office.slack.away():
        office.comes_in("I want a refund")
        office.work_for(MINUTES * 60, pause=20)
    office.work_for(5 * 60 + 30)
    assert office.owed() == []
    assert len(office.slack.cards(HK)) == 1


def test_people_see_in_the_metrics_that_it_waits_and_the_intake_does_not(office: Office) -> None:
    with office.slack.away():
        office.comes_in("I want a refund")
        office.work_for(11 * 60, pause=20)
        assert any("has waited for" in trouble for trouble in office.troubles()) or office.owed()
    office.work_for(400)
    assert office.troubles() == []
