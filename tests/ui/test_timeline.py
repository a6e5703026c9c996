"""The timeline: every kind of event is told, and a long story keeps its beginning and its end."""

from datetime import timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from bot.domain import events as e
from bot.domain.comment import Author, clean
from bot.domain.organisation import Phase, Tell
from bot.ui import kit
from bot.ui.kit import Block
from bot.ui.timeline import timeline
from tests.domain import factories as make
from tests.ui.events_told import TOLD
from tests.ui.looking import hostile_comment, shown, unsafe, words

HK = ZoneInfo("Asia/Hong_Kong")
WING = make.comment(author=Author(name="Wing *Chan*"))


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
    assert "came in from Facebook" in told
    assert "<@U999> claimed" in told
    assert "… 910 events in between are not shown" in told
    assert told.count("claimed it for") == 90


@settings(max_examples=40, deadline=None)
@given(words)
def test_no_words_break_a_timeline(text: str) -> None:
    told = clean(text)
    resolved = e.StakeResolved(team=told, outcome=told, note=told)
    chosen = e.CaseTriaged(teams=(told,) * 40, note=told)
    fact = e.FactAdded(team=told, text=told)
    tell = Tell.MANAGERS
    escalated = e.StakeEscalated(
        team=told, phase=Phase.BREACH, step=0, tell=tell, told=(told,) * 40
    )
    facts: tuple[e.Event, ...] = (resolved, chosen, fact, escalated)
    events = [e.Recorded(event=event, at=make.NOW, by=told) for event in facts] * 30
    story(*events, text=text or "x")
