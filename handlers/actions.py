"""Buttons: on cards, in digests and lists, in windows and on the home tab."""

from typing import Any

from slack_bolt import Ack, BoltContext, Respond
from slack_bolt.kwargs_injection.args import Args
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.digest import Period
from bot.errors import Refused
from bot.services import Services
from bot.ui import modals, replies
from bot.ui.ids import DigestRef, StakeRef
from bot.usecases import owning, reporting, viewing
from handlers.listener import listener, open_view, respond_privately
from handlers.surfaces import acting_team, card_of, claim_news, show_again, tell_aside
from handlers.visibility import visible_teams

Action = dict[str, Any]

_OUTSIDE = ("channel_not_found", "not_in_channel")
_NOT_HERE = (
    "I am not in this channel, so I cannot post there. Invite me with `/invite @Crosstalk`, or ask"
    " in your team's channel."
)


@listener
def claim(ack: Ack, action: Action, context: BoltContext, services: Services, args: Args) -> None:
    """Someone presses Claim; the cards follow through the outbox."""
    ref = StakeRef.unpack(action.get("value"))
    person = str(context.user_id)
    acting_team(services, ref, person)
    org, now = services.organisation, services.now()
    with services.database.transaction() as session:
        owning.claim(session, org, *ref, by=person, now=now)
        news = claim_news(session, services, ref, person)
    ack()
    show_again(args, services, ref)
    tell_aside(args, *news)


@listener
def reopen(ack: Ack, action: Action, context: BoltContext, services: Services, args: Args) -> None:
    """The team's finished part is taken up again."""
    ref = StakeRef.unpack(action.get("value"))
    person = str(context.user_id)
    acting_team(services, ref, person)
    with services.database.transaction() as session:
        owning.reopen(session, services.organisation, *ref, by=person, now=services.now())
    ack()
    show_again(args, services, ref)


@listener
def ask_outcome(
    ack: Ack, action: Action, context: BoltContext, services: Services, args: Args
) -> None:
    """Resolve: how did it end?"""
    ref = StakeRef.unpack(action.get("value"))
    acting_team(services, ref, str(context.user_id))
    open_view(args, modals.resolve_form(ref))
    ack()


@listener
def ask_hand_off(
    ack: Ack, action: Action, context: BoltContext, services: Services, args: Args
) -> None:
    """Hand off: to whom, and why?"""
    ref = StakeRef.unpack(action.get("value"))
    acting_team(services, ref, str(context.user_id))
    open_view(args, modals.handoff_form(ref, services.organisation.teams))
    ack()


@listener
def ask_route(
    ack: Ack, action: Action, context: BoltContext, services: Services, args: Args
) -> None:
    """Triage: which teams?"""
    ref = StakeRef.unpack(action.get("value"))
    services.directory.require_triage(str(context.user_id))
    with services.database.reading() as session:
        view = viewing.case(session, ref.case)
    open_view(args, modals.route_form(view.case, view.comment, services.organisation))
    ack()


@listener
def ask_dismiss(
    ack: Ack, action: Action, context: BoltContext, services: Services, args: Args
) -> None:
    """Triage: why does nobody need to act?"""
    ref = StakeRef.unpack(action.get("value"))
    services.directory.require_triage(str(context.user_id))
    with services.database.reading() as session:
        view = viewing.case(session, ref.case)
    open_view(args, modals.dismiss_form(view.case))
    ack()


@listener
def open_case(
    ack: Ack, action: Action, context: BoltContext, services: Services, args: Args
) -> None:
    """Open, in a list or digest: the card in a window of its own."""
    ref = StakeRef.unpack(action.get("value"))
    teams = services.directory.teams_of(str(context.user_id))
    with services.database.reading() as session:
        view = viewing.case(session, ref.case)
    side = ref.team if ref.team in view.case.stakes else view.side_of(teams)
    open_view(args, modals.case_view(card_of(services, view, side), f"Case #{ref.case}"))
    ack()


@listener
def post_digest(
    ack: Ack,
    action: Action,
    context: BoltContext,
    body: dict[str, Any],
    client: WebClient,
    respond: Respond,
    services: Services,
) -> None:
    """Post to channel, under a private digest."""
    ref = DigestRef.unpack(action.get("value"))
    person = str(context.user_id)
    teams = visible_teams(services, person, ref.scope)
    period = Period(since=ref.since, until=ref.until)
    channel = str(body["channel"]["id"])
    if not _may_post(client, channel):
        raise Refused(_NOT_HERE)
    post = reporting.owe_digest if ref.scope else reporting.owe_overview
    with services.database.transaction() as session:
        post(session, teams, period, channel=channel, asked_by=person, now=services.now())
    ack()
    respond_privately(respond, replies.posted(teams[0] if ref.scope else None))


def _may_post(client: WebClient, channel: str) -> bool:
    """Whether nothing says that the bot is outside of *channel*."""
    try:
        found = client.conversations_info(channel=channel).get("channel") or {}
    except SlackApiError as error:
        return error.response.get("error") not in _OUTSIDE
    except (SlackClientError, OSError):
        # Slack does not answer just now; the outbox waits until it does.
        return True
    return bool(found.get("is_im") or found.get("is_member", True))


@listener
def answered(ack: Ack) -> None:
    """Answer: the button is a link; Slack tells of the click all the same."""
    ack()
