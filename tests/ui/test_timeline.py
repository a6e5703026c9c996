"""The timeline: every kind of event is told, and a long story keeps its beginning and its end."""

from datetime import timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from bot.domain import events as e
from bot.domain.comment import Author, clean
from bot.domain.organisation import Priority
from bot.ui import kit
from bot.ui.kit import Block
from bot.ui.timeline import timeline
from tests.domain import factories as make
from tests.ui.looking import hostile_comment, shown, unsafe, words

HK = ZoneInfo("Asia/Hong_Kong")
WING = make.comment(author=Author(name="Wing *Chan*"))
LATER = make.NOW + timedelta(hours=1)
WHY = e.Reason(kind="rule", name="refund or repair", words=("repair",))
ASKED = e.Reason(kind="hand-off", name="a fault")

TOLD: tuple[tuple[e.Event, str, str], ...] = (
    (e.CommentReceived(comment_id=1), "", "Wing ∗Chan∗ wrote on Facebook."),
    (e.CommentEdited(edited_at=LATER), "", "The author changed the comment."),
    (e.CommentDeleted(deleted_at=LATER), "", "The author deleted the comment."),
    (e.CaseRouted(), "", "Routed."),
    (
        e.CaseRouted(lead="service-hk", priority=Priority.HIGH),
        "",
        "Routed: Service HK has the lead, priority high.",
    ),
    (e.CaseSentToTriage(why="no rule matches"), "", "Sent to triage: no rule matches."),
    (
        e.CaseTriaged(teams=("service-hk", "product-mobile"), note="please look"),
        "U0ANNA",
        "<@U0ANNA> chose Service HK and Product Mobile in triage: “please look”.",
    ),
    (
        e.CaseDismissed(reason="an advert"),
        "U0ANNA",
        "<@U0ANNA> decided that nobody needs to act: “an advert”.",
    ),
    (e.CaseSettled(), "", "The case is settled."),
    (e.CaseReopened(), "", "The case is open again."),
    (
        e.StakeOpened(team="service-hk", reasons=(WHY,), claim_due=LATER, resolve_due=LATER),
        "",
        "Service HK was asked: “repair” → rule *refund or repair*.",
    ),
    (
        e.StakeOpened(
            team="service-hk",
            reasons=(ASKED,),
            claim_due=LATER,
            resolve_due=LATER,
            asked_by="product-mobile",
        ),
        "U0ANNA",
        "Service HK was asked: Product Mobile handed it to them: “a fault”.",
    ),
    (
        e.StakeExplained(team="service-hk", reasons=(WHY,)),
        "",
        "Service HK has one more reason: “repair” → rule *refund or repair*.",
    ),
    (
        e.StakeClaimed(team="service-hk", holder="U0ANNA"),
        "U0ANNA",
        "<@U0ANNA> claimed it for Service HK.",
    ),
    (
        e.StakeReleased(team="service-hk", holder="U0ANNA", claim_due=LATER),
        "U0ANNA",
        "<@U0ANNA> released it.",
    ),
    (
        e.StakeReleased(team="service-hk", holder="U0ANNA", claim_due=LATER),
        "U0BEN",
        "<@U0BEN> released <@U0ANNA>'s claim for Service HK.",
    ),
    (
        e.StakeReleased(team="service-hk", holder="U0ANNA", claim_due=LATER),
        "",
        "<@U0ANNA>'s claim for Service HK ran out.",
    ),
    (
        e.StakeResolved(team="service-hk", outcome="fixed", note="sent a new one"),
        "U0ANNA",
        "<@U0ANNA> finished Service HK's part, fixed: “sent a new one”.",
    ),
    (
        e.StakeHandedOff(team="service-hk", to="product-mobile", reason="a fault"),
        "U0ANNA",
        "<@U0ANNA> handed Service HK's part to Product Mobile: “a fault”.",
    ),
    (
        e.StakeDeclined(team="service-hk", reason="not a repair"),
        "U0ANNA",
        "<@U0ANNA> said that it is not Service HK's: “not a repair”.",
    ),
    (
        e.StakeDeclined(team="service-hk", reason="a fault", instead="product-mobile"),
        "U0ANNA",
        "<@U0ANNA> said that it is not Service HK's, but Product Mobile's: “a fault”.",
    ),
    (
        e.StakeReopened(team="service-hk", claim_due=LATER, resolve_due=LATER),
        "U0ANNA",
        "<@U0ANNA> took Service HK's part up again.",
    ),
    (e.ClaimTargetMissed(team="service-hk"), "", "🔴 Nobody at Service HK had claimed it in time."),
    (
        e.ResolveTargetMissed(team="service-hk"),
        "",
        "🔴 Service HK's part was not resolved in time.",
    ),
)


def story(*events: e.Recorded, text: str = "") -> Block:
    comment = hostile_comment(text) if text else WING
    view = timeline(make.case(), comment, events, make.organisation(), HK)
    assert kit.check(view, "modal") == []
    assert unsafe(view) == []
    return view


def lines(view: Block) -> list[str]:
    return [line for text in shown(view["blocks"]) for line in text.split("\n")]


@pytest.mark.parametrize(("event", "by", "sentence"), TOLD)
def test_each_event_is_a_plain_sentence(event: e.Event, by: str, sentence: str) -> None:
    view = story(e.Recorded(event=event, at=make.NOW, by=by))
    assert lines(view) == ["*Wed 18 Nov 2026*", f"18:00  {sentence}", "Times in Asia/Hong_Kong"]


def test_no_kind_of_event_is_left_untold() -> None:
    assert {type(event) for event, _, _ in TOLD} == set(get_args(e.Event))


def test_days_are_headings_in_the_readers_zone() -> None:
    at = make.NOW.replace(hour=15, minute=59)
    view = story(
        e.Recorded(event=e.CaseSettled(), at=at),
        e.Recorded(event=e.CaseReopened(), at=at + timedelta(minutes=1)),
    )
    assert lines(view)[:4] == [
        "*Wed 18 Nov 2026*",
        "23:59  The case is settled.",
        "*Thu 19 Nov 2026*",
        "00:00  The case is open again.",
    ]


def test_a_case_without_events_says_so() -> None:
    assert lines(story()) == ["Nothing has happened yet."]


def test_a_long_story_keeps_its_first_and_its_newest_events() -> None:
    received = e.Recorded(event=e.CommentReceived(comment_id=1), at=make.NOW)
    claims = [
        e.Recorded(
            event=e.StakeClaimed(team="service-hk", holder=f"U{n}"), at=make.NOW + timedelta(days=n)
        )
        for n in range(1000)
    ]
    told = "\n".join(lines(story(received, *claims)))
    assert "wrote on Facebook" in told
    assert "<@U999> claimed" in told
    assert "… 910 events in between are not shown" in told
    assert told.count("claimed it for") == 90


@settings(max_examples=40, deadline=None)
@given(words)
def test_no_words_break_a_timeline(text: str) -> None:
    told = clean(text)
    resolved = e.StakeResolved(team=told, outcome=told, note=told)
    chosen = e.CaseTriaged(teams=(told,) * 40, note=told)
    events = [e.Recorded(event=event, at=make.NOW, by=told) for event in (resolved, chosen)] * 30
    story(*events, text=text or "x")
