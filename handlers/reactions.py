"""Emoji on cards as shortcuts, and what taking one away undoes."""

from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.domain.case import State
from bot.domain.organisation import Priority
from bot.errors import Refused
from bot.services import Services
from bot.ui import emoji, replies
from bot.ui.ids import StakeRef
from bot.usecases import owning, relaying, sharing, viewing
from bot.usecases.by_hand import slack_text
from bot.usecases.owning import Actor
from handlers.listener import event_listener
from handlers.surfaces import acting_team

log = structlog.get_logger()


@event_listener
def added(event: dict[str, Any], client: WebClient, services: Services) -> None:
    """Someone puts an emoji on a message: on a card, or in its thread, it can mean an act."""
    act = emoji.MEANINGS.get(str(event.get("reaction")))
    if act is None:
        return
    with _told_privately(event, client):
        if act == "note":
            _keep_note(event, client, services)
        else:
            _act(act, event, client, services)


@event_listener
def removed(event: dict[str, Any], client: WebClient, services: Services) -> None:
    """Someone takes their emoji away: what it did is undone, where that is allowed."""
    act = emoji.MEANINGS.get(str(event.get("reaction")))
    ref = _card(event, services)
    if act not in {"claim", "resolve", "urgent"} or ref is None:
        return
    with _told_privately(event, client):
        _undo(str(act), ref, str(event["user"]), services)


def _card(event: dict[str, Any], services: Services) -> StakeRef | None:
    item = event.get("item") or {}
    with services.database.reading() as session:
        found = relaying.card_at(session, str(item.get("channel")), str(item.get("ts")))
    return StakeRef(*found) if found else None


def _act(act: str, event: dict[str, Any], client: WebClient, services: Services) -> None:
    ref = _card(event, services)
    if ref is None or not ref.team:
        return
    person, now = str(event["user"]), services.now()
    acting_team(services, ref, person)
    if act == "decline":
        asking = replies.say_why(ref)
        _whisper(client, event, asking.text, asking.blocks)
        return
    with services.database.transaction() as session:
        org = services.organisation
        match act:
            case "claim":
                owning.claim(session, org, *ref, by=person, now=now)
            case "resolve":
                owning.resolve(session, org, *ref, outcome="answered", note="", by=person, now=now)
            case "urgent":
                sharing.change_priority(
                    session, org, ref.case, to=Priority.URGENT, reason="🚨", by=person, now=now
                )


def _undo(act: str, ref: StakeRef, person: str, services: Services) -> None:
    """Only one's own act is undone, and only while nothing else has come of it."""
    org, now = services.organisation, services.now()
    acting_team(services, ref, person)
    with services.database.transaction() as session:
        view = viewing.case(session, ref.case)
        stake = view.case.stakes.get(ref.team)
        if stake is None:
            return
        if act == "claim" and stake.state is State.CLAIMED and stake.holder == person:
            owning.release(session, org, *ref, by=Actor(person), now=now)
        elif act == "resolve" and stake.state is State.RESOLVED and stake.ended_by == person:
            owning.reopen(session, org, *ref, by=person, now=now)
        elif act == "urgent" and view.case.priority is Priority.URGENT:
            sharing.calm_down(session, org, ref.case, by=person, now=now)


def _keep_note(event: dict[str, Any], client: WebClient, services: Services) -> None:
    item = event.get("item") or {}
    channel, ts = str(item.get("channel")), str(item.get("ts"))
    found = client.conversations_replies(channel=channel, ts=ts, limit=1).get("messages") or []
    message = next((each for each in found if each.get("ts") == ts), None)
    if message is None or not message.get("thread_ts") or message["thread_ts"] == ts:
        return
    with services.database.reading() as session:
        card = relaying.card_at(session, channel, str(message["thread_ts"]))
    if card is None or not card[1]:
        return
    ref = StakeRef(*card)
    person = str(event["user"])
    acting_team(services, ref, person)
    text = slack_text(str(message.get("text") or ""))
    with services.database.transaction() as session:
        sharing.keep_note(
            session, services.organisation, *ref, text=text, by=person, now=services.now()
        )


class _told_privately:  # noqa: N801 — reads as the statement that it is
    """A refusal inside becomes a private message to who reacted: an event has no reply."""

    def __init__(self, event: dict[str, Any], client: WebClient) -> None:
        self._event = event
        self._client = client

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Refused):
            return False
        said = replies.private(str(error))
        _whisper(self._client, self._event, said.text, said.blocks)
        return True


def _whisper(
    client: WebClient, event: dict[str, Any], text: str, blocks: list[dict[str, Any]]
) -> None:
    item = event.get("item") or {}
    try:
        client.chat_postEphemeral(
            channel=str(item.get("channel")), user=str(event["user"]), text=text, blocks=blocks
        )
    except (SlackClientError, OSError):
        log.warning("private_reply_failed", exc_info=True)
