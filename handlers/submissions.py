"""Forms that come back."""

from collections.abc import Sequence
from typing import Any

from slack_bolt import Ack, BoltContext

from bot.domain.organisation import Team
from bot.errors import Refused
from bot.services import Services
from bot.ui import fields, forms, ids, modals, replies, suggested
from bot.ui.forms import FormIncomplete
from bot.usecases import by_hand, owning, viewing
from handlers.listener import listener
from handlers.surfaces import act_for, require_side

View = dict[str, Any]


@listener
def resolve(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """The team's part is done."""
    form = forms.read_resolve(view)
    person = str(context.user_id)
    act_for(
        services,
        form.ref,
        person,
        lambda session: owning.resolve(
            session,
            services.organisation,
            *form.ref,
            outcome=form.outcome,
            note=form.note,
            by=person,
            now=services.now(),
        ),
    )
    ack(response_action="clear")


@listener
def hand_off(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """The stake goes to another team."""
    form = forms.read_handoff(view)
    person = str(context.user_id)
    act_for(
        services,
        form.ref,
        person,
        lambda session: owning.hand_off(
            session,
            services.organisation,
            *form.ref,
            to=form.team,
            reason=form.reason,
            by=person,
            now=services.now(),
        ),
    )
    ack(response_action="clear")


@listener
def decline(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """Not ours."""
    form = forms.read_decline(view)
    person = str(context.user_id)
    act_for(
        services,
        form.ref,
        person,
        lambda session: owning.decline(
            session,
            services.organisation,
            *form.ref,
            reason=form.reason,
            instead=form.instead,
            by=person,
            now=services.now(),
        ),
    )
    ack(response_action="clear")


@listener
def invite(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """One more team gets a stake."""
    form = forms.read_invite(view)
    person = str(context.user_id)
    require_side(services, form.ref, person)
    try:
        with services.database.transaction() as session:
            owning.invite(
                session,
                services.organisation,
                form.ref.case,
                team=form.team,
                by_team=form.ref.team,
                note=form.note,
                by=person,
                now=services.now(),
            )
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
    with services.database.transaction() as session:
        owning.route_by_hand(
            session,
            services.organisation,
            form.ref.case,
            teams=form.teams,
            note=form.note,
            by=person,
            now=services.now(),
        )
    ack(response_action="clear")


@listener
def dismiss(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """Triage says that nobody needs to act."""
    form = forms.read_dismiss(view)
    person = str(context.user_id)
    services.directory.require_triage(person)
    with services.database.transaction() as session:
        owning.dismiss(
            session,
            services.organisation,
            form.ref.case,
            reason=form.reason,
            by=person,
            now=services.now(),
        )
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
