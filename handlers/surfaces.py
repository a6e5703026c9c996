"""Where a click came from, brought up to date at once.

A card in a channel follows through the outbox. A home tab, a window and a private message are not
the outbox's: only the listener that was clicked can reach them.
"""

from collections.abc import Callable, Sequence
from typing import Any

import structlog
from slack_bolt.kwargs_injection.args import Args
from slack_sdk.errors import SlackClientError

from bot.domain.organisation import Team
from bot.services import Services
from bot.ui import card, ids, modals, replies, told
from bot.ui.digest_rows import RowsRef
from bot.ui.ids import StakeRef
from bot.ui.kit import Message
from bot.usecases import hinting, posting, viewing
from bot.usecases.hinting import Session
from bot.usecases.owning import known_team
from bot.usecases.viewing import CaseView
from handlers.homes import filters_of, publish_home
from handlers.listener import (
    NotOpened,
    afterwards,
    open_view,
    replace_privately,
    respond_privately,
    show_later,
)
from handlers.numbers import as_of, shown
from handlers.visibility import Sight, sight

log = structlog.get_logger()


def card_for(services: Services, view: CaseView, side: str, teams: Sequence[Team]) -> Message:
    """The card of a case for one person of *teams* alone, from *side*; "" is triage.

    In a channel it goes without saying whom a button acts for; here it is said.
    """
    shown = (
        card.team_card(view.case, view.comment, services.organisation, side)
        if side
        else card.triage_card(view.case, view.comment, services.organisation)
    )
    return card.acting_for(shown, view.case, services.organisation, side, teams)


def show_again(args: Args, services: Services, ref: StakeRef) -> None:
    """Show what an act has changed in the place where it was clicked, once Slack has its answer."""
    if show := _way_to_show(args, services, ref):
        show_later(args, show, case=ref.case)


def claim_news(
    session: Session, services: Services, ref: StakeRef, person: str
) -> tuple[Message, ...]:
    """What somebody who claims should know, privately: what it means, and who talks already."""
    news = []
    is_told, talking = viewing.known_at_claim(session, ref.case, person, hinting.CLAIM)
    if not is_told:
        hinting.told(session, person, hinting.CLAIM, now=services.now())
        news.append(told.hint_claim(ref.case, known_team(services.organisation, ref.team)))
    if talking is not None:
        number, other = talking
        news.append(told.conversation(number, services.organisation.team_name(other)))
    return tuple(news)


def tell_aside(args: Args, *messages: Message) -> None:
    """Say something to the person who acted, beside what they acted on, after Slack's answer.

    By now the act is done, whether or not it can be said: nobody must be told that it failed.
    """
    if messages:
        afterwards(args, lambda: _tell(args, messages))


def _tell(args: Args, messages: Sequence[Message]) -> None:
    try:
        if args.body.get("response_url"):
            for message in messages:
                respond_privately(args.respond, message)
        else:
            # Neither a home tab nor a window has a place for an answer but one more window.
            open_view(args, modals.case_view(replies.together(messages), "Crosstalk"))
    except (SlackClientError, OSError, NotOpened):
        log.warning("private_reply_failed", exc_info=True)


def _way_to_show(args: Args, services: Services, ref: StakeRef) -> Callable[[], None] | None:
    """How to show it there; None for a card in a channel, which follows through the outbox."""
    view = args.body.get("view") or {}
    container = args.body.get("container") or {}
    if view.get("type") == "modal":
        return lambda: _in_the_window(args, services, ref)
    if not container.get("message_ts"):
        # Only a home tab is neither a window nor in a message; not every client sends its view.
        return lambda: publish_home(args, services, filters_of(view))
    if str((args.action or {}).get("block_id", "")).startswith(ids.ROW):
        return lambda: _beside_the_case(args, services, ref)
    if _is_ephemeral(args.body):
        return lambda: replace_privately(args.respond, _current(args, services, ref))
    if str(container.get("channel_id", "")).startswith("D"):
        # An escalation, to one person: it stays, and the card is in a channel somewhere else.
        return lambda: respond_privately(args.respond, _current(args, services, ref))
    return None


def _in_the_window(args: Args, services: Services, ref: StakeRef) -> None:
    view, message = args.body["view"], _current(args, services, ref)
    args.client.views_update(
        view_id=view["id"],
        hash=view.get("hash"),
        view=modals.case_view(message, f"Case #{ref.case}"),
    )


def _beside_the_case(args: Args, services: Services, ref: StakeRef) -> None:
    """Show in a digest's row what has become of its case, where only one person sees the digest."""
    named = RowsRef.unpack((args.action or {}).get("block_id"))
    seen = sight(services, str(args.context.user_id))
    if named and _is_ephemeral(args.body) and seen.sees(named.digest.scope):
        replace_privately(args.respond, _made_again(services, seen, named))
    elif named is None or not _owed_again(args, services, named):
        # What others read stays as it is, so whoever pressed would see nothing happen.
        respond_privately(args.respond, _current(args, services, ref))


def _made_again(services: Services, seen: Sight, named: RowsRef) -> Message:
    digest = named.digest
    return shown(
        services,
        seen,
        digest.scope,
        as_of(services, digest),
        previous=digest.versus_previous,
        preview=digest.preview,
        rows=named.rows,
    )


def _owed_again(args: Args, services: Services, named: RowsRef) -> bool:
    container = args.body["container"]
    if not str(container.get("channel_id", "")).startswith("D"):
        return False
    # What goes to a person is owed to them, and posted where Slack has them talk to us.
    places = (str(args.context.user_id), str(container["channel_id"]))
    with services.database.transaction() as session:
        return posting.show_rows(
            session, places, str(container["message_ts"]), named.rows, now=services.now()
        )


def _is_ephemeral(body: dict[str, Any]) -> bool:
    # Slack says it of the container, and leaves the message out; not every stand-in does.
    message = body.get("message") or {}
    return bool(body["container"].get("is_ephemeral")) or message.get("subtype") == "ephemeral"


def _current(args: Args, services: Services, ref: StakeRef) -> Message:
    teams = services.directory.teams_of(str(args.context.user_id))
    with services.database.reading() as session:
        return card_for(services, viewing.case(session, ref.case), ref.team, teams)
