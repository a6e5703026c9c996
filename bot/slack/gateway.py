"""The Web API, with every failure named by what it means for trying again."""

import re
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.config import Settings
from bot.errors import DeliveryFailed, Scope
from bot.ui.kit import Message, section

TIMEOUT_SECONDS = 10
MARKER = "crosstalk:"
# A worker's clock and Slack's may differ a little; a marker must not be missed for that.
_CLOCK_SLACK_SECONDS = 60
_PAGE = 200

_CHANNEL_CLOSED = {
    "channel_not_found", "is_archived", "not_in_channel", "channel_is_limited_access",
    "restricted_action", "restricted_action_read_only_channel", "restricted_action_non_threadable_channel",
    "restricted_action_thread_only_channel", "user_not_found", "user_disabled", "cannot_dm_bot",
    "messages_tab_disabled", "no_permission", "is_inactive", "not_allowed_token_type", "team_access_not_granted",
}  # fmt: skip
_TOKEN_BAD = {
    "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive",
    "missing_scope", "org_login_required", "ekm_access_denied", "access_denied",
    "team_added_to_org", "enterprise_is_restricted", "accesslimited",
}  # fmt: skip
# Where an answer is no JSON, the SDK puts a sentence about it in place of a code.
_CODE = re.compile(r"[a-z0-9_]+", re.ASCII)
_MAY_HAVE_WORKED = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}


def web_client(settings: Settings) -> WebClient:
    """The one place that builds a client.

    Without retry handlers: the SDK's own would repeat a post that Slack has accepted when only
    the answer was lost.
    """
    return WebClient(
        token=settings.slack_bot_token,
        base_url=settings.slack_api_url,
        timeout=TIMEOUT_SECONDS,
        retry_handlers=[],
    )


class Gateway:
    """What Crosstalk needs of Slack, in its own words."""

    def __init__(self, client: WebClient) -> None:
        self.client = client
        self._own_id = ""

    def own_id(self) -> str:
        """The bot's own user id, asked for once; "" while Slack does not tell."""
        if not self._own_id:
            try:
                self._own_id = str(self.identity()[0].get("user_id") or "")
            except DeliveryFailed:
                return ""
        return self._own_id

    def post(self, channel: str, message: Message, *, marker: str, thread: str = "") -> str:
        """Post *message*, recognisable by *marker*, and return its ``ts``.

        *thread* is the ``ts`` of the message under which it goes, "" for the channel itself.

        Raises:
            DeliveryFailed: with whether it may have been posted all the same.
        """
        answer = self._call(
            self.client.chat_postMessage,
            rate=Scope.CHANNEL,
            channel=channel,
            text=message.text,
            blocks=marked(message, marker),
            unfurl_links=False,
            unfurl_media=False,
            **({"thread_ts": thread} if thread else {}),
        )
        return str(answer["ts"])

    def update(self, channel: str, ts: str, message: Message, *, marker: str) -> None:
        """Show *message* in place of what stands at *ts*.

        Raises:
            DeliveryFailed: with code ``message_not_found`` when somebody has deleted it.
        """
        self._call(
            self.client.chat_update,
            rate=Scope.METHOD,
            channel=self._conversation(channel),
            ts=ts,
            text=message.text,
            blocks=marked(message, marker),
        )

    def delete(self, channel: str, ts: str) -> None:
        """Take a message of ours away; one that is gone already is no fault.

        Raises:
            DeliveryFailed: it is still there.
        """
        try:
            self._call(self.client.chat_delete, channel=self._conversation(channel), ts=ts)
        except DeliveryFailed as failure:
            if failure.code != "message_not_found":
                raise

    def react(self, channel: str, ts: str, name: str, *, on: bool) -> None:
        """Put an emoji on a message, or take ours away; what is so already is no fault.

        Raises:
            DeliveryFailed: it could not be done.
        """
        change = self.client.reactions_add if on else self.client.reactions_remove
        try:
            self._call(change, channel=channel, timestamp=ts, name=name)
        except DeliveryFailed as failure:
            if failure.code not in {"already_reacted", "no_reaction", "message_not_found"}:
                raise

    def find(self, channel: str, marker: str, *, since: datetime, thread: str = "") -> str | None:
        """The ``ts`` of the message that carries *marker* and was posted after *since*.

        Raises:
            DeliveryFailed: the channel could not be read.
        """
        return next(self._marked(channel, marker, since, thread), None)

    def copies(
        self, channel: str, marker: str, *, since: datetime, thread: str = ""
    ) -> tuple[str, ...]:
        """The ``ts`` of every message that carries *marker* and was posted after *since*.

        Raises:
            DeliveryFailed: the channel could not be read.
        """
        return tuple(self._marked(channel, marker, since, thread))

    def _marked(self, channel: str, marker: str, since: datetime, thread: str) -> Iterator[str]:
        oldest = since.timestamp() - _CLOCK_SLACK_SECONDS
        for message in self._history(channel, oldest, thread):
            if any(b.get("block_id") == MARKER + marker for b in message.get("blocks") or []):
                yield str(message["ts"])

    def _history(self, channel: str, oldest: float, thread: str) -> Iterator[dict[str, Any]]:
        where = {"channel": self._conversation(channel), "oldest": f"{oldest:.6f}"}
        if thread:
            return self._pages(self.client.conversations_replies, "messages", ts=thread, **where)
        return self._pages(self.client.conversations_history, "messages", **where)

    def _conversation(self, channel: str) -> str:
        """A person's id is good for posting; all else needs that of the conversation with them."""
        if not channel.startswith(("U", "W")):
            return channel
        opened = self._call(self.client.conversations_open, users=channel)
        return str(opened["channel"]["id"])

    def members(self, channel: str) -> set[str]:
        """Who is in *channel*."""
        return set(self._pages(self.client.conversations_members, "members", channel=channel))

    def usergroup_members(self, usergroup: str) -> set[str]:
        """Who is in a user group."""
        return set(self._call(self.client.usergroups_users_list, usergroup=usergroup)["users"])

    def channels(self) -> dict[str, str]:
        """The ids of the channels that the bot can see, by name."""
        found = self._pages(
            self.client.conversations_list,
            "channels",
            types="public_channel,private_channel",
            exclude_archived=True,
        )
        return {channel["name"]: channel["id"] for channel in found}

    def channel(self, channel: str) -> dict[str, Any]:
        """What Slack says of one channel."""
        found: dict[str, Any] = self._call(self.client.conversations_info, channel=channel)
        return dict(found["channel"])

    def user(self, user: str) -> dict[str, Any]:
        """What Slack says of one person."""
        return dict(self._call(self.client.users_info, user=user)["user"])

    def identity(self) -> tuple[dict[str, Any], set[str]]:
        """Who the token belongs to, and the scopes it was granted."""
        answer = self._call(self.client.auth_test)
        granted = str(
            answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") or ""
        )
        return dict(answer.data), {scope.strip() for scope in granted.split(",") if scope.strip()}

    def socket_address(self, app_token: str) -> str:
        """Where Socket Mode listens for whoever has *app_token*; good for one connection.

        Raises:
            DeliveryFailed: Slack does not answer, or refuses the token.
        """
        return str(self._call(self.client.apps_connections_open, app_token=app_token)["url"])

    def _pages(self, method: Callable[..., Any], field: str, **arguments: Any) -> Iterator[Any]:
        cursor = ""
        while True:
            answer = self._call(method, limit=_PAGE, cursor=cursor, **arguments)
            yield from answer[field]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _call(self, method: Callable[..., Any], *, rate: Scope = Scope.METHOD, **args: Any) -> Any:
        try:
            return method(**args)
        except SlackApiError as error:
            raise _named(error, rate) from error
        except URLError as error:
            raise _network(error.reason) from error
        except (OSError, ValueError, HTTPException, SlackClientError) as error:
            raise _network(error) from error


def marked(message: Message, marker: str) -> list[dict[str, Any]]:
    """The blocks of *message* with the marker on the first, by which a post can be found again.

    Only a block can carry it, so a message of text alone gets a paragraph to show the text.
    """
    blocks = message.blocks or [section(message.text)]
    return [{**blocks[0], "block_id": MARKER + marker}, *blocks[1:]]


def _named(error: SlackApiError, rate: Scope) -> DeliveryFailed:
    answer = error.response
    status = getattr(answer, "status_code", 0)
    body = getattr(answer, "data", None)
    told = str(body.get("error", "")) if isinstance(body, dict) else ""
    code = told if _CODE.fullmatch(told) else ""
    if status == 429 or code in {"ratelimited", "rate_limited"}:
        return DeliveryFailed("ratelimited", retry_after=_retry_after(answer), scope=rate)
    if code in _CHANNEL_CLOSED:
        return DeliveryFailed(code, permanent=True, scope=Scope.CHANNEL)
    if code in _TOKEN_BAD:
        return DeliveryFailed(code, permanent=True, scope=Scope.WORKSPACE)
    if status >= 500 or not code or code in _MAY_HAVE_WORKED:
        return DeliveryFailed(code or f"http_{status}", unknown=True)
    return DeliveryFailed(code, permanent=True)


def _retry_after(answer: Any) -> float:
    headers = {str(k).lower(): v for k, v in dict(getattr(answer, "headers", {}) or {}).items()}
    value = headers.get("retry-after", "")
    text = str(value[0] if isinstance(value, list) and value else value)
    # Slack says whole seconds; anything else is no reason to hammer it.
    return float(min(int(text), 3600)) if text.isascii() and text.isdigit() else 30.0


def _network(reason: object) -> DeliveryFailed:
    if isinstance(reason, ConnectionRefusedError | socket.gaierror):
        # Nobody's fault: were only this message to wait, the next would overtake it.
        return DeliveryFailed("unreachable", scope=Scope.CHANNEL)
    return DeliveryFailed("no_answer", unknown=True)
