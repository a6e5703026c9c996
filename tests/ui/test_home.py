"""The home tab: what one person holds, may take, waits for and is asked, a page at a time."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from bot.domain.case import Fact, State
from bot.domain.duty import Duty
from bot.domain.organisation import Priority, Source
from bot.ui import ids, kit
from bot.ui.home import HomeContent, HomeFilters, Totals, home
from bot.ui.kit import Block
from tests.domain import factories as make
from tests.ui.looking import (
    HOSTILE,
    WAITING,
    hostile_lines,
    hostile_organisation,
    labels,
    line,
    shown,
    unsafe,
    words,
)
from tests.ui.scheduled import standing

ORGANISATION = make.organisation()
HK = ZoneInfo("Asia/Hong_Kong")
FACT = Fact(team="product-mobile", by="U0BEN", text="Batch *B7*", at=make.NOW)
UK, HONG_KONG = ORGANISATION.teams[:2]


def content(**over: Any) -> HomeContent:
    lines = {"held": over.get("held", ()), "unclaimed": over.get("unclaimed", ())}
    totals = Totals(held=len(lines["held"]), unclaimed=len(lines["unclaimed"]))
    made = HomeContent(
        **lines,
        totals=totals,
        organisation=ORGANISATION,
        teams=(UK, HONG_KONG),
        now=make.NOW,
        zone=HK,
    )
    return replace(made, **over)


def tab(**over: Any) -> Block:
    view = home(content(**over))
    assert kit.check(view, "home") == []
    assert len(view["blocks"]) <= 100
    return view


def controls(view: Block, *actions: str) -> list[Block]:
    rows = [block for block in view["blocks"] if block["type"] == "actions"]
    return [each for row in rows for each in row["elements"] if each["action_id"] in actions]


def test_one_can_work_from_the_home_tab() -> None:
    held = line(7, state=State.CLAIMED, holder="U0ANNA")
    view = tab(held=[held], unclaimed=[line(8), line(9)], waiting=WAITING)
    acts = ["Resolve", "Hand off", "Open", "Claim", "Claim", "New schedule"]
    assert labels(view["blocks"]) == acts
    headings = [b["text"]["text"] for b in view["blocks"] if b["type"] == "header"]
    assert headings == [
        "You hold 1",
        "Unclaimed in your teams: 2",
        "Your teams wait for",
        "Digests",
    ]
    assert "Product Mobile (4, oldest 2 d) · Marketing HK (1, oldest 3 h)" in list(shown(view))
    assert {b["value"] for b in controls(view, ids.RESOLVE, ids.HANDOFF)} == {"7:service-hk"}


def test_facts_for_my_answers_are_shown_newest_last() -> None:
    view = tab(facts=[(n, FACT) for n in range(1, 8)])
    told = "\n".join(shown(view)).split("\n")
    assert [row for row in told if "💡" in row] == [
        f"*#{n}* 💡 Product Mobile — <@U0BEN>: Batch ∗B7∗" for n in range(3, 8)
    ]
    assert "and 2 more, on the cards" in told


def test_it_lists_the_digests_that_come_by_themselves() -> None:
    view = tab(digests=[standing(), standing(place="U0ANNA")], more_digests=3, person="U0ANNA")
    told = list(shown(view))
    assert any(text.endswith("in <#C0SERVICEHK>, next Thu 19 Nov") for text in told)
    assert any(text.endswith("to you, next Thu 19 Nov") for text in told)
    assert "and 3 more: `/digest schedule`" in told
    assert labels(view["blocks"]) == [*["Pause", "Preview", "Delete"] * 2, "New schedule"]


def test_it_says_who_is_on_duty_now_and_next() -> None:
    now = Duty(team=HONG_KONG, person="U0ANNA", since=make.NOW)
    following = Duty(team=UK, person="", since=make.NOW.replace(hour=11))
    view = tab(duties=[(HONG_KONG, now, following), (UK, None, following)])
    assert "\n".join(shown(view)).split("\n")[-3:-1] == [
        "*Service HK* — <@U0ANNA> · next all of Service UK from 19:00 HKT",
        "*Service UK* — nobody at the moment · next all of Service UK from 11:00 GMT",
    ]


def test_an_empty_home_tab_is_kind() -> None:
    told = list(shown(tab()))
    assert "Claim a case, and it appears here." in told
    assert "Nothing is waiting for you. ☀️" in told
    assert any("in no team yet" in text for text in shown(tab(teams=())))


def test_the_filters_offer_my_teams_every_priority_and_the_platforms() -> None:
    offered = [
        [option["text"]["text"] for option in menu["options"]]
        for menu in controls(tab(), *ids.HOME_FILTERS)
    ]
    assert offered == [
        ["All your teams", "Service UK", "Service HK"],
        ["Any priority", "Urgent", "High", "Normal", "Low"],
        ["All platforms", "Facebook", "Instagram"],
    ]


def test_a_filter_keeps_the_others_and_goes_back_to_the_first_page() -> None:
    filters = HomeFilters("service-hk", Priority.HIGH, "facebook", 3)
    view = tab(filters=filters)
    assert HomeFilters.unpack(view["private_metadata"]) == filters
    team, priority, platform = controls(view, *ids.HOME_FILTERS)
    now = filters._replace(page=0)
    for menu in (team, priority, platform):
        assert menu["initial_option"] in menu["options"]
        assert HomeFilters.unpack(menu["initial_option"]["value"]) == now
    everything = HomeFilters.unpack(priority["options"][0]["value"])
    assert everything == now._replace(priority=None)


def test_a_filter_on_a_team_that_i_have_left_is_shown_as_none() -> None:
    team, *_ = controls(tab(filters=HomeFilters("gone-team")), *ids.HOME_FILTERS)
    assert team["initial_option"] == team["options"][0]


@pytest.mark.parametrize(
    ("page", "totals", "expected"),
    [
        (0, (20, 20), []),
        (0, (21, 3), [("Next page", 1)]),
        (1, (3, 41), [("Previous page", 0), ("Next page", 2)]),
        (2, (3, 41), [("Previous page", 1)]),
        (9, (3, 41), [("Previous page", 2)]),
        (0, (0, 0), []),
    ],
)
def test_beyond_twenty_rows_there_are_pages(
    page: int, totals: tuple[int, int], expected: list[tuple[str, int]]
) -> None:
    filters = HomeFilters("service-hk", page=page)
    view = tab(held=[line(1)], filters=filters, totals=Totals(*totals))
    turns = controls(view, *ids.HOME_PAGES)
    read = [(turn["text"]["text"], HomeFilters.unpack(turn["value"])) for turn in turns]
    assert read == [(text, filters._replace(page=to)) for text, to in expected]


def test_a_list_that_has_ended_says_so() -> None:
    view = tab(held=[], totals=Totals(20, 41), filters=HomeFilters(page=1))
    assert list(shown(view)).count("No more on this page.") == 2


def test_a_full_home_tab_stays_within_a_hundred_blocks() -> None:
    rows = [line(n) for n in range(1, 60)]
    duty = Duty(team=UK, person="U0ANNA", since=make.NOW)
    view = tab(
        held=rows,
        unclaimed=rows,
        waiting=WAITING * 40,
        facts=[(n, replace(FACT, text="&" * 500)) for n in range(1, 40)],
        duties=[(UK, duty, duty)] * 60,
        digests=[standing()] * 60,
        more_digests=60,
        filters=HomeFilters(page=1),
        totals=Totals(400, 400),
        teams=tuple(make.team(f"service-{n}") for n in range(200)),
        organisation=replace(
            ORGANISATION,
            sources=tuple(Source(key=f"s{n}", platform=f"p{n}") for n in range(150)),
        ),
    )
    assert labels(view["blocks"]).count("Claim") == 20
    assert labels(view["blocks"]).count("Resolve") == 20


@settings(max_examples=30, deadline=None)
@given(words)
def test_no_words_break_a_home_tab(text: str) -> None:
    rows, organisation = hostile_lines(text), hostile_organisation(text)
    named = replace(organisation, sources=(Source(key="s", platform=text),))
    duty = Duty(team=organisation.teams[0], person=text, since=make.NOW)
    view = tab(
        held=rows,
        unclaimed=rows,
        facts=[(1, replace(FACT, text=text, by=text))],
        duties=[(organisation.teams[1], duty, duty)],
        organisation=named,
        teams=organisation.teams,
        waiting=WAITING * 20,
    )
    assert unsafe(view) == []


@pytest.mark.parametrize("platform", HOSTILE)
def test_only_a_platform_that_can_be_carried_is_offered(platform: str) -> None:
    named = replace(ORGANISATION, sources=(Source(key="s", platform=platform),))
    *_, menu = controls(tab(organisation=named), *ids.HOME_FILTERS)
    for option in menu["options"]:
        assert HomeFilters.unpack(option["value"]).platform in {"", platform}
