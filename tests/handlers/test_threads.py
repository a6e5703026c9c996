"""The threads of cards: what of the teams' own talk crosses to the other teams, and what stays."""

from dataclasses import replace
from typing import Any

import pytest

from bot.store.database import Database
from bot.ui import ids
from tests.domain.factories import ANNA, BEN, CHLOE, organisation
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import BOT_ID, BOT_USER, Message, Payload, as_event
from tests.handlers.desk import (
    MARKETING_CHANNEL,
    PRODUCT_CHANNEL,
    SERVICE_CHANNEL,
    STRANGER,
    Desk,
)

WHO = f"*Service HK*, <@{ANNA}>:"


@pytest.fixture
def card(desk: Desk) -> Message:
    desk.comment()
    return desk.card()


def crossed(desk: Desk) -> list[str]:
    """What stands in the other teams' threads, which is the same in both."""
    desk.deliver()
    found = desk.thread(PRODUCT_CHANNEL)
    assert desk.thread(MARKETING_CHANNEL) == found
    assert desk.thread(SERVICE_CHANNEL) == []
    return found


def edited(desk: Desk, said: Message, text: str) -> None:
    before = as_event(said)
    said.text = text
    told: Payload = {
        "channel": said.channel,
        "message": as_event(said),
        "previous_message": before,
        "subtype": "message_changed",
    }
    assert desk.send(desk.incoming.event("message", **told)).status == 200


def deleted(desk: Desk, said: Message) -> None:
    told: Payload = {"channel": said.channel, "deleted_ts": said.ts, "subtype": "message_deleted"}
    assert desk.send(desk.incoming.event("message", **told)).status == 200


@pytest.mark.parametrize("prefix", [">>", "&gt;&gt;", "  &gt;&gt; "])
def test_what_begins_with_the_prefix_reaches_the_other_teams(
    desk: Desk, card: Message, prefix: str
) -> None:
    desk.say(f"{prefix} The lab has it", by=ANNA, under=card)
    assert crossed(desk) == [f"{WHO} The lab has it"]


@pytest.mark.parametrize("text", ["The lab has it", "see >> here", "> quoted", ">>", " &gt;&gt; "])
def test_everything_else_stays_in_the_team(desk: Desk, card: Message, text: str) -> None:
    desk.say(text, by=ANNA, under=card)
    assert crossed(desk) == []


@pytest.mark.usefixtures("card")
def test_the_prefix_outside_of_a_card_s_thread_means_nothing(desk: Desk) -> None:
    desk.say(">> hello", by=ANNA)
    root = Message(SERVICE_CHANNEL, desk.slack.workspace.new_ts(), ANNA, "lunch?")
    desk.slack.workspace.posted[SERVICE_CHANNEL].append(root)
    desk.say(">> hello", by=ANNA, under=root)
    assert crossed(desk) == []


def test_an_edit_follows_and_one_that_loses_the_prefix_takes_it_back(
    desk: Desk, card: Message
) -> None:
    said = desk.say(">> one", by=ANNA, under=card)
    assert crossed(desk) == [f"{WHO} one"]
    edited(desk, said, ">> two")
    assert crossed(desk) == [f"{WHO} two"]
    edited(desk, said, "between us")
    assert crossed(desk) == []
    edited(desk, said, ">> three")
    assert crossed(desk) == [f"{WHO} three"]


def test_an_edit_that_gains_the_prefix_crosses(desk: Desk, card: Message) -> None:
    said = desk.say("one", by=ANNA, under=card)
    edited(desk, said, "&gt;&gt; one")
    assert crossed(desk) == [f"{WHO} one"]


def test_a_deletion_follows_and_what_is_told_again_stays_away(desk: Desk, card: Message) -> None:
    said = desk.say(">> one", by=ANNA, under=card, event_id="Ev1")
    assert crossed(desk) == [f"{WHO} one"]
    deleted(desk, said)
    assert crossed(desk) == []
    again = desk.incoming.event("message", event_id="Ev1", retry=1, **as_event(said))
    assert desk.send(again).status == 200
    assert crossed(desk) == []


def test_an_event_that_comes_twice_is_posted_once(desk: Desk, card: Message) -> None:
    said = desk.say(">> one", by=ANNA, under=card, event_id="Ev1")
    for event_id in ("Ev1", "Ev2"):
        again = desk.incoming.event("message", event_id=event_id, retry=1, **as_event(said))
        assert desk.send(again).status == 200
    assert crossed(desk) == [f"{WHO} one"]


@pytest.mark.parametrize(
    "more",
    [{"bot_id": BOT_ID}, {"bot_id": "B0OTHER"}, {"bot_id": BOT_ID, "subtype": "bot_message"}],
)
def test_what_bots_say_never_crosses(desk: Desk, card: Message, more: dict[str, Any]) -> None:
    desk.say(">> echo", by=STRANGER, under=card, **more)
    own = Message(card.channel, "9.000001", BOT_USER, ">> echo", thread_ts=card.ts)
    assert desk.send(desk.incoming.event("message", **as_event(own))).status == 200
    assert crossed(desk) == []


def test_what_has_crossed_does_not_cross_back(desk: Desk, card: Message) -> None:
    desk.say(">> >> one", by=ANNA, under=card)
    (text,) = crossed(desk)
    posted = desk.slack.messages(PRODUCT_CHANNEL)[-1]
    told = desk.incoming.event("message", bot_id=BOT_ID, **as_event(posted))
    assert desk.send(told).status == 200
    assert crossed(desk) == [text]


def test_files_come_along_as_links_and_no_call_survives(desk: Desk, card: Message) -> None:
    files = [{"permalink": "https://files.example/F1"}, {"name": "no link"}]
    desk.say(">> <!channel> look", by=ANNA, under=card, files=files, subtype="file_share")
    (text,) = crossed(desk)
    assert "<!" not in text
    assert "look" in text
    assert "<https://files.example/F1|File 1>" in desk.slack.messages(PRODUCT_CHANNEL)[-1].words


def shortcut(desk: Desk, said: Message, by: str = ANNA) -> None:
    desk.ask(desk.incoming.message_shortcut(ids.TELL_OTHERS, said, by=by))


def test_the_shortcut_tells_without_a_prefix_and_its_edits_follow(
    desk: Desk, card: Message
) -> None:
    said = desk.say("The lab has it", by=ANNA, under=card)
    for _ in range(2):
        shortcut(desk, said)
    assert crossed(desk) == [f"{WHO} The lab has it"]
    assert desk.told(ANNA)[0] == "Told 2 other teams, in the threads of their cards."
    edited(desk, said, "The lab had it")
    assert crossed(desk) == [f"{WHO} The lab had it"]
    deleted(desk, said)
    assert crossed(desk) == []


def test_the_shortcut_refuses_privately_what_is_not_the_team_s_talk(
    desk: Desk, card: Message
) -> None:
    said = desk.say("between us", by=ANNA, under=card)
    shortcut(desk, said, by=CHLOE)
    assert desk.told(CHLOE) == [
        "This part belongs to Service HK, and you are not in that team. <@U0LEADSERVICEHK> leads it."
    ]
    for elsewhere in (desk.say("lunch?", by=ANNA), Message("C0LOBBY", "1.5", ANNA, "x")):
        shortcut(desk, elsewhere)
        assert desk.told(ANNA)[-1] == "That is not a message in the thread of a card."
    shortcut(desk, card)
    assert desk.told(ANNA)[-1] == "Only what people write goes to the other teams."
    assert crossed(desk) == []


def test_with_no_other_team_the_shortcut_says_what_to_do_and_the_prefix_is_quiet(
    desk: Desk,
) -> None:
    desk.comment("a refund please")
    said = desk.say(">> hello", by=ANNA, under=desk.card())
    assert desk.told(ANNA) == []
    shortcut(desk, said)
    (told,) = desk.told(ANNA)
    assert told.startswith("No other team has a part in #1 yet.")


def test_the_form_tells_the_others_once(desk: Desk, card: Message) -> None:
    desk.press(card, ids.MORE, by=ANNA, option="tell|1:service-hk")
    assert desk.submit(ANNA, {"text": ""})["response_action"] == "errors"
    for _ in range(2):
        assert desk.submit(ANNA, {"text": "<!here> ready"}) == {"response_action": "clear"}
    (text,) = crossed(desk)
    assert "<!here>" not in text
    assert text.startswith(WHO)


@pytest.fixture
def closed_desk(sqlite_database: Database, slack: FakeSlack, clock: Clock) -> Desk:
    """A desk whose Service HK is Anna alone, by the organisation file; Ben sits in its channel."""
    org = organisation()
    teams = tuple(
        replace(team, members=frozenset({ANNA})) if team.channel == SERVICE_CHANNEL else team
        for team in org.teams
    )
    desk = Desk(sqlite_database, slack, clock, organisation(teams=teams))
    desk.comment()
    return desk


def test_only_who_is_in_the_team_speaks_for_it_to_the_others(closed_desk: Desk) -> None:
    desk = closed_desk
    before = desk.written()
    said = desk.say(">> we pay for it all", by=BEN, under=desk.card())
    (refused,) = desk.slack.ephemerals(BEN)
    assert refused.text.startswith("This part belongs to Service HK, and you are not in that team.")
    assert refused.text.endswith("Your message was not passed on.")
    assert (refused.channel, refused.thread_ts) == (SERVICE_CHANNEL, desk.card().ts)
    edited(desk, said, ">> we pay for half of it")
    assert (desk.written(), len(desk.told(BEN))) == (before, 2)
    desk.say("between us", by=BEN, under=desk.card())
    assert len(desk.told(BEN)) == 2
    desk.say(">> The lab has it", by=ANNA, under=desk.card())
    assert crossed(desk) == [f"{WHO} The lab has it"]


def test_who_was_refused_is_not_told_again_when_slack_shows_more_of_a_link(
    closed_desk: Desk,
) -> None:
    said = closed_desk.say(">> see https://shop.example", by=BEN, under=closed_desk.card())
    edited(closed_desk, said, said.text)
    assert len(closed_desk.told(BEN)) == 1
    edited(closed_desk, said, f"{said.text} and tell us")
    assert len(closed_desk.told(BEN)) == 2


def test_what_is_edited_or_deleted_anywhere_waits_for_no_writer(desk: Desk, card: Message) -> None:
    said = desk.say("lunch?", by=ANNA, under=card)
    with desk.database.transaction():
        edited(desk, said, "lunch!")
        deleted(desk, said)
    assert crossed(desk) == []


def test_a_line_for_a_thread_waits_until_its_card_is_there(desk: Desk) -> None:
    desk.slack.fail("chat.postMessage", "internal_error", times=None, channel=PRODUCT_CHANNEL)
    desk.comment()
    desk.say(">> one", by=ANNA, under=desk.card())
    desk.deliver()
    assert desk.thread(MARKETING_CHANNEL) == [f"{WHO} one"]
    assert desk.slack.messages(PRODUCT_CHANNEL) == []
    desk.slack.mend("chat.postMessage")
    desk.deliver(400)
    assert desk.thread(PRODUCT_CHANNEL) == [f"{WHO} one"]
