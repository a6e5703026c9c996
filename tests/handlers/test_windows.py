"""Windows that only show: a case opened from a list, and its timeline."""

import pytest

from bot.ui import ids
from tests.domain.factories import ANNA, CHLOE
from tests.fakes.workspace import Payload
from tests.handlers.desk import (
    NOBODY,
    SERVICE_CHANNEL,
    STRANGER,
    TRIAGE_CHANNEL,
    Desk,
    as_shown,
    changed,
)


def test_the_timeline_tells_everything_newest_last(desk: Desk) -> None:
    desk.comment()
    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    desk.press(desk.card(), ids.MORE, by=CHLOE, option="timeline|1:service-hk")
    window = desk.slack.modal(CHLOE)
    told = window.words
    assert window.payload["title"]["text"] == "Timeline of #1"
    assert told.index("Wing Chan's comment came in from Facebook.") < told.index(
        "Service HK was asked"
    )
    assert told.index("Service HK was asked") < told.index(f"<@{ANNA}> claimed it for Service HK.")
    # Her own zone in Slack, which is not the team's.
    assert "Times in Europe/London" in told


def test_whoever_s_zone_slack_does_not_tell_reads_the_team_s(desk: Desk) -> None:
    desk.comment()
    desk.slack.fail("users.info", "user_not_found", times=None)
    desk.press(desk.card(), ids.MORE, by=CHLOE, option="timeline|1:service-hk")
    assert "Times in Asia/Hong_Kong" in desk.slack.modal(CHLOE).words


def test_the_timeline_of_a_triage_card_tells_times_by_the_organisation_s_clock(
    desk: Desk,
) -> None:
    desk.comment(NOBODY)
    desk.press(desk.card(TRIAGE_CHANNEL), ids.MORE, by=STRANGER, option="timeline|1:")
    assert "Times in Europe/London" in desk.slack.modal(STRANGER).words
    assert "Sent to triage: no rule matches." in desk.slack.modal(STRANGER).words


def test_a_case_opened_from_a_list_can_be_acted_on_in_its_window(desk: Desk) -> None:
    desk.claims_known_to(ANNA)
    desk.comment()
    desk.services.directory.refresh()
    found = as_shown(desk.command("/comment", "refund"))
    desk.press(found, ids.OPEN, by=ANNA)
    window = desk.slack.modal(ANNA)
    assert window.payload["title"]["text"] == "Case #1"
    desk.press(window, ids.CLAIM, by=ANNA)
    assert desk.case().stakes["service-hk"].holder == ANNA
    assert f"with us: <@{ANNA}>" in desk.slack.modal(ANNA).words


def test_who_is_in_none_of_the_teams_sees_the_case_without_a_team_s_buttons(desk: Desk) -> None:
    desk.comment()
    found = as_shown(desk.command("/comment", "refund", by=STRANGER))
    desk.press(found, ids.OPEN, by=STRANGER)
    offered = {part["action_id"] for part in desk.slack.modal(STRANGER).elements}
    assert offered == {ids.MORE}


def test_a_form_opens_on_top_of_the_window_it_was_asked_for_in(desk: Desk) -> None:
    desk.comment()
    desk.services.directory.refresh()
    desk.press(as_shown(desk.command("/comment", "refund")), ids.OPEN, by=ANNA)
    desk.press(desk.slack.modal(ANNA), ids.RESOLVE, by=ANNA)
    assert len(desk.slack.workspace.stacks[ANNA]) == 2
    assert desk.submit(ANNA, {"outcome": "thanked"}) == {"response_action": "clear"}


@pytest.mark.parametrize("action", [ids.CLAIM, ids.RESOLVE])
def test_a_refusal_in_a_window_is_a_window_on_top(desk: Desk, action: str) -> None:
    desk.comment()
    desk.services.directory.refresh()
    desk.press(as_shown(desk.command("/comment", "refund")), ids.OPEN, by=ANNA)
    window = desk.slack.modal(ANNA)
    desk.press(window, action, by=ANNA, value="1:product-mobile")
    assert desk.slack.modal(ANNA).words.endswith(
        "This part belongs to Product Mobile, and you are not in that team. <@U0LEADPRODUCTMOBILE> leads it."
    )
    assert desk.told(ANNA) == []


@pytest.mark.parametrize("action", [ids.OPEN, ids.TIMELINE, ids.INVITE])
def test_single_buttons_for_what_the_menu_holds_work_too(desk: Desk, action: str) -> None:
    desk.comment()
    click = desk.incoming.click(desk.card(), ids.CLAIM, by=ANNA)

    def rename(payload: Payload) -> None:
        payload["actions"][0]["action_id"] = action

    desk.ask(changed(click, rename))
    assert desk.slack.modal(ANNA).payload["type"] == "modal"
    assert desk.told(ANNA) == []
    assert desk.slack.cards(SERVICE_CHANNEL)[0].updates == 0
