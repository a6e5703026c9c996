"""Answers to what is suggested in triage: a ready button for each team, and one for no more."""

from typing import Any

from slack_bolt import Ack, BoltContext
from slack_bolt.kwargs_injection.args import Args

from bot.services import Services
from bot.ui.ids import StakeRef
from bot.usecases import owning
from handlers.acting import carry_out_on_case
from handlers.listener import listener
from handlers.surfaces import show_again

Action = dict[str, Any]


@listener
def take(ack: Ack, action: Action, context: BoltContext, services: Services, args: Args) -> None:
    """A suggested team is concerned: it has its stake at once."""
    ref = StakeRef.unpack(action.get("value"))
    person = str(context.user_id)
    services.directory.require_triage(person)
    org, now = services.organisation, services.now()
    with services.database.transaction() as session:
        owning.take_suggestion(session, org, *ref, by=person, now=now)
    ack()
    # Whoever pressed looks on from triage, not from the team that they asked.
    show_again(args, services, ref._replace(team=""))


@listener
def refuse(ack: Ack, action: Action, context: BoltContext, services: Services, args: Args) -> None:
    """No further team that is suggested is concerned."""
    ref = StakeRef.unpack(action.get("value"))
    person = str(context.user_id)
    services.directory.require_triage(person)
    carry_out_on_case(services, ref, person, owning.refuse_suggestions)
    ack()
    show_again(args, services, ref._replace(team=""))
