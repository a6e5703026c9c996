"""The fake Web API, as the real SDK meets it."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.ui import kit
from tests.fakes.client import client_of, refusal
from tests.fakes.clock import START, Clock
from tests.fakes.slack_api import FakeSlack

ONE = "C0ONE"
MODAL = kit.modal("Hand off", [kit.section("Which team?")])
CARD = [kit.section("A case"), kit.actions(kit.button("Claim", "stake_claim", "1042:service"))]


@pytest.fixture
def client(slack: FakeSlack) -> WebClient:
    slack.channel(ONE, "one", members=["U0ANN"])
    return client_of(slack)


def test_a_posted_message_can_be_read_back(slack: FakeSlack, client: WebClient) -> None:
    answer = client.chat_postMessage(channel=ONE, text="A case", blocks=CARD, unfurl_links=False)
    (message,) = slack.messages(ONE)
    assert (answer["ts"], message.text, message.words) == (message.ts, "A case", "A case\nClaim")
    assert message.extras == {"unfurl_links": False}
    assert slack.card(ONE).buttons["stake_claim"]["value"] == "1042:service"
    assert client.conversations_history(channel=ONE)["messages"][0]["ts"] == message.ts


def test_every_call_is_recorded_with_its_time(
    slack: FakeSlack, client: WebClient, clock: Clock
) -> None:
    client.auth_test()
    clock.advance(seconds=5)
    refusal(client.chat_postMessage, channel="C0NONE", text="lost")
    assert [(call.method, call.at) for call in slack.calls] == [
        ("auth.test", START),
        ("chat.postMessage", clock.now()),
    ]
    assert slack.called("chat.postMessage", "C0NONE")[0].args["text"] == "lost"


def test_timestamps_follow_the_clock_and_never_repeat(client: WebClient) -> None:
    stamps = [client.chat_postMessage(channel=ONE, text="x")["ts"] for _ in range(3)]
    seconds = int(START.timestamp())
    assert stamps == [f"{seconds}.{micros:06d}" for micros in range(3)]


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("chat.postMessage", {"channel": "C0NONE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0SECRET", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0OTHER", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "C0OLD", "text": "x"}, "is_archived"),
        ("chat.postMessage", {"channel": ONE}, "no_text"),
        ("chat.postMessage", {"channel": ONE, "text": "x", "blocks": "?"}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": ONE, "text": "x", "blocks": [{}]}, "invalid_blocks"),
        ("chat.postEphemeral", {"channel": ONE, "user": "U0X", "text": "x"}, "user_not_in_channel"),
        ("chat.update", {"channel": ONE, "ts": "1.0", "text": "x"}, "message_not_found"),
        ("chat.delete", {"channel": ONE, "ts": "1.0"}, "message_not_found"),
        ("chat.getPermalink", {"channel": ONE, "message_ts": "1.0"}, "message_not_found"),
        ("conversations.history", {"channel": "C0OTHER"}, "not_in_channel"),
        ("conversations.replies", {"channel": ONE, "ts": "1.0"}, "thread_not_found"),
        ("conversations.info", {"channel": "C0SECRET"}, "channel_not_found"),
        ("conversations.join", {"channel": "C0OLD"}, "is_archived"),
        ("conversations.open", {"users": "U0NONE"}, "user_not_found"),
        ("users.info", {"user": "U0NONE"}, "user_not_found"),
        ("usergroups.users.list", {"usergroup": "S0NONE"}, "no_such_subteam"),
        ("views.open", {"trigger_id": "none", "view": MODAL}, "invalid_trigger_id"),
        ("views.update", {"view_id": "V0NONE", "view": MODAL}, "not_found"),
        ("views.publish", {"user_id": "U0ANN", "view": MODAL}, "invalid_blocks"),
        ("blocks.unknown", {}, "unknown_method"),
    ],
)
def test_what_slack_refuses_is_refused(
    slack: FakeSlack, client: WebClient, method: str, args: dict[str, Any], error: str
) -> None:
    slack.channel("C0OLD", archived=True)
    slack.channel("C0OTHER", bot=False)
    slack.channel("C0SECRET", bot=False, private=True)
    assert refusal(client.api_call, api_method=method, json=args) == error


def test_forms_and_json_are_read_alike(slack: FakeSlack, client: WebClient) -> None:
    kit_blocks = str(CARD).replace("'", '"').replace("True", "true")
    client.api_call("chat.postMessage", params={"channel": ONE, "text": "x", "blocks": kit_blocks})
    client.api_call("chat.postMessage", json={"channel": ONE, "text": "x", "blocks": CARD})
    form, json = slack.messages(ONE)
    assert form.words == json.words


def test_blocks_over_the_limits_are_named(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=ONE, text="x", blocks=[kit.divider()] * 51)
    assert "51" in caught.value.response["response_metadata"]["messages"][0]


@pytest.mark.parametrize(("token", "error"), [("xoxb-other", "invalid_auth"), (None, "not_authed")])
def test_only_the_bots_token_is_let_in(slack: FakeSlack, token: str | None, error: str) -> None:
    stranger = WebClient(token=token, base_url=slack.client_url, retry_handlers=[])
    assert refusal(stranger.auth_test) == error


def test_a_revoked_token_works_again_when_mended(slack: FakeSlack, client: WebClient) -> None:
    slack.revoke()
    assert refusal(client.chat_postMessage, channel=ONE, text="x") == "token_revoked"
    slack.mend()
    assert client.chat_postMessage(channel=ONE, text="x")["ok"]


def test_a_missing_scope_is_named(slack: FakeSlack, client: WebClient) -> None:
    slack.scopes.discard("chat:write")
    assert refusal(client.chat_postMessage, channel=ONE, text="x") == "missing_scope"
    assert "chat:write" not in client.auth_test().headers["x-oauth-scopes"].split(",")


def test_an_update_shows_the_latest_and_takes_away_what_it_leaves_out(
    slack: FakeSlack, client: WebClient
) -> None:
    ts = client.chat_postMessage(channel=ONE, text="old", blocks=CARD)["ts"]
    client.chat_update(channel=ONE, ts=ts, text="new")
    (message,) = slack.messages(ONE)
    assert (message.text, message.blocks, message.updates) == ("new", [], 1)
    slack.workspace.channels[ONE].archived = True
    assert refusal(client.chat_update, channel=ONE, ts=ts, text="newer") == "is_inactive"


def test_a_thread_stays_out_of_the_history(slack: FakeSlack, client: WebClient) -> None:
    parent = client.chat_postMessage(channel=ONE, text="parent")["ts"]
    reply = client.chat_postMessage(channel=ONE, text="reply", thread_ts=parent)["ts"]
    history = client.conversations_history(channel=ONE)["messages"]
    thread = client.conversations_replies(channel=ONE, ts=parent)["messages"]
    assert [m["ts"] for m in history] == [parent]
    assert [m["ts"] for m in thread] == [parent, reply]
    assert len(slack.messages(ONE)) == 2


def test_the_history_is_paged_newest_first_and_begins_after_oldest(
    client: WebClient, clock: Clock
) -> None:
    stamps = []
    for _ in range(5):
        stamps.append(client.chat_postMessage(channel=ONE, text="x")["ts"])
        clock.advance(seconds=1)
    pages = client.conversations_history(channel=ONE, oldest=stamps[0], limit=3)
    found = [[message["ts"] for message in page["messages"]] for page in pages]
    assert found == [stamps[:1:-1], stamps[1:2]]


def test_metadata_is_given_back_when_asked_for(client: WebClient) -> None:
    metadata = {"event_type": "notice", "event_payload": {"id": "7"}}
    client.chat_postMessage(channel=ONE, text="x", metadata=metadata)
    plain = client.conversations_history(channel=ONE)["messages"][0]
    full = client.conversations_history(channel=ONE, include_all_metadata=True)["messages"][0]
    assert ("metadata" in plain, full["metadata"]) == (False, metadata)


def test_a_message_to_a_person_opens_a_conversation(slack: FakeSlack, client: WebClient) -> None:
    answer = client.chat_postMessage(channel="U0ANN", text="for you")
    assert answer["channel"] == client.conversations_open(users="U0ANN")["channel"]["id"]
    assert [message.text for message in slack.messages("U0ANN")] == ["for you"]
    wrong = refusal(client.chat_update, channel="U0ANN", ts=answer["ts"], text="x")
    assert wrong == "channel_not_found"


def test_what_one_person_is_shown_stays_with_them(slack: FakeSlack, client: WebClient) -> None:
    client.chat_postEphemeral(channel=ONE, user="U0ANN", text="psst")
    WebhookClient(slack.response_url(ONE, "U0ANN")).send(text="psst again")
    assert [message.text for message in slack.ephemerals("U0ANN")] == ["psst", "psst again"]
    assert slack.messages(ONE) == []


def test_people_channels_and_groups_are_listed(slack: FakeSlack, client: WebClient) -> None:
    slack.user("U0BEN", "ben", "Asia/Hong_Kong")
    slack.usergroup("S0SERVICE", ["U0ANN", "U0BEN"])
    slack.channel("C0OLD", archived=True)
    slack.channel("C0SECRET", bot=False, private=True)
    channels = client.conversations_list(
        exclude_archived=True, types="public_channel,private_channel"
    )
    assert [channel["id"] for channel in channels["channels"]] == [ONE]
    assert client.conversations_members(channel=ONE)["members"] == ["U0ANN", "U0BOT"]
    assert client.users_info(user="U0BEN")["user"]["tz"] == "Asia/Hong_Kong"
    assert client.usergroups_users_list(usergroup="S0SERVICE")["users"] == ["U0ANN", "U0BEN"]
    assert client.team_info()["team"]["id"] == client.auth_test()["team_id"]


def test_a_trigger_is_good_once_and_for_three_seconds(
    slack: FakeSlack, client: WebClient, clock: Clock
) -> None:
    used, late = slack.trigger("U0ANN"), slack.trigger("U0ANN")
    client.views_open(trigger_id=used, view=MODAL)
    assert refusal(client.views_open, trigger_id=used, view=MODAL) == "exchanged_trigger_id"
    clock.advance(seconds=3)
    assert refusal(client.views_open, trigger_id=late, view=MODAL) == "expired_trigger_id"


def test_modals_stack_three_deep(slack: FakeSlack, client: WebClient) -> None:
    client.views_open(trigger_id=slack.trigger("U0ANN"), view=MODAL)
    for _ in range(2):
        client.views_push(trigger_id=slack.trigger("U0ANN"), view=MODAL)
    fourth = refusal(client.views_push, trigger_id=slack.trigger("U0ANN"), view=MODAL)
    assert fourth == "push_limit_reached"


def test_a_view_is_updated_only_by_who_saw_its_latest_state(
    slack: FakeSlack, client: WebClient
) -> None:
    view = client.views_open(trigger_id=slack.trigger("U0ANN"), view=MODAL)["view"]
    changed = kit.modal("Changed", [kit.divider()])
    client.views_update(view_id=view["id"], hash=view["hash"], view=changed)
    stale = refusal(client.views_update, view_id=view["id"], hash=view["hash"], view=MODAL)
    assert stale == "hash_conflict"
    assert slack.modal("U0ANN").payload["title"]["text"] == "Changed"


def test_a_home_tab_is_published_for_one_person(slack: FakeSlack, client: WebClient) -> None:
    client.views_publish(user_id="U0ANN", view=kit.home_view([kit.section("Nothing to do")]))
    assert slack.home("U0ANN").words == "Nothing to do"


def test_a_reaction_is_there_once(slack: FakeSlack, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ONE, text="x")["ts"]
    client.reactions_add(channel=ONE, timestamp=ts, name="eyes")
    again = refusal(client.reactions_add, channel=ONE, timestamp=ts, name="eyes")
    assert (again, slack.messages(ONE)[0].reactions) == ("already_reacted", {"eyes": {"U0BOT"}})
    client.reactions_remove(channel=ONE, timestamp=ts, name="eyes")
    gone = refusal(client.reactions_remove, channel=ONE, timestamp=ts, name="eyes")
    assert gone == "no_reaction"
