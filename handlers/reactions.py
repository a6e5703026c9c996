"""Emoji on cards as shortcuts, and what taking one away undoes."""

from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.case import State
from bot.domain.events import PriorityChanged
from bot.domain.organisation import Priority
from bot.errors import Refused
from bot.services import Services
from bot.ui import emoji, replies
from bot.ui.ids import StakeRef
from bot.ui.kit import Message
from bot.usecases import hinting, owning, relaying, sharing, viewing
from bot.usecases.by_hand import slack_text
from bot.usecases.hinting import Session
from bot.usecases.owning import Actor
from handlers.acting import acting_team
from handlers.asides import refusals_told, whisper
from handlers.listener import event_listener
from handlers.surfaces import claim_news

_NOT_TO_BE_READ = {
    "channel_not_found",
    "is_archived",
    "message_not_found",
    "missing_scope",
    "not_in_channel",
    "thread_not_found",
}

Body = dict[str, Any]


@event_listener
def added(body: Body, client: WebClient, services: Services) -> None:
    """Someone puts an emoji on a message: on a card, or in its thread, it can mean an act."""
    act = emoji.MEANINGS.get(str(body["event"].get("reaction")))
    if act is None:
        return
    with refusals_told(client, body["event"]):
        if act == "note":
            _keep_note(body, client, services)
        else:
            _act(act, body, client, services)


@event_listener
def removed(body: Body, client: WebClient, services: Services) -> None:
    """Someone takes their emoji away: what it did is undone, where that is allowed."""
    event = body["event"]
    act = emoji.MEANINGS.get(str(event.get("reaction")))
    ref = _card(event, services)
    if act not in {"claim", "resolve", "urgent"} or ref is None or not ref.team:
        return
    with refusals_told(client, event):
        _undo(str(act), ref, body, services)


def _card(event: dict[str, Any], services: Services) -> StakeRef | None:
    item = event.get("item") or {}
    with services.database.reading() as session:
        found = relaying.card_at(session, str(item.get("channel")), str(item.get("ts")))
    return StakeRef(*found) if found else None


def _act(act: str, body: Body, client: WebClient, services: Services) -> None:
    event = body["event"]
    ref = _card(event, services)
    if ref is None or not ref.team:
        return
    person, now = str(event["user"]), services.now()
    acting_team(services, ref, person)
    if act == "decline":
        whisper(client, event, replies.say_why(ref))
        return
    org = services.organisation
    news: tuple[Message, ...] = ()
    with services.database.transaction() as session:
        if not _is_new(session, body, services):
            return
        match act:
            case "claim":
                owning.claim(session, org, *ref, by=person, now=now)
                news = claim_news(session, services, ref, person)
            case "resolve":
                owning.resolve(session, org, *ref, outcome="answered", note="", by=person, now=now)
            case "urgent":
                sharing.change_priority(
                    session, org, ref.case, to=Priority.URGENT, reason="🚨", by=person, now=now
                )
    for message in news:
        whisper(client, event, message)


def _is_new(session: Session, body: Body, services: Services) -> bool:
    """Whether an event is told for the first time: what was undone since must not come back."""
    return hinting.is_new(session, str(body.get("event_id") or ""), now=services.now())


def _undo(act: str, ref: StakeRef, body: Body, services: Services) -> None:
    """Only one's own act is undone, and only while nothing else has come of it."""
    org, now, person = services.organisation, services.now(), str(body["event"]["user"])
    with services.database.reading() as session:
        done = _stands(session, act, ref, person)
    if done:
        acting_team(services, ref, person)
    with services.database.transaction() as session:
        # Also where nothing is left of it: told once more, it must not undo what came later.
        if not _is_new(session, body, services):
            return
        if not done or not _stands(session, act, ref, person):
            return
        match act:
            case "claim":
                owning.release(session, org, *ref, by=Actor(person), now=now)
            case "resolve":
                owning.reopen(session, org, *ref, by=person, now=now)
            case "urgent":
                sharing.calm_down(session, org, ref.case, by=person, now=now)


def _stands(session: Session, act: str, ref: StakeRef, person: str) -> bool:
    """Whether what *person* did by that emoji is still so, and was done by them."""
    view, history = viewing.timeline(session, ref.case)
    stake = view.case.stakes.get(ref.team)
    if stake is None:
        return False
    match act:
        case "claim":
            return stake.state is State.CLAIMED and stake.holder == person
        case "resolve":
            return stake.state is State.RESOLVED and stake.ended_by == person
    changes = [each.by for each in history if isinstance(each.event, PriorityChanged)]
    return view.case.priority is Priority.URGENT and changes[-1:] == [person]


def _keep_note(body: Body, client: WebClient, services: Services) -> None:
    event = body["event"]
    item = event.get("item") or {}
    channel, person = str(item.get("channel")), str(event["user"])
    if channel not in {team.channel for team in services.organisation.teams}:
        return
    message = _reply_at(client, channel, str(item.get("ts")))
    root = str(message.get("thread_ts") or "")
    with services.database.reading() as session:
        card = relaying.card_at(session, channel, root) if root else None
    if card is None or not card[1] or root == message["ts"]:
        return
    ref = StakeRef(*card)
    acting_team(services, ref, person)
    text = slack_text(str(message.get("text") or "")).strip()
    if not text:
        raise Refused("That message has no words that I could keep.")
    org, now = services.organisation, services.now()
    with services.database.transaction() as session:
        if _is_new(session, body, services):
            sharing.keep_note(session, org, *ref, text=text, by=person, now=now)


def _reply_at(client: WebClient, channel: str, ts: str) -> dict[str, Any]:
    """The message at *ts*, empty where there is none that the bot may read."""
    try:
        answer = client.conversations_replies(channel=channel, ts=ts, limit=1)
    except SlackApiError as error:
        if error.response.get("error") in _NOT_TO_BE_READ:
            return {}
        raise
    found: list[dict[str, Any]] = answer.get("messages") or []
    return next((each for each in found if each.get("ts") == ts), {})
