"""The form that invites one more team: whom it offers."""

from bot.domain.case import State
from bot.ui import kit, modals
from bot.ui.ids import StakeRef
from tests.domain import factories as make
from tests.ui.test_modals import ORGANISATION, REF, element


def test_who_is_at_work_on_it_is_not_offered_to_be_invited() -> None:
    parts = (
        make.stake(),
        make.stake("marketing-hk", State.CLAIMED, holder="U0CHLOE"),
        make.stake("product-mobile", State.DECLINED),
        make.stake("product-audio", State.HANDED_OFF),
        make.stake("service-uk", State.RESOLVED),
    )
    form = modals.invite_form(REF, ORGANISATION.teams, make.case(*parts))
    offered = {option["value"] for option in element(form, "team")["options"]}
    assert offered == {team.key for team in ORGANISATION.teams} - {"service-hk", "marketing-hk"}


def test_where_every_team_has_a_part_nobody_is_asked_whom_to_invite() -> None:
    case = make.case(*(make.stake(team.key) for team in ORGANISATION.teams))
    far = modals.invite_form(StakeRef(10**18 - 1, ""), ORGANISATION.teams, case)
    assert kit.check(far, "modal") == []
    window = modals.invite_form(REF, ORGANISATION.teams, case)
    assert kit.check(window, "modal") == []
    assert "submit" not in window
    assert "Every team has a part in #1042 already." in str(window)
