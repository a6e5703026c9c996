"""Buttons: on cards, in digests and lists, in windows and on the home tab."""

from collections.abc import Sequence
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_bolt.kwargs_injection.args import Args

from bot.services import Services
from bot.ui import modals
from bot.ui.ids import StakeRef
from bot.ui.kit import Message
from bot.usecases import hinting, owning, viewing
from bot.usecases.hinting import Session
from handlers.acting import act_for, acting_team, carry_out
from handlers.listener import listener, open_view
from handlers.surfaces import card_for, claim_news, show_again, tell_aside

Action = dict[str, Any]


@listener
def claim(ack: Ack, action: Action, context: BoltContext, services: Services, args: Args) -> None:
    """Someone presses Claim; the cards follow through the outbox."""
    ref = StakeRef.unpack(action.get("value"))
    person = str(context.user_id)
    org, now = services.organisation, services.now()

    def act(session: Session) -> Sequence[Message]:
        owning.claim(session, org, *ref, by=person, now=now)
        return claim_news(session, services, ref, person)

    news = act_for(services, ref, person, act, hint=hinting.CLAIM)
    ack()
    show_again(args, services, ref)
    tell_aside(args, *news)


@listener
def reopen(ack: Ack, action: Action, context: BoltContext, services: Services, args: Args) -> None:
    """The team's finished part is taken up again."""
    ref = StakeRef.unpack(action.get("value"))
    carry_out(services, ref, str(context.user_id), owning.reopen)
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
    with services.database.reading() as session:
        case = viewing.case(session, ref.case).case
    open_view(args, modals.handoff_form(ref, services.organisation.teams, case))
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
    _open(args, services, StakeRef.unpack(action.get("value")), str(context.user_id))
    ack()


@listener
def open_chosen(
    ack: Ack, action: Action, context: BoltContext, services: Services, args: Args
) -> None:
    """One of the cases in the menu beside a digest's topics and waits."""
    chosen = (action.get("selected_option") or {}).get("value")
    _open(args, services, StakeRef.unpack(chosen), str(context.user_id))
    ack()


def _open(args: Args, services: Services, ref: StakeRef, person: str) -> None:
    teams = services.directory.teams_of(person)
    with services.database.reading() as session:
        view = viewing.case(session, ref.case)
    side = ref.team if ref.team in view.case.stakes else view.side_of(teams)
    shown = card_for(services, view, side, teams)
    open_view(args, modals.case_view(shown, f"Case #{ref.case}"))


@listener
def answered(ack: Ack) -> None:
    """Answer: the button is a link; Slack tells of the click all the same."""
    ack()
