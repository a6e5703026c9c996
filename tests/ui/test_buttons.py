"""What a team can do with a case, on its card and in the window behind the last button."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import events as e
from bot.domain.case import Case, State
from bot.domain.comment import Comment
from bot.ui import card, ids, kit, modals
from bot.ui.ids import StakeRef
from bot.ui.kit import Block, Message
from tests.domain import factories as make
from tests.ui.looking import (
    HOSTILE,
    hostile_case,
    hostile_comment,
    hostile_organisation,
    labels,
    unsafe,
)
from tests.ui.looking import (
    shown as markup,
)

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
        (State.OPEN, ["Claim", "Resolve", "Hand off", "Not ours", "More…"]),
        (State.CLAIMED, ["Resolve", "Answer on Facebook", "Release", "Hand off", "More…"]),
        (State.RESOLVED, ["Reopen", "More…"]),
        (State.DECLINED, ["More…"]),
        (State.HANDED_OFF, ["More…"]),
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
    more = row["elements"][-1]
    assert (more["action_id"], more["value"]) == (ids.MORE_ACTIONS, "1042:service-hk")


def test_only_the_lead_is_offered_to_answer_and_the_others_add_to_it() -> None:
    case = make.case(make.stake(state=State.CLAIMED), make.stake("product-mobile", State.CLAIMED))
    (row,) = [b for b in shown(case).blocks if b["type"] == "actions"]
    (answer,) = [e for e in row["elements"] if e["action_id"] == ids.ANSWER]
    assert answer["url"] == "https://facebook.example/1001"
    product = labels(shown(case, team="product-mobile").blocks)
    assert product == ["Resolve", "Add a fact", "Release", "Hand off", "More…"]


@pytest.mark.parametrize("over", [{"url": "javascript:alert(1)"}, {"url": ""}])
def test_without_an_address_there_is_nothing_to_answer_at(over: dict[str, Any]) -> None:
    case = make.case(make.stake(state=State.CLAIMED))
    row = labels(shown(case, make.comment(**over)).blocks)
    assert row == ["Resolve", "Release", "Hand off", "Not ours", "More…"]


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
    assert row == ["Resolve", "Answer on Facebook", "Go on", "Hand off", "More…"]


def more(case: Case, team: str = "service-hk", *, person: str = "U0ANNA") -> Block:
    ref = StakeRef(case.number, team)
    view = modals.more_window(case, COMMENT, ORGANISATION, ref, person)
    assert kit.check(view, "modal") == []
    return view


TWO = make.case(make.stake(), make.stake("product-mobile"))


def test_the_window_has_all_that_an_open_part_allows() -> None:
    view = more(TWO)
    assert [text for text in markup(view) if text.startswith("*")] == [
        "*Service HK's part*",
        "*With the others*",
        "*The case*",
    ]
    assert labels(view) == [
        "Not ours", "Snooze", "Wait for the customer", "Wait for another team",
        "Invite a team", "Add a fact", "Tell the other teams", "Move the lead",
        "Answer on Facebook", "Priority", "Watch", "Why you?", "Timeline",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "offered", "missing"),
    [
        (make.case(make.stake(state=State.CLAIMED)), {"Release", "Not ours", "Snooze"},
         {"Go on", "Wait for another team", "Tell the other teams", "Move the lead"}),
        (make.case(make.stake(paused=e.Pause.CUSTOMER)), {"Go on", "Snooze"}, {"Release"}),
        (make.case(make.stake(state=State.RESOLVED), settled_at=make.NOW),
         {"Invite a team", "Add a fact", "Timeline", "Watch", "Why you?"},
         {"Priority", "Snooze", "Not ours", "Release", "Move the lead"}),
        (make.case(make.stake("product-mobile"), lead="marketing-uk"), {"Invite a team", "Move the lead", "Timeline"},
         {"Snooze", "Add a fact", "Why you?", "Answer on Facebook"}),
        (make.case(make.stake(), watchers=("U0ANNA",)), {"Stop watching"}, {"Watch"}),
        (make.case(make.stake(), deleted_at=make.NOW), {"Watch"}, {"Answer on Facebook"}),
    ],
)  # fmt: skip
def test_the_window_offers_what_makes_sense(
    case: Case, offered: set[str], missing: set[str]
) -> None:
    buttons = set(labels(more(case)))
    assert offered <= buttons
    assert not missing & buttons


def test_triage_has_its_own_window() -> None:
    waiting = make.case(triage="no rule matches")
    assert labels(more(waiting, "")) == ["Invite a team", "Priority", "Watch", "Timeline"]
    over = make.case(dismissed="an advert", settled_at=make.NOW)
    assert labels(more(over, "")) == ["Watch", "Timeline"]


def test_everything_on_a_card_and_in_its_window_names_the_same_stake() -> None:
    rows = [b for b in more(TWO)["blocks"] if b["type"] == "actions"]
    assert {e["value"] for row in rows for e in row["elements"]} == {"1042:service-hk"}


@pytest.mark.parametrize("text", HOSTILE)
def test_no_words_break_the_window(text: str) -> None:
    ref = StakeRef(1042, "service-hk")
    comment = hostile_comment(text)
    for address in (comment.url, "https://x.example/1"):
        view = modals.more_window(
            hostile_case(text),
            replace(comment, url=address),
            hostile_organisation(text),
            ref,
            "U0ANNA",
        )
        assert kit.check(view, "modal") == []
        assert unsafe(view["blocks"][0]) == []
