"""Suggestions on the triage card: which teams, why, and a ready button for each."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import events as e
from bot.domain.case import Case, State
from bot.domain.comment import clean
from bot.domain.routing import Decision
from bot.domain.suggesting import MORE
from bot.ui import card, ids, kit, replies, sharing_modals
from bot.ui.decision import decision_message
from bot.ui.kit import Message
from tests.domain import factories as make
from tests.ui.looking import HOSTILE, hostile_comment, hostile_organisation, labels, texts, unsafe

ORGANISATION = make.organisation()
PRODUCT = e.Suggestion(
    team="product-mobile", likely=0.7, words=("jack", "next model"), like=(871, 902)
)
MARKETING = e.Suggestion(team="marketing-hk", likely=0.6)
LEARNED = e.Reason(kind="suggestion", words=("jack", "next model"), like=(871, 902))


def asked(*stakes: Any, **over: Any) -> Case:
    about = {"triage": "no rule matches", "suggested": (PRODUCT, MARKETING)} | over
    return make.case(*stakes, **about)


def triage(case: Case) -> Message:
    message = card.triage_card(case, make.comment(), ORGANISATION)
    assert kit.check(message, "message") == []
    assert unsafe(message) == []
    assert len(message.blocks) <= 10
    assert all(len(b["elements"]) <= 5 for b in message.blocks if b["type"] == "actions")
    return message


def test_the_triage_card_asks_with_ready_buttons() -> None:
    message = triage(asked())
    assert (
        "⚪ *Needs a team* — no rule matches\n"
        "Perhaps for:\n"
        "• *Product Mobile* — *jack*, *next model* (as in #871 and #902)\n"
        "• *Marketing HK*"
    ) in texts(message)
    assert labels(message.blocks) == [
        "Product Mobile ✓", "Marketing HK ✓", "None of these",
        "Choose teams", "Nobody needs to act", "⋯",
    ]  # fmt: skip
    assert message.text.endswith("no rule matches. Perhaps for Product Mobile or Marketing HK")


def test_one_suggestion_stands_in_one_line() -> None:
    told = texts(triage(asked(suggested=(PRODUCT,))))
    assert "Perhaps for: *Product Mobile* — *jack*, *next model* (as in #871 and #902)" in told


def test_beside_teams_that_have_it_the_question_is_whether_that_is_all() -> None:
    message = triage(asked(make.stake(), triage=MORE, suggested=(PRODUCT,)))
    told = texts(message)
    assert "Needs a team" not in told
    assert told.endswith(
        "⚪ *Service HK* — unclaimed · claim by 11:00 GMT\n"
        "*Perhaps for others too:* *Product Mobile* — *jack*, *next model*"
        " (as in #871 and #902)"
    )
    assert message.text.endswith("Perhaps for Product Mobile too. Also Service HK unclaimed")
    assert labels(message.blocks) == ["Product Mobile ✓", "That is all", "Choose teams", "⋯"]


def test_teams_of_one_department_share_what_speaks_for_them() -> None:
    audio = replace(PRODUCT, team="product-audio")
    told = texts(triage(asked(suggested=(PRODUCT, audio, MARKETING))))
    assert (
        "• *Product Mobile* or *Product Audio* — *jack*, *next model* (as in #871 and #902)\n"
        "• *Marketing HK*"
    ) in told


def test_when_nobody_is_suggested_any_more_the_question_stands_alone() -> None:
    case = asked(make.stake("product-mobile"), triage=MORE, suggested=(PRODUCT,))
    message = triage(case)
    assert "⚪ *Is it for another team too?*" in texts(message)
    assert labels(message.blocks) == ["Choose teams", "Nobody needs to act", "⋯"]


def test_a_team_that_has_it_sees_nothing_to_do_about_suggestions() -> None:
    case = asked(make.stake(), triage=MORE)
    plain = make.case(make.stake())
    shown, usual = (
        card.team_card(each, make.comment(), ORGANISATION, "service-hk") for each in (case, plain)
    )
    assert shown == usual


def test_buttons_carry_ids_only() -> None:
    elements = [x for b in triage(asked()).blocks if b["type"] == "actions" for x in b["elements"]]
    values = {x["action_id"]: x["value"] for x in elements if "value" in x}
    assert values[ids.TAKES[0]] == "1042:product-mobile"
    assert values[ids.TAKES[1]] == "1042:marketing-hk"
    assert values[ids.REFUSE] == "1042:"


def test_a_team_that_is_gone_or_has_it_by_now_has_no_button() -> None:
    gone = e.Suggestion(team="gone-team", likely=0.9)
    case = asked(make.stake("marketing-hk"), suggested=(gone, MARKETING, PRODUCT))
    assert labels(triage(case).blocks)[:2] == ["Product Mobile ✓", "That is all"]


def test_no_more_than_three_are_offered_so_that_a_card_has_five_buttons() -> None:
    many = tuple(e.Suggestion(team=team.key, likely=0.6) for team in ORGANISATION.teams)
    assert len(many) > 3
    for count in range(len(many) + 1):
        shown = labels(triage(asked(suggested=many[:count])).blocks)
        assert sum(label.endswith("✓") for label in shown) == min(count, 3)
        assert len([label for label in shown if label != "⋯"]) <= 5
        assert ("Nobody needs to act" in shown) == (count < 3)
        assert ("Choose teams" in shown, "None of these" in shown) == (True, count > 0)


def test_what_was_answered_asks_nothing() -> None:
    assert labels(triage(asked(make.stake(), triage="", suggested=())).blocks) == ["⋯"]


def test_the_reason_reads_the_same_on_cards_and_in_the_window() -> None:
    case = make.case(make.stake("product-mobile", reasons=(LEARNED,)))
    why = "*jack*, *next model* → product, as in #871 and #902 (learned)"
    shown = card.team_card(case, make.comment(), ORGANISATION, "product-mobile")
    assert texts(shown).endswith(f"Why you: {why}")
    window = sharing_modals.why_window(case, ORGANISATION, "product-mobile")
    assert window["blocks"][0]["text"]["text"] == f"• {why}."


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (e.Reason(kind="suggestion"), "its words → service (learned)"),
        (e.Reason(kind="suggestion", words=("退款", " ")), "*退款* → service (learned)"),
    ],
)
def test_a_reason_with_little_to_say(reason: e.Reason, expected: str) -> None:
    case = make.case(make.stake(reasons=(reason,)))
    shown = card.team_card(case, make.comment(), ORGANISATION, "service-hk")
    assert texts(shown).endswith(f"Why you: {expected}")


def test_asking_who_would_get_it_tells_suggestions() -> None:
    alone = decision_message(Decision(triage="no rule matches", suggested=(PRODUCT,)), ORGANISATION)
    assert texts(alone) == (
        "This would go to triage, since no rule matches.\n"
        "• Perhaps *Product Mobile* — *jack*, *next model* (as in #871 and #902)"
    )
    ruled = Decision(teams=(("service-hk", (LEARNED,)),), triage=MORE, suggested=(MARKETING,))
    uncovered = replace(ruled, triage="no product team covers this region and unit", suggested=())
    assert decision_message(uncovered, ORGANISATION).text == (
        "This would go to Service HK and to triage, since no product team covers this region and"
        " unit."
    )
    told = texts(decision_message(ruled, ORGANISATION)).split("\n")
    assert told == [
        "This would go to Service HK. Triage would be asked whether it is for another team too.",
        "• *Service HK* — *jack*, *next model* → service, as in #871 and #902 (learned)",
        "• Perhaps *Marketing HK*",
    ]


def test_a_recorded_comment_says_whose_it_may_be() -> None:
    case = asked(suggested=(PRODUCT,))
    told = replies.recorded(case, [], "Perhaps for Product Mobile").text
    assert told == (
        "Recorded as #1042. It is in triage: no rule matches. Perhaps for Product Mobile."
    )


@pytest.mark.parametrize(
    ("suggestions", "spare"), [((PRODUCT,), True), ((PRODUCT, MARKETING), False)]
)
def test_the_button_of_a_wave_counts_too(suggestions: Any, spare: bool) -> None:
    shown = labels(triage(asked(suggested=suggestions, joined=3)).blocks)
    assert ("Nobody needs to act" in shown) == spare
    assert len([label for label in shown if label != "⋯"]) <= 5


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(text: str) -> None:
    told = clean(text)
    organisation, comment = hostile_organisation(text), hostile_comment(text)
    long = tuple(
        replace(each, words=(told,) * 9, like=tuple(range(1, 90))) for each in (PRODUCT, MARKETING)
    )
    reason = replace(LEARNED, words=(told,) * 9, like=tuple(range(1, 90)))
    stake = make.stake("product-mobile", State.OPEN, reasons=(reason,) * 9)
    case = asked(make.stake(), triage=told or "x", suggested=long)
    decision = Decision(teams=(("product-mobile", (reason,) * 3),), triage=told, suggested=long * 2)
    for message in (
        card.triage_card(case, comment, organisation),
        card.team_card(make.case(stake), comment, organisation, "product-mobile"),
        decision_message(decision, organisation),
    ):
        assert kit.check(message, "message") == []
        assert unsafe(message) == []
    window = sharing_modals.why_window(make.case(stake), organisation, "product-mobile")
    assert kit.check(window, "modal") == []
    assert unsafe(window) == []
