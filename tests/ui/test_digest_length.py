"""A digest is read on a phone in a quarter of a minute: its words are counted."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.case import State
from bot.domain.measures import Measures, Spread, Times
from bot.domain.organisation import PolicyNote
from bot.domain.report import Compared, Report, Shared, TeamRow, Thanks, Theme, Wait
from bot.domain.scope import Kind, Scope
from bot.domain.topics import Topic
from bot.ui import digest, ids
from bot.ui.kit import Message
from tests.domain import factories as make
from tests.ui.looking import BUSY, SERVICE, WAITING, line, report, texts
from tests.ui.test_digest import CALM, FREE, QUIET, shown, side_by_side

ORGANISATION = make.organisation()
FOUR_HOURS = timedelta(hours=4)
TIMES = Times(
    count=12,
    clock=Spread(median=timedelta(minutes=50), p90=timedelta(hours=3)),
    working=Spread(median=timedelta(minutes=20), p90=timedelta(hours=1)),
    unanswered=4,
)


def full(**over: Any) -> Report:
    """A day on which everything happened."""
    measures = replace(BUSY, received=11, reopened=1, handed_off=2, declined=1, joint=3)
    measures = replace(measures, resolved_cases=9, time_to_claim=TIMES, time_to_resolve=TIMES)
    standing = replace(measures.standing, open=12, warned=2)
    usual = {"received": 8.0, "came_in": 6.75, "claimed": 7.0, "resolved": 8.0}
    topics = [
        Topic(term=t, count=9, about=True, usual=1.2, examples=()) for t in ("電池", "hot", "x")
    ]
    told: dict[str, Any] = {
        "scope": SERVICE,
        "compared": Compared(counts=usual, weeks=4),
        "lines": (
            *(line(n, past_target=True, due=make.NOW - FOUR_HOURS) for n in range(3)),
            *(line(n, state=State.CLAIMED, holder="U0BEN") for n in range(2)),
        ),
        "we_wait": WAITING * 2,
        "they_wait": WAITING * 2,
        "themes": tuple(Theme(topic=topic, cases=(7, 8, 9)) for topic in topics),
        "thanks": tuple(Thanks(person=f"U0{n}", resolved=6, facts=1) for n in range(3)),
        "policy": (PolicyNote(on=date(2026, 11, 18), text="We answer reviews too."),),
    }
    return report(replace(measures, standing=standing), **{**told, **over})


def of_all_teams() -> Report:
    waits = tuple(
        Wait(waiting="service-hk", on="marketing-hk", cases=n, oldest=make.NOW - FOUR_HOURS)
        for n in range(5)
    )
    departments = (("service", 0.7), ("product", 0.2), ("marketing", 0.1))
    return full(
        scope=Scope(),
        we_wait=(),
        they_wait=(),
        teams=tuple(TeamRow(team=team, measures=BUSY) for team in ORGANISATION.teams),
        shared=Shared(
            departments=departments, concentration=0.54, carried_by="service", waits=waits
        ),
    )


def words(message: Message) -> list[str]:
    """What is read beside the list of cases; a number and its unit are one."""
    told = texts(message)
    ours = [said for said in told.split("\n") if "*#" not in said and "Mei Chan" not in said]
    whole = re.sub(r"(\d) (h|d|min)\b", r"\1\2", " ".join(ours))
    return re.findall(r"\S*\w\S*", whole)


@pytest.mark.parametrize(("found", "most"), [(full(), 157), (of_all_teams(), 214)])
def test_the_fullest_digest_of_a_day_is_short(found: Report, most: int) -> None:
    read = words(digest.digest(ORGANISATION, found, now=make.NOW, late=True))
    assert 100 < len(read) <= most, " ".join(read)


def test_the_fullest_day_of_all_teams_is_told_first_in_a_quarter_of_a_minute() -> None:
    found = of_all_teams()
    message = digest.opening(ORGANISATION, found, now=make.NOW)
    read = words(message)
    assert 50 < len(read) <= 77, " ".join(read)
    told = texts(message)
    assert told.startswith(
        "*All teams: 11 comments came in, 9 parts resolved; 3 parts past target, the oldest"
    )
    for what in ("*12* parts open · ⚪ *3* unclaimed", "more than 60 %", "More in the thread."):
        assert what in told
    assert len([b for b in message.blocks if str(b.get("block_id", "")).startswith(ids.ROW)]) == 1
    late = texts(digest.opening(ORGANISATION, found, now=make.NOW, late=True))
    assert "This digest comes late, sorry. Up to Wed 18 Nov 18:00 HKT." in late


def test_what_is_told_first_names_only_teams_in_need() -> None:
    teams, found = ORGANISATION.teams, side_by_side(BUSY, CALM, QUIET, FREE)
    told = texts(digest.opening(ORGANISATION, found, now=make.NOW)).split("\n")
    assert [said for said in told if " — " in said] == [
        f"🔴 *{teams[0].name}* — 3 past target · 3 unclaimed",
        f"⚪ *{teams[3].name}* — 3 unclaimed",
    ]
    assert "and 2 quieter teams" in told
    calm = texts(digest.opening(ORGANISATION, side_by_side(CALM, QUIET), now=make.NOW))
    assert "quieter" not in calm


def test_the_thread_tells_all_that_one_message_would() -> None:
    found = of_all_teams()
    below = digest.rest(ORGANISATION, found, now=make.NOW)
    assert below is not None
    whole = digest.digest(ORGANISATION, found, now=make.NOW)
    assert below.blocks == whole.blocks[1:]
    assert below.text == "All teams: the numbers behind it"


def test_of_a_quiet_day_there_is_nothing_more_to_tell() -> None:
    found = report(QUIET, scope=Scope())
    assert digest.rest(ORGANISATION, found, now=make.NOW) is None
    whole = digest.digest(ORGANISATION, found, now=make.NOW)
    assert digest.opening(ORGANISATION, found, now=make.NOW) == whole


def entries(found: Report, **over: Any) -> list[str]:
    """What the menu beside the lines offers to open."""
    message = digest.digest(ORGANISATION, found, now=make.NOW, **over)
    menus = [b["accessory"] for b in message.blocks if b.get("accessory", {}).get("options")]
    offered = [option for menu in menus for option in menu["options"]]
    return [option["text"]["text"].partition(" · ")[2] for option in offered]


def test_the_menu_offers_what_its_lines_speak_of_and_nothing_else() -> None:
    topics = [
        Topic(term=t, count=9, about=True, usual=1.2, examples=()) for t in ("電池", "hot", "x")
    ]
    waits = tuple(replace(each, first=n) for n, each in enumerate(WAITING, 50))
    themes = tuple(Theme(topic=topic, cases=(n,)) for n, topic in enumerate(topics, 7))
    found = full(themes=themes, we_wait=waits, they_wait=())
    assert entries(found) == ["“電池”", "“hot”", "Product Mobile"]
    asked = ["“電池”", "“hot”", "“x”", "Product Mobile", "Marketing HK"]
    assert entries(found, reader="U0ANNA") == asked


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ((FREE, QUIET), "and 2 quieter teams"),
        ((BUSY, FREE, QUIET), "and 3 more teams, 1 past target"),
        ((BUSY, BUSY), "and 2 more teams, all past target"),
        ((BUSY,), "and 1 more team, past target too"),
    ],
)
def test_teams_without_a_line_are_not_called_quieter_when_they_are_late(
    others: tuple[Measures, ...], told: str
) -> None:
    assert told in texts(shown(side_by_side(BUSY, BUSY, BUSY, *others))).split("\n")


def test_teams_without_a_part_in_what_it_is_about_are_not_counted() -> None:
    campaign = Scope(Kind.CAMPAIGN, "winter-lights")
    alone = replace(side_by_side(FREE, QUIET, QUIET), scope=campaign)
    for told in (shown(alone), digest.opening(ORGANISATION, alone, now=make.NOW)):
        assert "Service" in texts(told)
        assert "quieter" not in texts(told)
    several = replace(side_by_side(BUSY, FREE, FREE, CALM, QUIET), scope=campaign)
    assert "and 1 quieter team" in texts(shown(several)).split("\n")


def test_one_that_is_asked_for_has_more_of_each() -> None:
    whole = texts(digest.digest(ORGANISATION, full(), now=make.NOW, reader="U0ANNA"))
    brief = texts(digest.digest(ORGANISATION, full(), now=make.NOW))
    assert (whole.count("usually 1.2"), brief.count("usually 1.2")) == (3, 2)
    assert (whole.count("6 resolved"), brief.count("6 resolved")) == (3, 2)
    assert (whole.count(", oldest"), brief.count(", oldest")) == (8, 2)


def test_that_nothing_is_late_is_said_once() -> None:
    assert "past target" not in texts(shown(report(CALM), reader="U0ANNA"))
    assert "past target" in texts(shown(report(BUSY), reader="U0ANNA"))
