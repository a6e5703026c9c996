"""Forms that come back."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from slack_bolt import Ack, BoltContext

from bot.domain.organisation import Team
from bot.errors import Refused
from bot.services import Services
from bot.ui import fields, forms, ids, modals, replies, suggested
from bot.ui.forms import FormIncomplete
from bot.usecases import by_hand, owning, viewing
from handlers.acting import carry_out, carry_out_on_case, require_side
from handlers.listener import listener

View = dict[str, Any]


@listener
def resolve(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """The team's part is done."""
    form = forms.read_resolve(view)
    act = partial(owning.resolve, outcome=form.outcome, note=form.note)
    carry_out(services, form.ref, str(context.user_id), act)
    ack(response_action="clear")


@listener
def hand_off(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """The stake goes to another team."""
    form = forms.read_handoff(view)
    act = partial(owning.hand_off, to=form.team, reason=form.reason)
    carry_out(services, form.ref, str(context.user_id), act)
    ack(response_action="clear")


@listener
def decline(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """Not ours."""
    form = forms.read_decline(view)
    act = partial(owning.decline, reason=form.reason, instead=form.instead)
    carry_out(services, form.ref, str(context.user_id), act)
    ack(response_action="clear")


@listener
def invite(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """One more team gets a stake."""
    form = forms.read_invite(view)
    person = str(context.user_id)
    require_side(services, form.ref, person)
    act = partial(owning.invite, team=form.team, by_team=form.ref.team, note=form.note)
    try:
        carry_out_on_case(services, form.ref, person, act)
    except Refused as refusal:
        # Another team may be chosen, so what was written stays.
        raise FormIncomplete({forms.TEAM: str(refusal)}) from refusal
    ack(response_action="clear")


@listener
def route(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """Triage has picked the teams."""
    form = forms.read_route(view)
    person = str(context.user_id)
    services.directory.require_triage(person)
    act = partial(owning.route_by_hand, teams=form.teams, note=form.note)
    carry_out_on_case(services, form.ref, person, act)
    ack(response_action="clear")


@listener
def dismiss(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """Triage says that nobody needs to act."""
    form = forms.read_dismiss(view)
    person = str(context.user_id)
    services.directory.require_triage(person)
    act = partial(owning.dismiss, reason=form.reason)
    carry_out_on_case(services, form.ref, person, act)
    ack(response_action="clear")


@listener
def record(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """A comment recorded by hand; the window then says who has it."""
    form = forms.read_record(view)
    facts = {**form._asdict(), "author": {"name": form.author}}
    with services.database.transaction() as session:
        case, _ = by_hand.record(
            session,
            services.organisation,
            external_id=str(view["id"]),
            facts=facts,
            by=str(context.user_id),
            now=services.now(),
            adviser=services.adviser,
        )
    perhaps = suggested.perhaps(case, services.organisation)
    teams = [team for key in case.stakes if (team := services.organisation.team(key))]
    shown = replies.recorded(case, teams, perhaps)
    ack(response_action="update", view=modals.case_view(shown, "Recorded"))


@listener
def team_options(ack: Ack, payload: dict[str, Any], services: Services) -> None:
    """The teams that match what somebody types into a long menu."""
    teams = _offered(payload.get("view") or {}, services)
    found = modals.team_options(teams, str(payload.get("value", "")))
    ack(options=found["options"])


def _offered(view: View, services: Services) -> Sequence[Team]:
    """All teams; in the form that invites one, those that have no part."""
    teams = services.organisation.teams
    if view.get("callback_id") != ids.INVITE_FORM:
        return teams
    with services.database.reading() as session:
        case = viewing.case(session, fields.ref(view).case).case
    return modals.without_part(teams, case)
