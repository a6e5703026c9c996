"""The Web API, with every failure named by what it means for trying again."""

from collections.abc import Callable, Iterator
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.config import Settings
from bot.errors import DeliveryFailed, Scope
from bot.slack import failures
from bot.slack.connections import KeepingClient
from bot.slack.uploading import Picture, file_in, file_name, is_file, of_upload, uploader
from bot.ui.kit import Message, section

TIMEOUT_SECONDS = 10
MARKER = "crosstalk:"
# A worker's clock and Slack's may differ a little; a marker must not be missed for that.
_CLOCK_SLACK_SECONDS = 60
_PAGE = 200


def web_client(settings: Settings) -> WebClient:
    """The one place that builds a client.

    Without retry handlers: the SDK's own would repeat a post that Slack has accepted when only
    the answer was lost.
    """
    return KeepingClient(
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

    def upload(self, channel: str, picture: Picture, *, marker: str, thread: str) -> str:
        """Put *picture* under the message at *thread*, and return the id of its file.

        Raises:
            DeliveryFailed: with whether it may be there all the same.
        """
        conversation, client = self._conversation(channel), uploader(self.client)
        try:
            answer = self._call(
                client.files_upload_v2,
                channel=conversation,
                thread_ts=thread,
                content=picture.png,
                filename=file_name(marker),
                title=picture.title,
                alt_txt=picture.alt,
            )
        except DeliveryFailed as failure:
            raise of_upload(failure, shared=client.shares) from failure
        return str(answer["file"]["id"])

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
        """Where *marker* is, if it was posted after *since*.

        The ``ts`` of the message that carries it, or the id of the file that does.

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
        found = self._marked(channel, marker, since, thread)
        return tuple(place for place in found if not is_file(place))

    def _marked(self, channel: str, marker: str, since: datetime, thread: str) -> Iterator[str]:
        oldest = since.timestamp() - _CLOCK_SLACK_SECONDS
        for message in self._history(channel, oldest, thread):
            if any(b.get("block_id") == MARKER + marker for b in message.get("blocks") or []):
                yield str(message["ts"])
            if file := file_in(message, marker):
                yield file

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
            raise failures.named(error, rate) from error
        except HTTPError as error:
            raise failures.upload_refused(error) from error
        except URLError as error:
            raise failures.network(error.reason) from error
        except (OSError, ValueError, HTTPException, SlackClientError) as error:
            raise failures.network(error) from error


def marked(message: Message, marker: str) -> list[dict[str, Any]]:
    """The blocks of *message* with the marker on the first, by which a post can be found again.

    Only a block can carry it, so a message of text alone gets a paragraph to show the text.
    """
    blocks = message.blocks or [section(message.text)]
    return [{**blocks[0], "block_id": MARKER + marker}, *blocks[1:]]
