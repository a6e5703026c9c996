"""What the gateway sends, and what it reads."""

from datetime import timedelta

import pytest

from bot.errors import DeliveryFailed
from bot.slack.gateway import TIMEOUT_SECONDS, Gateway, marked, web_client
from bot.ui import kit
from bot.ui.kit import Message
from tests.fakes.clock import START, Clock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import Message as Posted
from tests.slack.office import marker, settings

ONE = "C0ONE"
MESSAGE = Message("A case", [kit.section("A case"), kit.divider()])


@pytest.fixture
def gateway(slack: FakeSlack) -> Gateway:
    slack.channel(ONE, "one", members=["U0ANN", "U0BEN"])
    return Gateway(web_client(settings(slack)))


def test_the_client_repeats_nothing_by_itself_and_gives_up_after_ten_seconds(
    slack: FakeSlack,
) -> None:
    client = web_client(settings(slack))
    assert (client.retry_handlers, client.timeout) == ([], TIMEOUT_SECONDS)
    assert (client.token, client.base_url) == (slack.token, slack.client_url)


def test_a_post_says_where_it_stands_and_unfurls_nothing(
    slack: FakeSlack, gateway: Gateway
) -> None:
    ts = gateway.post(ONE, MESSAGE, marker="17")
    (message,) = slack.messages(ONE)
    assert (message.ts, message.text) == (ts, "A case")
    (call,) = slack.called("chat.postMessage")
    assert (call.args["unfurl_links"], call.args["unfurl_media"]) == (False, False)
    assert not {"link_names", "parse"} & set(call.args)


def test_the_marker_is_on_the_first_block_and_nowhere_else(
    slack: FakeSlack, gateway: Gateway
) -> None:
    gateway.post(ONE, MESSAGE, marker="17")
    (call,) = slack.called("chat.postMessage")
    assert [block.get("block_id") for block in call.args["blocks"]] == ["crosstalk:17", None]
    assert "block_id" not in MESSAGE.blocks[0]


def test_a_message_without_blocks_carries_a_marker_all_the_same(
    slack: FakeSlack, gateway: Gateway
) -> None:
    gateway.post(ONE, Message("x" * 3900), marker="17")
    (message,) = slack.messages(ONE)
    assert marker(message) == "crosstalk:17"
    assert gateway.find(ONE, "17", since=START) == message.ts


def test_marking_keeps_the_blocks_as_they_were() -> None:
    blocks = [kit.section("one"), kit.section("two")]
    first = {"block_id": "crosstalk:1", **blocks[0]}
    assert marked(Message("x", blocks), "1") == [first, blocks[1]]


def test_an_update_shows_the_new_message_in_the_old_place(
    slack: FakeSlack, gateway: Gateway
) -> None:
    ts = gateway.post(ONE, MESSAGE, marker="17")
    gateway.update(ONE, ts, Message("Done", [kit.section("Done")]), marker="17")
    (message,) = slack.messages(ONE)
    assert (message.text, message.words, marker(message)) == ("Done", "Done", "crosstalk:17")


def test_a_message_is_found_by_its_whole_marker(gateway: Gateway) -> None:
    first = gateway.post(ONE, MESSAGE, marker="17")
    second = gateway.post(ONE, MESSAGE, marker="1")
    assert gateway.find(ONE, "17", since=START) == first
    assert gateway.find(ONE, "1", since=START) == second
    assert gateway.find(ONE, "7", since=START) is None


def test_looking_goes_on_over_every_page(slack: FakeSlack, gateway: Gateway) -> None:
    wanted = gateway.post(ONE, MESSAGE, marker="wanted")
    for _ in range(450):
        slack.workspace.posted[ONE].append(_chatter(slack))
    assert gateway.find(ONE, "wanted", since=START) == wanted
    assert len(slack.called("conversations.history")) == 3


def _chatter(slack: FakeSlack) -> Posted:
    return Posted(channel=ONE, ts=slack.workspace.new_ts(), user="U0ANN", text="hello")


def test_looking_begins_a_little_before_the_post_for_clocks_that_differ(
    gateway: Gateway, clock: Clock
) -> None:
    early = gateway.post(ONE, MESSAGE, marker="17")
    clock.advance(minutes=1)
    assert gateway.find(ONE, "17", since=START + timedelta(seconds=4)) == early
    assert gateway.find(ONE, "17", since=clock.now()) is None


def test_a_direct_message_is_looked_for_in_the_conversation(
    slack: FakeSlack, gateway: Gateway
) -> None:
    slack.user("U0ANN")
    ts = gateway.post("U0ANN", MESSAGE, marker="17")
    assert gateway.find("U0ANN", "17", since=START) == ts
    assert [call.args["channel"] for call in slack.called("conversations.history")] == ["D0ANN"]


def test_a_message_that_somebody_deleted_is_named(slack: FakeSlack, gateway: Gateway) -> None:
    ts = gateway.post(ONE, MESSAGE, marker="17")
    slack.workspace.posted[ONE].clear()
    with pytest.raises(DeliveryFailed, match="message_not_found"):
        gateway.update(ONE, ts, MESSAGE, marker="17")


def test_members_are_read_to_the_last_page(slack: FakeSlack, gateway: Gateway) -> None:
    crowd = {f"U{number:04d}" for number in range(450)}
    slack.channel("C0CROWD", members=crowd, bot=False)
    assert gateway.members("C0CROWD") == crowd


def test_user_groups_channels_people_and_ourselves_can_be_asked_about(
    slack: FakeSlack, gateway: Gateway
) -> None:
    slack.usergroup("S0ONE", ["U0ANN"])
    slack.channel("C0OLD", "old", archived=True)
    slack.channel("C0SECRET", "secret", private=True)
    assert gateway.usergroup_members("S0ONE") == {"U0ANN"}
    assert gateway.channels() == {"one": ONE, "secret": "C0SECRET"}
    assert gateway.channel("C0OLD")["is_archived"]
    assert gateway.user("U0ANN")["name"] == "u0ann"
    who, scopes = gateway.identity()
    assert (who["user_id"], scopes) == ("U0BOT", slack.scopes)
