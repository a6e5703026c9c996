"""What a team can do with a case: the row on its card, its ⋯ menu, and the form behind *More*."""

from typing import Any

import pytest

from bot.domain import events as e
from bot.domain.case import Case, State
from bot.domain.comment import Comment
from bot.errors import Refused
from bot.ui import buttons, card, forms, ids, kit
from bot.ui.fields import FormIncomplete
from bot.ui.ids import Choice, StakeRef
from bot.ui.kit import Block, Message
from tests.domain import factories as make
from tests.ui.looking import HOSTILE, hostile_case, labels, unsafe
from tests.ui.test_modals import answered, element

ORGANISATION = make.organisation()
COMMENT = make.comment()


def shown(case: Case, comment: Comment = COMMENT, team: str = "service-hk") -> Message:
    message = card.team_card(case, comment, ORGANISATION, team)
    assert kit.check(message, "message") == []
    assert len(labels(message.blocks)) <= 5
    return message


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.OPEN, ["Claim", "Resolve", "Hand off", "Not ours", "⋯"]),
        (State.CLAIMED, ["Resolve", "Answer on Facebook", "Release", "Hand off", "⋯"]),
        (State.RESOLVED, ["Reopen", "⋯"]),
        (State.DECLINED, ["⋯"]),
        (State.HANDED_OFF, ["⋯"]),
    ],
)
def test_the_buttons_follow_the_teams_own_state(state: State, expected: list[str]) -> None:
    case = make.case(make.stake(state=state), make.stake("product-mobile"))
    assert labels(shown(case).blocks) == expected


def test_a_button_says_which_case_it_is_about_and_carries_ids_only() -> None:
    (row,) = [b for b in shown(make.case(make.stake())).blocks if b["type"] == "actions"]
    claim = row["elements"][0]
    assert claim["accessibility_label"] == "Claim case 1042"
    assert claim["value"] == "1042:service-hk"
    assert claim["style"] == "primary"
    menu = row["elements"][-1]
    assert menu["action_id"] == ids.MORE
    assert [(o["text"]["text"], o["value"]) for o in menu["options"]] == [
        ("Invite a team", "invite|1042:service-hk"),
        ("Tell the other teams", "tell|1042:service-hk"),
        ("Why you?", "why|1042:service-hk"),
        ("Timeline", "timeline|1042:service-hk"),
        ("More…", "more|1042:service-hk"),
    ]


def test_only_the_lead_is_offered_to_answer_and_the_others_add_to_it() -> None:
    case = make.case(make.stake(state=State.CLAIMED), make.stake("product-mobile", State.CLAIMED))
    (row,) = [b for b in shown(case).blocks if b["type"] == "actions"]
    (answer,) = [e for e in row["elements"] if e["action_id"] == ids.ANSWER]
    assert answer["url"] == "https://facebook.example/1001"
    product = labels(shown(case, team="product-mobile").blocks)
    assert product == ["Resolve", "Add a fact", "Release", "Hand off", "⋯"]


@pytest.mark.parametrize("over", [{"url": "javascript:alert(1)"}, {"url": ""}])
def test_without_an_address_there_is_nothing_to_answer_at(over: dict[str, Any]) -> None:
    case = make.case(make.stake(state=State.CLAIMED))
    row = labels(shown(case, make.comment(**over)).blocks)
    assert row == ["Resolve", "Add a fact", "Release", "Hand off", "⋯"]


def test_an_address_opens_as_it_is() -> None:
    comment = make.comment(url="https://x.example/p?a=1&b=2")
    case = make.case(make.stake(state=State.CLAIMED))
    (row,) = [b for b in shown(case, comment).blocks if b["type"] == "actions"]
    assert row["elements"][1]["url"] == "https://x.example/p?a=1&b=2"


def test_a_deleted_comment_is_not_answered() -> None:
    case = make.case(make.stake(state=State.CLAIMED), deleted_at=make.NOW)
    assert "Answer on Facebook" not in labels(shown(case).blocks)


def test_what_waits_can_go_on_from_the_card() -> None:
    case = make.case(make.stake(state=State.CLAIMED, paused=e.Pause.CUSTOMER))
    row = labels(shown(case).blocks)
    assert row == ["Resolve", "Answer on Facebook", "Go on", "Hand off", "⋯"]


REF = StakeRef(1042, "service-hk")
TWO = make.case(make.stake(), make.stake("product-mobile"))


def more(case: Case, team: str = "service-hk", *, person: str = "U0ANNA") -> Block:
    view = buttons.more_form(case, StakeRef(case.number, team), person)
    assert kit.check(view, "modal") == []
    assert view["callback_id"] == ids.ACTIONS_FORM
    assert view["private_metadata"] == f"1042:{team}"
    return view


def acts(view: Block) -> dict[str, str]:
    options = element(view, "act")["options"]
    return {option["value"]: option["text"]["text"] for option in options}


def test_triage_has_its_own_menu() -> None:
    def offered(case: Case) -> list[str]:
        *_, menu = buttons.triage_row(case)
        assert menu["action_id"] == ids.MORE
        return [Choice.unpack(option["value"]).act for option in menu["options"]]

    assert offered(make.case(triage="no rule matches")) == ["invite", "timeline"]
    assert offered(make.case(dismissed="an advert")) == ["invite", "timeline"]


def test_the_form_has_all_that_an_open_part_allows() -> None:
    assert acts(more(TWO)) == {
        ids.SNOOZE: "Snooze it",
        ids.WAIT_CUSTOMER: "Wait for the customer",
        ids.WAIT_TEAM: "Wait for another team",
        ids.DECLINE: "Say that it is not ours",
        ids.ADD_FACT: "Add a fact for the others",
        ids.LEAD: "Move the lead",
        ids.PRIORITY: "Change the priority",
        ids.WATCH: "Watch the case",
    }


@pytest.mark.parametrize(
    ("case", "offered", "missing"),
    [
        (make.case(make.stake(state=State.CLAIMED)), {ids.RELEASE, ids.DECLINE, ids.SNOOZE},
         {ids.RESUME, ids.WAIT_TEAM, ids.LEAD}),
        (make.case(make.stake(paused=e.Pause.CUSTOMER)), {ids.RESUME, ids.SNOOZE}, {ids.RELEASE}),
        (make.case(make.stake(state=State.RESOLVED), settled_at=make.NOW),
         {ids.ADD_FACT, ids.WATCH},
         {ids.PRIORITY, ids.SNOOZE, ids.DECLINE, ids.RELEASE, ids.LEAD}),
        (make.case(make.stake("product-mobile"), lead="marketing-uk"), {ids.LEAD, ids.PRIORITY},
         {ids.SNOOZE, ids.ADD_FACT, ids.DECLINE}),
        (make.case(make.stake(), watchers=("U0ANNA",)), {ids.UNWATCH}, {ids.WATCH}),
        (make.case(make.stake(), watchers=("U0BEN",)), {ids.WATCH}, {ids.UNWATCH}),
    ],
)  # fmt: skip
def test_the_form_offers_what_makes_sense(case: Case, offered: set[str], missing: set[str]) -> None:
    found = set(acts(more(case)))
    assert offered <= found
    assert not missing & found


def test_triage_has_its_own_acts() -> None:
    assert set(acts(more(make.case(triage="no rule matches"), ""))) == {ids.PRIORITY, ids.WATCH}
    over = make.case(dismissed="an advert", settled_at=make.NOW)
    assert set(acts(more(over, ""))) == {ids.WATCH}


def test_whatever_the_form_offers_is_read_back() -> None:
    parts = (make.stake(state=State.CLAIMED, paused=e.Pause.CUSTOMER), make.stake("product-mobile"))
    for case in (make.case(*parts), make.case(*parts, watchers=("U0ANNA",))):
        for act in acts(more(case)):
            assert forms.read_more(answered(act=(act,))) == (REF, act)


@pytest.mark.parametrize("act", ["", "burn", ids.CLAIM, ids.DIGEST_POST, ids.MORE, "<!channel>"])
def test_what_the_form_does_not_offer_is_asked_for_again(act: str) -> None:
    with pytest.raises(FormIncomplete) as caught:
        forms.read_more(answered(act=(act,)))
    assert caught.value.errors == {"act": "Please choose what to do."}


def test_a_form_of_somebody_else_s_is_refused() -> None:
    with pytest.raises(Refused):
        forms.read_more({**answered(act=(ids.WATCH,)), "private_metadata": "0:x"})


@pytest.mark.parametrize("text", HOSTILE)
def test_no_words_break_the_form(text: str) -> None:
    view = more(hostile_case(text))
    assert unsafe(view) == []
    assert ids.PRIORITY in acts(view)
