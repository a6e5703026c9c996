"""Digests: the sentence, the numbers, the rows, and what a phone can show in a quarter minute."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from bot.domain.case import State
from bot.domain.digest import Numbers
from bot.ui import digest, ids, kit
from bot.ui.ids import DigestRef
from bot.ui.kit import Message
from tests.domain import factories as make
from tests.ui.looking import (
    BUSY,
    DAY,
    WAITING,
    hostile_lines,
    hostile_organisation,
    labels,
    line,
    texts,
    unsafe,
    words,
)

ORGANISATION = make.organisation()
TEAM = make.team()
LATE = line(7, past_target=True, due=make.NOW - timedelta(hours=4))
HELD = line(8, state=State.CLAIMED, holder="U0BEN")


def team_digest(numbers: Numbers = BUSY, **over: Any) -> Message:
    message = digest.team_digest(
        ORGANISATION, TEAM, numbers, DAY, over.pop("oldest", (LATE, HELD)), WAITING,
        now=make.NOW, **over,
    )  # fmt: skip
    assert kit.check(message, "message") == []
    return message


def test_the_digest_reads_as_designed() -> None:
    message = team_digest()
    assert message.text == "Service HK: 14 came in, 9 resolved; 3 are past target, the oldest 5 h"
    assert texts(message).split("\n") == [
        "*Service HK: 14 came in, 9 resolved; 3 are past target, the oldest 5 h*",
        "*14* came in · *12* claimed · *9* resolved",
        "*5* open · ⚪ *3* unclaimed (oldest 5 h) · 🔴 *3* past target",
        "🔴 *#7* · late, unclaimed · was due 14:00 HKT",
        "Mei Chan on Instagram, 5 h ago: “The headphone jack gave up after three days.”",
        "🔵 *#8* · with <@U0BEN> · due 19:00 HKT",
        "Mei Chan on Instagram, 5 h ago: “The headphone jack gave up after three days.”",
        "These are the oldest; 3 more: `/comment open`",
        "*We wait for* Product Mobile (4, oldest 2 d) · Marketing HK (1, oldest 3 h)",
        "Came in, claimed, resolved: Tue 17 Nov 18:00 to Wed 18 Nov 18:00 HKT. The rest: as it stands now.",
    ]
    assert labels(message.blocks) == ["Claim", "Open"]


@pytest.mark.parametrize(
    ("numbers", "oldest", "expected"),
    [
        (replace(BUSY, past_target=1), (LATE,), "1 is past target, 5 h old"),
        (replace(BUSY, past_target=0), (), "3 unclaimed, the oldest 5 h"),
        (replace(BUSY, past_target=0, unclaimed=1), (), "1 unclaimed, 5 h old"),
        (replace(BUSY, past_target=0, unclaimed=0, oldest_unclaimed=None), (), "nothing is late"),
        (BUSY, (), "3 are past target"),
    ],
)
def test_the_first_sentence_names_what_needs_attention_most(
    numbers: Numbers, oldest: tuple[Any, ...], expected: str
) -> None:
    told = team_digest(numbers, oldest=oldest).text
    assert told == f"Service HK: 14 came in, 9 resolved; {expected}"


def test_a_quiet_day_is_one_line() -> None:
    message = team_digest(Numbers(), private=True)
    assert len(message.blocks) == 1
    assert texts(message) == "☀️ Service HK: a quiet time. Nothing came in, and nothing is open."


def test_a_digest_shows_five_rows_at_most() -> None:
    message = team_digest(oldest=[line(n) for n in range(1, 9)])
    assert labels(message.blocks) == ["Claim"] * 5


def test_a_late_digest_says_so() -> None:
    assert "This digest comes late, sorry" in texts(team_digest(late=True))
    assert "late, sorry" not in texts(team_digest())


def test_a_private_digest_can_be_posted_with_the_same_period() -> None:
    (row,) = [b for b in team_digest(private=True).blocks if b["type"] == "actions"]
    (post,) = row["elements"]
    assert (post["action_id"], post["text"]["text"]) == (ids.DIGEST_POST, "Post to channel")
    assert DigestRef.unpack(post["value"]) == DigestRef("service-hk", DAY.since, DAY.until)


def all_digest(*numbers: Numbers, private: bool = False) -> Message:
    teams = list(zip(ORGANISATION.teams, numbers, strict=False))
    message = digest.all_digest(ORGANISATION, teams, DAY, now=make.NOW, private=private)
    assert kit.check(message, "message") == []
    return message


def test_all_teams_are_sorted_by_need() -> None:
    calm = replace(BUSY, past_target=0, unclaimed=0, oldest_unclaimed=None)
    message = all_digest(Numbers(), calm, replace(BUSY, past_target=0), BUSY)
    assert message.text == "4 teams: 42 came in, 27 resolved; 3 are past target"
    assert texts(message).split("\n")[1:5] == [
        "🔴 *Marketing HK* — 3 past target · 3 unclaimed, oldest 5 h · 5 open · 14 in, 9 resolved",
        "⚪ *Marketing UK* — 3 unclaimed, oldest 5 h · 5 open · 14 in, 9 resolved",
        "🟢 *Service HK* — 5 open · 14 in, 9 resolved",
        "🟢 *Service UK* — quiet",
    ]


def test_a_private_overview_can_be_posted() -> None:
    (button,) = all_digest(BUSY, private=True).blocks[-1]["elements"]
    assert DigestRef.unpack(button["value"]).scope == ""


def test_an_overview_of_very_many_teams_holds() -> None:
    teams = [(make.team(f"t-{n}", name="Team & Co. " * 6), BUSY) for n in range(300)]
    message = digest.all_digest(ORGANISATION, teams, DAY, now=make.NOW)
    assert kit.check(message, "message") == []
    assert "and 240 quieter teams" in texts(message)


@settings(max_examples=40, deadline=None)
@given(words)
def test_no_words_break_a_digest(text: str) -> None:
    organisation = hostile_organisation(text)
    message = digest.team_digest(
        organisation, organisation.teams[0], BUSY, DAY, hostile_lines(text), WAITING * 9,
        now=make.NOW, late=True, private=True,
    )  # fmt: skip
    assert kit.check(message, "message") == []
    assert unsafe(message) == []
