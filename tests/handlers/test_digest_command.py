"""`/digest`: who sees what, for which time, and posting it."""

from dataclasses import replace

import pytest
from slack_bolt import BoltRequest

from bot.store.database import Database
from bot.ui import ids
from tests.domain import factories as make
from tests.domain.factories import ANNA, BEN, CHLOE, MANAGER
from tests.fakes import looking
from tests.fakes.clock import Clock
from tests.fakes.faults import Drop, Fault, Http500
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import Message, Payload
from tests.handlers.desk import (
    LEAD,
    LOBBY,
    SERVICE_CHANNEL,
    STRANGER,
    Desk,
    as_shown,
    changed,
)


def seen_by_one(request: BoltRequest) -> BoltRequest:
    """A click in a message that only one person sees: Slack leaves the message itself out."""

    def hide(payload: Payload) -> None:
        payload["container"]["is_ephemeral"] = True
        del payload["message"]

    return changed(request, hide)


def digest(desk: Desk, text: str = "", by: str = ANNA) -> Message:
    desk.services.directory.refresh()
    desk.clock.advance(seconds=1)
    return as_shown(desk.command("/digest", text, by=by))


def post(desk: Desk, shown: Message, by: str) -> None:
    desk.ask(seen_by_one(desk.incoming.click(shown, ids.DIGEST_POST, by=by)))
    desk.deliver()


def test_a_member_of_one_team_reads_that_team_s_digest(any_desk: Desk) -> None:
    desk = any_desk
    desk.comment()
    desk.press(desk.card(), ids.CLAIM, by=BEN)
    shown = digest(desk)
    assert shown.text.startswith("Service HK: 1 came in")
    assert ids.OPEN in shown.buttons
    assert ids.DIGEST_POST in shown.buttons


@pytest.mark.parametrize(("text", "came_in"), [("", 1), ("1d", 1), ("7d", 2), ("30d", 3)])
def test_the_period_reaches_back_so_many_days(desk: Desk, text: str, came_in: int) -> None:
    for days_until_the_next in (15, 5, 0):
        desk.comment("a refund please")
        desk.clock.advance(days=days_until_the_next)
    assert f"{came_in} came in" in digest(desk, text).text


@pytest.mark.parametrize("text", ["7D Service-HK", "service-hk 7d", " service-hk  7d "])
def test_words_come_in_any_order_and_case(desk: Desk, text: str) -> None:
    desk.comment("a refund please")
    desk.clock.advance(days=3)
    assert digest(desk, text).text.startswith("Service HK: 1 came in")


@pytest.mark.parametrize("text", ["", "all"])
def test_a_manager_reads_every_team_side_by_side(desk: Desk, text: str) -> None:
    desk.comment()
    shown = digest(desk, text, by=MANAGER)
    assert shown.text.startswith("6 teams: 3 came in")
    for team in desk.organisation.teams:
        assert team.name in shown.words


def test_a_member_of_several_teams_reads_those(desk: Desk) -> None:
    desk.slack.channel("C0PRODUCTMOBILE", members=[CHLOE, ANNA])
    desk.comment()
    assert digest(desk, "all").text.startswith("2 teams: 2 came in")


@pytest.mark.parametrize("person", [LEAD, MANAGER])
def test_leads_and_managers_may_ask_for_the_team(desk: Desk, person: str) -> None:
    desk.comment()
    assert digest(desk, "service-hk", by=person).text.startswith("Service HK:")


@pytest.mark.parametrize(
    ("text", "by", "told"),
    [
        ("product-mobile", ANNA, "Product Mobile's digest is for its members and for managers."),
        ("", STRANGER, "You are not in any team yet. Join a team's channel, then try again."),
        ("all", STRANGER, "You are not in any team yet. Join a team's channel, then try again."),
        ("moon", ANNA, "I do not know “moon”."),
        ("2d", ANNA, "I do not know “2d”."),
        ("service-hk 7 days", MANAGER, "I do not know “7”."),
    ],
)
def test_what_is_not_theirs_or_not_known_is_refused_with_a_hint(
    desk: Desk, text: str, by: str, told: str
) -> None:
    desk.comment()
    assert digest(desk, text, by=by).text.startswith(told)


def test_it_is_private_until_it_is_posted_and_then_stands_in_the_channel_once(
    any_desk: Desk,
) -> None:
    desk = any_desk
    desk.comment()
    before = len(desk.slack.messages(LOBBY))
    shown = digest(desk)
    desk.deliver()
    assert len(desk.slack.messages(LOBBY)) == before
    post(desk, shown, ANNA)
    (posted,) = desk.slack.messages(LOBBY)[before:]
    assert posted.text == shown.text
    assert ids.DIGEST_POST not in posted.buttons
    assert desk.told(ANNA) == ["The digest of Service HK is on its way to the channel."]
    desk.clock.advance(seconds=2)
    post(desk, shown, ANNA)
    assert len(desk.slack.messages(LOBBY)) == before + 1


NOT_HERE = (
    "I am not in this channel, so I cannot post there. Invite me with `/invite @Crosstalk`, or ask"
    " in your team's channel."
)


@pytest.mark.parametrize(
    ("bot", "fault", "refused"),
    [
        (False, None, True),
        (True, "channel_not_found", True),
        (True, "not_in_channel", True),
        (True, "missing_scope", False),
        (True, Drop(), False),
        (True, Http500(), False),
    ],
)
def test_it_is_owed_only_where_the_bot_may_post(
    desk: Desk,
    bot: bool,
    fault: Fault,
    refused: bool,
) -> None:
    desk.comment()
    desk.slack.channel("C0ELSEWHERE", members=[ANNA], bot=bot)
    shown = replace(digest(desk), channel="C0ELSEWHERE")
    before = desk.written()[-1]
    if fault:
        desk.slack.fail("conversations.info", fault, times=None)
    post(desk, shown, ANNA)
    assert (desk.told(ANNA) == [NOT_HERE]) == refused
    assert desk.written()[-1] - before == (0 if refused else 1)


def test_a_workspace_that_does_not_tell_who_is_a_member_is_given_the_digest(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.comment()
    monkeypatch.setattr(looking, "_channel", lambda channel: {"id": channel.id})
    post(desk, digest(desk), ANNA)
    assert desk.told(ANNA) == ["The digest of Service HK is on its way to the channel."]


def test_the_digest_of_all_teams_is_posted_by_a_manager(desk: Desk) -> None:
    desk.comment()
    post(desk, digest(desk, by=MANAGER), MANAGER)
    assert desk.slack.messages(LOBBY)[-1].text.startswith("6 teams: 3 came in")
    assert desk.told(MANAGER) == ["The digest of all teams is on its way to the channel."]


def test_who_may_not_read_a_digest_may_not_post_it(desk: Desk) -> None:
    desk.comment()
    shown = digest(desk, "service-hk", by=MANAGER)
    before = desk.written()
    for person in (STRANGER, CHLOE):
        post(desk, shown, person)
        assert desk.told(person) == ["Service HK's digest is for its members and for managers."]
    assert desk.written() == before


@pytest.mark.parametrize(
    "value", ["", "x", "service-hk|1|99999999999999999999", "moon|1|2", "|a|b", "service-hk|2"]
)
def test_a_forged_digest_is_refused_privately(desk: Desk, value: str) -> None:
    desk.comment()
    before = desk.written()
    click = desk.incoming.click(digest(desk), ids.DIGEST_POST, by=ANNA, value=value)
    desk.ask(seen_by_one(click))
    (told,) = desk.told(ANNA)
    assert "Something went wrong" not in told
    assert desk.written() == before


def test_claiming_in_a_private_digest_shows_the_case_below_it(desk: Desk) -> None:
    desk.claims_known_to(ANNA)
    desk.comment()
    shown = digest(desk)
    desk.ask(seen_by_one(desk.incoming.click(shown, ids.CLAIM, by=ANNA)))
    *_, card = desk.slack.ephemerals(ANNA)
    assert f"with us: <@{ANNA}>" in card.words
    assert desk.slack.called("response_url")[-1].args["replace_original"] is False
    assert desk.slack.called("views.publish") == []


def test_a_removed_team_s_digest_is_gone(
    sqlite_database: Database, slack: FakeSlack, clock: Clock
) -> None:
    desk = Desk(sqlite_database, slack, clock)
    desk.comment()
    shown = digest(desk)
    fewer = tuple(team for team in make.organisation().teams if team.key != "service-hk")
    later = Desk(sqlite_database, slack, clock, replace(make.organisation(), teams=fewer))
    post(later, shown, MANAGER)
    (told,) = later.told(MANAGER)
    assert told.startswith("There is no team “service-hk”.")
    assert later.slack.messages(LOBBY) == []
    assert len(later.slack.messages(SERVICE_CHANNEL)) == 1
