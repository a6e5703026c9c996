"""The forms of a card: opened by a button, filled in, sent back incomplete, late, or by others."""

from typing import Any

import pytest

from bot.domain import events as e
from bot.domain.case import State
from bot.ui import ids
from tests.domain.factories import ANNA, BEN, CHLOE
from tests.fakes.workspace import Payload
from tests.handlers.desk import (
    MARKETING_CHANNEL,
    PRODUCT_CHANNEL,
    SERVICE_CHANNEL,
    STRANGER,
    Desk,
    changed,
)

ASKING = {
    ids.RESOLVE: ids.RESOLVE_FORM,
    ids.HANDOFF: ids.HANDOFF_FORM,
    ids.DECLINE: ids.DECLINE_FORM,
}
COMPLETE: dict[str, Payload] = {
    ids.RESOLVE: {"outcome": "fixed", "note": "sent a new one"},
    ids.HANDOFF: {"team": "service-uk", "reason": "she lives in Leeds"},
    ids.DECLINE: {"reason": "it is about the box"},
    ids.MORE: {"team": "product-audio", "note": "is it the jack?"},
}
INVITE = "invite|1:service-hk"


def open_form(desk: Desk, action: str, by: str = ANNA) -> None:
    desk.comment()
    desk.press(desk.card(), action, by=by, option=INVITE if action == ids.MORE else None)


def words(answer: Payload) -> str:
    """What the window says that takes the place of a form."""
    assert answer["response_action"] == "update"
    assert answer["view"]["type"] == "modal"
    return str(answer["view"]["blocks"][0]["text"]["text"])


@pytest.mark.parametrize("action", list(ASKING))
def test_a_button_opens_its_form_and_changes_nothing_yet(desk: Desk, action: str) -> None:
    open_form(desk, action)
    form = desk.slack.modal(ANNA)
    assert form.payload["callback_id"] == ASKING[action]
    assert form.payload["private_metadata"] == "1:service-hk"
    assert desk.state() is State.OPEN


def test_one_form_after_the_other_is_opened_over_one_connection(desk: Desk) -> None:
    open_form(desk, ids.RESOLVE)
    before = desk.slack.connections
    for _ in range(3):
        desk.press(desk.card(), ids.RESOLVE, by=ANNA)
    assert len(desk.slack.called("views.open")) == 4
    assert desk.slack.connections == before


@pytest.mark.parametrize("action", [*ASKING, ids.MORE])
def test_a_stranger_gets_no_form(desk: Desk, action: str) -> None:
    open_form(desk, action, by=STRANGER)
    assert desk.told(STRANGER) == [
        "This part belongs to Service HK, and you are not in that team. <@U0LEADSERVICEHK> leads it."
    ]
    assert desk.slack.called("views.open") == []


def test_resolving_ends_the_team_s_part_with_outcome_and_note(any_desk: Desk) -> None:
    desk = any_desk
    open_form(desk, ids.RESOLVE)
    assert desk.submit(ANNA, COMPLETE[ids.RESOLVE]) == {"response_action": "clear"}
    stake = desk.case().stakes["service-hk"]
    assert (stake.state, stake.outcome, stake.note) == (State.RESOLVED, "fixed", "sent a new one")
    assert (stake.holder, stake.ended_by) == (ANNA, ANNA)
    desk.deliver()
    assert "done: fixed" in desk.card(PRODUCT_CHANNEL).words


def test_handing_off_asks_the_other_team_in_its_own_channel(any_desk: Desk) -> None:
    desk = any_desk
    open_form(desk, ids.HANDOFF)
    assert desk.submit(ANNA, COMPLETE[ids.HANDOFF]) == {"response_action": "clear"}
    desk.deliver()
    assert desk.state() is State.HANDED_OFF
    assert desk.state(team="service-uk") is State.OPEN
    new = desk.card("C0SERVICEUK")
    assert "Service HK handed it to you: “she lives in Leeds”" in new.words
    assert ids.CLAIM in new.buttons
    assert "handed off to Service UK" in desk.card().words


def test_not_ours_ends_the_stake_and_asks_the_team_that_was_named(desk: Desk) -> None:
    open_form(desk, ids.DECLINE)
    answer = desk.submit(ANNA, {"reason": "it is an idea", "team": "product-audio"})
    assert answer == {"response_action": "clear"}
    assert desk.state() is State.DECLINED
    assert desk.state(team="product-audio") is State.OPEN


def test_an_invited_team_gets_a_stake_and_learns_who_asked(desk: Desk) -> None:
    open_form(desk, ids.MORE)
    assert desk.submit(ANNA, COMPLETE[ids.MORE]) == {"response_action": "clear"}
    desk.deliver()
    assert desk.state() is State.OPEN
    assert "Service HK invited you: “is it the jack?”" in desk.card("C0PRODUCTAUDIO").words


@pytest.mark.parametrize(
    ("action", "values", "errors"),
    [
        (ids.RESOLVE, {}, {"outcome": "Please choose how it ended."}),
        (ids.RESOLVE, {"note": "only words"}, {"outcome": "Please choose how it ended."}),
        (
            ids.HANDOFF,
            {},
            {
                "team": "Please choose a team.",
                "reason": "Please give a reason; the others will read it.",
            },
        ),
        (
            ids.HANDOFF,
            {"team": "service-uk", "reason": " \n "},
            {"reason": "Please give a reason; the others will read it."},
        ),
        (ids.HANDOFF, {"reason": "theirs"}, {"team": "Please choose a team."}),
        (ids.DECLINE, {}, {"reason": "Please give a reason; the others will read it."}),
        (ids.MORE, {"note": "please"}, {"team": "Please choose a team."}),
    ],
)
def test_an_incomplete_form_comes_back_with_the_fault_at_its_field(
    desk: Desk, action: str, values: Payload, errors: Payload
) -> None:
    open_form(desk, action)
    before = desk.written()
    assert desk.submit(ANNA, values) == {"response_action": "errors", "errors": errors}
    assert desk.written() == before
    shown = {block.get("block_id") for block in desk.slack.modal(ANNA).blocks}
    assert set(errors) <= shown


@pytest.mark.parametrize("action", [*ASKING, ids.MORE])
def test_a_form_sent_by_somebody_who_has_left_the_team_is_refused(desk: Desk, action: str) -> None:
    open_form(desk, action)
    form = desk.slack.modal(ANNA)
    before = desk.written()
    answer = desk.ask(desk.incoming.submit(form, COMPLETE[action], by=STRANGER))
    assert (
        words(answer)
        == "This part belongs to Service HK, and you are not in that team. <@U0LEADSERVICEHK> leads it."
    )
    assert desk.written() == before


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (ids.RESOLVE, "was declined by your team"),
        (ids.HANDOFF, "was declined by your team"),
    ],
)
def test_a_form_sent_after_the_stake_has_moved_on_says_so(
    desk: Desk, action: str, told: str
) -> None:
    open_form(desk, action)
    desk.press(desk.card(), ids.DECLINE, by=BEN)
    desk.submit(BEN, {"reason": "not ours"})
    before = desk.written()
    assert told in words(desk.submit(ANNA, COMPLETE[action]))
    assert desk.written() == before


@pytest.mark.parametrize("action", [ids.RESOLVE, ids.HANDOFF, ids.DECLINE])
def test_the_same_form_sent_twice_counts_once(desk: Desk, action: str) -> None:
    open_form(desk, action)
    form = desk.slack.modal(ANNA)
    for _ in range(2):
        answer = desk.ask(desk.incoming.submit(form, COMPLETE[action], by=ANNA))
        assert answer == {"response_action": "clear"}
    ended = [
        f
        for f in desk.facts()
        if isinstance(f, e.StakeResolved | e.StakeHandedOff | e.StakeDeclined)
    ]
    assert len(ended) == 1


def test_a_team_cannot_hand_off_to_itself(desk: Desk) -> None:
    open_form(desk, ids.HANDOFF)
    submission = desk.incoming.submit(desk.slack.modal(ANNA), COMPLETE[ids.HANDOFF], by=ANNA)

    def to_itself(payload: Payload) -> None:
        chosen = payload["view"]["state"]["values"]["team"]["value"]
        chosen["selected_option"]["value"] = "service-hk"

    assert words(desk.ask(changed(submission, to_itself))).startswith("That is your own team.")
    assert desk.state() is State.OPEN


def _no_state(view: Payload) -> None:
    view["state"] = None


def _no_values(view: Payload) -> None:
    view["state"] = {"values": None}


def _odd_values(view: Payload) -> None:
    view["state"] = {"values": {"outcome": [], "team": {"value": 5}, "reason": {"value": {}}}}


def _no_metadata(view: Payload) -> None:
    view["private_metadata"] = ""


def _other_metadata(view: Payload) -> None:
    view["private_metadata"] = "{'case': 1}"


def _removed_team(view: Payload) -> None:
    view["private_metadata"] = "1:service-moon"


def _unknown_case(view: Payload) -> None:
    view["private_metadata"] = "999999999999999999:service-hk"


@pytest.mark.parametrize("action", [*ASKING, ids.MORE])
@pytest.mark.parametrize(
    "spoil",
    [
        _no_state,
        _no_values,
        _odd_values,
        _no_metadata,
        _other_metadata,
        _removed_team,
        _unknown_case,
    ],
)
def test_a_form_that_comes_back_broken_gets_a_kind_answer(
    desk: Desk, action: str, spoil: Any
) -> None:
    open_form(desk, action)
    submission = desk.incoming.submit(desk.slack.modal(ANNA), COMPLETE[action], by=ANNA)
    before, public = desk.written(), desk.said_in_public()
    answer = desk.ask(changed(submission, lambda payload: spoil(payload["view"])))
    if answer["response_action"] == "update":
        assert "Something went wrong" not in words(answer)
    else:
        assert answer["response_action"] == "errors"
    assert desk.written() == before
    assert desk.said_in_public() == public


@pytest.mark.parametrize(
    "note", ["\x00", "half \ud83d an emoji", "<!channel> <@U0MANAGER>", "\u202e"]
)
def test_whatever_a_note_holds_it_is_kept_and_shown_safely(any_desk: Desk, note: str) -> None:
    desk = any_desk
    open_form(desk, ids.HANDOFF)
    answer = desk.submit(ANNA, {"team": "service-uk", "reason": f"theirs {note}"})
    assert answer == {"response_action": "clear"}
    desk.deliver()
    for channel in ("C0SERVICEUK", SERVICE_CHANNEL, MARKETING_CHANNEL):
        assert "theirs" in desk.card(channel).words
        assert "<!" not in desk.card(channel).words
        assert "<@U0MANAGER>" not in desk.card(channel).words


def test_a_form_opened_in_one_team_cannot_be_used_for_another(desk: Desk) -> None:
    open_form(desk, ids.RESOLVE)
    submission = desk.incoming.submit(desk.slack.modal(ANNA), COMPLETE[ids.RESOLVE], by=CHLOE)
    assert words(desk.ask(submission)).startswith("This part belongs to Service HK")
    assert desk.state() is State.OPEN
