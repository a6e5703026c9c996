"""The whole life of a comment in one process: a signed webhook in, cards, clicks, a digest."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot import jobs, web
from bot.domain.case import State
from bot.store import journal, tables as t
from bot.store.database import Database
from bot.ui import ids
from tests.domain.factories import ANNA, CHLOE
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.handlers.desk import (
    MARKETING_CHANNEL,
    MAX,
    PRODUCT_CHANNEL,
    SERVICE_CHANNEL,
    TESS,
    THREE_TEAMS,
    TRIAGE_CHANNEL,
    Desk,
)
from tests.ui.looking import unsafe
from tests.web.client import Client
from tests.web.telling import tell

AUDIO_CHANNEL, AUDIO_LEAD = "C0PRODUCTAUDIO", "U0LEADPRODUCTAUDIO"
OWNERS = (SERVICE_CHANNEL, PRODUCT_CHANNEL, MARKETING_CHANNEL)
# Ten in the morning in Hong Kong, on a Monday.
MORNING = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture
def desk(database: Database, slack: FakeSlack, clock: Clock) -> Desk:
    """A bot in Hong Kong's morning, its clock seen for the first time."""
    clock.set(MORNING)
    made = Desk(database, slack, clock)
    jobs.owe_digests(made.services)
    return made


@pytest.fixture
def client(desk: Desk) -> Iterator[Client]:
    """What the sources talk to."""
    with Client.of(web.create_web(desk.services, desk.app, ready=list)) as found:
        yield found


def as_the_journal_says(desk: Desk) -> None:
    """Every case's rows are what its events alone make of it."""
    with desk.database.reading() as session:
        numbers = session.execute(t.cases.select()).mappings().all()
        for row in numbers:
            loaded = journal.load(session, row["number"], lock=False)
            assert journal.replay(session, row["number"]) == loaded


def decline(desk: Desk, channel: str, by: str) -> None:
    if ids.DECLINE in desk.card(channel).buttons:
        desk.press(desk.card(channel), ids.DECLINE, by=by)
    else:
        assert desk.choose(ids.DECLINE, by=by, channel=channel)["response_action"] == "update"
    assert desk.submit(by, {"reason": "not ours"}) == {"response_action": "clear"}
    desk.deliver()


def test_a_comment_reaches_its_teams_and_is_owned_until_it_is_settled(
    desk: Desk, client: Client
) -> None:
    comment = {
        "platform": "facebook",
        "id": "fb-1",
        "text": THREE_TEAMS,
        "author": {"name": "Mei Chan"},
    }
    assert tell(desk, client, "created", "msg_1", **comment) == (202, {"case": 1})
    assert tell(desk, client, "created", "msg_1", **comment) == (202, {"case": 1})
    assert tell(desk, client, "created", "msg_2", **comment) == (200, {"case": 1})
    assert desk.slack.called("chat.postMessage") == []

    desk.deliver()
    for channel in OWNERS:
        assert "*Mei Chan*" in desk.card(channel).words
        assert "Who owns this* — lead: Service HK" in desk.card(channel).words
    assert desk.slack.messages(TRIAGE_CHANNEL) == []

    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    desk.deliver()
    for channel in OWNERS:
        wall = "02:0" if channel == PRODUCT_CHANNEL else "10:0"
        assert f"<@{ANNA}> · claimed {wall}" in desk.card(channel).words
        assert len(desk.slack.messages(channel)) == 1

    desk.press(desk.card(PRODUCT_CHANNEL), ids.HANDOFF, by=CHLOE)
    desk.submit(CHLOE, {"team": "product-audio", "reason": "it is the jack"})
    desk.deliver()
    assert "Product Mobile handed it to you: “it is the jack”" in desk.card(AUDIO_CHANNEL).words
    assert "handed off to Product Audio" in desk.card(MARKETING_CHANNEL).words

    decline(desk, MARKETING_CHANNEL, MAX)
    decline(desk, AUDIO_CHANNEL, AUDIO_LEAD)
    assert desk.slack.messages(TRIAGE_CHANNEL) == []
    decline(desk, SERVICE_CHANNEL, ANNA)
    assert "every team said it is not theirs" in desk.card(TRIAGE_CHANNEL).words

    desk.press(desk.card(TRIAGE_CHANNEL), ids.ROUTE, by=TESS)
    desk.submit(TESS, {"teams": ["service-hk"], "note": "please look again"})
    desk.deliver()
    assert "chosen in triage: “please look again”" in desk.card().words

    desk.press(desk.card(), ids.RESOLVE, by=ANNA)
    desk.submit(ANNA, {"outcome": "fixed", "note": "refunded"})
    desk.deliver()
    assert desk.case().settled_at is not None
    for channel in (*OWNERS, AUDIO_CHANNEL):
        assert "*All done* — settled" in desk.card(channel).words
        assert "done: fixed" in desk.card(channel).words

    desk.press(desk.card(), ids.REOPEN, by=ANNA)
    desk.deliver()
    assert (desk.state(), desk.case().settled_at) == (State.OPEN, None)
    assert "*All done*" not in desk.card(MARKETING_CHANNEL).words

    read_the_digest(desk)
    as_the_journal_says(desk)


def read_the_digest(desk: Desk) -> None:
    """At nine the next morning, by its own clock, the team reads where it stands; once."""
    at_nine = MORNING.replace(hour=1) + timedelta(days=1)
    for moment in (at_nine - timedelta(seconds=1), at_nine, at_nine + timedelta(minutes=1)):
        desk.clock.set(moment)
        for job in (jobs.tick_stakes, jobs.owe_digests, jobs.owe_digests):
            job(desk.services)
        desk.deliver()
        posted = [m for m in desk.slack.messages(SERVICE_CHANNEL) if "came in" in m.text]
        assert len(posted) == (moment >= at_nine)
    (digest,) = posted
    assert digest.text.startswith("Service HK: 2 came in, 1 resolved; 1 is past target, 23 h old")
    for figure in ("2 came in", "2 claimed", "1 resolved", "1 open"):
        assert figure in digest.words.replace("*", ""), digest.words
    assert digest.buttons[ids.CLAIM]["value"] == "1:service-hk"
    desk.press(digest, ids.CLAIM, by=ANNA)
    assert desk.state() is State.CLAIMED


def test_what_happens_on_the_platform_afterwards_shows_on_every_card(
    desk: Desk, client: Client
) -> None:
    known = {"platform": "facebook", "id": "fb-1"}
    tell(desk, client, "created", "msg_1", **known, text=THREE_TEAMS, author={"name": "Mei"})
    desk.deliver()
    desk.clock.advance(minutes=1)
    changed = tell(desk, client, "updated", "msg_2", **known, text="I love it after all")
    assert changed == (200, {"case": 1})
    desk.deliver()
    for channel in OWNERS:
        assert "I love it after all" in desk.card(channel).words
        assert "✏️ edited" in desk.card(channel).words
    desk.clock.advance(minutes=1)
    assert tell(desk, client, "deleted", "msg_3", **known) == (200, {"case": 1})
    desk.deliver()
    for channel in OWNERS:
        assert "The author deleted this comment" in desk.card(channel).words
        assert "I love it" not in desk.card(channel).words + desk.card(channel).text
    as_the_journal_says(desk)


def test_a_deletion_that_comes_first_leaves_no_card_to_answer(desk: Desk, client: Client) -> None:
    known = {"platform": "facebook", "id": "fb-1"}
    assert tell(desk, client, "deleted", "msg_1", **known) == (200, {"case": None})
    desk.deliver()
    assert tell(desk, client, "created", "msg_2", **known, text=THREE_TEAMS) == (202, {"case": 1})
    desk.deliver()
    assert desk.case().settled_at is not None
    assert desk.said_in_public() == []
    as_the_journal_says(desk)


def test_a_target_that_passes_shows_on_the_card_and_in_the_numbers(
    desk: Desk, client: Client
) -> None:
    tell(desk, client, "created", "msg_1", platform="facebook", id="fb-1", text=THREE_TEAMS)
    desk.deliver()
    desk.clock.advance(hours=1, minutes=1)
    for _ in range(2):
        jobs.tick_stakes(desk.services)
    desk.deliver()
    assert "🔴 *Service HK* — late, unclaimed" in desk.card().words
    missed = [fact for fact in desk.facts() if type(fact).__name__ == "ClaimTargetMissed"]
    assert sorted(fact.team for fact in missed) == ["marketing-hk", "service-hk"]  # type: ignore[union-attr]
    as_the_journal_says(desk)


BAD_INPUT = {
    "a NUL": "re\x00fund \x00",
    "a lone high surrogate": "refund \ud83d please",
    "a lone low surrogate": "\ude00 refund",
    "right-to-left marks": "refund \u202e\u2066evil\u202c \u200f שלום",
    "100,000 characters": "refund " + "x" * 99_993,
    "80,000 characters of Chinese": "退款" * 40_000,
    "100,000 escapes": "&<>" * 33_333,
    "emoji only": "👩‍👩‍👧‍👦🇭🇰🏳️‍🌈" * 50,
    "a channel": "refund <!channel> <!here> <!everyone> @channel @here",
    "a manager": "refund <@U0MANAGER> <@U0MANAGER|boss>",
    "a link": "refund <https://evil|bank> <https://evil.example|bank> https://evil.example",
    "a group": "refund <!subteam^S0ABC|@service> <#C0TRIAGE>",
    "markup": "refund *a* _b_ ~c~ `d` ```e``` > f\n>>> g",
    "blank lines": "refund" + "\n" * 5_000 + "end",
    "blanks only": " \t\n\u3000\u200b",
}


@pytest.mark.parametrize("kind", BAD_INPUT)
def test_whatever_a_customer_writes_becomes_a_card_that_is_safe(
    desk: Desk, client: Client, kind: str
) -> None:
    words = BAD_INPUT[kind]
    short = words[:300]
    author = {"name": short, "handle": short, "url": short, "id": short}
    told = tell(desk, client, "created", "msg_1", platform="facebook", id="fb-1", text=words,
                author=author, url=short, language="zh-Hant", campaign=short, tags=[short])  # fmt: skip
    assert told == (202, {"case": 1})
    desk.deliver()
    safe(desk)
    as_the_journal_says(desk)


def test_a_photo_without_words_becomes_a_card(desk: Desk, client: Client) -> None:
    photo = {"media": ["https://cdn.example/1.jpg"], "author": {"name": "Mei"}}
    told = tell(desk, client, "created", "msg_1", platform="facebook", id="fb-1", **photo)
    assert told == (202, {"case": 1})
    desk.deliver()
    safe(desk)
    card = desk.card(TRIAGE_CHANNEL)
    assert "_(no text)_" in card.words
    assert "📎 1 photo or video" in card.words


def safe(desk: Desk) -> None:
    """Some card is shown; all of them were taken as blocks, and none pings, links or unfurls."""
    posts = desk.slack.called("chat.postMessage")
    assert posts
    for post in posts:
        whole = json.dumps(post.args, ensure_ascii=False)
        assert unsafe({"blocks": post.args["blocks"]}) == []
        assert "<" not in post.args["text"].replace("&lt;", "")
        assert "<@U0MANAGER" not in whole
        assert "<!" not in whole
        assert "|bank>" not in whole
        assert (post.args["unfurl_links"], post.args["unfurl_media"]) in {
            (False, False),
            ("0", "0"),
            ("false", "false"),
        }
    cards = [card for team in OWNERS for card in desk.slack.cards(team)]
    assert cards or desk.slack.cards(TRIAGE_CHANNEL)
