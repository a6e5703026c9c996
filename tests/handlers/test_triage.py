"""Triage: a case that no team has, and the people who find its teams."""

import pytest

from bot.domain.case import State
from bot.ui import ids
from tests.domain.factories import ANNA, MANAGER
from tests.fakes.workspace import View
from tests.handlers.desk import NOBODY, SERVICE_CHANNEL, STRANGER, TESS, TRIAGE_CHANNEL, Desk

ONLY_TRIAGE = "Only people in the triage channel can decide this."


def form(desk: Desk, action: str, by: str = TESS) -> View:
    desk.comment(NOBODY)
    desk.press(desk.card(TRIAGE_CHANNEL), action, by=by)
    return desk.slack.modal(by)


@pytest.mark.parametrize("person", [TESS, MANAGER])
def test_a_person_in_triage_picks_teams_and_each_gets_its_card(any_desk: Desk, person: str) -> None:
    desk = any_desk
    assert NOBODY in form(desk, ids.ROUTE, by=person).words
    teams = ["service-hk", "marketing-hk"]
    answer = desk.submit(person, {"teams": teams, "note": "she is a regular"})
    assert answer == {"response_action": "clear"}
    desk.deliver()
    assert list(desk.case().stakes) == teams
    assert desk.case().triage == ""
    assert "chosen in triage: “she is a regular”" in desk.card(SERVICE_CHANNEL).words
    assert ids.ROUTE not in desk.card(TRIAGE_CHANNEL).buttons


def test_picking_no_team_is_a_fault_of_that_field(desk: Desk) -> None:
    form(desk, ids.ROUTE)
    errors = {"teams": "Please choose at least one team."}
    assert desk.submit(TESS, {"note": "?"}) == {"response_action": "errors", "errors": errors}
    assert desk.case().stakes == {}


def test_nobody_needs_to_act_takes_a_reason_and_settles_the_case(desk: Desk) -> None:
    form(desk, ids.DISMISS)
    errors = {"reason": "Please give a reason; the others will read it."}
    assert desk.submit(TESS, {"reason": ""}) == {"response_action": "errors", "errors": errors}
    assert desk.submit(TESS, {"reason": "small talk"}) == {"response_action": "clear"}
    assert desk.case().settled_at is not None
    desk.deliver()
    assert "*Nobody needs to act*: “small talk”" in desk.card(TRIAGE_CHANNEL).words


@pytest.mark.parametrize("action", [ids.ROUTE, ids.DISMISS])
@pytest.mark.parametrize("person", [STRANGER, ANNA])
def test_only_people_in_triage_decide_there(desk: Desk, action: str, person: str) -> None:
    desk.comment(NOBODY)
    before = desk.written()
    desk.press(desk.card(TRIAGE_CHANNEL), action, by=person)
    assert desk.told(person) == [ONLY_TRIAGE]
    assert desk.written() == before


@pytest.mark.parametrize(
    ("action", "values"),
    [(ids.ROUTE, {"teams": ["service-hk"]}), (ids.DISMISS, {"reason": "small talk"})],
)
def test_a_triage_form_sent_by_somebody_else_is_refused(
    desk: Desk, action: str, values: dict[str, object]
) -> None:
    view = form(desk, action)
    answer = desk.ask(desk.incoming.submit(view, values, by=ANNA))
    assert answer["view"]["blocks"][0]["text"]["text"] == ONLY_TRIAGE
    assert desk.case().triage


def test_what_was_routed_meanwhile_is_not_dismissed(desk: Desk) -> None:
    dismissal = form(desk, ids.DISMISS)
    desk.press(desk.card(TRIAGE_CHANNEL), ids.ROUTE, by=MANAGER)
    desk.submit(MANAGER, {"teams": ["service-hk"]})
    answer = desk.ask(desk.incoming.submit(dismissal, {"reason": "small talk"}, by=TESS))
    told = answer["view"]["blocks"][0]["text"]["text"]
    assert told == "#1 has its teams already; they decide when it is done."
    assert desk.state() is State.OPEN


def test_when_every_team_says_not_ours_the_case_comes_to_triage(desk: Desk) -> None:
    desk.comment("a refund, please")
    desk.press(desk.card(), ids.DECLINE, by=ANNA)
    desk.submit(ANNA, {"reason": "bought elsewhere"})
    desk.deliver()
    card = desk.card(TRIAGE_CHANNEL)
    assert "*Needs a team* — every team said it is not theirs" in card.words
    assert set(card.buttons) == {ids.ROUTE, ids.DISMISS, ids.MORE}


def test_triage_invites_a_team_from_a_case_that_has_some(desk: Desk) -> None:
    form(desk, ids.ROUTE)
    desk.submit(TESS, {"teams": ["service-hk"]})
    desk.deliver()
    card = desk.card(TRIAGE_CHANNEL)
    desk.press(card, ids.MORE, by=ANNA, option="invite|1:")
    assert desk.told(ANNA) == [ONLY_TRIAGE]
    desk.press(card, ids.MORE, by=TESS, option="invite|1:")
    assert desk.submit(TESS, {"team": "marketing-hk"}) == {"response_action": "clear"}
    assert desk.state(team="marketing-hk") is State.OPEN
