"""Requests as Slack sends them, signed, for ``app.dispatch`` and for the web face."""

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from slack_bolt import BoltRequest

from tests.fakes.forms import chosen, filled
from tests.fakes.looking import view_shown
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import APP_ID, TEAM_ID, Message, Payload, View, shown

SECRET = "signing-secret-of-the-tests"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's signature of *body*."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    return f"v0={digest.hexdigest()}"


def raw(request: BoltRequest) -> tuple[dict[str, str], bytes]:
    """Headers and body of *request*, to send over HTTP."""
    return {name: values[0] for name, values in request.headers.items()}, request.raw_body.encode()


class Incoming:
    """What people in a fake workspace do, as the requests that Slack makes of it.

    *now* is the time of the signature, in seconds; Bolt compares it with the machine's clock.
    """

    def __init__(
        self, slack: FakeSlack, secret: str = SECRET, now: Callable[[], float] = time.time
    ) -> None:
        self._slack = slack
        self._secret = secret
        self._now = now
        self._numbers = itertools.count(1)

    def click(
        self,
        where: Message | View,
        action_id: str,
        *,
        by: str,
        value: str | None = None,
        option: str | None = None,
    ) -> BoltRequest:
        """*by* presses a button or uses a menu of a message, a modal or a home tab.

        *value* tells apart buttons with one action id; a value that no button has is sent all
        the same, as a forger would. *option* is the entry chosen from a menu.

        Raises:
            AssertionError: there is no such button or menu.
        """
        action = chosen(where.blocks, action_id, value, option)
        action |= {"action_ts": self._slack.workspace.new_ts()}
        payload = self._base("block_actions", by) | {"actions": [action]}
        payload |= self._in_message(where, by) if isinstance(where, Message) else _in_view(where)
        return self._interaction(payload)

    def submit(
        self, view: View, values: Mapping[str, Any] | None = None, *, by: str
    ) -> BoltRequest:
        """*by* submits a modal; *values* by block id, as text, an option's value, or a list.

        Raises:
            AssertionError: the modal has no such field, or the menu no such option.
        """
        shown_view = view_shown(view) | {"state": {"values": filled(view.blocks, values or {})}}
        payload = self._base("view_submission", by) | {"view": shown_view, "response_urls": []}
        return self._interaction(payload)

    def close(self, view: View, *, by: str) -> BoltRequest:
        """*by* closes a modal that asked to be told."""
        payload = self._base("view_closed", by) | {"view": view_shown(view), "is_cleared": False}
        return self._interaction(payload)

    def message_shortcut(self, callback_id: str, message: Message, *, by: str) -> BoltRequest:
        """*by* uses a shortcut on a message."""
        payload = self._base("message_action", by) | self._in_message(message, by)
        return self._interaction(payload | {"callback_id": callback_id})

    def global_shortcut(self, callback_id: str, *, by: str) -> BoltRequest:
        """*by* uses a shortcut from the search bar: it has no channel."""
        return self._interaction(self._base("shortcut", by) | {"callback_id": callback_id})

    def suggestion(
        self, action_id: str, typed: str, *, by: str, form: View | None = None
    ) -> BoltRequest:
        """*by* types into a menu whose entries the app gives, in *form* where it stands in one."""
        payload = self._base("block_suggestion", by) | {"action_id": action_id, "value": typed}
        payload |= {"view": view_shown(form)} if form else {}
        return self._interaction(payload | {"block_id": action_id})

    def command(self, name: str, text: str = "", *, by: str, channel: str) -> BoltRequest:
        """*by* types a slash command in *channel*."""
        place = {"channel_id": channel, "channel_name": channel.lower(), "team_id": TEAM_ID}
        who = {"user_id": by, "user_name": by.lower(), "api_app_id": APP_ID}
        reply = {"response_url": self._slack.response_url(channel, by)}
        typed = {"command": name, "text": text, "trigger_id": self._slack.trigger(by)}
        return self._form(place | who | reply | typed)

    def event(self, kind: str, *, event_id: str = "", retry: int = 0, **fields: Any) -> BoltRequest:
        """Something happened in the workspace; *retry* counts Slack's repetitions of it."""
        moment = self._slack.workspace.new_ts()
        payload = {
            "type": "event_callback",
            "team_id": TEAM_ID,
            "api_app_id": APP_ID,
            "event_id": event_id or f"Ev{next(self._numbers):08d}",
            "event_time": int(float(moment)),
            "event": {"type": kind, "event_ts": moment} | fields,
            "authorizations": [{"team_id": TEAM_ID, "is_bot": True}],
        }
        more = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        return self._signed(json.dumps(payload), "application/json", more if retry else {})

    def home_opened(self, *, by: str, tab: str = "home") -> BoltRequest:
        """*by* opens the app's page."""
        return self.event("app_home_opened", user=by, tab=tab, channel=f"D{by[1:]}")

    def joined(self, user: str, channel: str) -> BoltRequest:
        """*user* joins *channel*."""
        return self.event("member_joined_channel", user=user, channel=channel, team=TEAM_ID)

    def left(self, user: str, channel: str) -> BoltRequest:
        """*user* leaves *channel*."""
        return self.event("member_left_channel", user=user, channel=channel, team=TEAM_ID)

    def reacted(
        self, message: Message, name: str, *, by: str, on: bool = True, event_id: str = ""
    ) -> BoltRequest:
        """*by* puts an emoji on a message, or takes it away."""
        kind = "reaction_added" if on else "reaction_removed"
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        return self.event(
            kind,
            event_id=event_id,
            user=by,
            item_user=message.user,
            reaction=name,
            item=item,
        )

    def url_verification(self, challenge: str = "challenge") -> BoltRequest:
        """Slack asks whether the address is ours."""
        payload = {"type": "url_verification", "challenge": challenge, "token": "old"}
        return self._signed(json.dumps(payload), "application/json", {})

    def _base(self, kind: str, by: str) -> Payload:
        team = {"id": TEAM_ID, "domain": "test"}
        user = {"id": by, "name": by.lower(), "username": by.lower(), "team_id": TEAM_ID}
        ids = {"api_app_id": APP_ID, "trigger_id": self._slack.trigger(by), "enterprise": None}
        return {"type": kind, "team": team, "user": user, "is_enterprise_install": False} | ids

    def _in_message(self, message: Message, by: str) -> Payload:
        container = {"type": "message", "message_ts": message.ts, "channel_id": message.channel}
        return {
            "container": container | {"is_ephemeral": False},
            "channel": {"id": message.channel, "name": message.channel.lower()},
            "message": shown(message),
            "message_ts": message.ts,
            "response_url": self._slack.response_url(message.channel, by),
            "state": {"values": {}},
        }

    def _interaction(self, payload: Payload) -> BoltRequest:
        return self._form({"payload": json.dumps(payload)})

    def _form(self, fields: Mapping[str, str]) -> BoltRequest:
        return self._signed(urlencode(fields), "application/x-www-form-urlencoded", {})

    def _signed(self, body: str, content: str, more: Mapping[str, str]) -> BoltRequest:
        timestamp = str(int(self._now()))
        headers = {
            "Content-Type": content,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp, body.encode()),
        }
        return BoltRequest(body=body, headers={**headers, **more})


def _in_view(view: View) -> Payload:
    state = {"state": {"values": filled(view.blocks, {})}}
    return {
        "container": {"type": "view", "view_id": view.id},
        "view": view_shown(view) | state,
    }
