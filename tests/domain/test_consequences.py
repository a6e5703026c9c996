"""What follows by itself: a case settles, goes to triage, opens again, gets another lead."""

import pytest

from bot.domain import events as e, ownership
from bot.domain.case import Case, State
from bot.domain.consequences import Facts, consequences
from tests.domain.factories import NOW, after, case, organisation, stake, team

ORGANISATION = organisation()
SETTLED = (e.CaseSettled(),)
UNWANTED = (e.CaseSentToTriage(why="every team said it is not theirs"),)
REOPENED = (e.CaseReopened(),)
NOTHING = ()


def leads(key: str) -> Facts:
    """The lead moves to *key*."""
    return (e.LeadMoved(to=key),)


OPEN, HELD, DONE = stake(), stake(state=State.CLAIMED), stake(state=State.RESOLVED)
DECLINED = stake(state=State.DECLINED)
HANDED = stake(state=State.HANDED_OFF, moved_to="marketing-hk")
OTHER_OPEN, OTHER_DONE = stake("marketing-hk"), stake("marketing-hk", State.RESOLVED)
OTHER_DECLINED = stake("marketing-hk", State.DECLINED)
PRODUCT_OPEN = stake("product-mobile")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param(case(OPEN), NOTHING, id="open"),
        pytest.param(case(HELD), NOTHING, id="claimed"),
        pytest.param(case(DONE, OTHER_OPEN), NOTHING, id="one of two done"),
        pytest.param(case(DONE), SETTLED, id="done"),
        pytest.param(case(DONE, OTHER_DONE), SETTLED, id="both done"),
        pytest.param(case(DONE, OTHER_DECLINED), SETTLED, id="one done, one declined"),
        pytest.param(case(DONE, settled_at=NOW), NOTHING, id="settled before"),
        pytest.param(case(DECLINED), UNWANTED, id="the only one declined"),
        pytest.param(case(DECLINED, OTHER_DECLINED), UNWANTED, id="all declined"),
        pytest.param(case(HANDED, OTHER_DECLINED), UNWANTED, id="handed off, then declined"),
        pytest.param(case(DECLINED, triage="why"), NOTHING, id="in triage before"),
        pytest.param(case(OPEN, settled_at=NOW), REOPENED, id="settled, then live"),
        pytest.param(case(OTHER_DONE, OPEN, settled_at=NOW), REOPENED, id="settled, then invited"),
        pytest.param(
            case(DONE, triage="no product team covers this region and unit"), NOTHING, id="partial"
        ),
        pytest.param(
            case(OPEN, triage="no product team covers this region and unit"),
            NOTHING,
            id="partial, open",
        ),
        pytest.param(case(triage="no rule matches"), NOTHING, id="nobody has it"),
        pytest.param(case(dismissed="spam"), SETTLED, id="dismissed"),
        pytest.param(case(DECLINED, dismissed="spam"), SETTLED, id="declined, then dismissed"),
        pytest.param(case(deleted_at=NOW), SETTLED, id="deleted before any stake"),
        pytest.param(case(OPEN, deleted_at=NOW), NOTHING, id="deleted with a stake"),
        pytest.param(case(DECLINED, deleted_at=NOW), UNWANTED, id="deleted, then declined"),
        pytest.param(case(triage="why", deleted_at=NOW), NOTHING, id="deleted in triage"),
        pytest.param(case(), NOTHING, id="just received"),
        pytest.param(case(HANDED, OTHER_OPEN), leads("marketing-hk"), id="lead handed off"),
        pytest.param(
            case(DECLINED, PRODUCT_OPEN, OTHER_OPEN),
            leads("marketing-hk"),
            id="lead declined: by the order of departments, not of stakes",
        ),
        pytest.param(
            case(OPEN, OTHER_OPEN, lead=""), leads("service-hk"), id="teams, but no lead yet"
        ),
        pytest.param(case(HELD, OTHER_DECLINED), NOTHING, id="a supporting team declined"),
    ],
)
def test_what_follows_from_a_state(state: Case, expected: Facts) -> None:
    assert consequences(state, ORGANISATION, now=NOW) == expected


def settle(state: Case) -> Case:
    """*state* with everything that follows."""
    while facts := consequences(state, ORGANISATION, now=NOW):
        state = after(state, *facts, by="")
    return state


def test_a_partly_routed_case_settles_only_when_a_person_has_decided() -> None:
    partial = settle(case(DONE, triage="no product team covers this region and unit"))
    assert partial.settled_at is None
    dismissed = settle(after(partial, *ownership.dismiss(partial, reason="no product fault")))
    assert (dismissed.settled_at, dismissed.triage) == (NOW, "")


def test_dismissing_the_rest_of_a_case_leaves_its_teams_their_part() -> None:
    partial = case(OPEN, triage="no product team covers this region and unit")
    dismissed = settle(after(partial, *ownership.dismiss(partial, reason="no product fault")))
    assert (dismissed.settled_at, dismissed.triage) == (None, "")
    declined = ownership.decline(dismissed, OPEN.team, reason="no", instead=None, now=NOW)
    assert settle(after(dismissed, *declined)).triage == "every team said it is not theirs"


def test_a_dismissed_case_comes_back_when_a_team_is_invited() -> None:
    dismissed = settle(case(dismissed="spam"))
    facts = ownership.invite(dismissed, team("service-hk"), by_team="", note="", now=NOW)
    back = settle(after(dismissed, *facts))
    assert (back.settled_at, back.dismissed, back.lead) == (None, "", "service-hk")


def test_reopening_a_settled_case_makes_it_live_and_keeps_why_the_team_has_it() -> None:
    why = (e.Reason(kind="rule", name="refund", words=("refund",)),)
    settled = settle(case(stake(state=State.RESOLVED, reasons=why, asked_by="marketing-hk")))
    assert settled.settled_at == NOW
    reopened = settle(after(settled, *ownership.reopen(settled, team("service-hk"), now=NOW)))
    again = reopened.stakes["service-hk"]
    assert reopened.settled_at is None
    assert (again.state, again.holder, again.reasons) == (State.OPEN, "", why)
    assert again.asked_by == "marketing-hk"


def test_a_stake_that_comes_back_after_a_hand_off_starts_afresh() -> None:
    there = ownership.hand_off(
        case(HELD), "service-hk", to=team("marketing-hk"), reason="yours", now=NOW
    )
    passed = settle(after(case(HELD), *there))
    assert passed.stakes["service-hk"].moved_to == passed.lead == "marketing-hk"
    back = ownership.hand_off(
        passed, "marketing-hk", to=team("service-hk"), reason="no, yours", now=NOW
    )
    returned = settle(after(passed, *back)).stakes["service-hk"]
    assert (returned.state, returned.holder, returned.moved_to) == (State.OPEN, "", "")
    assert (returned.asked_by, returned.ended_at) == ("marketing-hk", None)
