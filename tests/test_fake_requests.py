"""The requests that the tests make are such as Bolt takes for Slack's."""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult

from bot.ui import kit
from tests.fakes.client import client_of
from tests.fakes.requests import SECRET, Incoming, raw, signature
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import Message, View

ONE = "C0ONE"
FORM = kit.modal(
    "Hand off",
    [
        kit.input_field("team", "Team", kit.static_select([kit.option("A", "a")], "Which?")),
        kit.input_field("reason", "Reason", kit.plain_text_input(initial="because")),
        kit.input_field("tags", "Tags", kit.checkboxes([kit.option("T", "t")]), optional=True),
    ],
    callback="handoff_form",
    submit="Hand off",
)
CARD = [
    kit.actions(
        kit.button("Claim", "stake_claim", "1042:service"),
        kit.button("Claim", "stake_claim_2", "1043:service"),
        kit.overflow("case_more", [("Timeline", "timeline|1042:service")]),
    )
]


@pytest.fixture
def app(slack: FakeSlack) -> App:
    slack.channel(ONE, members=["U0ANN"])
    client = client_of(slack)
    found = AuthorizeResult(
        enterprise_id=None, team_id="T0TEST", bot_user_id="U0BOT", bot_token=slack.token
    )
    return App(
        client=client,
        signing_secret=SECRET,
        authorize=lambda: found,
        process_before_response=True,
    )


@pytest.fixture
def card(slack: FakeSlack, app: App) -> Message:
    app.client.chat_postMessage(channel=ONE, text="A case", blocks=CARD)
    return slack.card(ONE)


@pytest.fixture
def form(slack: FakeSlack, app: App) -> View:
    app.client.views_open(trigger_id=slack.trigger("U0ANN"), view=FORM)
    return slack.modal("U0ANN")


def heard(app: App, listen: Callable[..., Any], request: BoltRequest) -> dict[str, Any]:
    """The body that a listener of *app* is called with for *request*."""
    bodies: list[dict[str, Any]] = []

    def listener(ack: Callable[[], None], body: dict[str, Any]) -> None:
        bodies.append(body)
        ack()

    listen(listener)
    assert app.dispatch(request).status == 200
    (body,) = bodies
    return body


def test_a_click_carries_the_buttons_value_and_a_trigger(
    app: App, card: Message, incoming: Incoming
) -> None:
    click = incoming.click(card, "stake_claim", by="U0ANN")
    body = heard(app, app.action("stake_claim"), click)
    assert body["actions"][0]["value"] == "1042:service"
    assert body["actions"][0]["block_id"] == card.blocks[0]["block_id"]
    assert (body["user"]["id"], body["container"]["message_ts"]) == ("U0ANN", card.ts)
    assert app.client.views_open(trigger_id=body["trigger_id"], view=FORM)["ok"]


def test_a_menus_entry_must_be_there_to_be_chosen(
    app: App, card: Message, incoming: Incoming
) -> None:
    click = incoming.click(card, "case_more", by="U0ANN", option="timeline|1042:service")
    body = heard(app, app.action("case_more"), click)
    assert body["actions"][0]["selected_option"]["value"] == "timeline|1042:service"
    with pytest.raises(AssertionError, match="no option"):
        incoming.click(card, "case_more", by="U0ANN", option="other")
    with pytest.raises(AssertionError, match="nothing is called stake_resolve"):
        incoming.click(card, "stake_resolve", by="U0ANN")


def test_a_forged_value_is_sent_as_it_is(app: App, card: Message, incoming: Incoming) -> None:
    click = incoming.click(card, "stake_claim", by="U0ANN", value="1:board")
    assert heard(app, app.action("stake_claim"), click)["actions"][0]["value"] == "1:board"


def test_a_click_in_a_home_tab_names_its_view(
    slack: FakeSlack, app: App, incoming: Incoming
) -> None:
    app.client.views_publish(user_id="U0ANN", view=kit.home_view(CARD))
    home = slack.home("U0ANN")
    body = heard(app, app.action("stake_claim"), incoming.click(home, "stake_claim", by="U0ANN"))
    assert (body["container"]["type"], body["view"]["id"]) == ("view", home.id)
    assert "response_url" not in body


def test_a_submission_carries_what_was_filled_in_and_what_stood_there(
    app: App, form: View, incoming: Incoming
) -> None:
    submission = incoming.submit(form, {"team": "a", "tags": ["t"]}, by="U0ANN")
    body = heard(app, app.view("handoff_form"), submission)
    values = body["view"]["state"]["values"]
    assert values["team"]["value"]["selected_option"]["value"] == "a"
    assert values["reason"]["value"]["value"] == "because"
    assert [option["value"] for option in values["tags"]["value"]["selected_options"]] == ["t"]
    with pytest.raises(AssertionError, match="no fields"):
        incoming.submit(form, {"nobody": "x"}, by="U0ANN")


def test_every_other_kind_reaches_its_listener(
    app: App, card: Message, form: View, incoming: Incoming
) -> None:
    kinds = [
        (app.view_closed("handoff_form"), incoming.close(form, by="U0ANN")),
        (app.command("/comment"), incoming.command("/comment", "1", by="U0ANN", channel=ONE)),
        (app.shortcut("find"), incoming.message_shortcut("find", card, by="U0ANN")),
        (app.shortcut("record"), incoming.global_shortcut("record", by="U0ANN")),
        (app.options("teams"), incoming.suggestion("teams", "ser", by="U0ANN")),
        (app.event("app_home_opened"), incoming.home_opened(by="U0ANN")),
        (app.event("member_joined_channel"), incoming.joined("U0ANN", ONE)),
        (app.event("member_left_channel"), incoming.left("U0ANN", ONE)),
        (app.event("channel_archive"), incoming.event("channel_archive", channel=ONE, retry=1)),
    ]
    for listen, request in kinds:
        heard(app, listen, request)


def test_the_address_is_verified(app: App, incoming: Incoming) -> None:
    answer = app.dispatch(incoming.url_verification("abc"))
    assert json.loads(answer.body) == {"challenge": "abc"}


def test_another_secret_or_an_old_timestamp_is_refused(
    slack: FakeSlack, app: App, card: Message
) -> None:
    forger = Incoming(slack, secret="guessed")
    late = Incoming(slack, now=lambda: time.time() - 301)
    for stranger in (forger, late):
        assert app.dispatch(stranger.click(card, "stake_claim", by="U0ANN")).status == 401


def test_a_request_can_be_sent_over_http(incoming: Incoming) -> None:
    headers, body = raw(incoming.command("/digest", "all", by="U0ANN", channel=ONE))
    timestamp = headers["x-slack-request-timestamp"]
    assert headers["x-slack-signature"] == signature(SECRET, timestamp, body)
    assert parse_qs(body.decode())["text"] == ["all"]
