"""What teams do with a case together: the rest of a card's buttons, and their forms."""

from functools import partial
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_bolt.kwargs_injection.args import Args

from bot.services import Services
from bot.ui import forms, modals, replies
from bot.ui.ids import StakeRef
from bot.usecases import sharing
from handlers.acting import acting_team, carry_out, carry_out_on_case, require_side
from handlers.listener import listener
from handlers.surfaces import tell_aside

Action = dict[str, Any]
View = dict[str, Any]


@listener
def add_fact(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """A fact for the lead."""
    form = forms.read_fact(view)
    act = partial(sharing.add_fact, text=form.text)
    carry_out(services, form.ref, str(context.user_id), act)
    ack(response_action="clear")


@listener
def move_lead(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """Another team speaks to the customer."""
    form = forms.read_lead(view)
    person = str(context.user_id)
    require_side(services, form.ref, person)
    act = partial(sharing.move_lead, to=form.team, reason=form.reason)
    carry_out_on_case(services, form.ref, person, act)
    ack(response_action="clear")


@listener
def change_priority(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """The case is more, or less, pressing."""
    form = forms.read_priority(view)
    person = str(context.user_id)
    require_side(services, form.ref, person)
    act = partial(sharing.change_priority, to=form.priority, reason=form.reason)
    carry_out_on_case(services, form.ref, person, act)
    ack(response_action="clear")


@listener
def snooze(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """The team's clocks stand still for a while."""
    form = forms.read_snooze(view)
    act = partial(sharing.snooze, until=form.until)
    carry_out(services, form.ref, str(context.user_id), act)
    ack(response_action="clear")


@listener
def wait_for_team(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """The team's clocks stand still until another team has done its part."""
    form = forms.read_wait(view)
    act = partial(sharing.wait_for_team, on=form.team)
    carry_out(services, form.ref, str(context.user_id), act)
    ack(response_action="clear")


@listener
def still_on_it(
    ack: Ack, action: Action, context: BoltContext, services: Services, args: Args
) -> None:
    """Yes: the holder is still on it."""
    ref = StakeRef.unpack(action.get("value"))
    carry_out(services, ref, str(context.user_id), sharing.confirm)
    ack()
    tell_aside(args, replies.still_yours(ref))


@listener
def acknowledge(
    ack: Ack, action: Action, context: BoltContext, services: Services, args: Args
) -> None:
    """Seen: nobody further is told."""
    ref = StakeRef.unpack(action.get("value"))
    carry_out(services, ref, str(context.user_id), sharing.acknowledge)
    ack()
    tell_aside(args, replies.seen(ref))


@listener
def snooze_escalation(
    ack: Ack, action: Action, context: BoltContext, services: Services, args: Args
) -> None:
    """The next step of an escalation waits."""
    ref, until = modals.read_escalation_snooze((action.get("selected_option") or {}).get("value"))
    person = str(context.user_id)
    team = acting_team(services, ref, person)
    with services.database.transaction() as session:
        sharing.snooze_escalation(
            session, services.organisation, *ref, until=until, by=person, now=services.now()
        )
    ack()
    tell_aside(args, replies.waits(ref, until, team.zone))
