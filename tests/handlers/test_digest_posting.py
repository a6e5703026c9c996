"""Posting a private digest to the channel in which it was asked for."""

from dataclasses import replace

import pytest
from slack_bolt import BoltRequest

from bot.store.database import Database
from bot.ui import ids
from tests.domain import factories as make
from tests.domain.factories import ANNA, CHLOE, MANAGER
from tests.fakes import looking
from tests.fakes.clock import Clock
from tests.fakes.faults import Drop, Fault, Http500
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import Message, Payload
from tests.handlers.desk import LOBBY, SERVICE_CHANNEL, STRANGER, Desk, changed
from tests.handlers.test_digest_command import digest

POSTED = "Service HK: the digest is on its way to the channel."
NOT_HERE = (
    "I am not in this channel, so I cannot post there. Invite me with `/invite @Crosstalk`, or ask"
    " in your team's channel."
)


def seen_by_one(request: BoltRequest) -> BoltRequest:
    """A click in a message that only one person sees: Slack leaves the message itself out."""

    def hide(payload: Payload) -> None:
        payload["container"]["is_ephemeral"] = True
        del payload["message"]

    return changed(request, hide)


def post(desk: Desk, shown: Message, by: str) -> None:
    desk.ask(seen_by_one(desk.incoming.click(shown, ids.DIGEST_POST, by=by)))
    desk.deliver()


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
    assert desk.told(ANNA) == [POSTED]
    desk.clock.advance(seconds=2)
    post(desk, shown, ANNA)
    assert len(desk.slack.messages(LOBBY)) == before + 1


def test_all_that_is_posted_is_as_of_the_posting(desk: Desk) -> None:
    desk.comment()
    shown = digest(desk)
    assert "*0* claimed" in shown.words
    desk.clock.advance(minutes=5)
    desk.press(desk.slack.cards(SERVICE_CHANNEL)[0], ids.CLAIM, by=ANNA)
    desk.clock.advance(seconds=1)
    post(desk, shown, ANNA)
    posted = desk.slack.messages(LOBBY)[-1].words
    assert "*1* claimed" in posted
    assert "*0* unclaimed" in posted


def test_a_day_that_is_over_is_posted_as_it_was_asked_for(desk: Desk) -> None:
    desk.comment()
    desk.clock.advance(hours=24)
    shown = digest(desk, "yesterday")
    desk.clock.advance(minutes=5)
    desk.press(desk.slack.cards(SERVICE_CHANNEL)[0], ids.CLAIM, by=ANNA)
    post(desk, shown, ANNA)
    assert "*0* claimed" in desk.slack.messages(LOBBY)[-1].words


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
    assert desk.told(ANNA) == [POSTED]


def test_the_digest_of_all_teams_is_posted_by_a_manager(desk: Desk) -> None:
    desk.comment()
    post(desk, digest(desk, by=MANAGER), MANAGER)
    assert desk.slack.messages(LOBBY)[-1].text.startswith("All teams: 1 comment came in")
    assert desk.told(MANAGER) == ["All teams: the digest is on its way to the channel."]


def test_a_comparison_is_posted_with_it(desk: Desk) -> None:
    for hours_until_the_next in (24, 30):
        desk.comment("a refund please")
        desk.clock.advance(hours=hours_until_the_next)
    post(desk, digest(desk, "1d vs previous"), ANNA)
    assert ", before 1)" in desk.slack.messages(LOBBY)[-1].words


@pytest.mark.parametrize("text", ["service-hk", "all", "unit mobile", f"<@{ANNA}>"])
def test_who_may_not_read_a_digest_may_not_post_it(desk: Desk, text: str) -> None:
    desk.comment()
    shown = digest(desk, text, by=ANNA if ANNA in text else MANAGER)
    before = desk.written()
    for person in (STRANGER, CHLOE):
        post(desk, shown, person)
        (told,) = desk.told(person)
        assert "for managers" in told
        assert "You can ask for" in told
    assert desk.written() == before


@pytest.mark.parametrize(
    "value",
    ["", "x", "1|99999999999999999999|0|team:service-hk", "1|2|0|team:moon", "1|2|0|moon",
     "a|b|0|organisation", "1|2|2|organisation", "1|2|0|team:", "1|2|0|organisation:x"],
)  # fmt: skip
def test_a_forged_digest_is_refused_privately(desk: Desk, value: str) -> None:
    desk.comment()
    before = desk.written()
    click = desk.incoming.click(digest(desk), ids.DIGEST_POST, by=ANNA, value=value)
    desk.ask(seen_by_one(click))
    (told,) = desk.told(ANNA)
    assert "Something went wrong" not in told
    assert desk.written() == before


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
