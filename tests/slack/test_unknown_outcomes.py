"""A post whose answer never came is looked for before it is posted again."""

import pytest
from sqlalchemy import update

from bot.slack import gateway as gateway_module
from bot.store import tables as t
from tests.domain.factories import ANNA, MANAGER
from tests.fakes.faults import (
    AcceptThen500,
    AcceptThenDrop,
    Drop,
    Fault,
    Garbage,
    Http429,
    Http500,
    Timeout,
)
from tests.fakes.workspace import Message
from tests.slack.office import HK, REFUND, UK, Office, marker

ACCEPTED = [
    AcceptThenDrop(),
    AcceptThen500(),
    AcceptThen500(status=503),
    Timeout(accepted=True),
    Garbage(accepted=True),
]
LOST = [Drop(), Http500(), Timeout(), Garbage(), "internal_error", "service_unavailable"]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give Slack less time, so that a hanging call does not hold up the tests."""
    monkeypatch.setattr(gateway_module, "TIMEOUT_SECONDS", 0.3)


@pytest.mark.parametrize("fault", ACCEPTED, ids=str)
def test_what_slack_has_accepted_is_found_and_not_posted_again(
    office: Office, fault: Fault
) -> None:
    office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", fault)
    office.work_for(29)
    assert (office.posts(), office.slack.called("conversations.history")) == (1, [])
    office.work_for(1)
    card = office.slack.card(HK)
    assert (office.posts(), office.notice(HK)["ts"], office.owed()) == (1, card.ts, [])
    assert marker(card) == f"crosstalk:{office.notice(HK)['id']}"


@pytest.mark.parametrize("fault", LOST, ids=str)
def test_what_slack_never_had_is_posted_once_after_looking(office: Office, fault: Fault) -> None:
    office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", fault)
    office.work_for(29)
    assert office.posts() == 1
    office.work_for(1)
    assert [call.method for call in office.slack.calls] == [
        "chat.postMessage",
        "conversations.history",
        "chat.postMessage",
    ]
    assert (office.slack.card(HK).ts, office.owed()) == (office.notice(HK)["ts"], [])


def test_what_surely_did_not_arrive_is_tried_again_soon(office: Office) -> None:
    office.comes_in(REFUND)
    with office.slack.away():
        office.work()
        assert office.notice(HK)["last_error"] == "unreachable"
    office.work_for(2)
    assert [call.method for call in office.slack.calls] == ["chat.postMessage"]
    assert (len(office.slack.cards(HK)), office.notice(HK)["last_error"]) == (1, "")


def test_the_card_that_is_found_shows_what_happened_meanwhile(office: Office) -> None:
    (number,) = office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", AcceptThenDrop())
    office.work()
    office.claim(number)
    assert office.work() == 0
    office.work_for(30)
    assert (office.posts(), office.owed()) == (1, [])
    assert f"<@{ANNA}>" in office.slack.card(HK).words


def test_only_the_channel_with_the_open_question_waits(office: Office) -> None:
    office.comes_in(REFUND, REFUND)
    office.comes_in(REFUND, source="instagram-uk")
    office.slack.fail("chat.postMessage", AcceptThenDrop(), channel=HK)
    office.work_for(29)
    assert (office.posts(HK), len(office.slack.cards(UK))) == (1, 1)
    office.work_for(2)
    assert (office.posts(HK), len(office.slack.cards(HK)), office.owed()) == (2, 2, [])


def test_doubt_upon_doubt_still_ends_in_one_message(office: Office) -> None:
    office.comes_in(REFUND)
    for fault in (Drop(), Http500(), AcceptThenDrop()):
        office.slack.fail("chat.postMessage", fault)
    office.slack.fail("conversations.history", Http500())
    office.slack.fail("conversations.history", Drop())
    office.work_for(200, pause=5)
    assert (len(office.slack.cards(HK)), office.posts(), office.owed()) == (1, 3, [])


@pytest.mark.parametrize("fault", [Http429(20), Http500(), "invalid_blocks", Drop()], ids=str)
def test_what_was_found_stays_found_when_it_cannot_be_brought_up_to_date(
    office: Office, fault: Fault
) -> None:
    office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", AcceptThenDrop())
    office.work()
    office.slack.fail("chat.update", fault)
    office.work_for(60)
    assert (len(office.slack.messages(HK)), office.posts(), office.owed()) == (1, 1, [])
    assert office.notice(HK)["ts"] == office.slack.messages(HK)[0].ts
    assert len(office.slack.called("conversations.history")) == 1


def test_a_card_that_cannot_be_drawn_any_more_is_looked_for_when_it_can(
    office: Office,
) -> None:
    (number,) = office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", AcceptThenDrop())
    office.work()
    mine = t.comments.c.case_number == number
    with office.database.transaction() as session:
        facts = session.execute(t.comments.select().where(mine)).mappings().one()["facts"]
        session.execute(update(t.comments).where(mine).values(facts={"author": 7}))
    office.work_for(31)
    with office.database.transaction() as session:
        session.execute(update(t.comments).where(mine).values(facts=facts))
    office.work_for(60)
    assert (len(office.slack.cards(HK)), office.posts(), office.owed()) == (1, 1, [])


@pytest.mark.parametrize("place", [MANAGER, HK])
def test_a_message_of_text_alone_is_found_as_well(office: Office, place: str) -> None:
    office.owe_alert("alert:1", place)
    office.slack.fail("chat.postMessage", AcceptThenDrop())
    office.work_for(31)
    (message,) = office.slack.messages(place)
    assert (office.posts(), office.notice(place)["ts"]) == (1, message.ts)
    assert (office.owed(), office.troubles()) == ([], [])


def test_a_card_shown_as_plain_text_is_found_as_well(office: Office) -> None:
    office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", "invalid_blocks")
    office.slack.fail("chat.postMessage", AcceptThenDrop())
    office.work_for(31)
    assert (len(office.slack.messages(HK)), office.posts(), office.owed()) == (1, 2, [])


def test_an_update_of_unknown_outcome_is_simply_done_again(office: Office) -> None:
    (number,) = office.comes_in(REFUND)
    office.work()
    for fault in (AcceptThenDrop(), Http500(), Drop()):
        office.slack.fail("chat.update", fault)
    office.claim(number)
    office.work_for(15)
    assert f"<@{ANNA}>" in office.slack.card(HK).words
    office.work_for(31)
    assert (office.slack.called("conversations.history"), office.owed()) == ([], [])


@pytest.mark.parametrize("meanwhile", [0, 28], ids="{} s later".format)
def test_a_change_that_slack_accepts_late_does_not_stay(office: Office, meanwhile: float) -> None:
    (number,) = office.comes_in(REFUND)
    office.work()
    office.slack.fail("chat.update", Drop(), channel=HK)
    office.claim(number)
    office.work()
    old = office.slack.called("chat.update", HK)[-1].args
    office.resolve(number)
    office.work_for(1)
    new = office.slack.card(HK).words
    office.clock.advance(seconds=meanwhile)
    # Slack does after all what it was asked first.
    office.gateway.client.chat_update(**old)
    assert office.slack.card(HK).words != new
    office.work_for(31)
    assert (office.slack.card(HK).words, office.owed()) == (new, [])
    asked = office.updates(HK)
    office.work_for(60)
    assert office.updates(HK) == asked


def test_what_changes_after_a_change_in_doubt_waits_for_nothing(office: Office) -> None:
    (number,) = office.comes_in(REFUND)
    office.work()
    office.slack.fail("chat.update", Drop(), channel=HK)
    office.claim(number)
    office.work_for(3)
    assert f"<@{ANNA}>" in office.slack.card(HK).words
    office.resolve(number)
    office.work()
    assert "All done" in office.slack.card(HK).words
    assert office.owed() == [HK]
    office.work_for(31)
    assert (office.updates(HK), office.owed()) == (4, [])


def test_looking_survives_a_channel_full_of_talk(office: Office) -> None:
    office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", AcceptThenDrop())
    office.work()
    for number in range(250):
        office.slack.workspace.posted[HK].append(_said(office, f"well, {number}"))
    office.work_for(30)
    assert (office.posts(), len(office.slack.cards(HK))) == (1, 1)


def _said(office: Office, text: str) -> Message:
    return Message(channel=HK, ts=office.slack.workspace.new_ts(), user=ANNA, text=text)
