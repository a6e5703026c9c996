"""Shortcuts on messages."""

from typing import Any

from slack_bolt import Ack, BoltContext, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.errors import Refused
from bot.services import Services
from bot.ui import replies, suggested
from bot.usecases import by_hand
from handlers.listener import listener, respond_privately


@listener
def find_owners(
    ack: Ack,
    body: dict[str, Any],
    context: BoltContext,
    client: WebClient,
    respond: Respond,
    services: Services,
) -> None:
    """Find its owners: a message becomes a comment, and whoever asked learns who has it."""
    message, channel = body["message"], str(body["channel"]["id"])
    if message.get("bot_id") and message["bot_id"] == context.bot_id:
        raise Refused("That is a message of mine already; its buttons say what you can do.")
    text = by_hand.slack_text(str(message.get("text") or ""))
    if not text.strip():
        raise Refused("That message has no text to find owners for.")
    facts = {
        "text": text,
        "author": {"name": str(message.get("username") or "")},
        "url": _permalink(client, channel, str(message["ts"])),
    }
    with services.database.transaction() as session:
        case, new = by_hand.record(
            session,
            services.organisation,
            external_id=f"{channel}:{message['ts']}",
            facts=facts,
            by=str(context.user_id),
            now=services.now(),
            adviser=services.adviser,
        )
    ack()
    teams = [team for key in case.stakes if (team := services.organisation.team(key))]
    perhaps = suggested.perhaps(case, services.organisation)
    reply = replies.recorded(case, teams, perhaps) if new else replies.known_already(case)
    respond_privately(respond, reply)


def _permalink(client: WebClient, channel: str, ts: str) -> str:
    try:
        return str(client.chat_getPermalink(channel=channel, message_ts=ts)["permalink"])
    except (SlackClientError, OSError):
        # A link is a convenience; a channel that the app is not in has none for it.
        return ""
