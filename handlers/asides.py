"""What somebody is told privately whose act reached the bot as an event, which has no reply."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.errors import Refused
from bot.ui import replies
from bot.ui.kit import Message

log = structlog.get_logger()


@contextmanager
def refusals_told(client: WebClient, event: dict[str, Any]) -> Iterator[None]:
    """A refusal inside becomes a private message to whoever did what *event* tells."""
    try:
        yield
    except Refused as refusal:
        whisper(client, event, replies.private(str(refusal)))


def whisper(client: WebClient, event: dict[str, Any], message: Message) -> None:
    """Say *message* to whoever did what *event* tells, where they did it, and to nobody else."""
    place = event.get("item") or event
    try:
        client.chat_postEphemeral(
            channel=str(place.get("channel")),
            user=str(event.get("user")),
            text=message.text,
            blocks=message.blocks,
            thread_ts=event.get("thread_ts"),
        )
    except (SlackClientError, OSError):
        log.warning("private_reply_failed", exc_info=True)
