"""`/digest`: who sees what, for which time, in which words."""

from dataclasses import replace

import pytest

from bot.store.database import Database
from bot.ui import ids
from bot.usecases import owning
from tests.domain import factories as make
from tests.domain.factories import ANNA, BEN, CHLOE, MANAGER
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import Message
from tests.handlers.desk import (
    LEAD,
    LOBBY,
    PRODUCT_CHANNEL,
    SERVICE_CHANNEL,
    STRANGER,
    Desk,
    as_shown,
)

PUBLIC = "Each team can see its own cases."


def digest(desk: Desk, text: str = "", by: str = ANNA, channel: str = LOBBY) -> Message:
    desk.services.directory.refresh()
    desk.clock.advance(seconds=1)
    return as_shown(desk.command("/digest", text, by=by, channel=channel), channel)


def in_two_teams(desk: Desk, person: str = ANNA) -> None:
    desk.slack.channel(PRODUCT_CHANNEL, members=[CHLOE, person])


def test_a_member_of_one_team_reads_that_team_s_digest(any_desk: Desk) -> None:
    desk = any_desk
    desk.comment()
    desk.press(desk.card(), ids.CLAIM, by=BEN)
    shown = digest(desk)
    assert shown.text.startswith("Service HK: 1 came in")
    assert ids.OPEN in shown.buttons
    assert ids.DIGEST_POST in shown.buttons
    assert ids.SCHEDULE_NEW in shown.buttons


@pytest.mark.parametrize(
    ("text", "came_in"), [("", 1), ("1d", 1), ("last 7 days", 2), ("30D", 3), ("2026-11-18", 1)]
)
def test_the_period_reaches_back_as_far_as_was_said(desk: Desk, text: str, came_in: int) -> None:
    for days_until_the_next in (15, 5, 0):
        desk.comment("a refund please")
        desk.clock.advance(days=days_until_the_next)
    text = text.replace("2026-11-18", f"{desk.clock.now():%Y-%m-%d}")
    assert f"{came_in} came in" in digest(desk, text).text


@pytest.mark.parametrize(
    "text",
    ["7D Service-HK", "service-hk 7d", " hk  service last 7 days", "weekly service_hk please",
     "<#C0SERVICEHK|service-hk> 7d"],
)  # fmt: skip
def test_words_come_in_any_order_and_case(any_desk: Desk, text: str) -> None:
    desk = any_desk
    desk.comment("a refund please")
    desk.clock.advance(days=3)
    assert digest(desk, text).text.startswith("Service HK: 1 came in")


def test_days_begin_at_midnight_where_the_team_is(desk: Desk) -> None:
    desk.comment("a refund please")
    desk.clock.advance(hours=12)
    # Ten in the evening in London, where the manager is, is tomorrow in Hong Kong.
    assert "0 came in" in digest(desk, "service-hk today", by=MANAGER).text
    assert "1 came in" in digest(desk, "service-hk yesterday", by=MANAGER).text


@pytest.mark.parametrize("text", ["", "all", "everybody"])
def test_a_manager_reads_every_team_side_by_side(desk: Desk, text: str) -> None:
    desk.comment()
    shown = digest(desk, text, by=MANAGER)
    assert shown.text.startswith("All teams: 1 comment came in")
    for name in ("Service HK", "Product Mobile", "Marketing HK"):
        assert name in shown.words


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("service", "Department service"),
        ("unit mobile", "Unit mobile"),
        ("HK", "Region HK"),
        ("platform facebook", "Facebook"),
        ("facebook-hk", "Source facebook-hk"),
        ("CAMPAIGN xperia-launch", "Campaign Xperia-Launch"),
        (f"<@{ANNA}|anna>", f"<@{ANNA}>"),
    ],
)
def test_a_manager_asks_about_anything(any_desk: Desk, text: str, title: str) -> None:
    any_desk.comment(campaign="Xperia-Launch")
    shown = digest(any_desk, text, by=MANAGER)
    assert shown.text.replace("\u2060", "").startswith(f"{title}:")


def test_a_comparison_is_made_when_asked_for(desk: Desk) -> None:
    for hours_until_the_next in (24, 30):
        desk.comment("a refund please")
        desk.clock.advance(hours=hours_until_the_next)
    assert "*0* came in (\u22121, before 1)" in digest(desk, "service-hk vs previous 1d").words
    assert "before" not in digest(desk, "service-hk 1d").words


def test_a_member_of_several_teams_reads_a_line_of_each_and_may_read_on(desk: Desk) -> None:
    in_two_teams(desk)
    desk.comment()
    shown = digest(desk)
    assert shown.text.startswith("Your teams: Service HK: 1 came in")
    assert "; Product Mobile: 1 came in" in shown.text
    product = shown.buttons[ids.DIGEST_READ]["value"]
    desk.press(shown, ids.DIGEST_READ, by=ANNA, value=product)
    assert desk.told(ANNA)[-1].startswith("Product Mobile: 1 came in")
    desk.press(shown, ids.DIGEST_READ, by=BEN, value=product)
    assert desk.told(BEN)[-1].startswith("Product Mobile's digest is for its members")


def test_in_a_team_s_channel_that_team_goes_without_saying(desk: Desk) -> None:
    in_two_teams(desk)
    desk.comment()
    assert digest(desk, channel=SERVICE_CHANNEL).text.startswith("Service HK:")
    assert digest(desk, "7d", channel=PRODUCT_CHANNEL).text.startswith("Product Mobile:")
    assert digest(desk, by=BEN, channel=PRODUCT_CHANNEL).text.startswith("Service HK:")


@pytest.mark.parametrize("person", [LEAD, MANAGER])
def test_leads_and_managers_may_ask_for_the_team(desk: Desk, person: str) -> None:
    desk.comment()
    assert digest(desk, "service-hk", by=person).text.startswith("Service HK:")


@pytest.mark.parametrize(("text", "by"), [("all", ANNA), ("", STRANGER), ("all 7d", STRANGER)])
def test_everybody_reads_the_public_line(desk: Desk, text: str, by: str) -> None:
    desk.comment()
    shown = digest(desk, text, by=by)
    assert shown.text.startswith("1 comment came in and 0 cases were settled")
    assert shown.text.endswith(PUBLIC)
    assert shown.buttons == {}


@pytest.mark.parametrize(("by", "text"), [(ANNA, "me"), (STRANGER, "my digest"), (ANNA, "mine 7d")])
def test_everybody_reads_their_own_numbers(desk: Desk, by: str, text: str) -> None:
    desk.comment()
    assert digest(desk, text, by=by).text.startswith(f"<@{by}>:")


def test_a_lead_reads_the_numbers_of_their_people_and_of_no_others(desk: Desk) -> None:
    desk.comment()
    assert digest(desk, f"<@{BEN}>", by=LEAD).text.startswith(f"<@{BEN}>:")
    told = "A person's numbers are for them, for who leads their team and for managers."
    for asked, by in ((CHLOE, LEAD), (ANNA, BEN), (LEAD, ANNA)):
        assert digest(desk, f"<@{asked}>", by=by).text.startswith(told)


def test_a_department_is_for_who_is_in_all_of_it(desk: Desk) -> None:
    desk.comment()
    told = "A department's digest is for managers and for who is in all of its teams."
    in_two_teams(desk)
    assert digest(desk, "product").text.startswith(told)
    desk.slack.channel("C0PRODUCTAUDIO", members=[ANNA])
    desk.clock.advance(minutes=11)
    assert digest(desk, "product").text.startswith("Department product: 1 came in")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("product-mobile", "Product Mobile's digest is for its members and for managers."),
        ("unit audio", "The digest of a unit is for managers."),
        ("region HK", "The digest of a region is for managers."),
        ("platform facebook", "The digest of a platform is for managers."),
        ("source facebook-hk", "The digest of a source is for managers."),
        ("campaign Xperia", "The digest of a campaign is for managers."),
    ],
)
def test_what_is_not_theirs_is_refused_with_what_they_may_see(
    desk: Desk, text: str, told: str
) -> None:
    desk.comment()
    offered = " You can ask for `/digest service-hk`, `/digest me` or `/digest all`."
    assert digest(desk, text).text == told + offered


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("moon", "“moon”: I do not know that."),
        ("servce-hk", "“servce-hk”: I do not know that. Did you mean `service-hk`"),
        ("hk uk", "“hk” and “uk”: I can show one of them at a time."),
        ("tomorrow", "“tomorrow”: That has not begun yet."),
        ("<!channel> *moon*", "“@CHANNEL”: I do not know that."),
    ],
)
def test_what_is_not_understood_is_told_with_examples_of_one_s_own(
    desk: Desk, text: str, told: str
) -> None:
    shown = digest(desk, text)
    assert shown.text.replace("\u2060", "").startswith(told)
    assert (
        "Try `/digest service-hk`, `/digest me` or `/digest all`."
        " The words may come in any order; `/digest help` tells more."
    ) in shown.words


def test_help_says_how_to_ask_with_names_of_this_organisation(desk: Desk) -> None:
    assert "`/digest service-hk`" in digest(desk, "help").words
    told = digest(desk, "HELP", by=MANAGER).words
    for asked in ("`/digest service-uk`", "`/digest region", "`/digest unit", "last-month"):
        assert asked in told


def test_what_help_suggests_is_understood(desk: Desk) -> None:
    desk.comment()
    for by in (ANNA, MANAGER, STRANGER):
        told = digest(desk, "help", by=by).text
        for asked in told.split("`")[1::2]:
            shown = digest(desk, asked.removeprefix("/digest ").replace("\u2060", ""), by=by)
            assert "You can ask for" not in shown.text
            assert "Try `" not in shown.words, shown.words


def test_a_case_beside_a_wait_opens_from_the_digest_s_menu(any_desk: Desk) -> None:
    desk = any_desk
    desk.claims_known_to(ANNA)
    number = desk.comment()
    with desk.database.transaction() as session:
        owning.invite(
            session, desk.organisation, number, team="product-audio", by_team="service-hk",
            note="", by=ANNA, now=desk.clock.now(),
        )  # fmt: skip
    shown = digest(desk)
    (option,) = shown.buttons[ids.DIGEST_OPEN]["options"]
    assert option["text"]["text"].startswith(f"Open #{number} · ")
    desk.press(shown, ids.DIGEST_OPEN, by=ANNA, option=option["value"])
    assert desk.slack.modal(ANNA).payload["title"]["text"] == f"Case #{number}"


def test_a_member_of_many_teams_reads_the_first_of_them(
    sqlite_database: Database, slack: FakeSlack, clock: Clock
) -> None:
    more = [
        make.team(f"support-{n}", name=f"Support {n}", channel=f"C0S{n}", members=frozenset({ANNA}))
        for n in range(150)
    ]
    desk = Desk(sqlite_database, slack, clock, replace(make.organisation(), teams=tuple(more)))
    shown = digest(desk)
    assert len(shown.blocks) == 9
    assert "and 142 more" in shown.words
