"""The threads of cards: the teams' own talk, and what of it crosses to the other teams."""

from typing import Any

from slack_bolt import Ack, BoltContext
from slack_bolt.kwargs_injection.args import Args
from slack_sdk import WebClient

from bot.errors import Refused
from bot.services import Services
from bot.ui import forms, replies
from bot.ui.ids import StakeRef
from bot.usecases import hinting, relaying
from bot.usecases.relaying import PREFIX, Said
from handlers.acting import acting_team
from handlers.asides import refusals_told
from handlers.listener import event_listener, listener
from handlers.surfaces import tell_aside

Body = dict[str, Any]


@event_listener
def heard(body: Body, event: Body, client: WebClient, services: Services) -> None:
    """Somebody writes, edits or deletes in a channel; only the threads of our cards matter."""
    match event.get("subtype"):
        case None | "file_share" | "thread_broadcast":
            _written(body, event, client, services)
        case "message_changed":
            _changed(body, client, services)
        case "message_deleted":
            _deleted(event, services)


def _written(body: Body, message: Body, client: WebClient, services: Services) -> None:
    """Relay what begins with the prefix; Slack may tell of it twice, and it is relayed once."""
    words = _crossing(message)
    root = message.get("thread_ts")
    if words is None or not root or message.get("bot_id") or root == message.get("ts"):
        return
    if not message.get("user"):
        return
    channel = str(body["event"]["channel"])
    said = _said(channel, message, words)
    if not said.text and not said.files:
        return
    with services.database.reading() as session:
        card = relaying.card_at(session, channel, str(root))
    if card is None or not card[1]:
        return
    with refusals_told(client, {**message, "channel": channel}):
        _require_team(services, card, said.by)
        _relay(body, said, card, services)


def _require_team(services: Services, card: tuple[int, str], person: str) -> None:
    try:
        acting_team(services, StakeRef(*card), person)
    except Refused as refusal:
        raise Refused(f"{refusal} Your message was not passed on.") from refusal


def _relay(body: Body, said: Said, card: tuple[int, str], services: Services) -> None:
    with services.database.transaction() as session:
        if not hinting.is_new(session, str(body.get("event_id") or ""), now=services.now()):
            # It may have been taken back since it was first told.
            return
        try:
            relaying.tell_others(
                session,
                services.organisation,
                said,
                number=card[0],
                team=card[1],
                now=services.now(),
            )
        except Refused:
            # Nobody else has a part yet; it stays the team's own talk.
            return


def _changed(body: Body, client: WebClient, services: Services) -> None:
    event = body["event"]
    message = event.get("message") or {}
    words = _crossing(message)
    whole = str(message.get("text") or "")
    said = _said(str(event["channel"]), message, whole if words is None else words)
    # Slack also tells of a message that only shows more of a link now.
    before = (event.get("previous_message") or {}).get("text")
    if not _followed(said, services, gone=not words) and before != message.get("text"):
        _written(body, message, client, services)


def _deleted(event: Body, services: Services) -> None:
    gone = {"ts": event.get("deleted_ts")}
    said = _said(str(event["channel"]), gone, "")
    _followed(said, services, gone=True)


def _followed(said: Said, services: Services, *, gone: bool) -> bool:
    """Let an edit or a deletion follow where the message was relayed; whether it was."""
    org = services.organisation
    # Almost nothing that is edited in a workspace was relayed; that must not wait for writers.
    with services.database.reading() as session:
        if not relaying.was_relayed(session, org, said):
            return False
    with services.database.transaction() as session:
        return relaying.follow(session, org, said, gone=gone, now=services.now())


def _crossing(message: Body) -> str | None:
    """What is meant for the other teams; None when it is not. Slack sends > as an entity."""
    text = str(message.get("text") or "").lstrip()
    for prefix in (PREFIX, PREFIX.replace(">", "&gt;")):
        if text.startswith(prefix):
            return text.removeprefix(prefix).strip()
    return None


def _said(channel: str, message: Body, words: str, *, by_hand: bool = False) -> Said:
    links = (str(each.get("permalink") or "") for each in message.get("files") or [])
    return Said(
        channel=channel,
        ts=str(message.get("ts")),
        by=str(message.get("user") or ""),
        text=words,
        files=tuple(link for link in links if link),
        by_hand=by_hand,
    )


@listener
def tell_others(ack: Ack, body: Body, context: BoltContext, services: Services, args: Args) -> None:
    """Tell the other teams: a message in a card's thread crosses without the prefix."""
    message, channel = body["message"], str(body["channel"]["id"])
    if message.get("bot_id"):
        raise Refused("Only what people write goes to the other teams.")
    root = str(message.get("thread_ts") or message["ts"])
    with services.database.reading() as session:
        card = relaying.card_at(session, channel, root)
    if card is None or not card[1] or root == message["ts"]:
        raise Refused("That is not a message in the thread of a card.")
    acting_team(services, StakeRef(*card), str(context.user_id))
    words = _crossing(message) or str(message.get("text") or "")
    said = _said(channel, message, words, by_hand=_crossing(message) is None)
    with services.database.transaction() as session:
        told = relaying.tell_others(
            session,
            services.organisation,
            said,
            number=card[0],
            team=card[1],
            now=services.now(),
        )
    ack()
    tell_aside(args, replies.told(told))


@listener
def tell(ack: Ack, view: Body, context: BoltContext, services: Services) -> None:
    """The form behind *Tell the other teams* on a card."""
    form = forms.read_tell(view)
    person = str(context.user_id)
    team = acting_team(services, form.ref, person)
    # A message of its own has no ts in Slack; the form's id is as good, and the same if sent twice.
    said = Said(channel=team.channel, ts=str(view["id"]), by=person, text=form.text)
    with services.database.transaction() as session:
        relaying.tell_others(
            session,
            services.organisation,
            said,
            number=form.ref.case,
            team=form.ref.team,
            now=services.now(),
        )
    ack(response_action="clear")
