"""What people do with stakes: each verb once through, and what every team's channel is owed."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from bot.domain import events as e
from bot.domain.case import Case, State
from bot.errors import Refused
from bot.usecases import escalating, owning
from bot.usecases.owning import Actor
from tests.domain.factories import ANNA, BEN, organisation
from tests.usecases.office import FOR_NOBODY, Office

SERVICE, MOBILE, AUDIO = "service-hk", "product-mobile", "product-audio"
CARD_SERVICE, CARD_MOBILE = "card:1:C0SERVICEHK", "card:1:C0PRODUCTMOBILE"
CARD_TRIAGE = "card:1:C0TRIAGE"

Verb = Callable[..., Case]
VERBS: dict[str, tuple[Verb, dict[str, Any]]] = {
    "claim": (owning.claim, {"team": SERVICE, "by": ANNA}),
    "release": (owning.release, {"team": SERVICE, "by": Actor(ANNA)}),
    "resolve": (owning.resolve, {"team": SERVICE, "outcome": "", "note": "", "by": ANNA}),
    "hand_off": (owning.hand_off, {"team": SERVICE, "to": AUDIO, "reason": "", "by": ANNA}),
    "decline": (owning.decline, {"team": SERVICE, "reason": "", "instead": "", "by": ANNA}),
    "reopen": (owning.reopen, {"team": SERVICE, "by": ANNA}),
    "invite": (owning.invite, {"team": AUDIO, "by_team": SERVICE, "note": "", "by": ANNA}),
    "route_by_hand": (owning.route_by_hand, {"teams": [AUDIO], "note": "", "by": ANNA}),
    "dismiss": (owning.dismiss, {"reason": "spam", "by": ANNA}),
}


def done(office: Office, number: int, team: str, by: str = ANNA) -> Case:
    return office.act(owning.resolve, number, team, outcome="answered", note="thanked", by=by)


def test_a_claim_puts_its_person_in_charge(office: Office) -> None:
    number = office.take_in().number
    office.clock.advance(minutes=5)
    office.act(owning.claim, number, SERVICE, by=ANNA)
    stake = office.case(number).stakes[SERVICE]
    assert (stake.state, stake.holder) == (State.CLAIMED, ANNA)
    assert stake.claimed_at == office.clock.now()


def test_a_second_click_on_claim_is_no_fact_and_no_error(office: Office) -> None:
    number = office.take_in().number
    office.act(owning.claim, number, SERVICE, by=ANNA)
    told = office.events(number)
    office.act(owning.claim, number, SERVICE, by=ANNA)
    assert office.events(number) == told


def test_who_is_too_late_is_told_who_was_faster(office: Office) -> None:
    number = office.take_in().number
    office.act(owning.claim, number, SERVICE, by=ANNA)
    office.clock.advance(minutes=7)
    with pytest.raises(Refused, match=rf"<@{ANNA}> has #{number}: claimed 7 min ago\."):
        office.act(owning.claim, number, SERVICE, by=BEN)


def test_a_release_opens_the_stake_with_a_new_target(office: Office) -> None:
    number = office.take_in().number
    first = office.case(number).stakes[MOBILE].claim_due
    office.act(owning.claim, number, MOBILE, by=ANNA)
    office.clock.advance(minutes=30)
    office.act(owning.release, number, MOBILE, by=Actor(ANNA))
    stake = office.case(number).stakes[MOBILE]
    assert (stake.state, stake.holder) == (State.OPEN, "")
    assert (stake.claim_due - first).total_seconds() == 1800


def test_a_lead_releases_for_the_holder_and_a_colleague_does_not(office: Office) -> None:
    number = office.take_in().number
    office.act(owning.claim, number, SERVICE, by=ANNA)
    with pytest.raises(Refused, match=rf"<@{ANNA}> has #{number}\. They, your lead"):
        office.act(owning.release, number, SERVICE, by=Actor(BEN))
    office.act(owning.release, number, SERVICE, by=Actor(BEN, leads=True))
    assert office.case(number).stakes[SERVICE].state is State.OPEN


def test_the_last_team_that_finishes_settles_the_case(office: Office) -> None:
    number = office.take_in().number
    assert done(office, number, SERVICE).settled_at is None
    office.clock.advance(hours=1)
    assert done(office, number, MOBILE, by=BEN).settled_at == office.clock.now()
    stake = office.case(number).stakes[MOBILE]
    assert (stake.outcome, stake.note, stake.ended_by) == ("answered", "thanked", BEN)


def test_a_reopened_part_opens_the_case_again(office: Office) -> None:
    number = office.take_in("refund").number
    assert done(office, number, SERVICE).settled_at
    office.act(owning.reopen, number, SERVICE, by=BEN)
    case = office.case(number)
    assert (case.settled_at, case.stakes[SERVICE].state) == (None, State.OPEN)
    assert isinstance(office.events(number)[-1], e.CaseReopened)


def test_a_hand_off_ends_one_stake_and_opens_another_that_then_leads(office: Office) -> None:
    number = office.take_in("refund").number
    office.act(owning.hand_off, number, SERVICE, to=AUDIO, reason="it hisses", by=ANNA)
    case = office.case(number)
    assert [stake.state for stake in case.stakes.values()] == [State.HANDED_OFF, State.OPEN]
    assert (case.lead, case.stakes[SERVICE].moved_to) == (AUDIO, AUDIO)
    assert case.stakes[AUDIO].reasons == (
        e.Reason(kind="hand-off", name="it hisses", team=SERVICE),
    )
    assert case.stakes[AUDIO].asked_by == SERVICE


def test_a_team_that_declines_can_say_whose_it_is(office: Office) -> None:
    number = office.take_in("refund").number
    office.act(owning.decline, number, SERVICE, reason="not ours", instead=AUDIO, by=ANNA)
    case = office.case(number)
    assert (case.stakes[SERVICE].state, case.triage) == (State.DECLINED, "")
    assert case.stakes[AUDIO].state is State.OPEN


def test_a_case_that_every_team_declined_goes_to_triage(office: Office) -> None:
    number = office.take_in("refund").number
    office.act(owning.decline, number, SERVICE, reason="no", instead="", by=ANNA)
    assert office.case(number).triage == "every team said it is not theirs"
    assert CARD_TRIAGE in office.notices("kind")


def test_an_invited_team_has_a_stake_and_knows_who_asked(office: Office) -> None:
    number = office.take_in("refund").number
    office.act(owning.invite, number, team=AUDIO, by_team=SERVICE, note="please look", by=ANNA)
    stake = office.case(number).stakes[AUDIO]
    assert stake.reasons == (e.Reason(kind="invitation", name="please look", team=SERVICE),)
    with pytest.raises(Refused, match=r"Product Audio has a part in #1 already\."):
        office.act(owning.invite, number, team=AUDIO, by_team=SERVICE, note="", by=ANNA)


def test_triage_picks_teams(office: Office) -> None:
    number = office.take_in(FOR_NOBODY).number
    office.act(owning.route_by_hand, number, teams=[AUDIO, SERVICE], note="both", by=ANNA)
    case = office.case(number)
    assert (case.triage, list(case.stakes), case.lead) == ("", [AUDIO, SERVICE], SERVICE)


def test_triage_can_say_that_nobody_needs_to_act(office: Office) -> None:
    number = office.take_in(FOR_NOBODY).number
    office.act(owning.dismiss, number, reason="a greeting", by=ANNA)
    case = office.case(number)
    assert (case.triage, case.dismissed) == ("", "a greeting")
    assert case.settled_at == office.clock.now()


def test_every_act_owes_every_teams_channel_its_card(office: Office) -> None:
    number = office.take_in().number
    cards = {CARD_SERVICE: 1, CARD_MOBILE: 1}
    assert office.notices("wanted") == cards
    office.act(owning.claim, number, SERVICE, by=ANNA)
    assert office.notices("wanted") == {CARD_SERVICE: 2, CARD_MOBILE: 2}
    office.act(owning.hand_off, number, SERVICE, to=AUDIO, reason="", by=ANNA)
    assert office.notices("wanted") == {
        CARD_SERVICE: 3,
        CARD_MOBILE: 3,
        "card:1:C0PRODUCTAUDIO": 1,
    }


def test_an_act_that_was_too_late_owes_nothing(office: Office) -> None:
    number = office.take_in().number
    office.act(owning.claim, number, SERVICE, by=ANNA)
    owed = office.notices("wanted")
    with pytest.raises(Refused):
        office.act(owning.claim, number, SERVICE, by=BEN)
    assert office.notices("wanted") == owed


def test_triage_has_a_card_while_it_decides_and_sees_what_becomes_of_it(office: Office) -> None:
    number = office.take_in(FOR_NOBODY).number
    assert office.notices("channel", "team") == {CARD_TRIAGE: ("C0TRIAGE", "")}
    office.act(owning.route_by_hand, number, teams=[SERVICE], note="", by=ANNA)
    assert office.notices("wanted") == {CARD_SERVICE: 1, CARD_TRIAGE: 2}
    office.act(owning.claim, number, SERVICE, by=BEN)
    assert office.notices("wanted") == {CARD_SERVICE: 2, CARD_TRIAGE: 3}


def test_triage_has_no_card_of_a_case_that_never_came_to_it(office: Office) -> None:
    done(office, office.take_in().number, SERVICE)
    assert CARD_TRIAGE not in office.notices("wanted")


@pytest.mark.parametrize("name", VERBS)
def test_a_case_that_is_not_there_is_refused(office: Office, name: str) -> None:
    verb, named = VERBS[name]
    with pytest.raises(Refused, match=r"There is no case #77\."):
        office.act(verb, 77, **named)


@pytest.mark.parametrize("name", ["claim", "release", "hand_off", "decline", "reopen", "invite"])
def test_a_team_that_the_organisation_has_dropped_is_refused(office: Office, name: str) -> None:
    number = office.take_in().number
    verb, named = VERBS[name]
    key = {"hand_off": "to", "decline": "instead"}.get(name, "team")
    with pytest.raises(Refused, match=r"There is no team “toys-hk” any more\."):
        office.act(verb, number, **{**named, key: "toys-hk"})


def test_triage_cannot_pick_a_team_that_is_not_there(office: Office) -> None:
    number = office.take_in(FOR_NOBODY).number
    with pytest.raises(Refused, match="There is no team “toys-hk”"):
        office.act(owning.route_by_hand, number, teams=[AUDIO, "toys-hk"], note="", by=ANNA)
    assert office.case(number).triage


def test_a_team_without_a_part_is_told_how_to_join(office: Office) -> None:
    number = office.take_in().number
    with pytest.raises(Refused, match=r"Your team has no part in #1\. To join in"):
        office.act(owning.claim, number, AUDIO, by=ANNA)


def test_a_dropped_teams_stake_does_not_stop_the_others(office: Office) -> None:
    number = office.take_in().number
    teams = tuple(team for team in office.organisation.teams if team.key != SERVICE)
    smaller = Office(
        database=office.database, clock=office.clock, organisation=organisation(teams=teams)
    )
    finish = partial(done, smaller, number)
    assert finish(MOBILE).stakes[MOBILE].state is State.RESOLVED
    with pytest.raises(Refused, match="There is no team “service-hk” any more"):
        finish(SERVICE)
    office.clock.advance(days=1)
    smaller.act(escalating.tick, number)
    assert smaller.case(number).triage
    dismissed = smaller.act(owning.dismiss, number, reason="Mobile has done it", by=ANNA)
    assert dismissed.settled_at == office.clock.now()
    assert office.notices("wanted")[CARD_SERVICE] == 1
