"""What the clock asks and tells, and the buttons under it: still on it, seen, snooze."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import jobs
from bot.domain import events as e
from bot.domain.case import State
from bot.store.database import Database
from bot.ui import ids
from tests.domain import factories as make
from tests.domain.factories import CHLOE, MANAGER
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import Message
from tests.handlers.desk import PRODUCT_CHANNEL, STRANGER, Desk

TEAM, LEAD = "product-mobile", "U0LEADPRODUCTMOBILE"


@pytest.fixture
def held(sqlite_database: Database, slack: FakeSlack, clock: Clock) -> Desk:
    """Chloe of Product Mobile, in London's working hours, holds the only part of a case."""
    made = make.organisation()
    asking = (replace(team, expires_after=timedelta(hours=4)) for team in made.teams)
    desk = Desk(sqlite_database, slack, clock, replace(made, teams=tuple(asking)))
    desk.claims_known_to(CHLOE, LEAD)
    desk.comment("my phone")
    desk.press(desk.card(PRODUCT_CHANNEL), ids.CLAIM, by=CHLOE)
    desk.deliver()
    return desk


def ask_the_holder(desk: Desk) -> None:
    expires = desk.case().stakes[TEAM].expires_at
    assert expires is not None
    desk.clock.set(expires)
    jobs.tick_stakes(desk.services)
    assert desk.case().stakes[TEAM].asked


def question(desk: Desk) -> Message:
    desk.deliver()
    root = desk.card(PRODUCT_CHANNEL).ts
    (asked,) = [
        message
        for message in desk.slack.messages(PRODUCT_CHANNEL)
        if message.thread_ts == root and ids.HANDOFF in message.buttons
    ]
    return asked


def test_a_holder_is_asked_in_the_thread_and_says_yes(held: Desk) -> None:
    ask_the_holder(held)
    asked = question(held)
    assert f"<@{CHLOE}> still on this?" in asked.text
    held.press(asked, ids.STILL_YES, by=CHLOE)
    stake = held.case().stakes[TEAM]
    assert (stake.state, stake.holder, stake.asked) == (State.CLAIMED, CHLOE, False)
    assert held.told(CHLOE) == ["Thank you. #1 stays yours."]


def test_only_the_holder_says_yes(held: Desk) -> None:
    ask_the_holder(held)
    asked = question(held)
    held.press(asked, ids.STILL_YES, by=STRANGER)
    held.press(asked, ids.STILL_YES, by=LEAD)
    assert held.told(STRANGER) == [
        "This part belongs to Product Mobile, and you are not in that team. <@U0LEADPRODUCTMOBILE> leads it."
    ]
    assert held.told(LEAD) == [f"<@{CHLOE}> holds #1, so the question is theirs."]
    assert held.case().stakes[TEAM].asked


@pytest.mark.parametrize("action", [ids.RELEASE, ids.HANDOFF])
def test_the_question_can_be_answered_by_giving_it_away(held: Desk, action: str) -> None:
    ask_the_holder(held)
    held.press(question(held), action, by=CHLOE)
    if action == ids.HANDOFF:
        held.submit(CHLOE, {"team": "product-audio", "reason": "the jack"})
    expected = State.OPEN if action == ids.RELEASE else State.HANDED_OFF
    assert held.state(team=TEAM) is expected


def test_silence_gives_it_back_and_says_so_in_the_thread(held: Desk) -> None:
    ask_the_holder(held)
    held.deliver()
    ends = held.case().stakes[TEAM].expires_at
    assert ends is not None
    held.clock.set(ends)
    jobs.tick_stakes(held.services)
    held.deliver()
    assert held.state(team=TEAM) is State.OPEN
    assert any("I have heard nothing from" in text for text in held.thread(PRODUCT_CHANNEL))


def test_a_question_answered_before_it_was_sent_is_never_posted(held: Desk) -> None:
    ask_the_holder(held)
    held.press(held.card(PRODUCT_CHANNEL), ids.RELEASE, by=CHLOE)
    held.deliver()
    assert not any("still on this?" in text for text in held.thread(PRODUCT_CHANNEL))
    assert held.owed() == 0


def escalated(desk: Desk) -> Message:
    """What the lead was sent once nobody had claimed in time."""
    desk.claims_known_to(LEAD)
    desk.comment("my phone")
    desk.clock.advance(hours=1, minutes=1)
    jobs.tick_stakes(desk.services)
    desk.deliver()
    (message,) = desk.slack.messages(LEAD)
    return message


def test_a_breach_reaches_the_lead_as_a_message_of_their_own(desk: Desk) -> None:
    message = escalated(desk)
    assert message.channel.startswith("D")
    assert f"<@{LEAD}>" in message.text
    desk.press(message, ids.ESC_ACK, by=LEAD)
    assert [type(f) for f in desk.facts()][-1] is e.EscalationAcknowledged
    assert desk.told(LEAD) == ["Noted. Nobody further is told about #1 until its next target."]
    desk.clock.advance(hours=6)
    jobs.tick_stakes(desk.services)
    desk.deliver()
    assert desk.slack.messages(MANAGER) == []


def test_a_snoozed_escalation_waits_and_goes_on(desk: Desk) -> None:
    message = escalated(desk)
    option = message.buttons[ids.ESC_SNOOZE]["options"][1]["value"]
    desk.press(message, ids.ESC_SNOOZE, by=LEAD, option=option)
    (snoozed,) = [f for f in desk.facts() if isinstance(f, e.EscalationSnoozed)]
    assert desk.case().stakes[TEAM].escalate_at == snoozed.until
    assert desk.told(LEAD)[0].startswith("Noted. Nobody further is told about #1 before")
    desk.clock.set(snoozed.until)
    jobs.tick_stakes(desk.services)
    desk.deliver()
    assert len(desk.slack.messages(MANAGER)) == 1


def test_others_cannot_quieten_an_escalation(desk: Desk) -> None:
    message = escalated(desk)
    before = desk.written()
    desk.press(message, ids.ESC_ACK, by=STRANGER)
    option = message.buttons[ids.ESC_SNOOZE]["options"][0]["value"]
    desk.press(message, ids.ESC_SNOOZE, by=STRANGER, option=option)
    refused = "This part belongs to Product Mobile, and you are not in that team. <@U0LEADPRODUCTMOBILE> leads it."
    assert desk.told(STRANGER) == [refused, refused]
    assert desk.written() == before


def test_a_lead_who_claims_from_an_escalation_sees_the_card(desk: Desk) -> None:
    desk.press(escalated(desk), ids.CLAIM, by=LEAD)
    (card,) = desk.slack.ephemerals(LEAD)
    assert f"with us: <@{LEAD}>" in card.words
