"""What a card says to one person alone, when it is due, and what a manager has to put right."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.case import State
from bot.domain.organisation import Outcome
from bot.domain.routing import route
from bot.ui import card, kit
from bot.ui.kit import Message
from tests.domain import factories as make
from tests.ui.looking import texts
from tests.ui.test_card import MEI, ORGANISATION, shown, triage

FOR_SERVICE = "The buttons here act for *Service HK*."
PARTS = (make.stake(), make.stake("product-mobile"), make.stake("marketing-hk", State.RESOLVED))


@pytest.mark.parametrize(
    ("side", "teams", "told"),
    [
        ("service-hk", ["service-hk"], ""),
        (
            "service-hk",
            ["service-hk", "product-audio"],
            FOR_SERVICE,
        ),
        (
            "service-hk",
            ["service-hk", "product-mobile", "marketing-hk"],
            f"{FOR_SERVICE} For *Product Mobile* in <#C0PRODUCTMOBILE>, use the card there.",
        ),
        ("service-hk", [], FOR_SERVICE),
        (
            "",
            ["product-audio"],
            "None of your teams has a part in it. The buttons here act for triage.",
        ),
        ("", [], "The buttons here act for triage."),
    ],
)
def test_a_card_for_one_person_says_whom_its_buttons_act_for_where_that_is_a_question(
    side: str, teams: list[str], told: str
) -> None:
    case = make.case(*PARTS)
    mine = [team for team in ORGANISATION.teams if team.key in teams]
    plain = shown(case, team=side) if side else triage(case)
    message = card.acting_for(plain, case, ORGANISATION, side, mine)
    assert kit.check(message, "message") == []
    if not told:
        assert message == plain
        return
    below = [block["type"] for block in message.blocks].index("actions") + 1
    assert texts(Message("", message.blocks[below : below + 1])) == told
    assert message.text == f"{plain.text} {told}"


def test_a_deadline_after_the_clocks_have_changed_names_the_zone_of_its_own_day() -> None:
    opened = datetime(2026, 10, 24, 10, 0, tzinfo=UTC)
    late = make.stake("product-mobile", claim_due=opened + timedelta(days=2))
    told = texts(shown(make.case(late, opened_at=opened), team="product-mobile"))
    assert "claim by Mon 26 Oct 10:00 GMT" in told
    spring = make.case(make.stake("product-mobile", claim_due=opened), opened_at=opened)
    assert "claim by 11:00 BST" in texts(shown(spring, team="product-mobile"))


def test_what_a_manager_has_to_put_right_is_read_to_its_end() -> None:
    rule = replace(
        make.rule(f"only {'a tag ' * 9}", text=("phone",)), then=Outcome(tags=("fault",))
    )
    found = route(MEI, replace(ORGANISATION, rules=(rule, rule)))
    told = texts(triage(make.case(triage=found.triage))).replace("\u2060", "")
    assert "⚪ *Needs a team* — the rules “only a tag" in told
    assert "more match, but name no team; a manager can change that" in told
    assert "organisation.toml" not in told
