"""Lists of cases, the roundup of a flood, and the answers to commands."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from bot.domain.case import State
from bot.domain.events import Pause
from bot.domain.lines import Line
from bot.domain.organisation import Priority
from bot.ui import ids, kit, lists, replies, wording
from bot.ui.ids import StakeRef
from bot.ui.kit import Message
from tests.domain import factories as make
from tests.ui.looking import (
    HOSTILE,
    hostile_lines,
    hostile_organisation,
    labels,
    line,
    texts,
    unsafe,
    words,
)

ORGANISATION = make.organisation()
HK = ZoneInfo("Asia/Hong_Kong")


def case_list(*lines: Line) -> Message:
    message = lists.case_list(
        "Open in R&D", lines, ORGANISATION, now=make.NOW, zone=HK, empty="Nothing <here>."
    )
    assert kit.check(message, "message") == []
    return message


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({}, "⚪ *#1042* · Service HK: unclaimed · due 19:00 HKT"),
        ({"past_target": True, "due": make.NOW},
         "🔴 *#1042* · Service HK: late, unclaimed · was due 18:00 HKT"),
        ({"state": State.CLAIMED, "holder": "U0BEN"},
         "🔵 *#1042* · Service HK: with <@U0BEN> · due 19:00 HKT"),
        ({"state": State.CLAIMED, "holder": "U0BEN", "past_target": True},
         "🔴 *#1042* · Service HK: late, with <@U0BEN> · due 19:00 HKT"),
        ({"past_target": True, "paused": Pause.CUSTOMER},
         "🟡 *#1042* · Service HK: unclaimed · waiting for the customer"),
        ({"state": State.CLAIMED, "holder": "U0BEN", "past_target": True, "paused": Pause.TEAM,
          "paused_on": "product-mobile"},
         "🟡 *#1042* · Service HK: with <@U0BEN> · waiting for Product Mobile"),
        ({"paused": Pause.SNOOZED, "paused_until": make.NOW + timedelta(minutes=30)},
         "🟡 *#1042* · Service HK: unclaimed · snoozed until 18:30 HKT"),
        ({"state": State.RESOLVED}, "🟢 *#1042* · Service HK: done"),
        ({"state": State.DECLINED}, "⚫ *#1042* · Service HK: not theirs"),
        ({"state": None, "team": "", "priority": Priority.URGENT}, "⚪ *#1042* · in triage · Urgent"),
        ({"state": None, "team": "", "routed": True}, "👥 *#1042* · with its teams"),
        ({"state": None, "team": "", "routed": True, "settled": True}, "🟢 *#1042* · all done"),
    ],
)  # fmt: skip
def test_a_row_says_where_a_case_stands(over: dict[str, Any], expected: str) -> None:
    assert texts(case_list(line(**over))).split("\n")[1] == expected


def test_each_state_has_a_mark_of_its_own() -> None:
    named = (
        wording.UNCLAIMED, wording.IN_HAND, wording.WAITING, wording.DONE, wording.LATE,
        wording.GONE, wording.SHARED,
    )  # fmt: skip
    assert sorted(wording.MARKS) == sorted(named)


def test_a_row_says_who_said_what() -> None:
    said = "Mei Chan wrote on Instagram 5 h ago: "
    assert f"{said}“The headphone jack gave up after three days.”" in texts(case_list(line()))
    assert f"{said}_(no text)_" in texts(case_list(line(text=" ")))
    deleted = texts(case_list(line(deleted=True)))
    assert f"{said}_deleted by the author_" in deleted
    assert "headphone" not in deleted


def test_a_long_list_ends_with_the_way_to_the_rest() -> None:
    message = case_list(*(line(n) for n in range(1, 44)))
    assert labels(message.blocks) == ["Open"] * 12
    assert texts(message).endswith("and 31 more — open the Home tab")
    assert message.text.startswith("Open in R&amp;D: 43 cases, #1, #2")


def test_an_empty_list_says_so() -> None:
    message = case_list()
    assert texts(message) == "*Open in R&amp;D*\nNothing &lt;here&gt;."


def test_a_flood_is_announced_in_one_message() -> None:
    rows = [line(n, state=None, team="") for n in range(20)]
    message = lists.roundup("Service HK", rows, 214, now=make.NOW, zone=HK)
    assert kit.check(message, "message") == []
    assert message.text == (
        "214 more comments came in at once for Service HK. The most urgent are above;"
        " the rest follow here one by one."
    )
    told = texts(message)
    assert "• *#0* · Mei Chan wrote on Instagram 5 h ago: “The headphone" in told
    assert told.count("•") == 15
    assert told.endswith("and 199 more")


@settings(max_examples=40, deadline=None)
@given(words)
def test_no_words_break_a_list(text: str) -> None:
    rows, organisation = hostile_lines(text), hostile_organisation(text)
    for message in (
        lists.case_list("x", rows, organisation, now=make.NOW, zone=HK, empty="y"),
        lists.roundup(organisation.teams[0].name, rows, 99, now=make.NOW, zone=HK),
    ):
        assert kit.check(message, "message") == []
        assert unsafe(message) == []


def test_help_names_every_command_and_fits_a_screen() -> None:
    message = replies.help_text()
    assert kit.check(message, "message") == []
    for command in ("/comment", "/digest", "Claim", "Release", "Hand off", "Not ours"):
        assert command in texts(message)
    for verb in ("route", "routing", "duty", "away", "back", "doctor"):
        assert f"`/crosstalk {verb}" in texts(message)
    assert len(texts(message)) < 1400


def test_help_says_first_what_it_does_not_know() -> None:
    message = replies.help_text("foo <!channel>")
    assert kit.check(message, "message") == []
    assert unsafe(message) == []
    assert message.text.startswith("I do not know “foo ")
    assert texts(message).startswith(message.text)


def test_how_old_a_comment_is_counts_from_its_writing_where_that_is_known() -> None:
    def said(written: datetime | None) -> str:
        return lists.row_text(line(written_at=written), ORGANISATION, make.NOW, ZoneInfo("UTC"))

    assert "Mei Chan wrote on Instagram 3 d ago: " in said(make.NOW - timedelta(days=3))
    assert "Mei Chan on Instagram, here for 4 h: " in said(None)


def test_a_recorded_comment_names_its_owners() -> None:
    case = make.case()
    none, one, two = (replies.recorded(case, ORGANISATION.teams[:count]) for count in range(3))
    assert none.text == "Recorded as #1042."
    assert one.text == "Recorded as #1042. Service UK has it."
    assert two.text == "Recorded as #1042. Service UK and Service HK have it."
    for message in (none, one, two):
        assert kit.check(message, "message") == []
        assert labels(message.blocks) == ["Open"]


def test_a_recorded_comment_that_is_in_triage_says_why() -> None:
    case = make.case(triage="no <!here> team covers this")
    alone, shared = (replies.recorded(case, ORGANISATION.teams[:count]) for count in range(2))
    why = "no &lt;!here&gt; team covers this."
    assert alone.text == f"Recorded as #1042. It is in triage: {why}"
    assert shared.text == f"Recorded as #1042. Service UK has it. It is in triage too: {why}"


@pytest.mark.parametrize("text", HOSTILE)
def test_short_answers_hold(text: str) -> None:
    team = replace(ORGANISATION.teams[0], name=text or "x")
    for message in (
        replies.known_already(make.case()),
        replies.posted(kit.inline(team.name, 60)),
        replies.recorded(make.case(), [team] * 50),
        replies.private(f"{text} no"),
        replies.told(1),
        replies.say_why(StakeRef(1042, "service-hk")),
    ):
        assert kit.check(message, "message") == []


def test_telling_says_how_many_were_told() -> None:
    assert replies.told(1).text == "Told one other team, in the threads of their cards."
    assert replies.told(3).text.startswith("Told 3 other teams")


def test_not_ours_by_emoji_asks_why() -> None:
    message = replies.say_why(StakeRef(1042, "service-hk"))
    (row,) = [b for b in message.blocks if b["type"] == "actions"]
    (why,) = row["elements"]
    assert (why["action_id"], why["value"]) == (ids.SAY_WHY, "1042:service-hk")
