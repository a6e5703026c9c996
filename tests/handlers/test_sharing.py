"""What teams do with a case together: facts, the lead, priority, waiting, watching."""

from typing import Any

import pytest

from bot.domain import events as e
from bot.domain.case import State
from bot.domain.organisation import Priority
from bot.ui import ids
from tests.domain.factories import ANNA, CHLOE
from tests.fakes.workspace import Message, Payload
from tests.handlers.desk import (
    MARKETING_CHANNEL,
    PRODUCT_CHANNEL,
    SERVICE_CHANNEL,
    STRANGER,
    Desk,
    changed,
)

CHANNELS = (SERVICE_CHANNEL, PRODUCT_CHANNEL, MARKETING_CHANNEL)
CLEAR = {"response_action": "clear"}


@pytest.fixture
def card(desk: Desk) -> Message:
    desk.comment()
    return desk.card()


@pytest.mark.usefixtures("card")
def test_a_fact_stands_on_every_card_with_its_writer(desk: Desk) -> None:
    assert desk.choose(ids.ADD_FACT, by=CHLOE, channel=PRODUCT_CHANNEL)["response_action"]
    assert desk.submit(CHLOE, {"text": " "})["response_action"] == "errors"
    assert desk.submit(CHLOE, {"text": "Batch B7 <!here>"}) == CLEAR
    desk.deliver()
    for channel in CHANNELS:
        words = desk.card(channel).words
        assert f"💡 Product Mobile — <@{CHLOE}>: Batch B7" in words
        assert "<!here>" not in words


@pytest.mark.usefixtures("card")
def test_the_lead_moves_and_the_reason_is_in_the_timeline(desk: Desk) -> None:
    desk.choose(ids.LEAD, by=ANNA)
    assert desk.submit(ANNA, {"team": "product-mobile"})["errors"].keys() == {"reason"}
    assert desk.submit(ANNA, {"team": "product-mobile", "reason": "their fault"}) == CLEAR
    desk.deliver()
    assert desk.case().lead == "product-mobile"
    assert "lead: Product Mobile" in desk.card().words
    desk.press(desk.card(), ids.MORE, by=STRANGER, option="timeline|1:service-hk")
    assert "their fault" in desk.slack.modal(STRANGER).words


@pytest.mark.usefixtures("card")
def test_a_priority_moves_what_is_due_and_its_reason_is_told(desk: Desk) -> None:
    before = desk.case().stakes["product-mobile"]
    desk.choose(ids.PRIORITY, by=ANNA)
    assert desk.submit(ANNA, {"priority": "urgent", "reason": "smoke"}) == CLEAR
    after = desk.case()
    assert after.priority is Priority.URGENT
    (change,) = [f for f in desk.facts() if isinstance(f, e.PriorityChanged)]
    assert change.reason == "smoke"
    promised = [f for f in desk.facts() if isinstance(f, e.StakeRetargeted)]
    assert {fact.team for fact in promised} == set(after.stakes)
    assert after.stakes["product-mobile"].claim_due <= before.claim_due


def test_a_snooze_stops_the_clocks_until_it_goes_on(desk: Desk, card: Message) -> None:
    desk.press(card, ids.CLAIM, by=ANNA)
    desk.deliver()
    desk.choose(ids.SNOOZE, by=ANNA)
    until = desk.slack.modal(ANNA).elements[0]["options"][0]["value"]
    assert desk.submit(ANNA, {"until": until}) == CLEAR
    desk.deliver()
    assert desk.case().stakes["service-hk"].paused is e.Pause.SNOOZED
    assert "snoozed until" in desk.card(PRODUCT_CHANNEL).words
    desk.press(desk.card(), ids.RESUME, by=ANNA)
    assert desk.case().stakes["service-hk"].paused is None


@pytest.mark.parametrize("act", [ids.WAIT_CUSTOMER, ids.WAIT_TEAM])
def test_a_part_waits_and_goes_on(desk: Desk, card: Message, act: str) -> None:
    desk.press(card, ids.CLAIM, by=ANNA)
    desk.deliver()
    answer = desk.choose(act, by=ANNA)
    if act == ids.WAIT_TEAM:
        assert desk.submit(ANNA, {"team": "product-mobile"}) == CLEAR
    else:
        assert answer == CLEAR
    why = e.Pause.TEAM if act == ids.WAIT_TEAM else e.Pause.CUSTOMER
    assert desk.case().stakes["service-hk"].paused is why
    desk.deliver()
    assert desk.choose(ids.RESUME, by=ANNA) == CLEAR
    assert desk.case().stakes["service-hk"].paused is None


def test_who_watches_hears_of_news_until_they_stop(desk: Desk, card: Message) -> None:
    assert desk.choose(ids.WATCH, by=STRANGER) == CLEAR
    desk.press(card, ids.CLAIM, by=ANNA)
    desk.deliver()
    (news,) = desk.slack.messages(STRANGER)
    assert f"<@{ANNA}> claimed it for Service HK" in news.text
    desk.press(news, ids.OPEN, by=STRANGER)
    assert desk.slack.modal(STRANGER).payload["title"]["text"] == "Case #1"
    assert desk.choose(ids.UNWATCH, by=STRANGER) == CLEAR
    desk.press(desk.card(), ids.RELEASE, by=ANNA)
    desk.press(desk.card(PRODUCT_CHANNEL), ids.CLAIM, by=CHLOE)
    desk.deliver()
    assert desk.slack.messages(STRANGER) == [news]


@pytest.mark.parametrize("act", [ids.RELEASE, ids.DECLINE])
def test_the_form_does_what_the_row_has_no_room_for(desk: Desk, card: Message, act: str) -> None:
    desk.press(card, ids.CLAIM, by=ANNA)
    desk.deliver()
    answer = desk.choose(act, by=ANNA)
    if act == ids.DECLINE:
        assert answer["view"]["callback_id"] == ids.DECLINE_FORM
        answer = desk.submit(ANNA, {"reason": "a recipe"})
    assert answer == CLEAR
    assert desk.state() is (State.DECLINED if act == ids.DECLINE else State.OPEN)


def test_the_form_asks_again_when_nothing_was_chosen(desk: Desk, card: Message) -> None:
    answer = desk.choose(ids.WATCH, by=STRANGER)
    assert answer == CLEAR
    desk.press(card, ids.MORE, by=ANNA, option="more|1:service-hk")
    assert desk.submit(ANNA) == {
        "response_action": "errors",
        "errors": {"act": "Please choose what to do."},
    }


@pytest.mark.parametrize(
    ("metadata", "act"),
    [("1:service-hk", "case_route"), ("1:service-hk", {"x": 1}), ("1:service-moon", ids.SNOOZE),
     ("1:", ids.SNOOZE), ("0:x", ids.WATCH), ("999:service-hk", ids.WATCH), (None, ids.WATCH),
     ("1:product-mobile", ids.DECLINE)],
)  # fmt: skip
def test_a_hostile_form_is_refused_and_changes_nothing(
    desk: Desk, card: Message, metadata: Any, act: Any
) -> None:
    desk.press(card, ids.MORE, by=ANNA, option="more|1:service-hk")
    before = desk.written()
    request = desk.incoming.submit(desk.slack.modal(ANNA), {"act": ids.WATCH}, by=ANNA)

    def spoil(payload: Payload) -> None:
        payload["view"]["private_metadata"] = metadata
        payload["view"]["state"]["values"]["act"]["value"]["selected_option"]["value"] = act

    answer = desk.ask(changed(request, spoil))
    assert answer["response_action"] in {"errors", "update"}
    assert desk.written() == before


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize("act", [ids.ADD_FACT, ids.SNOOZE, ids.LEAD, ids.PRIORITY, ids.DECLINE])
def test_a_stranger_s_act_is_refused_in_the_window(desk: Desk, act: str) -> None:
    before = desk.written()
    answer = desk.choose(act, by=STRANGER)
    told = "This part belongs to Service HK, and you are not in that team. <@U0LEADSERVICEHK> leads it."
    assert answer["view"]["blocks"][0]["text"]["text"] == told
    assert desk.written() == before


def test_why_you_tells_anybody_the_reasons(desk: Desk, card: Message) -> None:
    desk.press(card, ids.MORE, by=STRANGER, option="why|1:service-hk")
    told = desk.slack.modal(STRANGER).words
    assert "The rule *refund or repair* matches: “refund”." in told
    assert "*Service HK* leads, so it speaks to the customer" in told
