"""Lists of cases, the roundup of a flood, the home tab and the answers to commands."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from bot.domain.case import State
from bot.domain.digest import Waiting
from bot.domain.lines import Line
from bot.domain.organisation import Organisation, Priority, Team
from bot.ui import home, kit, lists, replies
from bot.ui.kit import Block, Message
from tests.domain import factories as make
from tests.ui.looking import (
    HOSTILE,
    WAITING,
    hostile_lines,
    hostile_organisation,
    labels,
    line,
    shown,
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
        ({"state": State.RESOLVED}, "🟢 *#1042* · Service HK: done"),
        ({"state": State.DECLINED}, "⚫ *#1042* · Service HK: not theirs"),
        ({"state": None, "team": "", "priority": Priority.URGENT}, "⚪ *#1042* · in triage · Urgent"),
        ({"state": None, "team": "", "routed": True}, "🔵 *#1042* · with its teams"),
        ({"state": None, "team": "", "routed": True, "settled": True}, "🟢 *#1042* · all done"),
    ],
)  # fmt: skip
def test_a_row_says_where_a_case_stands(over: dict[str, Any], expected: str) -> None:
    assert texts(case_list(line(**over))).split("\n")[1] == expected


def test_a_row_says_who_said_what() -> None:
    said = "Mei Chan on Instagram, 5 h ago: "
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
    assert "• *#0* · Mei Chan on Instagram, 5 h ago: “The headphone" in told
    assert told.count("•") == 15
    assert told.endswith("and 199 more")


def tab(
    mine: list[Line],
    unclaimed: list[Line],
    *,
    waiting: Sequence[Waiting] = (),
    organisation: Organisation = ORGANISATION,
    teams: Sequence[Team] = ORGANISATION.teams[:2],
) -> Block:
    view = home.home(mine, unclaimed, waiting, organisation, teams, now=make.NOW, zone=HK)
    assert kit.check(view, "home") == []
    return view


def test_the_home_tab_shows_what_i_hold_and_what_i_can_claim() -> None:
    held = line(7, state=State.CLAIMED, holder="U0ANNA")
    view = tab([held], [line(8), line(9)], waiting=WAITING)
    assert labels(view["blocks"]) == ["Open", "Claim", "Claim"]
    headings = [b["text"]["text"] for b in view["blocks"] if b["type"] == "header"]
    assert headings == ["I hold 1", "Unclaimed in my teams: 2", "We wait for"]
    assert "Product Mobile (4, oldest 2 d) · Marketing HK (1, oldest 3 h)" in list(shown(view))


def test_an_empty_home_tab_is_kind() -> None:
    told = list(shown(tab([], [])))
    assert "Claim a case, and it appears here." in told
    assert "Nothing is waiting for you. ☀️" in told
    assert any("in no team yet" in text for text in shown(tab([], [], teams=())))


def test_a_full_home_tab_stays_within_a_hundred_blocks() -> None:
    rows = [line(n) for n in range(1, 400)]
    view = tab(rows, rows, waiting=WAITING * 40)
    assert len(view["blocks"]) <= 100
    assert list(shown(view)).count("and 379 more: `/comment open`") == 2


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
    view = tab(
        rows, rows, organisation=organisation, teams=organisation.teams, waiting=WAITING * 20
    )
    assert unsafe(view) == []


def test_help_names_every_command_and_fits_a_screen() -> None:
    message = replies.help_text()
    assert kit.check(message, "message") == []
    for command in ("/comment", "/digest", "Claim", "Release", "Hand off", "Not ours"):
        assert command in texts(message)
    assert len(texts(message)) < 1200


def test_a_recorded_comment_names_its_owners() -> None:
    case = make.case()
    none, one, two = (replies.recorded(case, ORGANISATION.teams[:count]) for count in range(3))
    assert none.text == "Recorded as #1042. No rule matches it, so it is in triage."
    assert one.text == "Recorded as #1042. Service UK has it."
    assert two.text == "Recorded as #1042. Service UK and Service HK have it."
    for message in (none, one, two):
        assert kit.check(message, "message") == []
        assert labels(message.blocks) == ["Open"]


@pytest.mark.parametrize("text", HOSTILE)
def test_short_answers_hold(text: str) -> None:
    team = replace(ORGANISATION.teams[0], name=text or "x")
    for message in (
        replies.known_already(make.case()),
        replies.no_such_case(10**18),
        replies.posted(team),
        replies.posted(None),
        replies.recorded(make.case(), [team] * 50),
        replies.private(f"{text} no"),
    ):
        assert kit.check(message, "message") == []
