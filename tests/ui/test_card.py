"""The card: what each team sees of a case, in each state, and what it can do there."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from bot.domain import events as e
from bot.domain.case import Case, Fact, State
from bot.domain.comment import Author, Comment
from bot.domain.consequences import NOT_NEEDED
from bot.domain.organisation import Priority
from bot.ui import card, kit
from bot.ui.comment import safe_url
from bot.ui.kit import Message
from tests.domain import factories as make
from tests.ui.looking import (
    HOSTILE,
    hostile_case,
    hostile_comment,
    hostile_organisation,
    labels,
    texts,
    unsafe,
    words,
)

ORGANISATION = make.organisation()
MEI = make.comment("My *phone* broke", author=Author(name="Mei Chan"), language="en")
WHY = e.Reason(kind="rule", name="refund or repair", words=("headphone jack", "手機"))


def shown(case: Case, comment: Comment = MEI, team: str = "service-hk") -> Message:
    message = card.team_card(case, comment, ORGANISATION, team)
    assert kit.check(message, "message") == []
    assert unsafe(message) == []
    assert len(message.blocks) <= 10
    return message


def triage(case: Case, comment: Comment = MEI) -> Message:
    message = card.triage_card(case, comment, ORGANISATION)
    assert kit.check(message, "message") == []
    return message


def test_the_card_reads_as_designed() -> None:
    case = make.case(
        make.stake(reasons=(WHY,)),
        make.stake("product-mobile", State.CLAIMED, holder="U0BEN"),
        make.stake("marketing-hk", State.RESOLVED, outcome="thanked"),
        priority=Priority.HIGH,
    )
    assert texts(shown(case)) == (
        "Facebook · to our @brand.hk · 17:55 HKT · en · *#1042* · High\n"
        "*Mei Chan*\n"
        "> My ∗phone∗ broke\n"
        "<https://facebook.example/1001|Open on Facebook>\n"
        "*Who owns this* — lead: Service HK\n"
        "⚪ *Service HK* — unclaimed · claim by 19:00 HKT\n"
        "🔵 *Product Mobile* — <@U0BEN> · claimed 17:48 · resolve by Thu 19 Nov 03:00 HKT\n"
        "🟢 *Marketing HK* — done: thanked by <@U0ANNA> · 17:58\n"
        "Why you: “headphone jack”, “手機” → rule *refund or repair*"
    )


def test_a_reason_that_an_edit_took_out_of_the_text_says_so() -> None:
    case = make.case(make.stake("service-hk", reasons=(WHY,)))
    said = replace(MEI, text="The headphone jack of my 手機 broke")
    edited = replace(case, edited_at=make.NOW)
    assert "Why you: “headphone jack”" in texts(shown(edited, said))
    assert "Why you (before the edit): “headphone jack”" in texts(shown(edited, MEI))
    assert "Why you: “headphone jack”" in texts(shown(case, MEI))


def test_the_top_level_text_says_it_all_in_a_breath() -> None:
    case = make.case(
        make.stake(), make.stake("product-mobile", State.CLAIMED), priority=Priority.HIGH
    )
    assert shown(case).text == (
        "#1042, high. Mei Chan on Facebook: “My ∗phone∗ broke”."
        " Service HK: unclaimed, claim by 19:00 HKT. Also Product Mobile claimed"
    )


def test_each_team_reads_its_own_clock() -> None:
    case = make.case(make.stake(), make.stake("product-mobile"))
    assert "17:55 HKT" in texts(shown(case))
    london = texts(shown(case, team="product-mobile"))
    assert "09:55 GMT" in london
    assert "claim by 11:00 GMT" in london


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({}, "⚪ *Service HK* — unclaimed · claim by 19:00 HKT"),
        ({"claim_missed": True}, "🔴 *Service HK* — late, unclaimed · was to be claimed by 19:00 HKT"),
        ({"claim_missed": True, "resolve_missed": True},
         "🔴 *Service HK* — late, unclaimed · was to be resolved by Thu 19 Nov 03:00 HKT"),
        ({"state": State.CLAIMED},
         "🔵 *Service HK* — with us: <@U0ANNA> · claimed 17:48 · resolve by Thu 19 Nov 03:00 HKT"),
        ({"state": State.CLAIMED, "resolve_missed": True},
         "🔴 *Service HK* — late, with us: <@U0ANNA> · claimed 17:48 · was to be resolved by Thu 19 Nov 03:00 HKT"),
        ({"state": State.RESOLVED, "outcome": "passed_on", "note": "Told *R&D*"},
         "🟢 *Service HK* — done: noted for the team by <@U0ANNA> · 17:58 · “Told ∗R&amp;D∗”"),
        ({"state": State.HANDED_OFF, "moved_to": "product-mobile", "note": "a fault"},
         "⚫ *Service HK* — handed off to Product Mobile: “a fault”"),
        ({"state": State.DECLINED, "note": "spam"},
         "⚫ *Service HK* — said it is not theirs: “spam”"),
        ({"state": State.DECLINED, "moved_to": "gone-team"},
         "⚫ *Service HK* — said it is not theirs, passed to gone-team"),
        ({"paused": e.Pause.CUSTOMER}, "🟡 *Service HK* — unclaimed · waiting for the customer"),
        ({"paused": e.Pause.TEAM, "paused_on": "product-mobile", "state": State.CLAIMED},
         "🟡 *Service HK* — with us: <@U0ANNA> · claimed 17:48 · waiting for Product Mobile"),
        ({"paused": e.Pause.SNOOZED, "paused_until": make.NOW + timedelta(days=4, hours=15)},
         "🟡 *Service HK* — unclaimed · snoozed until Mon 23 Nov 09:00 HKT"),
        ({"paused": e.Pause.CUSTOMER, "claim_missed": True, "resolve_missed": True},
         "🟡 *Service HK* — unclaimed · waiting for the customer"),
        ({"state": State.RESOLVED, "outcome": NOT_NEEDED},
         "⚫ *Service HK* — not needed any more · 17:58"),
    ],
)  # fmt: skip
def test_every_state_has_its_dot_and_its_words(over: dict[str, Any], expected: str) -> None:
    assert expected in texts(shown(make.case(make.stake(**over)))).split("\n")


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (e.Reason(kind="hand-off", name="a fault"), "Product Mobile handed it to you: “a fault”"),
        (e.Reason(kind="decline", name="yours"), "Product Mobile says it is yours: “yours”"),
        (e.Reason(kind="invitation"), "Product Mobile invited you"),
        (e.Reason(kind="person", name="please"), "chosen in triage: “please”"),
        (e.Reason(kind="rule", name="angry stars"), "rule *angry stars*"),
    ],
)
def test_the_card_says_why_the_team_has_it(reason: e.Reason, expected: str) -> None:
    case = make.case(make.stake(reasons=(reason,), asked_by="product-mobile"))
    assert texts(shown(case)).endswith(f"Why you: {expected}")


def test_the_dot_of_what_waits_is_told_in_words_too() -> None:
    case = make.case(make.stake(), make.stake("product-mobile", paused=e.Pause.CUSTOMER))
    assert shown(case).text.endswith("Also Product Mobile waiting")


def facts(count: int) -> tuple[Fact, ...]:
    return tuple(
        Fact(team="product-mobile", by="U0BEN", text=f"Batch *{n}* <!here>", at=make.NOW)
        for n in range(count)
    )


def test_facts_stand_under_the_strip_newest_last() -> None:
    told = texts(shown(make.case(make.stake(), facts=facts(2))))
    assert told.endswith(
        "claim by 19:00 HKT\n"
        "💡 Product Mobile — <@U0BEN>: Batch ∗0∗ &lt;!here&gt;\n"
        "💡 Product Mobile — <@U0BEN>: Batch ∗1∗ &lt;!here&gt;"
    )


def test_of_many_facts_the_newest_five_are_shown_on_every_card() -> None:
    case = make.case(make.stake(), triage="no rule", facts=facts(8))
    for message in (shown(case), shown(case, team="product-mobile"), triage(case)):
        told = texts(message).split("\n")
        shown_facts = [line.partition("Batch ")[2][:3] for line in told if "💡" in line]
        assert shown_facts == [f"∗{n}∗" for n in range(3, 8)]
        assert "and 3 more in the timeline" in told


def test_a_deleted_comment_is_not_shown_any_more() -> None:
    message = shown(make.case(make.stake(), deleted_at=make.NOW))
    assert "phone" not in texts(message) + message.text
    assert "facebook.example" not in texts(message)
    assert "_The author deleted this comment (18:00)_" in texts(message)
    assert "deleted their comment" in message.text


def test_photos_edits_and_stars_are_told() -> None:
    comment = make.comment("", media=("a", "b"), rating=2.0)
    told = texts(shown(make.case(make.stake(), edited_at=make.NOW), comment))
    assert "> _(no text)_" in told
    assert "📎 2 photos or videos · ✏️ edited 18:00 · <https://facebook" in told
    assert "★ 2" in told


def test_a_settled_case_is_compact_and_still_shows_who_did_what() -> None:
    case = make.case(make.stake(state=State.RESOLVED, reasons=(WHY,)), settled_at=make.NOW)
    told = texts(shown(case, make.comment("word " * 200)))
    assert "*All done* — settled 18:00 · lead: Service HK" in told
    assert "Why you" not in told
    assert len(told) < 500


def test_of_many_teams_the_ended_ones_share_a_line_and_ours_stays_in_sight() -> None:
    live = [make.stake(f"team-{n}") for n in range(20)]
    ended = [make.stake(f"done-{n}", State.RESOLVED) for n in range(12)]
    told = texts(shown(make.case(*live, *ended), team="team-19"))
    assert "⚪ *team-19* — unclaimed" in told
    assert "and 8 more teams" in told
    assert "Ended: done-0 (done), done-1 (done)" in told
    assert "done-7 (done) and 4 more" in told


def test_a_team_without_a_part_can_still_look() -> None:
    assert labels(shown(make.case(make.stake()), team="marketing-uk").blocks) == ["⋯"]


def test_triage_is_asked_to_choose() -> None:
    message = triage(make.case(triage="no rule matches"))
    assert "⚪ *Needs a team* — no rule matches" in texts(message)
    assert labels(message.blocks) == ["Choose teams", "Nobody needs to act", "⋯"]
    assert message.text.endswith("⚪ Needs a team — no rule matches")


def test_triage_sees_what_became_of_it() -> None:
    routed = triage(make.case(make.stake()))
    assert "⚪ *Service HK* — unclaimed" in texts(routed)
    assert labels(routed.blocks) == ["⋯"]
    dismissed = triage(make.case(dismissed="an advert", settled_at=make.NOW))
    assert "*Nobody needs to act*: “an advert”" in texts(dismissed)


def test_a_case_that_waits_in_triage_beside_its_teams_shows_both() -> None:
    told = texts(
        triage(make.case(make.stake(), triage="no product team covers this region and unit"))
    )
    assert "⚪ *Needs one more team* — no product team covers this region and unit" in told
    assert "*Service HK* — unclaimed" in told


def test_without_a_time_of_writing_the_arrival_is_shown() -> None:
    assert "17:00 HKT" in texts(shown(make.case(make.stake()), make.comment(created_at=None)))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("team", ["service-hk", "marketing-hk", "product-mobile", ""])
def test_hostile_words_stay_words(text: str, team: str) -> None:
    case, comment, organisation = (
        hostile_case(text),
        hostile_comment(text),
        hostile_organisation(text),
    )
    message = (
        card.team_card(case, comment, organisation, team)
        if team
        else card.triage_card(make.case(triage=text or "x"), comment, organisation)
    )
    assert kit.check(message, "message") == []
    assert unsafe(message) == []


@settings(max_examples=60, deadline=None)
@given(words, words)
def test_no_comment_breaks_a_card(text: str, other: str) -> None:
    case = hostile_case(other)
    message = card.team_card(case, hostile_comment(text), hostile_organisation(other), "service-hk")
    assert kit.check(message, "message") == []
    assert unsafe(message) == []


def test_the_largest_card_holds() -> None:
    stakes = [
        make.stake(f"{'&' * 60}{n}", State.RESOLVED, note="&" * 900, outcome="&" * 90)
        for n in range(40)
    ]
    reasons = tuple(e.Reason(kind="rule", name="&" * 900, words=("&" * 900,) * 9) for _ in range(9))
    mine = make.stake(reasons=reasons, opened_at=make.NOW - timedelta(days=400))
    knows = Fact(team="&" * 60, by="U0BEN", text="&" * 500, at=make.NOW)
    case = make.case(mine, *stakes, facts=(knows,) * 30)
    shown(case, replace(hostile_comment("&" * 100_000), url="https://x.example/?" + "&" * 180))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.example/p/1?a=1&b=2#frag", "https://x.example/p/1?a=1&amp;b=2"),
        ("http://x.example:8080/", "http://x.example:8080/"),
        ("https://x.example/a b|c>d<e", "https://x.example/a%20b%7Cc%3Ed%3Ce"),
        ("https://例え.example/香港", "https://xn--r8jz45g.example/%E9%A6%99%E6%B8%AF"),
        ("https://x.example/%20kept", "https://x.example/%20kept"),
        ("javascript:alert(1)", ""),
        ("https://user@evil.example/", ""),
        ("https://evil|bank", ""),
        ("https://", ""),
        ("//x.example", ""),
        ("https://[::1", ""),
        ("https://x.example:99999/", ""),
        ("https://x.example/" + "a" * 2000, ""),
        ("<!channel>", ""),
        ("", ""),
    ],
)
def test_only_plain_web_addresses_become_links(url: str, expected: str) -> None:
    assert safe_url(url) == expected
